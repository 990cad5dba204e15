package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Why says what would bring an item into the plan that is left out.
type Why struct {
	ID  string `json:"id"`
	Why string `json:"why"`

	// Raise is how much more the item would have to be worth. It is nil if no
	// value brings it in. If Tried, the plan was made again with the item in it:
	// with this raise that plan, which pushes out PushesOut, is worth as much as
	// this one. Otherwise it is what the item is worth less than the room that it
	// needs, at today's prices: about as much, and found at once.
	Raise     *float64 `json:"raise_needed"`
	Tried     bool     `json:"tried"`
	Cut       *float64 `json:"effort_cut,omitempty"` // share of its efforts, 0 to 1, without which it would be in
	Period    string   `json:"period,omitempty"`     // where it would go
	PushesOut []string `json:"pushes_out,omitempty"`
}

// leftOut explains what is not in the plan, the nearest first. When a trial finds a
// plan that is better, that one is taken, and explained instead.
func (s *solver) leftOut() []Why {
	for range 5 {
		loss := s.d.losses()
		order := s.nearest(loss)
		tries := order[:min(len(order), s.w.Explain)]
		results := make([]found, len(tries))
		g := newGuide(s.d, loss)
		s.w.Parallel(len(tries), func(k int) { results[k] = s.with(s.m, tries[k], loss, g) })
		s.w.Progress(Progress{"explain", len(tries), len(tries), s.best.value, s.d.bound})
		if !s.adopt(results) {
			return s.explain(order, loss, results)
		}
	}
	loss := s.d.losses()
	return s.explain(s.nearest(loss), loss, nil)
}

// nearest are the items that are left out, by what they lose.
func (s *solver) nearest(loss []float64) []int32 {
	var out []int32
	for i, q := range s.best.at {
		if q == none {
			out = append(out, int32(i))
		}
	}
	slices.SortStableFunc(out, func(a, b int32) int { return cmp.Compare(s.costs(a, loss), s.costs(b, loss)) })
	return out
}

// costs is by how much the best option of an item earns less than nothing.
func (s *solver) costs(i int32, loss []float64) float64 {
	n := s.m.periods + 1
	return slices.Min(loss[int(i)*n:int(i)*n+n-1]) - loss[int(i)*n+n-1]
}

// adopt takes the best of some plans if it is better than the plan.
func (s *solver) adopt(results []found) bool {
	taken := false
	for k := range results {
		f := &results[k]
		if f.at == nil || f.missing > s.best.missing || f.short > 0 {
			continue
		}
		if f.value = s.m.worth(f.at); f.value > s.best.value+1e-9*(1+math.Abs(s.best.value)) {
			s.best, taken = *f, true
		}
	}
	return taken
}

// with plans again from the best plan, with one item held in it. Nothing is found
// when the item has no place.
func (s *solver) with(m *model, i int32, loss []float64, g *guide) found {
	held := *m
	held.forced = slices.Clone(m.forced)
	for stack := []int32{i}; len(stack) > 0; {
		j := stack[len(stack)-1]
		held.forced[j] = true
		stack = append(stack[:len(stack)-1], m.before[j]...)
	}
	var best found
	moves := max(1000, 2*m.items)
	st := newState(&held, s.d, loss, s.p.Seed, uint64(i)<<8)
	st.take(s.best.at)
	base := slices.Clone(st.at)
	for q := range m.periods {
		if !m.allowed(i, q) || s.w.Done() {
			continue
		}
		st.back(base)
		st.begin()
		if !st.try(i, q, 0) {
			st.undo()
		}
		st.start(g.order)
		f := st.anneal(g, moves, heat{heatLast, heatLast / 4}, s.d.worth, s.w.Done)
		if f.missing == 0 && f.short == 0 && (best.at == nil || f.better(&best)) {
			best = f
		}
	}
	return best
}

// back makes a state what it was.
func (s *state) back(base []int) {
	for i, q := range s.at {
		if q != base[i] {
			s.set(int32(i), none)
		}
	}
	for i, q := range base {
		if q != s.at[i] {
			s.set(int32(i), q)
		}
	}
}

