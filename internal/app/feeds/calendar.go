package feeds

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/editions"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/format/ics"
	"plumbline/internal/store"
)

// calendarPages is how many pages of items a calendar looks at: it costs the same
// however many there are.
const calendarPages = 5

// DueCalendar is the dates of the open items that match: when clocks run out,
// dates that the process asks for, and for cleared readers the days on which a
// customer renews or signs, without a name; and the dates of constraints.
func (a *Printer) DueCalendar(ctx context.Context, who plumbline.Actor, f plumbline.Filter) (Document, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return Document{}, err
	}
	if err := f.Validate(); err != nil {
		return Document{}, err
	}
	f.Status, f.Limit, f.Cursor, f.Sort = "", 0, "", ""
	asked := f
	f.Status, f.Limit = "open", plumbline.MaxPage
	c := ics.Calendar{Name: "Plumbline: due dates"}
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		if c.Events, err = a.limitDates(tx, asked); err != nil {
			return err
		}
		for range calendarPages {
			page, err := tx.List(who, f)
			if err != nil {
				return err
			}
			events, err := a.dates(tx, who, page.Rows)
			if err != nil {
				return err
			}
			c.Events = append(c.Events, events...)
			if f.Cursor = page.Next; f.Cursor == "" {
				return nil
			}
		}
		c.Text = fmt.Sprintf("The dates of the first %d items; a filter in the address makes them fewer.", calendarPages*plumbline.MaxPage)
		return nil
	})
	return Document{Type: "text/calendar; charset=utf-8", Body: ics.Write(c)}, err
}

// dates are the dates of a page of items, in a fixed number of statements.
func (a *Printer) dates(tx *store.Tx, who plumbline.Actor, rows []plumbline.Row) (out []ics.Event, err error) {
	ids := make([]plumbline.ItemID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	standings, err := tx.Standings(ids, agenda.ClockTypes[:])
	if err != nil {
		return nil, err
	}
	by := map[plumbline.ItemID]store.Standing{}
	for _, st := range standings {
		by[st.ID] = st
	}
	reign, err := a.Shelf.Reign(tx)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		def, err := a.Process(r.Process)
		if err != nil {
			return nil, err
		}
		r.Item.Fields = by[r.ID].Fields
		out = append(out, a.clockDates(reign, def, r, agenda.FactsOfTime(by[r.ID]))...)
		reading.HideFields(who, def, &r.Item)
		out = append(out, a.fieldDates(def, r)...)
	}
	deals, err := a.dealDates(tx, who, rows, ids)
	return append(out, deals...), err
}

func (a *Printer) date(r plumbline.Row, what string) ics.Event {
	return ics.Event{
		UID: string(r.Key) + "-" + what + "@" + a.host(), URL: a.itemURL(r.Key), Text: a.itemURL(r.Key), Stamp: r.Updated, Sequence: r.Version,
	}
}

func (a *Printer) clockDates(reign editions.Reign, def *flow.Definition, r plumbline.Row, t agenda.Timed) (out []ics.Event) {
	for _, c := range agenda.Clocks(reign, def, r.Item, t, a.now()) {
		if c.Due.IsZero() || c.State != "running" && c.State != "breached" {
			continue
		}
		e := a.date(r, strings.ReplaceAll(c.Name, " ", "-"))
		e.At, e.Summary = c.Due, string(r.Key)+": "+c.Name+" is due: "+r.Title
		out = append(out, e)
	}
	return out
}

// fieldDates are the dates that a process asks for, but for those that only say
// when a clock began.
func (a *Printer) fieldDates(def *flow.Definition, r plumbline.Row) (out []ics.Event) {
	for _, fd := range def.Fields {
		day, err := time.Parse(time.DateOnly, r.Fields[fd.Name])
		if fd.Type != flow.Date || fd.Event != "" || err != nil {
			continue
		}
		e := a.date(r, fd.Name)
		e.At, e.AllDay = plumbline.At(day), true
		e.Summary = string(r.Key) + ": " + cmp.Or(fd.Label, strings.ReplaceAll(fd.Name, "_", " ")) + ": " + r.Title
		out = append(out, e)
	}
	return out
}

// dealDates are the days of closings and renewals, for cleared readers. Whose
// they are stays inside: calendars are copied to many places.
func (a *Printer) dealDates(tx *store.Tx, who plumbline.Actor, rows []plumbline.Row, ids []plumbline.ItemID) (out []ics.Event, err error) {
	if _, cleared := plumbline.Hide(true).Reveal(who.Clearance()); !cleared {
		return nil, nil
	}
	demands, err := tx.DemandsOf(ids)
	if err != nil {
		return nil, err
	}
	accounts, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	renews := map[plumbline.AccountRef]plumbline.Private[plumbline.Time]{}
	for _, acc := range accounts {
		renews[acc.Ref] = acc.Renewal
	}
	for _, r := range rows {
		for _, d := range demands[r.ID] {
			at, _ := d.Close.Reveal(who.Clearance())
			what := "a customer means to sign"
			if at.IsZero() {
				at, _ = renews[d.Account].Reveal(who.Clearance())
				what = "a customer renews"
			}
			if at.IsZero() {
				continue
			}
			e := a.date(r, "demand-"+d.ID)
			e.At, e.AllDay, e.Summary = ics.Day(at), true, string(r.Key)+": "+what+": "+r.Title
			out = append(out, e)
		}
	}
	return out, nil
}
