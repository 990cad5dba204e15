package rank

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/rank/odds"
)

// Study is something that could be found out, and what it is worth. A worth is
// that of deciding better whether the item is among the first: with the score at
// the cut as the price of a place.
type Study struct {
	Subject  int
	Factor   plumbline.Factor
	Study    string  // id in the policy
	EVPI     float64 // of knowing everything about the item, in units of the score
	EVPPI    float64 // of knowing this factor, in units of the score
	Weeks    bool    // the next four are in engineer-weeks; else in units of the score, and Cost is not taken off
	Perfect  float64 // EVPPI
	Worth    float64 // EVSI: of the study as it is
	Cost     float64
	Net      float64
	Unsaid   bool // nobody has estimated the factor: what other items have stands in for it
	Sentence string
}

// ValidateNext lists up to n things to find out, the one with the most worth
// over its cost first; with n 0, all that could be asked about. Studies that cost
// more than they are worth are at the end, with a Net below 0.
func (t *Table) ValidateNext(n int) []Study {
	price, row := t.price()
	var out []Study
	for i := t.Forced; i < t.Forced+t.Scored; i++ {
		if s := t.Subject(i); row == 0 || t.state(s).row.ID == row {
			out = append(out, t.studies(s, price)...)
		}
	}
	out = append(out, t.unsaid(price, row)...)
	places := t.Inverse()
	slices.SortStableFunc(out, func(a, b Study) int {
		return cmp.Or(cmp.Compare(b.Net, a.Net), cmp.Compare(b.EVPPI, a.EVPPI), cmp.Compare(places[a.Subject], places[b.Subject]), cmp.Compare(a.Factor, b.Factor))
	})
	if n > 0 && len(out) > n {
		out = out[:n]
	}
	return out
}

// price is what a place among the first costs, and the row where the last of them
// is: only there does a score decide who is among them. Row 0 stands for all, when
// the caller named the price; row -1 for none.
func (t *Table) price() (price float64, row int) {
	if t.options.Price > 0 {
		return t.options.Price, 0
	}
	for _, r := range t.parts {
		if t.Top > r.from && t.Top <= r.to {
			return t.Cut, r.row
		}
	}
	if t.Scored > 0 && t.Top > t.Forced+t.Scored {
		// There is room for all: a place costs what the last of them scores.
		last := t.lines.At(t.Subject(t.Forced + t.Scored - 1))
		price := t.standing(last).Mu
		if last.log {
			price = math.Exp(price)
		}
		return price, int(last.row)
	}
	return 0, -1
}

// studies are the best study of each factor of a subject.
func (t *Table) studies(subject int, price float64) []Study {
	w := t.state(subject).worth
	var out []Study
	parts := w.parts
	if t.subject(subject).Direct != nil {
		parts = []part{{quantity: quantity{id: "score", sd: w.score.SD}, sign: 1}}
	}
	for _, p := range parts {
		if p.sign == 0 || p.sd <= 0 {
			continue
		}
		out = append(out, t.study(subject, w, p, price))
	}
	return out
}

// study is what one factor of a subject is worth to know, and its best study.
func (t *Table) study(subject int, w worth, p part, price float64) Study {
	s := Study{Subject: subject, Factor: p.id}
	now, kept := t.believed(subject, w)
	p.sd *= kept
	if !w.log {
		s.EVPI = odds.ForNormal(now.Mu, now.SD, price)
		s.EVPPI = odds.ForNormal(now.Mu, p.sd, price)
	} else {
		s.EVPI = odds.ForLognormal(now, price)
		s.EVPPI = odds.ForFactor(now.MeanOfLog(), price, p.sd)
		w.value.Mu += now.MeanLog() - w.score.MeanLog() // what it takes is what it takes
	}
	t.best(&s, w, p, price)
	s.Sentence = t.studySentence(s)
	return s
}

// believed is a worth as the order reads scores, and how much of each spread is left
// of it: what is drawn to the mean of others is believed less, and less of it is open.
func (t *Table) believed(subject int, w worth) (s odds.Score, kept float64) {
	prior := t.prior(t.lines.At(subject))
	if t.options.Order != ByExpectation {
		return w.score, 1
	}
	return prior.Shrink(w.score), math.Sqrt(prior.Weight(w.score.SD))
}

// best finds the study of the policy that is worth most over its cost.
func (t *Table) best(s *Study, w worth, p part, price float64) {
	s.Net = math.Inf(-1)
	weeks := t.model.weeks
	s.Weeks = w.sized && weeks > 0 && w.log
	for _, r := range t.policy.studies {
		if len(r.Factors) > 0 && !slices.Contains(r.Factors, p.id) {
			continue
		}
		c := Study{Study: r.ID, Cost: r.Weeks}
		if s.Weeks {
			value, cost := w.value.MeanOfLog()/price*weeks, w.size.MeanOfLog()*weeks
			c.Perfect = odds.ForFactor(value, cost, p.sd)
			c.Worth = odds.ForFactor(value, cost, odds.Learnable(p.sd, r.Noise, r.Answers))
			c.Net = c.Worth - c.Cost
		} else {
			c.Perfect, c.Worth = s.EVPPI, s.EVPPI
			c.Net = c.Worth
		}
		if c.Net > s.Net {
			s.Study, s.Cost, s.Perfect, s.Worth, s.Net = c.Study, c.Cost, c.Perfect, c.Worth, c.Net
		}
	}
}

func (t *Table) studySentence(s Study) string {
	id, name := t.subject(s.Subject).ID, nameOf(t.model.factor(s.Factor), s.Factor)
	for _, r := range t.policy.studies {
		if r.ID != s.Study {
			continue
		}
		if !s.Weeks {
			return fmt.Sprintf("%s about %s of %s: %s.", r.Verb, name, id, r.Name)
		}
		if s.Net <= 0 {
			return fmt.Sprintf("Deciding now beats looking: %s about %s of %s costs %s engineer-weeks and is worth %s.", r.Name, name, id, short(r.Weeks), short(s.Worth))
		}
		return fmt.Sprintf("%s about %s of %s: %s (%s engineer-weeks), worth %s engineer-weeks.", r.Verb, name, id, r.Name, short(r.Weeks), short(s.Worth))
	}
	return fmt.Sprintf("Find out more about %s of %s.", name, id)
}
