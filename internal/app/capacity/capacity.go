// Package capacity is what teams can do: people × weeks × focus by period, what is
// taken off it and why, and where the work of a team goes against what it planned.
//
// It owns these nouns. A Staffing is who is there in a team for a period. A Net is the
// capacity of a team in a period after everything that is taken off; each Take says
// what it is for, where it comes from and how old that is. A load is work that comes by
// itself: support, incidents, upkeep, and what was done before it could be planned.
//
// Laws: as in package app. What is not known is said to be unknown, never taken for
// zero. All amounts are person-weeks.
package capacity

import (
	"encoding/json"

	"plumbline"
	"plumbline/internal/app/editions"
	"plumbline/internal/app/standing"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Room is the use cases about capacity over one database.
type Room struct {
	db        *store.DB
	limits    *standing.Room
	editions  *editions.Shelf
	processes *flow.Book
	now       func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, limits *standing.Room, shelf *editions.Shelf, processes *flow.Book, now func() plumbline.Time) *Room {
	return &Room{db: db, limits: limits, editions: shelf, processes: processes, now: now}
}

// note appends an event.
func (r *Room) note(tx *store.Tx, who plumbline.Actor, typ string, data map[string]any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{At: r.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.InternalOnly, Data: raw})
}
