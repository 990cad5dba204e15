package odds

import (
	"math"

	"plumbline"
	"plumbline/internal/chance"
)

// Tops is how often each item is among the first k of joint samples.
type Tops struct {
	P       []float64 // by item; they sum to k
	Samples int
	Looked  int64 // draws that had to be looked at, of len(P)·Samples
	se      []float64
}

// SE is the standard error of P[i], or a little more: drawing by strata makes the
// error smaller than counting alone would.
func (t *Tops) SE(i int) float64 {
	if t.se != nil {
		return t.se[i]
	}
	n := float64(t.Samples)
	return math.Sqrt(max(t.P[i]*(1-t.P[i]), 1/n) / n)
}

// Joint counts, over joint samples, how often each item is among the first k. It
// takes whole blocks of 256 samples, as many as hold the number asked for. Items
// that tie at the last place share it.
//
// Its answer is, to the last bit, that of drawing every score in every sample and
// sorting. But most draws need not be looked at: a level is guessed that k+1 scores
// of a sample surely pass; since each item's draws are strata in a keyed order,
// those that pass the level are found without the others, and every sample in which
// fewer than k+1 do is drawn again with a lower level. So no guess, good or bad,
// changes the answer, and the work is O(n + k·samples). For more than a fiftieth of
// the items [Sampled] is faster.
func Joint(scores []Score, k, samples int, d Draws, parallel Parallel) (*Tops, error) {
	if err := checkDraws(scores, k, samples, d); err != nil {
		return nil, err
	}
	r := newRun(scores, k, d)
	blocks := Blocks(samples)
	parts := make([]*counter, min(blocks, mostParts))
	parallel(len(parts), func(p int) {
		c := newCounter(r, blocks)
		parts[p] = c
		for b := p * blocks / len(parts); b < (p+1)*blocks/len(parts); b++ {
			c.scan.run(b, c.count)
		}
	})
	t := &Tops{P: make([]float64, len(scores)), Samples: blocks * block}
	for _, c := range parts {
		t.Looked += c.scan.looked
		for i, n := range c.counts {
			t.P[i] += float64(n)
		}
	}
	for i := range t.P {
		t.P[i] /= float64(placeOf(blocks)) * float64(t.Samples)
	}
	return t, nil
}

// mostParts bounds the memory: each part has a counter of 4 bytes for each item.
const mostParts = 4

// mostSamples keeps counts and the numbers of draws in range.
const mostSamples = 1 << 24

func checkDraws(scores []Score, k, samples int, d Draws) error {
	if err := checkField(scores, k); err != nil {
		return err
	}
	if samples < 1 || samples > mostSamples {
		return plumbline.Errorf(plumbline.Invalid, "%d samples were asked for. Ask for 1 to %d.", samples, mostSamples)
	}
	return d.check(len(scores))
}

// counter counts in whole numbers, so that sums are the same in any order.
type counter struct {
	scan   *scan
	counts []uint32
	place  uint32 // one place among the first k; what ties share is a part of it
}

func newCounter(r *run, blocks int) *counter {
	return &counter{scan: newScan(r), counts: make([]uint32, len(r.sources)), place: placeOf(blocks)}
}

// placeOf is as much as can be counted in every sample of so many blocks.
func placeOf(blocks int) uint32 { return uint32((1<<32 - 1) / (uint64(blocks) * block)) }

func (c *counter) count(_ int, found []found, last, _ float64) {
	above, tied := 0, 0
	for i := range found {
		switch {
		case found[i].x > last:
			c.counts[found[i].item] += c.place
			above++
		case found[i].x == last:
			tied++
		}
	}
	if tied == 0 {
		return
	}
	share := uint32(uint64(c.place) * uint64(c.scan.all.k-above) / uint64(tied))
	for i := range found {
		if found[i].x == last {
			c.counts[found[i].item] += share
		}
	}
}

// run is what all parts of one question share and only read.
type run struct {
	k       int
	sources []source
	common  []chance.Stream
	levels  levels
	active  []hopeful // without groups: the items that can pass the first level
}

// hopeful is an item that passes a level with the chance p at most.
type hopeful struct {
	item int32
	p    float32
}

func newRun(scores []Score, k int, d Draws) *run {
	r := &run{k: k, sources: d.sources(scores), common: d.common()}
	r.levels = guessLevels(scores, k, r.sources, len(d.Causes))
	if len(r.common) == 0 {
		r.active = r.hopefuls(make([]hopeful, 0, len(scores)), func(*source) float64 { return r.levels.first })
	}
	return r
}

// never is a chance so small that no draw is ever in it: draws are multiples of
// 2^-53 of a stratum of 1/256.
const never = 1.0 / (1 << 62)

// hopefuls are the items that can pass their level, low(item), and how likely. The
// chance is rather too large than too small: what passes is looked at again.
func (r *run) hopefuls(dst []hopeful, low func(*source) float64) []hopeful {
	dst = dst[:0]
	for i := range r.sources {
		s := &r.sources[i]
		t := low(s)
		gap := t - s.mu
		if t > math.Inf(-1) {
			gap -= 1e-9 * (1 + math.Abs(t)) // more than rounding can take
		}
		p := 0.0
		if s.b > sharpest {
			p = r.levels.tails.above(gap / s.b)
		} else if gap <= 20*sharpest {
			p = 1
		}
		if p > never {
			dst = append(dst, hopeful{item: int32(i), p: float32(p * (1 + 1e-6))})
		}
	}
	return dst
}
