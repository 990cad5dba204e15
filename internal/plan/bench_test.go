package plan

import (
	"fmt"
	"syscall"
	"testing"
)

// processor is the seconds that this process has worked on all cores. Unlike the time on
// the wall they hardly hang on what else the machine does.
func processor(tb testing.TB) float64 {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
}

// BenchmarkPlan runs the steps of a plan with as much work as given, and says how far the
// gap is after it. The time is that of the steps, on as many cores as there are.
func BenchmarkPlan(b *testing.B) {
	known, large := size{items: 500, teams: 8, periods: 4, edges: 100}, size{items: 5000, teams: 20, periods: 8, edges: 250}
	unsure := known
	unsure.spread = 0.52
	for _, z := range []struct {
		size
		rounds, moves, searches int
	}{
		{known, 250, 20_000, 2},
		{known, 350, 150_000, 4},
		{known, 600, 500_000, 8},
		{unsure, 350, 150_000, 4},
		{large, 250, 200_000, 2},
		{large, 350, 1_500_000, 2},
	} {
		for seed := uint64(21); seed < 24; seed++ {
			p := made(z.size, seed)
			name := fmt.Sprintf("%dx%dx%d/spread=%v/moves=%dx%d/seed=%d", z.items, z.teams, z.periods, z.spread, z.searches, z.moves, seed)
			b.Run(name, func(b *testing.B) {
				var got *Plan
				began := processor(b)
				for b.Loop() {
					got = solved(b, p, Work{Rounds: z.rounds, Moves: z.moves, Searches: z.searches, Parallel: together})
				}
				b.ReportMetric((processor(b)-began)/float64(b.N), "cpu-s/op")
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
		began := processor(b)
		left := s.leftOut()
		b.ReportMetric(processor(b)-began, "cpu-s/op")
		b.ReportMetric(float64(len(left)), "items")
	}
}

func BenchmarkFrontier(b *testing.B) {
	p := made(size{items: 500, teams: 8, periods: 4, edges: 100, spread: 0.52}, 21)
	got := solved(b, p, Work{Rounds: 600, Moves: 100_000, Searches: 2, Parallel: together})
	began := processor(b)
	for b.Loop() {
		if _, err := got.Frontier([]float64{0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((processor(b)-began)/float64(b.N), "cpu-s/op")
}
