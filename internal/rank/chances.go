package rank

import (
	"cmp"
	"math"
	"slices"

	"plumbline/internal/rank/odds"
)

// rowField is the scored entries of one row, which compete with each other only.
type rowField struct {
	row      int
	from, to int // places: from the first of them to before to
	odds.Outline
	field *odds.Field // of [odds.Few] and fewer; else nil
	exact [][]float64 // of few and fewer: the chance of each place of the row
	tops  []float64   // by the method that was asked for; nil: analytic
}

// chances works out the chance of every place of the scored entries. Rows are
// never mixed: the chances of one row are over the places that it has.
func (t *Table) chances(d *desk) error {
	t.parts, t.ties, t.Cut = nil, nil, 0
	for from := t.Forced; from < t.Forced+t.Scored; {
		row := t.lines.At(t.Subject(from)).row
		to := from
		for to < t.Forced+t.Scored && t.lines.At(t.Subject(to)).row == row {
			to++
		}
		scores := d.room(to - from)
		for n := range scores {
			scores[n] = t.standing(t.lines.At(t.Subject(from + n)))
		}
		if err := t.rowChances(d, rowField{row: int(row), from: from, to: to}, scores); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// few is up to how many entries of a row the chances are exact.
const few = 16

// rowChances works out a row of which these are the scores, in the desk's memory.
func (t *Table) rowChances(d *desk, r rowField, scores []odds.Score) error {
	if len(scores) <= odds.Few {
		scores = slices.Clone(scores) // they stay
	}
	field, err := d.Field(scores, min(max(t.Top-r.from, 1), len(scores)))
	if err != nil {
		return err
	}
	if r.Outline = field.Outline; len(scores) <= odds.Few {
		r.field = field
	}
	switch {
	case t.options.Method != Analytic:
		err = t.byMethod(&r, scores)
	case len(scores) <= few:
		r.exact, err = odds.Exactly(scores)
	}
	if err != nil {
		return err
	}
	t.parts = append(t.parts, r)
	if t.Top > r.from && t.Top <= r.to {
		t.Cut = r.Threshold()
		if math.IsInf(t.Cut, -1) {
			t.Cut = scores[len(scores)-1].Mu
		}
		if t.lines.At(t.Subject(r.from)).log {
			t.Cut = math.Exp(t.Cut)
		}
	}
	for _, run := range odds.Runs(scores) {
		t.ties = append(t.ties, odds.Run{From: r.from + run.From, To: r.from + run.To})
	}
	return nil
}

// byMethod works out the chances of a row to be among the first by the method that
// was asked for.
func (t *Table) byMethod(r *rowField, scores []odds.Score) error {
	if t.Top <= r.from || t.Top >= r.to {
		return nil
	}
	ids := make([]string, len(scores))
	for n := range ids {
		ids[n] = t.subject(t.Subject(r.from + n)).ID
	}
	count, samples := odds.Conditional, cmp.Or(t.options.Samples, 256)
	if t.options.Method == Joint {
		count, samples = odds.Joint, cmp.Or(t.options.Samples, 10_000)
	}
	found, err := count(scores, r.K(), samples, odds.Draws{Seed: t.Seed, IDs: ids}, t.options.Parallel)
	if err == nil {
		r.tops = found.P
	}
	return err
}

// part is the row field of a place, and the place in it; nil where no chance plays.
func (t *Table) part(place int) (r *rowField, n int) {
	for i := range t.parts {
		if r := &t.parts[i]; place >= r.from && place < r.to {
			return r, place - r.from
		}
	}
	return nil, 0
}

// PTop is the chance that the entry at a place is among the first Top.
func (t *Table) PTop(place int) float64 {
	r, n := t.part(place)
	switch {
	case r == nil && place < t.Forced && place < t.Top:
		return 1
	case r == nil:
		return 0
	case r.exact != nil:
		return t.topOf(r.exact[n], r.from)
	case t.Top <= r.from:
		return 0
	case t.Top >= r.to:
		return 1
	case r.tops != nil:
		return r.tops[n]
	}
	return r.TopOf(t.standing(t.lines.At(t.Subject(place))))
}

// Likely says whether [Table.PTop] of a place is p or more, which takes less.
func (t *Table) Likely(place int, p float64) bool {
	r, _ := t.part(place)
	if r == nil || r.exact != nil || r.tops != nil || t.Top <= r.from || t.Top >= r.to {
		return t.PTop(place) >= p
	}
	return r.Reaches(t.standing(t.lines.At(t.Subject(place))), p)
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
	r, n := t.part(e.Position - 1)
	if r == nil {
		return Places{at, at, at}
	}
	before := float64(r.from)
	switch own := t.standing(t.lines.At(e.Subject)); {
	case r.exact != nil:
		return placesOf(r.exact[n], r.from)
	case r.field != nil:
		return Places{before + r.field.ExpectedRank(n), before + r.field.Rank(n, 0.05), before + r.field.Rank(n, 0.95)}
	default:
		return Places{before + r.ExpectedRankOf(own), before + r.RankOf(own, 0.05), before + r.RankOf(own, 0.95)}
	}
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
