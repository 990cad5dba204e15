// Package incidents is what goes wrong and what it costs: incidents with the alarms
// that told of them, tickets, and the load of support.
//
// It owns these nouns. A source of alarms is a system that calls a hook of ours. An
// incident is what several alarms of one group, product and time are together, or
// what somebody declared. Rules say how alarms become incidents. The load of a week
// is the hours that tickets took of the hours that there are.
//
// Laws: as in package app. A delivery is kept as it came before it is read. An
// incident about no product stands with the unassigned, and is never dropped. What
// people said of an incident no alarm changes. Of times the median and the ninth
// tenth are told, with their number, and what goes on counts with the time so far:
// never a mean. Who asked for help is for cleared people.
package incidents

import (
	"encoding/json"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
)

// Room is the use cases over one database.
type Room struct {
	db    *store.DB
	limit *standing.Room
	items *ledger.Ledger
	now   func() plumbline.Time
}

// New makes the use cases, and has them tell the constraints about reliability of
// incidents and those about support of the load. The clock is the only one they read.
func New(db *store.DB, limit *standing.Room, items *ledger.Ledger, now func() plumbline.Time) *Room {
	r := &Room{db: db, limit: limit, items: items, now: now}
	limit.FeedFrom(plumbline.Reliability, r.feedIncidents)
	limit.FeedFrom(plumbline.Support, r.feedSupport)
	return r
}

// told is what an event about an incident says.
type told struct {
	Text   string `json:"text"`
	Detail string `json:"detail,omitempty"`
	Why    string `json:"why,omitempty"`
}

// note appends an event.
func (r *Room) note(tx *store.Tx, who plumbline.Actor, seen plumbline.Visibility, typ string, d told) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	cause := "user"
	if who.System {
		cause = "hook"
	}
	return tx.Append(plumbline.Event{At: r.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: cause, Seen: seen, Data: raw})
}

// catalog is the products and processes by ref.
type catalog map[plumbline.ProductRef]plumbline.Product

func readCatalog(tx *store.Tx) (catalog, error) {
	list, err := tx.Products()
	out := make(catalog, len(list))
	for _, p := range list {
		out[p.Ref] = p
	}
	return out, err
}

func (c catalog) has(ref plumbline.ProductRef) bool {
	_, ok := c[ref]
	return ok
}

// scope is a product as the scope of constraints.
func (c catalog) scope(ref plumbline.ProductRef) plumbline.Scope {
	if c[ref].Kind == plumbline.ScopeProcess {
		return plumbline.Scope{Kind: plumbline.ScopeProcess, Ref: string(ref)}
	}
	return plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: string(ref)}
}

// refresh has the constraints of a kind judged that bear on products.
func (r *Room) refresh(tx *store.Tx, who plumbline.Actor, kind plumbline.ConstraintKind, known catalog, refs []plumbline.ProductRef) error {
	var scopes []plumbline.Scope
	slices.Sort(refs)
	for _, ref := range slices.Compact(refs) {
		if known.has(ref) {
			scopes = append(scopes, known.scope(ref))
		}
	}
	if len(scopes) == 0 {
		return nil
	}
	return r.limit.Refresh(tx, who, kind, scopes...)
}

// refsOf are the products and processes that a scope holds for.
func (r *Room) refsOf(tx *store.Tx, s plumbline.Scope) ([]plumbline.ProductRef, error) {
	members, err := r.limit.Members(tx, s)
	out := make([]plumbline.ProductRef, len(members))
	for i, m := range members {
		out[i] = plumbline.ProductRef(m.Ref)
	}
	return out, err
}

// clip keeps a text short.
func clip(s string, most int) string {
	if r := []rune(strings.ToValidUTF8(s, "")); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
