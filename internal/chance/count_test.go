package chance_test

import (
	"math"
	"testing"

	"plumbline"
	"plumbline/internal/chance"
)

// The first two rows are the example of science.md, section 4; of the others
// P(X = 0) = exp(-mean) is 0.905 and 0.819.
func TestCountQuantile(t *testing.T) {
	for _, c := range []struct {
		mean, variance, p float64
		want              int
	}{
		{8, 24, 0.85, 13},
		{8, 8, 0.85, 11},
		{0, 0, 0.85, 0},
		{0.1, 0.1, 0.85, 0},
		{0.2, 0.2, 0.85, 1},
		{8, 3, 0.85, 11}, // less than Poisson is taken as Poisson
	} {
		if got, err := chance.CountQuantile(c.mean, c.variance, c.p); err != nil || got != c.want {
			t.Errorf("mean %g, variance %g: got %d, %v, want %d", c.mean, c.variance, got, err, c.want)
		}
	}
	for _, bad := range [][3]float64{{-1, 1, 0.5}, {1, -1, 0.5}, {1, 1, 0}, {1, 1, 1}, {math.NaN(), 1, 0.5}, {1, math.Inf(1), 0.5}, {1e8, 1, 0.5}} {
		if _, err := chance.CountQuantile(bad[0], bad[1], bad[2]); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%v: got %v, want an error", bad, err)
		}
	}
}

// Against the sum of a Poisson of a gamma rate, and the normal limit of large counts.
func TestCountQuantileOfManyAndOfMixtures(t *testing.T) {
	const mean, variance = 40_000.0, 90_000.0
	got, err := chance.CountQuantile(mean, variance, 0.85)
	if want := mean + chance.Probit(0.85)*math.Sqrt(variance); err != nil || math.Abs(float64(got)-want) > 6 {
		t.Errorf("got %d, %v, want about %g", got, err, want)
	}
	// Rates are exponential with mean 5, so counts are geometric: P(X > k) = (5/6)^(k+1).
	for _, p := range []float64{0.05, 0.5, 0.85, 0.99} {
		want := int(math.Ceil(math.Log(1-p)/math.Log(5.0/6)-1e-12)) - 1
		if got, err := chance.CountQuantile(5, 30, p); err != nil || got != max(want, 0) {
			t.Errorf("p %g: got %d, %v, want %d", p, got, err, want)
		}
	}
}
