package objectives

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// Answers is what became of a round.
type Answers struct {
	Round   Round
	Figures []plumbline.Figures
	Version string // of the server, when it was asked
	Fault   string // why the round was broken off; empty: it was not
	Took    time.Duration
}

// Measure takes the answers of a source in: it finds the objectives that its rules
// tell of, adds up what was measured, tells the constraints what is worth telling,
// and notes how the source is.
func (r *Room) Measure(ctx context.Context, who plumbline.Actor, in Answers) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		m := measurer{Room: r, tx: tx, who: who, in: in, scopes: map[plumbline.Scope]bool{}, parts: map[int64]map[string]plumbline.Figures{}}
		return m.all()
	})
}

// measurer takes one round in.
type measurer struct {
	*Room
	tx       *store.Tx
	who      plumbline.Actor
	in       Answers
	products catalog
	scopes   map[plumbline.Scope]bool // of the constraints that are told something
	parts    map[int64]map[string]plumbline.Figures
	rules    map[string]plumbline.Figures
	warnings []string
	found    int64 // objectives that the rules tell of
}

func (m *measurer) all() (err error) {
	sources, err := m.tx.FigureSources()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(sources, func(s plumbline.SourceState) bool { return s.ID == m.in.Round.Source })
	if i < 0 {
		return plumbline.Errorf(plumbline.NotFound, "There is no source of figures %q.", m.in.Round.Source)
	}
	if m.products, err = readCatalog(m.tx); err != nil {
		return err
	}
	m.sort()
	if err := m.takeRules(); err != nil {
		return err
	}
	for _, n := range sortedKeys(m.parts) {
		if err := m.takeParts(n); err != nil {
			return err
		}
	}
	if err := m.refresh(); err != nil {
		return err
	}
	return m.source(i, sources[i])
}

// sort puts the answers to the objectives that they are about.
func (m *measurer) sort() {
	m.rules = map[string]plumbline.Figures{}
	for _, f := range m.in.Figures {
		for _, w := range f.Warnings {
			if !slices.Contains(m.warnings, w) && len(m.warnings) < 10 {
				m.warnings = append(m.warnings, w)
			}
		}
		n, part, ok := numberOf(f.ID)
		switch {
		case ok && m.parts[n] == nil:
			m.parts[n] = map[string]plumbline.Figures{part: f}
		case ok:
			m.parts[n][part] = f
		case f.Step > 0:
			m.rules["range"] = f
		default:
			m.rules[part] = f
		}
	}
}

