package plan

import (
	"math"
	"slices"
	"sync"
)

// Parallel runs part(0) to part(n-1) in any order, at once if it likes, and returns
// when all of them have.
type Parallel func(n int, part func(i int))

// InTurn is the Parallel that runs one part after the other.
func InTurn(n int, part func(i int)) {
	for i := range n {
		part(i)
	}
}

// Work is how much is calculated. Numbers that are 0 are chosen by the size of the
// problem; nil functions are left out.
type Work struct {
	Rounds   int     // of the prices
	Moves    int     // of each search
	Searches int     // from different random numbers; the best one counts
	Gap      float64 // a proven gap at which it is enough, such as 0.005
	Explain  int     // how many items left out are tried, each with a search of its own
	Cuts     int     // for how many of these the smallest cut of effort is looked for
	Start    []Pick  // a plan to begin with; what of it breaks a rule is left out

	Parallel Parallel
	Done     func() bool    // asked often: stop with what there is. It may be asked by several parts at once
	Progress func(Progress) // told between steps, and between searches by one part at a time
}

// Progress is how far the work is.
type Progress struct {
	Step         string // prices, search, explain
	Done, Of     int    // of the step
	Value, Bound float64
}

// filled is the work with its blanks filled for a model.
func (w Work) filled(m *model) Work {
	options := m.items * (m.periods + 1)
	if w.Rounds == 0 {
		w.Rounds = 1200
	}
	if w.Moves == 0 {
		w.Moves = min(max(2000, 200*options), 1_500_000)
	}
	if w.Searches == 0 {
		w.Searches = 4
	}
	if w.Parallel == nil {
		w.Parallel = InTurn
	}
	if w.Done == nil {
		w.Done = func() bool { return false }
	}
	if w.Progress == nil {
		w.Progress = func(Progress) {}
	}
	return w
}

// solver is one problem with its prices and the best plan so far.
type solver struct {
	p    *Problem
	m    *model
	d    *dual
	w    Work
	best found
	gave []int // demands that were given up: forced items
	mix  []int // and rules of the mix, by their place in Problem.Mix
}

// Solve plans a problem. It always gives the best plan that it found, with its
// bound; the error is Invalid, when the problem is.
func Solve(p *Problem, w Work) (*Plan, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	s := newSolver(p, w)
	s.run()
	s.giveUp()
	return s.plan(s.leftOut()), nil
}

func newSolver(p *Problem, w Work) *solver {
	m := newModel(p)
	s := &solver{p: p, m: m, w: w.filled(m)}
	for i := range int32(m.items) {
		if first, _ := m.window(i); m.forced[i] && first == m.periods {
			s.drop(i) // no period is allowed: nothing to search for
		}
	}
	s.d = newDual(m)
	return s
}

// run finds prices and then a plan.
func (s *solver) run() {
	s.d.chords(math.Inf(1))
	s.d.improve(s.w.Rounds, false, s.w.Done)
	s.w.Progress(Progress{"prices", s.w.Rounds, s.w.Rounds, s.best.value, s.d.bound})
	s.search(s.w.Moves, heat{heatFirst, heatLast}, 1)
	if s.best.short > 0 { // the mix was too cheap to break
		s.search(s.w.Moves, heat{heatFirst, heatLast}, 100)
	}
	s.tighten()
	s.exact()
}

// The temperatures of a search from nothing, as shares of a typical value, where no more
// than crowd items share a cell.
const (
	heatFirst, heatLast = 0.1, 0.01
	crowd               = 30
)

// cooled is a heat for a model: the more items share a cell, the closer it can be filled,
// and the less a plan in balance loses. Measured: with twice as many, half the heat.
func (h heat) cooled(m *model) heat {
	share := float64(len(m.uses)) / float64(len(m.room)+1)
	calm := min(1, crowd/max(share, 1))
	return heat{h.from * calm, h.to * calm}
}

