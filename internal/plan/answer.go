package plan

import (
	"cmp"
	"math"
	"slices"

	"plumbline/internal/chance"
)

// plan is the best plan as it is told, with what is left out.
func (s *solver) plan(left []Why) *Plan {
	out := &Plan{Value: s.best.value, Bound: max(s.d.bound, s.best.value), Picks: []Pick{}, Prices: []Price{}, LeftOut: left, Violated: []Violation{},
		Stopped: s.w.Done(), solved: s}
	if out.Bound > 0 {
		out.Gap = (out.Bound - out.Value) / out.Bound
	}
	for i, q := range s.best.at {
		if q != none {
			out.Picks = append(out.Picks, Pick{s.p.Items[i].ID, s.p.Periods[q]})
		}
	}
	slices.SortFunc(out.Picks, func(a, b Pick) int { return cmp.Compare(a.ID, b.ID) })
	s.prices(out)
	s.loads(out)
	out.Violated = s.violations()
	return out
}

// prices tells what one unit more of each capacity would be worth, where that is
// more than a millionth of the dearest.
func (s *solver) prices(out *Plan) {
	dear := 0.0
	for c := range s.d.edgeAt {
		dear = max(dear, s.d.best[c])
	}
	for c := range s.d.edgeAt {
		price := Price{Period: s.p.Periods[c%s.m.periods], Price: s.d.best[c]}
		if price.Price <= 1e-6*dear {
			continue
		}
		if row := c / s.m.periods; row < s.m.teams {
			price.Team = s.p.Teams[row].ID
			out.Prices = append(out.Prices, price)
		} else {
			out.Money = append(out.Money, price)
		}
	}
}

func (s *solver) loads(out *Plan) {
	mean, vari := make([]float64, len(s.m.room)), make([]float64, len(s.m.room))
	for _, u := range s.m.uses {
		if q := s.best.at[u.item]; q != none {
			mean[int(u.row)*s.m.periods+q] += u.mean
			vari[int(u.row)*s.m.periods+q] += u.vari
		}
	}
	inside := s.cells()
	for t, team := range s.p.Teams {
		for q, period := range s.p.Periods {
			c := t*s.m.periods + q
			l := Load{Order: s.order(inside[c], q), Cell: Cell{team.ID, period}, Capacity: s.m.room[c], Planned: mean[c], Fits: 1}
			l.Reserve = s.m.needs(c, mean[c], vari[c]) - mean[c]
			if sd := math.Sqrt(vari[c] + s.m.wide[c]); sd > 0 {
				l.Fits = chance.Phi((s.m.room[c] - mean[c]) / sd)
			}
			out.Loads = append(out.Loads, l)
		}
	}
}

// cells are what the plan does in each cell, but for the budget's.
func (s *solver) cells() [][]use {
	out := make([][]use, s.m.teams*s.m.periods)
	for _, u := range s.m.uses {
		if q := s.best.at[u.item]; q != none && int(u.row) < s.m.teams {
			c := int(u.row)*s.m.periods + q
			out[c] = append(out[c], u)
		}
	}
	return out
}

// order names what a team does in a period in the order in which its delay costs the
// least. A period's delay costs what the next period is worth less, in the last one all.
func (s *solver) order(of []use, q int) []string {
	places := map[int32]int{}
	for n, u := range of {
		places[u.item] = n
	}
	jobs := make([]job, len(of))
	for n, u := range of {
		it := s.p.Items[u.item]
		jobs[n] = job{forced: it.Forced, late: max(it.Values[q], 0), value: max(it.Values[q], 0), size: u.mean}
		if q+1 < s.m.periods {
			jobs[n].late = max(it.Values[q]-it.Values[q+1], 0)
		}
		for _, b := range s.m.before[u.item] {
			if place, ok := places[b]; ok {
				jobs[n].after = append(jobs[n].after, place)
			}
		}
	}
	out := make([]string, 0, len(of))
	for _, n := range sequence(jobs) {
		out = append(out, s.p.Items[of[n].item].ID)
	}
	return out
}
