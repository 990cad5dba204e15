// Package monthly tells of a month: how limits stood when it ended, what broke and what
// was mended in it, what it cost, and what was decided. It owns MonthReport.
//
// Laws: as in package app. It changes nothing. How limits stood is judged again from
// their evidence, so that what was told late counts; what broke is as it was noted then.
package monthly

import (
	"context"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
)

// Room is the use cases of reports.
type Room struct {
	db     *store.DB
	limits *standing.Room
	now    func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, limits *standing.Room, now func() plumbline.Time) *Room {
	return &Room{db: db, limits: limits, now: now}
}

// monthsBack is how many months before this one can be told: evidence is read that far.
const monthsBack = 12

// form is how a month is written.
const form = "2006-01"

// month is the time of a month: from its first moment until just before to, in UTC.
// Empty is the last one that is over.
func (r *Room) month(name string) (from, to plumbline.Time, err error) {
	now := r.now().Std().UTC()
	this := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	first := this.AddDate(0, -1, 0)
	if name != "" {
		if first, err = time.Parse(form, name); err != nil {
			return 0, 0, plumbline.FieldError("month", "A month is a year and a month, as %s, not %q.", this.Format(form), name)
		}
	}
	switch {
	case first.After(this):
		return 0, 0, plumbline.FieldError("month", "The month %s has not begun.", name)
	case first.Before(this.AddDate(0, -monthsBack, 0)):
		return 0, 0, plumbline.FieldError("month", "Reports reach back for a year: the first month that can be told is %s.", this.AddDate(0, -monthsBack, 0).Format(form))
	}
	return plumbline.At(first), plumbline.At(first.AddDate(0, 1, 0)), nil
}

// How many rows of a kind, changes and decisions a report shows, and how many changes
// are read at once. All are counted.
const (
	mostLines     = 50
	changesAtOnce = 500
	mostAttention = 5
	decisionsTold = 30
)

// MonthlyReport is the report of a month, as 2026-10; empty is the last one that is
// over. It is about all limits; the number of statements grows by some for every five
// hundred of them, and of changes.
func (r *Room) MonthlyReport(ctx context.Context, who plumbline.Actor, month string) (out MonthReport, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	from, end, err := r.month(month)
	if err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = MonthReport{Month: from.Std().UTC().Format(form), From: from, To: min(end, r.now()), Whole: end <= r.now()}
		s := stood{report: &out}
		if err := r.limits.StoodAt(tx, who, from, out.To, s.add); err != nil {
			return err
		}
		s.finish()
		if err := r.changed(tx, &out, end); err != nil {
			return err
		}
		if err := out.decided(tx, who, end); err != nil {
			return err
		}
		out.Sentence = out.finding()
		return out.spent(tx, who)
	})
	return out, err
}

// changed reads what broke and what was mended, a page of changes after the other.
func (r *Room) changed(tx *store.Tx, out *MonthReport, to plumbline.Time) error {
	out.Broke, out.Mended = []standing.LateChange{}, []standing.LateChange{}
	for before := ""; ; {
		changes, err := r.limits.LateChanges(tx, out.From, to, before, changesAtOnce)
		if err != nil {
			return err
		}
		out.changed(changes)
		if len(changes) < changesAtOnce {
			return nil
		}
		last := changes[len(changes)-1]
		to, before = last.At, last.ID
	}
}
