package plan

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// guide is what a search knows from the prices. It draws options, those more often
// that lose little: the alias method (Walker 1977), two tables and one random number.
type guide struct {
	keep  []uint32  // of 2^32: stay with the option, else take the other; empty if nothing is allowed
	other []int32   // by option
	near  [][]int32 // of each cell: the uses of options that lose hardly anything
	order []int32   // all items, those first that lose most when left out
	level float64   // what a plan would be worth that loses nothing and spares no room
}

// The weight of an option is floor + exp(-loss/soft), soft a share of the typical
// value: none is forgotten, and the promising ones come up most. Options that lose no
// more than near of it are those that room which a move leaves is filled with.
const (
	guideFloor = 0.02
	guideSoft  = 0.1
	guideNear  = 0.1
)

// newGuide makes the tables; what is not allowed has no weight.
func newGuide(d *dual, loss []float64) *guide {
	n, worth := len(loss), d.worth
	g := &guide{near: nearTo(d.m, loss, guideNear*worth), order: leastLost(d.m, loss), level: d.level}
	weight, sum := make([]float64, n), 0.0
	for k, l := range loss {
		if !math.IsInf(l, 0) && !math.IsNaN(l) {
			weight[k] = guideFloor + math.Exp(-l/(guideSoft*worth))
			sum += weight[k]
		}
	}
	if sum == 0 {
		return g
	}
	g.keep, g.other = make([]uint32, n), make([]int32, n)
	var low, high []int32
	for k := range weight {
		weight[k] *= float64(n) / sum
		if weight[k] < 1 {
			low = append(low, int32(k))
		} else {
			high = append(high, int32(k))
		}
	}
	for len(low) > 0 && len(high) > 0 {
		l, h := low[len(low)-1], high[len(high)-1]
		low = low[:len(low)-1]
		g.keep[l], g.other[l] = uint32(weight[l]*math.MaxUint32), h
		if weight[h] -= 1 - weight[l]; weight[h] < 1 {
			high = high[:len(high)-1]
			low = append(low, h)
		}
	}
	for _, k := range append(low, high...) {
		g.keep[k], g.other[k] = math.MaxUint32, k
	}
	return g
}

// nearTo lists for each cell the uses of options that lose no more than within.
func nearTo(m *model, loss []float64, within float64) [][]int32 {
	near := make([][]int32, len(m.room))
	for k, u := range m.uses {
		for q := range m.periods {
			if loss[int(u.item)*(m.periods+1)+q] <= within {
				c := int(u.row)*m.periods + q
				near[c] = append(near[c], int32(k))
			}
		}
	}
	return near
}

// leastLost are all items, the one first that loses most by being left out.
func leastLost(m *model, loss []float64) []int32 {
	n := m.periods + 1
	order := make([]int32, m.items)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(loss[int(b)*n+n-1], loss[int(a)*n+n-1]) })
	return order
}

func (g *guide) draw(rng *rand.Rand) int32 {
	r := rng.Uint64()
	k := int32((r >> 32) * uint64(len(g.keep)) >> 32)
	if uint32(r) <= g.keep[k] {
		return k
	}
	return g.other[k]
}

// found is the best plan of a search.
type found struct {
	at      []int
	value   float64
	missing int
	short   float64
}

// better orders plans: demands first, the mix next, value last.
func (f *found) better(than *found) bool {
	switch {
	case than == nil || than.at == nil:
		return true
	case f.missing != than.missing:
		return f.missing < than.missing
	case f.short != than.short:
		return f.short < than.short
	}
	return f.value > than.value
}

// keep takes the state if it is better than what was found.
func (f *found) keep(s *state) {
	now := found{value: s.value, missing: s.missing, short: s.short()}
	if f.at == nil || now.better(f) {
		if f.at == nil {
			f.at = make([]int, len(s.at))
		}
		copy(f.at, s.at)
		f.value, f.missing, f.short = now.value, now.missing, now.short
	}
}

// heat is a temperature that falls from one value to another, as shares of a
// typical value.
type heat struct{ from, to float64 }

