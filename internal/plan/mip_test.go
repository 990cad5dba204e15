package plan

import (
	"fmt"
	"strings"
)

// lp is a problem with known efforts in the LP format of CPLEX, which CBC, HiGHS and
// GLPK read: a column x3_1 for the item 3 in the period 1. It reads the numbers that
// the search reads, so that what a solver makes of it is held against the problem
// itself, by the checker.
func (m *model) lp() string {
	w := &lpWriter{m: m}
	w.text.WriteString("Maximize\n obj:")
	for i := range int32(m.items) {
		for q := range m.periods {
			if m.allowed(i, q) {
				fmt.Fprintf(&w.text, " %+g %s\n", m.value[int(i)*m.periods+q], column(i, q))
			}
		}
	}
	w.text.WriteString("Subject To\n")
	w.rooms()
	w.items()
	w.rules()
	w.text.WriteString("Binary\n")
	for i := range int32(m.items) {
		for q := range m.periods {
			if m.allowed(i, q) {
				fmt.Fprintf(&w.text, " %s\n", column(i, q))
			}
		}
	}
	w.text.WriteString("End\n")
	return w.text.String()
}

func column(i int32, q int) string { return fmt.Sprintf("x%d_%d", i, q) }

type lpWriter struct {
	m    *model
	text strings.Builder
}

// row writes a row of parts and what they come to; none without parts.
func (w *lpWriter) row(parts []string, rest string) {
	if len(parts) > 0 {
		fmt.Fprintf(&w.text, " %s %s\n", strings.Join(parts, "\n  "), rest)
	}
}

// sum is an item in the periods before until, times coef.
func (w *lpWriter) sum(i int32, until int, coef float64) (parts []string) {
	for q := range until {
		if w.m.allowed(i, q) {
			parts = append(parts, fmt.Sprintf("%+.10g %s", coef, column(i, q)))
		}
	}
	return parts
}

// rooms are the capacities of the cells.
func (w *lpWriter) rooms() {
	cells, n := make([][]string, len(w.m.room)), w.m.periods
	for _, u := range w.m.uses {
		for q := range n {
			if c := int(u.row)*n + q; w.m.allowed(u.item, q) {
				cells[c] = append(cells[c], fmt.Sprintf("%+.10g %s", u.mean, column(u.item, q)))
			}
		}
	}
	for c, parts := range cells {
		w.row(parts, fmt.Sprintf("<= %.10g", w.m.room[c]))
	}
}

// items are done once at most, or once if they are forced.
func (w *lpWriter) items() {
	for i := range int32(w.m.items) {
		rest := "<= 1"
		if w.m.forced[i] {
			rest = "= 1"
		}
		w.row(w.sum(i, w.m.periods, 1), rest)
	}
}

// rules are the orders, the groups and the mix.
func (w *lpWriter) rules() {
	n := w.m.periods
	for _, e := range w.m.edges {
		for q := 1; q <= n; q++ {
			if to := w.sum(e.to, q, 1); len(to) > 0 {
				w.row(append(to, w.sum(e.from, q, -1)...), "<= 0")
			}
		}
	}
	for _, g := range w.m.groups {
		var parts []string
		for _, i := range g {
			parts = append(parts, w.sum(i, n, 1)...)
		}
		w.row(parts, "<= 1")
	}
	for _, coef := range w.m.shares {
		var parts []string
		for i, c := range coef {
			if c != 0 {
				parts = append(parts, w.sum(int32(i), n, c)...)
			}
		}
		w.row(parts, ">= 0")
	}
}
