package forecast

import (
	"plumbline/internal/chance"
)

// BackTest is how forecasts of one span would have done on a history: at each origin
// only what was known then is used.
type BackTest struct {
	Span    int
	Methods []Score // each method alone, as it is
	Chosen  Score   // choosing at each origin by the CRPS so far, recalibrated by the hits so far

	best    Method // chosen now
	now     nominals
	choices map[int]Method // by origin
}

// Score is how a way to forecast did.
type Score struct {
	Method  string             `json:"method"`
	Span    int                `json:"span"`
	Origins int                `json:"origins"`  // overlapping spans, one a week, or a month
	CRPS    float64            `json:"crps"`     // mean, in items; less is better
	Pinball [3]float64         `json:"pinball"`  // mean at 5, 15 and 50 %: what is reached at 95, 85 and 50 %
	AtLeast [len(told)]HitRate `json:"at_least"` // at 50, 70, 85 and 95 %
	Between [ranges]HitRate    `json:"between"`  // at 50, 85 and 95 %
	rates   [len(claims)]HitRate
}

const ranges = len(claims) - len(told)

// backTrials is how many trials a bootstrap takes in a back-test, which asks for
// hundreds of forecasts.
const backTrials = 250

// past is one forecast of the past.
type past struct {
	origin int
	crps   []float64 // of each method
	hits   [len(claims)]bool
}

// Test back-tests methods on the spans of a history. The origins are those of the last
// four years before which there are two years, or a third of what there is.
func (h *History) Test(methods []Method, span int, seed uint64) BackTest {
	b := BackTest{Span: span, Methods: make([]Score, len(methods)), now: asPromised(), choices: map[int]Method{}}
	for i, m := range methods {
		b.Methods[i] = newScore(m.String(), span)
	}
	b.Chosen = newScore("chosen", span)
	d := h.dice(seed, backTrials)
	var rounds []past
	open := 0 // the first round of which the end is not known yet
	for _, t := range h.origins() {
		for ; open < len(rounds) && rounds[open].origin+span <= t; open++ {
			b.learn(rounds[open])
		}
		at := b.choose(rounds[:open], len(methods))
		b.best = methods[at]
		if actual, whole := h.total(t, span); whole {
			b.choices[t] = b.best
			if p, ok := b.round(h, methods, t, at, float64(actual), d); ok {
				rounds = append(rounds, p)
			}
		}
	}
	for i := range b.Methods {
		b.Methods[i].close(h.unit.scale().stride())
	}
	b.Chosen.close(h.unit.scale().stride())
	return b
}

// origins are where a back-test forecasts from, and now: one a week, or a month where
// that is the unit.
func (h *History) origins() (out []int) {
	year := h.unit.scale().year
	first := max(Least, min(2*year, len(h.counts)/3), h.now()-4*year)
	for first < h.now() && h.seen[first] < Least {
		first++
	}
	stride := h.unit.scale().stride()
	for t := first + (h.now()-first)%stride; t <= h.now(); t += stride {
		out = append(out, t)
	}
	return out
}

// learn moves the nominal probabilities by a forecast whose span is over.
func (b *BackTest) learn(p past) {
	for i, c := range claims {
		b.now[i] = learned(b.now[i], c.p, 0, p.hits[i])
	}
}

// choose is the method with the least CRPS over the rounds of the last year, the first
// of several and of none.
func (b *BackTest) choose(over []past, methods int) int {
	best, least := 0, 0.0
	for i := range methods {
		sum := 0.0
		for _, p := range over[max(0, len(over)-rolling):] {
			sum += p.crps[i]
		}
		if i == 0 || sum < least {
			best, least = i, sum
		}
	}
	return best
}

// rolling is over how many forecasts methods are compared.
const rolling = 52

// round forecasts from an origin by every method and scores what was said.
func (b *BackTest) round(h *History, methods []Method, origin, chosen int, actual float64, d dice) (past, bool) {
	p := past{origin: origin, crps: make([]float64, len(methods))}
	var totals []float64
	var used Method
	for i, m := range methods {
		gaveWay := i > 0 && used > methods[i-1] && m <= used
		if !gaveWay { // else this method would say the same as the one before
			totals, used = h.totals(m, origin, b.Span, d)
		}
		if len(totals) == 0 {
			return past{}, false
		}
		p.crps[i] = chance.CRPSEnsemble(totals, actual)
		b.Methods[i].add(totals, asPromised(), actual, p.crps[i])
		if i == chosen {
			p.hits = b.Chosen.add(totals, b.now, actual, p.crps[i])
		}
	}
	return p, true
}

func newScore(name string, span int) Score {
	s := Score{Method: name, Span: span}
	for i, c := range claims {
		s.rates[i].P = c.p
	}
	return s
}

// add scores one forecast, and says which claims came true.
func (s *Score) add(totals []float64, at nominals, actual, crps float64) (hits [len(claims)]bool) {
	s.Origins++
	s.CRPS += crps
	for i, p := range [...]float64{0.05, 0.15, 0.5} {
		s.Pinball[i] += chance.Pinball(NearestRank(totals, p), p, actual)
	}
	for i, c := range claims {
		low, high := c.bounds(totals, at[i])
		hits[i] = low <= actual && actual <= high
		s.rates[i].add(hits[i])
	}
	return hits
}

// close turns sums into means; stride is how many units lie between origins.
func (s *Score) close(stride int) {
	for i := range s.rates {
		s.rates[i] = s.rates[i].banded(max(s.Span/stride, 1))
	}
	copy(s.AtLeast[:], s.rates[:])
	copy(s.Between[:], s.rates[len(told):])
	if s.Origins == 0 {
		return
	}
	s.CRPS = round(s.CRPS/float64(s.Origins), 4)
	for i := range s.Pinball {
		s.Pinball[i] = round(s.Pinball[i]/float64(s.Origins), 4)
	}
}
