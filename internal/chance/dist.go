package chance

import (
	"fmt"
	"math"

	"plumbline"
)

// Kind is the shape of a distribution.
type Kind uint8

// The shapes. The zero value is unknown, so that what was never said is never zero.
const (
	KindUnknown   Kind = iota // nobody said; every figure of it is NaN
	KindKnown                 // one value
	KindLognormal             // above zero; its logarithm is normal
	KindNormal                // any value
	KindBeta                  // a probability or share
	KindPert                  // between a lowest and a highest value, with a likeliest one
)

var kindNames = [...]string{"unknown", "known", "lognormal", "normal", "beta", "pert"}

// String is the shape in lower case.
func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return kindNames[KindUnknown]
	}
	return kindNames[k]
}

// Dist is a quantity that is not known exactly. It is a value, compared with ==; its
// zero value is unknown. Make one with the functions of this file: they refuse what
// is no distribution, so that every Dist has a finite mean and spread.
type Dist struct {
	kind Kind
	// Known: a is the value. Lognormal: mean and standard deviation of the logarithm.
	// Normal: of the value. Beta and PERT: the two exponents, stretched over low to high.
	a, b      float64
	low, high float64
	zero      float64 // the chance that it is nothing
}

// Unknown is the quantity of which nothing was said.
func Unknown() Dist { return Dist{} }

// Known is a quantity without uncertainty. It refuses what is not finite.
func Known(x float64) (Dist, error) {
	if err := finite(x); err != nil {
		return Dist{}, err
	}
	return Dist{kind: KindKnown, a: x}, nil
}

// FromInterval is the distribution that people mean by a 90 % interval: lognormal
// when low is above zero, else normal (science: an interval over zero has no logarithm).
func FromInterval(low, high float64) (Dist, error) {
	if low > 0 {
		return Lognormal(low, high)
	}
	return Normal(low, high)
}

// Lognormal has its 5 % point at low and its 95 % point at high, both above zero.
func Lognormal(low, high float64) (Dist, error) {
	if err := interval(low, high); err != nil {
		return Dist{}, err
	}
	if low <= 0 {
		return Dist{}, invalid("The interval %s to %s reaches zero or below; a quantity of this kind is above zero. Begin the interval above zero, and say apart how likely it is to be nothing.",
			decimal(low), decimal(high))
	}
	l, h := math.Log(low), math.Log(high)
	return LognormalOf((l+h)/2, (h-l)/(2*Z90))
}

// LognormalOf is the lognormal whose logarithm has the mean mu and the standard
// deviation sd, above zero.
func LognormalOf(mu, sd float64) (Dist, error) {
	d := Dist{kind: KindLognormal, a: mu, b: sd}
	if !(sd > 0) || !isFinite(mu) || !isFinite(d.Mean()) || !isFinite(d.SD()) || d.Mean() == 0 {
		return Dist{}, invalid("The interval is too wide or too narrow to work with: its mean or its spread is not a number. Narrow it, or write one value.")
	}
	return d, nil
}

// Normal has its 5 % point at low and its 95 % point at high.
func Normal(low, high float64) (Dist, error) {
	if err := interval(low, high); err != nil {
		return Dist{}, err
	}
	return NormalOf(low/2+high/2, (high-low)/(2*Z90))
}

// NormalOf is the normal with this mean and standard deviation, above zero.
func NormalOf(mean, sd float64) (Dist, error) {
	if !isFinite(mean) || !(sd > 0) || !isFinite(sd*sd) {
		return Dist{}, invalid("The interval is too wide or too narrow to work with: its mean or its spread is not a number. Narrow it, or write one value.")
	}
	return Dist{kind: KindNormal, a: mean, b: sd}, nil
}

