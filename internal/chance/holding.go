package chance

import (
	"fmt"
	"math"
)

// Holding is how often ranges, or promises, held of which a share should.
type Holding struct {
	Promise         float64 // the share that should hold, between 0 and 1
	Hits, Of        int
	Weight          float64 // of how many of the cases say something of their own: at most Of
	Rate, Low, High float64 // the share of the next ones that is expected to hold, and its 90 % interval: 0 to 1
}

// Hold reads how often something held. The share that is expected begins with the
// promise, as if ten had been seen; its interval is that of the beta distribution.
func Hold(promise float64, hits, of int, weight float64) Holding {
	h := Holding{Promise: promise, Hits: hits, Of: of, Weight: weight}
	share := 0.0
	if of > 0 {
		share = float64(hits) / float64(of)
	}
	held, missed := 10*promise+weight*share, 10*(1-promise)+weight*(1-share)
	h.Rate = held / (held + missed)
	h.Low, h.High = betaQuantile(held, missed, 0.05), betaQuantile(held, missed, 0.95)
	return h
}

// Verdict is the one thing that a record says of what was told.
type Verdict string

// The verdicts. What is perhaps too bold or too careful may be chance: the promise lies
// inside the interval of the share.
const (
	TooEarly       Verdict = "too early"
	AsPromised     Verdict = "as promised"
	PerhapsBold    Verdict = "perhaps too bold"
	TooBold        Verdict = "too bold"
	PerhapsCareful Verdict = "perhaps too careful"
	TooCareful     Verdict = "too careful"
)

// tolerance is how far the expected share may lie from the promise to be as promised: for
// ranges of 90 % that is a width between 0.9 and 1.1 times theirs.
const tolerance = 0.03

// Verdict is what the record says, when there were enough cases to say something.
func (h Holding) Verdict(enough int) Verdict {
	switch {
	case h.Of == 0 || h.Of < enough:
		return TooEarly
	case h.Promise > h.High && h.Promise-h.Rate > tolerance:
		return TooBold
	case h.Promise < h.Low && h.Rate-h.Promise > tolerance:
		return TooCareful
	case h.Promise-h.Rate > tolerance:
		return PerhapsBold
	case h.Rate-h.Promise > tolerance:
		return PerhapsCareful
	}
	return AsPromised
}

// Widening is by what the logarithm of a range's width is to be multiplied, so that the
// promised share holds: 1 when nothing was seen.
func (h Holding) Widening() float64 {
	return Probit((1+h.Promise)/2) / Probit((1+h.Rate)/2)
}

// Evidence says what a verdict rests on, in a sentence.
func (h Holding) Evidence() string {
	text := fmt.Sprintf("%d of %d held, and %.0f %% should.", h.Hits, h.Of, 100*h.Promise)
	if own := math.Round(h.Weight); own < float64(h.Of) {
		text += fmt.Sprintf(" They say as much as %.0f that have nothing to do with each other.", own)
	}
	return text + fmt.Sprintf(" Of the next ones about %.0f %% will hold, between %.0f and %.0f %% nine times of ten.", 100*h.Rate, 100*h.Low, 100*h.High)
}
