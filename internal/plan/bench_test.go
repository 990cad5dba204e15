package plan

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkPlan runs the steps of a plan with as much work as given, and says how far the
// gap is after it. The time is that of the steps, on as many cores as there are.
func BenchmarkPlan(b *testing.B) {
	for _, z := range []struct {
		size
		rounds, moves, searches int
	}{
		{size{items: 500, teams: 8, periods: 4, edges: 100}, 250, 40_000, 2},
		{size{items: 500, teams: 8, periods: 4, edges: 100}, 600, 500_000, 2},
		{size{items: 500, teams: 8, periods: 4, edges: 100}, 1200, 2_000_000, 4},
		{size{items: 500, teams: 8, periods: 4, edges: 100, spread: 0.52}, 600, 500_000, 2},
		{size{items: 5000, teams: 20, periods: 8, edges: 250}, 250, 400_000, 2},
		{size{items: 5000, teams: 20, periods: 8, edges: 250}, 600, 3_000_000, 2},
	} {
		for seed := uint64(21); seed < 24; seed++ {
			p := made(z.size, seed)
			name := fmt.Sprintf("%dx%dx%d/spread=%v/moves=%dx%d/seed=%d", z.items, z.teams, z.periods, z.spread, z.searches, z.moves, seed)
			b.Run(name, func(b *testing.B) {
				var got *Plan
				for b.Loop() {
					got = solved(b, p, Work{Rounds: z.rounds, Moves: z.moves, Searches: z.searches, Parallel: together})
				}
				b.ReportMetric(100*got.Gap, "%gap")
			})
		}
	}
}

// BenchmarkWhy tries every item that is left out, and BenchmarkFrontier plans for ten
// probabilities of fitting.
func BenchmarkWhy(b *testing.B) {
	p := made(size{items: 500, teams: 8, periods: 4, edges: 100}, 21)
	for b.Loop() {
		b.StopTimer()
		s := newSolver(p, Work{Rounds: 600, Moves: 500_000, Searches: 2, Explain: 1000, Parallel: together})
		s.run()
		b.StartTimer()
		began := time.Now()
		left := s.leftOut()
		b.ReportMetric(float64(len(left))/time.Since(began).Seconds(), "items/s")
	}
}

func BenchmarkFrontier(b *testing.B) {
	p := made(size{items: 500, teams: 8, periods: 4, edges: 100, spread: 0.52}, 21)
	got := solved(b, p, Work{Rounds: 600, Moves: 100_000, Searches: 2, Parallel: together})
	for b.Loop() {
		if _, err := got.Frontier([]float64{0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95}); err != nil {
			b.Fatal(err)
		}
	}
}
