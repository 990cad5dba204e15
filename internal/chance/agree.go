package chance

import (
	"cmp"
	"math"
	"slices"
)

// MeanProbability is the linear pool: the mean of probabilities, all counting alike.
func MeanProbability(ps []float64) (float64, error) {
	if err := probabilities(ps); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, p := range ps {
		sum += p
	}
	return sum / float64(len(ps)), nil
}

// PoolOdds is the mean of the log-odds of probabilities, moved away from even by the
// factor sharpen: 1 for people who know the same things, [IndependentSharpening] for
// people who judged apart. A probability of 0 or 1 would silence all others, so it is
// refused.
func PoolOdds(ps []float64, sharpen float64) (float64, error) {
	if err := probabilities(ps); err != nil {
		return 0, err
	}
	if !(sharpen > 0) || math.IsInf(sharpen, 1) {
		return 0, invalid("The factor of sharpening is %s; it must be a number above 0, and is 1 for no sharpening.", decimal(sharpen))
	}
	sum := 0.0
	for _, p := range ps {
		if p == 0 || p == 1 {
			return 0, invalid("A probability of 0 %% or 100 %% says that nobody else can change the answer. Write for instance 1 %% or 99 %%.")
		}
		sum += math.Log(p) - math.Log1p(-p)
	}
	return 1 / (1 + math.Exp(-sharpen*sum/float64(len(ps)))), nil
}

// IndependentSharpening is the factor by which the pooled log-odds of n people who
// judged apart, n at least 1, are moved away from even: n(√(3n²-3n+1)-2)/(n²-n-1), from
// 1 for one to √3 for very many (Neyman and Roughgarden, 2022).
func IndependentSharpening(n int) float64 {
	x := float64(n)
	return x * (math.Sqrt(3*x*x-3*x+1) - 2) / (x*x - x - 1)
}

func probabilities(ps []float64) error {
	if len(ps) == 0 {
		return invalid("There is no probability to pool: ask for at least one.")
	}
	for i, p := range ps {
		if !(p >= 0 && p <= 1) {
			return invalid("Probability %d is %s; a probability is between 0 and 1.", i+1, decimal(p))
		}
	}
	return nil
}

// KendallW is how far judges agree in their ranking of items: 0 for not at all, 1 for
// completely. Each judge gives one figure for each item, of which only the order
// counts; ties are corrected for (Kendall and Gibbons). It refuses fewer than two
// judges or items, and judges without any order.
func KendallW(judges [][]float64) (float64, error) {
	if len(judges) < 2 || len(judges[0]) < 2 {
		return 0, invalid("Agreement needs at least two judges and two items.")
	}
	m, n := float64(len(judges)), float64(len(judges[0]))
	sums := make([]float64, len(judges[0]))
	tied := 0.0
	for i, scores := range judges {
		if len(scores) != len(sums) {
			return 0, invalid("Judge %d has ranked %d items, the first one %d: all must rank the same items.", i+1, len(scores), len(sums))
		}
		if err := finite(scores...); err != nil {
			return 0, err
		}
		tied += addRanks(sums, scores)
	}
	s := 0.0
	for _, r := range sums {
		s += square(r - m*(n+1)/2)
	}
	most := m*m*(n*n*n-n) - m*tied
	if most <= 0 {
		return 0, invalid("No judge puts one item before another, so there is no order to agree on.")
	}
	return 12 * s / most, nil
}

// addRanks adds the ranks of the scores to sums, ties sharing the mean of theirs, and
// returns the sum of t³-t over the groups of t ties.
func addRanks(sums, scores []float64) (tied float64) {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[a], scores[b]) })
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && scores[order[j]] == scores[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			sums[at] += float64(i+j+1) / 2
		}
		t := float64(j - i)
		tied += t*t*t - t
		i = j
	}
	return tied
}
