package pairs

import (
	"maps"
	"math"
	"slices"

	"plumbline/internal/chance"
)

// Model is what is believed before anybody answers.
type Model struct {
	Spread float64            // standard deviation of the worths, above 0
	Noise  float64            // of an answer of a judge: P(a before b) = Phi((worth a - worth b)/Noise), above 0
	Judges map[string]float64 // the noise of single judges, where it is known
	Draw   float64            // how often a judge says tie of equals, 0 to below 1
}

// Standardised is worths of spread 1 that are judged with a noise of 1/2.
func Standardised() Model { return Model{Spread: 1, Noise: 0.5, Draw: 0.1} }

// maxItems bounds the work: an answer takes n² steps.
const maxItems = 500

// Posterior is what is known of the worths of items after some answers: a normal
// distribution of all of them together. It is found by expectation propagation with
// the exact moments of each answer (Minka 2001). It has an owner: it changes as
// answers are added.
type Posterior struct {
	model Model
	n     int
	mean  []float64
	cov   []float64 // n×n
	sites []site
	work  []float64
}

// site is one answer as a normal factor of the difference of two worths: its precision
// and its precision times mean.
type site struct {
	Comparison
	noise, precision, shift float64
}

// Fit is the posterior of n items after the answers.
func Fit(n int, comparisons []Comparison, m Model) (*Posterior, error) {
	switch {
	case n < 2 || n > maxItems:
		return nil, invalid("Between 2 and %d items can be compared at a time, not %d.", maxItems, n)
	case !positive(m.Spread) || !positive(m.Noise) || !(m.Draw >= 0 && m.Draw < 1):
		return nil, invalid("The model needs a spread and a noise above 0, and a chance of ties from 0 to below 1.")
	}
	for _, judge := range slices.Sorted(maps.Keys(m.Judges)) {
		if !positive(m.Judges[judge]) {
			return nil, invalid("The noise of judge %q must be a number above 0.", judge)
		}
	}
	p := &Posterior{model: m, n: n, mean: make([]float64, n), cov: make([]float64, n*n), work: make([]float64, n)}
	for i := range n {
		p.cov[i*n+i] = m.Spread * m.Spread
	}
	for _, c := range comparisons {
		if err := p.Add(c); err != nil {
			return nil, err
		}
	}
	p.Settle()
	return p, nil
}

func positive(x float64) bool { return x > 0 && !math.IsInf(x, 1) }

// Add takes one answer more, at once but roughly: [Posterior.Settle] makes the answers
// agree with each other again.
func (p *Posterior) Add(c Comparison) error {
	if err := check(p.n, []Comparison{c}); err != nil {
		return err
	}
	if c.Outcome == Second { // sites say who won
		c.A, c.B, c.Outcome = c.B, c.A, First
	}
	s := site{Comparison: c, noise: p.noiseOf(c.Judge)}
	p.improve(&s)
	p.sites = append(p.sites, s)
	return nil
}

func (p *Posterior) noiseOf(judge string) float64 {
	if noise, ok := p.model.Judges[judge]; ok {
		return noise
	}
	return p.model.Noise
}

// Settle goes over all answers until none of them moves a worth by more than a
// hundred-millionth of the spread, at most 100 times.
func (p *Posterior) Settle() {
	for range 100 {
		most := 0.0
		for i := range p.sites {
			most = max(most, p.improve(&p.sites[i]))
		}
		if most < 1e-8*p.model.Spread {
			return
		}
	}
}

// improve fits one site to the exact moments of its answer beside all other sites, and
// returns by how much the difference of its two worths moved.
func (p *Posterior) improve(s *site) float64 {
	m, v := p.Difference(s.A, s.B)
	restPrecision := 1/v - s.precision
	if restPrecision <= 0 {
		return 0
	}
	v0 := 1 / restPrecision
	m0 := v0 * (m/v - s.shift)
	c := math.Sqrt(s.noise*s.noise + v0)
	margin := 0.0
	if p.model.Draw > 0 {
		margin = chance.Probit((p.model.Draw+1)/2) * s.noise
	}
	move, shrink := moments(s.Outcome, m0/c, margin/c)
	m1, v1 := m0+v0/c*move, v0*(1-v0/(c*c)*shrink)
	precision, shift := 1/v1-restPrecision, m1/v1-m0*restPrecision
	p.change(s.A, s.B, precision-s.precision, shift-s.shift, m, v)
	s.precision, s.shift = precision, shift
	return math.Abs(m1 - m)
}

// change adds precision and shift to the difference of a and b, which has the mean m
// and the variance v now: a rank-one update.
func (p *Posterior) change(a, b int, precision, shift, m, v float64) {
	n := p.n
	for i := range n {
		p.work[i] = p.cov[i*n+a] - p.cov[i*n+b]
	}
	scale := 1 / (1 + precision*v)
	for i, x := range p.work {
		p.mean[i] += x * (shift - precision*m) * scale
		row, f := p.cov[i*n:(i+1)*n], x*precision*scale
		for j, y := range p.work {
			row[j] -= f * y
		}
	}
}

// Items is how many items are compared.
func (p *Posterior) Items() int { return p.n }

// Worth is the mean and the standard deviation of an item's worth.
func (p *Posterior) Worth(i int) (mean, sd float64) {
	return p.mean[i], math.Sqrt(p.cov[i*p.n+i])
}

// Difference is the mean and the variance of the worth of a less that of b.
func (p *Posterior) Difference(a, b int) (mean, variance float64) {
	n := p.n
	return p.mean[a] - p.mean[b], p.cov[a*n+a] + p.cov[b*n+b] - 2*p.cov[a*n+b]
}

// Above is the probability that a is worth more than b.
func (p *Posterior) Above(a, b int) float64 {
	m, v := p.Difference(a, b)
	return chance.Phi(m / math.Sqrt(v))
}
