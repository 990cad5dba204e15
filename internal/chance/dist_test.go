package chance

import (
	"math"
	"strings"
	"testing"

	"plumbline"
)

// must is a distribution that cannot be refused.
func must(t testing.TB) func(Dist, error) Dist {
	return func(d Dist, err error) Dist {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
}

// some is one distribution of each shape.
func some(t testing.TB) map[string]Dist {
	m := must(t)
	return map[string]Dist{
		"known":               m(Known(3)),
		"lognormal":           m(FromInterval(10, 100)),
		"normal":              m(FromInterval(-8, 20)),
		"beta":                m(Beta(0.2, 0.4)),
		"pert":                m(Pert(2, 4, 12)),
		"lognormal, or zero":  m(m(FromInterval(10, 100)).WithZero(0.3)),
		"normal, or zero":     m(m(Normal(-8, 20)).WithZero(0.3)),
		"known, or zero":      m(m(Known(-3)).WithZero(0.25)),
		"lopsided beta":       m(Beta(0.001, 0.3)),
		"beta near certainty": m(Beta(0.97, 0.999)),
	}
}

func TestT2Intervals(t *testing.T) {
	d := must(t)(FromInterval(10, 100))
	mu, sd, err := d.Log()
	if err != nil || d.Kind() != KindLognormal {
		t.Fatal(d, err)
	}
	near(t, "mu", mu, 3.4538776, 5e-8)
	near(t, "s", sd, .6999362, 5e-8)
	near(t, "median", d.Median(), 31.62278, 5e-6)
	near(t, "mean", d.Mean(), 40.40013, 5e-6)
	near(t, "sd", d.SD(), 32.12180, 5e-6)
	near(t, "P(>50)", 1-d.CDF(50), .256378, 5e-7)
	near(t, "q99", d.Quantile(.99), 161.1237, 5e-5)
	n := must(t)(Normal(8, 20))
	near(t, "normal mean", n.Mean(), 14, 1e-12)
	near(t, "normal sd", n.SD(), 3.647741, 5e-7)
}

func TestT3Pert(t *testing.T) {
	d := must(t)(Pert(2, 4, 12))
	near(t, "alpha", d.a, 1.8, 1e-12)
	near(t, "beta", d.b, 4.2, 1e-12)
	near(t, "mean", d.Mean(), 5, 1e-12)
	near(t, "sd", d.SD(), 1.732051, 5e-7)
	near(t, "q05", d.Quantile(.05), 2.589774, 5e-7)
	near(t, "q50", d.Quantile(.5), 4.766723, 5e-7)
	near(t, "q95", d.Quantile(.95), 8.212767, 5e-7)
	near(t, "cdf(6)", d.CDF(6), .728385, 5e-7)
}

// The beta of a 90 % interval has that interval, and the mean and spread that its
// exponents say.
func TestBetaFits(t *testing.T) {
	for _, c := range [][2]float64{{.2, .4}, {.01, .99}, {.001, .3}, {.9, .99}, {.49, .51}, {.05, .95}, {1e-4, 2e-4}, {.3, .999}} {
		d, err := Beta(c[0], c[1])
		if err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		near(t, "q05", d.Quantile(.05), c[0], 1e-9)
		near(t, "q95", d.Quantile(.95), c[1], 1e-9)
	}
	near(t, "arcsine law", betaCDF(.5, .5, .3), 2/math.Pi*math.Asin(math.Sqrt(.3)), 1e-14)
	near(t, "power law", betaCDF(3, 1, .3), .027, 1e-16)
	near(t, "binomial tail", betaCDF(3, 4, .4), .45568, 1e-14) // P(Bin(6,.4) >= 3)
}

// What every shape promises: quantiles and probabilities undo each other, the mean
// and the spread are those of the quantiles, samples stay inside.
func TestDistributionsHold(t *testing.T) {
	for name, d := range some(t) {
		const n = 40_000
		var sum, squares, last float64
		last = math.Inf(-1)
		for i := range n {
			x := d.Sample((float64(i) + .5) / n)
			if x < last {
				t.Fatalf("%s: quantiles fall at %d", name, i)
			}
			sum, squares, last = sum+x, squares+x*x, x
		}
		mean := sum / n
		near(t, name+": mean", d.Mean(), mean, 5e-4*(1+math.Abs(mean)))
		near(t, name+": sd", d.SD(), math.Sqrt(max(0, squares/n-mean*mean)), 1e-2*(1+d.SD()))
		for p := .01; p < 1; p += .01 {
			x := d.Quantile(p)
			below := d.CDF(math.Nextafter(x, math.Inf(-1)) - 1e-9*math.Abs(x))
			if above := d.CDF(x + 1e-9*math.Abs(x)); above < p-1e-6 || below > p+1e-6 {
				t.Errorf("%s: %v of it at most %v, below it %v; want %v between", name, above, x, below, p)
			}
		}
	}
}

// A sample by its normal number is the one by its uniform number.
func TestAtIsTheQuantile(t *testing.T) {
	for name, d := range some(t) {
		for z := -4.0; z <= 4; z += .25 {
			want := d.Quantile(Phi(z))
			near(t, name, d.At(z), want, 1e-11*(1+math.Abs(want)))
		}
	}
	if !math.IsNaN(Unknown().At(0)) {
		t.Error("the unknown has a middle")
	}
}

func TestUnknownIsNotZero(t *testing.T) {
	d := Unknown()
	for what, x := range map[string]float64{"mean": d.Mean(), "sd": d.SD(), "median": d.Median(), "cdf": d.CDF(0), "sample": d.Sample(.5), "above": Above(d, d)} {
		if !math.IsNaN(x) {
			t.Errorf("%s of the unknown is %v", what, x)
		}
	}
	if _, _, err := d.Log(); err == nil {
		t.Error("the unknown has a logarithm")
	}
	if _, err := Times(d, must(t)(Known(2))); err == nil {
		t.Error("the unknown was multiplied")
	}
	if _, err := Sum(d); err == nil {
		t.Error("the unknown was added")
	}
	if d != (Dist{}) || !d.IsUnknown() || d.String() != "unknown" {
		t.Error("the zero value is not the unknown")
	}
}

// Each refusal is Invalid and says what is wrong.
func TestRefusals(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	ok := must(t)(Known(1))
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"nan":              {second(Known(nan)), "not a number"},
		"infinite":         {second(FromInterval(1, inf)), "infinite"},
		"reversed":         {second(FromInterval(5, 2)), "2 to 5"},
		"no width":         {second(FromInterval(3, 3)), "write 3 if"},
		"lognormal at 0":   {second(Lognormal(0, 3)), "zero or below"},
		"lognormal flood":  {second(Lognormal(1e-300, 1e100)), "too wide"},
		"normal flood":     {second(Normal(-1e308, 1e308)), "too large"},
		"beta at 1":        {second(Beta(.5, 1)), "between 0 and 1"},
		"beta impossible":  {second(Beta(1e-300, 1-1e-16)), "interval"},
		"mode outside":     {second(Pert(2, 13, 12)), "likeliest"},
		"mode nan":         {second(Pert(2, nan, 12)), "likeliest"},
		"zero too likely":  {second(ok.WithZero(1)), "below 1"},
		"zero of nothing":  {second(Unknown().WithZero(.5)), "estimate"},
		"divide by maybe":  {second(Over(ok, must(t)(ok.WithZero(.1)))), "divisor"},
		"divide by normal": {second(Over(ok, must(t)(Normal(-5, 2)))), "above zero"},
		"widen by nothing": {second(ok.Widen(0)), "factor"},
		"age backwards":    {second(ok.Aged(Ageing{Fresh: -1}, 3)), "age"},
		"dots":             {func() error { _, err := ok.Dots(30); return err }(), "20 or 50"},
		"no opinions":      {func() error { _, err := PoolOpinions([]Opinion{{}}); return err }(), "Nobody"},
		"certain opinion":  {func() error { _, err := PoolOdds([]float64{.5, 1}, 1); return err }(), "99"},
		"certain, wrong":   {func() error { _, err := LogScore([]Forecast{{P: 1}}); return err }(), "certain"},
		"no probability":   {func() error { _, err := Brier([]Forecast{{P: 1.5}}); return err }(), "between 0 and 1"},
	} {
		if c.err == nil {
			t.Errorf("%s is accepted", name)
		} else if plumbline.KindOf(c.err) != plumbline.Invalid || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%s: %v; want it to say %q", name, c.err, c.says)
		}
	}
}

