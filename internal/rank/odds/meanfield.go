package odds

import (
	"math"

	"plumbline/internal/chance"
)

// level is the score t above which want items are expected: the sum over all of
// Q((t-mu)/sd) is want. -Inf for all of them or more.
//
// Newton's method on the logarithm of the sum, which is nearly straight; a step
// that leaves the bracket is halved instead, and after eight every other is. From a
// good guess two passes over the scores are usual.
func level(scores []Score, want, guess float64) float64 {
	if want >= float64(len(scores)) {
		return math.Inf(-1)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range scores {
		low = min(low, s.Mu-9*s.spread())
		high = max(high, s.Mu+9*s.spread())
	}
	t, target := guess, math.Log(want)
	for try := range 140 {
		if t <= low || t >= high || try > 8 && try%2 == 1 { // sharp scores stall Newton's steps
			t = (low + high) / 2
		}
		sum, slope := tail(scores, t)
		if sum > want {
			low = t
		} else {
			high = t
		}
		step := (math.Log(sum) - target) * sum / slope // slope is how fast sum falls
		if math.Abs(sum-want) <= 1e-7*want || high-low <= 1e-15*(1+math.Abs(t)) {
			break
		}
		if math.IsNaN(step) || math.IsInf(step, 0) {
			t = (low + high) / 2
			continue
		}
		t += step
	}
	return t
}

// firstGuess takes all scores for one normal crowd.
func firstGuess(scores []Score, want float64) float64 {
	n, mean, square := float64(len(scores)), 0.0, 0.0
	for _, s := range scores {
		mean += s.Mu / n
	}
	for _, s := range scores {
		d := s.Mu - mean
		square += (d*d + s.SD*s.SD) / n
	}
	return mean + math.Sqrt(square)*chance.Probit(1-want/n)
}

// tail is the number of scores expected above t, and the density of the scores at t.
func tail(scores []Score, t float64) (sum, density float64) {
	for _, s := range scores {
		sd := s.spread()
		x := (t - s.Mu) / sd
		switch {
		case x > 9: // 1e-19
		case x < -9:
			sum++
		default:
			sum += chance.Q(x)
			density += chance.Density(x) / sd
		}
	}
	return sum, density
}