// maxTouched is about how many cells a move touches, and so how much of the room that
// is to spare it can win.
const maxTouched = 8

// spare is about the most that a move can win by room that it fills better: what the
// plan is worth less than one that loses nothing and fills everything, and does not
// owe to what its options lose.
func (s *state) spare(level float64) float64 {
	room := level - s.value
	for i, q := range s.at {
		room -= s.lost(int32(i), q)
	}
	return max(0, room) * min(1, maxTouched/float64(len(s.m.room)))
}

// anneal searches from the state as it is: moves that make it worse are taken with
// probability exp(-loss/temperature), which falls (Kirkpatrick et al. 1983). How much
// worse a move may be is drawn before it is made, so that one that cannot be as good
// is given up halfway.
func (s *state) anneal(g *guide, moves int, h heat, worth float64, done func() bool) found {
	var best found
	best.keep(s)
	if len(g.keep) == 0 {
		return best
	}
	now, temperature, spare := s.objective(), h.from*worth, 0.0
	n := s.m.periods + 1
	for k := range moves {
		if k%1024 == 0 {
			if done() {
				break
			}
			temperature = worth * h.from * math.Pow(h.to/h.from, float64(k)/float64(moves))
			spare = s.spare(g.level)
			if k%resumEvery == 0 {
				s.resum()
				now = s.objective()
			}
		}
		option := int(g.draw(s.rng))
		i, q := int32(option/n), option%n
		if q == n-1 {
			q = none
		}
		if s.at[i] == q {
			continue
		}
		bar := -temperature * math.Log(1-s.rng.Float64())
		s.begin()
		if s.missing == 0 { // else whatever brings a forced item in is worth it
			s.most = bar + spare + (s.value - now)
		}
		if !s.try(i, q, 0) {
			s.undo()
			continue
		}
		s.refill(g.near)
		after := s.objective()
		if after < now-bar {
			s.undo()
			continue
		}
		now = after
		if s.missing < best.missing || s.value > best.value || best.short > 0 {
			best.keep(s)
		}
	}
	return best
}

// start fills an empty state: what is forced first, the most pressing of it before
// the rest, then everything else in the order given, without moving anything that is
// there.
func (s *state) start(order []int32) {
	for _, i := range s.pressing() {
		if s.at[i] != none { // where a plan to begin with has it
			continue
		}
		for _, q := range s.byLoss(i) {
			s.begin()
			if s.try(i, q, 0) {
				break
			}
			s.undo()
		}
	}
	for range 2 { // once more for what waited for others
		for _, i := range order {
			s.insert(i)
		}
	}
}

// insert places an item where it fits, if it does.
func (s *state) insert(i int32) {
	if s.at[i] != none {
		return
	}
	from := 0
	for _, h := range s.m.before[i] {
		if s.at[h] == none {
			return
		}
		from = max(from, s.at[h])
	}
	for _, g := range s.m.groupsOf[i] {
		for _, other := range s.m.groups[g] {
			if s.at[other] != none {
				return
			}
		}
	}
	for _, q := range s.byLoss(i) {
		if q >= from && s.m.value[int(i)*s.m.periods+q] > 0 && s.hasRoom(i, q) {
			s.set(i, q)
			return
		}
	}
}

// byLoss are the allowed periods of an item, the best first.
func (s *state) byLoss(i int32) []int {
	var out []int
	for q := range s.m.periods {
		if s.m.allowed(i, q) {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(s.lost(i, a), s.lost(i, b)) })
	return out
}

// pressing are the forced items: the earliest deadline first, of equal ones the
// largest.
func (s *state) pressing() []int32 {
	var out []int32
	last, size := make([]int, s.m.items), make([]float64, s.m.items)
	for i := range int32(s.m.items) {
		if s.m.forced[i] {
			out = append(out, i)
			_, last[i] = s.m.window(i)
			size[i] = s.m.effort(i, -1)
		}
	}
	slices.SortStableFunc(out, func(a, b int32) int {
		if last[a] != last[b] {
			return last[a] - last[b]
		}
		return cmp.Compare(size[b], size[a])
	})
	return out
}
