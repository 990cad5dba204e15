package rank

import (
	"fmt"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/rank/odds"
)

// judge scores one subject by one model.
type judge struct {
	p   *Policy
	m   *model
	s   *Subject
	now plumbline.Time
	o   *Options
	e   *economy
	c   change
}

// worth is what a model makes of a subject.
type worth struct {
	scored   bool
	log      bool // score is of the logarithm
	score    odds.Score
	parts    []part
	value    odds.Score // log of what is gained, where there is a size
	size     odds.Score // log of what it takes
	sized    bool
	missing  []plumbline.Factor
	problems []string
	broken   bool // a factor was given that nothing can be worked out with
}

// part is one factor's part in a score.
type part struct {
	quantity
	sign  float64 // 1 gained, -1 paid, 0: it widens only
	share float64 // of the variance of the score
}

func (w *worth) lack(f plumbline.Factor) {
	if !slices.Contains(w.missing, f) {
		w.missing = append(w.missing, f)
	}
}

func (w *worth) note(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

// judge works out the score.
func (j *judge) judge() worth {
	if d := j.s.Direct; d != nil {
		return worth{scored: true, score: odds.Score{Mu: d.Mean, SD: d.SD}}
	}
	w := worth{log: true}
	switch j.m.kind {
	case kindPoints:
		j.byPoints(&w)
	case kindFormula:
		j.byFormula(&w)
	case kindCustomer:
		j.byDemand(&w)
		j.finish(&w)
	default:
		j.byTerms(&w)
		j.finish(&w)
	}
	if err := odds.Check([]odds.Score{w.score}); w.scored && err != nil {
		w.scored = false
		w.note("The score is too large or too small to be a number. Look at the units of the estimates.")
	}
	if w.scored {
		j.share(&w)
	}
	w.problems = slices.Clip(w.problems) // tables that share it may add to it
	return w
}

// need reads a factor, and notes it as missing or unusable.
func (j *judge) need(w *worth, id plumbline.Factor) (quantity, bool) {
	q, ok, problem := j.read(id)
	switch {
	case problem != "":
		w.note("%s", problem)
		w.broken = true
	case !ok:
		w.lack(id)
	}
	if ok {
		j.scale(w, q)
	}
	return q, ok
}

// scale notes a value that is off the factor's scale.
func (j *judge) scale(w *worth, q quantity) {
	info := j.m.factor(q.id)
	if info == nil || q.by != 1 || q.Value.Kind() != chance.KindKnown {
		return
	}
	x := q.Value.Median()
	if info.Listed && !slices.ContainsFunc(info.Bins, func(b Bin) bool { return b.Value == x }) {
		var list []string
		for _, b := range info.Bins {
			list = append(list, short(b.Value))
		}
		w.note("%s %s is not on the scale %s; it counts as it stands.", info.Name, short(x), either(list))
	}
}

// byTerms is a sum of products. Sums of lognormals are taken for lognormal with
// the same mean and variance (Fenton and Wilkinson).
func (j *judge) byTerms(w *worth) {
	if j.s.Profile != "" {
		j.byProfile(w)
		return
	}
	if j.m.whole != "" {
		if q, ok, _ := j.read(j.m.whole); ok {
			w.value = odds.Score{Mu: q.mu, SD: q.sd}
			w.parts = append(w.parts, part{quantity: q, sign: 1})
			return
		}
	}
	var sum sum
	left := 0
	for _, t := range j.m.terms {
		before := len(w.missing)
		s, parts, ok := j.product(w, t)
		if !ok {
			if j.m.any && len(parts) == 0 {
				w.missing = w.missing[:before] // nobody claims anything of this kind
			}
			left++
			continue
		}
		sum.add(s)
		w.parts = append(w.parts, parts...)
	}
	switch {
	case left == len(j.m.terms) && j.m.any && len(w.missing) == 0:
		for _, t := range j.m.terms {
			for _, f := range t.factors {
				w.lack(f)
			}
		}
	case left > 0 && left < len(j.m.terms) && j.m.any && len(w.missing) > 0:
		w.note("What is known only in part is left out of the sum: it misses %s.", j.names(w.missing))
		w.missing = nil
	}
	w.value = sum.score()
}

func (j *judge) names(ids []plumbline.Factor) string {
	var out []string
	for _, id := range ids {
		out = append(out, nameOf(j.m.factor(id), id))
	}
	return both(out)
}

// product is one term: its log score and its parts, as far as they are known.
func (j *judge) product(w *worth, t term) (s odds.Score, parts []part, ok bool) {
	ok = true
	v := 0.0
	s.Mu = math.Log(t.times)
	for _, f := range t.factors {
		q, has := j.need(w, f)
		if !has {
			ok = false
			continue
		}
		s.Mu += q.mu
		v += q.sd * q.sd
		parts = append(parts, part{quantity: q, sign: 1})
	}
	s.SD = math.Sqrt(v)
	return s, parts, ok
}

// finish divides by the size, and takes confidence in.
func (j *judge) finish(w *worth) {
	for _, f := range j.m.over {
		q, ok := j.need(w, f)
		if !ok {
			continue
		}
		if q.Value.Quantile(0.05) <= 0 {
			w.note("%s is %s: it divides the score, so it must be above zero.", nameOf(j.m.factor(f), f), figures(q.Value))
			w.broken = true
			continue
		}
		w.size.Mu += q.mu
		w.size.SD = math.Hypot(w.size.SD, q.sd)
		w.parts = append(w.parts, part{quantity: q, sign: -1})
	}
	w.sized = len(j.m.over) > 0
	j.confide(w)
	w.scored = len(w.missing) == 0 && !w.broken
	w.score = odds.Score{Mu: w.value.Mu - w.size.Mu, SD: math.Hypot(w.value.SD, w.size.SD)}
}

// confide takes in how sure people are: their confidence multiplies the score, or
// has widened every spread, as the caller likes it.
func (j *judge) confide(w *worth) {
	if j.m.confidence == "" {
		return
	}
	q, ok := j.need(w, j.m.confidence)
	if !ok {
		return
	}
	if j.discounts() {
		w.value.Mu += q.mu
		w.value.SD = math.Hypot(w.value.SD, q.sd)
		w.parts = append(w.parts, part{quantity: q, sign: 1})
		return
	}
	w.parts = append(w.parts, part{quantity: q}) // every spread was widened as it was read
}

// wider is by how much the spread of a factor is multiplied, since people are not
// sure: that of what they said, before its age widens it.
func (j *judge) wider(id plumbline.Factor) float64 {
	if id == j.m.confidence || j.m.confidence == "" || j.discounts() {
		return 1
	}
	q, ok, _ := j.read(j.m.confidence)
	if !ok {
		return 1
	}
	return j.m.wider(math.Exp(q.mu))
}

func (j *judge) discounts() bool {
	return j.o.Confidence == Discount || j.o.Confidence == "" && j.m.discounts
}

// wider is how much a confidence multiplies spreads: as listed, in a straight
// line between, and beyond the list as at its ends.
func (m *model) wider(confidence float64) float64 {
	for i, w := range m.widen {
		if confidence >= w.At {
			if i == 0 {
				return w.By
			}
			above := m.widen[i-1]
			return w.By + (above.By-w.By)*(confidence-w.At)/(above.At-w.At)
		}
	}
	if n := len(m.widen); n > 0 {
		return m.widen[n-1].By
	}
	return 1
}

// share gives every part its share of the variance.
func (j *judge) share(w *worth) {
	sds := make([]float64, len(w.parts))
	for i, p := range w.parts {
		if p.sign != 0 {
			sds[i] = p.sd
		}
	}
	for i, s := range odds.Shares(sds) {
		w.parts[i].share = s
	}
}

// sum adds lognormals.
type sum struct{ mean, variance float64 }

func (s *sum) add(log odds.Score) {
	m := log.MeanOfLog()
	s.mean += m
	s.variance += m * m * math.Expm1(log.SD*log.SD)
}

// score is the lognormal with the sum's mean and variance.
func (s sum) score() odds.Score {
	if s.mean <= 0 {
		return odds.Score{}
	}
	v := math.Log1p(s.variance / (s.mean * s.mean))
	return odds.Score{Mu: math.Log(s.mean) - v/2, SD: math.Sqrt(v)}
}
