// Package ledger is how one item is found, changed and written down: whoever
// changes an item, and from whichever side, does it in this frame.
//
// Laws: as in package app. What is saved is valid, is the next version of what
// was read, and stands beside the event that says what happened. Its methods are
// parts of a transaction that a use case of another room has begun.
package ledger

import (
	"plumbline"
	"plumbline/internal/app/editions"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Ledger is the frame over one database and the processes in a book.
type Ledger struct {
	db   *store.DB
	book *flow.Book
	now  func() plumbline.Time

	Shelf *editions.Shelf // of the ranking policy, whose clocks run for items
}

// New makes the frame. The clock is the only one it reads.
func New(db *store.DB, book *flow.Book, shelf *editions.Shelf, now func() plumbline.Time) *Ledger {
	return &Ledger{db: db, book: book, now: now, Shelf: shelf}
}
