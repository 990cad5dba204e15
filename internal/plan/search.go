package plan

import (
	"math"
	"math/rand/v2"
)

// A move puts one item somewhere and repairs what that breaks.
const (
	maxDepth    = 4 // items that pull or push each other, one after the other
	maxEjected  = 6 // of one cell, for one item
	maxSampled  = 8 // occupants of a cell that are looked at for each
	maxOneMove  = 40
	resumEvery  = 1 << 15 // moves after which sums are added up anew
	noCandidate = int32(-1)
)

// placed is one change of a move, so that it can be undone.
type placed struct {
	item int32
	from int
}

// state is a plan while it is searched for. It holds every rule but the mix, and
// items that are forced and have no place yet.
type state struct {
	m       *model
	loss    []float64 // of each option and of none, items*(periods+1): what it earns less than the best
	at      []int     // period of each item, or none
	load    []float64 // mean and variance of each cell
	vari    []float64
	share   []float64
	cells   [][]int32 // uses that fill each cell
	seat    []int32   // of each use: where in its cell
	value   float64
	missing int     // forced items without a place
	price   float64 // of a missing unit of share
	lack    float64 // what a forced item without a place costs

	log   []placed
	most  float64  // loss that a move may add before it is given up
	spent float64  // and what it has added so far
	touch []uint32 // number of the move in which an item was placed
	move  uint32
	rng   *rand.Rand
}

func newState(m *model, d *dual, loss []float64, seed, stream uint64) *state {
	s := &state{m: m, at: make([]int, m.items), load: make([]float64, m.rows*m.periods), vari: make([]float64, m.rows*m.periods),
		share: make([]float64, len(m.shares)), cells: make([][]int32, m.rows*m.periods), seat: make([]int32, len(m.uses)),
		touch: make([]uint32, m.items), rng: rand.New(rand.NewPCG(seed, stream)), loss: loss}
	for i := range s.at {
		s.at[i] = none
		if m.forced[i] {
			s.missing++
		}
	}
	for k := d.shareAt; k < len(d.best); k++ {
		s.price = max(s.price, d.best[k])
	}
	for c := range d.edgeAt {
		s.price = max(s.price, d.best[c])
	}
	s.price = 2*s.price + 1e-9
	for _, v := range m.value {
		if !math.IsInf(v, -1) {
			s.lack += math.Abs(v)
		}
	}
	return s
}

// losses are how much less than the best each option earns at the best prices; the
// last of each item is that of being left out.
func (d *dual) losses() []float64 {
	m, n := d.m, d.m.periods
	copy(d.y, d.best)
	d.prices()
	d.level = d.sharp()
	loss := make([]float64, m.items*(n+1))
	for i := range m.items {
		earn := d.earn[i*n : (i+1)*n]
		best := 0.0
		if m.forced[i] {
			best = math.Inf(-1)
		}
		for _, r := range earn {
			best = max(best, r)
		}
		for q, r := range earn {
			loss[i*(n+1)+q] = best - r
		}
		loss[i*(n+1)+n] = best
		if m.forced[i] {
			loss[i*(n+1)+n] = math.Inf(1)
		}
	}
	return loss
}

// lost is the loss of an item in a period, or left out.
func (s *state) lost(i int32, q int) float64 {
	if q == none {
		q = s.m.periods
	}
	return s.loss[int(i)*(s.m.periods+1)+q]
}

// objective is what the search makes large: the value, less what broken demands
// cost.
func (s *state) objective() float64 {
	v := s.value - s.lack*float64(s.missing)
	for _, x := range s.share {
		v += s.price * min(0, x)
	}
	return v
}

// short is by how much the mix is missed.
func (s *state) short() (sum float64) {
	for _, x := range s.share {
		if x < -slack*(1+math.Abs(s.value)) {
			sum -= x
		}
	}
	return sum
}

// set places an item without looking at any rule.
func (s *state) set(i int32, q int) {
	old := s.at[i]
	if old != none {
		s.leave(i, old)
	}
	s.at[i] = q
	if q != none {
		s.enter(i, q)
	}
	if s.m.forced[i] && (old == none) != (q == none) {
		if q == none {
			s.missing++
		} else {
			s.missing--
		}
	}
}

func (s *state) enter(i int32, q int) {
	n := s.m.periods
	s.value += s.m.value[int(i)*n+q]
	for k := s.m.first[i]; k < s.m.first[i+1]; k++ {
		u := &s.m.uses[k]
		c := int(u.row)*n + q
		s.load[c] += u.mean
		s.vari[c] += u.vari
		s.seat[k] = int32(len(s.cells[c]))
		s.cells[c] = append(s.cells[c], k)
	}
	for r, coef := range s.m.shares {
		s.share[r] += coef[i]
	}
}

