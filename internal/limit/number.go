package limit

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"plumbline"
)

// How many digits behind the point a [Number] shows: all of a decimal that ends
// soon enough, else a few.
const (
	places     = 9
	mostPlaces = 24
)

// Decimal is the number to its last digit when it has at most 24 behind the point,
// else rounded half away from zero to nine, or the unknown decimal.
func (n Number) Decimal() plumbline.Decimal {
	if digits, ends := n.digits(); ends && digits <= mostPlaces {
		return n.rounded(digits)
	}
	return n.rounded(places)
}

// digits is how many digits behind the point the number has, if they end.
func (n Number) digits() (int, bool) {
	if n.big != nil {
		return n.big.FloatPrec()
	}
	twos, fives, rest := bits.TrailingZeros64(uint64(n.den)), 0, n.den
	if rest != 0 {
		rest >>= twos
	}
	for rest > 1 && rest%5 == 0 {
		fives, rest = fives+1, rest/5
	}
	return max(twos, fives), rest == 1
}

func (n Number) rounded(digits int) plumbline.Decimal {
	if !n.Known() {
		return ""
	}
	if d, ok := n.quickly(digits); ok {
		return d
	}
	d, err := plumbline.ParseDecimal(n.rat().FloatString(digits))
	if err != nil {
		return "" // more than forty digits before the point
	}
	return d
}

// quickly rounds a fraction of small numbers in machine words.
func (n Number) quickly(digits int) (plumbline.Decimal, bool) {
	if digits > places || n.big != nil {
		return "", false
	}
	num, den, scale := n.num, n.den, int64(1)
	for range digits {
		scale *= 10
	}
	const most = math.MaxInt64 / 4
	size := max(num, -num)
	if size > most/scale || den > most {
		return "", false
	}
	units := (2*size*scale + den) / (2 * den)
	text := strconv.FormatInt(units/scale, 10)
	if rest := units % scale; rest != 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(scale+rest, 10)[1:], "0")
	}
	if num < 0 && units != 0 {
		text = "-" + text
	}
	return plumbline.Decimal(text), true
}

// Text is the number rounded for a sentence: at most two digits behind the point.
func (n Number) Text() string { return string(n.rounded(2)) }

// Percent is the number as a percentage for a sentence: at most one digit behind
// the point; empty when it is not known.
func (n Number) Percent() string {
	if !n.Known() {
		return ""
	}
	return string(mul(n, whole(100)).rounded(1)) + " %"
}

// MarshalJSON writes a JSON number, or null.
func (n Number) MarshalJSON() ([]byte, error) { return n.Decimal().MarshalJSON() }

func span(a, b plumbline.Time) Number { return whole(int64(b - a)) }
func micros(d time.Duration) Number   { return whole(d.Microseconds()) }

// durationOf is a number of microseconds as a time, at most a hundred years.
func durationOf(us Number) time.Duration {
	const most = int64(100 * 365 * 24 * time.Hour / time.Microsecond)
	r := us.rat()
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if !n.IsInt64() || n.Int64() > most {
		return time.Duration(most) * time.Microsecond
	}
	return time.Duration(n.Int64()) * time.Microsecond
}

// plural is "1 day", "2 days".
func plural(n int, what string) string {
	s := strconv.Itoa(n) + " " + what
	if n != 1 && !strings.HasSuffix(what, "s") {
		s += "s"
	}
	return s
}

// targetText is the number as a percentage with up to four digits behind the point,
// for targets.
func (n Number) targetText() string { return string(mul(n, whole(100)).rounded(4)) + " %" }
