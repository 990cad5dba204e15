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

// most is how many rows of a kind, changes and decisions a report has.
const (
	mostLines     = 50
	mostChanges   = 500
	mostDecisions = 200
	mostAttention = 5
	decisionsTold = 30
)

// MonthlyReport is the report of a month, as 2026-10; empty is the last one that is
// over. The number of statements does not depend on how much there is.
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
		past, err := r.limits.StoodAt(tx, who, from, out.To)
		if err != nil {
			return err
		}
		out.stood(past)
		changes, err := r.limits.LateChanges(tx, from, end, mostChanges)
		if err != nil {
			return err
		}
		out.changed(changes)
		decided, err := tx.DecisionsBetween(who, from, end, mostDecisions)
		if err != nil {
			return err
		}
		out.decided(decided)
		out.Sentence = out.finding()
		return out.spent(tx, who)
	})
	return out, err
}
