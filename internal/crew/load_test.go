package crew_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"plumbline/internal/crew"
)

// counted are weeks in which so many items of one size were finished; -1 is a week
// that was not measured.
func counted(size float64, counts ...int) (out []crew.Week) {
	for _, n := range counts {
		f := float64(n)
		out = append(out, crew.Week{Items: max(n, 0), Effort: math.Max(f, 0) * size, Squares: math.Max(f, 0) * size * size, Measured: n >= 0})
	}
	return out
}

// Mean 8 and variance 24 leave 13 for a week; science.md, section 4.
func TestReserveOfWaves(t *testing.T) {
	weeks := counted(1, 8, 8, 8, 8, 8, 8, 15, 1, 1, 15, -1, -1, 8, 8, 8)
	l, ok := crew.FitLoad(weeks, 8)
	if !ok || l.Weeks != 13 || l.Mean != 8 || math.Abs(l.Variance-4*49.0/12) > 1e-9 || !l.Waves {
		t.Fatalf("got %+v, %t, want 13 weeks of mean 8 in waves", l, ok)
	}
	l.Variance = 24
	for _, c := range []struct{ size, weeks, want float64 }{{1, 1, 13}, {0.5, 1, 6.5}} {
		scaled := crew.Load{Mean: 8 * c.size, Variance: 24 * c.size * c.size, Unit: c.size, Waves: true}
		mean, sd, got, err := scaled.Over(c.weeks, 0.85)
		if err != nil || got != c.want || mean != 8*c.size*c.weeks || math.Abs(sd-math.Sqrt(24)*c.size) > 1e-9 {
			t.Errorf("size %g: got mean %g, sd %g, reserve %g, %v, want a reserve of %g", c.size, mean, sd, got, err, c.want)
		}
	}
}

func TestReserveOfWhatComesAlone(t *testing.T) {
	l, ok := crew.FitLoad(counted(1, 8, 8, 8, 8, 8, 8, 8, 8), 8)
	if !ok || l.Waves || l.Variance != 8 {
		t.Fatalf("got %+v, %t, want the variance of Poisson", l, ok)
	}
	if _, _, reserve, err := l.Over(1, 0.85); err != nil || reserve != 11 {
		t.Errorf("got %g, %v, want 11", reserve, err)
	}
}

func TestLoadThatWasNotMeasured(t *testing.T) {
	if l, ok := crew.FitLoad(counted(1, 8, -1, 8, -1, -1, 8, 8, 8, 8, 8), 8); ok || l.Weeks != 7 {
		t.Errorf("got %+v, %t, want not enough: 7 of 8 weeks", l, ok)
	}
	if _, ok := crew.FitLoad(nil, 0); ok {
		t.Error("nothing is enough")
	}
	l, ok := crew.FitLoad(counted(1, 0, 0, 0, 0, 0, 0, 0, 0), 8)
	if _, _, reserve, err := l.Over(13, 0.85); !ok || reserve != 0 || err != nil {
		t.Errorf("got %g, %v, %t, want 0: it was measured that nothing comes", reserve, err, ok)
	}
}

// What is reserved is enough in about 85 of 100 quarters, also when weeks vary and
// items are of unequal size.
func TestReserveIsEnough(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	week := func() crew.Week {
		rate := 0.0
		for range 4 { // a gamma rate of shape 4 and mean 8
			rate += rng.ExpFloat64() * 2
		}
		w := crew.Week{Measured: true}
		for at := rng.ExpFloat64(); at < rate; at += rng.ExpFloat64() {
			e := 0.05 + 0.4*rng.Float64()
			w.Items, w.Effort, w.Squares = w.Items+1, w.Effort+e, w.Squares+e*e
		}
		return w
	}
	held, quarters := 0, 4000
	var history []crew.Week
	for range 400 {
		history = append(history, week())
	}
	l, _ := crew.FitLoad(history, 8)
	_, _, reserve, err := l.Over(13, 0.85)
	if err != nil {
		t.Fatal(err)
	}
	for range quarters {
		sum := 0.0
		for range 13 {
			sum += week().Effort
		}
		if sum <= reserve {
			held++
		}
	}
	if share := float64(held) / float64(quarters); share < 0.80 || share > 0.92 {
		t.Errorf("the reserve of %g held in %.3f of the quarters, want about 0.85", reserve, share)
	}
}

// More weeks, more certainty and more spread never need less.
func TestReserveGrows(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		unit := 0.1 + rng.Float64()
		mean := 5 * rng.Float64()
		l := crew.Load{Mean: mean, Variance: mean * unit * (1 + 3*rng.Float64()), Unit: unit, Waves: true}
		weeks, enough := 1+12*rng.Float64(), 0.5+0.45*rng.Float64()
		mean1, _, base, err := l.Over(weeks, enough)
		_, _, longer, _ := l.Over(weeks+1, enough)
		_, _, surer, _ := l.Over(weeks, enough+0.04)
		if err != nil || base < mean1 || longer < base || surer < base {
			t.Fatalf("%+v over %g weeks at %g: got %g, longer %g, surer %g, %v", l, weeks, enough, base, longer, surer, err)
		}
	}
}
