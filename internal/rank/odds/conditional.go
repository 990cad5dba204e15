package odds

import (
	"math"
	"slices"

	"plumbline/internal/chance"
)

// Conditional is the chance that each item is among the first k: thresholds are
// sampled, as in [Joint], and each item's own draw is integrated away against the
// k-th best of the others. So 256 samples are as good as some hundred thousand that
// are counted. With groups, what an item has in common with others is sampled, and
// its own part integrated away.
//
// It takes whole blocks of 256 samples; one is mostly enough.
func Conditional(scores []Score, k, samples int, d Draws, parallel Parallel) (*Tops, error) {
	if err := checkDraws(scores, k, samples, d); err != nil {
		return nil, err
	}
	n, blocks := len(scores), Blocks(samples)
	t := &Tops{P: make([]float64, n), Samples: blocks * block, se: make([]float64, n)}
	if k == n {
		for i := range t.P {
			t.P[i] = 1
		}
		return t, nil
	}
	r := newRun(scores, k, d)
	e := newEdges(blocks, len(d.Causes))
	parts := make([]*corrector, min(blocks, mostParts))
	parallel(len(parts), func(p int) {
		c := &corrector{scan: newScan(r), edges: e, by: make([]float64, n)}
		parts[p] = c
		for b := p * blocks / len(parts); b < (p+1)*blocks/len(parts); b++ {
			c.scan.run(b, func(at int, found []found, last, next float64) { c.take(b, at, found, last, next) })
		}
	})
	if len(d.Causes) == 0 {
		e.nodes = nodesOf(e.last)
	}
	const chunk = 4096
	parallel((n+chunk-1)/chunk, func(p int) {
		for i := p * chunk; i < min(n, (p+1)*chunk); i++ {
			mean, square := e.pass(&r.sources[i])
			t.se[i] = math.Sqrt(max(0, square-mean*mean) / float64(t.Samples))
			for _, c := range parts {
				mean += c.by[i] / float64(t.Samples)
			}
			t.P[i] = between(0, mean, 1)
		}
	})
	for _, c := range parts {
		t.Looked += c.scan.looked
	}
	return t, nil
}

// edges are the k-th best of every sample, and the causes that were drawn with it.
type edges struct {
	last   []float64
	causes [][]float64 // by group
	nodes  []float64   // of last, without groups
}

func newEdges(blocks, groups int) *edges {
	e := &edges{last: make([]float64, blocks*block), causes: make([][]float64, groups)}
	for g := range e.causes {
		e.causes[g] = make([]float64, blocks*block)
	}
	return e
}

// nodesOf stands for a sample of thresholds: the means of nine slices of equal
// number, from the lowest to the highest.
func nodesOf(last []float64) []float64 {
	const slicesOf = 9
	sorted := slices.Clone(last)
	slices.Sort(sorted)
	nodes := make([]float64, slicesOf)
	for i := range nodes {
		part := sorted[i*len(sorted)/slicesOf : (i+1)*len(sorted)/slicesOf]
		for _, x := range part {
			nodes[i] += x / float64(len(part))
		}
	}
	return nodes
}

// pass is the mean, over the samples, of the chance that the item's own draw is
// above what is left to pass, and the mean of its square.
func (e *edges) pass(s *source) (mean, square float64) {
	at := e.nodes
	if at == nil {
		at = e.last
	}
	var cause []float64
	if s.group >= 0 {
		cause = e.causes[s.group]
	}
	for n, x := range at {
		if cause != nil {
			x -= s.a * cause[n]
		}
		q := s.own(x)
		mean, square = mean+q, square+q*q
	}
	return mean / float64(len(at)), square / float64(len(at))
}

// own is the chance that the item's mean and own part sum to more than x.
func (s *source) own(x float64) float64 {
	switch z := (x - s.mu) / max(s.b, sharpest); {
	case z > 9:
		return 0
	case z < -9:
		return 1
	default:
		return chance.Q(z)
	}
}

// corrector notes what is different for the members of a sample's first k: without
// one of them the k-th best is the next.
type corrector struct {
	scan  *scan
	edges *edges
	by    []float64
}

func (c *corrector) take(b, at int, found []found, last, next float64) {
	n := b*block + at
	c.edges.last[n] = last
	for g := range c.edges.causes {
		c.edges.causes[g][n] = c.scan.common[g][at]
	}
	for i := range found {
		if found[i].x < last {
			continue
		}
		s, shift := &c.scan.all.sources[found[i].item], 0.0
		if s.group >= 0 {
			shift = s.a * c.scan.common[s.group][at]
		}
		c.by[found[i].item] += s.own(next-shift) - s.own(last-shift)
	}
}
