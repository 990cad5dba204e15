package odds

import (
	"math"

	"plumbline"
	"plumbline/internal/chance"
)

// Score is a normal distribution: Mu its mean and median, SD its standard
// deviation, 0 for what is known exactly. For a lognormal quantity both are of its
// natural logarithm.
type Score struct{ Mu, SD float64 }

// sharpest is the least standard deviation that is told from none: a millionth of
// a unit of log score. Scores that are known exactly and equal share what they
// are equal for.
const sharpest = 1e-6

// largest bounds scores, so that sums and squares of them stay finite.
const largest = 1e9

// Check finds a score that no arithmetic can use, and names it by its index.
func Check(scores []Score) error {
	for i, s := range scores {
		switch {
		case math.IsNaN(s.Mu) || math.IsNaN(s.SD):
			return plumbline.Errorf(plumbline.Invalid, "Score %d is not a number. Look at the estimates that it is made of.", i)
		case math.Abs(s.Mu) > largest || s.SD > largest:
			return plumbline.Errorf(plumbline.Invalid, "Score %d is too large to be ranked. Look at the units of its estimates.", i)
		case s.SD < 0:
			return plumbline.Errorf(plumbline.Invalid, "Score %d has a spread below zero.", i)
		}
	}
	return nil
}

// spread is the standard deviation to divide by.
func (s Score) spread() float64 { return max(s.SD, sharpest) }

// above is the chance that the score is above x.
func (s Score) above(x float64) float64 { return chance.Q((x - s.Mu) / s.spread()) }

// Above is the chance that a is above b, both independent:
// Phi((mu_a-mu_b)/sqrt(sd_a²+sd_b²)).
func Above(a, b Score) float64 { return AboveTogether(a, b, 0) }

// AboveTogether is the chance that a is above b when their draws are correlated
// by r, in [-1,1]. What both share cancels.
func AboveTogether(a, b Score, r float64) float64 {
	v := a.SD*a.SD + b.SD*b.SD - 2*r*a.SD*b.SD
	return chance.Phi((a.Mu - b.Mu) / math.Max(math.Sqrt(math.Max(v, 0)), sharpest))
}

// The chances of being swapped between which two neighbours cannot be told apart.
const (
	likeLow  = 0.35
	likeHigh = 0.65
)

// The square of the distance, in standard deviations, at which the chance is likeHigh
// is between these two.
const (
	surelyAlike   = 0.148471
	surelyUnalike = 0.148473
)

// Alike says whether a and b cannot be told apart: either is above the other with
// a chance in [.35,.65].
func Alike(a, b Score) bool {
	v, d := max(a.SD*a.SD+b.SD*b.SD, sharpest*sharpest), a.Mu-b.Mu
	switch {
	case d*d < surelyAlike*v:
		return true
	case d*d > surelyUnalike*v:
		return false
	}
	p := Above(a, b)
	return p >= likeLow && p <= likeHigh
}

// Run is the places From to To-1 of scores in rank order that cannot be told apart.
type Run struct{ From, To int }

// Runs are the runs of two and more consecutive scores that cannot be told apart;
// scores come in rank order. Each is compared with the first of its run too, so that a
// long slope of small steps is not one run.
func Runs(ordered []Score) (runs []Run) {
	first := 0
	for i := 1; i <= len(ordered); i++ {
		if i < len(ordered) && Alike(ordered[i-1], ordered[i]) && Alike(ordered[first], ordered[i]) {
			continue
		}
		if i-first > 1 {
			runs = append(runs, Run{first, i})
		}
		first = i
	}
	return runs
}
