package chance

import (
	"cmp"
	"math"
	"slices"

	"plumbline/internal/sorted"
)

// Forecast is a probability that was given to something, and whether it came.
type Forecast struct {
	P    float64 // 0 to 1
	Came bool
}

// BrierParts is the mean squared error of probabilities and its three parts: Score =
// Reliability - Resolution + Uncertainty (Murphy 1973), forecasts of the same
// probability taken together.
type BrierParts struct {
	Score       float64 // 0 is perfect, 0.25 is what always saying 50 % gives
	Reliability float64 // how far what was said is from what came: less is better
	Resolution  float64 // how far the groups differ from the average: more is better
	Uncertainty float64 // of the thing itself
}

// Brier scores forecasts. It refuses none at all, and what is no probability.
func Brier(forecasts []Forecast) (BrierParts, error) {
	if err := checkForecasts(forecasts); err != nil {
		return BrierParts{}, err
	}
	ordered := slices.Clone(forecasts)
	sorted.By(ordered, func(a, b Forecast) int { return cmp.Compare(a.P, b.P) })
	n, base := float64(len(ordered)), came(ordered)
	b := BrierParts{Uncertainty: base * (1 - base)}
	for i := 0; i < len(ordered); {
		j := i
		for j < len(ordered) && ordered[j].P == ordered[i].P {
			j++
		}
		share, p, rate := float64(j-i)/n, ordered[i].P, came(ordered[i:j])
		b.Reliability += share * square(p-rate)
		b.Resolution += share * square(rate-base)
		b.Score += share * (rate*square(1-p) + (1-rate)*p*p)
		i = j
	}
	return b, nil
}

// came is the share that came.
func came(forecasts []Forecast) float64 {
	n := 0.0
	for _, f := range forecasts {
		if f.Came {
			n++
		}
	}
	return n / float64(len(forecasts))
}

// LogScore is the mean of -ln of the probability given to what happened: 0 is perfect.
// It refuses a certainty that was wrong, which no finite score can express.
func LogScore(forecasts []Forecast) (float64, error) {
	if err := checkForecasts(forecasts); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, f := range forecasts {
		p := f.P
		if !f.Came {
			p = 1 - p
		}
		if p == 0 {
			return 0, invalid("Forecast %d was certain and wrong, which has no finite log score: leave it out, or use the Brier score.", i+1)
		}
		sum -= math.Log(p)
	}
	return sum / float64(len(forecasts)), nil
}

func checkForecasts(forecasts []Forecast) error {
	ps := make([]float64, len(forecasts))
	for i, f := range forecasts {
		ps[i] = f.P
	}
	return probabilities(ps)
}

// Winkler is the score of an interval that should hold the actual value with
// probability share, in (0, 1): its width, and 2/(1-share) for each unit by which it
// was missed. Less is better (Winkler 1972).
func Winkler(low, high, share, actual float64) float64 {
	return high - low + 2/(1-share)*(max(low-actual, 0)+max(actual-high, 0))
}

// Pinball is the loss of a quantile forecast at probability p: p for each unit by
// which the actual value is above, 1-p for each below.
func Pinball(quantile, p, actual float64) float64 {
	return max(p*(actual-quantile), (p-1)*(actual-quantile))
}

// CRPSNormal is the continuous ranked probability score of a normal forecast, in the
// unit of the value, 0 at best; sd is above zero (Gneiting and Raftery 2007).
func CRPSNormal(mean, sd, actual float64) float64 {
	z := (actual - mean) / sd
	return sd * (z*(2*Phi(z)-1) + 2*Density(z) - 1/math.Sqrt(math.Pi))
}

// CRPSLognormal is the same score of a forecast whose logarithm has the mean mu and
// the standard deviation sd, above zero (Baran and Lerch 2015).
func CRPSLognormal(mu, sd, actual float64) float64 {
	w := math.Inf(-1)
	if actual > 0 {
		w = (math.Log(actual) - mu) / sd
	}
	return actual*(2*Phi(w)-1) - 2*math.Exp(mu+sd*sd/2)*(Phi(w-sd)+Phi(sd/math.Sqrt2)-1)
}

// CRPSEnsemble is the same score of a forecast that is a list of equally likely
// values, at least one: mean |x-y| less half of mean |x-x'|. It takes n log n steps.
func CRPSEnsemble(values []float64, actual float64) float64 {
	n := float64(len(values))
	off, pairs := distances(values, actual)
	return off/n - pairs/(n*n)
}

// CRPSFair is the score that the forecast behind a sample of values, at least two,
// would have on average: it does not punish for a small sample (Ferro 2014).
func CRPSFair(values []float64, actual float64) float64 {
	n := float64(len(values))
	off, pairs := distances(values, actual)
	return off/n - pairs/(n*(n-1))
}

// distances is the sum of the values' distances from the actual one, and the sum of
// their distances from each other, each pair once.
func distances(values []float64, actual float64) (off, pairs float64) {
	ordered := slices.Clone(values)
	slices.Sort(ordered)
	for i, x := range ordered {
		off += math.Abs(x - actual)
		pairs += x * float64(2*i+1-len(ordered))
	}
	return off, pairs
}
