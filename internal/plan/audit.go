package plan

import (
	"fmt"
	"math"
	"slices"

	"plumbline"
)

// This file is the independent checker: it reads the problem as it was given, and
// shares nothing with what plans.

// Audit holds a plan against the problem again, by another way than it was made: the
// error, which is Internal, is the first rule that it breaks without saying so, or a
// value that is not what its picks are worth. Whoever keeps a plan asks it first.
func (p *Problem) Audit(got *Plan) error {
	_, err := p.audited(got)
	return err
}

// audited is the plan as the period of each item, once the checker agrees with it
// but for the demands that it says it breaks.
func (p *Problem) audited(got *Plan) ([]int, error) {
	kept := *p
	kept.Items, kept.Mix = slices.Clone(p.Items), nil
	for _, v := range got.Violated {
		if i := slices.IndexFunc(kept.Items, func(it Item) bool { return it.ID == v.ID }); i >= 0 {
			kept.Items[i].Forced = false
		}
	}
	for _, m := range p.Mix {
		if !slices.ContainsFunc(got.Violated, func(v Violation) bool { return v.Mix == m.Category }) {
			kept.Mix = append(kept.Mix, m)
		}
	}
	at := make([]int, len(p.Items))
	for i, it := range p.Items {
		at[i] = slices.Index(p.Periods, got.Period(it.ID))
	}
	value, wrong := audit(&kept, at)
	switch {
	case wrong != "":
	case math.Abs(value-got.Value) > 1e-9*(1+math.Abs(value)):
		wrong = fmt.Sprintf("the plan says that it is worth %v, and is worth %v", got.Value, value)
	case got.Value > got.Bound:
		wrong = fmt.Sprintf("the value %v is above the bound %v", got.Value, got.Bound)
	}
	if wrong != "" {
		return nil, plumbline.Errorf(plumbline.Internal, "The plan breaks a rule: %s.", wrong)
	}
	return at, nil
}

// audit gives the value of a plan, as the period of each item or -1, and the first
// rule that it breaks.
func audit(p *Problem, at []int) (value float64, wrong string) {
	place := map[string]int{}
	for i, it := range p.Items {
		place[it.ID] = i
	}
	for i, it := range p.Items {
		if at[i] < 0 {
			if it.Forced {
				return 0, it.ID + " is forced and left out"
			}
			continue
		}
		value += it.Values[at[i]]
		if w := auditItem(p, it, at, i, place); w != "" {
			return 0, w
		}
	}
	for _, g := range p.Exclusive {
		n := 0
		for _, id := range g {
			if at[place[id]] >= 0 {
				n++
			}
		}
		if n > 1 {
			return 0, fmt.Sprintf("%d of %v are done", n, g)
		}
	}
	if w := auditRoom(p, at); w != "" {
		return 0, w
	}
	return value, auditMix(p, at)
}

func auditItem(p *Problem, it Item, at []int, i int, place map[string]int) string {
	if it.Out {
		return it.ID + " is forced out and done"
	}
	if it.By != "" && at[i] > slices.Index(p.Periods, it.By) {
		return it.ID + " is late"
	}
	for _, a := range it.After {
		if other := at[place[a]]; other < 0 || other > at[i] {
			return it.ID + " is done before " + a
		}
	}
	for _, f := range p.Frozen {
		if f.Product == it.Product && slices.Contains(f.Periods, p.Periods[at[i]]) && !slices.Contains(f.Except, it.Category) {
			return it.ID + " is done while its product is frozen"
		}
	}
	return ""
}

// auditRoom adds up what each team and the budget have to bear in each period.
func auditRoom(p *Problem, at []int) string {
	conf := p.Confidence
	if conf == 0 {
		conf = 0.85
	}
	z := math.Sqrt2 * math.Erfinv(2*conf-1)
	for q, period := range p.Periods {
		for _, t := range p.Teams {
			mean, vari, any := 0.0, t.Capacity[q].SD()*t.Capacity[q].SD(), false
			for i, it := range p.Items {
				for _, e := range it.Effort {
					if at[i] == q && e.Team == t.ID {
						mean += e.Size.Mean()
						vari += e.Size.SD() * e.Size.SD()
						any = any || e.Size.Mean() > 0
					}
				}
			}
			if room := t.Capacity[q].Mean(); any && mean+z*math.Sqrt(vari) > room*(1+1e-8)+1e-8 {
				return fmt.Sprintf("%s in %s has %v for %v and %v", t.ID, period, room, mean, z*math.Sqrt(vari))
			}
		}
		if p.Budget == nil {
			continue
		}
		mean, vari := 0.0, 0.0
		for i, it := range p.Items {
			if c, ok := p.Budget.Cost[it.ID]; ok && at[i] == q {
				mean += c.Mean()
				vari += c.SD() * c.SD()
			}
		}
		if mean > 0 && mean+z*math.Sqrt(vari) > p.Budget.Amount[q]*(1+1e-8)+1e-8 {
			return fmt.Sprintf("the budget of %s is overdrawn", period)
		}
	}
	return ""
}

func auditMix(p *Problem, at []int) string {
	for _, m := range p.Mix {
		all, mine := 0.0, 0.0
		for i, it := range p.Items {
			for _, e := range it.Effort {
				if at[i] >= 0 && (m.Team == "" || m.Team == e.Team) {
					all += e.Size.Mean()
					if it.Category == m.Category {
						mine += e.Size.Mean()
					}
				}
			}
		}
		if mine < m.Min*all-1e-6*(1+all) || m.Max > 0 && mine > m.Max*all+1e-6*(1+all) {
			return fmt.Sprintf("%s has %v of %v", m.Category, mine, all)
		}
	}
	return ""
}
