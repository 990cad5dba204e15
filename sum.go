package plumbline

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// The units of the words of a [Sum]: millionths, and what is left in parts of
// them.
const (
	sumPart   = 1_000_000_000_000 // of the word before
	sumPlaces = 30                // digits behind the point in all
	sumMicros = 6                 // digits behind the point of the first word
)

// Sum is an exact amount in three machine words, so that a database can add
// amounts without losing a digit: whole millionths, then parts of 10^-18 and of
// 10^-30, both from 0 to 999,999,999,999. It reaches to nine million millions on
// either side; what would not fit is told and never wraps round. The zero value
// is nothing.
type Sum struct{ micros, mid, low int64 }

// SumOf puts three words together that were added up word by word. ok is false
// when they are too large.
func SumOf(micros, mid, low int64) (s Sum, ok bool) {
	carry, low := floorDiv(low)
	if carry > 0 && mid > math.MaxInt64-carry || carry < 0 && mid < math.MinInt64-carry {
		return Sum{}, false
	}
	up, mid := floorDiv(mid + carry)
	if up > 0 && micros > math.MaxInt64-up || up < 0 && micros < math.MinInt64-up {
		return Sum{}, false
	}
	return Sum{micros + up, mid, low}, true
}

// floorDiv divides by [sumPart] so that what is left is not negative.
func floorDiv(n int64) (whole, rest int64) {
	whole, rest = n/sumPart, n%sumPart
	if rest < 0 {
		whole, rest = whole-1, rest+sumPart
	}
	return whole, rest
}

// Words are the three words, as a database adds them.
func (s Sum) Words() (micros, mid, low int64) { return s.micros, s.mid, s.low }

// Plus adds; ok is false when the sum is too large.
func (s Sum) Plus(o Sum) (sum Sum, ok bool) {
	n := s.micros + o.micros
	if (n > s.micros) != (o.micros > 0) && o.micros != 0 {
		return s, false
	}
	return SumOf(n, s.mid+o.mid, s.low+o.low)
}

// Negated is the amount with the other sign.
func (s Sum) Negated() Sum {
	out, _ := SumOf(-s.micros, -s.mid, -s.low)
	return out
}

// IsZero says that it is nothing.
func (s Sum) IsZero() bool { return s == Sum{} }

// Compare orders amounts as [cmp.Compare] does.
func (s Sum) Compare(o Sum) int {
	for _, p := range [...][2]int64{{s.micros, o.micros}, {s.mid, o.mid}, {s.low, o.low}} {
		switch {
		case p[0] < p[1]:
			return -1
		case p[0] > p[1]:
			return 1
		}
	}
	return 0
}

// Decimal is the amount to its last digit.
func (s Sum) Decimal() Decimal {
	sign := ""
	if s.micros < 0 {
		sign, s = "-", s.Negated()
	}
	digits := strconv.FormatInt(s.micros, 10)
	if pad := sumMicros + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	whole := len(digits) - sumMicros
	digits += padded(s.mid) + padded(s.low)
	out := digits[:whole]
	if rest := strings.TrimRight(digits[whole:], "0"); rest != "" {
		out += "." + rest
	}
	if out == "0" {
		sign = ""
	}
	return Decimal(sign + out)
}

func padded(n int64) string { return strconv.FormatInt(sumPart+n, 10)[1:] }

// Rat is the amount as a fraction.
func (s Sum) Rat() *big.Rat { return s.Decimal().Rat() }

// Share is the part of the amount that a weight is of all weights, cut off behind
// the last digit that a Sum has. Weights are not negative, and all is more than
// nothing.
func (s Sum) Share(weight, all *big.Rat) Sum {
	r := new(big.Rat).Mul(s.Rat(), weight)
	r.Quo(r, all)
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(sumPlaces), nil)
	n := new(big.Int).Mul(r.Num(), scale)
	n.Quo(n, r.Denom())
	part := big.NewInt(sumPart)
	low, mid := new(big.Int), new(big.Int)
	n.DivMod(n, part, low)
	n.DivMod(n, part, mid)
	return Sum{n.Int64(), mid.Int64(), low.Int64()}
}

// Sum is the number as an amount; ok is false when it is not known, too large, or
// has more than 30 digits behind the point.
func (d Decimal) Sum() (s Sum, ok bool) {
	text, negative := strings.CutPrefix(string(d), "-")
	whole, fraction, _ := strings.Cut(text, ".")
	if d == "" || len(whole) > 12 || len(fraction) > sumPlaces {
		return Sum{}, false
	}
	s, ok = sumOfDigits(whole, fraction)
	if negative {
		s = s.Negated()
	}
	return s, ok
}

// ParseSum reads an amount as bills write it: as [ParseDecimal] does, but an
// empty text is an error.
func ParseSum(text []byte) (Sum, error) {
	if s, ok := plainSum(text); ok {
		return s, nil
	}
	d, err := ParseDecimal(string(text))
	if err != nil {
		return Sum{}, err
	}
	if d == "" {
		return Sum{}, Errorf(Invalid, "There is no amount.")
	}
	s, ok := d.Sum()
	if !ok {
		return Sum{}, Errorf(Invalid, "%q is too large or too fine for an amount: at most 12 digits before the point and %d behind it are kept.", clipped(string(text)), sumPlaces)
	}
	return s, nil
}

// plainSum is the fast way for what bills write almost always: digits with a
// point, and no more than 18 behind it.
func plainSum(text []byte) (s Sum, ok bool) {
	digits, negative := text, false
	if len(digits) > 0 && digits[0] == '-' {
		digits, negative = digits[1:], true
	}
	var words [2]int64 // before the point and behind it, in millionths and in 10^-18
	seen, behind := 0, -1
	for _, c := range digits {
		switch {
		case c == '.' && behind < 0:
			behind = 0
			continue
		case c < '0' || c > '9':
			return Sum{}, false
		}
		if behind >= 0 {
			behind++
		}
		word := 0
		if behind > sumMicros {
			word = 1
		}
		words[word] = words[word]*10 + int64(c-'0')
		seen++
	}
	behind = max(behind, 0)
	if seen == 0 || seen-behind > 12 || behind > 18 {
		return Sum{}, false
	}
	for n := behind; n < sumMicros; n++ {
		words[0] *= 10
	}
	for n := max(behind, sumMicros); n < 18; n++ {
		words[1] *= 10
	}
	if negative {
		return Sum{words[0], words[1], 0}.Negated(), true
	}
	return Sum{words[0], words[1], 0}, true
}

// sumOfDigits is an amount of digits before and behind the point, at most 12 and
// 30 of them.
func sumOfDigits(whole, fraction string) (Sum, bool) {
	digits := whole + fraction + strings.Repeat("0", sumPlaces-len(fraction))
	var words [3]int64
	cut := [...]int{0, len(digits) - 24, len(digits) - 12, len(digits)}
	for i := range words {
		n, err := strconv.ParseInt(digits[cut[i]:cut[i+1]], 10, 64)
		if err != nil {
			return Sum{}, false
		}
		words[i] = n
	}
	return Sum{words[0], words[1], words[2]}, true
}

// MarshalJSON writes the digits as a JSON number.
func (s Sum) MarshalJSON() ([]byte, error) { return []byte(s.Decimal()), nil }

// UnmarshalJSON reads a number or a text.
func (s *Sum) UnmarshalJSON(b []byte) (err error) {
	*s, err = ParseSum([]byte(strings.Trim(string(b), `"`)))
	return err
}

// String is the amount to its last digit.
func (s Sum) String() string { return string(s.Decimal()) }
