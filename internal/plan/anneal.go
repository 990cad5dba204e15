package plan

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// guide draws options, those more often that lose little at the prices: the alias
// method (Walker 1977), two tables and one random number.
type guide struct {
	keep  []uint32 // of 2^32: stay with the option, else take the other
	other []int32
}

// The weight of an option is floor + exp(-loss/soft), soft a share of the typical
// value: none is forgotten, and the promising ones come up most.
const (
	guideFloor = 0.02
	guideSoft  = 0.1
)

// newGuide makes the tables, nil if nothing is allowed: what is not has no weight.
func newGuide(loss []float64, worth float64) *guide {
	n := len(loss)
	g := &guide{keep: make([]uint32, n), other: make([]int32, n)}
	weight, sum := make([]float64, n), 0.0
	for k, l := range loss {
		if !math.IsInf(l, 0) && !math.IsNaN(l) {
			weight[k] = guideFloor + math.Exp(-l/(guideSoft*worth))
			sum += weight[k]
		}
	}
	if sum == 0 {
		return nil
	}
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

// anneal searches from the state as it is: moves that make it worse are taken with
// probability exp(-loss/temperature), which falls (Kirkpatrick et al. 1983).
func (s *state) anneal(g *guide, moves int, h heat, worth float64, done func() bool) found {
	var best found
	best.keep(s)
	if g == nil {
		return best
	}
	now, temperature := s.objective(), h.from*worth
	n := s.m.periods + 1
	for k := range moves {
		if k%1024 == 0 {
			if done() {
				break
			}
			temperature = worth * h.from * math.Pow(h.to/h.from, float64(k)/float64(moves))
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
		s.begin()
		if !s.try(i, q, 0) {
			s.undo()
			continue
		}
		after := s.objective()
		if after < now && s.rng.Float64() >= math.Exp((after-now)/temperature) {
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
// the rest, then everything else by what it earns at the prices, without moving
// anything that is there.
func (s *state) start() {
	for _, i := range s.pressing() {
		for _, q := range s.byLoss(i) {
			s.begin()
			if s.try(i, q, 0) {
				break
			}
			s.undo()
		}
	}
	order := make([]int32, s.m.items)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(s.lost(b, none), s.lost(a, none)) })
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
