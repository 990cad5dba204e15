package plan

// How far room is looked through that a move has left: the changes of the move whose
// cells are filled again, and the candidates for each cell.
const (
	maxRefilled = 12
	maxFillers  = 8
)

// refill puts items into the room that the move has left, so that an exchange of one
// item for two others is one move, and not one that is refused and two that do not
// fit. near are the candidates of each cell.
func (s *state) refill(near [][]int32) {
	for k := 0; k < len(s.log) && k < maxRefilled; k++ {
		p := s.log[k]
		if p.from == none || s.at[p.item] == p.from {
			continue
		}
		for _, u := range s.m.of(p.item) {
			c := int(u.row)*s.m.periods + p.from
			if i := s.filler(c, p.from, near[c]); i != noCandidate {
				s.put(i, p.from)
			}
		}
	}
}

// filler is the one of a few candidates for a cell that fits and gains most.
func (s *state) filler(c, q int, list []int32) int32 {
	best, most, n := noCandidate, slack, len(list)
	if n == 0 {
		return best
	}
	free, start := s.m.full[c]-s.load[c], int(s.rng.Uint64N(uint64(n)))
	for k := range min(n, maxFillers) {
		u := &s.m.uses[list[(start+k)%n]]
		i := u.item
		if u.mean > free || s.at[i] == q || s.touch[i] == s.move {
			continue
		}
		gain := s.m.value[int(i)*s.m.periods+q]
		if at := s.at[i]; at != none {
			gain -= s.m.value[int(i)*s.m.periods+at]
		}
		if gain > most && s.hasRoom(i, q) && s.inOrder(i, q) && s.followed(i, q) {
			best, most = i, gain
		}
	}
	return best
}

// followed says that no item which comes after this one is in a period before q.
func (s *state) followed(i int32, q int) bool {
	for _, j := range s.m.after[i] {
		if s.at[j] != none && s.at[j] < q {
			return false
		}
	}
	return true
}
