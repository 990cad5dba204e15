package rank

import (
	"fmt"
	"math"
	"time"

	"plumbline"
	"plumbline/internal/chance"
)

const (
	day   = 24 * time.Hour
	weekH = 7 * day
	yearH = 8766 * time.Hour // 365.25 days
)

// change is a factor of one subject taken for By times what it is; the zero value
// changes nothing.
type change struct {
	factor plumbline.Factor
	by     float64
}

// quantity is a factor as a model reads it: its distribution, times By, and its
// logarithm, widened by age and by confidence.
type quantity struct {
	Factor
	id     plumbline.Factor
	by     float64
	mu, sd float64       // of the logarithm
	aged   time.Duration // beyond what its grade keeps fresh
}

// read gives a factor of a subject, or false when nobody has said it. problem
// says why one that was said cannot be used.
func (j *judge) read(id plumbline.Factor) (q quantity, ok bool, problem string) {
	info := j.m.factor(id)
	f, ok := j.s.Factors[id]
	for i := 0; !ok && info != nil && i < len(info.Also); i++ {
		f, ok = j.s.Factors[info.Also[i]]
	}
	if !ok || f.Value.IsUnknown() {
		return quantity{}, false, ""
	}
	q = quantity{Factor: f, id: id, by: 1}
	if j.c.factor == id && j.c.by > 0 {
		q.by = j.c.by
	}
	mu, sd, err := f.Value.Log()
	if err != nil {
		return q, false, fmt.Sprintf("%s is %s, which cannot be multiplied: it must be above zero.", nameOf(info, id), figures(f.Value))
	}
	q.mu, q.sd = mu+math.Log(q.by), j.grown(&q, sd*j.wider(id))
	return q, true, ""
}

// grown is the spread of an estimate after its age: its log variance grows with
// the square of the grade's drift a year once it is no longer fresh.
func (j *judge) grown(q *quantity, sd float64) float64 {
	rule, ok := j.p.ages[q.Grade]
	if !ok || q.Observed == 0 || j.now == 0 {
		return sd
	}
	old := j.now.Std().Sub(q.Observed.Std()) - rule.Fresh
	if old <= 0 {
		return sd
	}
	q.aged = old
	return math.Sqrt(sd*sd + rule.Drift*rule.Drift*float64(old)/float64(yearH))
}

// nameOf is how people call a factor.
func nameOf(info *FactorInfo, id plumbline.Factor) string {
	if info != nil && info.Name != "" {
		return info.Name
	}
	return string(id)
}

// figures writes a quantity as people do: "3", or "2 to 5".
func figures(d chance.Dist) string {
	if d.Kind() == chance.KindKnown && d.Zero() == 0 {
		return short(d.Median())
	}
	text := short(d.Quantile(0.05)) + " to " + short(d.Quantile(0.95))
	if d.Zero() > 0 {
		text += fmt.Sprintf(", and nothing with a chance of %s", percent(d.Zero()))
	}
	return text
}

// short writes a number with three digits that count, without an exponent.
func short(x float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Sprintf("%g", x)
	}
	digits := 2 - int(math.Floor(math.Log10(math.Abs(x))))
	if digits < 0 {
		digits = 0
	}
	p := math.Pow(10, float64(digits))
	s := fmt.Sprintf("%.*f", digits, math.Round(x*p)/p)
	if digits > 0 {
		s = trimZeros(s)
	}
	return s
}

func trimZeros(s string) string {
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}

// percent writes a chance: "35 %".
func percent(p float64) string {
	switch {
	case p > 0 && p < 0.005:
		return "under 1 %"
	case p < 1 && p > 0.995:
		return "over 99 %"
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}
