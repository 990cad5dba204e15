package odds

// Shares is each factor's part of the variance of a sum of independent factors, or
// of the logarithm of a product: sd²/Σsd², summing to 1. All are 0 when everything
// is known exactly.
func Shares(sds []float64) []float64 {
	shares, sum := make([]float64, len(sds)), 0.0
	for _, sd := range sds {
		sum += sd * sd
	}
	if sum == 0 {
		return shares
	}
	for i, sd := range sds {
		shares[i] = sd * sd / sum
	}
	return shares
}

// SharesAmong is each factor's part of what a ranking looks at: the variance, over
// all items, of the factors' means. means[i][f] is the mean logarithm of factor f
// of item i. The share of a factor is its covariance with the whole score over the
// variance of the score: shares sum to 1, and one below 0 works against the others.
// A factor with a share near 1 decides the ranking alone.
func SharesAmong(means [][]float64) []float64 {
	if len(means) == 0 {
		return nil
	}
	n, factors := float64(len(means)), len(means[0])
	centre, shares := make([]float64, factors), make([]float64, factors)
	for _, item := range means {
		for f, x := range item {
			centre[f] += x / n
		}
	}
	variance := 0.0
	for _, item := range means {
		whole := 0.0
		for f, x := range item {
			whole += x - centre[f]
		}
		for f, x := range item {
			shares[f] += (x - centre[f]) * whole
		}
		variance += whole * whole
	}
	for f := range shares {
		if variance == 0 {
			shares[f] = 0
			continue
		}
		shares[f] /= variance
	}
	return shares
}
