// Package order is the order of all open items, and what it is made of: the
// policy in force, what is known of each item, and the tables that follow. A
// server keeps them between changes and reads again only what changed.
//
// Laws: as in package app. Its methods are parts of a transaction that a use case
// of another room has begun. What an open round holds is not in it. The seed is
// the same in every installation and never changes, so that the same data gives
// the same order on every server.
package order

import (
	"sync"

	"plumbline"
	"plumbline/internal/app/editions"
	"plumbline/internal/flow"
)

// Seed is what the draws of all tables begin with.
const Seed = 1

// Keeper keeps the order.
type Keeper struct {
	book *flow.Book
	now  func() plumbline.Time

	*editions.Shelf
	mu   sync.Mutex // of kept: whoever holds it may read and work out
	kept *World
}

// New makes the keeper. The clock is the only one it reads.
func New(book *flow.Book, shelf *editions.Shelf, now func() plumbline.Time) *Keeper {
	return &Keeper{Shelf: shelf, book: book, now: now}
}
