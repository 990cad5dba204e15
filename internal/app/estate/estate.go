// Package estate is what there is to manage: products and processes with the
// documents that describe them, what they stand on, who uses and who runs them,
// and how mature they are.
//
// It owns these nouns. A descriptor is an entity of a catalog file with its
// documents as they came. A tie is what one entity is to another. The facts of a
// product are what its record does not have: product manager, tier, class of data,
// users. An answer says how far a product is in one aspect of maturity.
//
// Laws: as in package app. Reading a file twice changes nothing. Of an entity that
// changed in its file, each field is taken in that nobody changed here. What a file
// no longer has is marked, never deleted. Which customers use a product is for
// cleared people and stands in no event and no export. Answers are added, never
// changed.
package estate

import (
	"encoding/json"

	"plumbline"
	"plumbline/internal/format/backstage"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// Estate is the use cases over one database.
type Estate struct {
	db     *store.DB
	now    func() plumbline.Time
	model  Model
	follow func(*store.Tx, plumbline.Actor) error // nil: nobody does
}

// FollowedBy has what hangs on the catalog follow each file of it that is taken in, in
// the same transaction; at construction only.
func (r *Estate) FollowedBy(follow func(*store.Tx, plumbline.Actor) error) { r.follow = follow }

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, now func() plumbline.Time) *Estate {
	return &Estate{db: db, now: now, model: questions()}
}

// note appends an event about the catalog; those who may read settings see it.
func (r *Estate) note(tx *store.Tx, who plumbline.Actor, typ string, data any) error {
	return noteAt(tx, who, r.now(), typ, data)
}

func noteAt(tx *store.Tx, who plumbline.Actor, at plumbline.Time, typ string, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{At: at, Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.Confidential, Data: raw})
}

// EntityOf is the entity that a product is when no file says so: a component, or
// what its first tag says, as the format reads and writes it.
func EntityOf(p plumbline.Product) backstage.Ref {
	kind := "component"
	switch {
	case p.Kind == "process":
		kind = "process"
	case len(p.Tags) > 0 && (p.Tags[0] == "system" || p.Tags[0] == "domain" || p.Tags[0] == "resource" || p.Tags[0] == "api"):
		kind = p.Tags[0]
	}
	return backstage.Ref(kind + ":" + backstage.DefaultNamespace + "/" + string(p.Ref))
}

// Everything is the group of all products and processes.
const Everything = "everything"

// Groups says which products, processes and groups belong to which group: to
// "team.REF" what the team owns and the teams below it, to "system.REF" and
// "domain.REF" what is part of it, to "everything" all. What no group's name has
// room for is in none.
func Groups(tx *store.Tx) (limit.Groups, error) {
	out := limit.Groups{}
	products, err := tx.Products()
	if err != nil {
		return nil, err
	}
	teams, err := tx.Teams()
	if err != nil {
		return nil, err
	}
	scopes := map[plumbline.ProductRef]plumbline.Scope{}
	for _, p := range products {
		scopes[p.Ref] = scopeOf(p)
		put(out, Everything, scopes[p.Ref])
		if p.Owner != "" {
			put(out, "team."+string(p.Owner), scopes[p.Ref])
		}
	}
	for _, t := range teams {
		if t.Parent != "" && t.Parent != string(t.Ref) {
			put(out, "team."+t.Parent, plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "team." + string(t.Ref)})
		}
	}
	return out, parts(tx, out, scopes)
}

// parts adds what is part of a system or a domain.
func parts(tx *store.Tx, out limit.Groups, scopes map[plumbline.ProductRef]plumbline.Scope) error {
	ties, err := tx.EntityRelations(backstage.PartOf)
	if err != nil || len(ties) == 0 {
		return err
	}
	entities, err := tx.Entities()
	if err != nil {
		return err
	}
	is := map[string]plumbline.ProductRef{}
	for _, e := range entities {
		is[e.Ref] = e.Product
	}
	for _, t := range ties {
		whole, part := backstage.Ref(t.To), backstage.Ref(t.From)
		if whole.Kind() != "system" && whole.Kind() != "domain" {
			continue
		}
		group := whole.Kind() + "." + whole.Short()
		p, ok := is[t.From]
		if !ok {
			p = plumbline.ProductRef(part.Name()) // it was made here
		}
		if s, ok := scopes[p]; ok {
			put(out, group, s)
		}
		if part.Kind() == "system" || part.Kind() == "domain" {
			put(out, group, plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: part.Kind() + "." + part.Short()})
		}
	}
	return nil
}

// scopeOf is a product as the scope of constraints.
func scopeOf(p plumbline.Product) plumbline.Scope {
	if p.Kind == "process" {
		return plumbline.Scope{Kind: plumbline.ScopeProcess, Ref: string(p.Ref)}
	}
	return plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: string(p.Ref)}
}

func put(out limit.Groups, group string, member plumbline.Scope) {
	if !plumbline.ValidRef(group) || !plumbline.ValidRef(member.Ref) {
		return
	}
	g := plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: group}
	for _, m := range out[g] {
		if m == member {
			return
		}
	}
	out[g] = append(out[g], member)
}
