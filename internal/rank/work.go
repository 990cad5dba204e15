package rank

import (
	"plumbline/internal/chance"
)

// Work is a subject for whoever plans it: what it is worth apart from its size, and
// its size. A score is a worth over a size; a plan sees to the size by itself.
type Work struct {
	Scored bool        // its model gives it a score
	Value  float64     // the mean of what is gained, drawn to its category's as the score is
	Weeks  chance.Dist // engineer-weeks of everybody; unknown while nobody said
	By     string      // the name of the factor that says how many
}

// Work is what a subject is worth and what it takes. The size is its effort, else
// its duration as the work of one person.
func (t *Table) Work(subject int) Work {
	st := t.state(subject)
	out := Work{}
	if e := t.Entry(subject); e.Score != nil {
		out.Scored, out.Value = true, e.Score.Shrunk
		if w := &st.worth; w.sized && w.log && e.Score.Mean > 0 {
			out.Value = w.value.MeanOfLog() * e.Score.Shrunk / e.Score.Mean
		}
	}
	out.Weeks, out.By = t.policy.size(t.subject(subject))
	return out
}

// size is how much work a subject is, in engineer-weeks, by the first model that can
// say so, and the name of the factor that it says it by.
func (p *Policy) size(s *Subject) (chance.Dist, string) {
	for _, m := range p.models {
		for _, id := range m.over {
			f, ok := s.Factors[id]
			if !ok || f.Value.IsUnknown() || m.weeks <= 0 {
				continue
			}
			if d, err := weeksOf(f.Value, m.weeks); err == nil {
				return d, nameOf(m.factor(id), id)
			}
		}
	}
	return chance.Unknown(), ""
}

// weeksOf is a size in engineer-weeks, of which there are some in its unit.
func weeksOf(d chance.Dist, weeks float64) (chance.Dist, error) {
	per, err := chance.Known(weeks)
	if err != nil {
		return d, err
	}
	return chance.Times(d, per)
}
