// Package agenda is the time of items: which clocks run, which dates come, how
// long an item stood where, and what of it asks for somebody's attention.
//
// Laws: as in package app. The agenda is worked out within the transaction that
// changes an item, so that nobody sees the one without the other.
package agenda

import (
	"plumbline"
	"plumbline/internal/app/ledger"
)

// Keeper keeps the agenda.
type Keeper struct {
	*ledger.Ledger

	now func() plumbline.Time
}

// New makes the keeper. The clock is the only one it reads.
func New(l *ledger.Ledger, now func() plumbline.Time) *Keeper { return &Keeper{Ledger: l, now: now} }
