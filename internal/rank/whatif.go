package rank

import (
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/rank/odds"
)

// Entry is the line of a subject.
func (t *Table) Entry(subject int) *Entry { return &t.Entries[t.places[subject]] }

// Above is the chance that subject a comes before subject b: by their scores when
// both are in one row, else certain.
func (t *Table) Above(a, b int) float64 {
	x, y := t.Entry(a), t.Entry(b)
	if x.Force.Group == Scored && y.Force.Group == Scored && x.Row == y.Row {
		return t.Better(a, b)
	}
	if x.Position < y.Position {
		return 1
	}
	return 0
}

// Better is the chance that the score of subject a is above that of subject b,
// whatever rules say of their order; NaN when one has no score.
func (t *Table) Better(a, b int) float64 {
	x, y := t.states[a].worth, t.states[b].worth
	if !x.scored || !y.scored {
		return math.NaN()
	}
	if x.score == y.score {
		return 0.5
	}
	return odds.Above(x.score, y.score)
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
	out := *t
	out.subjects, out.states = slices.Clone(t.subjects), slices.Clone(t.states)
	s := out.subjects[subject]
	factors := make(map[plumbline.Factor]Factor, len(s.Factors)+1)
	for k, f := range s.Factors {
		factors[k] = f
	}
	f := factors[factor]
	f.Value, f.Observed = v, t.options.Now
	factors[factor] = f
	s.Factors = factors
	out.subjects[subject] = s
	out.states[subject] = out.stateOf(subject, t.economy)
	out.common()
	if err := out.place(); err != nil {
		return nil, err
	}
	return &out, nil
}
