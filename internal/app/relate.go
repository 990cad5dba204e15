package app

import (
	"context"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/wording"
	"plumbline/internal/store"
)

// RelationKinds lists the kinds of relation as an item's own page says them.
func RelationKinds() []string {
	return []string{wording.Blocks, wording.BlockedBy, wording.ParentOf, wording.ChildOf, wording.Related}
}

// RelationInput says how an item belongs together with another.
type RelationInput struct {
	Kind  string        `json:"kind"` // one of RelationKinds
	Other plumbline.Key `json:"other"`
}

// Relate says that an item belongs together with another, or, when on is false,
// that it does not. Doing it twice changes nothing. What blocks, or is a parent,
// never leads back to itself, and an item has one parent at most.
func (a *App) Relate(ctx context.Context, who plumbline.Actor, key plumbline.Key, in RelationInput, on bool) error {
	return a.AddTo(ctx, who, key, rights.RelateItems, func(tx *store.Tx, it plumbline.Item) error {
		other, err := a.Seeing(tx, who, in.Other)
		if err != nil {
			if plumbline.KindOf(err) == plumbline.NotFound {
				return plumbline.FieldError("other", "%s", plumbline.TextOf(err))
			}
			return err
		}
		r, err := relation(it.ID, other.ID, in.Kind)
		if err != nil {
			return err
		}
		r.By, r.At = who.Person, a.now()
		changed, err := false, error(nil)
		if on {
			changed, err = a.relate(tx, it, other, r)
		} else {
			changed, err = tx.Unrelate(r)
		}
		if err != nil || !changed {
			return err
		}
		return a.noteRelation(tx, who, it, other, in.Kind, on)
	})
}

// relation reads what one item's page says.
func relation(here, there plumbline.ItemID, kind string) (plumbline.Relation, error) {
	r := plumbline.Relation{Item: here, Other: there}
	switch kind {
	case wording.BlockedBy, wording.ChildOf:
		r.Item, r.Other = there, here
	}
	switch kind {
	case wording.Blocks, wording.BlockedBy:
		r.Kind = plumbline.Blocks
	case wording.ParentOf, wording.ChildOf:
		r.Kind = plumbline.ParentOf
	case wording.Related:
		r.Kind = plumbline.Relates
	default:
		return r, plumbline.FieldError("kind", "An item is %s; not %q.", strings.Join(RelationKinds(), ", "), kind)
	}
	return r.Ordered(), nil
}

// relate checks a relation and writes it.
func (a *App) relate(tx *store.Tx, it, other plumbline.Item, r plumbline.Relation) (bool, error) {
	if it.ID == other.ID {
		return false, plumbline.FieldError("other", "%s cannot have a relation with itself.", it.Key)
	}
	if r.Kind != plumbline.Relates {
		if err := tx.TakeMergeTurn(); err != nil {
			return false, err
		}
		round, err := tx.Leads(r.Kind, r.Other, r.Item)
		if err != nil {
			return false, err
		}
		if round {
			return false, plumbline.FieldError("other", "%s leads back to %s already: that would go round in a circle.", other.Key, it.Key)
		}
	}
	if r.Kind == plumbline.ParentOf {
		parent, ok, err := tx.Parent(r.Other)
		if err != nil {
			return false, err
		}
		if ok && parent != r.Item {
			return false, plumbline.FieldError("other", "It has a parent already; an item has one at most. End that relation first.")
		}
	}
	return tx.Relate(r)
}

// noteRelation writes the events of both items, each as its own page says it.
func (a *App) noteRelation(tx *store.Tx, who plumbline.Actor, it, other plumbline.Item, kind string, on bool) error {
	typ := "items related"
	if !on {
		typ = "relation ended"
	}
	back := map[string]string{wording.Blocks: wording.BlockedBy, wording.BlockedBy: wording.Blocks, wording.ParentOf: wording.ChildOf, wording.ChildOf: wording.ParentOf, wording.Related: wording.Related}
	seen := ledger.Narrower(it.Visibility, other.Visibility)
	if err := a.NoteFor(tx, who, it, typ, "user", seen, map[string]any{"kind": kind, "key": other.Key}); err != nil {
		return err
	}
	return a.NoteFor(tx, who, other, typ, "user", seen, map[string]any{"kind": back[kind], "key": it.Key})
}
