package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"plumbline/internal/forecast"
)

// Items that were looked at from an age on say nothing of younger ones: by hand, at 4
// days one of three ends, at 5 one of two, at 10 the last one (the fourth, looked at
// from 5 days on, is still open at 6).
func TestLookedAtFromAnAgeOn(t *testing.T) {
	l, err := forecast.NewLifetimes([]forecast.Lifetime{{Days: 10}, {Days: 5, From: 3}, {Days: 4}, {Days: 6, From: 5, Open: true}, {Days: 7, From: 7}})
	if err != nil {
		t.Fatal(err)
	}
	for days, want := range map[float64]float64{3: 1, 4: 2. / 3, 5: 1. / 3, 9: 1. / 3, 10: 0} {
		if got := l.Longer(days); math.Abs(got-want) > 1e-12 {
			t.Errorf("longer than %v days: got %v, want %v", days, got, want)
		}
	}
}

// What was finished in one period, with what is open at its end, tells how long items
// take, when each is looked at from the beginning of the period on: items come all the
// time and take 50 days in the mean, exponentially; the period is of 60 days. Finished
// ones alone, or all from their beginning, do not tell it.
func TestOnePeriodTellsLifetimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var period, whole []forecast.Lifetime
	for range 40_000 {
		begin, took := 500*rng.Float64(), 50*rng.ExpFloat64() // the period is day 440 to 500
		end := begin + took
		if end < 440 {
			continue
		}
		x := forecast.Lifetime{Days: min(took, 500-begin), Open: end > 500, From: max(0, 440-begin)}
		period = append(period, x)
		x.From = 0
		whole = append(whole, x)
	}
	longer := func(all []forecast.Lifetime, days float64) float64 {
		l, err := forecast.NewLifetimes(all)
		if err != nil {
			t.Fatal(err)
		}
		return l.Longer(days)
	}
	for _, days := range []float64{10, 25, 50, 100, 150} {
		want := math.Exp(-days / 50)
		if got := longer(period, days); math.Abs(got-want) > 0.02 {
			t.Errorf("longer than %v days: got %.3f, want %.3f", days, got, want)
		}
	}
	if got := longer(whole, 50); math.Abs(got-math.Exp(-1)) < 0.1 {
		t.Errorf("counted from their beginning they tell %.3f too: the test shows nothing", got)
	}
}
