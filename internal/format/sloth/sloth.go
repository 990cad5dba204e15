// Package sloth reads service level objectives from the specifications of Sloth:
// its own form (prometheus/v1) and its Kubernetes resource
// (sloth.slok.dev/v1, PrometheusServiceLevel), and burn windows (AlertWindows).
//
// Laws: those of package slodoc. An objective is a percentage. Plugins are kept
// with their settings, and not run: what they measure is read from the recording
// rules that Sloth wrote.
package sloth

import (
	"cmp"
	"strings"

	"plumbline"
	"plumbline/internal/format/slodoc"
	"plumbline/internal/format/yamldoc"
)

// DefaultDays is Sloth's window, which its specifications do not say.
const DefaultDays = 30

// Parse reads a file of Sloth documents. It fails as a whole only when the file
// is too large or not text.
func Parse(src []byte) (slodoc.Page, error) {
	docs, err := yamldoc.Read(src)
	if err != nil {
		return slodoc.Page{}, err
	}
	var p slodoc.Page
	for _, d := range docs {
		Read(&p, d, DefaultDays)
	}
	return p, nil
}

// Mine says whether a document is one of Sloth's.
func Mine(root *yamldoc.Node) bool {
	return strings.HasPrefix(root.Get("version").Str(), "prometheus/") || strings.HasPrefix(root.Get("apiVersion").Str(), "sloth.slok.dev/")
}

// Read reads one document onto the page. The window of its objectives is so many
// days.
func Read(p *slodoc.Page, d yamldoc.Document, days int) {
	at := slodoc.Spot{Line: d.Line}
	if d.Err != nil {
		p.Skip(at, "%s", plumbline.TextOf(d.Err))
		return
	}
	version, kind := cmp.Or(d.Root.Get("version").Str(), d.Root.Get("apiVersion").Str()), d.Root.Get("kind").Str()
	switch {
	case !Mine(d.Root):
		p.Skip(at, "it is no document of Sloth: it has no version prometheus/v1 or apiVersion sloth.slok.dev/v1")
	case version == "prometheus/v1":
		own(days).service(p, at, d.Root, d.Root)
	case version == "sloth.slok.dev/v1" && kind == "PrometheusServiceLevel":
		at.Ref = slodoc.Clip(d.Root.Get("metadata", "name").Str())
		resource(days).service(p, at, d.Root.Get("spec"), d.Root)
	case version == "sloth.slok.dev/v1" && kind == "AlertWindows":
		windows(p, at, d.Root.Get("spec"))
	default:
		p.Skip(at, "%s %s is not read: prometheus/v1 and sloth.slok.dev/v1 are", slodoc.Clip(version), slodoc.Clip(kind))
	}
}

// form is how one of the two forms writes its names.
type form struct {
	format, errors, total, raw string
	days                       int
}

func own(days int) form {
	return form{"prometheus/v1", "error_query", "total_query", "error_ratio_query", days}
}

func resource(days int) form {
	return form{"sloth.slok.dev/v1", "errorQuery", "totalQuery", "errorRatioQuery", days}
}

// service reads the objectives of one service.
func (f form) service(p *slodoc.Page, at slodoc.Spot, spec, root *yamldoc.Node) {
	service := spec.Get("service").Str()
	list := spec.Get("slos")
	switch {
	case service == "":
		p.Skip(at, "it names no service")
		return
	case list == nil || list.Kind != yamldoc.List || len(list.Items) == 0:
		at.Ref = slodoc.Clip(service)
		p.Skip(at, "the service has no slos")
		return
	}
	chain := plugins(spec.Get("sloPlugins", "chain"))
	for _, n := range list.Items {
		here := at
		here.Line = n.LineOf(at.Line)
		if len(n.Items) > 0 {
			here.Line = n.Items[0].LineOf(here.Line)
		}
		s := plumbline.SLO{
			Service: service, Name: n.Get("name").Str(), Text: n.Get("description").Str(), Method: plumbline.Occurrences, Format: f.format,
			Window:  plumbline.Window{Days: f.days},
			Labels:  slodoc.Labels(spec.Get("labels"), n.Get("labels")),
			Product: slodoc.Product(n.Get("labels"), spec.Get("labels"), root.Get("metadata", "annotations"), root.Get("metadata", "labels")),
		}
		s.Title = s.Name
		s.ID, s.RuleID = plumbline.SLOName(service, s.Name), service+"-"+s.Name
		s.Plugins = append(append(s.Plugins, chain...), plugins(n.Get("plugins", "chain"))...)
		f.slo(p, here, n, s)
	}
}

func (f form) slo(p *slodoc.Page, at slodoc.Spot, n *yamldoc.Node, s plumbline.SLO) {
	at.Ref = s.ID
	if s.Name == "" {
		p.Skip(at, "an SLO of %s has no name", slodoc.Clip(s.Service))
		return
	}
	var err error
	if s.Target, err = slodoc.Percent(n.Get("objective")); err == nil {
		s.Indicator, err = f.indicator(&at, &s, n.Get("sli"))
	}
	if err != nil {
		at.Line = n.Get("objective").LineOf(at.Line)
		p.Skip(at, "%s", strings.TrimSuffix(plumbline.TextOf(err), "."))
		return
	}
	if s.Plugins != nil {
		at.Note("its plugins are kept and not run: %s", slodoc.Clip(strings.Join(s.Plugins, "; ")))
	}
	p.Take(at, s)
}

func (f form) indicator(at *slodoc.Spot, s *plumbline.SLO, sli *yamldoc.Node) (plumbline.Indicator, error) {
	in := plumbline.Indicator{System: "prometheus", Counter: true}
	switch {
	case sli.Get("events") != nil:
		in.Kind, in.Bad, in.Total = plumbline.ByRatio, sli.Get("events", f.errors).Str(), sli.Get("events", f.total).Str()
		if in.Bad == "" || in.Total == "" {
			return in, plumbline.Errorf(plumbline.Invalid, "its events need %s and %s", f.errors, f.total)
		}
		for _, q := range []string{in.Bad, in.Total} {
			if !strings.Contains(q, "window") || !strings.Contains(q, "{{") {
				at.Note("a query does not say {{.window}}: it is measured over the window that it says itself")
				break
			}
		}
	case sli.Get("raw") != nil:
		in.Kind, in.Raw = plumbline.ByErrorRate, sli.Get("raw", f.raw).Str()
		s.Method = plumbline.Timeslices // a share says nothing about how many events there were
		if in.Raw == "" {
			return in, plumbline.Errorf(plumbline.Invalid, "its raw indicator needs %s", f.raw)
		}
	case sli.Get("plugin") != nil:
		in.Kind = plumbline.ByPlugin
		s.Method = plumbline.Timeslices
		s.Plugins = append(s.Plugins, strings.TrimSpace(sli.Get("plugin", "id").Str()+" "+slodoc.OneLine(sli.Get("plugin", "options"))))
	default:
		return in, plumbline.Errorf(plumbline.Invalid, "its sli has neither events nor raw nor plugin")
	}
	return in, nil
}

// plugins are a chain of plugins, each with its settings on one line.
func plugins(chain *yamldoc.Node) (out []string) {
	if chain == nil || chain.Kind != yamldoc.List {
		return nil
	}
	for _, n := range chain.Items {
		if len(out) == maxPlugins {
			break
		}
		out = append(out, slodoc.OneLine(n))
	}
	return out
}

// maxPlugins is how many plugins of a chain are kept.
const maxPlugins = 50
