package rank

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
)

// enough is of how many other items a factor must be known before they stand in
// for one where nobody has said it.
const enough = 5

// unsaid are the studies of what nobody has estimated. As long as nobody has, the
// other items say what to expect: their median, as wide as they differ and as
// they are uncertain. That serves to value the question only; the item stays
// without a score. Items of which nothing at all is said are left out: they are all
// the same, and there are many.
func (t *Table) unsaid(price float64, row int) []Study {
	if t.model.kind != kindTerms || row < 0 {
		return nil
	}
	others := t.usual()
	var out []Study
	for i := t.Forced + t.Scored; i < t.Len(); i++ {
		e := t.At(i)
		if row != 0 && e.Row != row || len(e.Problems) > 0 || t.silent(e.Subject) {
			continue
		}
		s := *t.subject(e.Subject)
		s.Factors = maps.Clone(s.Factors)
		if s.Factors == nil {
			s.Factors = map[plumbline.Factor]Factor{}
		}
		for _, f := range e.Missing {
			if d, ok := others[f]; ok {
				s.Factors[f] = Factor{Value: d}
			}
		}
		j := t.judge(e.Subject, change{})
		j.s = &s
		w := j.judge()
		for _, p := range w.parts {
			if w.scored && w.log && p.sign != 0 && slices.Contains(e.Missing, p.id) {
				st := t.study(e.Subject, w, p, price)
				st.Unsaid = true
				st.Sentence = fmt.Sprintf("Nobody has said %s of %s. %s", nameOf(t.model.factor(p.id), p.id), s.ID, st.Sentence)
				out = append(out, st)
			}
		}
	}
	return out
}

// silent says that nobody has said anything of a subject by this model.
func (t *Table) silent(subject int) bool {
	j := t.judge(subject, change{})
	return !slices.ContainsFunc(t.model.Factors, func(f FactorInfo) bool { _, ok, _ := j.read(f.ID); return ok })
}

// Silent is how many entries nobody has said anything of by this model.
func (t *Table) Silent() (n int) {
	for i := t.Forced + t.Scored; i < t.Len(); i++ {
		if t.silent(t.Subject(i)) {
			n++
		}
	}
	return n
}

// usual is what the scored items have of each factor.
func (t *Table) usual() map[plumbline.Factor]chance.Dist {
	type tally struct{ n, mu, square, own float64 }
	seen := map[plumbline.Factor]*tally{}
	for i := range t.Len() {
		w := &t.state(i).worth
		if !w.scored {
			continue
		}
		for _, p := range w.parts {
			if seen[p.id] == nil {
				seen[p.id] = &tally{}
			}
			a := seen[p.id]
			a.n, a.mu, a.square, a.own = a.n+1, a.mu+p.mu, a.square+p.mu*p.mu, a.own+p.sd*p.sd
		}
	}
	out := map[plumbline.Factor]chance.Dist{}
	for f, a := range seen {
		mean := a.mu / a.n
		v := max(a.square/a.n-mean*mean, 0) + a.own/a.n
		if a.n < enough {
			continue
		}
		d, err := chance.LognormalOf(mean, math.Sqrt(v))
		if err != nil { // all say the same
			d, err = chance.Known(math.Exp(mean))
		}
		if err == nil {
			out[f] = d
		}
	}
	return out
}