// explain says why each item is left out; the first ones have been tried.
func (s *solver) explain(order []int32, loss []float64, tried []found) []Why {
	out := make([]Why, len(order))
	for k, i := range order {
		it := s.p.Items[i]
		w := Why{ID: it.ID}
		first, _ := s.m.window(i)
		switch {
		case it.Out:
			w.Why = "It is forced out."
		case first == s.m.periods:
			w.Why = "No period is open to it: its deadline, a freeze, or what comes before it closes them all."
		default:
			s.priced(&w, i, loss)
			if k < len(tried) {
				s.replanned(&w, tried[k])
			}
		}
		out[k] = w
	}
	cuts := min(len(tried), s.w.Cuts)
	g := newGuide(s.d, loss)
	s.w.Parallel(cuts, func(k int) {
		if out[k].Raise != nil {
			out[k].Cut = s.cut(order[k], loss, g)
		}
	})
	return out
}

// priced explains an item by the prices of the room that it needs.
func (s *solver) priced(w *Why, i int32, loss []float64) {
	n := s.m.periods
	q := 0
	for k := range n {
		if loss[int(i)*(n+1)+k] < loss[int(i)*(n+1)+q] {
			q = k
		}
	}
	raise := max(0, s.costs(i, loss))
	w.Raise, w.Period = &raise, s.p.Periods[q]
	var parts []string
	sum := 0.0
	for _, u := range s.m.of(i) {
		c := int(u.row)*n + q
		cost := s.d.best[c] * (u.mean + s.d.slope[c]*u.vari)
		if sum += cost; cost > 0 {
			parts = append(parts, fmt.Sprintf("%s of %s", short(cost), s.row(int(u.row))))
		}
	}
	worth := s.m.value[int(i)*n+q]
	switch {
	case len(parts) == 0 || sum < worth:
		w.Why = fmt.Sprintf("It is worth %s in %s; the order of items, options that exclude each other, the mix, or the last bit of room decide against it.", short(worth), s.p.Periods[q])
	default:
		w.Why = fmt.Sprintf("It is worth %s in %s, and the room that it needs there is worth more to others: %s.", short(worth), s.p.Periods[q], strings.Join(parts, ", "))
	}
}

// replanned replaces the figures of prices by those of a plan with the item.
func (s *solver) replanned(w *Why, f found) {
	w.Tried = true
	if f.at == nil {
		w.Raise, w.Period = nil, ""
		w.Why = "No plan was found that has it and holds what is demanded."
		return
	}
	raise := max(0, s.best.value-s.m.worth(f.at))
	w.Raise = &raise
	for j, q := range s.best.at {
		switch {
		case q != none && f.at[j] == none:
			w.PushesOut = append(w.PushesOut, s.p.Items[j].ID)
		case s.p.Items[j].ID == w.ID:
			w.Period = s.p.Periods[f.at[j]]
		}
	}
}

// cut is the smallest share of an item's efforts, to a hundredth, without which the
// plan with it is worth as much as the plan; nil if all of them are not enough.
func (s *solver) cut(i int32, loss []float64, g *guide) *float64 {
	low, high := 0, 101
	for high-low > 1 {
		mid := (low + high) / 2
		less := *s.m
		less.uses = slices.Clone(s.m.uses)
		keep := 1 - float64(mid)/100
		for k := s.m.first[i]; k < s.m.first[i+1]; k++ {
			less.uses[k].mean *= keep
			less.uses[k].vari *= keep * keep
		}
		f := s.with(&less, i, loss, g)
		if f.at != nil && s.m.worth(f.at) >= s.best.value-1e-9*(1+math.Abs(s.best.value)) {
			high = mid
		} else {
			low = mid
		}
	}
	if high > 100 {
		return nil
	}
	x := float64(high) / 100
	return &x
}

// row is how people call a team, or the budget.
func (s *solver) row(r int) string {
	if r == s.m.teams {
		return "the budget"
	}
	return s.p.Teams[r].ID
}

// short is a figure with three digits that count.
func short(x float64) string {
	if math.Abs(x) >= 1000 {
		return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	}
	v, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64)
	if err != nil {
		return "?"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
