package limit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/clock"
)

// groups reads {platform: [product:a, group:b]}.
func (r *reader) groups(in map[string][]string) Groups {
	out := Groups{}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		group := plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: name}
		for i, m := range in[name] {
			out[group] = append(out[group], r.scope(fmt.Sprintf("$.groups.%s[%d]", name, i), m))
		}
	}
	return out
}

func (r *reader) scope(path, text string) plumbline.Scope {
	s, err := plumbline.ParseScope(text)
	if err != nil {
		r.Bad(path, "%s", plumbline.TextOf(err))
	}
	return s
}

// time reads a moment: with an offset, or on the wall clock of the file's zone.
// Nothing is 0.
func (r *reader) time(path, text string) plumbline.Time {
	if text == "" {
		return 0
	}
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, r.file.zone); err == nil && t.Year() >= 1970 {
			return plumbline.At(t)
		}
	}
	r.Bad(path, "%q is not a time: write 2026-11-23T12:00:00Z, 2026-11-23 12:00 or 2026-11-23, from 1970 on.", text)
	return 0
}

// duration reads an amount of time in which a day is 24 hours.
func (r *reader) duration(path, text string) time.Duration {
	if text == "" {
		return 0
	}
	s, err := clock.ParseSpan(text, clock.CalendarTime)
	if err != nil {
		r.Bad(path, "%s", plumbline.TextOf(err))
	}
	return time.Duration(s.Days)*day + s.Rest
}

// share reads a number or a percentage.
func (r *reader) share(path string, n numberForm) plumbline.Decimal {
	d, err := share(string(n))
	if err != nil {
		r.Bad(path, "%s", plumbline.TextOf(err))
	}
	return d
}

// window reads "28 d", "4 weeks", "month". A unit is never guessed: m is a minute
// here, a month is written out.
func (r *reader) window(path, text string) plumbline.Window {
	switch text {
	case "":
		return plumbline.Window{}
	case plumbline.WindowMonth, plumbline.WindowQuarter, plumbline.WindowYear:
		return plumbline.Window{Calendar: text}
	}
	s, err := clock.ParseSpan(text, clock.CalendarTime)
	if err != nil || s.Rest != 0 {
		r.Bad(path, "%q is not a window: write a number of days (28 d), or month, quarter or year.", text)
	}
	return plumbline.Window{Days: s.Days}
}

func (r *reader) constraint(at string, f constraintForm) Case {
	k := plumbline.Constraint{
		ID: plumbline.ConstraintID(f.ID), Name: f.Name, Kind: plumbline.ConstraintKind(f.Kind), Scope: r.scope(at+".scope", f.Scope), Currency: f.Currency,
		Basis: f.Basis, Method: f.Method, Hard: f.Hard, Owner: plumbline.PersonID(f.Owner), Approver: plumbline.PersonID(f.Approver), Source: f.Source,
		Objective: r.share(at+".objective", f.Objective), Window: r.window(at+".window", f.Window),
		Opened: r.time(at+".opened", f.Opened), Due: r.time(at+".due", f.Due), From: r.time(at+".from", f.From), To: r.time(at+".to", f.To),
		Cadence: r.duration(at+".cadence", f.Cadence), Lead: r.duration(at+".lead", f.Lead), Cycle: r.duration(at+".cycle", f.Cycle),
	}
	r.Fields(at, k.Validate())
	if r.file.ids[k.ID] {
		r.Bad(at+".id", "There are two constraints called %q.", f.ID)
	}
	r.file.ids[k.ID] = true
	for _, p := range f.Presets {
		if !slices.Contains(Presets[:], p) {
			r.Bad(at+".presets", "There is no preset %q; there are %s.", p, strings.Join(Presets[:], ", "))
		}
	}
	var list []plumbline.Observation
	for i, e := range f.Evidence {
		list = append(list, r.evidence(fmt.Sprintf("%s.evidence[%d]", at, i), fmt.Sprintf("%s-%d", f.ID, i+1), e, f, k)...)
	}
	return Case{Constraint: k, Evidence: Order(list), Zone: r.file.zone}
}

