package rank

import (
	"cmp"
	"slices"
)

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
		f := *s.force
		f.Group, s.force = want, &f
	}
}

// rung is a subject on its way into the order.
type rung struct {
	subject int32
	*line
	key float64 // of those by score: the larger the earlier
}

func (t *Table) rung(i int32) rung {
	l := t.lines.At(int(i))
	out := rung{subject: i, line: l}
	if l.pool >= 0 {
		out.key = t.standOf(l.score, l.log, t.prior(l)).key
	}
	return out
}

// compare is the order of the table.
func (t *Table) compare(a, b int32) int { return t.climb(t.rung(a), t.rung(b)) }

// climb compares two rungs: by group; the breached by how late they are, the forced
// by what is left of their time, the bound by their latest start, the rest by row and
// by score; then the small before the large and the old before the young.
func (t *Table) climb(x, y rung) int {
	if x.group != y.group {
		return cmp.Compare(x.group, y.group)
	}
	if x.row != y.row && (Group(x.group) == Unassessed || Group(x.group) >= Scored) {
		return cmp.Compare(x.row, y.row)
	}
	switch Group(x.group) {
	case Unassessed, Unscored:
	case Scored:
		if x.key != y.key {
			return cmp.Compare(y.key, x.key)
		}
	default:
		if c := t.byRule(int(x.subject), int(y.subject)); c != 0 {
			return c
		}
	}
	if x.size != y.size {
		return cmp.Compare(x.size, y.size)
	}
	if t.filed {
		return cmp.Compare(x.subject, y.subject)
	}
	return t.subject(int(x.subject)).younger(t.subject(int(y.subject)))
}

// byRule compares two subjects of one of the groups whose time presses.
func (t *Table) byRule(x, y int) int {
	f, g := t.state(x).force, t.state(y).force
	switch f.Group {
	case Breached:
		return cmp.Compare(g.Overdue, f.Overdue)
	case Forced:
		return cmp.Or(cmp.Compare(g.timed(), f.timed()), cmp.Compare(f.Share, g.Share), cmp.Compare(f.Severity, g.Severity))
	}
	return cmp.Or(cmp.Compare(f.Start, g.Start), cmp.Compare(t.subject(x).Due, t.subject(y).Due))
}

// timed is 1 when a clock runs.
func (f *Force) timed() int {
	if f.Due != 0 {
		return 1
	}
	return 0
}

// maxStrays is how many subjects are put to their places one by one; of more, all
// are sorted.
const maxStrays = 64

// sort gives the order of all subjects, beginning with one that may be right but for
// a few. It does not change the list that it is given.
func (t *Table) sort(order []int32, d *desk) []int32 {
	kept, strays := t.sift(order, d.kept[:0])
	d.kept = kept
	if len(strays) == 0 {
		return order
	}
	if len(strays) > maxStrays {
		out := slices.Clone(order)
		slices.SortFunc(out, t.compare)
		return out
	}
	slices.SortFunc(strays, t.compare)
	out := make([]int32, 0, len(order))
	for _, s := range strays {
		n, _ := slices.BinarySearchFunc(kept, s, t.compare)
		out = append(append(out, kept[:n]...), s)
		kept = kept[n:]
	}
	return append(out, kept...)
}

// sift takes those that stand wrongly beside what is before them out of an order. It
// gives up when they are more than maxStrays.
func (t *Table) sift(order, to []int32) (kept, strays []int32) {
	kept = to
	var last rung
	for _, i := range order {
		own, n := t.rung(i), len(kept)
		if n == 0 || t.climb(last, own) < 0 {
			kept, last = append(kept, i), own
			continue
		}
		// One of the two stands wrongly, and nothing says which.
		strays, kept = append(strays, kept[n-1], i), kept[:n-1]
		if len(strays) > maxStrays {
			break
		}
		if n > 1 {
			last = t.rung(kept[n-2])
		}
	}
	return kept, strays
}

// placeOf is where a subject is in the order; 0 is first.
func (t *Table) placeOf(subject int) int {
	n, _ := slices.BinarySearchFunc(t.order, int32(subject), t.compare)
	return n
}
