package rank

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// farthest is the largest change that is offered as a way to pass: by a factor of
// ten thousand.
const farthest = 1e4

// passes are the changes of one factor each that bring an entry before the one
// above it, the smallest first: none when rules and not scores set them apart.
func (t *Table) passes(e, above *Entry) []Pass {
	if e.Force.Group != Scored || above.Force.Group != Scored || e.Row != above.Row {
		return nil
	}
	want := t.states[above.Subject].worth.score.Mu
	type found struct {
		Pass
		by float64
	}
	var out []found
	for _, p := range t.states[e.Subject].worth.parts {
		by, ok := t.reach(e.Subject, p, want)
		if !ok {
			continue
		}
		info := t.model.factor(p.id)
		from := p.Value.Median()
		to := from * by
		if info != nil && info.Max > 0 && to > info.Max {
			continue
		}
		name, unit := nameOf(info, p.id), ""
		if info != nil {
			unit = info.Unit
		}
		text := fmt.Sprintf("It would pass %s if %s were %s %s instead of %s.", t.subjects[above.Subject].ID, name, short(to), unit, short(from))
		if info != nil && info.Private {
			text = fmt.Sprintf("It would pass %s if %s were %s times what it is.", t.subjects[above.Subject].ID, name, short(by))
		}
		out = append(out, found{Pass{p.id, from, to, text}, by})
	}
	slices.SortStableFunc(out, func(a, b found) int {
		return cmp.Compare(math.Abs(math.Log(a.by)), math.Abs(math.Log(b.by)))
	})
	passes := make([]Pass, len(out))
	for i, f := range out {
		passes[i] = f.Pass
	}
	return passes
}

// reach is by how much a factor has to be multiplied for the subject's score to
// pass want, found by halving.
func (t *Table) reach(subject int, p part, want float64) (by float64, ok bool) {
	score := func(by float64) float64 {
		w := t.judge(subject, t.economy, change{p.id, by}).judge()
		if !w.scored {
			return math.Inf(-1)
		}
		return w.score.Mu
	}
	low, high := 0.0, math.Log(farthest) // of the logarithm of by, away from 1
	if score(math.Exp(high)) <= want {
		if high = -high; score(math.Exp(high)) <= want {
			return 0, false
		}
	}
	for range 60 {
		mid := (low + high) / 2
		if score(math.Exp(mid)) > want {
			high = mid
		} else {
			low = mid
		}
	}
	return math.Exp(high), true
}
