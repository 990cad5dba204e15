// Package judging is what people think of items and what became of it: estimates
// of factors as intervals, blind rounds, comparisons of pairs, realities and the
// calibration that follows from them, and more time for clocks.
//
// Laws: as in package app. While a round is open nobody is told what somebody
// else answered, by whatever way. Events say that something was estimated, never
// what.
package judging

import (
	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/order"
	"plumbline/internal/app/reading"
	"plumbline/internal/store"
)

// Judge is the use cases about judgement over one database.
type Judge struct {
	items *ledger.Ledger
	order *order.Keeper
	read  *reading.Reader
	db    *store.DB
	now   func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(items *ledger.Ledger, o *order.Keeper, r *reading.Reader, db *store.DB, now func() plumbline.Time) *Judge {
	return &Judge{items: items, order: o, read: r, db: db, now: now}
}

// mayRead says whether the reader may read a factor's values: amounts are for
// cleared people only.
func mayRead(who plumbline.Actor, private bool) bool { return !private || who.Cleared }
