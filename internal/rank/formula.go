package rank

import (
	"cmp"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/rank/odds"
)

// draws is how many samples a formula of one's own is worked out for.
const draws = 512

// byFormula evaluates the formula on samples of its factors, and takes a normal
// with the same mean and variance: of the logarithm when every sample is above
// zero, else of the score itself.
func (j *judge) byFormula(w *worth) {
	qs := make([]quantity, len(j.m.Factors))
	us := make([][]float64, len(j.m.Factors))
	for i, f := range j.m.Factors {
		q, ok, problem := j.read(f.ID)
		if problem != "" { // a formula may take what is not above zero
			q, ok = quantity{Factor: j.s.Factors[f.ID], id: f.ID, by: 1}, true
		}
		if !ok {
			w.lack(f.ID)
			continue
		}
		qs[i], us[i] = q, strata(chance.NewStream(j.o.Seed, j.s.ID, string(f.ID)))
		w.parts = append(w.parts, part{quantity: q, sign: 1})
	}
	if len(w.missing) > 0 {
		return
	}
	facts := make(drawn, len(qs))
	ys := make([]float64, draws)
	for s := range ys {
		for i, f := range j.m.Factors {
			facts[string(f.ID)] = qs[i].at(us[i][s])
		}
		y, err := j.m.formula.Eval(facts)
		if err != nil {
			w.note("%s", plumbline.TextOf(err))
			return
		}
		ys[s] = y
	}
	w.scored = true
	w.score, w.log = moments(ys)
}

// strata are shares of chance, one in each of as many equal parts of it, in an
// order of the stream's own: a Latin hypercube, whose means are nearer to the
// truth than those of as many plain draws.
func strata(stream chance.Stream) []float64 {
	order := make([]int, draws)
	for s := range order {
		order[s] = s
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(stream.Uniform(uint64(a)), stream.Uniform(uint64(b)))
	})
	us := make([]float64, draws)
	for part, s := range order {
		us[s] = (float64(part) + stream.Uniform(uint64(draws+s))) / draws
	}
	return us
}

// at is the quantity's value where a share u of its chance lies below, with the
// spread that age has given it.
func (q quantity) at(u float64) float64 {
	if mu, sd, err := q.Value.Log(); err == nil && q.sd > sd {
		return math.Exp(mu + math.Log(q.by) + q.sd*chance.Probit(u))
	}
	return q.by * q.Value.Quantile(u)
}

// drawn are the facts of one sample.
type drawn map[string]float64

// Fact implements rule.Facts.
func (d drawn) Fact(name string) (any, bool) { v, ok := d[name]; return v, ok }

// moments fits a normal to samples, in logarithms if all are above zero.
func moments(ys []float64) (s odds.Score, log bool) {
	log = true
	for _, y := range ys {
		log = log && y > 0
	}
	n := float64(len(ys))
	square := 0.0
	for _, y := range ys {
		if log {
			y = math.Log(y)
		}
		s.Mu += y / n
	}
	for _, y := range ys {
		if log {
			y = math.Log(y)
		}
		square += (y - s.Mu) * (y - s.Mu) / n
	}
	s.SD = math.Sqrt(square)
	return s, log
}
