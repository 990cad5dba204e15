// Package controls keeps what products are held to by frameworks of controls: how
// each control stands, what shows it, who owns it, what is to be done until when.
//
// It owns these nouns. A framework is a set of controls: a catalog, or a baseline.
// A record says how a control stands for a product. A risk is one of a product's
// plan of action and milestones.
//
// Laws: as in package app. Coverage is met by applicable: what is met in part is not
// met, what does not apply is in no count. A control is evidenced while its evidence
// is younger than its cadence; to be said to be met is no evidence. A deviation that
// was approved is not closed: it rests until its date. What a file leaves out stays
// as it is, and is marked where the file is a whole catalog. Every change of a record
// is kept with who made it and the line that says so.
package controls

import (
	"encoding/json"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
)

// Room is the use cases about controls over one database.
type Room struct {
	db     *store.DB
	limits *standing.Room
	now    func() plumbline.Time
}

// New makes the use cases, and has compliance constraints fed from what they keep.
// The clock is the only one they read.
func New(db *store.DB, limits *standing.Room, now func() plumbline.Time) *Room {
	r := &Room{db: db, limits: limits, now: now}
	limits.FeedFrom(plumbline.Compliance, r.feed)
	return r
}

// told is what events about controls say.
type told struct {
	Product   plumbline.ProductRef   `json:"product"`
	Framework plumbline.FrameworkRef `json:"framework,omitempty"`
	Control   plumbline.ControlID    `json:"control,omitempty"`
	Text      string                 `json:"text"` // what it is about, in words
	Changed   []string               `json:"changed,omitempty"`
	New       int                    `json:"new,omitempty"`
	Altered   int                    `json:"altered,omitempty"`
	From      plumbline.ControlState `json:"from,omitempty"`
	To        plumbline.ControlState `json:"to,omitempty"`
}

// note appends an event about controls, which everybody may read.
func (r *Room) note(tx *store.Tx, who plumbline.Actor, typ string, d told) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{At: r.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.Public, Data: raw})
}

// refresh has the constraints judged again that a product's controls bear on.
func (r *Room) refresh(tx *store.Tx, who plumbline.Actor, p plumbline.Product) error {
	return r.limits.Refresh(tx, who, plumbline.Compliance, scopeOf(p))
}

func scopeOf(p plumbline.Product) plumbline.Scope {
	kind := plumbline.ScopeProduct
	if p.Kind == plumbline.ScopeProcess {
		kind = plumbline.ScopeProcess
	}
	return plumbline.Scope{Kind: kind, Ref: string(p.Ref)}
}
