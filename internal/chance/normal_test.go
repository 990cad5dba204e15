package chance

import (
	"math"
	"testing"
)

// near fails unless got is within the tolerance of want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.12g, want %.12g (within %g)", what, got, want, tolerance)
	}
}

func TestNormalTails(t *testing.T) {
	for _, c := range []struct{ x, upper float64 }{ // upper tails as tabled by Abramowitz and Stegun 26.2
		{0, 0.5}, {1, 0.15865525393145705}, {2, 0.02275013194817921}, {5, 2.8665157187919391e-7},
		{10, 7.6198530241605261e-24}, {20, 2.7536241186062337e-89},
	} {
		near(t, "Q", Q(c.x)/c.upper, 1, 1e-13)
		near(t, "Phi", Phi(-c.x)/c.upper, 1, 1e-13)
		near(t, "Phi+Q", Phi(c.x)+Q(c.x), 1, 1e-15)
	}
	near(t, "Z90", Probit(0.95), Z90, 1e-15)
}

// Probit undoes Phi, from the smallest double to the largest below 1.
func TestProbitUndoesPhi(t *testing.T) {
	for x := -37.0; x <= 8; x += 0.037 {
		p := Phi(x)
		tolerance := 4e-15 * math.Max(1, math.Abs(x))
		if x > 0 { // a double just below 1 says x only this well
			tolerance += 1.2e-16 / Density(x)
		}
		near(t, "Probit(Phi(x))", Probit(p), x, tolerance)
	}
	if got := Probit(math.SmallestNonzeroFloat64); got > -38.4 || got < -38.5 {
		t.Errorf("at the smallest double: %v, want about -38.47", got)
	}
	if !math.IsInf(Probit(0), -1) || !math.IsInf(Probit(1), 1) {
		t.Error("the ends are not infinite")
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN(), math.Inf(1)} {
		if !math.IsNaN(Probit(p)) {
			t.Errorf("Probit(%v) = %v, want NaN", p, Probit(p))
		}
	}
}

// T10 of the oracles: the unit normal loss.
func TestT10Loss(t *testing.T) {
	for u, want := range map[float64]float64{0: .3989423, .5: .1977966, 1: .0833155, 1.5: .0293068, 2: .0084907} {
		near(t, "L", Loss(u), want, 5.1e-8)
		near(t, "L(-u)", Loss(-u), u+want, 5.1e-8)
	}
	for u := 4.01; u < 36; u += 0.5 { // the asymptotic series, where it holds
		r, s := 1.0, 1/(u*u)
		if u > 12 {
			r = 1 - s*(3-s*(15-s*(105-s*945)))
			near(t, "L far out", Loss(u)/(Density(u)*s*r), 1, 1e-6)
		}
		near(t, "slope", (Loss(u-1e-4)-Loss(u+1e-4))/2e-4/Q(u), 1, 1e-5)
	}
	near(t, "where the two formulas meet", Loss(4+1e-13)/Loss(4), 1, 1e-11)
	if Loss(100) != 0 || Loss(-100) != 100 || !math.IsNaN(Loss(math.NaN())) {
		t.Error("the far ends are wrong")
	}
}
