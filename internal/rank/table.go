package rank

import (
	"cmp"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/rank/odds"
)

// state is what was worked out of one subject.
type state struct {
	force *Force
	row   rowRule
	worth worth
	shown Score   // of worth, not shrunk
	size  float64 // median of the size; +Inf when nobody said
	old   plumbline.Time

	settled bool
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
	t := &Table{policy: p, model: m, options: o, subjects: subjects, states: make([]*state, len(subjects)), economy: weigh(subjects)}
	all := make([]state, len(subjects))
	const chunk = 256
	o.Parallel((len(subjects)+chunk-1)/chunk, func(n int) {
		for i := n * chunk; i < min((n+1)*chunk, len(subjects)); i++ {
			all[i] = t.stateOf(i)
			t.states[i] = &all[i]
		}
	})
	t.common()
	if err := t.place(nil); err != nil {
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
	o.Order = cmp.Or(o.Order, ByPromise)
	if o.Order != ByPromise && o.Order != ByExpectation {
		return plumbline.FieldError("order", "Scores are ordered as %s or as %s, not %q.", ByPromise, ByExpectation, o.Order)
	}
	o.Aged = cmp.Or(o.Aged, o.Now)
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
func (t *Table) stateOf(i int) state {
	s := t.subject(i)
	f := t.policy.Assess(*s, t.options.Now, t.options.Calendar)
	st := state{force: &f, old: s.Opened, row: t.policy.rowFor(s, f)}
	st.worth = t.judge(i, change{}).judge()
	st.size = math.Inf(1)
	if st.worth.sized && st.worth.scored {
		st.size = math.Exp(st.worth.size.Mu)
	}
	if st.old == 0 {
		st.old = math.MaxInt64
	}
	return st
}

func (t *Table) judge(i int, c change) *judge {
	return &judge{p: t.policy, m: t.model, s: t.subject(i), now: t.options.Aged, o: &t.options, e: t.economy, c: c}
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
// subject are not of logarithms and none of the others are. States may be shared with
// other tables, so one that has to change is a new one.
func (t *Table) common() {
	logs := 0
	for _, s := range t.states {
		if s.worth.scored && s.worth.log {
			logs++
		}
	}
	for i, st := range t.states {
		if logs == 0 || !st.worth.scored || st.worth.log {
			continue
		}
		own := *st
		own.settled = false
		t.states[i] = &own
		w := &own.worth
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

// Better is the chance that the score of subject a is above that of subject b, as
// the order reads scores, whatever rules say of their order; NaN when one has no score.
func (t *Table) Better(a, b int) float64 {
	if !t.states[a].worth.scored || !t.states[b].worth.scored {
		return math.NaN()
	}
	x, y := t.stands[a].Score, t.stands[b].Score
	if x == y {
		return 0.5
	}
	return odds.Above(x, y)
}
