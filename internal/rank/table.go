package rank

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"plumbline"
	"plumbline/internal/rank/odds"
	"plumbline/internal/shared"
)

// state is what was worked out of one subject. Tables that follow from each other
// share it, and nobody changes it.
type state struct {
	force  *Force
	row    rowRule
	worth  worth
	linear bool // its own score is not of a logarithm
}

// line is what the order needs of a subject: lines lie close together, since all are
// gone over when one changes.
type line struct {
	score  odds.Score // as promised
	size   float64    // median of the size; +Inf when nobody said
	row    int32
	pool   int32 // index into the table's pools; -1: it is in none
	group  uint8 // a [Group]
	scored bool
	log    bool // score is of the logarithm
}

// tally is how many subjects have a score of a logarithm, and how many another.
type tally struct{ logs, linear int }

// mixed says that one kind has to be brought onto the scale of the other.
func (n tally) mixed() bool { return n.logs > 0 && n.linear > 0 }

func (n *tally) add(s *state, times int) {
	switch {
	case s.linear:
		n.linear += times
	case s.worth.scored:
		n.logs += times
	}
}

// Rank puts subjects in their order, and keeps the slice. The error is Invalid: an
// unknown model, or two subjects of one id. What is wrong with one subject is said in
// its entry.
func (p *Policy) Rank(subjects []Subject, o Options) (*Table, error) {
	each := make([]*Subject, len(subjects))
	for i := range subjects {
		each[i] = &subjects[i]
	}
	return p.RankList(shared.Of(each), o)
}

// RankList is [Policy.Rank] of a list that others share; nobody changes what is in it.
func (p *Policy) RankList(subjects shared.List[*Subject], o Options) (*Table, error) {
	m, err := p.model(o.Model)
	if err != nil {
		return nil, err
	}
	if err := o.fill(p); err != nil {
		return nil, err
	}
	seen := make(map[string]bool, subjects.Len())
	for i, s := range subjects.All() {
		if s.ID == "" || seen[s.ID] {
			return nil, plumbline.Errorf(plumbline.Invalid, "Item %d of the ranking has no id of its own: %q.", i+1, s.ID)
		}
		seen[s.ID] = true
	}
	t := &Table{policy: p, model: m, options: o, subjects: subjects, economy: weigh(subjects), desks: &sync.Pool{New: func() any { return new(desk) }}}
	all, states := make([]state, subjects.Len()), make([]*state, subjects.Len())
	const chunk = 256
	o.Parallel((len(all)+chunk-1)/chunk, func(n int) {
		for i := n * chunk; i < min((n+1)*chunk, len(all)); i++ {
			all[i] = t.stateOf(i)
			states[i] = &all[i]
		}
	})
	if err := t.begin(states); err != nil {
		return nil, err
	}
	return t, nil
}

// begin fills a table from its states alone.
func (t *Table) begin(states []*state) error {
	for _, s := range states {
		t.plain.add(s, 1)
	}
	lines, order := make([]line, len(states)), make([]int32, len(states))
	t.filed = true
	for i, s := range states {
		if t.plain.mixed() {
			s.toLog()
		}
		s.settle()
		lines[i] = t.lineOf(i, s)
		order[i] = int32(i)
		if t.waits(i, s) {
			t.timed = append(t.timed, int32(i))
		}
		t.filed = t.filed && (i == 0 || t.subject(i).younger(t.subject(i-1)) > 0)
	}
	t.states, t.lines = shared.Of(states), shared.Of(lines)
	for i := range lines {
		if at := lines[i].pool; at >= 0 {
			t.pools[at].members = append(t.pools[at].members, int32(i))
		}
	}
	return t.place(order)
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
	st := state{force: &f, row: t.policy.rowFor(s, f)}
	st.worth = t.judge(i, change{}).judge()
	st.linear = st.worth.scored && !st.worth.log
	return st
}

// lineOf is the line of a subject, in a pool that is made if there is none yet.
func (t *Table) lineOf(i int, s *state) line {
	w := &s.worth
	out := line{score: w.score, size: math.Inf(1), row: int32(s.row.ID), pool: -1, group: uint8(s.force.Group), scored: w.scored, log: w.log}
	if w.sized && w.scored {
		out.size = math.Exp(w.size.Mu)
	}
	if s.force.Group == Scored {
		out.pool = t.poolOf(t.subject(i).Category, s.row.ID)
	}
	return out
}

// younger compares when two subjects were opened, then their ids: above 0 when s is
// the younger. What nobody knows the opening of is the youngest.
func (s *Subject) younger(than *Subject) int {
	return cmp.Or(cmp.Compare(s.opened(), than.opened()), strings.Compare(s.ID, than.ID))
}

func (s *Subject) opened() plumbline.Time {
	if s.Opened == 0 {
		return math.MaxInt64
	}
	return s.Opened
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

// toLog brings a score that is not of a logarithm onto the scale of those that are.
func (s *state) toLog() {
	w := &s.worth
	if !w.scored || w.log {
		return
	}
	if w.score.Mu <= 0 {
		w.scored = false
		w.note("A score of %s cannot be compared with products, which are above zero.", short(w.score.Mu))
		return
	}
	v := math.Log1p(w.score.SD * w.score.SD / (w.score.Mu * w.score.Mu))
	w.score = odds.Score{Mu: math.Log(w.score.Mu) - v/2, SD: math.Sqrt(v)}
	w.log = true
}

// Len is how many subjects there are.
func (t *Table) Len() int { return len(t.order) }

func (t *Table) state(i int) *state { return *t.states.At(i) }

// subject is what is ranked.
func (t *Table) subject(i int) *Subject { return *t.subjects.At(i) }

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
	p, q := t.lines.At(a), t.lines.At(b)
	if !p.scored || !q.scored {
		return math.NaN()
	}
	x, y := t.standing(p), t.standing(q)
	if x == y {
		return 0.5
	}
	return odds.Above(x, y)
}
