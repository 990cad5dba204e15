package rank

import (
	"math"

	"plumbline/internal/chance"
	"plumbline/internal/rank/odds"
)

// byPoints is the mean of points that tables give. A factor that is uncertain
// gets the mean of the points that it may get, and their spread.
func (j *judge) byPoints(w *worth) {
	w.log = false
	n := float64(len(j.m.Factors))
	for _, f := range j.m.Factors {
		q, ok, problem := j.read(f.ID)
		if problem != "" { // zero is on these scales
			q, ok = quantity{Factor: j.s.Factors[f.ID], id: f.ID, by: 1}, true
		}
		if !ok {
			w.lack(f.ID)
			continue
		}
		mean, sd := pointsOf(j.m.points[f.ID], q)
		w.score.Mu += mean / n
		w.score.SD = math.Hypot(w.score.SD, sd/n)
		q.mu, q.sd = mean, sd/n
		w.parts = append(w.parts, part{quantity: q, sign: 1})
	}
	w.scored = len(w.missing) == 0
	j.shortFix(w)
	j.sponsored(w)
}

// pointsOf is the mean and the spread of the points for a quantity.
func pointsOf(steps []step, q quantity) (mean, sd float64) {
	square, before := 0.0, 0.0
	for i, s := range steps {
		upTo := 1.0
		if i < len(steps)-1 {
			upTo = below(q.Value, s.Below/q.by)
		}
		p := upTo - before
		before = upTo
		mean += p * s.Points
		square += p * s.Points * s.Points
	}
	return mean, math.Sqrt(max(0, square-mean*mean))
}

// below is the chance to be under x; what is known to be x is not under it.
func below(d chance.Dist, x float64) float64 {
	if d.Kind() == chance.KindKnown && d.Zero() == 0 {
		if d.Median() < x {
			return 1
		}
		return 0
	}
	return d.CDF(x)
}

// shortFix gives what is surely done soon its fixed score.
func (j *judge) shortFix(w *worth) {
	f := j.m.short
	if f.Factor == "" {
		return
	}
	q, ok, _ := j.read(f.Factor)
	if !ok || q.Value.Quantile(0.95)*q.by >= f.Below {
		return
	}
	w.scored, w.score = true, odds.Score{Mu: f.Score}
	w.missing, w.parts = nil, []part{{quantity: q, sign: -1}}
	w.note("A short fix: done within %s weeks, it scores %s whatever it saves.", short(f.Below), short(f.Score))
}

// sponsored says what is missing around the score: the sponsor of a large one,
// and what the finance plan asks for.
func (j *judge) sponsored(w *worth) {
	if w.scored && j.m.sponsor > 0 && w.score.Mu > j.m.sponsor && j.s.Sponsor == "" {
		w.note("A score above %s needs an executive sponsor: name one.", short(j.m.sponsor))
	}
	plan := j.s.Plan
	if !plan.Wanted {
		return
	}
	for _, c := range []struct {
		bad  bool
		says string
	}{
		{plan.Date == 0, "a firm date"},
		{plan.Approved == "", "that date approved by the product manager"},
		{!(plan.Confidence > 0.5), "a confidence above 50 %"},
		{!plan.Net, "savings net of what other items save too"},
	} {
		if c.bad {
			w.note("It is not ready for the plan: it needs %s.", c.says)
		}
	}
}
