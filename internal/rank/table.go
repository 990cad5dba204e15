package rank

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/rank/odds"
)

// state is what was worked out of one subject.
type state struct {
	force *Force
	row   rowRule
	worth worth
	size  float64 // median of the size; +Inf when nobody said
	old   plumbline.Time
}

// Rank puts subjects in their order. The error is Invalid: an unknown model, or
// two subjects of one id. What is wrong with one subject is said in its entry.
func (p *Policy) Rank(subjects []Subject, o Options) (*Table, error) {
	m, err := p.model(o.Model)
	if err != nil {
		return nil, err
	}
	if err := o.fill(p); err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(subjects))
	for i, s := range subjects {
		if s.ID == "" || seen[s.ID] {
			return nil, plumbline.Errorf(plumbline.Invalid, "Item %d of the ranking has no id of its own: %q.", i+1, s.ID)
		}
		seen[s.ID] = true
	}
	t := &Table{policy: p, model: m, options: o, subjects: subjects, states: make([]state, len(subjects))}
	e := weigh(subjects)
	const chunk = 256
	t.economy = e
	o.Parallel((len(subjects)+chunk-1)/chunk, func(n int) {
		for i := n * chunk; i < min((n+1)*chunk, len(subjects)); i++ {
			t.states[i] = t.stateOf(i, e)
		}
	})
	t.common()
	if err := t.place(); err != nil {
		return nil, err
	}
	return t, nil
}

// fill sets what was left open.
func (o *Options) fill(p *Policy) error {
	if o.Top < 0 {
		return plumbline.FieldError("top", "The number of items that are wanted is 1 or more, not %d.", o.Top)
	}
	o.Top = cmp.Or(o.Top, p.Top)
	o.Method = cmp.Or(o.Method, Analytic)
	if !slices.Contains([]string{Analytic, Conditional, Joint}, o.Method) {
		return plumbline.FieldError("method", "The method is %s, %s or %s, not %q.", Analytic, Conditional, Joint, o.Method)
	}
	if o.Confidence != "" && o.Confidence != Widen && o.Confidence != Discount {
		return plumbline.FieldError("confidence", "Confidence is read as %s or %s, not %q.", Widen, Discount, o.Confidence)
	}
	if o.Parallel == nil {
		o.Parallel = func(n int, part func(int)) {
			for i := range n {
				part(i)
			}
		}
	}
	return nil
}

// stateOf works out one subject.
func (t *Table) stateOf(i int, e *economy) state {
	s := t.subject(i)
	f := t.policy.Assess(*s, t.options.Now, t.options.Calendar)
	st := state{force: &f, old: s.Opened, row: t.policy.rowFor(s, f)}
	st.worth = t.judge(i, e, change{}).judge()
	st.size = math.Inf(1)
	if st.worth.sized && st.worth.scored {
		st.size = math.Exp(st.worth.size.Mu)
	}
	if st.old == 0 {
		st.old = math.MaxInt64
	}
	return st
}

func (t *Table) judge(i int, e *economy, c change) *judge {
	return &judge{p: t.policy, m: t.model, s: t.subject(i), now: t.options.Now, o: &t.options, e: e, c: c}
}

// rowFor is the row of the priority table of a subject: of its family, or the
// first that one of its labels names.
func (p *Policy) rowFor(s *Subject, f Force) rowRule {
	if f.Forced {
		for _, fam := range p.families {
			if fam.ID == f.Family {
				return p.row(fam.Row)
			}
		}
	}
	labels := s.Labels
	if s.Class != "" || s.Kind != "" {
		labels = append(slices.Clone(labels), "class:"+s.Class, "kind:"+s.Kind)
	}
	return p.rowOf(labels)
}

// common brings all scores onto one scale: logarithms, unless the scores of some
// subject are not of logarithms and none of the others are.
func (t *Table) common() {
	logs := 0
	for _, s := range t.states {
		if s.worth.scored && s.worth.log {
			logs++
		}
	}
	for i := range t.states {
		w := &t.states[i].worth
		if logs == 0 || !w.scored || w.log {
			continue
		}
		if w.score.Mu <= 0 {
			w.scored = false
			w.note("A score of %s cannot be compared with products, which are above zero.", short(w.score.Mu))
			continue
		}
		v := math.Log1p(w.score.SD * w.score.SD / (w.score.Mu * w.score.Mu))
		w.score = odds.Score{Mu: math.Log(w.score.Mu) - v/2, SD: math.Sqrt(v)}
		w.log = true
	}
}