// evidence reads one entry and writes out its short forms: each day of a stretch,
// and a number of parts that are alike.
func (r *reader) evidence(at, id string, f observationForm, of constraintForm, k plumbline.Constraint) []plumbline.Observation {
	o := plumbline.Observation{
		ID: f.ID, Constraint: k.ID, Subject: f.Subject, Currency: f.Currency, Basis: f.Basis, State: f.State, Severity: f.Severity, Source: f.Source, Ref: f.Ref,
		External: f.External, Quality: plumbline.Quality(f.Quality), Supersedes: f.Supersedes,
		From: r.time(at+".from", f.From), To: r.time(at+".to", f.To), At: r.time(at+".at", f.At), Opened: r.time(at+".opened", f.Opened), Due: r.time(at+".due", f.Due),
		Forecast: r.time(at+".forecast", f.Forecast), Early: r.time(at+".early", f.Early), Ingested: r.time(at+".ingested", f.Ingested),
		Bad: r.share(at+".bad", f.Bad), Total: r.share(at+".total", f.Total), Amount: r.share(at+".amount", f.Amount),
	}
	if o.ID == "" {
		o.ID = id
	}
	if f.Last != "" { // a span that ends: from is counted back from it
		o.From = o.To.Add(-r.duration(at+".last", f.Last))
	}
	if o.To == 0 && f.Each == "" && o.From != 0 && k.Kind == plumbline.Cost {
		o.To = r.nextDay(o.From)
	}
	if o.At == 0 {
		o.At = o.To
	}
	if f.Finding != nil {
		r.finding(at+".finding", f.Finding, of.Presets, &o)
	}
	r.Fields(at, o.Validate())
	switch {
	case f.Each != "":
		return r.eachDay(at, f, o)
	case f.Count != 0:
		return r.alike(at, f, o)
	}
	return r.within(at, []plumbline.Observation{o})
}

// within refuses a file that has too much evidence.
func (r *reader) within(at string, list []plumbline.Observation) []plumbline.Observation {
	if r.file.evidence += len(list); r.file.evidence > maxEvidence {
		r.Bad(at, "The file has more than %d observations.", maxEvidence)
		return nil
	}
	return list
}

func (r *reader) nextDay(t plumbline.Time) plumbline.Time {
	d := clock.DayOf(t.Std(), r.file.zone).Next()
	return midnight(d.Year, d.Month, d.Day, r.file.zone)
}

// alike writes out a number of parts: "ac" three times is ac-1, ac-2, ac-3.
func (r *reader) alike(at string, f observationForm, o plumbline.Observation) []plumbline.Observation {
	if f.Count < 1 || f.Count > maxEvidence || f.Subject == "" {
		r.Bad(at+".count", "count is how many parts there are that are alike, from 1 to %d, and needs a subject.", maxEvidence)
		return nil
	}
	out := make([]plumbline.Observation, f.Count)
	for i := range out {
		n := strconv.Itoa(i + 1)
		out[i] = o
		out[i].ID, out[i].Subject = o.ID+"."+n, o.Subject+"-"+n
	}
	return r.within(at, out)
}

// eachDay writes out a stretch of days, or some days of the week in it.
func (r *reader) eachDay(at string, f observationForm, o plumbline.Observation) []plumbline.Observation {
	if f.Each != "day" || o.From == 0 || o.To == 0 {
		r.Bad(at+".each", "each is day, and needs from and to.")
		return nil
	}
	var on [7]bool
	for i, name := range f.On {
		w := slices.IndexFunc([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, func(d string) bool { return d == name })
		if w < 0 {
			r.Bad(fmt.Sprintf("%s.on[%d]", at, i), "%q is not a day of the week: write mon, tue, wed, thu, fri, sat or sun.", name)
			return nil
		}
		on[w] = true
	}
	if o.To.Sub(o.From) > maxEvidence*day {
		r.Bad(at+".to", "These are more than %d days.", maxEvidence)
		return nil
	}
	var out []plumbline.Observation
	first, end := period{o.From, o.To}.days(r.file.zone)
	for n := first; n < end; n++ {
		d := dayOf(n)
		if len(f.On) > 0 && !on[d.Weekday()] {
			continue
		}
		one := o
		one.From = midnight(d.Year, d.Month, d.Day, r.file.zone)
		one.To = r.nextDay(one.From)
		one.ID = o.ID + "." + d.String()
		if f.At == "" {
			one.At = one.To
		}
		out = append(out, one)
	}
	return r.within(at, out)
}

// finding works out when a vulnerability is due.
func (r *reader) finding(at string, f *findingForm, presets []string, o *plumbline.Observation) {
	x := Finding{
		Detected: r.time(at+".detected", f.Detected), Evaluated: r.time(at+".evaluated", f.Evaluated), Mitigated: r.time(at+".mitigated", f.Mitigated),
		KEVAdded: r.time(at+".kev_added", f.KEVAdded), KEVDue: r.time(at+".kev_due", f.KEVDue), CVSS: r.share(at+".cvss", f.CVSS),
		Exposed: f.Exposed, Impact: f.Impact, Level: f.Level, Reach: f.Reach,
	}
	if f.Automated {
		x.Automated = "yes"
	}
	if !slices.Contains([]string{"", "total", "partial"}, f.Impact) {
		r.Bad(at+".impact", "The impact is total or partial, not %q.", f.Impact)
	}
	if len(presets) == 0 {
		presets = []string{BySeverity, ByKEV}
	}
	found := x.Deadlines(presets...)
	if len(found) == 0 {
		return
	}
	o.Due, o.Opened = found[0].Due, found[0].Start
	if o.Ref == "" {
		o.Ref = found[0].Preset
	}
	if x.KEVAdded != 0 && o.Severity == "" {
		o.Severity = "kev"
	}
}
