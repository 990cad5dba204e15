package plan

import (
	"math"
	"slices"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/chance"
)

// What is wrong with a file is said with its line and column.
func TestBadFiles(t *testing.T) {
	const head = "periods: [Q0, Q1]\nteams: {T: [5, 5]}\nitems:\n"
	const item = "  - {id: A, values: [2, 1], effort: {T: 1}}\n"
	for _, c := range []struct{ what, text, where, say string }{
		{"negative capacity", "periods: [Q0]\nteams: {T: [-5]}\nitems: []\n", "2:13", "below zero"},
		{"negative effort", head + "  - {id: A, values: [2, 1], effort: {T: -1}}\n", "4:41", "below zero"},
		{"a circle", head + "  - {id: A, values: [2, 1], after: [C]}\n  - {id: B, values: [2, 1], after: [A]}\n  - {id: C, values: [2, 1], after: [B]}\n", "5:", "A after C after B after A"},
		{"itself", head + "  - {id: A, values: [2, 1], after: A}\n", "4:", "A after A"},
		{"a deadline before the plan", head + "  - {id: A, values: [2, 1], by: 2020Q1}\n", "4:33", "before the first period cannot be planned"},
		{"an unknown team", head + "  - {id: A, values: [2, 1], effort: {Z: 1}}\n", "4:", "needs the team Z"},
		{"an unknown item before it", head + "  - {id: A, values: [2, 1], after: [Z]}\n", "4:37", "comes after Z"},
		{"an unknown frozen period", head + item + "frozen: [{product: p, periods: [Q7]}]\n", "5:33", "Q7 is not one of the periods Q0, Q1"},
		{"too few values", head + "  - {id: A, values: [2]}\n", "4:21", "1 values for 2 periods"},
		{"too few capacities", "periods: [Q0, Q1]\nteams: {T: [5]}\nitems: []\n", "2:", "1 capacities for 2 periods"},
		{"no number", head + "  - {id: A, values: [.nan, 1]}\n", "4:", "not a number"},
		{"infinity", head + "  - {id: A, values: [.inf, 1]}\n", "4:", "infinite"},
		{"twice", head + item + item, "5:10", "twice"},
		{"in and out", head + "  - {id: A, values: [2, 1], forced: true, out: true}\n", "4:", "forced in and forced out"},
		{"forced after what is out", head + "  - {id: A, values: [2, 1], out: true}\n  - {id: B, values: [2, 1], after: [A], forced: true}\n", "5:", "which is forced out"},
		{"a wrong share", head + item + "mix: [{category: m, min: 40}]\n", "5:", "from 0 to 1"},
		{"a wrong confidence", head + item + "confidence: 85\n", "5:13", "0.5 to below 1"},
		{"money for nobody", head + item + "budget: {amount: [1, 1], cost: {Z: 1}}\n", "5:", "Z costs money"},
		{"a negative budget", head + item + "budget: {amount: [1, -1], cost: {A: 1}}\n", "5:22", "0 or more"},
		{"no period", "periods: []\nteams: {}\nitems: []\n", "1:", "no period"},
		{"an unknown key", head + "  - {id: A, valus: [2, 1]}\n", "4:", "valus"},
		{"an interval of three", head + "  - {id: A, values: [2, 1], effort: {T: [1, 2, 3]}}\n", "4:", "two numbers, [low, high], not 3"},
		{"a reversed interval", head + "  - {id: A, values: [2, 1], effort: {T: [3, 1]}}\n", "4:", ""},
		{"an unknown shape", head + "  - {id: A, values: [2, 1], effort: {T: {low: 1, high: 3, dist: cauchy}}}\n", "4:", "lognormal, normal, beta or pert"},
		{"no member", head + item + "exclusive: [[A, Z]]\n", "5:", "not among the items"},
	} {
		t.Run(c.what, func(t *testing.T) {
			p, err := Parse("f.yaml", []byte(c.text))
			if plumbline.KindOf(err) != plumbline.Invalid || p != nil {
				t.Fatalf("got %v, %v; want an Invalid error", p, err)
			}
			if text := plumbline.TextOf(err); !strings.HasPrefix(text, "f.yaml:"+c.where) || !strings.Contains(text, c.say) {
				t.Errorf("got %q, want it at %q and about %q", text, c.where, c.say)
			}
		})
	}
}

func TestTooMuch(t *testing.T) {
	p := &Problem{Periods: []string{"Q"}, Items: make([]Item, 1_000_000)}
	if err := p.Validate(); err == nil || !strings.Contains(err.Error(), "at most 20000 items") {
		t.Errorf("a million items: %.200v", err)
	}
	p = &Problem{Periods: []string{"Q"}, Items: []Item{{ID: "A", Values: []float64{1}, After: make([]string, 300_000)}}}
	if err := p.Validate(); err == nil || !strings.Contains(err.Error(), "300000 orders") {
		t.Errorf("very many orders: %.200v", err)
	}
	p = &Problem{Periods: []string{"Q"}, Items: []Item{{ID: "A", Values: []float64{math.NaN()}}}}
	if _, err := Solve(p, Work{}); err == nil || !strings.Contains(err.Error(), "no number") {
		t.Errorf("not a number: %v", err)
	}
	p = &Problem{Periods: []string{"Q"}, Teams: []Team{{ID: "T", Capacity: []chance.Dist{chance.Unknown()}}}}
	if _, err := Solve(p, Work{}); err == nil || !strings.Contains(err.Error(), "not known") {
		t.Errorf("an unknown capacity: %v", err)
	}
}

