package feeds

import (
	"context"
	"net/url"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/wording"
	"plumbline/internal/format/atom"
	"plumbline/internal/format/ics"
	"plumbline/internal/store"
)

func (a *Printer) limitURL(id plumbline.ConstraintID) string {
	return a.base + "/constraints/" + url.PathEscape(string(id))
}

// StandingsFeed is the newest changes of how constraints stand. Amounts of money are
// in none of them: feeds are copied to many places.
func (a *Printer) StandingsFeed(ctx context.Context, who plumbline.Actor) (Document, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return Document{}, err
	}
	entries := []atom.Entry{}
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		changes, err := a.limits.LateChanges(tx, 0, a.now()+1, "", plumbline.PageSize)
		for _, c := range changes {
			title := c.Name + ": " + wording.Status(c.Status)
			if c.Was != "" && c.Was != c.Status {
				title += ", no longer " + wording.Status(c.Was)
			}
			about := []string{"Limit of " + c.Scope.String()}
			for _, p := range c.Fired {
				about = append(about, "Began: "+p)
			}
			for _, p := range c.Lifted {
				about = append(about, "Ended: "+p)
			}
			if c.Reason != "" {
				about = append(about, c.Reason)
			}
			entries = append(entries, atom.Entry{
				ID: a.tag("standings/" + c.ID), Title: title, URL: a.limitURL(c.Constraint), Published: c.At, Updated: c.At, Text: strings.Join(about, "\n"),
			})
		}
		return err
	})
	if err != nil {
		return Document{}, err
	}
	return a.feedOf("feeds/standings", "How limits stand", "/feeds/standings.atom", "/cockpit", entries)
}

// limitSpoken is what is due of a constraint, by its kind.
var limitSpoken = map[plumbline.ConstraintKind]string{
	plumbline.Reliability: "has to be in its error budget again",
	plumbline.Cost:        "the period of the budget ends",
	plumbline.Compliance:  "a control is due",
	plumbline.Security:    "a finding is due",
	plumbline.Support:     "is due",
	plumbline.Capacity:    "is likely to be full",
	plumbline.Commitment:  "was promised for this day",
}

// limitDates are the dates of constraints: of all, or of those that bear on the product
// that is asked for. A filter by anything else is about items alone.
func (a *Printer) limitDates(tx *store.Tx, f plumbline.Filter) ([]ics.Event, error) {
	asked := f.Values()
	asked.Del("product")
	if len(asked) > 0 {
		return nil, nil
	}
	var scope *plumbline.Scope
	if f.Product != "" {
		p, err := tx.Product(f.Product)
		if plumbline.KindOf(err) == plumbline.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		scope = &plumbline.Scope{Kind: p.Kind, Ref: string(p.Ref)}
	}
	dates, err := a.limits.DueDates(tx, scope)
	out := make([]ics.Event, 0, len(dates))
	for _, d := range dates {
		judged := d.At.Std().Truncate(time.Hour)
		out = append(out, ics.Event{
			UID: "limit-" + string(d.Constraint) + "@" + a.host(), URL: a.limitURL(d.Constraint), Text: d.Reason + "\n" + a.limitURL(d.Constraint),
			At: ics.Day(d.Due), AllDay: true, Summary: d.Name + " (" + wording.Status(d.Status) + "): " + limitSpoken[d.Kind],
			Stamp: plumbline.At(judged), Sequence: judged.Unix()/3600 - sequenceFrom,
		})
	}
	return out, err
}

// sequenceFrom is the hour at which the sequence of a limit's date begins: such a date
// has no version, and it never changes twice in an hour for a calendar.
const sequenceFrom = 490_896 // 2026-01-01 UTC, in hours