func sortedKeys(m map[int64]map[string]plumbline.Figures) []int64 {
	out := make([]int64, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// takeParts takes the answers about one objective in. An answer that says that the
// query is wrong is kept with the objective, and nothing is measured.
func (m *measurer) takeParts(n int64) error {
	parts := m.parts[n]
	s, err := m.tx.SLOByNumber(n)
	if err != nil {
		return err
	}
	problem, ref, to := "", "", plumbline.Time(0)
	for _, name := range []string{partShare, partTotal, partBad, partGood} {
		f, ok := parts[name]
		if !ok {
			continue
		}
		ref, to = cmp.Or(ref, f.Query), f.To
		switch {
		case f.Refused:
			problem = cmp.Or(problem, f.Fault)
		case f.Fault != "":
			return nil // nobody knows: it is asked again
		case len(f.Series) > 1:
			problem = cmp.Or(problem, "The query answers with several series, and one is needed: "+f.Query)
		}
	}
	if problem != s.Problem {
		s.Problem = clip(problem, 500)
		if _, err := m.tx.PutSLO(s); err != nil {
			return err
		}
	}
	if problem != "" {
		return nil
	}
	return m.add(s, measured(parts, s.ReadUntil, micros(m.step)), to, ref)
}

// add keeps slices of an objective that was measured until a moment, and cuts what
// is to be told. Slices that are known already are left out: two servers may have
// asked at once.
func (m *measurer) add(s store.SLORow, list []store.SLOSum, to plumbline.Time, ref string) error {
	list = slices.DeleteFunc(list, func(x store.SLOSum) bool { return x.Start < s.ReadUntil || x.Start >= to })
	if to <= s.ReadUntil {
		return nil
	}
	for grain, sums := range map[int64][]store.SLOSum{m.grain(): list, store.GrainHour: coarser(list, store.GrainHour), store.GrainDay: coarser(list, store.GrainDay)} {
		if err := m.tx.AddSLOSums(s.N, grain, sums); err != nil {
			return err
		}
	}
	s.ReadUntil = to
	c, err := m.counts(s, to)
	if err != nil {
		return err
	}
	word, alarms := c.state(s.SLO, to)
	if len(c.fine) > 0 && ripe(s, word, alarms, to) {
		happens := word != s.Burning || slices.ContainsFunc(alarms, func(a Alarm) bool { return a.Firing })
		pending := c.fine[firstFrom(c.fine, s.Cut):]
		if err := m.tx.InsertSLOChunks(s.N, chunks(pending, m.step, to, happens, ref)); err != nil {
			return err
		}
		s.Cut, s.Burning = to, word
		m.tell(s)
	}
	if _, err := m.tx.PutSLO(s); err != nil {
		return err
	}
	return m.prune(s, to)
}

// firstFrom is the place of the first slice at or after a moment.
func firstFrom(list []store.SLOSum, from plumbline.Time) int {
	i, _ := slices.BinarySearchFunc(list, from, func(s store.SLOSum, t plumbline.Time) int { return cmp.Compare(s.Start, t) })
	return i
}

// counts are the sums that say how an objective stands: the fine ones since they
// were told last, or since the short windows began.
func (m *measurer) counts(s store.SLORow, to plumbline.Time) (c counts, err error) {
	fine := to.Add(-fineFor)
	if s.Cut < fine {
		fine = s.Cut
	}
	if c.fine, err = m.tx.SLOSums(s.N, m.grain(), fine, to); err != nil {
		return c, err
	}
	if c.hours, err = m.tx.SLOSums(s.N, store.GrainHour, to.Add(-4*day), to); err != nil {
		return c, err
	}
	c.days, err = m.tx.SLOSums(s.N, store.GrainDay, beginOf(s.Window, to), to)
	return c, err
}

// prune forgets sums that nothing needs any more; fine ones not before they were
// told.
func (m *measurer) prune(s store.SLORow, to plumbline.Time) error {
	for grain, before := range map[int64]plumbline.Time{m.grain(): min(s.Cut, to.Add(-fineFor)), store.GrainHour: to.Add(-hoursFor), store.GrainDay: to.Add(-daysFor)} {
		if _, err := m.tx.DropSLOSums(s.N, grain, before); err != nil {
			return err
		}
	}
	return nil
}

// tell notes that a constraint has something new to hear.
func (m *measurer) tell(s store.SLORow) {
	p, ok := m.products.products[s.Product]
	if !ok || s.Limit == "" {
		return
	}
	scope := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: string(p.Ref)}
	if p.Kind == plumbline.ScopeProcess {
		scope.Kind = plumbline.ScopeProcess
	}
	m.scopes[scope] = true
}

func (m *measurer) refresh() error {
	var list []plumbline.Scope
	for s := range m.scopes {
		list = append(list, s)
	}
	if len(list) == 0 {
		return nil
	}
	sorted.By(list, func(a, b plumbline.Scope) int { return cmp.Compare(a.String(), b.String()) })
	return m.limit.Refresh(m.tx, m.who, plumbline.Reliability, list...)
}

// source notes how a source is. Once is no news: that it fails is told after the
// second time, and that it answers again after that.
func (m *measurer) source(place int, st plumbline.SourceState) error {
	now := m.now()
	st.Asked, st.Queries = now, int64(len(m.in.Figures))
	st.Version = cmp.Or(m.in.Version, st.Version)
	was := st.Failures
	if m.in.Fault != "" {
		st.Failures, st.Problem, st.Retry = was+1, clip(m.in.Fault, 500), now.Add(retryAfter(was))
	} else {
		st.Failures, st.Problem, st.Retry, st.Answered = 0, "", 0, now
		st.Warnings = m.warnings
		if _, asked := m.rules[ruleSeries[0]]; asked {
			st.Found = m.found
		}
	}
	if err := m.tx.PutFigureSource(place, st); err != nil {
		return err
	}
	switch {
	case st.Failures == 2:
		return m.note(m.tx, m.who, plumbline.Confidential, "source failed", told{Text: string(st.ID), Why: st.Problem})
	case was >= 2 && st.Failures == 0:
		return m.note(m.tx, m.who, plumbline.Confidential, "source answered", told{Text: string(st.ID)})
	}
	return nil
}

// RulesSay is what the rules of Sloth say of an objective themselves.
type RulesSay struct {
	At     plumbline.Time     `json:"at"`
	Values map[string]float64 `json:"values"` // by series
}

func (s RulesSay) text() string {
	b, err := json.Marshal(s)
	if err != nil {
		return ""
	}
	return string(b)
}