// search runs the searches, each by its own random numbers, from the best plan if
// there is one. What breaks the mix costs strict times as much as usual.
func (s *solver) search(moves int, h heat, strict float64) {
	n := s.w.Searches
	loss := s.d.losses()
	g := newGuide(s.d, loss)
	results := make([]found, n)
	begin := s.begin()
	var ended sync.Mutex
	ends, top := 0, s.best
	s.w.Parallel(n, func(k int) {
		if k > 0 && s.w.Done() {
			return
		}
		st := newState(s.m, s.d, loss, s.p.Seed, uint64(k))
		if k%2 == 1 { // every second search is stricter about the mix
			st.price *= 4
		}
		st.price *= strict
		if begin != nil {
			st.take(begin)
		}
		st.start(g.order)
		results[k] = st.anneal(g, moves, h.cooled(s.m), s.d.worth, s.w.Done)
		ended.Lock()
		defer ended.Unlock()
		if ends++; results[k].better(&top) {
			top = results[k]
		}
		if ends < n {
			s.w.Progress(Progress{"search", ends, n, top.value, s.d.bound})
		}
	})
	for k := range results {
		if results[k].at != nil && (s.best.at == nil || results[k].better(&s.best)) {
			s.best = results[k]
		}
	}
	s.best.value = s.m.worth(s.best.at)
	s.w.Progress(Progress{"search", n, n, s.best.value, s.d.bound})
}

// begin is the plan that a search begins with, or nil.
func (s *solver) begin() []int {
	if s.best.at != nil || s.w.Start == nil {
		return s.best.at
	}
	at, ids := make([]int, s.m.items), s.p.index()
	for i := range at {
		at[i] = none
	}
	for _, pick := range s.w.Start {
		if i, ok := ids[pick.ID]; ok {
			at[i] = slices.Index(s.p.Periods, pick.Period)
		}
	}
	return at
}

// take places a plan as far as the rules allow, each item after those before it.
func (s *state) take(at []int) {
	for _, i := range s.m.ordered() {
		if q := at[i]; q != none && s.m.allowed(i, q) && s.hasRoom(i, q) && s.inOrder(i, q) {
			s.set(i, q)
		}
	}
}

// inOrder says that an item may be in a period, given those before it and its groups.
func (s *state) inOrder(i int32, q int) bool {
	for _, h := range s.m.before[i] {
		if s.at[h] == none || s.at[h] > q {
			return false
		}
	}
	for _, g := range s.m.groupsOf[i] {
		for _, other := range s.m.groups[g] {
			if other != i && s.at[other] != none {
				return false
			}
		}
	}
	return true
}

// worth is the value of a plan, added up once in order.
func (m *model) worth(at []int) (sum float64) {
	for i, q := range at {
		if q != none {
			sum += m.value[i*m.periods+q]
		}
	}
	return sum
}

// tighten makes the bound better where efforts are uncertain: with a plan known,
// fewer options can be in a better one, so the chords come closer.
func (s *solver) tighten() {
	for range 3 {
		if s.m.sure || s.best.missing > 0 || s.best.short > 0 || s.d.bound <= s.best.value {
			return
		}
		before := s.d.bound
		next := *s.d
		next.bound = math.Inf(1)
		next.best = slices.Clone(s.d.best)
		next.slope, next.room = slices.Clone(s.d.slope), slices.Clone(s.d.room)
		next.chords(s.d.bound - s.best.value)
		next.improve(s.w.Rounds/4, true, s.w.Done)
		if next.bound >= before {
			return
		}
		next.bound = max(next.bound, s.best.value)
		*s.d = next
		if before-next.bound < 1e-4*math.Abs(before) {
			return
		}
	}
}

// giveUp takes back demands that have no place, and plans again without them, so
// that the bound is one of plans that there are.
func (s *solver) giveUp() {
	for s.best.missing > 0 || s.best.short > 0 {
		if s.best.missing > 0 {
			for i, q := range s.best.at {
				if q == none && s.m.forced[i] {
					s.drop(int32(i))
				}
			}
		} else {
			s.dropMix()
		}
		s.best.missing, s.best.short = 0, 0
		before := s.d.best
		s.d = newDual(s.m)
		s.run()
		if s.w.Done() {
			s.d.recall(before)
		}
	}
}

// drop makes a forced item, and with it what comes after it, a matter of value.
func (s *solver) drop(i int32) {
	if !s.m.forced[i] {
		return
	}
	s.m.forced[i] = false
	if s.p.Items[i].Forced {
		s.gave = append(s.gave, int(i))
	}
	for _, j := range s.m.after[i] {
		s.drop(j)
	}
}

// dropMix gives up the rules of the mix that the best plan breaks.
func (s *solver) dropMix() {
	for k := len(s.m.shares) - 1; k >= 0; k-- {
		sum := 0.0
		for i, q := range s.best.at {
			if q != none {
				sum += s.m.shares[k][i]
			}
		}
		if sum < -slack*(1+math.Abs(s.best.value)) {
			s.mix = append(s.mix, s.m.mixOf[k])
			s.m.shares = slices.Delete(s.m.shares, k, k+1)
			s.m.mixOf = slices.Delete(s.m.mixOf, k, k+1)
		}
	}
}
