package chance

import "math"

// CountQuantile is the smallest count k with P(X <= k) >= p of counts with a mean and
// a variance: Poisson when the variance is not above the mean, else negative binomial
// with r = mean²/(variance-mean), which is what independent counts of unequal rates add
// up to. Mean and variance are 0 or more and finite, p is between 0 and 1.
func CountQuantile(mean, variance, p float64) (int, error) {
	if err := finite(mean, variance); err != nil {
		return 0, err
	}
	if mean < 0 || mean > maxCount || variance < 0 || !(p > 0 && p < 1) {
		return 0, invalid("A count has a mean from 0 to %g, a variance from 0 on and a probability between 0 and 1; got %g, %g and %g.", float64(maxCount), mean, variance, p)
	}
	if mean == 0 {
		return 0, nil
	}
	k, log := 0, -mean // of k, and the logarithm of its probability
	next := func(k int) float64 { return math.Log(mean / float64(k+1)) }
	if over := variance - mean; over > 1e-9*mean {
		r := mean * mean / over
		log = -r * math.Log1p(mean/r)
		next = func(k int) float64 { return math.Log((float64(k) + r) / float64(k+1) / (1 + r/mean)) }
	}
	last := int(mean+40*math.Sqrt(math.Max(mean, variance))) + 40
	for sum := math.Exp(log); sum < p && k < last; k++ {
		log += next(k)
		sum += math.Exp(log)
	}
	return k, nil
}

// maxCount is the largest mean of a count.
const maxCount = 1e7
