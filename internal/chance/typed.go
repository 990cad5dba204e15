package chance

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Form is how a quantity was written.
type Form uint8

// The forms. The zero value is unknown.
const (
	FormUnknown Form = iota // ?
	FormExact               // 3
	FormAbout               // ~3
	FormBetween             // 2-5
)

// AboutFactor is how far "about" reaches: ~3 is the interval 3/1.6 to 3×1.6, and about
// a share the same with its odds.
const AboutFactor = 1.6

// Range is a quantity as a person writes it, so that it can be shown again as it was
// meant. Low and High are the bounds of an interval, and both the value itself when it
// is exact or about. Percent says that it is a share, written in per cent; Low and High
// are fractions then too.
type Range struct {
	Form      Form
	Low, High float64
	Percent   bool
}

// ParseRange reads what people write for a quantity: 3, ~3 (about), 2-5, 2..5,
// 2 to 5, ? (unknown); with 10k, 1.5M or 2G for thousands, millions and milliards and
// 20-40% for shares. A letter or % at the end is meant for both bounds, unless that
// would put the lower one above the upper: 2-5k begins at 2000, and 900-2k at 900. The
// error says what is wrong with the text and what to write.
func ParseRange(text string) (Range, error) {
	s := strings.TrimSpace(text)
	switch {
	case s == "?":
		return Range{}, nil
	case s == "":
		return Range{}, invalid("Nothing is written here. Write a value (3), a range (2-5), about (~3), or ? if it is unknown.")
	case len(s) > 100:
		return Range{}, invalid("This is too long for a value. Write a value (3), a range (2-5), about (~3), or ? if it is unknown.")
	}
	if rest, about := strings.CutPrefix(s, "~"); about {
		return oneNumber(text, rest, FormAbout)
	}
	first, rest, ok := cutNumber(s)
	if !ok {
		return Range{}, unreadable(text)
	}
	if rest == "" {
		return oneNumber(text, s, FormExact)
	}
	rest, ok = cutSeparator(rest)
	if !ok {
		return Range{}, unreadable(text)
	}
	second, rest, ok := cutNumber(rest)
	if !ok || rest != "" || first.percent && !second.percent {
		return Range{}, unreadable(text)
	}
	return between(text, first, second)
}

// between is the interval of two numbers, of which the first takes over what is
// written behind the second only.
func between(text string, first, second number) (Range, error) {
	r := Range{Form: FormBetween, Percent: second.percent}
	low, err := first.value(r.Percent)
	if err != nil {
		return Range{}, err
	}
	if r.High, err = second.value(r.Percent); err != nil {
		return Range{}, err
	}
	if first.letter == 0 && second.letter != 0 {
		first.letter = second.letter
		if scaled, err := first.value(r.Percent); err == nil && scaled < r.High {
			low = scaled
		}
	}
	r.Low = low
	if _, err := r.Dist(); err != nil {
		return Range{}, invalid("%q: %s", clip(text), err.Error())
	}
	return r, nil
}

// oneNumber reads a text that has one number and nothing else.
func oneNumber(text, s string, form Form) (Range, error) {
	n, rest, ok := cutNumber(strings.TrimSpace(s))
	if !ok || rest != "" {
		return Range{}, unreadable(text)
	}
	x, err := n.value(n.percent)
	if err != nil {
		return Range{}, err
	}
	r := Range{Form: form, Low: x, High: x, Percent: n.percent}
	if _, err := r.Dist(); err != nil {
		return Range{}, invalid("%q: %s", clip(text), err.Error())
	}
	return r, nil
}

// Dist is the distribution that the text stands for: a share between 0 and 1 is a
// beta, other intervals are as in [FromInterval]. It refuses what those refuse.
func (r Range) Dist() (Dist, error) {
	switch r.Form {
	case FormExact:
		return Known(r.Low)
	case FormAbout:
		if !(r.Low > 0) || r.Percent && r.Low >= 1 {
			return Dist{}, invalid("About (~) needs a value above zero, and a share below 100 %%. Write a range instead, such as -2..3 or 90-99%%.")
		}
		if r.Percent {
			odds := r.Low / (1 - r.Low)
			return Beta(odds/AboutFactor/(1+odds/AboutFactor), odds*AboutFactor/(1+odds*AboutFactor))
		}
		return FromInterval(r.Low/AboutFactor, r.Low*AboutFactor)
	case FormBetween:
		if r.Percent && r.Low >= 0 && r.High <= 1 {
			return Beta(r.Low, r.High)
		}
		return FromInterval(r.Low, r.High)
	}
	return Unknown(), nil
}

