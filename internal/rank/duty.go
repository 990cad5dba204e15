package rank

import (
	"fmt"

	"plumbline"
)

// LimitFamily is the family of work that is forced by a limit rather than by what
// the item itself is.
const LimitFamily = "limit"

// Duty is a limit that the item mends, and that forces it.
type Duty struct {
	Limit   string // id of the constraint
	Name    string
	Rule    string         // what asks for it, in words
	Why     string         // how the limit stands, in one sentence
	Version string         // of the policies that it was judged by
	Since   plumbline.Time // it is forced
	Due     plumbline.Time // 0: there is no date
}

// duties lets the limit that presses most force the item, if it presses more than
// what the item itself is. What nobody has assessed stays first all the same.
func (a *assessment) duties() {
	for _, d := range a.s.Duties {
		if f := a.duty(d); f.before(&a.f) {
			f.Severity, f.Clocks, f.Problems = a.f.Severity, a.f.Clocks, a.f.Problems
			a.f = f
		}
	}
}

// duty is what one limit makes of the item.
func (a *assessment) duty(d Duty) Force {
	f := Force{
		Group: Forced, Forced: true, Family: LimitFamily, FamilyName: "A limit", Rule: d.Rule, Clock: d.Limit, ClockName: d.Name, Version: d.Version,
		Started: d.Since, Due: d.Due,
	}
	switch {
	case d.Due == 0:
		f.ClockName = "" // there is none to show
		f.Why = fmt.Sprintf("It mends the limit %q, which forces it: %s %s", d.Name, d.Rule, d.Why)
	case d.Due <= a.now:
		f.Group, f.Remaining, f.Overdue = Breached, d.Due.Sub(a.now), a.now.Sub(d.Due)
		f.Why = fmt.Sprintf("It mends the limit %q, which was due on %s and is late by %s: %s %s", d.Name, date(d.Due), Span(f.Overdue), d.Rule, d.Why)
	default:
		f.Remaining = d.Due.Sub(a.now)
		f.Share = 1
		if whole := d.Due.Sub(d.Since); whole > 0 {
			f.Share = min(float64(f.Remaining)/float64(whole), 1)
		}
		f.Why = fmt.Sprintf("It mends the limit %q, which is due on %s: %s %s", d.Name, date(d.Due), d.Rule, d.Why)
	}
	return f
}

// before says whether a force puts an item before where another one does.
func (f *Force) before(g *Force) bool {
	switch {
	case f.Group != g.Group:
		return f.Group < g.Group
	case f.Group == Breached:
		return f.Overdue > g.Overdue
	case f.Due == 0 || g.Due == 0:
		return f.Due != 0
	}
	return f.Share < g.Share
}
