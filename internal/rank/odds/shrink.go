package odds

import "math"

// Prior is what the scores of one category say about the true scores behind
// them: normal, with mean Mean and standard deviation Spread. Of is how many
// scores it was learned from.
type Prior struct {
	Mean, Spread float64
	Of           int
}

// Learn estimates the prior of one category by the method of moments (DerSimonian
// and Laird's form): Spread² is what the scores differ by beyond their own
// uncertainty, and the mean weighs each score by 1/(Spread²+SD²). Fewer than two
// scores teach no spread: the answer then has Of < 2 and shrinks nothing.
//
// It is the correction against the optimizer's curse of Smith and Winkler,
// Management Science 52(3), 2006.
func Learn(scores []Score) Prior {
	p := Prior{Of: len(scores)}
	if len(scores) < 2 {
		for _, s := range scores {
			p.Mean = s.Mu
		}
		return p
	}
	p.Spread = math.Sqrt(moment(scores))
	p.Mean = meanUnder(scores, p.Spread)
	return p
}

// moment is what the scores differ by beyond their own uncertainty, squared.
func moment(scores []Score) float64 {
	weight, squares, sum := 0.0, 0.0, 0.0
	for _, s := range scores {
		w := 1 / (s.spread() * s.spread())
		weight, squares, sum = weight+w, squares+w*w, sum+w*s.Mu
	}
	mean, q := sum/weight, 0.0
	for _, s := range scores {
		d := (s.Mu - mean) / s.spread()
		q += d * d
	}
	if free := weight - squares/weight; free > 0 {
		return max(0, (q-float64(len(scores)-1))/free)
	}
	return 0
}

// meanUnder is the mean of the scores, each weighed by how near to the truth it is
// if true scores differ by spread.
func meanUnder(scores []Score, spread float64) float64 {
	weight, sum := 0.0, 0.0
	for _, s := range scores {
		w := 1 / (s.spread()*s.spread() + spread*spread)
		weight, sum = weight+w, sum+w*s.Mu
	}
	return sum / weight
}

// doubt is how many scores' worth it is presumed that true scores differ as much as
// people are uncertain of them.
const doubt = 4

// LearnFew is [Learn] for categories that may be small. What the moments of n scores
// say counts n-1 times, beside four times that the true scores differ by no less
// than the scores are uncertain. So a handful that happen to lie close together is
// not drawn into one point, and of many the moments decide.
func LearnFew(scores []Score) Prior {
	p := Prior{Of: len(scores)}
	if len(scores) < 2 {
		return Learn(scores)
	}
	own, found, n := 0.0, moment(scores), float64(len(scores))
	for _, s := range scores {
		own += s.spread() * s.spread() / n
	}
	p.Spread = math.Sqrt(((n-1)*found + doubt*max(found, own)) / (n - 1 + doubt))
	p.Mean = meanUnder(scores, p.Spread)
	return p
}

// Weight is how much of a score with this standard deviation is kept:
// Spread²/(Spread²+sd²). It is 1 when nothing was learned.
func (p Prior) Weight(sd float64) float64 {
	if p.Of < 2 || sd == 0 {
		return 1
	}
	return p.Spread * p.Spread / (p.Spread*p.Spread + sd*sd)
}

// Shrink is the score drawn toward the category: mean w·mu+(1-w)·Mean, variance
// w·sd², with w from [Prior.Weight]. The given score is what was promised, the
// shrunk one what can be expected to be kept.
func (p Prior) Shrink(s Score) Score {
	w := p.Weight(s.SD)
	return Score{Mu: w*s.Mu + (1-w)*p.Mean, SD: math.Sqrt(w) * s.SD}
}

// MeanOfLog is the mean of the lognormal quantity whose logarithm is s:
// exp(mu+sd²/2).
func (s Score) MeanOfLog() float64 { return math.Exp(s.MeanLog()) }

// MeanLog is the logarithm of [Score.MeanOfLog].
func (s Score) MeanLog() float64 { return s.Mu + s.SD*s.SD/2 }
