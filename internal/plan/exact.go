package plan

import "math"

// Small problems are gone through to the end, when that takes no longer than a
// search does.
const (
	exactItems = 60
	exactNodes = 100_000
)

// branch is a search through all plans that can be better than the best known: an
// option costs what it loses at the prices, and a plan whose losses add up to more
// than what lies between the bound and the best is no better (Lagrangian bound).
type branch struct {
	*state
	order []int32
	bound float64 // of what is looked for
	best  found
	nodes int
}

// exact proves the best plan of a small problem, or finds a better one; then the
// bound is its value. Of a larger one, or of one that takes too long, it changes
// nothing but the best plan.
func (s *solver) exact() {
	if s.m.items > exactItems || s.w.Done() {
		return
	}
	b := &branch{state: newState(s.m, s.d, s.d.losses(), s.p.Seed, 0), order: s.m.ordered(), bound: s.d.bound, best: s.best}
	b.best.at = append([]int(nil), s.best.at...)
	if math.IsInf(b.bound, 0) {
		return
	}
	b.descend(0, 0)
	s.best = b.best
	if s.best.missing == 0 && s.best.short == 0 {
		s.best.value = s.m.worth(s.best.at)
		if b.nodes <= exactNodes {
			s.d.bound = min(s.d.bound, s.best.value)
		}
	}
}

// held is what a better plan must be worth more than.
func (b *branch) held() float64 {
	if b.best.missing > 0 || b.best.short > 0 {
		return math.Inf(-1)
	}
	return b.best.value
}

func (b *branch) descend(k int, lost float64) {
	if b.nodes++; b.nodes > exactNodes || b.bound-lost < b.held()+slack*(1+math.Abs(b.bound)) {
		return
	}
	if k == len(b.order) {
		if b.short() == 0 {
			b.best.keep(b.state)
		}
		return
	}
	i := b.order[k]
	for _, q := range b.byLoss(i) {
		if b.hasRoom(i, q) && b.inOrder(i, q) {
			b.set(i, q)
			b.descend(k+1, lost+b.lost(i, q))
			b.set(i, none)
		}
	}
	if !b.m.forced[i] {
		b.descend(k+1, lost+b.lost(i, none))
	}
}
