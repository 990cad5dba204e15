package pairs

import (
	"math"

	"plumbline/internal/chance"
)

// Skill is a worth that is updated answer by answer: its mean and standard deviation.
type Skill struct{ Mean, SD float64 }

// Game is the noise of single answers: Beta is the standard deviation of one item's
// showing, Drift how much a worth wanders between answers, and Draw how often equals
// tie, 0 to below 1.
type Game struct{ Beta, Drift, Draw float64 }

// Standard is the start and the game that TrueSkill is published with (Herbrich, Minka
// and Graepel, 2006).
func Standard() (Skill, Game) {
	return Skill{Mean: 25, SD: 25.0 / 3}, Game{Beta: 25.0 / 6, Drift: 25.0 / 300, Draw: 0.1}
}

// Update is two worths after one answer about them (TrueSkill for two).
func (g Game) Update(a, b Skill, outcome Outcome) (Skill, Skill) {
	if outcome == Second {
		b, a = g.Update(b, a, First)
		return a, b
	}
	va, vb := a.SD*a.SD+g.Drift*g.Drift, b.SD*b.SD+g.Drift*g.Drift
	c := math.Sqrt(2*g.Beta*g.Beta + va + vb)
	v, w := moments(outcome, (a.Mean-b.Mean)/c, g.margin()/c)
	next := func(s Skill, variance, sign float64) Skill {
		return Skill{Mean: s.Mean + sign*variance/c*v, SD: math.Sqrt(variance * (1 - variance/(c*c)*w))}
	}
	return next(a, va, 1), next(b, vb, -1)
}

// margin is the difference of two showings below which they tie.
func (g Game) margin() float64 {
	if g.Draw == 0 {
		return 0
	}
	return chance.Probit((g.Draw+1)/2) * math.Sqrt2 * g.Beta
}

// moments is how far an outcome moves the mean of a normal difference, and by which
// share it reduces its variance, both in units of the noisy difference: t is its mean
// and e the margin of ties. The outcome is First or Tie.
func moments(outcome Outcome, t, e float64) (v, w float64) {
	if outcome == First {
		v = hazard(e - t)
		return v, v * (v + t - e)
	}
	t0 := math.Abs(t) // the same on both sides; the left one has the digits
	p := chance.Q(t0-e) - chance.Q(t0+e)
	if p < 1e-200 { // so unlikely that the difference sits at the margin
		v, w = e-t0, 1
	} else {
		v = (chance.Density(e+t0) - chance.Density(e-t0)) / p
		w = v*v + ((e-t0)*chance.Density(e-t0)+(e+t0)*chance.Density(e+t0))/p
	}
	return math.Copysign(v, -t), w
}

// hazard is the density of the standard normal over its upper tail.
func hazard(x float64) float64 {
	if x > 30 {
		return x + 1/x - 2/(x*x*x)
	}
	return chance.Density(x) / chance.Q(x)
}
