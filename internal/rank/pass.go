package rank

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"plumbline/internal/rank/odds"
	"plumbline/internal/sorted"
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
	type found struct {
		Pass
		by float64
	}
	var out []found
	for _, p := range t.state(e.Subject).worth.parts {
		by, ok := t.reach(e.Subject, above.Subject, p)
		if !ok {
			continue
		}
		info := t.model.factor(p.id)
		from := p.Value.Median()
		to := beyond(from, from*by)
		if end := endOf(info); end > 0 && to > end || p.sign == 0 && by < 1 {
			continue // nothing is more than all, and nobody is to be less sure in order to pass
		}
		name := nameOf(info, p.id)
		text := fmt.Sprintf("It would pass %s if %s were %s instead of %s.", t.subject(above.Subject).ID, name, instead(info, to, from), insteadOf(info, from, to))
		if info != nil && info.Private {
			text = fmt.Sprintf("It would pass %s if %s were %s times what it is.", t.subject(above.Subject).ID, name, short(by))
		}
		out = append(out, found{Pass{p.id, from, to, text}, by})
	}
	sorted.By(out, func(a, b found) int {
		return cmp.Compare(math.Abs(math.Log(a.by)), math.Abs(math.Log(b.by)))
	})
	passes := make([]Pass, len(out))
	for i, f := range out {
		passes[i] = f.Pass
	}
	return passes
}

// endOf is the end of a factor's scale; 0: it has none.
func endOf(info *FactorInfo) float64 {
	if info == nil {
		return 0
	}
	return cmp.Or(info.Max, info.Hundred)
}

// instead writes what a factor would have to be, in its measure, and insteadOf what it
// is, with as many digits as tell them apart.
func instead(info *FactorInfo, to, from float64) string {
	return insteadOf(info, to, from) + measure(info)
}

func insteadOf(info *FactorInfo, x, other float64) string {
	if info != nil && info.Share {
		return apart(100*x, 100*other) + " %"
	}
	return apart(x, other)
}

// reach is by how much a factor has to be multiplied for the subject to come before
// another one. What it then is teaches something of its category too, which moves the
// aim: it is aimed again until it holds.
func (t *Table) reach(subject, above int, p part) (by float64, ok bool) {
	prior, want := t.prior(t.lines.At(subject)), t.rung(int32(above)).key
	for range 8 {
		if by, ok = t.reachUnder(subject, p, prior, want+1e-9); !ok { // past it, whatever the last bits are
			return 0, false
		}
		if t.options.Order == ByPromise {
			return by, true
		}
		w := t.judge(subject, change{p.id, by}).judge()
		mine, theirs := t.standsIf(subject, above, &w)
		if mine.key > theirs.key {
			return by, true
		}
		prior, want = mine.prior, theirs.key
	}
	return 0, false
}

// reachUnder is by how much a factor has to be multiplied for the subject to pass
// what is wanted, if scores are drawn to their mean by the prior; found by halving.
func (t *Table) reachUnder(subject int, p part, prior odds.Prior, want float64) (by float64, ok bool) {
	key := func(by float64) float64 {
		w := t.judge(subject, change{p.id, by}).judge()
		if !w.scored {
			return math.Inf(-1)
		}
		return t.standOf(w.score, w.log, prior).key
	}
	low, high := 0.0, math.Log(farthest) // of the logarithm of by, away from 1
	if key(math.Exp(high)) <= want {
		if high = -high; key(math.Exp(high)) <= want {
			return 0, false
		}
	}
	for range 60 {
		mid := (low + high) / 2
		if key(math.Exp(mid)) > want {
			high = mid
		} else {
			low = mid
		}
	}
	return math.Exp(high), true
}

// beyond is a number with three digits that count, or more when from has the same
// three, at or behind to, as seen from from: what people can type, and what still
// passes.
func beyond(from, to float64) float64 {
	for digits := 3; digits < 12; digits++ {
		p := math.Pow(10, float64(digits-1)-math.Floor(math.Log10(math.Abs(to))))
		round := math.Ceil
		if to < from {
			round = math.Floor
		}
		if x := round(to*p) / p; math.Abs(x-to) <= math.Abs(to-from) || digits > 3 && x != from {
			return x
		}
	}
	return to
}

// apart writes x with as many digits as tell it from y, at least three.
func apart(x, y float64) string {
	for digits := 3; digits < 12; digits++ {
		a, b := strconv.FormatFloat(x, 'g', digits, 64), strconv.FormatFloat(y, 'g', digits, 64)
		if a != b {
			v, _ := strconv.ParseFloat(a, 64)
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return short(x)
}
