package plumbline

import (
	"math/big"
	"strconv"
	"strings"
)

// Decimal is an exact decimal number as text: "0.27416448666", "-12", "30000".
// It is what amounts and counts of evidence are kept as, since sums of floats go
// wrong in the last digit. There is one text for each number, so == compares
// them; the empty text is "not known". [ParseDecimal] makes it.
type Decimal string

// The most digits that a decimal has on either side of the point.
const maxDigits = 40

// ParseDecimal reads a number as bills and queries write it: with a sign, a point
// and an exponent (35.2E-7), without separators of thousands. The empty text is
// the unknown decimal.
func ParseDecimal(text string) (Decimal, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	mantissa, power, hasPower := strings.Cut(strings.ToLower(text), "e")
	shift := 0
	if hasPower {
		n, err := strconv.Atoi(power)
		if err != nil || n > maxDigits || n < -maxDigits {
			return "", noNumber(text)
		}
		shift = n
	}
	sign := ""
	if rest, ok := strings.CutPrefix(mantissa, "-"); ok {
		sign, mantissa = "-", rest
	} else {
		mantissa = strings.TrimPrefix(mantissa, "+")
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", noNumber(text)
	}
	out, ok := pointed(digits, len(whole)+shift)
	if !ok {
		return "", Errorf(Invalid, "%q has too many digits; at most %d on each side of the point are kept.", clipped(text), maxDigits)
	}
	if out == "0" {
		sign = ""
	}
	return Decimal(sign + out), nil
}

// noNumber is made only when it is told: evidence comes by the million numbers.
func noNumber(text string) error {
	return Errorf(Invalid, "%q is not a number; write it with a point and without separators, for example 12500.75.", clipped(text))
}

// pointed puts the point behind the first n digits, and takes away zeros that
// say nothing.
func pointed(digits string, n int) (string, bool) {
	if n < 0 {
		digits, n = strings.Repeat("0", -n)+digits, 0
	}
	if n > len(digits) {
		digits += strings.Repeat("0", n-len(digits))
	}
	whole := strings.TrimLeft(digits[:n], "0")
	fraction := strings.TrimRight(digits[n:], "0")
	if len(whole) > maxDigits || len(fraction) > maxDigits {
		return "", false
	}
	if whole == "" {
		whole = "0"
	}
	if fraction == "" {
		return whole, true
	}
	return whole + "." + fraction, true
}

// Known says that there is a number.
func (d Decimal) Known() bool { return d != "" }

// Rat is the number exactly, or nil when it is not known.
func (d Decimal) Rat() *big.Rat {
	if d == "" {
		return nil
	}
	r, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return nil
	}
	return r
}

// Micros is the number in millionths, when it is a whole number of them that
// fits.
func (d Decimal) Micros() (int64, bool) {
	whole, fraction, _ := strings.Cut(string(d), ".")
	if d == "" || len(whole) > 12 || len(fraction) > 6 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return 0, false
	}
	for range 6 - len(fraction) {
		n *= 10
	}
	return n, true
}

// Validate says whether the text is a number in the form that [ParseDecimal]
// gives, or empty.
func (d Decimal) Validate(field string) error {
	if got, err := ParseDecimal(string(d)); err != nil {
		return FieldError(field, "%s", TextOf(err))
	} else if got != d {
		return FieldError(field, "%q is not in its shortest form, which is %q.", clipped(string(d)), got)
	}
	return nil
}

// MarshalJSON writes the digits as a JSON number, or null.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	return []byte(d), nil
}

// UnmarshalJSON reads a number, a text or null.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*d = ""
		return nil
	}
	got, err := ParseDecimal(strings.Trim(string(b), `"`))
	*d = got
	return err
}
