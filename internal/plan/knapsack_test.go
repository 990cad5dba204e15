package plan

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumbline/internal/chance"
)

// knapsacks reads the problems of OR-Library as plans over one period, a team for
// each row, and their best values.
func knapsacks(t *testing.T) (problems []*Problem, want []float64) {
	t.Helper()
	src, err := os.ReadFile("testdata/mknap1.txt")
	if err != nil {
		t.Fatal(err)
	}
	var xs []float64
	for line := range strings.Lines(string(src)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, f := range strings.Fields(line) {
			x, err := strconv.ParseFloat(f, 64)
			if err != nil {
				t.Fatal(err)
			}
			xs = append(xs, x)
		}
	}
	for len(xs) > 0 {
		n, rows := int(xs[0]), int(xs[1])
		want = append(want, xs[2])
		problems = append(problems, knapsack(n, rows, xs[3:]))
		xs = xs[3+n+n*rows+rows:]
	}
	return problems, want
}

func knapsack(n, rows int, xs []float64) *Problem {
	p := &Problem{Periods: []string{"Q"}, Seed: 1}
	for r := range rows {
		p.Teams = append(p.Teams, Team{fmt.Sprint("R", r+1), []chance.Dist{known(xs[n+n*rows+r])}})
	}
	for i := range n {
		it := Item{ID: fmt.Sprint(i + 1), Values: xs[i : i+1]}
		for r := range rows {
			it.Effort = append(it.Effort, Effort{p.Teams[r].ID, known(xs[n+r*n+i])})
		}
		p.Items = append(p.Items, it)
	}
	return p
}

// The seven problems of T30, to their published best values.
func TestKnapsacksOfTheLibrary(t *testing.T) {
	problems, want := knapsacks(t)
	if len(problems) != 7 {
		t.Fatalf("%d problems, want 7", len(problems))
	}
	for k, p := range problems {
		got := solved(t, p, Work{})
		checked(t, p, got)
		if math.Abs(got.Value-want[k]) > 1e-6 || got.Bound < want[k]-1e-6 {
			t.Errorf("problem %d: %v of %v, want %v", k+1, got.Value, got.Bound, want[k])
		}
	}
}

func TestFirstKnapsack(t *testing.T) {
	problems, _ := knapsacks(t)
	p := problems[0]
	got := solved(t, p, Work{})
	if want := []Pick{{"2", "Q"}, {"3", "Q"}, {"6", "Q"}}; !slices.Equal(got.Picks, want) {
		t.Errorf("picks %v, want %v", got.Picks, want)
	}
	s := newSolver(p, Work{})
	s.d.room = slices.Clone(s.m.room) // the published prices are those of the linear programme
	s.d.improve(4000, false, s.w.Done)
	if math.Abs(s.d.bound-4134.0741) > 0.05 {
		t.Errorf("the bound by prices is %v, want 4134.0741", s.d.bound)
	}
	for r, want := range []float64{12.2222, 0, 0, 0, 38.5185, 0, 0, 0, 0, 0} {
		if math.Abs(s.d.best[r]-want) > 0.05 {
			t.Errorf("the price of row %d is %v, want %v", r+1, s.d.best[r], want)
		}
	}
	more, err := got.More(Extra{"R5", "", 5})
	if err != nil || more.Value != 3900 {
		t.Errorf("five more in row 5: %+v, %v; want 3900", more, err)
	}
	problems, _ = knapsacks(t)
	second := solved(t, problems[1], Work{})
	if want := []Pick{{"10", "Q"}, {"2", "Q"}, {"4", "Q"}, {"5", "Q"}, {"8", "Q"}}; !slices.Equal(second.Picks, want) {
		t.Errorf("picks of the second %v, want %v", second.Picks, want)
	}
}
