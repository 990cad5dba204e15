package rank

import (
	"math"
	"slices"

	"plumbline/internal/rank/odds"
)

// stand is the score by which a subject stands where it does: as it was promised, or
// as it can be expected.
type stand struct {
	odds.Score
	key   float64 // what the order compares, the larger the earlier
	prior odds.Prior
}

// category is what scores are drawn to the mean of: that which a subject names, or
// the row of one that names none.
type category struct {
	name string
	row  int
}

// pool is the scored subjects of one category, by their numbers, which rise.
type pool struct {
	category
	members []int32
	prior   odds.Prior // of fewest members and more
	learned bool       // the prior is that of the members as they are
}

// fewest is of how many scores a category must be to speak for itself: a smaller one
// is drawn to the mean of its row.
const fewest = 5

// desk is memory that making a table takes, to be used again for the next.
type desk struct {
	odds.Desk
	scores []odds.Score
	kept   []int32
}

// room is memory for n scores.
func (d *desk) room(n int) []odds.Score {
	d.scores = slices.Grow(d.scores[:0], n)[:n]
	return d.scores
}

// learn works out what scores are drawn to: the mean of their category, by how
// uncertain they are (Smith and Winkler, Management Science 52(3), 2006): the best of
// many uncertain scores are in part the luckiest.
func (t *Table) learn(d *desk) {
	t.rows = nil
	for at := range t.pools {
		p := &t.pools[at]
		switch {
		case len(p.members) < fewest:
			t.learnRows(p, d)
		case !p.learned:
			p.prior, p.learned = odds.LearnFew(t.promised(d, p.members)), true
		}
	}
}

// learnRows works out what the members of a small pool are drawn to.
func (t *Table) learnRows(p *pool, d *desk) {
	for _, i := range p.members {
		row := t.lines.At(int(i)).row
		if _, ok := t.rows[row]; ok {
			continue
		}
		if t.rows == nil {
			t.rows = map[int32]odds.Prior{}
		}
		t.rows[row] = odds.LearnFew(t.promised(d, t.inRow(row)))
	}
}

// prior is what a line's score is drawn to.
func (t *Table) prior(l *line) odds.Prior {
	if l.pool < 0 {
		return odds.Prior{}
	}
	if p := &t.pools[l.pool]; len(p.members) >= fewest {
		return p.prior
	}
	return t.rows[l.row]
}

// poolOf is the pool of scored subjects of a category and a row, which is made if there
// is none.
func (t *Table) poolOf(name string, row int) int32 {
	c := category{name: name}
	if c.name == "" {
		c.row = row
	}
	at := slices.IndexFunc(t.pools, func(p pool) bool { return p.category == c })
	if at < 0 {
		at = len(t.pools)
		t.pools = append(t.pools, pool{category: c})
	}
	return int32(at)
}

// enrol takes a subject into a pool, or out of it; -1 is none.
func (t *Table) enrol(at, subject int32, in bool) {
	if at < 0 {
		return
	}
	p := &t.pools[at]
	n, found := slices.BinarySearch(p.members, subject)
	if p.learned = false; found == in {
		return
	}
	members := slices.Clone(p.members[:n]) // other tables share them
	if in {
		members = append(members, subject)
	} else {
		n++
	}
	p.members = append(members, p.members[n:]...)
}

// inRow are the scored subjects of a row.
func (t *Table) inRow(row int32) (out []int32) {
	for i := range t.lines.Len() {
		if l := t.lines.At(i); l.pool >= 0 && l.row == row {
			out = append(out, int32(i))
		}
	}
	return out
}

// promised are the scores of some subjects as they were promised, in the desk's memory.
func (t *Table) promised(d *desk, members []int32) []odds.Score {
	out := d.room(len(members))
	for n, i := range members {
		out[n] = t.lines.At(int(i)).score
	}
	return out
}

// standing is the score by which a line stands.
func (t *Table) standing(l *line) odds.Score {
	if l.pool < 0 {
		return l.score
	}
	return t.standOf(l.score, l.log, t.prior(l)).Score
}

// standOf is how a score stands under a prior.
func (t *Table) standOf(s odds.Score, log bool, prior odds.Prior) stand {
	if t.options.Order == ByExpectation {
		s = prior.Shrink(s)
		if log {
			return stand{s, s.MeanLog(), prior}
		}
	}
	return stand{s, s.Mu, prior}
}

// expected is the mean of a score that is drawn to its category's.
func (t *Table) expected(l *line) float64 {
	s := l.score
	if l.pool >= 0 {
		s = t.prior(l).Shrink(s)
	}
	if l.log {
		return math.Exp(s.MeanLog())
	}
	return s.Mu
}

// standsIf are how two scored subjects would stand if the first had another worth:
// its score teaches something of the others of its category too.
func (t *Table) standsIf(a, b int, w *worth) (x, y stand) {
	d := t.desks.Get().(*desk)
	defer t.desks.Put(d)
	learn := func(i int) odds.Prior {
		l := t.lines.At(i)
		members := t.pools[l.pool].members
		if len(members) < fewest {
			members = t.inRow(l.row)
		}
		scores := t.promised(d, members)
		if n, ok := slices.BinarySearch(members, int32(a)); ok {
			scores[n] = w.score
		}
		return odds.LearnFew(scores)
	}
	other := t.lines.At(b)
	return t.standOf(w.score, w.log, learn(a)), t.standOf(other.score, other.log, learn(b))
}
