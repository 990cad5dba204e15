package rank

import (
	"cmp"
	"math"

	"plumbline/internal/rank/odds"
)

// rowField is the scored entries of one row, which compete with each other only.
type rowField struct {
	row    int
	from   int // index of the first of them in Entries
	scores []odds.Score
	field  *odds.Field
	exact  [][]float64 // of a few: the chance of each place of the row
}

// chances works out the chance of every place of the scored entries. Rows are
// never mixed: the chances of one row are over the places that it has.
func (t *Table) chances() error {
	t.fields, t.tied, t.Cut = nil, 0, 0
	for from := t.Forced; from < t.Forced+t.Scored; {
		to := from
		for to < t.Forced+t.Scored && t.Entries[to].Row == t.Entries[from].Row {
			to++
		}
		if err := t.rowChances(from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// few is up to how many entries of a row the chances are exact.
const few = 16

func (t *Table) rowChances(from, to int) error {
	scores := make([]odds.Score, to-from)
	for n := range scores {
		scores[n] = t.stands[t.Entries[from+n].Subject].Score
	}
	k := min(max(t.Top-from, 1), len(scores))
	field, err := odds.NewField(scores, k)
	if err != nil {
		return err
	}
	row := rowField{row: t.Entries[from].Row, from: from, scores: scores, field: field}
	exactly := len(scores) <= few && t.options.Method == Analytic
	if exactly {
		if row.exact, err = odds.Exactly(scores); err != nil {
			return err
		}
	}
	t.fields = append(t.fields, row)
	if exactly {
		for n := range scores {
			t.Entries[from+n].PTop = t.topOf(row.exact[n], from)
		}
	} else if err := t.byField(field, from, to); err != nil {
		return err
	}
	if t.Top > from && t.Top <= to {
		t.Cut = field.Threshold()
		if math.IsInf(t.Cut, -1) {
			t.Cut = scores[len(scores)-1].Mu
		}
		if t.Entries[from].Score.Log {
			t.Cut = math.Exp(t.Cut)
		}
	}
	t.tie(from, odds.Groups(scores))
	return nil
}

// byField fills the entries of a row from its field, and their chance to be among
// the first by the method that was asked for.
func (t *Table) byField(field *odds.Field, from, to int) error {
	var tops []float64
	if t.options.Method != Analytic && t.Top > from && t.Top < to {
		ids := make([]string, to-from)
		for n := range ids {
			ids[n] = t.subject(t.Entries[from+n].Subject).ID
		}
		count, samples := odds.Conditional, cmp.Or(t.options.Samples, 256)
		if t.options.Method == Joint {
			count, samples = odds.Joint, cmp.Or(t.options.Samples, 10_000)
		}
		scores := t.fields[len(t.fields)-1].scores
		found, err := count(scores, field.K(), samples, odds.Draws{Seed: t.Seed, IDs: ids}, t.options.Parallel)
		if err != nil {
			return err
		}
		tops = found.P
	}
	const chunk = 512
	t.options.Parallel((to-from+chunk-1)/chunk, func(c int) {
		for n := c * chunk; n < min((c+1)*chunk, to-from); n++ {
			e := &t.Entries[from+n]
			if tops != nil {
				e.PTop = tops[n]
			} else {
				e.PTop = t.among(from, to, field.Top(n))
			}
		}
	})
	return nil
}

// among is the chance to be among the first Top of the whole table, from the
// chance to be among those of them that fall into the row.
func (t *Table) among(from, to int, p float64) float64 {
	switch {
	case t.Top <= from:
		return 0
	case t.Top >= to:
		return 1
	}
	return p
}

// topOf is the chance to be among the first Top of the table, from the chance of
// each place of a row that begins after the place from.
func (t *Table) topOf(chances []float64, from int) float64 {
	total, top := 0.0, 0.0
	for r, p := range chances {
		total += p
		if from+r < t.Top {
			top += p
		}
	}
	return min(top/total, 1)
}

// Places is where an entry of the table may come. It is worked out when it is
// asked for: a page shows some fifty of ten thousand.
func (t *Table) Places(e *Entry) Places {
	at := float64(e.Position)
	if e.Force.Group != Scored {
		return Places{at, at, at}
	}
	for _, r := range t.fields {
		n := e.Position - 1 - r.from
		if n < 0 || n >= len(r.scores) {
			continue
		}
		if r.exact != nil {
			return placesOf(r.exact[n], r.from)
		}
		before := float64(r.from)
		return Places{before + r.field.ExpectedRank(n), before + r.field.Rank(n, 0.05), before + r.field.Rank(n, 0.95)}
	}
	return Places{at, at, at}
}

// placesOf is where an entry may come by the chance of each place of its row, which
// begins after the place from.
func placesOf(chances []float64, from int) (out Places) {
	total, below := 0.0, 0.0
	for _, p := range chances {
		total += p
	}
	for r, p := range chances {
		p /= total
		place := float64(from + r + 1)
		out.Expected += p * place
		if below += p; out.Low == 0 && below >= 0.05 {
			out.Low = place
		}
		if out.High == 0 && below >= 0.95-1e-12 {
			out.High = place
		}
	}
	return out
}

// tie letters the groups of entries that cannot be told apart.
func (t *Table) tie(from int, groups []int) {
	for n := 0; n < len(groups); {
		end := n
		for end < len(groups) && groups[end] == groups[n] {
			end++
		}
		if end-n > 1 {
			t.tied++
			name := letters(t.tied)
			for i := n; i < end; i++ {
				t.Entries[from+i].Tie = name
			}
		}
		n = end
	}
}

// letters counts A, B, … Z, AA, AB, …
func letters(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}
