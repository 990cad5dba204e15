package rank

import (
	"math"

	"plumbline/internal/rank/odds"
)

// stand is the score by which a subject stands where it does: as it was promised, or
// as it can be expected.
type stand struct {
	odds.Score
	key   float64 // what the order compares, the larger the earlier
	mean  float64 // the shrunk mean
	pool  int     // index into the table's pools; -1: it is in none
	prior odds.Prior
}

// category is what scores are drawn to the mean of: that which a subject names, or
// the row of one that names none.
type category struct {
	name string
	row  int
}

// pool is the scored subjects of one category, by their numbers.
type pool struct {
	category
	members []int
}

// fewest is of how many scores a category must be to speak for itself: a smaller one
// is drawn to the mean of its row.
const fewest = 5

// stand works out by which score each subject stands. Scores are drawn to the mean
// of their category by how uncertain they are (Smith and Winkler, Management Science
// 52(3), 2006): the best of many uncertain scores are in part the luckiest.
func (t *Table) stand(was *Table) {
	t.pools = t.gather(was)
	rows := map[int]odds.Prior{}
	for _, p := range t.pools {
		prior := odds.Prior{}
		if len(p.members) >= fewest {
			prior = odds.LearnFew(t.promised(p.members))
		}
		for _, i := range p.members {
			st := t.states[i]
			if len(p.members) < fewest {
				if _, ok := rows[st.row.ID]; !ok {
					rows[st.row.ID] = odds.LearnFew(t.promised(t.inRow(st.row.ID)))
				}
				prior = rows[st.row.ID]
			}
			at := t.stands[i].pool
			t.stands[i] = t.standOf(&st.worth, prior)
			t.stands[i].pool = at
		}
	}
}

// gather puts every scored subject into its pool; the table before knows where most
// of them belong.
func (t *Table) gather(was *Table) []pool {
	t.stands = make([]stand, len(t.states))
	var out []pool
	found := map[category]int{}
	if was != nil {
		for at, p := range was.pools {
			found[p.category] = at
			out = append(out, pool{p.category, make([]int, 0, len(p.members)+1)})
		}
	}
	for i, st := range t.states {
		t.stands[i] = stand{Score: st.worth.score, key: st.worth.score.Mu, mean: st.shown.Mean, pool: -1}
		if st.force.Group != Scored {
			continue
		}
		at := -1
		if was != nil && was.states[i] == st {
			at = was.stands[i].pool
		}
		if at < 0 {
			c := t.categoryOf(i)
			known := false
			if at, known = found[c]; !known {
				at = len(out)
				found[c], out = at, append(out, pool{category: c})
			}
		}
		t.stands[i].pool = at
		out[at].members = append(out[at].members, i)
	}
	return out
}

func (t *Table) categoryOf(i int) category {
	if name := t.subject(i).Category; name != "" {
		return category{name: name}
	}
	return category{row: t.states[i].row.ID}
}

// inRow are the scored subjects of a row.
func (t *Table) inRow(row int) (out []int) {
	for i, st := range t.states {
		if st.force.Group == Scored && st.row.ID == row {
			out = append(out, i)
		}
	}
	return out
}

// promised are the scores of some subjects as they were promised.
func (t *Table) promised(members []int) []odds.Score {
	out := make([]odds.Score, len(members))
	for n, i := range members {
		out[n] = t.states[i].worth.score
	}
	return out
}

// standOf is how a score stands under a prior.
func (t *Table) standOf(w *worth, prior odds.Prior) stand {
	s := stand{Score: w.score, key: w.score.Mu, prior: prior}
	shrunk := prior.Shrink(w.score)
	key := shrunk.Mu
	s.mean = key
	if w.log {
		key = shrunk.MeanLog()
		s.mean = math.Exp(key)
	}
	if t.options.Order == ByExpectation {
		s.Score, s.key = shrunk, key
	}
	return s
}

// standsIf are how two scored subjects would stand if the first had another worth:
// its score teaches something of the others of its category too.
func (t *Table) standsIf(a, b int, w *worth) (x, y stand) {
	learn := func(i int) odds.Prior {
		members := t.pools[t.stands[i].pool].members
		if len(members) < fewest {
			members = t.inRow(t.states[i].row.ID)
		}
		scores := t.promised(members)
		for n, m := range members {
			if m == a {
				scores[n] = w.score
			}
		}
		return odds.LearnFew(scores)
	}
	return t.standOf(w, learn(a)), t.standOf(&t.states[b].worth, learn(b))
}
