// Package openslo reads service level objectives from OpenSLO documents: v1, the
// v1alpha that Sloth's examples use, and v2alpha.
//
//	SLO → one plumbline.SLO for each of its objectives
//	SLI → what an SLO means by indicatorRef, when it stands in the same file
//	Service, DataSource → names that SLOs use
//	Alert… → nothing: what follows from a budget is said by policies
//
// Laws: those of package slodoc. Durations are case-sensitive: 1m is a minute
// and 1M a month. A target is a ratio; targetPercent is a percentage; nothing is
// guessed from how large a number is.
package openslo

import (
	"cmp"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/format/slodoc"
	"plumbline/internal/format/yamldoc"
)

// Parse reads a file of OpenSLO documents. It fails as a whole only when the
// file is too large or not text.
func Parse(src []byte) (slodoc.Page, error) {
	docs, err := yamldoc.Read(src)
	if err != nil {
		return slodoc.Page{}, err
	}
	var p slodoc.Page
	Read(&p, docs)
	return p, nil
}

// Mine says whether a document is one of OpenSLO's.
func Mine(root *yamldoc.Node) bool {
	v := root.Get("apiVersion").Str()
	return strings.HasPrefix(v, "openslo/") || strings.HasPrefix(v, "openslo.com/")
}

// Read reads documents that belong together onto the page.
func Read(p *slodoc.Page, docs []yamldoc.Document) {
	r := reader{page: p, slis: map[string]*yamldoc.Node{}, sources: map[string]*yamldoc.Node{}}
	for _, d := range docs {
		if d.Err == nil && d.Root.Kind == yamldoc.Mapping {
			name := d.Root.Get("metadata", "name").Str()
			switch d.Root.Get("kind").Str() {
			case "SLI":
				r.slis[name] = d.Root
			case "DataSource":
				r.sources[name] = d.Root
			}
		}
	}
	for _, d := range docs {
		r.document(d)
	}
}

type reader struct {
	page    *slodoc.Page
	slis    map[string]*yamldoc.Node
	sources map[string]*yamldoc.Node
}

func (r *reader) document(d yamldoc.Document) {
	at := slodoc.Spot{Line: d.Line}
	if d.Err != nil {
		r.page.Skip(at, "%s", plumbline.TextOf(d.Err))
		return
	}
	version, kind := d.Root.Get("apiVersion").Str(), d.Root.Get("kind").Str()
	at.Ref = strings.TrimSpace(kind + " " + d.Root.Get("metadata", "name").Str())
	switch {
	case !Mine(d.Root):
		r.page.Skip(at, "it is no OpenSLO document: apiVersion is %q", slodoc.Clip(version))
	case version != "openslo/v1" && version != "openslo/v1alpha" && version != "openslo.com/v2alpha":
		r.page.Skip(at, "the version %q is not read: openslo/v1, openslo/v1alpha and openslo.com/v2alpha are", slodoc.Clip(version))
	case kind == "SLO":
		r.slo(at, d.Root)
	case kind == "SLI" || kind == "Service" || kind == "DataSource":
		r.page.Skip(at, "a %s is no objective; objectives that name it use it", kind)
	case kind == "AlertCondition":
		r.condition(at, d.Root)
	case strings.HasPrefix(kind, "Alert"):
		r.page.Skip(at, "what follows from a budget is said by the policies here, not by an %s", slodoc.Clip(kind))
	default:
		r.page.Skip(at, "the kind %q is not known", slodoc.Clip(kind))
	}
}

// condition remarks on a condition that is the wrong way round: one that fires
// while little is burnt, as in the specification's own text.
func (r *reader) condition(at slodoc.Spot, root *yamldoc.Node) {
	c := root.Get("spec", "condition")
	if op := c.Get("op").Str(); op == "lte" || op == "lt" {
		at.Line = c.Get("op").LineOf(at.Line)
		r.page.Skip(at, "it would fire while the rate is below %s (op: %s); the other way round is meant. Alerts are not taken", slodoc.Clip(c.Get("threshold").Str()), op)
		return
	}
	r.page.Skip(at, "what follows from a budget is said by the policies here, not by an AlertCondition")
}

// slo reads one SLO, which may have several objectives.
func (r *reader) slo(at slodoc.Spot, root *yamldoc.Node) {
	spec, meta := root.Get("spec"), root.Get("metadata")
	base := plumbline.SLO{
		Service: spec.Get("service").Str(), Name: meta.Get("name").Str(), Text: spec.Get("description").Str(), Format: root.Get("apiVersion").Str(),
		Labels: slodoc.Labels(meta.Get("labels"), spec.Get("labels")), Product: slodoc.Product(meta.Get("annotations"), meta.Get("labels")),
	}
	base.Title = cmp.Or(meta.Get("displayName").Str(), base.Name)
	if base.Service == "" || base.Name == "" {
		r.page.Skip(at, "an SLO needs metadata.name and spec.service")
		return
	}
	at.Ref = plumbline.SLOName(base.Service, base.Name)
	var err error
	if base.Window, base.Said, err = window(&at, spec); err != nil {
		at.Line = timeWindow(spec).LineOf(at.Line)
		r.page.Skip(at, "%s", plumbline.TextOf(err))
		return
	}
	list := spec.Get("objectives")
	if list == nil || list.Kind != yamldoc.List || len(list.Items) == 0 {
		r.page.Skip(at, "it has no objectives")
		return
	}
	names := map[string]int{}
	for i, o := range list.Items {
		r.objective(at, base, spec, o, i, len(list.Items), names)
	}
}

