package crew

import (
	"fmt"
	"math"

	"plumbline"
	"plumbline/internal/chance"
)

// Spent is what went into a kind of work: items, their effort in person-weeks, and the
// sum of the squares of it.
type Spent struct {
	Items   int
	Effort  float64
	Squares float64
}

// Drift is a kind of work that stands away from what was planned.
type Drift struct {
	Share   plumbline.WorkShare
	Planned float64 // share of the work, 0 to 1
	Spent   float64
	Why     string // the sentence, with the rule
}

// Drifts are the kinds of work whose share stands away from the plan, in the order of
// [plumbline.WorkShares]. standing are those that did before: one begins at the rule's
// alarm, when chance alone seldom brings it so far, and goes on until it is near again.
// weeks is how many were measured; of fewer than the rule wants, or when nothing was
// finished, what stood goes on and nothing begins; ok is false then.
//
// How far chance brings a share p of work in unequal items is √(p(1-p)/n), where n is
// (Σe)²/Σe², the number of equal items that vary as much (Kish).
func (b *Book) Drifts(planned Mix, spent map[plumbline.WorkShare]Spent, weeks int, standing []Drift) (now []Drift, ok bool) {
	var all Spent
	for _, s := range spent {
		all.Items, all.Effort, all.Squares = all.Items+s.Items, all.Effort+s.Effort, all.Squares+s.Squares
	}
	if weeks < b.Drift.Least || all.Effort <= 0 {
		return standing, false
	}
	alike := all.Effort * all.Effort / all.Squares
	for _, share := range plumbline.WorkShares {
		d := Drift{Share: share, Planned: planned[share], Spent: spent[share].Effort / all.Effort}
		off, far := math.Abs(d.Spent-d.Planned), b.Drift.Alarm
		if stands(standing, share) {
			far = b.Drift.Clear
		} else {
			far = math.Max(far, chance.Probit(b.Drift.Sure)*math.Sqrt(d.Planned*(1-d.Planned)/alike))
		}
		if off < far-1e-9 {
			continue
		}
		d.Why = b.why(d, all.Items)
		now = append(now, d)
	}
	return now, true
}

func stands(all []Drift, share plumbline.WorkShare) bool {
	for _, d := range all {
		if d.Share == share {
			return true
		}
	}
	return false
}

// why is a drift as a sentence, with what it rests on.
func (b *Book) why(d Drift, items int) string {
	word := "more"
	if d.Spent < d.Planned {
		word = "less"
	}
	return fmt.Sprintf("%s took %.0f %% of the work of the last %d weeks, %.0f %% were planned: %.0f points %s, over %d items. It is told from %.0f points on and ends below %.0f (rules %s).",
		d.Share.Title(), 100*d.Spent, b.Drift.Weeks, 100*d.Planned, 100*math.Abs(d.Spent-d.Planned), word, items, 100*b.Drift.Alarm, 100*b.Drift.Clear, b.Version)
}