// place sorts, and works out the chance of every place.
func (t *Table) place() error {
	order := make([]int, len(t.states))
	for i := range order {
		order[i] = i
		if len(t.Entries) == len(order) {
			order[i] = t.Entries[i].Subject // of a table with little changed: nearly sorted
		}
		t.states[i].settle()
	}
	slices.SortFunc(order, t.compare)
	t.Entries, t.places = make([]Entry, len(order)), make([]int, len(order))
	t.Policy, t.Model, t.Unit = t.policy.Version, t.model.ID, t.model.Unit
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
	t.shrink()
	return nil
}

// entry is the line of a subject at a place, without its chances; score is where
// its score goes.
func (t *Table) entry(place, i int, score *Score) Entry {
	st := &t.states[i]
	e := Entry{
		Subject: i, Position: place + 1, Force: st.force, Row: st.row.ID, RowName: st.row.Name,
		Missing: st.worth.missing, Problems: st.worth.problems,
	}
	if place < t.Top && st.force.Group < Unscored {
		e.PTop = 1
	}
	if st.worth.scored {
		*score = shown(st.worth)
		e.Score = score
	}
	return e
}

// shown is a score with its figures.
func shown(w worth) Score {
	s := w.score
	low, high := s.Mu-chance.Z90*s.SD, s.Mu+chance.Z90*s.SD
	if !w.log {
		return Score{Median: s.Mu, Mean: s.Mu, P05: low, P95: high, Shrunk: s.Mu, Mu: s.Mu, SD: s.SD}
	}
	return Score{Median: math.Exp(s.Mu), Mean: s.MeanOfLog(), P05: math.Exp(low), P95: math.Exp(high), Shrunk: s.MeanOfLog(), Mu: s.Mu, SD: s.SD, Log: true}
}

// shrink draws every score to the mean of its category, and adds up what the
// first Top promise and what can be expected of them.
func (t *Table) shrink() {
	type category struct {
		name string // of the subjects; empty: those of a row that name none
		row  int
	}
	members := map[category][]int{}
	for n := t.Forced; n < t.Forced+t.Scored; n++ {
		c := category{name: t.subject(t.Entries[n].Subject).Category}
		if c.name == "" {
			c.row = t.Entries[n].Row
		}
		members[c] = append(members[c], n)
	}
	for _, places := range members {
		scores := make([]odds.Score, len(places))
		for i, n := range places {
			scores[i] = odds.Score{Mu: t.Entries[n].Score.Mu, SD: t.Entries[n].Score.SD}
		}
		prior := odds.Learn(scores)
		for i, n := range places {
			s := prior.Shrink(scores[i])
			t.Entries[n].Score.Shrunk = s.Mu
			if t.Entries[n].Score.Log {
				t.Entries[n].Score.Shrunk = s.MeanOfLog()
			}
		}
	}
	t.Promised, t.Shrunk = 0, 0
	for n := t.Forced; n < min(t.Forced+t.Scored, t.Top); n++ {
		t.Promised += t.Entries[n].Score.Mean
		t.Shrunk += t.Entries[n].Score.Shrunk
	}
}

// subject is what is ranked, as a trial may have changed it.
func (t *Table) subject(i int) *Subject {
	if s := t.edited[i]; s != nil {
		return s
	}
	return &t.subjects[i]
}

// Entry is the line of a subject.
func (t *Table) Entry(subject int) *Entry { return &t.Entries[t.places[subject]] }

// Factor is what is estimated of a factor of a subject.
func (t *Table) Factor(subject int, factor plumbline.Factor) (Factor, bool) {
	f, ok := t.subject(subject).Factors[factor]
	return f, ok
}

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
	out := *t
	out.edited, out.states = maps.Clone(t.edited), slices.Clone(t.states)
	if out.edited == nil {
		out.edited = map[int]*Subject{}
	}
	for i, s := range changed {
		out.edited[i] = s
	}
	for i := range changed {
		out.states[i] = out.stateOf(i, t.economy)
	}
	out.common()
	if err := out.place(); err != nil {
		return nil, err
	}
	return &out, nil
}
