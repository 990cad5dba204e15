// Package desk is what lies ready for somebody: Today for whoever works here, My
// requests for whoever asked, and a page for each product, team and process.
//
// Laws: as in package app. It changes nothing, and reads in a number of
// statements that does not depend on how much there is.
package desk

import (
	"plumbline"
	"plumbline/internal/app/estate"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rota"
	"plumbline/internal/app/templates"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Clerk is the use cases of the desk over one database.
type Clerk struct {
	*ledger.Ledger
	*templates.Drawer

	rota   *rota.Rota
	estate *estate.Estate
	db     *store.DB
	book   *flow.Book
	now    func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(l *ledger.Ledger, d *templates.Drawer, r *rota.Rota, e *estate.Estate, db *store.DB, book *flow.Book, now func() plumbline.Time) *Clerk {
	return &Clerk{Ledger: l, Drawer: d, rota: r, estate: e, db: db, book: book, now: now}
}
