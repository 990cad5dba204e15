package rank

import (
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/rank/odds"
)

// The profiles of urgency: how the value of something runs away while it waits.
// They say what one more week costs now (the forms of Black Swan Farming, and
// the hazard of infrastructure).
const (
	ShortLife = "short-life" // peak is lost within a life: 2·peak_value/life
	LongLife  = "long-life"  // peak is lost by a part each week: peak_value·decay
	Steady    = "steady"     // the same each week, as toil: week_value
	Deadline  = "deadline"   // a loss at a date: deadline_loss times the chance that this week decides
	Hazard    = "hazard"     // something that may happen any week: hazard_rate·hazard_loss
)

// Profiles lists them.
var Profiles = [...]string{ShortLife, LongLife, Steady, Deadline, Hazard}

// The factors that profiles read. A model that takes profiles has them among its
// factors.
const (
	peakValue    plumbline.Factor = "peak_value"
	life         plumbline.Factor = "life"
	decay        plumbline.Factor = "decay"
	weekValue    plumbline.Factor = "week_value"
	deadlineLoss plumbline.Factor = "deadline_loss"
	hazardRate   plumbline.Factor = "hazard_rate"
	hazardLoss   plumbline.Factor = "hazard_loss"
	duration     plumbline.Factor = "duration"
)

// leastChance keeps the logarithm of a chance finite: what one week decides with
// less is next to nothing, and the entry says so.
const leastChance = 1e-6

// byProfile is the cost of one week's delay under the subject's profile.
func (j *judge) byProfile(w *worth) {
	up, down, times := map[string][]plumbline.Factor{
		ShortLife: {peakValue}, LongLife: {peakValue, decay}, Steady: {weekValue}, Deadline: {deadlineLoss}, Hazard: {hazardRate, hazardLoss},
	}, map[string][]plumbline.Factor{ShortLife: {life}}, 1.0
	switch j.s.Profile {
	case ShortLife:
		times = 2
	case Deadline:
		times = j.decides(w)
	}
	if !slices.Contains(Profiles[:], j.s.Profile) || j.m.factor(peakValue) == nil {
		w.note("There is no urgency profile %q in the model %s; it has none or %s.", j.s.Profile, j.m.Name, either(Profiles[:]))
		w.lack(up[Steady][0])
		return
	}
	s, parts, _ := j.product(w, term{times: times, factors: up[j.s.Profile]})
	for _, f := range down[j.s.Profile] {
		if q, ok := j.need(w, f); ok {
			s.Mu -= q.mu
			s.SD = math.Hypot(s.SD, q.sd)
			parts = append(parts, part{quantity: q, sign: -1})
		}
	}
	w.value, w.parts = odds.Score{Mu: s.Mu, SD: s.SD}, append(w.parts, parts...)
}

// decides is the chance that one more week of waiting is what misses the date: of
// a duration longer than what is left after it, less of one longer than what is
// left now. Before the latest responsible start it is next to nothing; once the
// date cannot be met it is nothing again, since more waiting loses no more.
func (j *judge) decides(w *worth) float64 {
	q, ok, _ := j.read(duration)
	if !ok {
		return 1 // duration is missing, and said to be, by the size
	}
	if j.s.Due == 0 {
		w.note("The profile deadline needs a date.")
		w.lack("due")
		return 1
	}
	weeks := float64(j.s.Due.Std().Sub(j.now.Std())) / float64(weekH)
	p := q.Value.CDF(weeks/q.by) - q.Value.CDF((weeks-1)/q.by)
	if p < leastChance {
		w.note("A week's delay decides nothing about the date now: %s.", map[bool]string{
			true: "it cannot be met any more", false: "there is time enough"}[q.Value.CDF(weeks/q.by) < 0.5])
		return leastChance
	}
	return p
}
