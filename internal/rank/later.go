package rank

import (
	"maps"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/clock"
	"plumbline/internal/shared"
)

// WhatIf is the table after one factor of one subject is taken for v. The table
// itself does not change.
func (t *Table) WhatIf(subject int, factor plumbline.Factor, v chance.Dist) (*Table, error) {
	if subject < 0 || subject >= t.Len() {
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
	return t.Later(t.options.Now, t.subjects.With([]int{subject}, []*Subject{&s}))
}

// Later is the table at a later moment, after some of its subjects became others: of
// the same list, but for those. It takes the work of those, and of what time alone
// may change; the age of estimates still counts from the same Aged. The table itself
// does not change.
func (t *Table) Later(now plumbline.Time, subjects shared.List[*Subject]) (*Table, error) {
	out := *t
	out.options.Now, out.subjects = now, subjects
	at, same := t.stale(now, subjects), true
	fresh := make([]*state, len(at))
	for n, i := range at {
		st := out.after(t, i)
		fresh[n] = &st
		out.plain.add(t.state(i), -1)
		out.plain.add(&st, 1)
		was, is := t.subject(i), out.subject(i)
		out.filed = out.filed && was.Opened == is.Opened && was.ID == is.ID
		same = same && slices.Equal(was.Asks, is.Asks) // what one account asks weighs elsewhere too
	}
	if !same || out.plain.mixed() || t.plain.mixed() {
		return t.policy.RankList(subjects, out.options)
	}
	out.take(at, fresh)
	if err := out.place(t.order); err != nil {
		return nil, err
	}
	return &out, nil
}

// after is the state of a subject that follows from the one in a table before. Where time
// alone went on, what it is worth is what it was: ages count from the same Aged.
func (t *Table) after(was *Table, i int) state {
	s, st := t.subject(i), *was.state(i)
	if s != was.subject(i) {
		return t.stateOf(i)
	}
	f := t.policy.Assess(*s, t.options.Now, t.options.Calendar)
	if f.Forced != st.force.Forced || f.Family != st.force.Family {
		st.row = t.policy.rowFor(s, f)
	}
	st.force = &f
	return st
}

// Of says whether the table is of these very subjects.
func (t *Table) Of(subjects shared.List[*Subject]) bool {
	return t.Len() == subjects.Len() && len(shared.Differ(t.subjects, subjects)) == 0
}

// stale are the subjects that have to be looked at again, rising.
func (t *Table) stale(now plumbline.Time, subjects shared.List[*Subject]) []int {
	at := shared.Differ(t.subjects, subjects)
	if now == t.options.Now || len(t.timed) == 0 {
		return at
	}
	for _, i := range t.timed {
		at = append(at, int(i))
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// take replaces the states of some subjects.
func (t *Table) take(at []int, fresh []*state) {
	var moved []int // those whose lines change
	var lines []line
	t.pools = slices.Clone(t.pools) // the table before shares them
	for n, i := range at {
		fresh[n].settle()
		was, l := *t.lines.At(i), t.lineOf(i, fresh[n])
		if l == was {
			continue
		}
		if moved, lines = append(moved, i), append(lines, l); was.pool != l.pool {
			t.enrol(was.pool, int32(i), false)
		}
		t.enrol(l.pool, int32(i), true)
	}
	t.states, t.lines = t.states.With(at, fresh), t.lines.With(moved, lines)
	t.keepTime(at)
}

// keepTime has the subjects among those on a clock that belong there, of those that
// were looked at again.
func (t *Table) keepTime(at []int) {
	own := false
	for _, i := range at {
		n, found := slices.BinarySearch(t.timed, int32(i))
		if t.waits(i, t.state(i)) == found {
			continue
		}
		if !own {
			t.timed, own = slices.Clone(t.timed), true
		}
		if found {
			t.timed = slices.Delete(t.timed, n, n+1)
		} else {
			t.timed = slices.Insert(t.timed, n, int32(i))
		}
	}
}

// waits says whether time alone may change what rules say of a subject: a clock runs,
// or something has yet to happen.
func (t *Table) waits(i int, st *state) bool {
	s := t.subject(i)
	return len(st.force.Clocks) > 0 || st.force.Forced || s.Due != 0 || len(s.Duties) > 0 ||
		slices.ContainsFunc(s.Events, func(e clock.Event) bool { return e.At > t.options.Now })
}