// String is the quantity as [ParseRange] reads it: reading it gives the same Range.
func (r Range) String() string {
	exponent, sign := 0, ""
	if r.Percent {
		exponent, sign = 2, "%"
	}
	switch r.Form {
	case FormExact:
		return shifted(r.Low, exponent) + sign
	case FormAbout:
		return "~" + shifted(r.Low, exponent) + sign
	case FormBetween:
		dash := "-"
		if r.Low < 0 || math.Signbit(r.High) {
			dash = ".."
		}
		return shifted(r.Low, exponent) + dash + shifted(r.High, exponent) + sign
	}
	return "?"
}

func unreadable(text string) error {
	return invalid("%q is not a value that can be read. Write a value (3 or 10k), a range (2-5), about (~3), a share (20-40%%), or ? if it is unknown; decimals with a point, thousands without a mark.", clip(text))
}

func clip(text string) string {
	r := []rune(strings.TrimSpace(text))
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}

// cutSeparator takes what stands between the bounds of a range.
func cutSeparator(s string) (rest string, ok bool) {
	s = strings.TrimSpace(s)
	for _, mark := range []string{"..", "…", "-", "–", "—", "to"} {
		rest, ok := strings.CutPrefix(s, mark)
		if ok {
			word := unicode.IsLetter(rune(mark[0])) && mark[0] < 0x80
			if word && !strings.HasPrefix(rest, " ") {
				return "", false
			}
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

// number is a number as written: its decimal text, the power of ten of the letter
// behind it, and whether a % follows.
type number struct {
	text    string
	letter  int
	percent bool
}

// value is the number; as a share if asked, whether or not the sign stands here. It
// is the double nearest to what is written, since the text is scaled, not the number.
func (n number) value(percent bool) (float64, error) {
	exponent := n.letter
	if percent {
		exponent -= 2
	}
	mantissa, e, has := strings.Cut(n.text, "e")
	if has {
		own, err := strconv.Atoi(e)
		if err != nil || own < -400 || own > 400 {
			return 0, invalid("%s is beyond what can be calculated with.", n.text)
		}
		exponent += own
	}
	x, err := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(exponent), 64)
	if err != nil || x == 0 && strings.ContainsAny(mantissa, "123456789") {
		return 0, invalid("%s is beyond what can be calculated with.", n.text)
	}
	return x + 0, nil
}

// cutNumber takes a number from the beginning of a text.
func cutNumber(s string) (n number, rest string, ok bool) {
	i, digits, point := 0, 0, false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	for ; i < len(s); i++ {
		if s[i] == '.' && !point && !strings.HasPrefix(s[i:], "..") {
			point = true
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			break
		}
		digits++
	}
	if digits == 0 {
		return number{}, "", false
	}
	i += exponentLength(s[i:])
	n.text = strings.ToLower(s[:i])
	rest = s[i:]
	for letter, power := range map[string]int{"k": 3, "K": 3, "M": 6, "G": 9} {
		if r, has := strings.CutPrefix(rest, letter); has {
			n.letter, rest = power, r
			break
		}
	}
	trimmed, percent := strings.CutPrefix(strings.TrimLeft(rest, " \u00a0\u202f"), "%")
	if percent {
		n.percent, rest = true, trimmed
	}
	return n, strings.TrimRight(rest, " "), true
}

// exponentLength is the length of an exponent such as e-7 at the beginning of s, or 0.
func exponentLength(s string) int {
	if len(s) < 2 || s[0] != 'e' && s[0] != 'E' {
		return 0
	}
	i := 1
	if s[i] == '-' || s[i] == '+' {
		i++
	}
	start := i
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == start {
		return 0
	}
	return i
}