// objective reads one objective of an SLO into an SLO of its own.
func (r *reader) objective(at slodoc.Spot, s plumbline.SLO, spec, o *yamldoc.Node, i, of int, names map[string]int) {
	at.Line = o.LineOf(at.Line)
	if len(o.Items) > 0 {
		at.Line = o.Items[0].LineOf(at.Line)
	}
	name := o.Get("displayName").Str()
	s.ID = plumbline.SLOName(s.Service, s.Name)
	if of > 1 {
		part := slug(name)
		if _, taken := names[part]; part == "" || taken {
			part = fmt.Sprint(i + 1)
		}
		names[part] = i
		s.ID = plumbline.SLOName(s.Service, s.Name, part)
		if name != "" {
			s.Title += ": " + name
		}
		at.Ref = s.ID
	}
	var err error
	if s.Target, err = slodoc.Share(o.Get("target"), o.Get("targetPercent")); err == nil {
		err = method(&at, &s, spec, o)
	}
	if err == nil {
		s.Indicator, err = r.indicator(&at, spec, o)
	}
	if err != nil {
		r.page.Skip(at, "%s", strings.TrimSuffix(plumbline.TextOf(err), "."))
		return
	}
	if w := o.Get("compositeWeight").Str(); w != "" {
		at.Note("its weight %s in a composite is not used: objectives are not averaged", slodoc.Clip(w))
	}
	r.page.Take(at, s)
}

// timeWindow is the window of v1 (timeWindow) or of v1alpha (timeWindows).
func timeWindow(spec *yamldoc.Node) *yamldoc.Node {
	list := spec.Get("timeWindow")
	if list == nil {
		list = spec.Get("timeWindows")
	}
	return list
}

func window(at *slodoc.Spot, spec *yamldoc.Node) (plumbline.Window, string, error) {
	list := timeWindow(spec)
	w := list
	if list != nil && list.Kind == yamldoc.List {
		if len(list.Items) == 0 {
			w = nil
		} else {
			w = list.Items[0]
		}
		if len(list.Items) > 1 {
			at.Note("it has %d windows; the first one is taken", len(list.Items))
		}
	}
	if w == nil || w.Kind != yamldoc.Mapping {
		return plumbline.Window{}, "", plumbline.Errorf(plumbline.Invalid, "it has no time window")
	}
	text := w.Get("duration").Str()
	if n := w.Get("count").Str(); n != "" { // v1alpha: {count: 30, unit: Day}
		units := map[string]string{"Minute": "m", "Hour": "h", "Day": "d", "Week": "w", "Month": "M", "Quarter": "Q", "Year": "Y"}
		text = n + units[w.Get("unit").Str()]
	}
	rolling := w.Get("isRolling").Str() != "false" && w.Get("calendar") == nil
	if v := w.Get("isRolling").Str(); v == "" && w.Get("count") == nil && w.Get("calendar") == nil {
		at.Note("it does not say whether its window rolls; it is taken to")
	}
	out, err := at.Window(text, rolling)
	if c := w.Get("calendar"); err == nil && out.Calendar != "" && c.Get("startTime").Str() != "" {
		at.Note("periods begin at midnight on the first day, not at %s %s", slodoc.Clip(c.Get("startTime").Str()), slodoc.Clip(c.Get("timeZone").Str()))
	}
	return out, text, err
}

// method reads how the budget is counted.
func method(at *slodoc.Spot, s *plumbline.SLO, spec, o *yamldoc.Node) error {
	s.Method = plumbline.Occurrences
	switch m := spec.Get("budgetingMethod").Str(); m {
	case "Occurrences":
		return nil
	case "":
		at.Note("it does not say how its budget is counted; occurrences are")
		return nil
	case "Timeslices", "RatioTimeslices":
		s.Method = plumbline.Timeslices
		span, err := slodoc.ParseSpan(o.Get("timeSliceWindow").Str())
		if err != nil {
			return plumbline.Errorf(plumbline.Invalid, "timeSliceWindow: %s", plumbline.TextOf(err))
		}
		if s.Slice = span.Length(); s.Slice == 0 || s.Slice > maxSlice {
			return plumbline.Errorf(plumbline.Invalid, "the slice %s is longer than an hour", slodoc.Clip(o.Get("timeSliceWindow").Str()))
		}
		if m == "RatioTimeslices" {
			return nil
		}
		if s.SliceGood, err = slodoc.Share(o.Get("timeSliceTarget"), nil); err != nil {
			return plumbline.Errorf(plumbline.Invalid, "timeSliceTarget: %s", plumbline.TextOf(err))
		}
		return nil
	default:
		return plumbline.Errorf(plumbline.Invalid, "budgets are counted by Occurrences, Timeslices or RatioTimeslices, not by %q", slodoc.Clip(m))
	}
}

// slug is a name as a part of an id.
func slug(s string) string {
	return strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}), "-"), "-")
}
