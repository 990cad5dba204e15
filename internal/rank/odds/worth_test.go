package odds

import (
	"fmt"
	"math"
	"testing"

	"plumbline"
	"plumbline/internal/chance"
)

// T10: the unit normal loss, as what it is worth to know a standard normal.
func TestT10UnitNormalLoss(t *testing.T) {
	for i, want := range []float64{.3989423, .1977966, .0833155, .0293068, .0084907} {
		near(t, fmt.Sprintf("L(%g)", float64(i)/2), ForNormal(float64(i)/2, 1, 0), want, 6e-8)
	}
}

// T11: a normal value against a price, and studies of it.
func TestT11NormalValueAndStudies(t *testing.T) {
	near(t, "EVPPI", ForNormal(10, 4, 12), 0.791186, 6e-7)
	for _, c := range []struct{ n, sd, want float64 }{
		{1, 2.218801, 0.222270}, {4, 3.2, 0.518144}, {16, 3.745317, 0.702279},
	} {
		sd := Learnable(4, 6, c.n)
		near(t, "preposterior sd", sd, c.sd, 6e-7)
		near(t, "EVSI", ForNormal(10, sd, 12), c.want, 6e-7)
	}
}

// T42, and the worked example of science 8b: T5's two items against a price of 100.
func TestT42LognormalAgainstPrice(t *testing.T) {
	a, b := Score{4.382027, 0.729892}, Score{5.010635, 0.632955}
	near(t, "mean of A", a.MeanOfLog(), 104.4176, 1e-4)
	near(t, "EVPPI of A", ForLognormal(a, 100), 26.954014, 2e-5)
	near(t, "EVPPI of B", ForLognormal(b, 100), 7.503787, 2e-5)
}

// The one form is both of the usual ones: the call on a value, the put on a price.
func TestForFactorIsCallAndPut(t *testing.T) {
	for _, c := range []struct{ value, price, sd float64 }{{104, 100, .7}, {90, 100, .3}, {5, 40, 1.5}, {300, 12, .9}} {
		d := (math.Log(c.value) - c.sd*c.sd/2 - math.Log(c.price)) / c.sd
		call := c.value*chance.Phi(d+c.sd) - c.price*chance.Phi(d) - max(c.value-c.price, 0)
		d1 := (math.Log(c.price/c.value) + c.sd*c.sd/2) / c.sd
		put := c.value*chance.Phi(-(d1-c.sd)) - c.price*chance.Phi(-d1) - max(c.value-c.price, 0)
		got := ForFactor(c.value, c.price, c.sd)
		near(t, "as a call", got, call, 1e-12*c.value)
		near(t, "as a put", got, put, 1e-12*c.value)
	}
}

// T43: what a factor is worth lies between nothing and what the whole is worth; a
// study is worth no more than the answer, and more observations no less.
func TestT43WorthIsBounded(t *testing.T) {
	draw := chance.NewStream(3, "worth", "")
	for n := range uint64(20_000) {
		u := func(k uint64) float64 { return draw.Uniform(8*n + k) }
		value, price := math.Exp(6*u(0)-3), math.Exp(6*u(1)-3)
		part, rest := 3*u(2), 3*u(3)
		one, whole := ForFactor(value, price, part), ForFactor(value, price, math.Hypot(part, rest))
		if !(one >= 0 && one <= whole*(1+1e-12) && whole <= min(value, price)) {
			t.Fatalf("value %g price %g sd %g of %g: %g of %g", value, price, part, math.Hypot(part, rest), one, whole)
		}
		noise, obs := 2*u(4), 1+9*u(5)
		study := ForFactor(value, price, Learnable(part, noise, obs))
		more := ForFactor(value, price, Learnable(part, noise, obs+1))
		if !(study >= 0 && study <= more*(1+1e-12) && more <= one*(1+1e-12)) {
			t.Fatalf("study %g, more %g, the answer %g", study, more, one)
		}
	}
}

// Sampling finds what the form says: 0.5729 against 0.5727 in science 2.
func TestForSampledAgreesWithTheForm(t *testing.T) {
	const n = 100_000
	x, benefit := make([]float64, n), make([]float64, n)
	one, other := chance.NewStream(5, "x", ""), chance.NewStream(5, "y", "")
	const mu, sd, rest, price = 0.2, 0.6, 0.5, 1.3
	for i := range x {
		x[i] = one.Normal(uint64(i))
		benefit[i] = math.Exp(mu+sd*x[i]+rest*other.Normal(uint64(i))) - price
	}
	whole := Score{mu, math.Hypot(sd, rest)}.MeanOfLog()
	near(t, "one factor", ForSampled(x, benefit, 200), ForFactor(whole, price, sd), 0.01)
	if got := ForSampled(nil, nil, 10); got != 0 {
		t.Errorf("of nothing: %g", got)
	}
}

func TestForYesNo(t *testing.T) {
	near(t, "may turn it down", ForYesNo(0.8, 10, -5, 3), 0.2*8, 1e-12)
	near(t, "may take it up", ForYesNo(0.2, 10, 0, 3), 0.2*7, 1e-12)
	near(t, "either way in", ForYesNo(0.5, 10, 5, 3), 0, 0)
}

func TestValidateListsWhatPaysFirst(t *testing.T) {
	unknowns := []Unknown{
		{Value: 104.4176, Price: 100, SD: 0.729892, Observations: 1, Cost: 5},   // worth 26.95
		{Value: 183.2683, Price: 100, SD: 0.632955, Observations: 1, Cost: 5},   // worth 7.50
		{Value: 183.2683, Price: 100, SD: 0.632955, Observations: 1, Cost: 8},   // costs more
		{Value: 104.4176, Price: 100, SD: 0.729892, Noise: 9, Observations: 1},  // tells little
		{Value: 104.4176, Price: 100, SD: 0.729892, Observations: 0},            // nobody is asked
		{Value: 100, Price: 0, SD: 1, Observations: 3},                          // in anyway
		{Value: 104.4176, Price: 100, SD: 0.729892, Observations: 1, Cost: 0.5}, // as the first, cheaper
	}
	list, err := Validate(unknowns)
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	for _, w := range list {
		order = append(order, w.At)
	}
	if got, want := fmt.Sprint(order), "[6 0 1 3]"; got != want {
		t.Errorf("order %s, want %s: %+v", got, want, list)
	}
	near(t, "net of the cost", list[1].Net, 21.954, 1e-3)
	unknowns[2].SD = math.NaN()
	if _, err := Validate(unknowns); err == nil || err.Error() != "Unknown 2 has a number that cannot be used: NaN." || plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("NaN: %v", err)
	}
}
