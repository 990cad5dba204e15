// Package bulk changes many items alike, shows before what would become of each,
// and takes back what it did.
//
// Laws: as in package app, save that a batch is many transactions, one for each
// item: what may not be done to one does not stop the others.
package bulk

import (
	"plumbline"
	"plumbline/internal/app/moves"
	"plumbline/internal/store"
)

// Batcher is the use cases about batches over one database.
type Batcher struct {
	*moves.Mover

	db  *store.DB
	now func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(m *moves.Mover, db *store.DB, now func() plumbline.Time) *Batcher {
	return &Batcher{Mover: m, db: db, now: now}
}
