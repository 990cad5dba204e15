package controls

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// HoldToFramework holds a product to a framework: its controls count from now on.
func (r *Room) HoldToFramework(ctx context.Context, who plumbline.Actor, product plumbline.ProductRef, ref plumbline.FrameworkRef) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		f, err := tx.Framework(ref)
		if err != nil {
			return err
		}
		return r.hold(tx, who, product, f)
	})
}

func (r *Room) hold(tx *store.Tx, who plumbline.Actor, product plumbline.ProductRef, f plumbline.Framework) error {
	p, err := tx.Product(product)
	if err != nil {
		return err
	}
	changed, err := tx.Hold(store.HeldTo{Product: product, Framework: f.Ref, Since: r.now(), By: who.Person, ByName: who.Name})
	if err != nil || !changed {
		return err
	}
	if err := r.note(tx, who, "product held to framework", told{Product: product, Framework: f.Ref, Text: f.Title}); err != nil {
		return err
	}
	return r.refresh(tx, who, p)
}

// LetGoOfFramework ends that a product is held to a framework. What is known about
// its controls is kept, and is in no count.
func (r *Room) LetGoOfFramework(ctx context.Context, who plumbline.Actor, product plumbline.ProductRef, ref plumbline.FrameworkRef) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		p, err := tx.Product(product)
		if err != nil {
			return err
		}
		f, err := tx.Framework(ref)
		if err != nil {
			return err
		}
		changed, err := tx.LetGo(product, ref, r.now())
		if err != nil || !changed {
			return err
		}
		if err := r.note(tx, who, "product let go from framework", told{Product: product, Framework: ref, Text: f.Title}); err != nil {
			return err
		}
		return r.refresh(tx, who, p)
	})
}