// Beta is a probability with its 5 % point at low and its 95 % point at high, strictly
// between 0 and 1.
func Beta(low, high float64) (Dist, error) {
	if err := interval(low, high); err != nil {
		return Dist{}, err
	}
	if low <= 0 || high >= 1 {
		return Dist{}, invalid("The interval %s to %s of a probability or share must lie between 0 and 1 and touch neither. Write for instance 0.01 to 0.99, or 1-99%%.", decimal(low), decimal(high))
	}
	a, b, ok := fitBeta(low, high)
	if !ok {
		return Dist{}, invalid("No smooth distribution of a share has 90 %% between %s and %s: the interval is too narrow or too lopsided. Widen it, or write one value.", decimal(low), decimal(high))
	}
	return Dist{kind: KindBeta, a: a, b: b, high: 1}, nil
}

// Pert lies between low and high and is likeliest at mode: a stretched beta with
// exponents 1+4(mode-low)/(high-low) and 1+4(high-mode)/(high-low).
func Pert(low, mode, high float64) (Dist, error) {
	if err := interval(low, high); err != nil {
		return Dist{}, err
	}
	if !(low <= mode && mode <= high) {
		return Dist{}, invalid("The likeliest value %s is not between %s and %s. Write lowest, likeliest and highest value, in this order.", decimal(mode), decimal(low), decimal(high))
	}
	w := high - low
	return Dist{kind: KindPert, a: 1 + 4*(mode-low)/w, b: 1 + 4*(high-mode)/w, low: low, high: high}, nil
}

// WithZero is the quantity that is nothing with probability p, 0 to below 1, and else
// what d is without its own chance of nothing.
func (d Dist) WithZero(p float64) (Dist, error) {
	if !(p >= 0 && p < 1) {
		return Dist{}, invalid("The chance of no effect is %s; it must be at least 0 and below 1. If it is certain, write 0 as the value.", decimal(p))
	}
	if d.kind == KindUnknown && p > 0 {
		return Dist{}, invalid("The chance of no effect needs an estimate beside it: write a range for the case that there is an effect.")
	}
	d.zero = p
	return d, nil
}

// Kind is the shape.
func (d Dist) Kind() Kind { return d.kind }

// IsUnknown says that nothing was said of the quantity.
func (d Dist) IsUnknown() bool { return d.kind == KindUnknown }

// Zero is the chance that the quantity is nothing, 0 to below 1.
func (d Dist) Zero() float64 { return d.zero }

// String is the quantity in short, for logs and tests: its 5 %, 50 % and 95 % points.
func (d Dist) String() string {
	switch d.kind {
	case KindUnknown:
		return "unknown"
	case KindKnown:
		if d.zero == 0 {
			return decimal(d.a)
		}
	}
	s := fmt.Sprintf("%s %.4g|%.4g|%.4g", d.kind, d.Quantile(0.05), d.Median(), d.Quantile(0.95))
	if d.zero > 0 {
		s += fmt.Sprintf(", nothing %.4g", d.zero)
	}
	return s
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func invalid(format string, args ...any) error {
	return plumbline.Errorf(plumbline.Invalid, format, args...)
}

// most is how large a value may be, so that its square is a number too.
const most = 1e150

// finite refuses what is no number, and infinity, and what is nearly that.
func finite(xs ...float64) error {
	for _, x := range xs {
		if math.IsNaN(x) {
			return invalid("A value is not a number. Write a number, or ? if it is unknown.")
		}
		if math.IsInf(x, 0) {
			return invalid("A value is infinite. Write a finite number, or ? if it is unknown.")
		}
		if math.Abs(x) > most {
			return invalid("The value %s is too large to calculate with. Choose a larger unit.", decimal(x))
		}
	}
	return nil
}

// interval refuses what is no interval: not finite, reversed, without width.
func interval(low, high float64) error {
	if err := finite(low, high); err != nil {
		return err
	}
	switch {
	case low > high:
		return invalid("The interval %s to %s is reversed: write the lower value first, %s to %s.", decimal(low), decimal(high), decimal(high), decimal(low))
	case low == high:
		return invalid("The interval %s to %s has no width: write %s if it is known exactly, else two values.", decimal(low), decimal(high), decimal(low))
	}
	return nil
}
