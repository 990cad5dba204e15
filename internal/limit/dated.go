package limit

import (
	"fmt"
	"time"

	"plumbline"
)

// part is a control or a finding as it stands: the newest observation of it, with
// what earlier ones said.
type part struct {
	entry
	opened, due plumbline.Time
	exempt      bool
}

// parts are the parts of a constraint at a moment, by name. A clock begins with
// the first observation of a part: one that is found again is not new. The
// newest date counts, else that of the constraint.
func parts(c Case, now plumbline.Time) []part {
	out := make([]part, 0, len(c.Evidence.names))
	for _, name := range c.Evidence.names {
		list := c.Evidence.subjects[name]
		newest, ok := last(list, now)
		if !ok {
			continue
		}
		p := part{entry: newest, due: c.Constraint.Due, exempt: newest.State == plumbline.StateExempt && now < newest.Due}
		for i := range list {
			en := &list[i]
			if en.At > now {
				break
			}
			began := en.Opened
			if began == 0 {
				began = en.At
			}
			if p.opened == 0 || began < p.opened {
				p.opened = began
			}
			if en.Due != 0 && !(en.State == plumbline.StateMet && c.Constraint.Kind == plumbline.Compliance) {
				p.due = en.Due // there it is the date of the next evidence
			}
		}
		for _, e := range c.Exceptions {
			if e.Constraint == c.Constraint.ID && e.Subject == name && e.Policy == "" && e.Validate() == nil && e.Holds(now) {
				p.exempt = true
			}
		}
		out = append(out, p)
	}
	return out
}

// headroom is (due - now) / (due - opened); what was due before its clock began
// is at -1 at once.
func (p *part) headroom(now plumbline.Time) Number {
	if p.due <= p.opened {
		if now < p.due {
			return whole(1)
		}
		return whole(-1)
	}
	return quo(span(now, p.due), span(p.opened, p.due))
}

// met says that a control does what it is for.
func (p *part) met() bool {
	return p.State == plumbline.StateMet || p.State == plumbline.StateClosed
}

// until is when what is said of a control has to be said again: when it says so
// itself, else one round later.
func (p *part) until(cadence time.Duration) plumbline.Time {
	if p.Due != 0 && (p.met() || p.State == plumbline.StateExempt) {
		return p.Due
	}
	return p.At.Add(cadence)
}

// claimed says that a control is said to be met without evidence.
func (p *part) claimed() bool { return p.met() && p.Due != 0 && p.Due <= p.At }

// old says that a part was not heard of for two of its rounds.
func (p *part) old(cadence time.Duration, now plumbline.Time) bool {
	until := p.until(cadence)
	return now > until && now.Sub(until) > until.Sub(p.At)
}

// gaps are the open parts of a constraint, while they are counted.
type gaps struct {
	now                                    plumbline.Time
	open, undated, overdue, urgent, exempt int
	least                                  Number
	due, oldest                            plumbline.Time
	nearest                                string
}

// take counts an open part.
func (g *gaps) take(o *outcome, p *part) {
	o.ids = append(o.ids, p.ID)
	if p.exempt {
		g.exempt++
		return
	}
	g.open++
	if g.oldest == 0 || p.opened < g.oldest {
		g.oldest = p.opened
	}
	if p.due == 0 {
		g.undated++
		return
	}
	if p.due < p.opened {
		o.note("%s: its clock is in the past, due %s and known since %s; it was overdue on arrival.", p.Subject, date(p.due), date(p.opened))
	}
	if g.now > p.due {
		g.overdue++
		if p.Severity == "critical" || p.Severity == "kev" {
			g.urgent++
		}
	}
	if g.due == 0 || p.due < g.due {
		g.due, g.nearest = p.due, p.Subject
	}
	if h := p.headroom(g.now); !g.least.Known() || h.Cmp(g.least) < 0 {
		g.least = h
	}
}

