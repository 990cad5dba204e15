package chance

import "math"

// Dots are n equally likely values of a quantity, the smallest first: the middles of n
// equal slices of its probability, for a quantile dotplot, in which one counts dots
// instead of reading a curve (Kay et al., CHI 2016; Fernandes et al., CHI 2018). n is
// 20 or 50; the unknown has none.
func (d Dist) Dots(n int) ([]float64, error) {
	if n != 20 && n != 50 {
		return nil, invalid("A dotplot has 20 or 50 dots, not %d.", n)
	}
	if d.IsUnknown() {
		return nil, invalid("The value is unknown, so it has no dots: estimate it first.")
	}
	dots := make([]float64, n)
	for i := range dots {
		dots[i] = d.Quantile((float64(i) + 0.5) / float64(n))
	}
	return dots, nil
}

// Ageing is how an estimate loses its worth: it holds for Fresh days, and with each
// day after them the variance of its logarithm grows by Drift. Both are 0 or more; how
// long and how much for which grade of evidence is the policy's to say.
type Ageing struct {
	Fresh float64 // days
	Drift float64 // variance of the logarithm per day
}

// Aged is the quantity as it is to be believed age days after it was estimated: the
// variance of the logarithm grows as a random walk's does, the median stays. What is
// known and above zero becomes a lognormal; a normal grows by the same share of its
// mean, and so do shares and PERTs, within their bounds. Zero stays zero.
func (d Dist) Aged(a Ageing, age float64) (Dist, error) {
	if !(a.Fresh >= 0) || !(a.Drift >= 0) || !isFinite(age) || math.IsInf(a.Drift, 1) {
		return Dist{}, invalid("An estimate cannot age by %s a day after %s days at the age of %s days: all must be numbers, and the first two 0 or more.",
			decimal(a.Drift), decimal(a.Fresh), decimal(age))
	}
	grown := a.Drift * max(age-a.Fresh, 0)
	if !(grown > 0) || d.IsUnknown() {
		return d, nil
	}
	old, err := d, error(nil)
	switch d.kind {
	case KindLognormal:
		old, err = LognormalOf(d.a, math.Hypot(d.b, math.Sqrt(grown)))
	case KindNormal:
		old, err = NormalOf(d.a, math.Hypot(d.b, d.a*math.Sqrt(grown)))
	case KindBeta, KindPert:
		s := d.sdWithout()
		return d.Widen(math.Hypot(s, d.meanWithout()*math.Sqrt(grown)) / s)
	case KindKnown:
		if d.a > 0 {
			old, err = LognormalOf(math.Log(d.a), math.Sqrt(grown))
		} else if d.a < 0 {
			old, err = NormalOf(d.a, -d.a*math.Sqrt(grown))
		}
	}
	old.zero = d.zero
	return old, err
}
