package odds

import (
	"math"

	"plumbline"
	"plumbline/internal/chance"
)

// mostExact is the number of items up to which [Exactly] answers: its work grows
// with the fourth power.
const mostExact = 40

// Exactly is the chance of each rank of each item, independent as they are:
// ranks[i][r] is the chance that item i comes at rank r+1. It integrates over the
// item's own score the number of others above it, which is a sum of independent
// yes-and-noes (Poisson binomial), by the trapezoid rule, whose error is below 1e-8
// here unless one score is a hundred times as sharp as another, and then below a
// hundredth. It refuses
// more than 40 items.
func Exactly(scores []Score) (ranks [][]float64, err error) {
	if err := checkField(scores, 1); err != nil {
		return nil, err
	}
	if len(scores) > mostExact {
		return nil, plumbline.Errorf(plumbline.Invalid, "Exact ranks were asked for %d items; they are worked out for %d at most.", len(scores), mostExact)
	}
	sharp := math.Inf(1)
	for _, s := range scores {
		sharp = math.Min(sharp, s.spread())
	}
	ranks = make([][]float64, len(scores))
	for i, s := range scores {
		ranks[i] = ranksOf(scores, i, int(between(128, 20*s.spread()/sharp, 2048)))
	}
	return ranks, nil
}

// ranksOf integrates over item i's score in so many steps of -8.5 to 8.5 standard
// deviations.
func ranksOf(scores []Score, i, steps int) []float64 {
	const edge = 8.5
	ranks, above := make([]float64, len(scores)), make([]float64, len(scores))
	width := 2 * edge / float64(steps)
	for n := range steps + 1 {
		z := -edge + float64(n)*width
		countAbove(above, scores, i, scores[i].Mu+scores[i].spread()*z)
		weight := width * chance.Density(z)
		for r, p := range above {
			ranks[r] += weight * p
		}
	}
	return ranks
}

// countAbove fills above[r] with the chance that r items other than i are above x.
func countAbove(above []float64, scores []Score, i int, x float64) {
	clear(above)
	above[0] = 1
	met := 0
	for j, s := range scores {
		if j == i {
			continue
		}
		p := s.above(x)
		met++
		for r := met; r > 0; r-- {
			above[r] += p * (above[r-1] - above[r])
		}
		above[0] *= 1 - p
	}
}