func second(_ Dist, err error) error { return err }

// Widening and ageing: the median of a lognormal stays, its spread is what was asked;
// a share stays one.
func TestWidenAndAge(t *testing.T) {
	m := must(t)
	d := m(FromInterval(2, 8))
	w := m(d.Widen(1.5))
	near(t, "median", w.Median(), 4, 1e-12)
	near(t, "spread", w.b, 1.5*d.b, 1e-15)
	policy := Ageing{Fresh: 90, Drift: 0.001}
	if young := m(d.Aged(policy, 90)); young != d {
		t.Errorf("fresh until the last day, but it became %v", young)
	}
	one, two := m(d.Aged(policy, 190)), m(d.Aged(policy, 290))
	near(t, "variance after 100 days", one.b*one.b-d.b*d.b, .1, 1e-12)
	near(t, "after 200", two.b*two.b-one.b*one.b, .1, 1e-12)
	k := m(m(Known(7)).Aged(policy, 190))
	near(t, "what was known", k.b*k.b, .1, 1e-12)
	near(t, "its median", k.Median(), 7, 1e-12)
	for name, d := range some(t) {
		old, wide := m(d.Aged(policy, 500)), m(d.Widen(3))
		if old.SD() < d.SD() || wide.SD() < d.SD() || old.Zero() != d.Zero() || wide.Zero() != d.Zero() {
			t.Errorf("%s: became narrower, or lost its zero: %v %v", name, old, wide)
		}
		if d.Kind() == KindBeta && (wide.Quantile(.001) < 0 || wide.Quantile(.999) > 1) {
			t.Errorf("%s: leaves its bounds", name)
		}
		if d.Kind() != KindLognormal {
			near(t, name+": mean when wider", wide.Mean(), d.Mean(), 1e-9)
		}
	}
}

