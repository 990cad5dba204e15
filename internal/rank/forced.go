package rank

import (
	"fmt"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/clock"
)

// opening are the events that an item's opening stands for when nobody wrote
// them down.
var opening = [...]string{"created", "declared", "detected", "received"}

// Assess says what the rules make of one item at a moment: whether it is forced,
// by which rule, which clock presses, and what in it contradicts the policy. A
// nil calendar is Monday to Friday in UTC.
func (p *Policy) Assess(s Subject, now plumbline.Time, c *clock.Calendar) Force {
	a := &assessment{p: p, s: &s, now: now, c: c, f: Force{Group: Scored}}
	a.labels = slices.Clone(s.Labels)
	if s.Kind != "" {
		a.labels = append(a.labels, "kind:"+s.Kind)
	}
	if s.Class != "" {
		a.labels = append(a.labels, "class:"+s.Class)
	}
	if c == nil {
		a.c = clock.Weekdays(time.UTC)
	}
	a.severity()
	a.priority()
	a.strange()
	fam := a.family()
	a.clocks(fam)
	switch {
	case fam != nil:
		a.force(*fam)
	default:
		a.date()
	}
	a.duties()
	if a.f.Why == "" {
		a.f.Why = "No rule forces it: its place follows from the priority table and its score."
	}
	return a.f
}

type assessment struct {
	p      *Policy
	s      *Subject
	now    plumbline.Time
	c      *clock.Calendar
	labels []string
	f      Force
	forced *clock.Status // the clock that presses most
}

func (a *assessment) problem(format string, args ...any) {
	a.f.Problems = append(a.f.Problems, fmt.Sprintf(format, args...))
}

// family is the first family that the item is one of, or nil. Of several, the
// one of the highest row counts, which is the first in the policy.
func (a *assessment) family() *family {
	var out *family
	for i := range a.p.families {
		f := &a.p.families[i]
		if !f.has(a.labels, a.s.Class) {
			continue
		}
		if by := firstLabel(a.labels, f.Unless); by != "" {
			a.problem("%s does not force it: it carries %q.", f.Name, by)
			continue
		}
		if out == nil {
			out = f
		}
	}
	if out == nil && a.f.Severity != "" && !a.timed() && len(a.p.families) > 0 {
		a.problem("It has severity %s, but no label says of what kind: the severity forces nothing. Label it, for example %q, or take the severity away.", a.f.Severity, a.p.families[0].Labels[0])
	}
	return out
}

// timed says whether some clock of severities is for the item.
func (a *assessment) timed() bool {
	return slices.ContainsFunc(a.born(), func(c clock.Policy) bool {
		return len(c.Times) > 0 && len(c.Labels) > 0 && c.Applies(a.labels)
	})
}

// events are the item's events, with what its opening and its severity stand for.
func (a *assessment) events() []clock.Event {
	out := append(make([]clock.Event, 0, len(a.s.Events)+1+len(opening)), a.s.Events...)
	has := func(name string) bool {
		return slices.ContainsFunc(out, func(e clock.Event) bool { return e.Type == name })
	}
	last := -1
	for i, e := range out {
		if e.Type == clock.Severity && (last < 0 || e.At >= out[last].At) && e.At <= a.now {
			last = i
		}
	}
	first := a.s.Opened
	for _, e := range out {
		if first == 0 || e.At < first {
			first = e.At
		}
	}
	switch {
	case a.f.Severity == "" || first == 0:
	case last < 0:
		out = append(out, clock.Event{At: first, Type: clock.Severity, Severity: a.f.Severity})
	default:
		out[last].Severity = a.f.Severity
	}
	for _, name := range opening {
		if a.s.Opened != 0 && !has(name) {
			out = append(out, clock.Event{At: a.s.Opened, Type: name})
		}
	}
	return out
}

// born are the clocks that run for the item: each keeps the policy that it was
// born under.
func (a *assessment) born() []clock.Policy {
	if a.s.Born != nil {
		return a.s.Born.Clocks
	}
	return a.p.Clocks
}

// orders are the clocks whose time orders the item, as the policy has it that it
// was born under.
func (a *assessment) orders(fam *family) []string {
	if fam == nil {
		return nil
	}
	if a.s.Born != nil {
		for _, f := range a.s.Born.families {
			if f.ID == fam.ID {
				return f.Clocks
			}
		}
	}
	return fam.Clocks
}

// clocks reads every clock that is for the item, and finds the one of its family
// that presses most.
func (a *assessment) clocks(fam *family) {
	events := a.events()
	share := 0.0
	own, orders := a.born(), a.orders(fam)
	for i := range own {
		c := &own[i]
		ours := slices.Contains(orders, c.ID)
		if !ours && !c.Applies(a.labels) {
			continue
		}
		st := c.Status(events, a.c, a.now)
		if st.Phase == clock.Waiting || st.Phase == clock.None {
			continue
		}
		a.f.Clocks = append(a.f.Clocks, st)
		for _, n := range st.Notes {
			a.problem("%s: %s", c.Name, n)
		}
		if !ours || st.Phase == clock.Stopped || st.Due == 0 {
			continue
		}
		left := a.left(c, st)
		if a.forced == nil || a.presses(st, left, share) {
			a.forced, share = &a.f.Clocks[len(a.f.Clocks)-1], left
			s := st
			a.forced = &s
		}
	}
	if a.forced != nil {
		a.f.Share = share
	}
}

