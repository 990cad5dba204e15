// Package feeds is what other programs subscribe to: Atom feeds of items, of one
// item, of decisions and of how limits stand, and the calendar of due dates.
//
// Laws: as in package app. It changes nothing, and tells a program what its
// owner may see and no more; a calendar never says whose a deal is.
package feeds

import (
	"plumbline"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
)

// Printer is the use cases of feeds over what their owner may read.
type Printer struct {
	*reading.Reader

	db     *store.DB
	limits *standing.Room
	now    func() plumbline.Time
	base   string // our public address
}

// New makes the use cases. The clock is the only one they read; base is our
// public address, without a slash at the end.
func New(r *reading.Reader, limits *standing.Room, db *store.DB, now func() plumbline.Time, base string) *Printer {
	return &Printer{Reader: r, limits: limits, db: db, now: now, base: base}
}
