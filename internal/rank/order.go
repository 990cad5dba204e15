package rank

import "cmp"

// settle puts what no rule places among the scored or the unscored, and writes its
// score out. States that others share are settled already.
func (t *Table) settle(i int) {
	s := t.states[i]
	if s.settled {
		return
	}
	s.settled = true
	if s.worth.scored {
		s.shown = shown(s.worth)
	}
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
	x, y := t.states[a], t.states[b]
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
		if c := cmp.Or(cmp.Compare(x.force.Start, y.force.Start), cmp.Compare(t.subject(a).Due, t.subject(b).Due)); c != 0 {
			return c
		}
	default:
		if c := cmp.Compare(x.row.ID, y.row.ID); c != 0 {
			return c
		}
		if c := cmp.Compare(t.stands[b].key, t.stands[a].key); c != 0 && x.force.Group == Scored {
			return c
		}
	}
	return cmp.Or(cmp.Compare(x.size, y.size), cmp.Compare(x.old, y.old), cmp.Compare(t.subject(a).ID, t.subject(b).ID))
}

// timed is 1 when a clock runs.
func (f *Force) timed() int {
	if f.Due != 0 {
		return 1
	}
	return 0
}
