package capacity

import (
	"time"

	"plumbline"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

// LedgerRow is where the work of a team went in a period, against what it planned.
type LedgerRow struct {
	Period  plumbline.CalendarPeriod `json:"period"`
	Planned float64                  `json:"planned"` // person-weeks: the capacity before anything is taken off; 0: not known
	Spent   float64                  `json:"spent"`   // person-weeks of items that were finished
	Items   int64                    `json:"items"`
	Unsaid  int64                    `json:"unsaid"` // of them, those whose effort nobody said
	Parts   []LedgerPart             `json:"parts"`  // in the order of the four kinds of work
	Open    bool                     `json:"open"`   // the period is not over
}

// LedgerPart is one kind of work in it. Shares are from 0 to 1 of their column; SpentShare
// is 0 when nothing was finished.
type LedgerPart struct {
	Share        plumbline.WorkShare `json:"share"`
	PlannedShare float64             `json:"planned_share"`
	Planned      float64             `json:"planned"` // person-weeks
	SpentShare   float64             `json:"spent_share"`
	Spent        float64             `json:"spent"`
	Itself       float64             `json:"itself"` // person-weeks: of Spent, what came by itself
	Items        int64               `json:"items"`
}

// ledger is a team's ledger of periods that have begun. A week counts in the period that
// its Thursday lies in, as ISO 8601 counts weeks in years.
func (f facts) ledger(t plumbline.TeamRef, periods []plumbline.CalendarPeriod) []LedgerRow {
	out := []LedgerRow{}
	mix, _ := f.mix(t)
	for _, p := range periods {
		if p.From() > f.now {
			continue
		}
		row := LedgerRow{Period: p, Planned: crew.GrossOf(f.said[t], p.From(), p.To()).PersonWeeks, Open: p.To() > f.now}
		parts := map[plumbline.WorkShare]LedgerPart{}
		for _, w := range f.rows {
			if thursday := w.Week.Add(3 * 24 * time.Hour); w.Team == t && thursday >= p.From() && thursday < p.To() {
				row.add(parts, w)
			}
		}
		for _, share := range plumbline.WorkShares {
			part := parts[share]
			part.Share, part.PlannedShare, part.Planned = share, mix[share], mix[share]*row.Planned
			if row.Spent > 0 {
				part.SpentShare = part.Spent / row.Spent
			}
			row.Parts = append(row.Parts, part)
		}
		out = append(out, row)
	}
	return out
}

func (l *LedgerRow) add(parts map[plumbline.WorkShare]LedgerPart, w store.CapacityWeek) {
	part := parts[w.Share]
	part.Spent, part.Items = part.Spent+w.Effort, part.Items+w.Items
	if w.Load != "" {
		part.Itself += w.Effort
	}
	parts[w.Share] = part
	l.Spent, l.Items, l.Unsaid = l.Spent+w.Effort, l.Items+w.Items, l.Unsaid+w.Unsaid
}
