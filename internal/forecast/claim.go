package forecast

import (
	"math"
)

// claim is what a forecast says of a total: with the probability p it is at least so
// much, or it is between two numbers.
type claim struct {
	p    float64
	both bool
}

// told are the probabilities at which forecasts are told.
var told = [...]float64{0.5, 0.7, 0.85, 0.95}

// claims are all that is said of one span, and tested: first [told], then the ranges
// of which science 5 has figures.
var claims = [...]claim{{p: 0.5}, {p: 0.7}, {p: 0.85}, {p: 0.95}, {0.5, true}, {0.85, true}, {0.95, true}}

// likely is the range that is shown: 85 %.
const likely = len(told) + 1

// bounds are the numbers of a claim, from totals, the smallest first, at a nominal
// probability. What is at least reached is whole items; a range has an upper end.
func (c claim) bounds(totals []float64, nominal float64) (low, high float64) {
	n := len(totals)
	if !c.both {
		i := int(math.Floor((1-nominal)*float64(n) + 1e-9))
		return math.Floor(totals[min(i, n-1)] + 1e-9), math.Inf(1)
	}
	return NearestRank(totals, (1-nominal)/2), NearestRank(totals, (1+nominal)/2)
}

// NearestRank is the least of the values, the smallest first and at least one, below or
// at which a share p of them lies. p is between 0 and 1.
func NearestRank(sorted []float64, p float64) float64 {
	i := int(math.Ceil(p*float64(len(sorted))-1e-9)) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

// gain is how far one forecast that has come true or not moves the nominal
// probability.
const gain = 0.05

// nominals are the probabilities that have to be asked for so that what comes true is
// what was promised: adaptive conformal inference (Gibbs and Candès 2021), a number for
// each claim. A miss moves it up by gain times p, a hit down by gain times 1-p, so that
// in the long run the share of hits is p whatever the method.
type nominals [len(claims)]float64

func asPromised() (n nominals) {
	for i, c := range claims {
		n[i] = c.p
	}
	return n
}

// learned is the nominal probability after a forecast at p has come true or not, least
// or more.
func learned(nominal, p, least float64, hit bool) float64 {
	came := 0.0
	if hit {
		came = 1
	}
	return min(max(nominal+gain*(p-came), least), 1)
}
