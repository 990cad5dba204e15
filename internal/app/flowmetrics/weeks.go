package flowmetrics

import (
	"fmt"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Finished is how much ended, week by week.
type Finished struct {
	Finding string      `json:"finding"`
	Weeks   []EndedWeek `json:"weeks"` // the earliest first; the last one is not over
	Items   int         `json:"items"` // finished in the weeks that are over
	Dropped int         `json:"dropped"`
}

// EndedWeek is what ended in a week.
type EndedWeek struct {
	Week    string                      `json:"week"` // its Monday
	Done    int                         `json:"finished"`
	Dropped int                         `json:"dropped"`
	Shares  map[plumbline.WorkShare]int `json:"shares"` // of what was finished
	Partial bool                        `json:"partial,omitempty"`
}

// ShareSums is what the work that was finished went into.
type ShareSums struct {
	Finding string     `json:"finding"`
	Sums    []ShareSum `json:"sums"` // of the four, in their order
}

// ShareSum is one of the four, over the weeks that are over.
type ShareSum struct {
	Share  plumbline.WorkShare `json:"share"`
	Items  int                 `json:"items"`
	Part   float64             `json:"part"`   // of all that was finished, 0 to 1
	Lately float64             `json:"lately"` // the same of the last four weeks
}

// recent is how many weeks are "lately".
const recent = 4

// finished reads what ended by week.
func (r *Room) finished(tx *store.Tx, who plumbline.Actor, q Query, first int64) (out Finished, sums ShareSums, err error) {
	rows, err := tx.FlowWeeks(who, q.rows(), first)
	if err != nil {
		return out, sums, err
	}
	for n := range q.Weeks + 1 {
		out.Weeks = append(out.Weeks, EndedWeek{Week: isoDay(first + 7*int64(n)), Shares: map[plumbline.WorkShare]int{}, Partial: n == q.Weeks})
	}
	for _, k := range rows {
		n := int(k.Week-first) / 7
		if n >= len(out.Weeks) {
			continue // closed later than now, says a clock that is ahead
		}
		if w := &out.Weeks[n]; r.kind(k.Process, k.State) == flow.Dropped {
			w.Dropped += k.N
		} else {
			w.Done += k.N
			w.Shares[k.Share] += k.N
		}
	}
	sums = out.sum()
	return out, sums, nil
}

// sum counts the weeks that are over.
func (f *Finished) sum() ShareSums {
	over := f.Weeks[:len(f.Weeks)-1]
	all, late := map[plumbline.WorkShare]int{}, map[plumbline.WorkShare]int{}
	lately := 0
	for i, w := range over {
		f.Items += w.Done
		f.Dropped += w.Dropped
		for s, n := range w.Shares {
			all[s] += n
			if i >= len(over)-recent {
				late[s] += n
				lately += n
			}
		}
	}
	out := ShareSums{}
	for _, s := range plumbline.WorkShares {
		out.Sums = append(out.Sums, ShareSum{Share: s, Items: all[s], Part: partOf(all[s], f.Items), Lately: partOf(late[s], lately)})
	}
	if f.Items == 0 {
		f.Finding = "Nothing was finished in this time"
		out.Finding = "Nothing was finished that capacity went into"
		return out
	}
	f.Finding = fmt.Sprintf("%.1f items a week were finished, %.1f in the last %d weeks", float64(f.Items)/float64(len(over)), float64(lately)/recent, recent)
	kept := func(n map[plumbline.WorkShare]int) int { return n[plumbline.ShareUpkeep] + n[plumbline.ShareSupport] }
	out.Finding = fmt.Sprintf("%.0f %% of what was finished was upkeep and support", 100*partOf(kept(all), f.Items))
	if lately > 0 {
		out.Finding += fmt.Sprintf(", %.0f %% in the last %d weeks", 100*partOf(kept(late), lately), recent)
	}
	return out
}

func partOf(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
