package pairs

import (
	"math"

	"plumbline/internal/chance"
)

// Judge is how consistent somebody's answers are.
type Judge struct {
	Answers         int
	Repeated, Same  int     // pairs that were answered again, and how many of these answers were the same
	Triples, Cycles int     // triples of items compared all round, and how many go round: a before b before c before a
	Noise           float64 // of an answer, in the unit of the worths: less is better
}

// Judges is the consistency of everybody who answered, by name. The noise is what makes
// a judge's answers likeliest beside the posterior of all answers, its uncertainty
// taken into account, with the model's noise as the prior guess (a factor of two
// either way): repeated answers that differ, and cycles, can be explained by noise only.
func (p *Posterior) Judges() map[string]Judge {
	answers := map[string][]Comparison{}
	for _, s := range p.sites {
		answers[s.Judge] = append(answers[s.Judge], s.Comparison)
	}
	judges := make(map[string]Judge, len(answers))
	for name, list := range answers {
		j := Judge{Answers: len(list), Noise: p.noiseFrom(list)}
		j.Repeated, j.Same = again(list)
		j.Triples, j.Cycles = cycles(list)
		judges[name] = j
	}
	return judges
}

// FitJudges is the posterior in which every judge has the noise that their own answers
// show, beside those of all, and how consistent each is: fit and noise are found in
// turn, until no noise changes by more than a hundredth, at most 20 times. The noise
// of judges in the model is where it begins.
func FitJudges(n int, comparisons []Comparison, m Model) (*Posterior, map[string]Judge, error) {
	p, err := Fit(n, comparisons, m)
	if err != nil {
		return nil, nil, err
	}
	judges := p.Judges()
	for range 20 {
		change, learned := 0.0, make(map[string]float64, len(judges))
		for name, j := range judges {
			learned[name] = j.Noise
			change = max(change, math.Abs(math.Log(j.Noise/p.noiseOf(name))))
		}
		if change <= 0.01 {
			break
		}
		m.Judges = learned
		if p, err = Fit(n, comparisons, m); err != nil {
			return nil, nil, err
		}
		judges = p.Judges()
	}
	return p, judges, nil
}

// again counts answers to pairs that were answered before, and those among them that
// are as the one before.
func again(list []Comparison) (repeated, same int) {
	before := map[[2]int]int{}
	for _, c := range list {
		key := ordered([2]int{c.A, c.B})
		won := c.A
		if c.Outcome == Tie {
			won = -1
		}
		if w, ok := before[key]; ok {
			repeated++
			if w == won {
				same++
			}
		}
		before[key] = won
	}
	return repeated, same
}

// cycles counts triples that were compared all round without a tie, by the newest
// answers, and those that go round.
func cycles(list []Comparison) (triples, round int) {
	beats := map[[2]int]bool{} // key: a pair in order; whether its lower number won
	items := map[int][]int{}   // higher numbers that an item was compared with
	for _, c := range list {
		key := ordered([2]int{c.A, c.B})
		if _, ok := beats[key]; !ok && c.Outcome != Tie {
			items[key[0]] = append(items[key[0]], key[1])
		}
		if c.Outcome != Tie {
			beats[key] = c.A == key[0]
		}
	}
	for a, above := range items {
		for _, b := range above {
			for _, c := range above {
				bc, ok := beats[[2]int{b, c}]
				if b >= c || !ok {
					continue
				}
				triples++
				if ab, ac := beats[[2]int{a, b}], beats[[2]int{a, c}]; ab == bc && ab != ac {
					round++
				}
			}
		}
	}
	return triples, round
}

// noiseFrom is the likeliest noise of one judge's answers, by a search over a
// geometric grid from an eighth of the model's noise to eight times it.
func (p *Posterior) noiseFrom(list []Comparison) float64 {
	best, most := p.model.Noise, math.Inf(-1)
	for step := -60; step <= 60; step++ {
		factor := math.Exp2(float64(step) / 20)
		noise := p.model.Noise * factor
		l := -math.Pow(math.Log2(factor), 2) / 2
		for _, c := range list {
			m, v := p.Difference(c.A, c.B)
			if c.Outcome != Tie {
				l += math.Log(chance.Phi(m/math.Sqrt(noise*noise+v)) + 1e-300)
			}
		}
		if l > most {
			best, most = noise, l
		}
	}
	return best
}
