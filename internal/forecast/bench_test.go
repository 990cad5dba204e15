package forecast

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"plumbline/internal/chance"
)

// teams are made-up histories of 52 weeks, five items a week, in bursts.
func teams(tb testing.TB, n int) []*History {
	tb.Helper()
	out := make([]*History, n)
	for i := range out {
		rng := rand.New(rand.NewPCG(uint64(i), 7))
		counts := make([]int, 52)
		for w := range counts {
			if counts[w] = rng.IntN(7); rng.IntN(6) == 0 {
				counts[w] = 5 + rng.IntN(15)
			}
		}
		h, err := NewHistory(fmt.Sprint("T", i), Week, counts, time.Time{}, nil)
		if err != nil {
			tb.Fatal(err)
		}
		out[i] = h
	}
	return out
}

func demandOf(tb testing.TB, items float64) *Demand {
	tb.Helper()
	known, err := chance.Known(items)
	if err != nil {
		tb.Fatal(err)
	}
	d, err := NewDemand(known, Split{}, 1)
	if err != nil {
		tb.Fatal(err)
	}
	return &d
}

// processor is the milliseconds that this process has worked, which hardly hang on what
// else the machine does.
func processor(tb testing.TB) float64 {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e6
}

// The figure: when 200 items are finished by each of 20 teams, by 10,000 trials.
func BenchmarkTrials(b *testing.B) {
	hs, d := teams(b, 20), demandOf(b, 200)
	began := processor(b)
	for b.Loop() {
		for _, h := range hs {
			h.bootCurve(Bootstrap, h.now(), *d, h.dice(1, Trials), h.unit.Horizon())
		}
	}
	b.ReportMetric((processor(b)-began)/float64(b.N), "cpu-ms/op")
}

// The same by the plain loop: a generator with a state, a number for each unit, a slice
// of the finishes.
func BenchmarkPlain(b *testing.B) {
	hs := teams(b, 20)
	began := processor(b)
	for b.Loop() {
		for i, h := range hs {
			rng := rand.New(rand.NewPCG(1, uint64(i)))
			finish := make([]int, Trials)
			for trial := range finish {
				sum, week := 0, 0
				for sum < 200 && week < h.unit.Horizon() {
					sum += h.counts[rng.IntN(len(h.counts))]
					week++
				}
				finish[trial] = week
			}
			slices.Sort(finish)
		}
	}
	b.ReportMetric((processor(b)-began)/float64(b.N), "cpu-ms/op")
}

// All that is said of 20 teams: when and how many, with back-tests and recalibration.
func BenchmarkForecast(b *testing.B) {
	hs, d := teams(b, 20), demandOf(b, 200)
	began := processor(b)
	for b.Loop() {
		for _, h := range hs {
			h.Forecast(Query{Demand: d, Seed: 1})
		}
	}
	b.ReportMetric((processor(b)-began)/float64(b.N), "cpu-ms/op")
}
