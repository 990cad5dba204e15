package chance

import (
	"cmp"
	"math"
	"slices"
)

// Opinion is what one person thinks of a quantity. Weights count against each other;
// zero for all of them means that all count alike.
type Opinion struct {
	Estimate Dist
	Weight   float64
}

// Pool is what several people think together.
type Pool struct {
	Together Dist    // the disagreement widens it
	Within   float64 // variance that each one states, on average
	Between  float64 // variance between their middles
	Share    float64 // Between/(Between+Within), 0 to 1
	Disagree bool    // Share is above 0.5: they disagree, they are not uncertain
	Farthest int     // the opinion that is farthest from the pool of the others; -1 if none is apart
	Camps    Camps
}

// Camps is the best division of opinions into a lower and an upper camp. Opinions are
// named by their place among those given.
type Camps struct {
	Lower, Upper []int
	Apart        float64 // distance of the camps' middles in their own standard deviations
	Two          bool    // two people or more in each, and Apart is above 2 (Ashman's D): two answers, not one
}

// PoolOpinions pools opinions, of which the unknown are left out: the middles are
// averaged, and the variance is the average of the variances and the variance of the
// middles. This is done with logarithms when all the opinions are above zero for
// certain, else with the values. It refuses negative weights, and no opinions.
func PoolOpinions(opinions []Opinion) (Pool, error) {
	views, logs, err := readViews(opinions)
	if err != nil {
		return Pool{}, err
	}
	p := Pool{Farthest: farthest(views), Camps: divide(views)}
	mu := meanOf(views)
	for _, v := range views {
		p.Within += v.weight * v.sd * v.sd
		p.Between += v.weight * square(v.mu-mu)
	}
	if total := p.Within + p.Between; total > 0 {
		p.Share = p.Between / total
	}
	p.Disagree = p.Share > 0.5
	switch sd := math.Sqrt(p.Within + p.Between); {
	case len(views) == 1:
		p.Together = opinions[views[0].at].Estimate
	case logs:
		p.Together, err = lognormalOrKnown(mu, sd)
	case sd == 0:
		p.Together, err = Known(mu)
	default:
		p.Together, err = NormalOf(mu, sd)
	}
	return p, err
}

// view is an opinion as mean and standard deviation, of the logarithm or the value.
type view struct {
	at             int
	mu, sd, weight float64
}

// readViews is the known opinions on their common scale, with weights that add to 1.
func readViews(opinions []Opinion) (views []view, logs bool, err error) {
	logs = true
	total := 0.0
	for i, o := range opinions {
		if !(o.Weight >= 0) || math.IsInf(o.Weight, 1) {
			return nil, false, invalid("The weight of opinion %d is %s; a weight is 0 or more.", i+1, decimal(o.Weight))
		}
		if !o.Estimate.IsUnknown() {
			views = append(views, view{at: i, weight: o.Weight})
			total += o.Weight
			logs = logs && o.Estimate.zero == 0 && o.Estimate.Quantile(0) >= 0 && o.Estimate.Mean() > 0
		}
	}
	if len(views) == 0 {
		return nil, false, invalid("Nobody has estimated this yet: ask for at least one range.")
	}
	for i := range views {
		v := &views[i]
		d := opinions[v.at].Estimate
		v.mu, v.sd = d.Mean(), d.SD()
		if logs {
			if v.mu, v.sd, err = d.Log(); err != nil {
				return nil, false, err
			}
		}
		if total > 0 {
			v.weight /= total
		} else {
			v.weight = 1 / float64(len(views))
		}
	}
	return views, logs, nil
}

func meanOf(views []view) (mu float64) {
	for _, v := range views {
		mu += v.weight * v.mu
	}
	return mu
}

// farthest is the opinion that is farthest from the mean of the others, or -1.
func farthest(views []view) int {
	mu, best, at := meanOf(views), 0.0, -1
	for _, v := range views {
		if v.weight == 1 {
			continue
		}
		others := (mu - v.weight*v.mu) / (1 - v.weight)
		if d := math.Abs(v.mu - others); d > best*(1+1e-12) {
			best, at = d, v.at
		}
	}
	return at
}

// divide finds the division of the sorted middles that leaves the least variance
// inside the camps, every opinion counting alike.
func divide(views []view) Camps {
	if len(views) < 2 {
		return Camps{}
	}
	sorted := slices.Clone(views)
	slices.SortStableFunc(sorted, func(a, b view) int { return cmp.Compare(a.mu, b.mu) })
	cut, least := 1, math.Inf(1)
	for k := 1; k < len(sorted); k++ {
		_, low := spread(sorted[:k])
		_, high := spread(sorted[k:])
		if inside := low*float64(k) + high*float64(len(sorted)-k); inside < least {
			cut, least = k, inside
		}
	}
	var c Camps
	for i, v := range sorted {
		if i < cut {
			c.Lower = append(c.Lower, v.at)
		} else {
			c.Upper = append(c.Upper, v.at)
		}
	}
	m1, v1 := spread(sorted[:cut])
	m2, v2 := spread(sorted[cut:])
	for i, v := range sorted { // what each one states is spread too
		if i < cut {
			v1 += v.sd * v.sd / float64(cut)
		} else {
			v2 += v.sd * v.sd / float64(len(sorted)-cut)
		}
	}
	if m2 > m1 {
		c.Apart = (m2 - m1) / max(math.Sqrt((v1+v2)/2), 1e-9*(m2-m1))
	}
	c.Two = c.Apart > 2 && min(len(c.Lower), len(c.Upper)) >= 2
	return c
}

// spread is the mean and the variance of the middles.
func spread(views []view) (mean, variance float64) {
	n := float64(len(views))
	for _, v := range views {
		mean += v.mu / n
	}
	for _, v := range views {
		variance += square(v.mu-mean) / n
	}
	return mean, variance
}
