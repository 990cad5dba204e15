package crew

import (
	"math"

	"plumbline/internal/chance"
)

// Week is what a team finished of one kind of work in a week: items, their effort in
// person-weeks, and the sum of the squares of it. One that was not measured says
// nothing: nobody counted, or the team did not exist yet. It is no zero.
type Week struct {
	Items    int
	Effort   float64
	Squares  float64
	Measured bool
}

// Load is work that comes by itself, as it was measured by the week.
type Load struct {
	Mean     float64 // of a week, person-weeks
	Variance float64 // of a week's load; never below that of items coming independently
	Unit     float64 // person-weeks: the size of item that the load comes in
	Weeks    int     // that were measured
	Items    int
	Waves    bool // it varies more than independent items would: negative binomial, else Poisson
}

// FitLoad fits weeks. ok is false when fewer than least of them were measured.
//
// Items of unequal size come as a compound count: in units of Σe²/Σe it has the mean
// and the variance of a plain one, so the variance of a week is compared with the mean
// times that unit (method of moments).
func FitLoad(weeks []Week, least int) (l Load, ok bool) {
	var effort, squares, ofWeeks float64
	for _, w := range weeks {
		if !w.Measured {
			continue
		}
		l.Weeks++
		l.Items += w.Items
		effort, squares, ofWeeks = effort+w.Effort, squares+w.Squares, ofWeeks+w.Effort*w.Effort
	}
	if l.Weeks < max(least, 2) {
		return l, false
	}
	if effort == 0 {
		return l, true
	}
	n := float64(l.Weeks)
	l.Mean, l.Unit = effort/n, squares/effort
	l.Variance = math.Max(0, ofWeeks-n*l.Mean*l.Mean) / (n - 1)
	if alone := l.Mean * l.Unit; l.Variance > alone*(1+1e-9) {
		l.Waves = true
	} else {
		l.Variance = alone
	}
	return l, true
}

// Over is the mean and the standard deviation of the load of so many weeks, taken as
// independent of each other, and what is enough for it with a chance between 0 and 1:
// the quantile of the negative binomial distribution, or of Poisson's, in units of the
// load. It is never below the mean of a load that is there.
func (l Load) Over(weeks, enough float64) (mean, sd, reserve float64, err error) {
	if l.Mean == 0 {
		return 0, 0, 0, nil
	}
	mean = l.Mean * weeks
	k, err := chance.CountQuantile(mean/l.Unit, l.Variance*weeks/l.Unit/l.Unit, enough)
	return mean, math.Sqrt(l.Variance * weeks), math.Max(mean, float64(k)*l.Unit), err
}

// Shape is the distribution by name.
func (l Load) Shape() string {
	if l.Waves {
		return "negative binomial"
	}
	return "Poisson"
}
