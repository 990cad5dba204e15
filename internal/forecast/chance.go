package forecast

import (
	"fmt"
	"math"
)

// Chance is a probability, 0 to 1, as it may be told: no forecast from past work knows
// more than that something is above 95 % or below 5 %.
type Chance float64

// The ends of what is told.
const (
	surely Chance = 0.95
	hardly Chance = 0.05
)

// String is the chance in words: "62 %", ">95 %", "<5 %".
func (c Chance) String() string {
	switch {
	case c > surely:
		return ">95 %"
	case c < hardly:
		return "<5 %"
	}
	return fmt.Sprintf("%d %%", int(math.Round(float64(c)*100)))
}

// Told is the chance as a number, kept between 0.05 and 0.95.
func (c Chance) Told() float64 { return float64(min(max(c, hardly), surely)) }

// MarshalJSON is {"p": 0.62, "words": "62 %"}; p is never beyond what is told.
func (c Chance) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"p":%.4g,"words":%q}`, c.Told(), c.String()), nil
}

// HitRate is how often something that was forecast with the probability P came.
type HitRate struct {
	P    float64 `json:"p"`
	Hits int     `json:"hits"`
	Of   int     `json:"of"`
	// From and To hold the true rate with 95 % (Wilson), were the cases independent; of
	// forecasts of overlapping spans, one in each span counts.
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Share is the hits among the cases; NaN of none.
func (r HitRate) Share() float64 { return float64(r.Hits) / float64(r.Of) }

// tested is how many cases a hit rate needs before it is told.
const tested = 8

// Tested says whether there are enough cases to tell the rate.
func (r HitRate) Tested() bool { return r.Of >= tested }

// String is the rate in words: "27 of 32".
func (r HitRate) String() string {
	if !r.Tested() {
		return "not tested"
	}
	return fmt.Sprintf("%d of %d", r.Hits, r.Of)
}

// add counts a case.
func (r *HitRate) add(hit bool) {
	r.Of++
	if hit {
		r.Hits++
	}
}

// banded is the rate with its band; span is how many neighbouring cases say the same.
func (r HitRate) banded(span int) HitRate {
	if r.Of == 0 {
		r.To = 1
		return r
	}
	const z = 1.959964
	n := max(float64(r.Of)/float64(span), 1)
	p := r.Share()
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	r.From, r.To = round(max(middle-half, 0), 4), round(min(middle+half, 1), 4)
	return r
}

// round keeps so many decimals.
func round(x float64, decimals int) float64 {
	ten := math.Pow10(decimals)
	return math.Round(x*ten) / ten
}
