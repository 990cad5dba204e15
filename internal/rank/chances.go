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
}

// chances works out the chance of every place of the scored entries. Rows are
// never mixed: the chances of one row are over the places that it has.
func (t *Table) chances() error {
	t.fields, t.Cut = nil, 0
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
		scores[n] = t.states[t.Entries[from+n].Subject].worth.score
	}
	k := min(max(t.Top-from, 1), len(scores))
	field, err := odds.NewField(scores, k)
	if err != nil {
		return err
	}
	t.fields = append(t.fields, rowField{row: t.Entries[from].Row, from: from, scores: scores, field: field})
	if len(scores) <= few && t.options.Method == Analytic {
		ranks, err := odds.Exactly(scores)
		if err != nil {
			return err
		}
		for n := range scores {
			t.exact(&t.Entries[from+n], ranks[n], from)
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
			ids[n] = t.subjects[t.Entries[from+n].Subject].ID
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
			e.Expected = float64(from) + field.ExpectedRank(n)
			e.RankLow, e.RankHigh = float64(from)+field.Rank(n, 0.05), float64(from)+field.Rank(n, 0.95)
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

// exact fills an entry from the chance of each place in its row.
func (t *Table) exact(e *Entry, ranks []float64, from int) {
	total, below, sum := 0.0, 0.0, 0.0
	for _, p := range ranks {
		total += p
	}
	e.PTop, e.RankLow, e.RankHigh = 0, 0, 0
	for r, p := range ranks {
		p /= total
		place := from + r + 1
		sum += p * float64(place)
		if place <= t.Top {
			e.PTop += p
		}
		if below += p; e.RankLow == 0 && below >= 0.05 {
			e.RankLow = float64(place)
		}
		if e.RankHigh == 0 && below >= 0.95-1e-12 {
			e.RankHigh = float64(place)
		}
	}
	e.Expected, e.PTop = sum, min(e.PTop, 1)
}

// tie letters the groups of entries that cannot be told apart.
func (t *Table) tie(from int, groups []int) {
	letter := 0
	for _, e := range t.Entries[:from] {
		if e.Tie != "" && (letter == 0 || e.Tie != letters(letter)) {
			letter++
		}
	}
	for n := 0; n < len(groups); {
		end := n
		for end < len(groups) && groups[end] == groups[n] {
			end++
		}
		if end-n > 1 {
			letter++
			for i := n; i < end; i++ {
				t.Entries[from+i].Tie = letters(letter)
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
