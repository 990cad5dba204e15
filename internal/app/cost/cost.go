// Package cost is what products cost: bills that are read, whose cost each charge
// is, and what it comes to by day and by month.
//
// It owns these nouns. A Bill is a file of charges on its way in. A slice is what a
// bill says of one billing account in one billing period: a later bill takes the
// place of an earlier one slice by slice, and months that were over are then shown
// as restated. A fact is what alike charges come to on a day. Rules say whose cost
// a charge is; what no rule claims stays a line of its own.
//
// Laws: as in package app, save that reading a large bill is many transactions: what
// it says counts from the last one on. Amounts are exact, are never added across
// currencies, and stand in no event. Facts are worked out from files that are kept,
// and no fact is typed.
package cost

import (
	"context"
	"encoding/json"
	"time"

	"plumbline"
	"plumbline/internal/allot"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
)

// holdBack is how many of the last days that bills tell of are taken as not
// complete: charges come in late.
const holdBack = 2

// daysBack is how many days constraints are told of.
const daysBack = 500

// microsADay is a day in the unit of [plumbline.Time].
const microsADay = int64(24 * time.Hour / time.Microsecond)

// Room is the use cases about cost over one database.
type Room struct {
	db       *store.DB
	standing *standing.Room
	now      func() plumbline.Time
}

// New makes the use cases, and tells constraints about cost what bills say. The
// clock is the only one they read.
func New(db *store.DB, constraints *standing.Room, now func() plumbline.Time) *Room {
	r := &Room{db: db, standing: constraints, now: now}
	constraints.FeedFrom(plumbline.Cost, r.feed)
	return r
}

// dayOf is the number of a moment's day in UTC, which is what bills are in.
func dayOf(t plumbline.Time) int64 {
	d := int64(t) / microsADay
	if int64(t)%microsADay < 0 {
		d--
	}
	return d
}

// startOf is the first moment of a day; never 0, which means not known.
func startOf(day int64) plumbline.Time { return plumbline.Time(max(day*microsADay, 1)) }

// isoDay is a day as 2026-11-23.
func isoDay(day int64) string {
	return time.Unix(day*24*60*60, 0).UTC().Format(time.DateOnly)
}

// monthDays are the first day of a month, written as 2026-11, and that of the next.
func monthDays(month string) (from, to int64, err error) {
	t, err := time.Parse("2006-01", month)
	if err != nil || t.Year() < 1970 {
		return 0, 0, plumbline.FieldError("month", "Write the month as 2026-11, not %q.", month)
	}
	return dayOf(plumbline.At(t)), dayOf(plumbline.At(t.AddDate(0, 1, 0))), nil
}

// monthOf is the month of a day.
func monthOf(day int64) string { return isoDay(day)[:7] }

// note appends an event without amounts.
func (r *Room) note(tx *store.Tx, who plumbline.Actor, typ string, data map[string]any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{At: r.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.Confidential, Data: raw})
}

// rules are those that count.
func (r *Room) rules(tx *store.Tx) (*allot.Book, error) {
	kept, err := tx.CostRulesKept()
	if err != nil || len(kept) == 0 {
		return allot.Default(), err
	}
	return allot.Parse("rules.yaml", []byte(kept[0].Body))
}

// knownProducts says which products there are.
func knownProducts(tx *store.Tx) (func(plumbline.ProductRef) bool, error) {
	products, err := tx.Products()
	have := make(map[plumbline.ProductRef]bool, len(products))
	for _, p := range products {
		have[p.Ref] = true
	}
	return func(p plumbline.ProductRef) bool { return have[p] }, err
}

// RulesView is the rules as they are written.
type RulesView struct {
	Version string         `json:"version"`
	Text    string         `json:"text"`
	By      string         `json:"by,omitempty"` // empty: they come with the product
	At      plumbline.Time `json:"at,omitempty"`
}

// CostRules are the rules that say whose cost a charge is.
func (r *Room) CostRules(ctx context.Context, who plumbline.Actor) (out RulesView, err error) {
	if err := rights.Need(who, rights.ReadCosts); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		kept, err := tx.CostRulesKept()
		out = RulesView{Version: allot.Default().Version, Text: allot.DefaultText}
		if err == nil && len(kept) > 0 {
			out = RulesView{kept[0].Version, kept[0].Body, kept[0].ByName, kept[0].At}
		}
		return err
	})
	return out, err
}

// PutCostRules puts a version of the rules in force, and allots what is known by
// them. What only the new rules look at, a resource or a tag that was not kept, is
// known once the bills are read again.
func (r *Room) PutCostRules(ctx context.Context, who plumbline.Actor, text string) (out RulesView, err error) {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return out, err
	}
	book, err := allot.Parse("rules.yaml", []byte(text))
	if err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		kept, err := tx.CostRulesKept()
		if err != nil {
			return err
		}
		for _, have := range kept {
			if have.Version == book.Version {
				return plumbline.FieldError("version", "There is a version %q of the rules already: write another one into the text.", book.Version)
			}
		}
		row := store.CostRules{Version: book.Version, Body: text, By: who.Person, ByName: who.Name, At: r.now()}
		if err := tx.InsertCostRules(row); err != nil {
			return err
		}
		out = RulesView{row.Version, row.Body, row.ByName, row.At}
		if err := r.note(tx, who, "cost rules put", map[string]any{"version": book.Version}); err != nil {
			return err
		}
		return r.reallot(tx, who, book)
	})
	return out, err
}

// AllotCosts allots what is known once more: to products that came into the catalog
// since, for example.
func (r *Room) AllotCosts(ctx context.Context, who plumbline.Actor) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		book, err := r.rules(tx)
		if err != nil {
			return err
		}
		if err := r.note(tx, who, "costs allotted", map[string]any{"version": book.Version}); err != nil {
			return err
		}
		return r.reallot(tx, who, book)
	})
}

// reallot goes through all keys, and works everything out again when one of them is
// somebody else's now.
func (r *Room) reallot(tx *store.Tx, who plumbline.Actor, book *allot.Book) error {
	known, err := knownProducts(tx)
	if err != nil {
		return err
	}
	const page = 1000
	for last := int64(-1); ; {
		keys, err := tx.CostKeysAfter(last, page)
		if err != nil {
			return err
		}
		for _, k := range keys {
			last = k.ID
			k := key{k}
			var facts body
			if err := json.Unmarshal([]byte(k.Body), &facts); err != nil {
				return err
			}
			was := k
			if k.allot(book.Whose(facts.Facts, known)); k.Product != was.Product || k.Share != was.Share || k.Rule != was.Rule {
				if err := tx.AllotCostKey(k.CostKey); err != nil {
					return err
				}
			}
		}
		if len(keys) < page {
			break
		}
	}
	months, err := tx.CostMonths("")
	if err != nil {
		return err
	}
	return r.rebuild(tx, who, book, months)
}