// tell puts what the gaps say: the headroom is that of the one with the least.
func (g *gaps) tell(o *outcome, what string) {
	o.headroom, o.due = g.least, g.due
	o.figure("open", whole(int64(g.open)), "")
	o.figure("overdue", whole(int64(g.overdue)), "")
	o.figure("undated", whole(int64(g.undated)), "")
	o.figure("exempt", whole(int64(g.exempt)), "")
	if g.least.Known() && g.least.Sign() >= 0 {
		o.breach = g.due
	}
	switch {
	case g.overdue > 0:
		o.reason = fmt.Sprintf("%s overdue; the first, %s, since %s.", plural(g.overdue, what)+verb(g.overdue), g.nearest, date(g.due))
	case g.due != 0:
		o.reason = fmt.Sprintf("%s open; the next, %s, is due on %s.", plural(g.open, what)+verb(g.open), g.nearest, date(g.due))
	case g.open > 0:
		o.reason = fmt.Sprintf("%s open.", plural(g.open, what)+verb(g.open))
	default:
		o.reason = "Nothing is open."
		o.headroom = whole(1)
	}
	if g.undated > 0 {
		o.risk = fmt.Sprintf("%s open without a date: nobody has said by when.", plural(g.undated, what)+verb(g.undated))
	}
}

func verb(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// compliance judges controls: coverage is met by applicable, and evidenced those
// whose evidence is not older than a round, too. What does not apply is in
// neither; what is met in part is a gap. Headroom is that of the gap that is due
// first, (due - now) / (due - opened). A control that is met says when its next
// evidence is due; one whose evidence was due at once is a claim.
func compliance(c Case, now plumbline.Time) (o outcome) {
	cadence := cadenceOf(c.Constraint)
	g := gaps{now: now}
	applicable, met, evidenced, old, claimed := 0, 0, 0, 0, 0
	var expiry plumbline.Time
	all := parts(c, now)
	o.ids = make([]string, 0, len(all))
	for i := range all {
		p := &all[i]
		if p.State == plumbline.StateNotApplicable {
			continue
		}
		applicable++
		late := !p.claimed() && p.old(cadence, now)
		if late {
			old++
		}
		if !p.met() {
			if !late {
				g.take(&o, p)
			}
			continue
		}
		o.ids = append(o.ids, p.ID)
		met++
		if p.claimed() {
			claimed++
			continue
		}
		until := p.until(cadence)
		if now <= until {
			evidenced++
		}
		if expiry == 0 || until < expiry {
			expiry = until
		}
	}
	if applicable == 0 {
		o.unknown = "There is no control that applies."
		return o
	}
	g.tell(&o, "gap")
	o.pace = ratio(int64(met), int64(applicable))
	o.figure("applicable", whole(int64(applicable)), "controls")
	o.figure("met", whole(int64(met)), "controls")
	o.figure("coverage", o.pace, "")
	o.figure("evidenced", ratio(int64(evidenced), int64(applicable)), "")
	if o.due == 0 {
		o.due = expiry
	}
	if !o.headroom.Known() || o.headroom.Sign() >= 0 {
		o.stale = unproven(old, claimed, cadence)
	}
	o.reason += fmt.Sprintf(" %d of %d controls that apply are met (%s).", met, applicable, o.pace.Percent())
	return o
}

// unproven says why controls may not be called met; empty: they may.
func unproven(old, claimed int, cadence time.Duration) string {
	switch {
	case old > 0:
		return fmt.Sprintf("The evidence of %s is older than two rounds of %s.", plural(old, "control"), spoken(cadence))
	case claimed > 0:
		return fmt.Sprintf("%s said to be met, and no evidence shows it.", plural(claimed, "control")+verb(claimed))
	}
	return ""
}

// security judges findings: headroom is that of the open one that is due first.
// The pace is the share that was mended in time, of all that were closed or are
// open and overdue: to count the closed ones only would hide the old ones.
func security(c Case, now plumbline.Time) (o outcome) {
	g := gaps{now: now}
	closed, inTime := 0, 0
	found := parts(c, now)
	o.ids = make([]string, 0, len(found))
	for i := range found {
		p := &found[i]
		switch p.State {
		case plumbline.StateNotApplicable:
		case plumbline.StateClosed, plumbline.StateMet:
			o.ids = append(o.ids, p.ID)
			closed++
			if p.due == 0 || p.At <= p.due {
				inTime++
			}
		default:
			g.take(&o, p)
		}
	}
	g.tell(&o, "finding")
	o.figure("overdue_critical", whole(int64(g.urgent)), "")
	if g.oldest != 0 {
		o.figure("oldest_days", quo(span(g.oldest, now), micros(day)), "days")
	}
	if all := closed + g.overdue; all > 0 {
		o.pace = ratio(int64(inTime), int64(all))
		o.figure("mended_in_time", o.pace, "")
	}
	return o
}
