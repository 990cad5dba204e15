package reading

import (
	"bufio"
	"context"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/wording"
	"plumbline/internal/format/csvdoc"
	"plumbline/internal/store"
)

// AuditQuery narrows the audit log; what is empty narrows nothing.
type AuditQuery struct {
	Item   plumbline.Key
	Person string // a handle
	Type   string // of the event: "item moved"
	From   plumbline.Time
	Until  plumbline.Time // before this time
	Before int64          // only events with a smaller number; 0: from the newest
	Limit  int            // at most this many, up to [plumbline.MaxPage]; 0: 100
}

// AuditTypes are the types of event that a person may choose from.
func AuditTypes() []string {
	return []string{
		"item filed", "item imported", "item imported again", "item picked up", "item picked up again", "item accepted", "item edited", "item moved", "item decided",
		"item handed off", "item sent back", "item closed", "item reopened", "item withdrawn", "comment added", "evidence attached", "demand recorded", "demand changed", "demand withdrawn",
		"watching began", "watching ended", "issue opened", "issue moved", "issue gone", "write dropped", "write failed", "labels contradict", "tracker answered",
		"person changed", "administrator created", "team changed", "product changed", "account changed", "token made", "token revoked",
	}
}

// Audit is a page of the events that match, newest first. The Seq of the last
// one is the Before of the next page.
func (a *Reader) Audit(ctx context.Context, who plumbline.Actor, q AuditQuery) (out []wording.HistoryEntry, err error) {
	if err := rights.Need(who, rights.ReadAudit); err != nil {
		return nil, err
	}
	if q.Limit < 1 || q.Limit > plumbline.MaxPage {
		q.Limit = 100
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		f, err := a.auditFilter(tx, who, q)
		if err != nil {
			return err
		}
		events, err := tx.Audit(who, f)
		out = wording.Entries(events)
		return err
	})
	return out, err
}

func (a *Reader) auditFilter(tx *store.Tx, who plumbline.Actor, q AuditQuery) (store.AuditFilter, error) {
	f := store.AuditFilter{Type: q.Type, From: q.From, Until: q.Until, Before: q.Before, Limit: q.Limit}
	if q.Item != "" {
		it, err := a.Seeing(tx, who, q.Item)
		if err != nil {
			return f, err
		}
		f.Item = it.ID
	}
	if handle := strings.TrimPrefix(q.Person, "@"); handle != "" {
		p, err := tx.PersonByHandle(handle)
		if err != nil {
			if plumbline.KindOf(err) == plumbline.NotFound {
				err = plumbline.FieldError("person", "Nobody has the handle %q.", handle)
			}
			return f, err
		}
		f.Actor = p.ID
	}
	return f, nil
}

// ExportAudit writes all events that match as CSV, newest first. It reads a page
// at a time: what happens meanwhile is not in it.
func (a *Reader) ExportAudit(ctx context.Context, who plumbline.Actor, q AuditQuery, out io.Writer) error {
	q.Limit = plumbline.MaxPage
	w := bufio.NewWriter(out)
	begun := false
	for {
		page, err := a.Audit(ctx, who, q)
		if err != nil {
			return err
		}
		if !begun {
			begun = true
			if err := csvdoc.WriteRow(w, []string{"number", "at", "by", "type", "item", "what", "detail", "via", "cause", "visibility"}); err != nil {
				return err
			}
		}
		for _, e := range page {
			if err := csvdoc.WriteRow(w, []string{strconv.FormatInt(e.Seq, 10), e.At.Std().Format(time.RFC3339Nano), e.By, e.Type, string(e.Key), e.Sentence, e.Detail,
				e.Via, e.Cause, string(e.Seen)}); err != nil {
				return err
			}
		}
		if err := w.Flush(); err != nil || len(page) < q.Limit {
			return err
		}
		q.Before = page[len(page)-1].Seq
	}
}

// ParseAudit reads a query of the audit log from an address: item, person, type,
// from and until, which are days or times; until a day means until it is over.
// Other names that a page uses are passed in allowed.
func ParseAudit(q url.Values, allowed ...string) (AuditQuery, error) {
	var bad plumbline.Problems
	for name := range q {
		if !slices.Contains([]string{"item", "person", "type", "from", "until"}, name) && !slices.Contains(allowed, name) {
			bad.Add(name, "%q is not a filter of the log; filters are item, person, type, from and until.", name)
		}
	}
	out := AuditQuery{Item: plumbline.Key(strings.ToUpper(strings.TrimSpace(q.Get("item")))), Person: strings.TrimSpace(q.Get("person")), Type: strings.TrimSpace(q.Get("type"))}
	var err error
	if out.From, err = plumbline.ParseTime(q.Get("from")); err != nil {
		bad.Add("from", "%s", plumbline.TextOf(err))
	}
	until := strings.TrimSpace(q.Get("until"))
	if out.Until, err = plumbline.ParseTime(until); err != nil {
		bad.Add("until", "%s", plumbline.TextOf(err))
	}
	if len(until) == len(time.DateOnly) {
		out.Until = out.Until.Add(24 * time.Hour)
	}
	return out, bad.Err()
}
