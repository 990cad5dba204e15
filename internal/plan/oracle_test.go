package plan

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// The tiny plan of the reference (T32): two teams, two periods, seven items that
// are worth twice as much in the first period. It names G in the first period, where
// T1 has no room for it beside C; its value, 264, is that of G in the second.
const small = `
periods: [Q0, Q1]
teams: {T0: [6, 5], T1: [5, 4]}
items:
  - {id: A, values: [122, 61], effort: {T0: 5}}
  - {id: B, values: [94, 47], effort: {T0: 4, T1: 2}}
  - {id: C, values: [86, 43], effort: {T1: 5}}
  - {id: D, values: [26, 13], effort: {T0: 3}}
  - {id: E, values: [34, 17], effort: {T1: 3}}
  - {id: F, values: [52, 26], effort: {T0: 2, T1: 2}}
  - {id: G, values: [18, 9], effort: {T0: 1, T1: 1}}
`

func parsed(t testing.TB, text string) *Problem {
	t.Helper()
	p, err := Parse("plan.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func solved(t testing.TB, p *Problem, w Work) *Plan {
	t.Helper()
	got, err := Solve(p, w)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// changed is the small problem with a piece of its text replaced.
func changed(t *testing.T, from, to string) *Problem {
	t.Helper()
	text := strings.Replace(small, from, to, 1)
	if text == small {
		t.Fatalf("there is no %q", from)
	}
	return parsed(t, text)
}

func TestSmallPlan(t *testing.T) {
	p := parsed(t, small)
	got := solved(t, p, Work{Explain: 3})
	checked(t, p, got)
	want := []Pick{{"A", "Q0"}, {"B", "Q1"}, {"C", "Q0"}, {"G", "Q1"}}
	if got.Value != 264 || got.Bound != 264 || !slices.Equal(got.Picks, want) {
		t.Errorf("got %v of %v with %v, want 264 with %v", got.Value, got.Bound, got.Picks, want)
	}
	for _, w := range got.LeftOut {
		if w.Raise == nil || *w.Raise != 17 || !w.Tried {
			t.Errorf("%s needs %v more, want 17", w.ID, w.Raise)
		}
	}
	if len(got.LeftOut) != 3 {
		t.Errorf("left out: %v", got.LeftOut)
	}
}

// The reference gives 288.45 and the prices 11.85, 4.4, 17.2 and 8.6. They are not
// the only best ones, so what is compared is the bound that they give.
func TestSmallPlanBoundByPrices(t *testing.T) {
	s := newSolver(parsed(t, small), Work{})
	s.d.improve(4000, false, s.w.Done)
	least := s.d.bound
	copy(s.d.y, []float64{11.85, 4.4, 17.2, 8.6})
	s.d.prices()
	if known := s.d.sharp(); math.Abs(known-288.45) > 1e-9 || math.Abs(least-known) > 0.01 {
		t.Errorf("the least bound is %v, that of the known prices %v; want 288.45", least, known)
	}
}

func TestSmallPlanChanged(t *testing.T) {
	for _, c := range []struct {
		what, from, to string
		want           float64
	}{
		{"D must be done", "effort: {T0: 3}", "effort: {T0: 3}, forced: true", 247},
		{"E must be done", "effort: {T1: 3}", "effort: {T1: 3}, forced: true", 247},
		{"F must be done", "effort: {T0: 2, T1: 2}", "effort: {T0: 2, T1: 2}, forced: true", 247},
		{"D comes before A", "effort: {T0: 5}", "effort: {T0: 5}, after: [D]", 190},
		{"E in the first period", "effort: {T1: 3}", "effort: {T1: 3}, by: Q0, forced: true", 221},
		{"A or C", "items:", "exclusive: [[A, C]]\nitems:", 224},
		{"T0 has one more in Q0", "T0: [6, 5]", "T0: [7, 5]", 264},
		{"T0 has one more in Q1", "T0: [6, 5]", "T0: [6, 6]", 281},
		{"T1 has one more in Q0", "T1: [5, 4]", "T1: [6, 4]", 273},
		{"T1 has one more in Q1", "T1: [5, 4]", "T1: [5, 5]", 272},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := changed(t, c.from, c.to)
			got := solved(t, p, Work{})
			checked(t, p, got)
			if got.Value != c.want || got.Bound != c.want || len(got.Violated) > 0 {
				t.Errorf("got %v of %v, %v; want %v", got.Value, got.Bound, got.Violated, c.want)
			}
		})
	}
}

func TestMoreCapacityIsPlannedAgain(t *testing.T) {
	plan := solved(t, parsed(t, small), Work{})
	for _, c := range []struct {
		team, period string
		want         float64
	}{{"T0", "Q0", 264}, {"T0", "Q1", 281}, {"T1", "Q0", 273}, {"T1", "Q1", 272}} {
		got, err := plan.More(Extra{c.team, c.period, 1})
		if err != nil {
			t.Fatal(err)
		}
		if got.Value != c.want || got.Gain != c.want-264 {
			t.Errorf("one more of %s in %s: %+v, want %v", c.team, c.period, got, c.want)
		}
	}
	if _, err := plan.More(Extra{"T9", "", 1}); err == nil || !strings.Contains(err.Error(), "T0, T1") {
		t.Errorf("an unknown team: %v", err)
	}
}

func TestTwoThatDoNotFitAreNamed(t *testing.T) {
	p := changed(t, "effort: {T0: 4, T1: 2}}", "effort: {T0: 4, T1: 2}, by: Q0, forced: true}")
	p.Items[3].By, p.Items[3].Forced = "Q0", true
	got := solved(t, p, Work{})
	checked(t, p, got)
	if len(got.Violated) != 1 {
		t.Fatalf("violated: %+v", got.Violated)
	}
	v := got.Violated[0]
	if v.ID != "D" || !v.Proven || !slices.Equal(v.Cells, []Cell{{"T0", "Q0"}}) || !slices.Equal(v.With, []string{"B"}) {
		t.Errorf("got %+v, want D with B in T0 in Q0", v)
	}
}

// The needed room of T33: three efforts with their spread at 85 %.
func TestRoomForUncertainEfforts(t *testing.T) {
	const text = `
periods: [Q0]
teams: {T: [CAP]}
items:
  - {id: A, values: [1], effort: {T: {low: 0.7102927469, high: 7.2897072531, dist: normal}}}
  - {id: B, values: [1], effort: {T: {low: 1.3551463735, high: 4.6448536265, dist: normal}}}
  - {id: C, values: [1], effort: {T: {low: 0.0654391204, high: 9.9345608796, dist: normal}}}
confidence: 0.85
`
	for room, want := range map[string]float64{"15.87798": 3, "15.87797": 2} {
		p := parsed(t, strings.Replace(text, "CAP", room, 1))
		got := solved(t, p, Work{})
		checked(t, p, got)
		if got.Value != want {
			t.Errorf("with room for %s: got %v of them, want %v", room, got.Value, want)
		}
	}
}
