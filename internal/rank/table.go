package rank

import (
	"cmp"
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
	s := &t.subjects[i]
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
	return &judge{p: t.policy, m: t.model, s: &t.subjects[i], now: t.options.Now, o: &t.options, e: e, c: c}
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

// settle puts what no rule places among the scored or the unscored.
func (s *state) settle() {
	want := s.force.Group
	switch {
	case want == Scored && !s.worth.scored:
		want = Unscored
	case want == Unscored && s.worth.scored:
		want = Scored
	}
	if want != s.force.Group {
		f := *s.force // other tables share it
		f.Group, s.force = want, &f
	}
}

// compare is the order of the table: by group; the breached by how late they
// are, the forced by what is left of their time, the bound by their latest start,
// the rest by row and by score; then the small before the large and the old
// before the young.
func (t *Table) compare(a, b int) int {
	x, y := &t.states[a], &t.states[b]
	if c := cmp.Compare(x.force.Group, y.force.Group); c != 0 {
		return c
	}
	switch x.force.Group {
	case Unassessed:
		if c := cmp.Compare(x.row.ID, y.row.ID); c != 0 {
			return c
		}
	case Breached:
		if c := cmp.Compare(y.force.Overdue, x.force.Overdue); c != 0 {
			return c
		}
	case Forced:
		if c := cmp.Or(cmp.Compare(y.force.timed(), x.force.timed()), cmp.Compare(x.force.Share, y.force.Share), cmp.Compare(x.force.Severity, y.force.Severity)); c != 0 {
			return c
		}
	case HardDate:
		if c := cmp.Or(cmp.Compare(x.force.Start, y.force.Start), cmp.Compare(t.subjects[a].Due, t.subjects[b].Due)); c != 0 {
			return c
		}
	default:
		if c := cmp.Compare(x.row.ID, y.row.ID); c != 0 {
			return c
		}
		if c := cmp.Compare(y.worth.score.Mu, x.worth.score.Mu); c != 0 && x.force.Group == Scored {
			return c
		}
	}
	return cmp.Or(cmp.Compare(x.size, y.size), cmp.Compare(x.old, y.old), cmp.Compare(t.subjects[a].ID, t.subjects[b].ID))
}

// timed is 1 when a clock runs.
func (f *Force) timed() int {
	if f.Due != 0 {
		return 1
	}
	return 0
}

// entry is the line of a subject at a place, without its chances; score is where
// its score goes.
func (t *Table) entry(place, i int, score *Score) Entry {
	st := &t.states[i]
	e := Entry{
		Subject: i, Position: place + 1, Force: *st.force, Row: st.row.ID, RowName: st.row.Name,
		Missing: st.worth.missing, Problems: st.worth.problems,
		Expected: float64(place + 1), RankLow: float64(place + 1), RankHigh: float64(place + 1),
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

// shrink draws every score to the mean of its category, and adds up what the
// first Top promise and what can be expected of them.
func (t *Table) shrink() {
	byCategory := map[string][]int{}
	var names []string
	for n := t.Forced; n < t.Forced+t.Scored; n++ {
		c := cmp.Or(t.subjects[t.Entries[n].Subject].Category, "row "+t.Entries[n].RowName)
		if byCategory[c] == nil {
			names = append(names, c)
		}
		byCategory[c] = append(byCategory[c], n)
	}
	for _, c := range names {
		scores := make([]odds.Score, len(byCategory[c]))
		for i, n := range byCategory[c] {
			scores[i] = odds.Score{Mu: t.Entries[n].Score.Mu, SD: t.Entries[n].Score.SD}
		}
		prior := odds.Learn(scores)
		for i, n := range byCategory[c] {
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
