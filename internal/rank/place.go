package rank

import (
	"maps"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/clock"
)

// place sorts, and works out the chance of every place. was is the table that this
// one follows from, of as many subjects, most of them the same; nil: none.
func (t *Table) place(was *Table) error {
	for i := range t.states {
		t.settle(i)
	}
	t.stand(was)
	order := make([]int, len(t.states))
	for n := range order {
		order[n] = n
		if was != nil {
			order[n] = was.Entries[n].Subject
		}
	}
	if was == nil || !t.mend(order) {
		slices.SortFunc(order, t.compare)
	}
	t.Entries, t.places = make([]Entry, len(order)), make([]int, len(order))
	t.Policy, t.Model, t.Unit, t.Order = t.policy.Version, t.model.ID, t.model.Unit, t.options.Order
	t.Top, t.Seed, t.Now = t.options.Top, t.options.Seed, t.options.Now
	t.Forced, t.Scored, t.Unscored = 0, 0, 0
	scores := make([]Score, len(order))
	for n, i := range order {
		t.places[i] = n
		t.Entries[n] = t.entry(n, i, &scores[n])
		switch t.Entries[n].Force.Group {
		case Scored:
			t.Scored++
		case Unscored:
			t.Unscored++
		default:
			t.Forced++
		}
	}
	if err := t.chances(); err != nil {
		return err
	}
	t.promises()
	return nil
}

// maxStrays is how many subjects are put to their places one by one; of more, all
// are sorted.
const maxStrays = 64

// mend sorts what is sorted but for a few: those that stand wrongly beside what is
// before them are taken out, and put where they belong. It gives up, with the order
// as it was, when they are many.
func (t *Table) mend(order []int) bool {
	var strays []int
	kept := make([]int, 0, len(order))
	for _, i := range order {
		n := len(kept)
		if n == 0 || t.compare(kept[n-1], i) < 0 {
			kept = append(kept, i)
			continue
		}
		// One of the two stands wrongly, and nothing says which.
		strays, kept = append(strays, kept[n-1], i), kept[:n-1]
		if len(strays) > maxStrays {
			return false
		}
	}
	if len(strays) == 0 {
		return true
	}
	slices.SortFunc(strays, t.compare)
	out := order[:0]
	for _, s := range strays {
		n, _ := slices.BinarySearchFunc(kept, s, t.compare)
		out = append(append(out, kept[:n]...), s)
		kept = kept[n:]
	}
	_ = append(out, kept...)
	return true
}

// entry is the line of a subject at a place, without its chances; score is where
// its score goes.
func (t *Table) entry(place, i int, score *Score) Entry {
	st := t.states[i]
	e := Entry{
		Subject: i, Position: place + 1, Force: st.force, Row: st.row.ID, RowName: st.row.Name,
		Missing: st.worth.missing, Problems: st.worth.problems,
	}
	if place < t.Top && st.force.Group < Unscored {
		e.PTop = 1
	}
	if st.worth.scored {
		*score = st.shown
		score.Shrunk = t.stands[i].mean
		e.Score = score
	}
	return e
}

// shown is a score with its figures, not shrunk.
func shown(w worth) Score {
	s := w.score
	low, high := s.Mu-chance.Z90*s.SD, s.Mu+chance.Z90*s.SD
	if !w.log {
		return Score{Median: s.Mu, Mean: s.Mu, P05: low, P95: high, Shrunk: s.Mu, Mu: s.Mu, SD: s.SD}
	}
	return Score{Median: math.Exp(s.Mu), Mean: s.MeanOfLog(), P05: math.Exp(low), P95: math.Exp(high), Shrunk: s.MeanOfLog(), Mu: s.Mu, SD: s.SD, Log: true}
}

// promises adds up what the first Top promise and what can be expected of them.
func (t *Table) promises() {
	t.Promised, t.Shrunk = 0, 0
	for n := t.Forced; n < min(t.Forced+t.Scored, t.Top); n++ {
		t.Promised += t.Entries[n].Score.Mean
		t.Shrunk += t.Entries[n].Score.Shrunk
	}
}

// WhatIf is the table after one factor of one subject is taken for v. The table
// itself does not change.
func (t *Table) WhatIf(subject int, factor plumbline.Factor, v chance.Dist) (*Table, error) {
	if subject < 0 || subject >= len(t.subjects) {
		return nil, plumbline.Errorf(plumbline.NotFound, "There is no item %d in the ranking.", subject)
	}
	if t.model.factor(factor) == nil {
		return nil, plumbline.FieldError("factor", "The model %s has no factor %q.", t.model.Name, factor)
	}
	s := *t.subject(subject)
	s.Factors = maps.Clone(s.Factors)
	if s.Factors == nil {
		s.Factors = map[plumbline.Factor]Factor{}
	}
	f := s.Factors[factor]
	f.Value, f.Observed = v, t.options.Now
	s.Factors[factor] = f
	return t.Replace(map[int]*Subject{subject: &s})
}

// Replace is the table after some of its subjects, by their places, became
// others. What accounts ask must be what it was: the influence of each ask follows
// from all of them. The table itself does not change.
func (t *Table) Replace(changed map[int]*Subject) (*Table, error) {
	return t.Later(t.options.Now, changed)
}

// Later is the table at a later moment, after some of its subjects became others, as
// for [Table.Replace]. The age of estimates still counts from the same Aged: of what
// else hangs on the time, clocks and dates, all is looked at again.
func (t *Table) Later(now plumbline.Time, changed map[int]*Subject) (*Table, error) {
	out := *t
	out.options.Now = now
	out.edited, out.states = maps.Clone(t.edited), slices.Clone(t.states)
	if out.edited == nil {
		out.edited = make(map[int]*Subject, len(changed))
	}
	maps.Copy(out.edited, changed)
	out.flatten()
	for i := range out.states {
		if _, edited := changed[i]; edited || now != t.options.Now && out.moves(i, t.options.Now) {
			st := out.stateOf(i)
			out.states[i] = &st
		}
	}
	out.common()
	if err := out.place(t); err != nil {
		return nil, err
	}
	return &out, nil
}

// moves says whether time alone may change what rules say of a subject.
func (t *Table) moves(i int, since plumbline.Time) bool {
	s, f := t.subject(i), t.states[i].force
	return len(f.Clocks) > 0 || f.Forced || s.Due != 0 || len(s.Duties) > 0 ||
		slices.ContainsFunc(s.Events, func(e clock.Event) bool { return e.At > since })
}

// maxEdited is how many subjects may differ from those that the table was made of
// before it has a list of its own.
const maxEdited = 256

func (t *Table) flatten() {
	if len(t.edited) <= maxEdited {
		return
	}
	t.subjects = slices.Clone(t.subjects)
	for i, s := range t.edited {
		t.subjects[i] = *s
	}
	t.edited = nil
}
