package plan

import (
	"fmt"
	"strings"
)

// lp is a problem with known efforts in the LP format of CPLEX, which CBC, HiGHS and
// GLPK read: a column x_i_q for each option. It says nothing about the judge's own
// model but reads the same numbers, so it must not be used to check them.
func (m *model) lp() string {
	var b strings.Builder
	n := m.periods
	b.WriteString("Maximize\n obj:")
	var columns []string
	for o, v := range m.value {
		if m.allowed(int32(o/n), o%n) {
			fmt.Fprintf(&b, " %+g x%d_%d\n", v, o/n, o%n)
			columns = append(columns, fmt.Sprintf("x%d_%d", o/n, o%n))
		}
	}
	b.WriteString("Subject To\n")
	row := func(parts []string, rest string) {
		if len(parts) > 0 {
			fmt.Fprintf(&b, " %s %s\n", strings.Join(parts, "\n  "), rest)
		}
	}
	sum := func(i int32, until int, coef float64) (parts []string) {
		for q := range until {
			if m.allowed(i, q) {
				parts = append(parts, fmt.Sprintf("%+.10g x%d_%d", coef, i, q))
			}
		}
		return parts
	}
	cells := make([][]string, m.rows*n)
	for _, u := range m.uses {
		for q := range n {
			if m.allowed(u.item, q) {
				cells[int(u.row)*n+q] = append(cells[int(u.row)*n+q], fmt.Sprintf("%+.10g x%d_%d", u.mean, u.item, q))
			}
		}
	}
	for c, parts := range cells {
		row(parts, fmt.Sprintf("<= %.10g", m.room[c]))
	}
	for i := range int32(m.items) {
		rest := "<= 1"
		if m.forced[i] {
			rest = "= 1"
		}
		row(sum(i, n, 1), rest)
	}
	for _, e := range m.edges {
		for q := 1; q <= n; q++ {
			if to := sum(e.to, q, 1); len(to) > 0 {
				row(append(to, sum(e.from, q, -1)...), "<= 0")
			}
		}
	}
	for _, g := range m.groups {
		var parts []string
		for _, i := range g {
			parts = append(parts, sum(i, n, 1)...)
		}
		row(parts, "<= 1")
	}
	for _, coef := range m.shares {
		var parts []string
		for i, c := range coef {
			if c != 0 {
				parts = append(parts, sum(int32(i), n, c)...)
			}
		}
		row(parts, ">= 0")
	}
	b.WriteString("Binary\n")
	for _, c := range columns {
		fmt.Fprintf(&b, " %s\n", c)
	}
	b.WriteString("End\n")
	return b.String()
}
