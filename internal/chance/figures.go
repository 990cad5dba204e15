package chance

import "math"

// Mean is the expected value, the chance of nothing included; NaN of the unknown.
func (d Dist) Mean() float64 { return (1 - d.zero) * d.meanWithout() }

// meanWithout is the mean of what is there when it is not nothing.
func (d Dist) meanWithout() float64 {
	switch d.kind {
	case KindKnown, KindNormal:
		return d.a
	case KindLognormal:
		return math.Exp(d.a + d.b*d.b/2)
	case KindBeta, KindPert:
		return d.low + (d.high-d.low)*d.a/(d.a+d.b)
	}
	return math.NaN()
}

// SD is the standard deviation, the chance of nothing included; NaN of the unknown.
func (d Dist) SD() float64 {
	s := d.sdWithout()
	if d.zero == 0 {
		return s
	}
	m := d.meanWithout()
	return math.Sqrt((1 - d.zero) * (s*s + d.zero*m*m))
}

func (d Dist) sdWithout() float64 {
	switch d.kind {
	case KindKnown:
		return 0
	case KindNormal:
		return d.b
	case KindLognormal:
		return d.meanWithout() * math.Sqrt(math.Expm1(d.b*d.b))
	case KindBeta, KindPert:
		n := d.a + d.b
		return (d.high - d.low) * math.Sqrt(d.a*d.b/(n+1)) / n
	}
	return math.NaN()
}

// Median is the value that is passed as often as not.
func (d Dist) Median() float64 { return d.Quantile(0.5) }

// Quantile is the least value that is not passed with probability p, 0 to 1. It is
// infinite where the quantity has no bound, and NaN of the unknown or if p is no
// probability.
func (d Dist) Quantile(p float64) float64 {
	if d.zero == 0 || !(p >= 0 && p <= 1) {
		return d.quantileWithout(p)
	}
	below := (1 - d.zero) * d.belowWithout(0)
	switch {
	case p < below:
		return d.quantileWithout(p / (1 - d.zero))
	case p <= below+d.zero:
		return 0
	}
	return d.quantileWithout(min((p-d.zero)/(1-d.zero), 1))
}

// Sample is the value that the uniform number u, in (0, 1), stands for: the quantile.
// It allocates nothing.
func (d Dist) Sample(u float64) float64 { return d.Quantile(u) }

// At is the value that a standard normal number z stands for: the quantile at Phi(z).
// With [Stream.Normals] it is the fast way to sample what is lognormal or normal. It
// allocates nothing.
func (d Dist) At(z float64) float64 {
	switch {
	case d.zero == 0 && d.kind == KindLognormal:
		return math.Exp(d.a + d.b*z)
	case d.zero == 0 && d.kind == KindNormal:
		return d.a + d.b*z
	}
	return d.Quantile(Phi(z))
}

func (d Dist) quantileWithout(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	switch d.kind {
	case KindKnown:
		return d.a
	case KindNormal:
		return d.a + d.b*Probit(p)
	case KindLognormal:
		return math.Exp(d.a + d.b*Probit(p))
	case KindBeta, KindPert:
		return d.low + (d.high-d.low)*betaQuantile(d.a, d.b, p)
	}
	return math.NaN()
}

// CDF is the probability that the quantity is at most x; NaN of the unknown.
func (d Dist) CDF(x float64) float64 {
	p := (1 - d.zero) * d.cdfWithout(x)
	if x >= 0 {
		p += d.zero
	}
	return p
}

// belowWithout is the probability of less than x when it is not nothing.
func (d Dist) belowWithout(x float64) float64 {
	if d.kind == KindKnown && d.a == x {
		return 0
	}
	return d.cdfWithout(x)
}

func (d Dist) cdfWithout(x float64) float64 {
	switch {
	case d.kind == KindUnknown || math.IsNaN(x):
		return math.NaN()
	case d.kind == KindKnown && x >= d.a:
		return 1
	case d.kind == KindKnown:
		return 0
	case d.kind == KindNormal:
		return Phi((x - d.a) / d.b)
	case d.kind == KindLognormal && x <= 0:
		return 0
	case d.kind == KindLognormal:
		return Phi((math.Log(x) - d.a) / d.b)
	}
	return betaCDF(d.a, d.b, (x-d.low)/(d.high-d.low))
}

// Log is the mean and the standard deviation of the logarithm, as the rules for
// products need them. They are exact for what is known or lognormal. Anything else
// is taken as the lognormal of the same mean and standard deviation, the chance of
// nothing included. What is unknown, or has no mean above zero, is refused.
func (d Dist) Log() (mu, sd float64, err error) {
	switch m := d.Mean(); {
	case d.kind == KindUnknown:
		return 0, 0, invalid("The value is unknown: estimate it first.")
	case !(m > 0):
		return 0, 0, invalid("The value has the mean %s; here it must be above zero.", decimal(m))
	case d.kind == KindLognormal && d.zero == 0:
		return d.a, d.b, nil
	case d.kind == KindKnown && d.zero == 0:
		return math.Log(d.a), 0, nil
	default:
		v := math.Log1p(square(d.SD() / m))
		return math.Log(m) - v/2, math.Sqrt(v), nil
	}
}

// Widen multiplies the spread by a factor above zero: of the logarithm for a
// lognormal, of the value else. A share or a PERT keeps its mean and its bounds, and
// is widened at most to where it would have two peaks. The known stays known.
func (d Dist) Widen(factor float64) (Dist, error) {
	if !(factor > 0) || math.IsInf(factor, 1) {
		return Dist{}, invalid("The factor of widening is %s; it must be a number above 0.", decimal(factor))
	}
	wide, err := d, error(nil)
	switch d.kind {
	case KindLognormal:
		wide, err = LognormalOf(d.a, d.b*factor)
	case KindNormal:
		wide, err = NormalOf(d.a, d.b*factor)
	case KindBeta, KindPert:
		n := d.a + d.b
		least := min(1, d.a, d.b) / min(d.a, d.b) * n
		n2 := max((1+n)/(factor*factor)-1, least)
		wide.a, wide.b = d.a/n*n2, d.b/n*n2
	}
	wide.zero = d.zero
	return wide, err
}

func square(x float64) float64 { return x * x }
