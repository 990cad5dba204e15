package limit

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
)

// edges are numbers at which machine words end.
var edges = []int64{0, 1, -1, 2, 3, -3, 7, 10, 1_000_000, 1 << 31, -(1 << 40), math.MaxInt64, -math.MaxInt64, math.MinInt64, 1<<62 + 1}

// Working in machine words is working in fractions of any size, and what is the same
// number has the same form.
func TestExactNumbersAreFractions(t *testing.T) {
	word := rapid.OneOf(rapid.SampledFrom(edges), rapid.Int64Range(-1000, 1000), rapid.Int64())
	below := rapid.OneOf(rapid.Int64Range(1, 1000), rapid.Int64Range(1, math.MaxInt64))
	fraction := rapid.Custom(func(t *rapid.T) *big.Rat {
		r := big.NewRat(word.Draw(t, "num"), below.Draw(t, "den"))
		if rapid.IntRange(0, 9).Draw(t, "huge") == 0 {
			r.Mul(r, big.NewRat(math.MaxInt64, 7))
		}
		return r
	})
	rapid.Check(t, func(t *rapid.T) {
		x, y := fraction.Draw(t, "x"), fraction.Draw(t, "y")
		a, b := ofRat(x), ofRat(y)
		same := func(what string, got Number, want *big.Rat) {
			t.Helper()
			if form := ofRat(want); got.rat().Cmp(want) != 0 || got.num != form.num || got.den != form.den || (got.big == nil) != (form.big == nil) {
				t.Fatalf("%s of %s and %s: got %+v, want %s", what, x, y, got, want)
			}
		}
		same("sum", add(a, b), new(big.Rat).Add(x, y))
		same("difference", sub(a, b), new(big.Rat).Sub(x, y))
		same("product", mul(a, b), new(big.Rat).Mul(x, y))
		if y.Sign() != 0 {
			same("quotient", quo(a, b), new(big.Rat).Quo(x, y))
		}
		same("size", abs(a), new(big.Rat).Abs(x))
		if a.Sign() != x.Sign() || a.Cmp(b) != x.Cmp(y) {
			t.Fatalf("%s and %s: sign %d, compared %d", x, y, a.Sign(), a.Cmp(b))
		}
		digits, ends := a.digits()
		if want, wantEnds := x.FloatPrec(); ends != wantEnds || ends && digits != want {
			t.Fatalf("%s: got %d digits (%t), want %d (%t)", x, digits, ends, want, wantEnds)
		}
		if want, err := plumbline.ParseDecimal(x.FloatString(4)); err == nil && a.rounded(4) != want {
			t.Fatalf("%s: got %s, want %s", x, a.rounded(4), want)
		}
	})
}

// What is worked out of something that is not known is not known.
func TestWhatIsNotKnownStaysSo(t *testing.T) {
	for _, n := range []Number{add(Number{}, whole(1)), sub(whole(1), Number{}), mul(Number{}, whole(0)), quo(Number{}, whole(2)), abs(Number{}), exact("")} {
		if n.Known() {
			t.Errorf("got %+v", n)
		}
	}
}
