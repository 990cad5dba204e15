package limit

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"slices"
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

// Number is an exact number that was worked out. The zero value is not known.
type Number struct{ rat *big.Rat }

// Known says that there is a number.
func (n Number) Known() bool { return n.rat != nil }

// Cmp compares with an exact number, as [cmp.Compare] does; n must be known.
func (n Number) Cmp(x *big.Rat) int { return n.rat.Cmp(x) }

// Decimal is the number to its last digit when it has at most 24 behind the point,
// else rounded half away from zero to nine, or the unknown decimal.
func (n Number) Decimal() plumbline.Decimal {
	if n.rat == nil {
		return ""
	}
	if digits, ends := n.rat.FloatPrec(); ends && digits <= mostPlaces {
		return n.rounded(digits)
	}
	return n.rounded(places)
}

func (n Number) rounded(digits int) plumbline.Decimal {
	if n.rat == nil {
		return ""
	}
	if d, ok := quickly(n.rat, digits); ok {
		return d
	}
	d, err := plumbline.ParseDecimal(n.rat.FloatString(digits))
	if err != nil {
		return "" // more than forty digits before the point
	}
	return d
}

// quickly rounds a fraction of small numbers in machine words.
func quickly(r *big.Rat, digits int) (plumbline.Decimal, bool) {
	if digits > places || !r.Num().IsInt64() || !r.Denom().IsInt64() {
		return "", false
	}
	num, den, scale := r.Num().Int64(), r.Denom().Int64(), int64(1)
	for range digits {
		scale *= 10
	}
	const most = math.MaxInt64 / 4
	size := max(num, -num)
	if size < 0 || size > most/scale || den > most {
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
	if n.rat == nil {
		return ""
	}
	return string(Number{mul(n.rat, whole(100))}.rounded(1)) + " %"
}

// MarshalJSON writes a JSON number, or null.
func (n Number) MarshalJSON() ([]byte, error) { return n.Decimal().MarshalJSON() }

func whole(n int64) *big.Rat            { return new(big.Rat).SetInt64(n) }
func ratio(a, b int64) *big.Rat         { return big.NewRat(a, b) }
func mul(a, b *big.Rat) *big.Rat        { return new(big.Rat).Mul(a, b) }
func quo(a, b *big.Rat) *big.Rat        { return new(big.Rat).Quo(a, b) }
func sub(a, b *big.Rat) *big.Rat        { return new(big.Rat).Sub(a, b) }
func add(a, b *big.Rat) *big.Rat        { return new(big.Rat).Add(a, b) }
func span(a, b plumbline.Time) *big.Rat { return whole(int64(b - a)) }
func micros(d time.Duration) *big.Rat   { return whole(d.Microseconds()) }
func durationOf(us *big.Rat) time.Duration {
	const most = int64(100 * 365 * 24 * time.Hour / time.Microsecond)
	n := new(big.Int).Quo(us.Num(), us.Denom())
	if !n.IsInt64() || n.Int64() > most {
		return time.Duration(most) * time.Microsecond
	}
	return time.Duration(n.Int64()) * time.Microsecond
}

// compareRats is x.Cmp(y), in machine words where the numbers are small.
func compareRats(x, y *big.Rat) int {
	if s := cmp.Compare(x.Sign(), y.Sign()); s != 0 || x.Sign() == 0 {
		return s
	}
	a, b, c, d := x.Num(), x.Denom(), y.Num(), y.Denom()
	if !a.IsInt64() || !b.IsInt64() || !c.IsInt64() || !d.IsInt64() {
		return x.Cmp(y)
	}
	leftHigh, left := bits.Mul64(size(a.Int64()), uint64(d.Int64()))
	rightHigh, right := bits.Mul64(size(c.Int64()), uint64(b.Int64()))
	return x.Sign() * cmp.Or(cmp.Compare(leftHigh, rightHigh), cmp.Compare(left, right))
}

func size(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// quant is an exact amount of evidence: in millionths where that fits, which is
// fast, else a fraction.
type quant struct {
	micros int64
	exact  *big.Rat // nil: micros it is
	known  bool
}

func quantOf(d plumbline.Decimal) quant {
	if n, ok := d.Micros(); ok {
		return quant{micros: n, known: true}
	}
	r := d.Rat()
	return quant{exact: r, known: r != nil}
}

func (q quant) rat() *big.Rat {
	if q.exact != nil {
		return q.exact
	}
	return ratio(q.micros, 1_000_000)
}

func (q quant) compare(p quant) int {
	if q.exact == nil && p.exact == nil {
		return cmp.Compare(q.micros, p.micros)
	}
	return q.rat().Cmp(p.rat())
}

// sum adds amounts. The zero value is nothing.
type sum struct {
	micros int64
	rest   *big.Rat
}

func (s *sum) add(q quant) {
	next := s.micros + q.micros
	overflows := (next > s.micros) != (q.micros > 0) && q.micros != 0
	if q.exact == nil && !overflows {
		s.micros = next
		return
	}
	if s.rest == nil {
		s.rest = new(big.Rat)
	}
	s.rest.Add(s.rest, q.rat())
}

func (s *sum) rat() *big.Rat {
	r := ratio(s.micros, 1_000_000)
	if s.rest != nil {
		r.Add(r, s.rest)
	}
	return r
}

// middle is the two amounts in the middle, whose mean is the median; it sorts
// what it is given. There must be one at least.
func middle(list []quant) (low, high quant) {
	slices.SortFunc(list, quant.compare)
	return list[(len(list)-1)/2], list[len(list)/2]
}

// minus is the difference of two amounts.
func (q quant) minus(p quant) quant {
	if q.exact == nil && p.exact == nil {
		return quant{micros: q.micros - p.micros, known: true}
	}
	return quant{exact: sub(q.rat(), p.rat()), known: true}
}

// twiceMedian is two times the median, which is exact in the unit of the list.
func twiceMedian(list []quant) quant { return together(middle(list)) }

func (q quant) abs() quant {
	if q.exact == nil {
		return quant{micros: max(q.micros, -q.micros), known: q.known}
	}
	return quant{exact: new(big.Rat).Abs(q.exact), known: true}
}

// quant is the sum as one amount; nothing is not known.
func (s *sum) quant() quant {
	switch {
	case s.rest != nil:
		return quant{exact: s.rat(), known: true}
	}
	return quant{micros: s.micros, known: s.micros != 0}
}

// plural is "1 day", "2 days".
func plural(n int, what string) string {
	s := whole(int64(n)).RatString() + " " + what
	if n != 1 && !strings.HasSuffix(what, "s") {
		s += "s"
	}
	return s
}

// targetText is the number as a percentage with up to four digits behind the point,
// for targets.
func (n Number) targetText() string { return string(Number{mul(n.rat, whole(100))}.rounded(4)) + " %" }
