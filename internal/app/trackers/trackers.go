// Package trackers is what goes on between an item and its issue: what the
// worker saw there is taken in, and what we mean to say there is planned.
//
// It owns these nouns. A [Sighting] is an issue as the worker read it; people's
// labels move the item. A plan is a [plumbline.Action] under a unique key, which
// the worker carries out and answers for with a [Result]. A [Refresh] is an issue
// to be read again, since a delivery is a hint and not a truth.
//
// Laws: as in package app. Labels belong to people: what they say is followed,
// and only labels that contradict each other are written back. Nothing leaves
// but fixed sentences and [plumbline.PublicText].
package trackers

import (
	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Trackers is the use cases about trackers over one database.
type Trackers struct {
	*ledger.Ledger

	db   *store.DB
	book *flow.Book
	now  func() plumbline.Time
	base string // our public address, for links that we send
}

// New makes the use cases. The clock is the only one they read; base is our
// public address, without a slash at the end.
func New(l *ledger.Ledger, db *store.DB, book *flow.Book, now func() plumbline.Time, base string) *Trackers {
	return &Trackers{Ledger: l, db: db, book: book, now: now, base: base}
}
