// Package reading is what one reader may see of items: an item's page, lists,
// boards and tables, its history, the docket, the audit log, and exports of them.
//
// Laws: as in package app. It changes nothing. What the reader may not see is
// left out here and nowhere else: other people's items, internal words, fields
// that a process calls private, and what only the cleared may read.
package reading

import (
	"plumbline"
	"plumbline/internal/app/editions"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/templates"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Reader is the use cases of reading over one database.
type Reader struct {
	*ledger.Ledger
	*templates.Drawer

	db   *store.DB
	book *flow.Book
	now  func() plumbline.Time

	policies *editions.Shelf
}

// New makes the use cases. The clock is the only one they read.
func New(l *ledger.Ledger, d *templates.Drawer, policies *editions.Shelf, db *store.DB, book *flow.Book, now func() plumbline.Time) *Reader {
	return &Reader{Ledger: l, Drawer: d, policies: policies, db: db, book: book, now: now}
}
