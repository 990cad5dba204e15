// Package standing keeps the limits that products and processes are managed
// within: constraints, the evidence about them, how they stand, and what follows.
//
// It owns these nouns. A constraint is a row that people write. An observation is
// evidence, kept for good: one that says anew what another said ends that one. A
// standing is what [limit] makes of both; nobody types it. A [Feeder] tells what the
// facts of another room say about a constraint.
//
// Laws: as in package app. A standing is judged again in the transaction that
// changed what it rests on, and by [Room.JudgeDue] when time alone may have changed
// it. Each change of a status, and each policy that begins or ends to have an effect,
// is an event that says why. Amounts of money stand in no event.
package standing

import (
	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// Room is the use cases about constraints over one database.
type Room struct {
	db      *store.DB
	items   *ledger.Ledger
	groups  GroupsOf
	now     func() plumbline.Time
	feeders map[plumbline.ConstraintKind][]Feeder
	books   books
	done    func(plumbline.Item) bool // nil: items settle no promise
}

// GroupsOf reads which products, processes and groups belong to which group.
type GroupsOf func(tx *store.Tx) (limit.Groups, error)

// Feeder says what its facts tell about one constraint: all observations, with
// stable External names, so that what was told already is the same. They need no
// ID, no Constraint and no Ingested. Facts that are gone are told as such: what is
// left out stays as it was.
type Feeder func(tx *store.Tx, c plumbline.Constraint) ([]plumbline.Observation, error)

// New makes the use cases; groups may be nil, then there are none. The clock is the
// only one they read.
func New(db *store.DB, groups GroupsOf, now func() plumbline.Time) *Room {
	return &Room{db: db, items: ledger.New(db, nil, nil, now), groups: groups, now: now, feeders: map[plumbline.ConstraintKind][]Feeder{}}
}

// FeedFrom adds a feeder of a kind of constraint, at construction only. Each
// feeder has a Source name of its own.
func (r *Room) FeedFrom(kind plumbline.ConstraintKind, f Feeder) {
	r.feeders[kind] = append(r.feeders[kind], f)
}

// groupsNow are the groups as they are.
func (r *Room) groupsNow(tx *store.Tx) (limit.Groups, error) {
	if r.groups == nil {
		return limit.Groups{}, nil
	}
	return r.groups(tx)
}

// Bearing lists the constraints of a kind that the facts of a product, a process or a
// group bear on: those of it and of the groups above it.
func (r *Room) Bearing(tx *store.Tx, kind plumbline.ConstraintKind, s plumbline.Scope) ([]plumbline.Constraint, error) {
	rows, err := r.bearing(tx, kind, []plumbline.Scope{s})
	out := make([]plumbline.Constraint, len(rows))
	for i, c := range rows {
		out[i] = c.Constraint
	}
	return out, err
}

func (r *Room) bearing(tx *store.Tx, kind plumbline.ConstraintKind, scopes []plumbline.Scope) ([]store.ConstraintRow, error) {
	groups, err := r.groupsNow(tx)
	if err != nil {
		return nil, err
	}
	above := []plumbline.Scope{}
	for _, s := range scopes {
		above = append(above, groups.Above(s)...)
	}
	return tx.Constraints(store.ConstraintFilter{Kind: kind, Scopes: above})
}

// Members are the products and processes that a constraint of the scope holds for:
// the scope itself, or what is in the group and in the groups within it.
func (r *Room) Members(tx *store.Tx, s plumbline.Scope) ([]plumbline.Scope, error) {
	groups, err := r.groupsNow(tx)
	if err != nil {
		return nil, err
	}
	return members(groups, s), nil
}
