package limit

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"

	"plumbline"
)

// Number is an exact number that was worked out: a fraction in lowest terms. It lies
// in two machine words as long as they hold it, and takes no memory then; that is why
// ten thousand constraints are judged in the time that it takes. The zero value is not
// known, and what is worked out of it is not known either.
type Number struct {
	num, den int64    // den is above 0
	big      *big.Rat // in their place, of what they do not hold
}

func whole(n int64) Number {
	if n == math.MinInt64 {
		return Number{big: new(big.Rat).SetInt64(n)} // its opposite is not a word
	}
	return Number{num: n, den: 1}
}

// ratio is a / b; b is above 0.
func ratio(a, b int64) Number {
	if a == math.MinInt64 {
		return ofRat(big.NewRat(a, b))
	}
	if g := int64(divisor(size(a), uint64(b))); g > 1 {
		a, b = a/g, b/g
	}
	return Number{num: a, den: b}
}

// exact is a decimal as a number.
func exact(d plumbline.Decimal) Number {
	if n, ok := d.Micros(); ok {
		return ratio(n, 1_000_000)
	}
	return ofRat(d.Rat())
}

// ofRat is a fraction as a number; nil is not known.
func ofRat(r *big.Rat) Number {
	if r != nil && r.Num().IsInt64() && r.Denom().IsInt64() && r.Num().Int64() != math.MinInt64 {
		return Number{num: r.Num().Int64(), den: r.Denom().Int64()}
	}
	return Number{big: r}
}

// Known says that there is a number.
func (n Number) Known() bool { return n.den != 0 || n.big != nil }

// rat is the number as a fraction; nil when it is not known.
func (n Number) rat() *big.Rat {
	if n.den != 0 {
		return big.NewRat(n.num, n.den)
	}
	return n.big
}

// Sign is -1, 0 or 1; 0 when it is not known, too.
func (n Number) Sign() int {
	if n.big != nil {
		return n.big.Sign()
	}
	return cmp.Compare(n.num, 0)
}

// Cmp compares as [cmp.Compare] does; both must be known.
func (n Number) Cmp(x Number) int {
	if n.den == 0 || x.den == 0 {
		return n.rat().Cmp(x.rat())
	}
	if s := cmp.Compare(n.Sign(), x.Sign()); s != 0 || n.num == 0 {
		return s
	}
	leftHigh, left := bits.Mul64(size(n.num), uint64(x.den))
	rightHigh, right := bits.Mul64(size(x.num), uint64(n.den))
	return n.Sign() * cmp.Or(cmp.Compare(leftHigh, rightHigh), cmp.Compare(left, right))
}

func mul(a, b Number) Number {
	if a.den != 0 && b.den != 0 {
		if a.num == 0 || b.num == 0 {
			return whole(0)
		}
		g, h := int64(divisor(size(a.num), uint64(b.den))), int64(divisor(size(b.num), uint64(a.den)))
		num, fits := product(a.num/g, b.num/h)
		den, also := product(a.den/h, b.den/g)
		if fits && also {
			return Number{num: num, den: den}
		}
	}
	return inFull(a, b, (*big.Rat).Mul)
}

// quo is a / b; b is not 0.
func quo(a, b Number) Number {
	switch {
	case b.den != 0 && b.num > 0:
		return mul(a, Number{num: b.den, den: b.num})
	case b.den != 0 && b.num < 0:
		return mul(a, Number{num: -b.den, den: -b.num})
	}
	return inFull(a, b, (*big.Rat).Quo)
}

func add(a, b Number) Number {
	if a.den != 0 && b.den != 0 {
		g := int64(divisor(uint64(a.den), uint64(b.den)))
		left, ok1 := product(a.num, b.den/g)
		right, ok2 := product(b.num, a.den/g)
		den, ok3 := product(a.den, b.den/g)
		if ok1 && ok2 && ok3 && ((left < 0) != (right < 0) || size(left)+size(right) <= math.MaxInt64) {
			return ratio(left+right, den)
		}
	}
	return inFull(a, b, (*big.Rat).Add)
}

func sub(a, b Number) Number { return add(a, neg(b)) }

func neg(n Number) Number {
	if n.big != nil {
		return ofRat(new(big.Rat).Neg(n.big))
	}
	return Number{num: -n.num, den: n.den}
}

func abs(n Number) Number {
	if n.Sign() < 0 {
		return neg(n)
	}
	return n
}

// inFull works in fractions of any size.
func inFull(a, b Number, do func(z, x, y *big.Rat) *big.Rat) Number {
	if !a.Known() || !b.Known() {
		return Number{}
	}
	return ofRat(do(new(big.Rat), a.rat(), b.rat()))
}

// product says whether it is a word whose opposite is one, too.
func product(a, b int64) (int64, bool) {
	high, low := bits.Mul64(size(a), size(b))
	if high != 0 || low > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(low), true
	}
	return int64(low), true
}

func size(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// divisor is the greatest that two numbers have in common, by halving; b is not 0.
func divisor(a, b uint64) uint64 {
	if a == 0 {
		return b
	}
	twos := min(bits.TrailingZeros64(a), bits.TrailingZeros64(b))
	a >>= bits.TrailingZeros64(a)
	for b != 0 {
		b >>= bits.TrailingZeros64(b)
		if a > b {
			a, b = b, a
		}
		b -= a
	}
	return a << twos
}
