package chance

import "math"

// Z90 is the normal quantile at 95 %: a 90 % interval reaches this many standard
// deviations to either side.
const Z90 = 1.6448536269514722

// Phi is the probability that a standard normal is at most x: 0 to 1.
func Phi(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

// Q is the probability that a standard normal exceeds x. It keeps its relative
// precision far out, where 1 - Phi(x) has none.
func Q(x float64) float64 { return 0.5 * math.Erfc(x/math.Sqrt2) }

// Density is the density of the standard normal at x.
func Density(x float64) float64 {
	return math.Exp(-0.5*x*x) / (math.Sqrt2 * math.SqrtPi)
}

// Probit is the x at which Phi(x) = p, to full double precision in both tails.
// It is -Inf at 0, +Inf at 1 and NaN for what is no probability.
func Probit(p float64) float64 {
	switch {
	case p > 0.5:
		return -Probit(1 - p) // 1 - p is exact here
	case p >= 0.05:
		return math.Sqrt2 * math.Erfinv(2*p-1)
	case p > 0:
		return -upperQuantile(p)
	case p == 0:
		return math.Inf(-1)
	}
	return math.NaN()
}

// upperQuantile is the x at which Q(x) = p, for p in (0, 0.05]: a first guess, then
// Newton's steps on ln Q, which is concave, so that they converge however small p is.
// The guess is the inverse error function, of which 1 - 2p has lost digits but not
// many, and for very small p the rational formula of Abramowitz and Stegun 26.2.23,
// which is off by at most 4.5e-4.
func upperQuantile(p float64) float64 {
	logP := math.Log(p)
	if p < 1e-300 { // the logarithm of some machines knows no denormal numbers
		logP = math.Log(math.Ldexp(p, 200)) - 200*math.Ln2
	}
	x, steps := math.Sqrt2*math.Erfinv(1-2*p), 1
	if p < 1e-8 {
		t := math.Sqrt(-2 * logP)
		x, steps = t-(2.515517+t*(0.802853+t*0.010328))/(1+t*(1.432788+t*(0.189269+t*0.001308))), 3
	}
	for range steps {
		mills := millsRatio(x)
		logTail := math.Log(mills/(math.Sqrt2*math.SqrtPi)) - x*x/2
		x += (logTail - logP) * mills
	}
	return x
}

// far is where sums of Density and Q begin to lose digits, and a continued fraction
// is short enough to take their place.
const far = 4

// millsRatio is Q(x)/Density(x) for x at or above 0, also where both are too small
// for doubles.
func millsRatio(x float64) float64 {
	if x < far {
		return Q(x) / Density(x)
	}
	return 1 / (x + laplaceTail(x))
}

// laplaceTail is K = 1/(u+2/(u+3/(u+…))), for u of at least far: Q(u)/Density(u) is
// 1/(u+K) (Laplace). The number of terms is that after which a double changes no more.
func laplaceTail(u float64) float64 {
	k := u
	for n := 9 + math.Floor(450/(u*u)); n >= 2; n-- {
		k = u + n/k
	}
	return 1 / k
}

// Loss is the unit normal loss, the expected excess of a standard normal over u:
// L(u) = Density(u) - u·Q(u), above 0 and falling. Far out, where the two terms nearly
// cancel, it is Density(u)·K/(u+K) with the K of [laplaceTail].
func Loss(u float64) float64 {
	switch {
	case u <= -far:
		return -u + Loss(-u)
	case u < far || math.IsNaN(u):
		return Density(u) - u*Q(u)
	case u > 40:
		return 0 // below the smallest double
	}
	k := laplaceTail(u)
	return Density(u) * k / (u + k)
}
