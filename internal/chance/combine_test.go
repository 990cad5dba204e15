package chance

import (
	"math"
	"math/rand/v2"
	"testing"
)

func plainGenerator() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestT5Product(t *testing.T) {
	m := must(t)
	rice := func(r, i, c, e Dist) Dist { return m(Over(m(Times(r, i, c)), e)) }
	a := rice(m(FromInterval(200, 800)), m(FromInterval(.5, 2)), m(Known(.8)), m(FromInterval(2, 8)))
	b := rice(m(FromInterval(50, 150)), m(FromInterval(1, 3)), m(Known(1)), m(FromInterval(.5, 2)))
	near(t, "mu A", a.a, 4.382027, 5e-7)
	near(t, "s A", a.b, .729892, 5e-7)
	near(t, "median A", a.Median(), 80, 1e-9)
	near(t, "mean A", a.Mean(), 104.4176, 5e-5)
	near(t, "q05 A", a.Quantile(.05), 24.0819, 5e-5)
	near(t, "q95 A", a.Quantile(.95), 265.7598, 5e-5)
	near(t, "mu B", b.a, 5.010635, 5e-7)
	near(t, "s B", b.b, .632955, 5e-7)
	near(t, "median B", b.Median(), 150, 1e-9)
	near(t, "mean B", b.Mean(), 183.2683, 5e-5)
	near(t, "P(A>B)", Above(a, b), .257634, 5e-7)
	near(t, "P(B>A)", Above(b, a), 1-.257634, 5e-7)
}

func TestT6BestOf(t *testing.T) {
	for n, want := range map[int]float64{1: 0, 2: .56419, 3: .846284, 5: 1.162964, 10: 1.538753, 100: 2.507594} {
		tolerance := 5e-7
		if n == 2 {
			tolerance = 5e-6
		}
		near(t, "E max", BestOf(n), want, tolerance)
	}
}

// The first part of T33: Fenton and Wilkinson's sum of three lognormals.
func TestT33Sum(t *testing.T) {
	m := must(t)
	d := m(Sum(m(FromInterval(1, 4)), m(FromInterval(2, 9)), m(FromInterval(3, 12))))
	near(t, "mean", d.Mean(), 13.452894, 5e-7)
	near(t, "sd", d.SD(), 3.800169, 5e-7)
	near(t, "q85", d.Quantile(.85), 17.2529, 5e-5)
	near(t, "q95", d.Quantile(.95), 20.4209, 5e-5)
}

func TestT37LaterOfTwo(t *testing.T) {
	near(t, "E max", MeanOfLater(10, 2, 10, 2), 11.128379, 5e-7)
	near(t, "no doubt", MeanOfLater(10, 0, 12, 0), 12, 0)
	near(t, "far apart", MeanOfLater(10, 1, 100, 1), 100, 1e-12)
	near(t, "either way", MeanOfLater(3, 1, 4, 2), MeanOfLater(4, 2, 3, 1), 1e-15)
	near(t, "by the normals' largest", MeanOfLater(0, 1, 0, 1), BestOf(2), 1e-12)
}

// Above agrees with counting draws, for every pair of shapes, and the two ways round
// add to 1.
func TestAboveAgreesWithDraws(t *testing.T) {
	shapes := some(t)
	for an, a := range shapes {
		for bn, b := range shapes {
			p := Above(a, b)
			near(t, an+" and "+bn, p+Above(b, a), 1, 3e-4)
			const n = 4000
			sa, sb, wins := NewStream(1, "a", an), NewStream(1, "b", bn), 0.0
			for i := range uint64(n) {
				x, y := a.Sample(sa.Uniform(i)), b.Sample(sb.Uniform(i))
				if x > y {
					wins++
				} else if x == y {
					wins += .5
				}
			}
			near(t, an+" above "+bn, p, wins/n, 5*math.Sqrt(.25/n))
		}
	}
}

// A product has the product's mean when its factors keep theirs, and its chance of
// nothing; a sum has the sum's mean and variance.
func TestProductsAndSums(t *testing.T) {
	m := must(t)
	maybe := m(m(FromInterval(2, 8)).WithZero(.2))
	likely := m(m(FromInterval(1, 3)).WithZero(.5))
	p := m(Times(maybe, likely))
	near(t, "mean", p.Mean(), maybe.Mean()*likely.Mean(), 1e-12)
	near(t, "nothing", p.Zero(), 1-.8*.5, 1e-15)
	if z := m(Times(m(Known(0)), maybe)); z != m(Known(0)) {
		t.Errorf("nothing times something is %v", z)
	}
	if six := m(Times(m(Known(2)), m(Known(3)))); six.Kind() != KindKnown {
		t.Errorf("two known make %v", six)
	} else {
		near(t, "2 times 3", six.Mean(), 6, 1e-14)
	}
	near(t, "mean with a PERT", m(Times(m(Pert(2, 4, 12)), m(Known(2)))).Mean(), 10, 1e-12)
	s := m(Sum(m(Normal(-8, 20)), maybe))
	near(t, "sum's mean", s.Mean(), 6+maybe.Mean(), 1e-12)
	near(t, "sum's sd", s.SD(), math.Hypot(m(Normal(-8, 20)).SD(), maybe.SD()), 1e-12)
	if none := m(Sum()); none != m(Known(0)) {
		t.Errorf("the empty sum is %v", none)
	}
}