// Nothing to do, no room, and nothing worth doing are answered, not refused.
func TestEmptyPlans(t *testing.T) {
	for _, c := range []struct{ what, text string }{
		{"no items", "periods: [Q0]\nteams: {T: [5]}\nitems: []\n"},
		{"no room", "periods: [Q0]\nteams: {T: [0]}\nitems: [{id: A, values: [5], effort: {T: 1}}]\n"},
		{"nothing worth it", "periods: [Q0]\nteams: {T: [9]}\nitems: [{id: A, values: [-5], effort: {T: 1}}]\n"},
		{"the reserve alone is too large", "periods: [Q0]\nteams: {T: [{low: -20, high: 30, dist: normal}]}\nitems: [{id: A, values: [5], effort: {T: 1}}]\n"},
	} {
		p := parsed(t, c.text)
		got := solved(t, p, Work{Explain: 5})
		checked(t, p, got)
		if len(got.Picks) != 0 || got.Value != 0 || len(got.Violated) != 0 {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

// What is forced and cannot be is named with its reason.
func TestDemandsThatCannotBeHeld(t *testing.T) {
	const head = "periods: [Q0, Q1]\nteams: {S: [3, 9], T: [5, 5]}\nitems:\n"
	for _, c := range []struct {
		what, text string
		id, why    string
		cells      []Cell
		proven     bool
	}{
		{"larger than its team", "  - {id: A, values: [1, 1], effort: {T: 6}, forced: true}\n", "A", "T in Q0 and T in Q1 cannot hold it", []Cell{{"T", "Q0"}, {"T", "Q1"}}, true},
		{"three that do not divide into two", "  - {id: A, values: [9, 9], effort: {T: 3}, forced: true}\n  - {id: B, values: [9, 9], effort: {T: 3}, forced: true}\n  - {id: C, values: [1, 1], effort: {T: 3}, forced: true}\n",
			"C", "together with A, B", []Cell{{"T", "Q0"}, {"T", "Q1"}}, true},
		{"frozen to its deadline", "  - {id: A, values: [1, 1], by: Q0, product: p, forced: true}\nfrozen: [{product: p, periods: [Q0]}]\n", "A", "no period is open", nil, true},
		{"two that exclude each other", "  - {id: A, values: [2, 2], forced: true}\n  - {id: B, values: [1, 1], forced: true}\nexclusive: [[A, B]]\n", "B", "excludes it", nil, true},
		{"two teams, each large enough alone", "  - {id: A, values: [2, 2], effort: {S: 3, T: 3}, forced: true}\n  - {id: B, values: [1, 1], effort: {T: 5, S: 9}, by: Q1, forced: true}\n  - {id: C, values: [1, 1], effort: {T: 3}, after: [A], by: Q0, forced: true}\n",
			"C", "T in Q0 cannot hold it", []Cell{{"T", "Q0"}}, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := parsed(t, head+c.text)
			got := solved(t, p, Work{})
			checked(t, p, got)
			if len(got.Violated) != 1 {
				t.Fatalf("violated: %+v", got.Violated)
			}
			if v := got.Violated[0]; v.ID != c.id || !strings.Contains(v.Why, c.why) || !slices.Equal(v.Cells, c.cells) || v.Proven != c.proven {
				t.Errorf("got %+v", v)
			}
		})
	}
}

// A plan that cannot hold what is demanded is planned again like any other.
func TestWhatCannotBeHeldIsPlannedAgain(t *testing.T) {
	p, err := Parse("plan.yaml", []byte(`
periods: [Q1, Q2]
teams: {T0: [6, 6], T1: [3, 3]}
items:
  - {id: A, values: [10, 5], effort: {T0: 5}}
  - {id: B, values: [8, 4], effort: {T0: 4}}
  - {id: C, values: [6, 3], effort: {T0: 6}}
  - {id: F, values: [1, 1], effort: {T1: 9}, forced: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Solve(p, Work{})
	if err != nil {
		t.Fatal(err)
	}
	checked(t, p, got)
	if got.Value != 14 || len(got.Violated) != 1 || len(got.Picks) != 2 {
		t.Fatalf("got %+v", got)
	}
	points, err := got.Frontier([]float64{0.5, 0.9})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range points {
		if x.Value != 14 || x.Picks != 2 {
			t.Errorf("with %v it is worth %v, with %d items", x.Confidence, x.Value, x.Picks)
		}
	}
	gain, err := got.More(Extra{Team: "T0", Add: 4})
	if err != nil {
		t.Fatal(err)
	}
	if gain.Value != 24-3 { // A and B in Q1, C in Q2
		t.Errorf("with more room it is worth %v: %+v", gain.Value, gain)
	}
}
