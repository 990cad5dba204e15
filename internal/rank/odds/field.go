package odds

import (
	"math"

	"plumbline"
	"plumbline/internal/chance"
)

// Field is the scores of n items of which k are wanted, with what follows for each
// when the items are independent. Make one with [NewField]: it takes milliseconds
// for 10,000 items, so that a changed score means a new field.
type Field struct {
	scores []Score // as given; the caller must not change them
	Outline
}

// Outline is a field without its scores: with [Few] or more of them it answers for
// each of them that is given again, so that nobody has to keep them.
type Outline struct {
	n, k      int
	threshold float64
	crowd     crowd
}

// Few is the number of items up to which sums over all others are taken as they
// are; above, they are read from a table.
const Few = 256

// NewField weighs the scores against each other. It refuses scores that [Check]
// refuses, none at all, and a k outside 1..n. It keeps the slice.
func NewField(scores []Score, k int) (*Field, error) { return new(Desk).Field(scores, k) }

// Field is [NewField] that works in the desk's memory. What it gives is not in it.
func (d *Desk) Field(scores []Score, k int) (*Field, error) {
	if err := checkField(scores, k); err != nil {
		return nil, err
	}
	f := &Field{scores, Outline{n: len(scores), k: k}}
	if len(scores) <= Few {
		f.threshold = level(scores, float64(k), firstGuess(scores, float64(k)))
		return f, nil
	}
	f.crowd = d.crowd(scores)
	f.threshold = level(scores, float64(k), f.crowd.where(float64(k)))
	return f, nil
}

func checkField(scores []Score, k int) error {
	if len(scores) == 0 {
		return plumbline.Errorf(plumbline.Invalid, "There is nothing to rank.")
	}
	if k < 1 || k > len(scores) {
		return plumbline.Errorf(plumbline.Invalid, "The first %d of %d items were asked for. Ask for 1 to %d.", k, len(scores), len(scores))
	}
	return Check(scores)
}

// Len is the number of items, n.
func (o *Outline) Len() int { return o.n }

// K is how many are wanted.
func (o *Outline) K() int { return o.k }

// Threshold is the score above which k items are expected. It is -Inf when all
// items are wanted.
func (o *Outline) Threshold() float64 { return o.threshold }

// TopOf is the chance that an item of the score s is among the first k: Q((t-mu)/sd),
// t being the threshold.
func (o *Outline) TopOf(s Score) float64 { return s.above(o.threshold) }

// Reaches says whether [Outline.TopOf] is p or more; most that do not are told without
// it.
func (o *Outline) Reaches(s Score, p float64) bool {
	return (p <= 0.5 || s.Mu >= o.threshold) && o.TopOf(s) >= p
}

// RankOf is [Field.Rank] of one of more than [Few] scores.
func (o *Outline) RankOf(s Score, p float64) float64 { return 1 + o.others(s, quantile(s, p)) }

// ExpectedRankOf is [Field.ExpectedRank] of one of more than [Few] scores.
func (o *Outline) ExpectedRankOf(s Score) float64 {
	sum := 0.0
	for n, z := range hermiteNodes {
		sum += hermiteWeights[n] * o.others(s, s.Mu+s.spread()*z)
	}
	return 1 + sum
}

// others is the number of scores except s that are expected above x.
func (o *Outline) others(s Score, x float64) float64 {
	return between(0, o.crowd.without(s, x), float64(o.n-1))
}

// quantile is the score that s is above with the chance p.
func quantile(s Score, p float64) float64 { return s.Mu + s.spread()*chance.Probit(1-p) }

// Top is the chance that item i is among the first k. The chances of all items sum
// to k.
func (f *Field) Top(i int) float64 { return f.TopOf(f.scores[i]) }

// Tops is Top of every item, written to dst when it is long enough.
func (f *Field) Tops(dst []float64) []float64 {
	if cap(dst) < len(f.scores) {
		dst = make([]float64, len(f.scores))
	}
	dst = dst[:len(f.scores)]
	for i, s := range f.scores {
		dst[i] = s.above(f.threshold)
	}
	return dst
}

// Rank is the rank that item i stays at or before with the chance p, in (0,1); 1
// is the best, n the worst: one more than the others expected above the score's
// own quantile 1-p.
func (f *Field) Rank(i int, p float64) float64 {
	if f.n > Few {
		return f.RankOf(f.scores[i], p)
	}
	sum, x := 0.0, quantile(f.scores[i], p)
	for j, s := range f.scores {
		if j != i {
			sum += s.above(x)
		}
	}
	return 1 + sum
}

// ExpectedRank is the mean rank of item i: one more than the sum, over all others,
// of the chance that they are above it.
func (f *Field) ExpectedRank(i int) float64 {
	if f.n > Few {
		return f.ExpectedRankOf(f.scores[i])
	}
	sum := 1.0
	for j, s := range f.scores {
		if j != i {
			sum += Above(s, f.scores[i])
		}
	}
	return sum
}

func between(low, x, high float64) float64 { return math.Max(low, math.Min(x, high)) }

// Nodes and weights of Gauss-Hermite quadrature for the standard normal, exact for
// polynomials up to degree 13 (Abramowitz and Stegun 25.10, n = 7, rescaled).
var (
	hermiteNodes = [...]float64{
		-3.750439717725742, -2.366759410734541, -1.154405394739968, 0, 1.154405394739968, 2.366759410734541, 3.750439717725742,
	}
	hermiteWeights = [...]float64{
		0.000548268855972218, 0.030757123967586, 0.240123178605013, 0.457142857142857, 0.240123178605013, 0.030757123967586, 0.000548268855972218,
	}
)
