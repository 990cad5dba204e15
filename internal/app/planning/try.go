package planning

import (
	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/chance"
	"plumbline/internal/plan"
)

// asked is an item that is tried out in a plan, or out of it. What is empty is as
// the store says.
type asked struct {
	item plumbline.ItemID
	in   bool
	size chance.Dist
	team plumbline.TeamRef
}

// Limits on what is worked out beside a plan.
const (
	explained = 40 // items left out with which the plan is made again
	cutsFound = 8  // for how many of these the smallest cut of effort is looked for
	hired     = 4  // teams for which one engineer more is planned
)

// levels are the chances of fitting of the frontier.
func levels() []float64 { return []float64{0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95} }

// solved is a plan with what was asked beside it.
type solved struct {
	*plan.Plan
	frontier  []plan.Point
	engineers []engineer
}

// engineer is what one person more in a team would bring.
type engineer struct {
	Team  plumbline.TeamRef `json:"team"`
	Weeks []float64         `json:"weeks"` // of work, by period
	Gain  *plan.Gain        `json:"gain"`
}

// solve plans a problem, from a plan that was kept before if there is one, until the
// run is done.
func (m *made) solve(start []plan.Pick, u *run) (*solved, error) {
	p, err := plan.Solve(m.problem, plan.Work{Explain: explained, Cuts: cutsFound, Start: start, Done: u.done, Progress: u.progress})
	if err != nil {
		return nil, err
	}
	if err := m.problem.Audit(p); err != nil {
		return nil, err
	}
	u.stand()
	return m.beside(p, u.done)
}

// beside is a plan with its frontier and what one engineer more would bring. What is
// cut short because it is to be done is left out: it would tell less than there is.
func (m *made) beside(p *plan.Plan, done func() bool) (out *solved, err error) {
	out = &solved{Plan: p}
	if done() {
		return out, nil
	}
	points, err := p.Frontier(levels())
	if err != nil || done() {
		return out, err
	}
	out.frontier = points
	return out, m.hire(out, done)
}

// hire plans again with one engineer more in each of the dearest teams: a price
// holds for the first week only, and a person is many.
func (m *made) hire(s *solved, done func() bool) error {
	best := map[string]float64{}
	var order []string
	for _, x := range s.Prices {
		if _, ok := best[x.Team]; !ok {
			order = append(order, x.Team)
		}
		best[x.Team] = max(best[x.Team], x.Price)
	}
	sortByWorth(order, best)
	for _, team := range order[:min(hired, len(order))] {
		e := engineer{Team: plumbline.TeamRef(team)}
		var extra []plan.Extra
		for _, n := range m.nets {
			if string(n.Team) == team {
				weeks := oneEngineer(n)
				e.Weeks = append(e.Weeks, weeks)
				extra = append(extra, plan.Extra{Team: team, Period: n.Period.String(), Add: weeks})
			}
		}
		gain, err := s.More(extra...)
		if err != nil || done() {
			return err
		}
		e.Gain = gain
		s.engineers = append(s.engineers, e)
	}
	return nil
}

// usualFocus is the share of a person's time that goes into planned work where
// nobody said how many people there are.
const usualFocus = 0.6

// oneEngineer is the work of one person more in what is left of a period: as much as
// one of those who are there does.
func oneEngineer(n capacity.Net) float64 {
	if n.People > 0 {
		return n.Gross / n.People
	}
	return n.Span() * usualFocus
}
