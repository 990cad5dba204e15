package chance

import "math"

// betaCDF is the regularized incomplete beta function I_x(a, b), by its continued
// fraction on the side of the mean where it converges fast (Abramowitz and Stegun
// 26.5.8), evaluated by the modified method of Lentz.
func betaCDF(a, b, x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - betaTail(b, a, 1-x)
	}
	return betaTail(a, b, x)
}

func betaTail(a, b, x float64) float64 {
	const tiny = 1e-300
	f, c, d := 1.0, 1.0, 0.0
	for i := 0; i <= 2000; i++ {
		m := float64(i / 2)
		var term float64
		switch {
		case i == 0:
			term = 1
		case i%2 == 0:
			term = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		d = 1 / orTiny(1+term*d, tiny)
		c = orTiny(1+term/c, tiny)
		f *= c * d
		if math.Abs(1-c*d) < 1e-15 {
			break
		}
	}
	return math.Exp(a*math.Log(x)+b*math.Log1p(-x)-logBeta(a, b)) / a * (f - 1)
}

func orTiny(x, tiny float64) float64 {
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// logBeta is the logarithm of the beta function.
func logBeta(a, b float64) float64 {
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	return la + lb - lab
}

// betaQuantile is the x at which betaCDF is p: Newton's steps, kept inside a bracket
// that shrinks by bisection whenever a step would leave it.
func betaQuantile(a, b, p float64) float64 {
	if p <= 0 || p >= 1 {
		return p
	}
	low, high, x, lb := 0.0, 1.0, a/(a+b), logBeta(a, b)
	for range 100 {
		off := betaCDF(a, b, x) - p
		if off > 0 {
			high = x
		} else {
			low = x
		}
		next := x - off/math.Exp((a-1)*math.Log(x)+(b-1)*math.Log1p(-x)-lb)
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-x) <= 1e-15*x {
			return next
		}
		x = next
	}
	return x
}

// fitBeta finds the exponents of the beta whose 5 % and 95 % points are low and high,
// by Newton's method in the two logarithms of the exponents, with the derivatives
// taken by differences and the steps halved until they help. It starts at the beta
// of the mean and the spread that a normal with these points has.
func fitBeta(low, high float64) (a, b float64, ok bool) {
	m, s := (low+high)/2, (high-low)/(2*Z90)
	n := max(m*(1-m)/(s*s)-1, 0.5)
	u, v := math.Log(m*n), math.Log((1-m)*n)
	miss := func(u, v float64) (lo, hi float64) { // in standard deviations, which are nearly linear
		a, b := math.Exp(u), math.Exp(v)
		return Probit(betaCDF(a, b, low)) + Z90, Probit(betaCDF(a, b, high)) - Z90
	}
	lo, hi := miss(u, v)
	for range 60 {
		if math.Hypot(lo, hi) < 1e-12 {
			return math.Exp(u), math.Exp(v), true
		}
		const h = 1e-6
		lu, hu := miss(u+h, v)
		lv, hv := miss(u, v+h)
		a11, a21, a12, a22 := (lu-lo)/h, (hu-hi)/h, (lv-lo)/h, (hv-hi)/h
		det := a11*a22 - a12*a21
		du, dv := (lo*a22-hi*a12)/det, (hi*a11-lo*a21)/det
		step, moved := min(1, 2/math.Hypot(du, dv)), false
		for ; step > 1e-6 && !moved; step /= 2 {
			lo2, hi2 := miss(u-step*du, v-step*dv)
			if math.Hypot(lo2, hi2) < math.Hypot(lo, hi) {
				u, v, lo, hi, moved = u-step*du, v-step*dv, lo2, hi2, true
			}
		}
		if !moved {
			break
		}
	}
	ok = math.Hypot(lo, hi) < 1e-7
	return math.Exp(u), math.Exp(v), ok
}