// presses says whether a clock presses more than the one found before: what is
// late by more, else what has less of its time left.
func (a *assessment) presses(st clock.Status, left, share float64) bool {
	if st.Breached != a.forced.Breached {
		return st.Breached
	}
	if st.Breached {
		return st.Remaining < a.forced.Remaining
	}
	return left < share
}

// left is the share of a clock's time that is left, 0 to 1.
func (a *assessment) left(c *clock.Policy, st clock.Status) float64 {
	whole := a.c.Between(st.Started, st.Due, c.Calendar) - st.PausedFor
	if whole <= 0 || st.Remaining <= 0 {
		return 0
	}
	return min(float64(st.Remaining)/float64(whole), 1)
}

// force fills in what a family and its clock say.
func (a *assessment) force(fam family) {
	f := &a.f
	f.Forced, f.Family, f.FamilyName = true, fam.ID, fam.Name
	f.Rule = fmt.Sprintf("%s is forced: row %d of the priority table, %s.", fam.Name, fam.Row, a.p.row(fam.Row).Name)
	if f.Severity == "" {
		f.Group, f.Unassessed = Unassessed, true
		f.Why = fmt.Sprintf("%s is forced work, and nobody has said how severe this is: assess it first.", fam.Name)
		return
	}
	st := a.forced
	if st == nil {
		f.Group = Forced
		f.Why = fmt.Sprintf("%s of severity %s is forced, and no clock runs for it now.", fam.Name, f.Severity)
		return
	}
	f.Clock, f.ClockName, f.Version = st.Policy, st.Name, st.Version
	f.Started, f.Due, f.Remaining, f.Paused = st.Started, st.Due, st.Remaining, st.Paused
	if st.Breached {
		f.Group, f.Overdue = Breached, -st.Remaining
		f.Why = fmt.Sprintf("%s of severity %s: %q was due on %s and is late by %s.", fam.Name, f.Severity, st.Name, date(st.Due), Span(f.Overdue))
		return
	}
	f.Group = Forced
	paused := ""
	if st.Paused {
		paused = "; the clock stands still now"
	}
	f.Why = fmt.Sprintf("%s of severity %s: %q is due on %s, with %s of its time left%s.", fam.Name, f.Severity, st.Name, date(st.Due), percent(f.Share), paused)
}

// date says whether a date that cannot move has to be worked for now.
func (a *assessment) date() {
	if a.s.Due == 0 || !a.p.Hard(a.s.Hardness) {
		return
	}
	weeks, ok := a.weeks()
	if !ok && a.s.Due > a.now {
		a.problem("The date %s cannot move, but nobody has said how long the work takes, so nobody can say when it has to begin. Estimate its duration.", date(a.s.Due))
		return
	}
	start := plumbline.At(a.s.Due.Std().Add(-time.Duration(min(weeks, 5200) * float64(weekH))))
	a.f.Start = start
	if start > a.now {
		a.f.Why = fmt.Sprintf("Its date %s (%s) cannot move, and begins to press on %s: until then its score decides.", date(a.s.Due), a.s.Hardness, date(start))
		return
	}
	a.f.Group = HardDate
	a.f.Rule = fmt.Sprintf("A date of %s cannot move.", a.s.Hardness)
	a.f.Why = fmt.Sprintf("Its date %s (%s) cannot move; to be %s sure to keep it, the work had to begin by %s.", date(a.s.Due), a.s.Hardness, percent(a.p.dates.Sure), date(start))
}

// weeks is how long the work takes, at the policy's quantile, in weeks: by its
// duration, else by its effort as the work of one person.
func (a *assessment) weeks() (float64, bool) {
	if f, ok := a.s.Factors[duration]; ok && !f.Value.IsUnknown() {
		return max(f.Value.Quantile(a.p.dates.Sure), 0), true
	}
	for _, m := range a.p.models {
		for _, id := range m.over {
			if f, ok := a.s.Factors[id]; ok && !f.Value.IsUnknown() && m.weeks > 0 {
				return max(f.Value.Quantile(a.p.dates.Sure), 0) * m.weeks, true
			}
		}
	}
	return 0, false
}

// date is a moment as people read it.
func date(t plumbline.Time) string { return t.Std().Format("2 January 2006") }

// years is how long something takes before it is told in years.
const years = 2 * 365 * day

// Span is a duration in words, rounded down: what is older than two years is so by
// years, since nobody counts its days.
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 2*day:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	case d < years:
		return fmt.Sprintf("%d days", int(d/day))
	}
	return fmt.Sprintf("%d years", int(d/(365*day)))
}
