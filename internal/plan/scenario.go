package plan

import (
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
)

// Extra is more capacity for a team: in one period, or in each with Period "".
type Extra struct {
	Team   string
	Period string
	Add    float64 // 0 or more
}

// Gain is what more capacity brings: the plan made again with it, since a price
// holds for the first unit only and a person is many.
type Gain struct {
	Value float64 `json:"value"`
	Gain  float64 `json:"gain"`
	Bound float64 `json:"bound"`
	In    []Pick  `json:"in"`  // picked now, and not before
	Out   []Pick  `json:"out"` // the other way round
}

// More plans again with more capacity, from the plan and its prices. The value is
// never less than the plan's. The plan must come from [Solve].
func (p *Plan) More(extra ...Extra) (*Gain, error) {
	old := p.solved
	next := *old.p
	next.Teams = slices.Clone(old.p.Teams)
	for _, x := range extra {
		t := slices.IndexFunc(next.Teams, func(t Team) bool { return t.ID == x.Team })
		q := slices.Index(next.Periods, x.Period)
		switch {
		case t < 0:
			return nil, plumbline.Errorf(plumbline.Invalid, "There is no team %q; there are %s.", x.Team, teamsOf(old.p))
		case q < 0 && x.Period != "":
			return nil, plumbline.Errorf(plumbline.Invalid, "There is no period %q; there are %s.", x.Period, listed(next.Periods))
		case !(x.Add >= 0 && x.Add <= maxNumber):
			return nil, plumbline.Errorf(plumbline.Invalid, "More capacity is 0 or more; %v is not.", x.Add)
		}
		team, err := widened(next.Teams[t], q, x.Add)
		if err != nil {
			return nil, err
		}
		next.Teams[t] = team
	}
	s := old.again(&next)
	out := s.plan(nil)
	g := &Gain{Value: out.Value, Gain: out.Value - p.Value, Bound: out.Bound, In: fresh(out.Picks, p.Picks), Out: fresh(p.Picks, out.Picks)}
	return g, nil
}

// widened is a team with more capacity in one period, or in each with -1.
func widened(t Team, period int, add float64) (Team, error) {
	more, err := chance.Known(add)
	if err != nil {
		return t, err
	}
	t.Capacity = slices.Clone(t.Capacity)
	for q := range t.Capacity {
		if period < 0 || q == period {
			if t.Capacity[q], err = chance.Sum(t.Capacity[q], more); err != nil {
				return t, err
			}
		}
	}
	return t, nil
}

func teamsOf(p *Problem) string {
	var names []string
	for _, t := range p.Teams {
		names = append(names, t.ID)
	}
	return listed(names)
}

// fresh are the picks of one plan whose items the other does not have.
func fresh(picks, other []Pick) []Pick {
	out := []Pick{}
	for _, k := range picks {
		if (&Plan{Picks: other}).Period(k.ID) == "" {
			out = append(out, k)
		}
	}
	return out
}

// again plans a problem that differs in its capacities or its confidence only, from
// the prices and the plan of this one.
func (s *solver) again(p *Problem) *solver {
	next := newSolver(p, s.w)
	copy(next.d.best, s.d.best)
	next.best = next.found(s.best.at)
	next.d.chords(math.Inf(1))
	next.d.improve(max(next.w.Rounds/3, 100), len(next.d.best) == len(s.d.best), next.w.Done)
	next.search(max(next.w.Moves/2, 1), heat{heatFirst / 4, heatLast / 2}, 1)
	next.tighten()
	next.exact()
	next.giveUp()
	return next
}

// found is a plan as far as the rules of this problem allow it, with the demands that
// it does not hold.
func (s *solver) found(at []int) (f found) {
	st := newState(s.m, s.d, s.d.losses(), s.p.Seed, 0)
	st.take(at)
	f.keep(st)
	return f
}

// Point is the plan for one probability of fitting.
type Point struct {
	Confidence float64 `json:"confidence"`
	Value      float64 `json:"value"`
	Bound      float64 `json:"bound"`
	Picks      int     `json:"picks"`
}

// Frontier plans again for each probability of fitting, 0.5 to below 1, and gives
// the points with the surest first. Each plan begins with the one before it, which
// asks for more room, so value never falls along the way.
func (p *Plan) Frontier(confidences []float64) ([]Point, error) {
	levels := slices.Clone(confidences)
	slices.Sort(levels)
	slices.Reverse(levels)
	at, out := p.solved, []Point{}
	for k, c := range levels {
		next := *p.solved.p
		next.Confidence = c
		if err := next.Validate(); err != nil {
			return nil, err
		}
		start := at
		if k == 0 && c > p.solved.p.confidence() {
			cold := *at
			cold.best.at = make([]int, len(at.best.at))
			for i := range cold.best.at {
				cold.best.at[i] = none
			}
			start = &cold
		}
		at = start.again(&next)
		pl := at.plan(nil)
		out = append(out, Point{c, pl.Value, pl.Bound, len(pl.Picks)})
	}
	return out, nil
}
