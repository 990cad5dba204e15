package chance

import "math"

// Times is the product of independent quantities. Products of known and lognormal
// ones are exact; others enter as the lognormal of the same mean and standard
// deviation. It is nothing when one of them is. What is unknown, or has no mean above
// zero, is refused.
func Times(ds ...Dist) (Dist, error) {
	var p product
	for _, d := range ds {
		if err := p.multiply(d, 1); err != nil {
			return Dist{}, err
		}
	}
	return p.dist()
}

// Over is the quotient of independent quantities, by the rules of [Times]. A divisor
// that may be nothing is refused.
func Over(d, divisor Dist) (Dist, error) {
	var p product
	if divisor.zero > 0 {
		return Dist{}, invalid("The divisor may be nothing (probability %s), and nothing can be divided by that. Give it a range above zero.", decimal(divisor.zero))
	}
	if err := p.multiply(d, 1); err != nil {
		return Dist{}, err
	}
	if err := p.multiply(divisor, -1); err != nil {
		return Dist{}, err
	}
	return p.dist()
}

// product is a lognormal under work: the sum of the logarithms' means and variances,
// and the chance that no factor is nothing, less one.
type product struct {
	mu, variance, zero float64
	nothing            bool
}

func (p *product) multiply(d Dist, power float64) error {
	zero := d.zero
	d.zero = 0
	if d.kind == KindKnown && d.a == 0 && power > 0 {
		p.nothing = true
		return nil
	}
	mu, sd, err := d.Log()
	if err != nil {
		return err
	}
	p.mu += power * mu
	p.variance += sd * sd
	p.zero += zero - p.zero*zero
	return nil
}

func (p *product) dist() (Dist, error) {
	if p.nothing {
		return Known(0)
	}
	d, err := lognormalOrKnown(p.mu, math.Sqrt(p.variance))
	if err != nil {
		return Dist{}, err
	}
	return d.WithZero(p.zero)
}

// lognormalOrKnown is the lognormal, or the one value when it has no spread.
func lognormalOrKnown(mu, sd float64) (Dist, error) {
	if sd == 0 {
		return Known(math.Exp(mu))
	}
	return LognormalOf(mu, sd)
}

// Sum is the sum of independent quantities by its mean and variance: lognormal when
// all of them are above zero or nothing (Fenton and Wilkinson), else normal. What is
// unknown is refused.
func Sum(ds ...Dist) (Dist, error) {
	mean, variance, positive := 0.0, 0.0, true
	for _, d := range ds {
		if d.IsUnknown() {
			return Dist{}, invalid("One of the values is unknown: estimate it first.")
		}
		mean += d.Mean()
		variance += square(d.SD())
		positive = positive && d.Quantile(0) >= 0
	}
	switch {
	case variance == 0:
		return Known(mean)
	case positive:
		v := math.Log1p(variance / (mean * mean))
		return LognormalOf(math.Log(mean)-v/2, math.Sqrt(v))
	}
	return NormalOf(mean, math.Sqrt(variance))
}

// Above is the probability that a exceeds b, when they are independent; a tie counts
// half. It is exact for the known, for two lognormals and for two normals, and else
// the mean over 1,000 evenly spread quantiles of one of them: to about 1e-4. It is NaN if
// one is unknown.
func Above(a, b Dist) float64 {
	nothing := Dist{kind: KindKnown}
	za, zb := a.zero, b.zero
	a.zero, b.zero = 0, 0
	p := (1 - za) * (1 - zb) * aboveWithout(a, b)
	if za > 0 {
		p += za*(1-zb)*aboveWithout(nothing, b) + za*zb/2
	}
	if zb > 0 {
		p += (1 - za) * zb * aboveWithout(a, nothing)
	}
	return p
}

// aboveWithout is Above for quantities without a chance of nothing.
func aboveWithout(a, b Dist) float64 {
	switch {
	case b.kind == KindKnown:
		return 1 - a.cdfWithout(b.a)/2 - a.belowWithout(b.a)/2
	case a.kind == KindKnown:
		return b.cdfWithout(a.a)
	case a.kind == b.kind && (a.kind == KindNormal || a.kind == KindLognormal):
		return Phi((a.a - b.a) / math.Hypot(a.b, b.b))
	case b.kind == KindBeta || b.kind == KindPert: // the quantiles of the other are cheaper
		return 1 - meanCDF(a, b)
	}
	return meanCDF(b, a)
}

// meanCDF is the mean of one distribution's CDF over the quantiles of another.
func meanCDF(of, over Dist) float64 {
	const n = 1000
	sum := 0.0
	for i := range n {
		sum += of.cdfWithout(over.quantileWithout((float64(i) + 0.5) / n))
	}
	return sum / n
}

// MeanOfLater is the expected later of two independent normal dates: what it costs
// that both must be there (Clark 1961). Standard deviations are at or above zero.
func MeanOfLater(mean1, sd1, mean2, sd2 float64) float64 {
	s := math.Hypot(sd1, sd2)
	if s == 0 {
		return max(mean1, mean2)
	}
	return max(mean1, mean2) + s*Loss(math.Abs(mean1-mean2)/s)
}

// BestOf is the expected largest of n independent standard normals, n at least 1: by
// how many standard deviations of the noise the best of n equals looks too good.
func BestOf(n int) float64 {
	const step, end = 1.0 / 64, 12
	sum := 0.0
	for x := step / 2; x < end; x += step { // the midpoint rule is exact to 1e-12 for curves this smooth
		sum -= math.Expm1(float64(n)*math.Log1p(-Q(x))) + math.Exp(float64(n)*math.Log(Q(x)))
	}
	return sum * step
}
