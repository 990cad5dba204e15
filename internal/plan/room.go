package plan

import "math"

// makeRoom moves others out of the cells that item i has overfilled.
func (s *state) makeRoom(i int32, q int) bool {
	if q == none {
		return true
	}
	for _, u := range s.m.of(i) {
		c := int(u.row)*s.m.periods + q
		for range maxEjected {
			over := s.m.needs(c, s.load[c], s.vari[c]) - s.m.room[c]
			if s.fits(c) {
				break
			}
			if !s.eject(c, over) {
				return false
			}
		}
		if !s.fits(c) {
			return false
		}
	}
	return true
}

func (s *state) fits(c int) bool { return s.m.fits(c, s.load[c], s.vari[c]) }

// eject moves the one of a few occupants of a cell that loses least by it.
func (s *state) eject(c int, over float64) bool {
	seats := s.cells[c]
	n := len(seats)
	who, to, least := noCandidate, none, math.Inf(1)
	start := 0
	if n > maxSampled {
		start = int(s.rng.Uint64N(uint64(n)))
	}
	for k := range min(n, maxSampled) {
		u := &s.m.uses[seats[(start+k)%n]]
		if s.touch[u.item] == s.move {
			continue
		}
		if q, l, ok := s.elsewhere(u.item); ok {
			if l > 0 {
				l /= min(u.mean, over)
			}
			if l < least {
				who, to, least = u.item, q, l
			}
		}
	}
	if who == noCandidate || s.tooDear(who, to) {
		return false
	}
	s.put(who, to)
	return true
}

// elsewhere is where an item could be moved with the least loss without breaking
// anything: to a period with room, between those before and after it, or out.
func (s *state) elsewhere(i int32) (to int, least float64, ok bool) {
	here := s.at[i]
	now := s.lost(i, here)
	from, until, out := 0, s.m.periods-1, !s.m.forced[i]
	for _, h := range s.m.before[i] {
		from = max(from, s.at[h])
	}
	for _, j := range s.m.after[i] {
		if s.at[j] != none {
			out = false
			until = min(until, s.at[j])
		}
	}
	least = math.Inf(1)
	if out {
		to, least, ok = none, s.lost(i, none)-now, true
	}
	losses := s.loss[int(i)*(s.m.periods+1):][:s.m.periods]
	for q := from; q <= until; q++ {
		if l := losses[q] - now; l < least && q != here && s.hasRoom(i, q) {
			to, least, ok = q, l, true
		}
	}
	return to, least, ok
}

// hasRoom says that an item fits into the cells of a period as they are.
func (s *state) hasRoom(i int32, q int) bool {
	for _, u := range s.m.of(i) {
		c := int(u.row)*s.m.periods + q
		if !s.m.fits(c, s.load[c]+u.mean, s.vari[c]+u.vari) {
			return false
		}
	}
	return s.m.allowed(i, q)
}