func TestT38Dots(t *testing.T) {
	d := must(t)(LognormalOf(math.Log(11.4), .2))
	dots, err := d.Dots(20)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[int]float64{1: 7.703, 2: 8.548, 10: 11.258, 19: 15.203, 20: 16.871} {
		near(t, "dot", dots[at-1], want, 5e-4)
	}
	if fifty, err := d.Dots(50); err != nil || len(fifty) != 50 {
		t.Error(len(fifty), err)
	}
}

func TestSamplingAllocatesNothing(t *testing.T) {
	for name, d := range some(t) {
		s := NewStream(1, name, "value")
		i, sum := uint64(0), 0.0
		if got := testing.AllocsPerRun(200, func() { sum += d.Sample(s.Uniform(i)) + d.At(s.Normal(i)) + d.CDF(1); i++ }); got != 0 || sum == 0 {
			t.Errorf("%s: %v allocations a sample", name, got)
		}
	}
}

// A lognormal sampled from table normals and by its uniform number, beside the plain loop with the standard
// library's generator.
func BenchmarkSample(b *testing.B) {
	d := must(b)(FromInterval(2, 8))
	mu, sd, _ := d.Log()
	b.Run("table", func(b *testing.B) { // four samples a step
		b.ReportAllocs()
		s, sum := NewStream(1, "a", "b"), 0.0
		for i := 0; i < b.N; i += 4 {
			w, x, y, z := s.Normals(uint64(i))
			sum += d.At(float64(w)) + d.At(float64(x)) + d.At(float64(y)) + d.At(float64(z))
		}
		keep(b, sum)
	})
	b.Run("full precision", func(b *testing.B) {
		b.ReportAllocs()
		s, sum := NewStream(1, "a", "b"), 0.0
		for i := range uint64(b.N) {
			sum += d.Sample(s.Uniform(i))
		}
		keep(b, sum)
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		g, sum := plainGenerator(), 0.0
		for range b.N {
			sum += math.Exp(mu + sd*g.NormFloat64())
		}
		keep(b, sum)
	})
}
