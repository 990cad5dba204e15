package pairs

import (
	"cmp"
	"math"
	"slices"

	"plumbline/internal/chance"
)

// Question is what the next pair is chosen for.
type Question struct {
	Top   int      // how many items will be above the cut, 1 to n-1
	Asked [][2]int // what this judge was asked, the newest last
	Seed  uint64   // of the choice of what is asked again
}

// repeats is the share of questions that were asked before, which show how
// consistent a judge is.
const repeats = 0.1

// Next is the pair that a judge is asked next. One question in ten is an earlier one
// again; the others tell most: by how much the answer is expected to reduce what is
// unknown (the mutual information of Houlsby et al., 2011, in closed form), times how
// close the two are to the cut. It is never the pair that was asked just now, in
// either order, unless there are only two items.
func (p *Posterior) Next(q Question) (a, b int, err error) {
	if q.Top < 1 || q.Top >= p.n {
		return 0, 0, invalid("The cut must leave items on both sides: at least 1 and at most %d of the %d items can be above it.", p.n-1, p.n)
	}
	if again, ok := q.again(); ok {
		return again[1], again[0], nil // the other way round, so that it is not recognised by its looks
	}
	last := [2]int{-1, -1}
	if len(q.Asked) > 0 && p.n > 2 {
		last = ordered(q.Asked[len(q.Asked)-1])
	}
	closeness, best := p.closeness(q.Top), -1.0
	for i := range p.n {
		for j := i + 1; j < p.n; j++ {
			near := closeness[i] + closeness[j]
			if near <= best || last == [2]int{i, j} { // information is at most one bit
				continue
			}
			if worth := near * p.Information(i, j); worth > best {
				a, b, best = i, j, worth
			}
		}
	}
	return a, b, nil
}

// again is an earlier question, if one is to be asked now.
func (q Question) again() ([2]int, bool) {
	const early = 10 // before these there is little to repeat
	n := len(q.Asked)
	s := chance.NewStream(q.Seed, "pairs", "again")
	if n < early || s.Uniform(uint64(2*n)) >= repeats {
		return [2]int{}, false
	}
	from := q.Asked[:n-1]
	pick := from[min(int(s.Uniform(uint64(2*n+1))*float64(len(from))), len(from)-1)]
	return pick, ordered(pick) != ordered(q.Asked[n-1])
}

func ordered(pair [2]int) [2]int {
	return [2]int{min(pair[0], pair[1]), max(pair[0], pair[1])}
}

// Information is how much an answer about a and b is expected to tell, in bits: 0 to 1.
func (p *Posterior) Information(a, b int) float64 {
	m, v := p.Difference(a, b)
	m, v = m/p.model.Noise, v/(p.model.Noise*p.model.Noise)
	const c2 = math.Pi * math.Ln2 / 2
	doubt := entropy(chance.Phi(m / math.Sqrt(1+v)))
	noise := math.Sqrt(c2/(v+c2)) * math.Exp(-m*m/(2*(v+c2)))
	return max(doubt-noise, 0)
}

// entropy is that of a yes or no with probability p, in bits.
func entropy(p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	return -p*math.Log2(p) - (1-p)*math.Log2(1-p)
}

// closeness is how undecided it is for each item on which side of the cut it is: 4p(1-p),
// 1 at most and a little for everything, with p the probability of a worth above the
// middle between the items at the cut.
func (p *Posterior) closeness(top int) []float64 {
	sorted := slices.Clone(p.mean)
	slices.SortFunc(sorted, func(a, b float64) int { return cmp.Compare(b, a) })
	cut := (sorted[top-1] + sorted[top]) / 2
	out := make([]float64, p.n)
	for i := range out {
		m, sd := p.Worth(i)
		above := chance.Phi((m - cut) / sd)
		out[i] = 0.01 + 4*above*(1-above)
	}
	return out
}
