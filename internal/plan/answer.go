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
	for t, team := range s.p.Teams {
		for q, period := range s.p.Periods {
			c := t*s.m.periods + q
			mean, vari := s.m.filled(s.best.at, c)
			l := Load{Cell: Cell{team.ID, period}, Capacity: s.m.room[c], Planned: mean, Fits: 1}
			l.Reserve = s.m.needs(c, mean, vari) - mean
			if sd := math.Sqrt(vari + s.m.wide[c]); sd > 0 {
				l.Fits = chance.Phi((s.m.room[c] - mean) / sd)
			}
			out.Loads = append(out.Loads, l)
		}
	}
}

// filled is the mean and the variance of what a plan puts into a cell.
func (m *model) filled(at []int, c int) (mean, vari float64) {
	for _, u := range m.uses {
		if int(u.row) == c/m.periods && at[u.item] == c%m.periods {
			mean, vari = mean+u.mean, vari+u.vari
		}
	}
	return mean, vari
}
