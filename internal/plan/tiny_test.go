package plan

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// best is the most that any plan of a tiny problem is worth, found by looking at
// all of them; ok is false when none holds every demand.
func best(p *Problem) (value float64, ok bool) {
	at := make([]int, len(p.Items))
	value = math.Inf(-1)
	var place func(i int)
	place = func(i int) {
		if i == len(at) {
			if v, wrong := audit(p, at); wrong == "" && v > value {
				value, ok = v, true
			}
			return
		}
		for q := -1; q < len(p.Periods); q++ {
			at[i] = q
			place(i + 1)
		}
	}
	place(0)
	return value, ok
}

// tiny is a random problem of a few items with every kind of rule.
func tiny(seed uint64) *Problem {
	rng := rand.New(rand.NewPCG(seed, 1))
	z := size{items: 4 + rng.IntN(3), teams: 1 + rng.IntN(2), periods: 1 + rng.IntN(3), edges: rng.IntN(4)}
	if rng.IntN(2) == 0 {
		z.spread = 0.5
	}
	z.plain = rng.IntN(2) == 0
	p := made(z, seed)
	if rng.IntN(2) == 0 {
		p.Mix = nil
	}
	if rng.IntN(2) == 0 {
		p.Items[rng.IntN(len(p.Items))].Forced = true
	}
	if rng.IntN(3) == 0 {
		p.Exclusive = [][]string{{p.Items[0].ID, p.Items[2].ID, p.Items[3].ID}}
	}
	if rng.IntN(3) == 0 {
		p.Items[1].By = p.Periods[0]
	}
	if rng.IntN(4) == 0 {
		p.Items[3].Out = !p.Items[3].Forced
		if p.Validate() != nil {
			p.Items[3].Out = false
		}
	}
	return p
}

// On some hundreds of tiny problems the plan is the best there is, and the bound is
// not below it.
func TestTinyProblemsAreSolved(t *testing.T) {
	impossible := 0
	for seed := range uint64(600) {
		p := tiny(seed)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			want, ok := best(p)
			got, err := Solve(p, Work{Explain: 2})
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				impossible++
				if len(got.Violated) == 0 {
					t.Fatalf("no plan holds every demand, and none is named: %+v", got)
				}
				return
			}
			checked(t, p, got)
			if len(got.Violated) > 0 {
				t.Fatalf("there is a plan, and it says %+v", got.Violated)
			}
			if math.Abs(got.Value-want) > 1e-6 {
				t.Errorf("got %v, want %v", got.Value, want)
			}
			if got.Bound < want-1e-6 {
				t.Errorf("the bound %v is below the best plan, %v", got.Bound, want)
			}
		})
	}
	if impossible < 5 || impossible > 300 {
		t.Errorf("%d of 600 are impossible: the generator is no good", impossible)
	}
}