func (s *state) leave(i int32, q int) {
	n := s.m.periods
	s.value -= s.m.value[int(i)*n+q]
	for k := s.m.first[i]; k < s.m.first[i+1]; k++ {
		u := &s.m.uses[k]
		c := int(u.row)*n + q
		s.load[c] -= u.mean
		s.vari[c] -= u.vari
		last := len(s.cells[c]) - 1
		moved := s.cells[c][last]
		s.cells[c][s.seat[k]] = moved
		s.seat[moved] = s.seat[k]
		s.cells[c] = s.cells[c][:last]
		if last == 0 {
			s.load[c], s.vari[c] = 0, 0
		}
	}
	for r, coef := range s.m.shares {
		s.share[r] -= coef[i]
	}
}

// resum adds everything up anew, against rounding that builds up.
func (s *state) resum() {
	at := append([]int(nil), s.at...)
	for i, q := range at {
		if q != none {
			s.set(int32(i), none)
		}
	}
	s.value = 0
	clear(s.load)
	clear(s.vari)
	clear(s.share)
	for i, q := range at {
		if q != none {
			s.set(int32(i), q)
		}
	}
}

// begin starts a move.
func (s *state) begin() {
	s.log = s.log[:0]
	s.spent, s.most = 0, math.Inf(1)
	s.move++
}

// put places an item as a part of the move.
func (s *state) put(i int32, q int) {
	s.log = append(s.log, placed{i, s.at[i]})
	s.touch[i] = s.move
	s.set(i, q)
}

// tooDear adds what an item loses by a change to what the move has lost, and says
// whether that is more than it may.
func (s *state) tooDear(i int32, q int) bool {
	s.spent += s.lost(i, q) - s.lost(i, s.at[i])
	return s.spent > s.most
}

// undo takes back the move.
func (s *state) undo() {
	for k := len(s.log) - 1; k >= 0; k-- {
		s.set(s.log[k].item, s.log[k].from)
	}
	s.log = s.log[:0]
}

// try places an item in a period, or leaves it out, and repairs what that breaks:
// partners in a group go out, those before it come first, those after it follow or
// go, and where there is no room others make it. When it says false the move is to
// be undone.
func (s *state) try(i int32, q, depth int) bool {
	switch {
	case s.at[i] == q:
		return true
	case depth > maxDepth, s.touch[i] == s.move, len(s.log) > maxOneMove:
		return false
	case q == none && s.m.forced[i], q != none && !s.m.allowed(i, q):
		return false
	}
	if s.tooDear(i, q) {
		return false
	}
	s.put(i, q)
	return s.partners(i, q, depth) && s.earlier(i, q, depth) && s.later(i, q, depth) && s.makeRoom(i, q)
}

// partners leaves out the others of the item's groups.
func (s *state) partners(i int32, q, depth int) bool {
	if q == none {
		return true
	}
	for _, g := range s.m.groupsOf[i] {
		for _, other := range s.m.groups[g] {
			if other != i && s.at[other] != none && !s.try(other, none, depth+1) {
				return false
			}
		}
	}
	return true
}

// earlier brings what comes before the item to its period or before it.
func (s *state) earlier(i int32, q, depth int) bool {
	if q == none {
		return true
	}
	for _, h := range s.m.before[i] {
		if s.at[h] != none && s.at[h] <= q {
			continue
		}
		to, ok := s.cheapest(h, 0, q)
		if !ok || !s.try(h, to, depth+1) {
			return false
		}
	}
	return true
}

// later moves what comes after the item to its period or behind it, or out.
func (s *state) later(i int32, q, depth int) bool {
	for _, j := range s.m.after[i] {
		if s.at[j] == none || q != none && s.at[j] >= q {
			continue
		}
		to, ok := none, false
		if q != none {
			to, ok = s.cheapest(j, q, s.m.periods-1)
		}
		if !s.m.forced[j] && (!ok || s.lost(j, none) < s.lost(j, to)) {
			to, ok = none, true
		}
		if !ok || !s.try(j, to, depth+1) {
			return false
		}
	}
	return true
}

// cheapest is the allowed period from..to with the least loss.
func (s *state) cheapest(i int32, from, to int) (best int, ok bool) {
	least := math.Inf(1)
	for q := from; q <= to; q++ {
		if l := s.lost(i, q); l < least {
			best, least, ok = q, l, true
		}
	}
	return best, ok
}
