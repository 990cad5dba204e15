package chance

import (
	"strconv"
	"strings"
)

// decimal is the shortest text that reads as x again, without an exponent unless it
// would have more than 15 zeros.
func decimal(x float64) string { return shifted(x, 0) }

// shifted is x times ten to a power as a decimal text, exactly: the point is moved in
// the text, so that no rounding comes in.
func shifted(x float64, power int) string {
	text := strconv.FormatFloat(x, 'e', -1, 64)
	mantissa, e, ok := strings.Cut(text, "e")
	if !ok {
		return text // not finite
	}
	exponent, _ := strconv.Atoi(e)
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	sign := ""
	if negative {
		sign = "-"
	}
	digits := strings.Replace(mantissa, ".", "", 1)
	at := exponent + power + 1 // digits before the point
	switch {
	case x == 0:
		return "0"
	case at < -5 || at > 16:
		return sign + mantissa + "e" + strconv.Itoa(exponent+power)
	case at <= 0:
		return sign + "0." + strings.Repeat("0", -at) + digits
	case at >= len(digits):
		return sign + digits + strings.Repeat("0", at-len(digits))
	}
	return sign + digits[:at] + "." + digits[at:]
}
