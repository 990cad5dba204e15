// Package planning is what fits into the capacity of teams and what does not: the
// problem that follows from what is in the store, plans that are kept, and what was
// decided about them.
//
// It owns these nouns. A scenario is one way to plan, with items that people pin in
// or out of it. A plan is what came of a scenario once: it is kept as it was, with
// what it was made of, and never changed. A commitment is the decision that one plan
// is what we will do. A displacement is what drops out of a plan for something that
// somebody escalates.
//
// Laws: as in package app. A plan is worked out between two transactions: the one
// that reads what it is made of, and the one that keeps it, which refuses when the
// scenario has changed meanwhile. Every solve ends when its time is over, when
// somebody on any server asks for what there is, or when its reader is gone. Who may not see an item is told that there is one, and not which;
// values that rest on amounts are for cleared people. No event tells a value.
package planning

import (
	"encoding/json"

	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/app/foretold"
	"plumbline/internal/app/order"
	"plumbline/internal/app/standing"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Room is the use cases about plans over one database.
type Room struct {
	db     *store.DB
	book   *flow.Book
	order  *order.Keeper
	limits *standing.Room
	crews  *capacity.Room
	told   *foretold.Room
	now    func() plumbline.Time

	running *runs
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, book *flow.Book, o *order.Keeper, limits *standing.Room, crews *capacity.Room, told *foretold.Room, now func() plumbline.Time) *Room {
	return &Room{db: db, book: book, order: o, limits: limits, crews: crews, told: told, now: now, running: &runs{of: map[string]*run{}}}
}

// note appends an event about a scenario.
func (r *Room) note(tx *store.Tx, who plumbline.Actor, typ string, s plumbline.Scenario, data map[string]any) error {
	if data == nil {
		data = map[string]any{}
	}
	data["scenario"], data["text"] = s.ID, s.Name
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{At: r.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.InternalOnly, Data: raw})
}
