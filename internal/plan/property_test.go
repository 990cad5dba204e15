package plan

import (
	"encoding/json"
	"math"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// together is a Parallel that runs everything at once.
func together(n int, part func(i int)) {
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { part(i) })
	}
	wait.Wait()
}

// bytes is a plan as it is told, for comparing.
func bytes(t testing.TB, p *Plan) string {
	t.Helper()
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The bound of the prices alone, at whatever prices the rounds have come to, is
// never below the best plan.
func TestBoundIsNeverBelowTheBest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := tiny(rapid.Uint64Range(1000, 1<<40).Draw(r, "seed"))
		p.Confidence = rapid.Float64Range(0.5, 0.99).Draw(r, "confidence")
		want, ok := best(p)
		if !ok {
			return
		}
		s := newSolver(p, Work{})
		s.d.chords(math.Inf(1))
		s.d.improve(rapid.IntRange(1, 400).Draw(r, "rounds"), false, s.w.Done)
		if s.d.bound < want-1e-7*(1+math.Abs(want)) {
			r.Fatalf("bound %v, best %v", s.d.bound, want)
		}
		s.best.value, s.best.missing, s.best.short = want, 0, 0
		s.tighten()
		if s.d.bound < want-1e-7*(1+math.Abs(want)) {
			r.Fatalf("tightened bound %v, best %v", s.d.bound, want)
		}
	})
}

func TestSameSeedSameBytes(t *testing.T) {
	z := size{items: 80, teams: 4, periods: 3, edges: 20, spread: 0.5}
	first := bytes(t, solved(t, made(z, 5), Work{Moves: 20_000, Explain: 5, Cuts: 1}))
	for range 2 {
		if got := bytes(t, solved(t, made(z, 5), Work{Moves: 20_000, Explain: 5, Cuts: 1, Parallel: together})); got != first {
			t.Fatalf("got %s\nthen %s", first, got)
		}
	}
}

// Middling plans of every kind pass the checker, and are within a few per cent of
// their bounds.
func TestPlansAreSound(t *testing.T) {
	for seed := range uint64(6) {
		z := size{items: 150, teams: 5, periods: 4, edges: 40}
		most := 0.05
		if seed%2 == 1 {
			z.spread, most = 0.52, 0.12
		}
		p := made(z, seed)
		got := solved(t, p, Work{Explain: 4, Parallel: together})
		checked(t, p, got)
		if got.Gap > most {
			t.Errorf("seed %d: a gap of %.2f %%", seed, 100*got.Gap)
		}
		if len(got.Picks)+len(got.LeftOut) != len(p.Items) {
			t.Errorf("seed %d: %d picks and %d left out of %d", seed, len(got.Picks), len(got.LeftOut), len(p.Items))
		}
	}
}

// More capacity never lowers the value, nor does asking for less certainty, though
// the search is one that may miss.
func TestMoreRoomIsNeverWorse(t *testing.T) {
	p := made(size{items: 100, teams: 4, periods: 3, edges: 20, spread: 0.5}, 3)
	got := solved(t, p, Work{Moves: 5000})
	for _, team := range p.Teams {
		more, err := got.More(Extra{Team: team.ID, Add: 2})
		if err != nil {
			t.Fatal(err)
		}
		if more.Gain < 0 || more.Value > more.Bound {
			t.Errorf("%s: %+v", team.ID, more)
		}
	}
	points, err := got.Frontier([]float64{0.5, 0.95, 0.7, 0.85})
	if err != nil {
		t.Fatal(err)
	}
	for k := 1; k < len(points); k++ {
		if points[k].Value < points[k-1].Value || points[k].Confidence > points[k-1].Confidence {
			t.Errorf("the frontier falls: %+v", points)
		}
	}
}

// A plan to begin with is never made worse, and what of it breaks a rule is left out.
func TestBeginsWithAPlan(t *testing.T) {
	var p *Problem
	var long *Plan
	for seed := range uint64(20) {
		p = made(size{items: 100, teams: 4, periods: 3, edges: 20}, seed)
		long = solved(t, p, Work{Moves: 3000, Searches: 2})
		short := solved(t, p, Work{Start: long.Picks, Moves: 10, Searches: 1})
		checked(t, p, short)
		if short.Value < long.Value-1e-9*long.Value {
			t.Errorf("seed %d: began with %v and ended with %v", seed, long.Value, short.Value)
		}
	}
	wrong := slices.Concat(long.Picks, []Pick{{"nobody", "P0"}})
	for i := range wrong {
		wrong[i].Period = "P0"
	}
	checked(t, p, solved(t, p, Work{Start: wrong, Moves: 10, Searches: 1}))
}

// Stopped at once, it still gives a plan that holds every rule, with a bound.
func TestStoppedAtOnce(t *testing.T) {
	p := made(size{items: 200, teams: 4, periods: 3, edges: 40}, 8)
	asked := 0
	got := solved(t, p, Work{Explain: 10, Done: func() bool { asked++; return true }})
	checked(t, p, got)
	if !got.Stopped || asked == 0 {
		t.Error("it did not say that it was stopped")
	}
	if math.IsInf(got.Bound, 0) || got.Bound < got.Value {
		t.Errorf("worth %v, and no plan is worth more than %v", got.Value, got.Bound)
	}
}

// What a raise is said to do, it does: with it, the plan that has the item is worth
// as much as the plan was; a little less does not do, in a tiny plan.
func TestRaisesAreExact(t *testing.T) {
	seen := 0
	for seed := range uint64(60) {
		p := tiny(seed)
		got := solved(t, p, Work{Explain: 10})
		if len(got.Violated) > 0 {
			continue
		}
		for _, w := range got.LeftOut {
			i := slices.IndexFunc(p.Items, func(it Item) bool { return it.ID == w.ID })
			held := *p
			held.Items = slices.Clone(p.Items)
			held.Items[i].Forced = true
			value, ok := best(&held)
			if p.Items[i].Out {
				ok = false
			}
			if ok != (w.Raise != nil) || ok && math.Abs(got.Value-value-*w.Raise) > 1e-6 {
				t.Errorf("seed %d: %+v; held in it the plan is worth %v of %v", seed, w, value, got.Value)
			}
			if ok {
				seen++
			}
		}
	}
	if seen < 8 {
		t.Errorf("only %d raises were compared", seen)
	}
}
