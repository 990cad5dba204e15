// Package accounts is how customers, and what is hoped to be sold to them, come in from
// the system that manages them.
//
// It owns one noun. An opportunity wants items: each is a demand of its account, with
// what it is worth, until the opportunity is lost; one that was won with a day that was
// promised is a limit with that day as well. See doc/decisions/0016-opportunities.md.
//
// Laws: as in package app. Only cleared people bring such files in, and a file is gone
// once it was read. Nothing that says which customer it is stands in an event or in the
// name of a limit.
package accounts

import (
	"context"
	"encoding/json"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/format/accountcsv"
	"plumbline/internal/store"
)

// Room is the use cases over one database.
type Room struct {
	db     *store.DB
	items  *ledger.Ledger
	limits *standing.Room
	now    func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, items *ledger.Ledger, limits *standing.Room, now func() plumbline.Time) *Room {
	return &Room{db: db, items: items, limits: limits, now: now}
}

const maxSize = 16 << 20 // bytes of a file

// Formats are the files that say something about customers.
func (r *Room) Formats() []sources.Format {
	return []sources.Format{{
		Name: "accounts", Help: "customers in CSV, as Salesforce and others export accounts: id, name, arr, currency, seats, renewal. For cleared people; the file is not kept", Max: maxSize, Passing: true, Read: r.reader(r.readAccounts),
	}, {
		Name: "opportunities", Help: "what is hoped to be sold, in CSV, as Salesforce and others export opportunities: id, account id, stage, amount, currency, probability, close date; and of ours: wants (keys of items), promised. For cleared people; the file is not kept", Max: maxSize, Passing: true, Read: r.reader(r.readOpportunities),
	}}
}

// taking says what becomes of each row of an opened file, and writes it unless this is a
// look.
type taking func(tx *store.Tx, who plumbline.Actor) ([]plumbline.RowReport, error)

// reader takes a file in, in one transaction.
func (r *Room) reader(open func(name string, data []byte) (taking, error)) sources.Reader {
	return func(ctx context.Context, who plumbline.Actor, f sources.File, tell func([]plumbline.RowReport) error) (count plumbline.ImportCount, err error) {
		count.DryRun = f.DryRun
		if err := rights.Need(who, rights.ManageCatalog); err != nil {
			return count, err
		}
		if !who.Cleared {
			return count, plumbline.Errorf(plumbline.Denied, "Files about customers are for people cleared to read their names and amounts. Ask an administrator to clear you.")
		}
		data, err := f.Bytes()
		if err != nil {
			return count, err
		}
		take, err := open(f.Name, data)
		if err != nil {
			return count, err
		}
		var report []plumbline.RowReport
		err = r.db.Try(ctx, f.DryRun, func(tx *store.Tx) (err error) {
			report, err = take(tx, who)
			return err
		})
		if err != nil {
			return count, err
		}
		for _, row := range report {
			count.Add(row.Outcome)
		}
		return count, tell(report)
	}
}

func (r *Room) readAccounts(name string, data []byte) (taking, error) {
	sheet, err := accountcsv.Open(name, data)
	return func(tx *store.Tx, who plumbline.Actor) ([]plumbline.RowReport, error) {
		return r.accounts(tx, who, sheet)
	}, err
}

// known are the accounts that there are.
func known(tx *store.Tx) (map[plumbline.AccountRef]plumbline.Account, error) {
	list, err := tx.Accounts()
	known := make(map[plumbline.AccountRef]plumbline.Account, len(list))
	for _, a := range list {
		known[a.Ref] = a
	}
	return known, err
}

// accounts takes accounts in; what the file has no column for stays. It takes a
// statement for all that is known, and one for each account that is written.
func (r *Room) accounts(tx *store.Tx, who plumbline.Actor, sheet *accountcsv.Sheet) ([]plumbline.RowReport, error) {
	known, err := known(tx)
	if err != nil {
		return nil, err
	}
	var report []plumbline.RowReport
	added, altered := 0, 0
	for row := range sheet.Rows() {
		said := plumbline.RowReport{Line: row.Line, Ref: string(row.Ref), Outcome: plumbline.RowSkipped, Reason: row.Skip}
		was, again := known[row.Ref]
		is := over(was, row, sheet)
		switch {
		case row.Skip != "":
		case again && was == is:
			said.Outcome = plumbline.RowSame
		case again:
			said.Outcome, altered = plumbline.RowChanged, altered+1
		default:
			said.Outcome, added = plumbline.RowNew, added+1
		}
		report = append(report, said)
		if !tx.Writes() || said.Outcome != plumbline.RowNew && said.Outcome != plumbline.RowChanged {
			continue
		}
		if _, err := tx.PutAccount(is); err != nil {
			return nil, err
		}
	}
	if !tx.Writes() || added+altered == 0 {
		return report, nil
	}
	data, err := json.Marshal(map[string]int{"new": added, "altered": altered})
	if err != nil {
		return nil, err
	}
	return report, tx.Append(plumbline.Event{At: r.now(), Type: "account changed", Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.Confidential, Data: data})
}

// over lays what a row says over what is known of its account, and hides it.
func over(a plumbline.Account, row accountcsv.Row, sheet *accountcsv.Sheet) plumbline.Account {
	a.Ref, a.Name, a.Invented = row.Ref, plumbline.Hide(row.Name), false
	if sheet.Has(accountcsv.ARR) {
		a.ARR = plumbline.Hide(row.Revenue)
	}
	if sheet.Has(accountcsv.Seats) {
		a.Seats = plumbline.Hide(row.Seats)
	}
	if sheet.Has(accountcsv.Renewal) {
		a.Renewal = plumbline.Hide(row.Renewal)
	}
	return a
}
