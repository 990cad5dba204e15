package rank

import (
	"cmp"
	"math"
	"slices"

	"plumbline/internal/chance"
	"plumbline/internal/rank/odds"
)

// place sorts, and works out the chance of every place. The order is that of a table
// that this one follows from, or any.
func (t *Table) place(order []int32) error {
	t.Policy, t.Model, t.Unit, t.Order = t.policy.Version, t.model.ID, t.model.Unit, t.options.Order
	t.Top, t.Seed, t.Now = t.options.Top, t.options.Seed, t.options.Now
	d := t.desks.Get().(*desk)
	defer t.desks.Put(d)
	t.learn(d)
	t.order = t.sort(order, d)
	t.Forced = t.until(Scored)
	t.Scored = t.until(Unscored) - t.Forced
	t.Unscored = len(order) - t.Forced - t.Scored
	if err := t.chances(d); err != nil {
		return err
	}
	t.promises()
	return nil
}

// until is how many come before a group.
func (t *Table) until(g Group) int {
	n, _ := slices.BinarySearchFunc(t.order, g, func(i int32, g Group) int { return cmp.Compare(Group(t.lines.At(int(i)).group), g) })
	return n
}

// Subject is the one at a place of the order; 0 is first.
func (t *Table) Subject(place int) int { return int(t.order[place]) }

// Inverse is where each subject comes in the order; 0 is first.
func (t *Table) Inverse() []int32 {
	out := make([]int32, len(t.order))
	for n, i := range t.order {
		out[i] = int32(n)
	}
	return out
}

// Entry is the line of a subject.
func (t *Table) Entry(subject int) *Entry { return t.At(t.placeOf(subject)) }

// Entries are all lines, in rank order.
func (t *Table) Entries() []Entry {
	out := make([]Entry, len(t.order))
	for n := range out {
		out[n] = *t.At(n)
	}
	return out
}

// At is the line at a place; 0 is first.
func (t *Table) At(place int) *Entry {
	i := t.Subject(place)
	st, l := t.state(i), t.lines.At(i)
	e := &Entry{
		Subject: i, Position: place + 1, Force: st.force, Row: st.row.ID, RowName: st.row.Name,
		Missing: st.worth.missing, Problems: st.worth.problems, PTop: t.PTop(place), Tie: t.tie(place),
	}
	if l.scored {
		e.Score = shown(st.worth)
		e.Score.Shrunk = t.expected(l)
	}
	return e
}

// shown is a score with its figures, not shrunk.
func shown(w worth) *Score {
	s := w.score
	low, high := s.Mu-chance.Z90*s.SD, s.Mu+chance.Z90*s.SD
	if !w.log {
		return &Score{Median: s.Mu, Mean: s.Mu, P05: low, P95: high, Mu: s.Mu, SD: s.SD}
	}
	return &Score{Median: math.Exp(s.Mu), Mean: s.MeanOfLog(), P05: math.Exp(low), P95: math.Exp(high), Mu: s.Mu, SD: s.SD, Log: true}
}

// promises adds up what the first Top promise and what can be expected of them.
func (t *Table) promises() {
	t.Promised, t.Shrunk = 0, 0
	for n := t.Forced; n < min(t.Forced+t.Scored, t.Top); n++ {
		i := t.Subject(n)
		t.Promised += shown(t.state(i).worth).Mean
		t.Shrunk += t.expected(t.lines.At(i))
	}
}

// tie is the letter of the entries that one cannot be told from; empty: there are none.
func (t *Table) tie(place int) string {
	n, found := slices.BinarySearchFunc(t.ties, place, func(r odds.Run, place int) int {
		if place >= r.From && place < r.To {
			return 0
		}
		return cmp.Compare(r.From, place)
	})
	if !found {
		return ""
	}
	return letters(n + 1)
}

// letters counts A, B, … Z, AA, AB, …
func letters(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}
