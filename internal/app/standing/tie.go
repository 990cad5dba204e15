package standing

import (
	"cmp"
	"context"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// TieItem says that an item is the work that mends a constraint: while that is
// forced, so is the item.
func (r *Room) TieItem(ctx context.Context, who plumbline.Actor, id plumbline.ConstraintID, key plumbline.Key) error {
	return r.items.AddTo(ctx, who, key, rights.EditItem, func(tx *store.Tx, it plumbline.Item) error {
		if err := ledger.Alone(it); err != nil {
			return err
		}
		return r.Tie(tx, who, id, it)
	})
}

// Tie is TieItem for an item that is being made, in the transaction that makes it. It
// asks for no right.
func (r *Room) Tie(tx *store.Tx, who plumbline.Actor, id plumbline.ConstraintID, it plumbline.Item) error {
	k, err := tx.Constraint(id)
	if err != nil {
		return err
	}
	first, err := tx.InsertTie(store.Tie{Constraint: id, Item: it.ID, By: who.Person, ByName: who.Name, At: r.now()})
	if err != nil || !first {
		return err
	}
	return r.items.Note(tx, who, it, "item tied to a constraint", "user", about(k.Constraint))
}

// UntieItem ends that.
func (r *Room) UntieItem(ctx context.Context, who plumbline.Actor, id plumbline.ConstraintID, key plumbline.Key) error {
	return r.items.AddTo(ctx, who, key, rights.EditItem, func(tx *store.Tx, it plumbline.Item) error {
		k, err := tx.Constraint(id)
		if err != nil {
			return err
		}
		was, err := tx.DeleteTie(id, it.ID)
		if err != nil {
			return err
		}
		if !was {
			return plumbline.Errorf(plumbline.NotFound, "%s is not tied to the constraint %s.", key, id)
		}
		return r.items.Note(tx, who, it, "item untied from a constraint", "user", about(k.Constraint))
	})
}

// tellTied writes into the history of the items that mend a constraint when what it
// forces is different from before.
func (r *Room) tellTied(tx *store.Tx, who plumbline.Actor, w *watched, s *limit.Standing) error {
	was, before := w.was.Duty()
	is, now := s.Duty()
	if before == now && was.Due == is.Due && was.Rule == is.Rule {
		return nil
	}
	ties, err := tx.TiesOf([]plumbline.ConstraintID{w.row.ID})
	if err != nil || len(ties) == 0 {
		return err
	}
	var ids []plumbline.ItemID
	for _, t := range ties[w.row.ID] {
		ids = append(ids, t.Item)
	}
	items, err := tx.HeadsByID(ids)
	if err != nil {
		return err
	}
	typ, d := "duty changed", about(w.row.Constraint)
	switch {
	case !before:
		typ = "duty began"
	case !now:
		typ = "duty ended"
	}
	d.Why, d.Detail = s.Plainly(), is.Rule
	if is.Due != 0 {
		d.Detail += " It is due on " + is.Due.Std().Format(time.DateOnly) + "."
	}
	for _, id := range ids {
		if it, ok := items[id]; ok {
			if err := r.items.Note(tx, who, it, typ, "time", d); err != nil {
				return err
			}
		}
	}
	return nil
}

// UntendedView is a constraint that forces work, and nobody works on it yet.
type UntendedView struct {
	Constraint plumbline.ConstraintID   `json:"constraint"`
	Name       string                   `json:"name"`
	Kind       plumbline.ConstraintKind `json:"kind"`
	Scope      plumbline.Scope          `json:"scope"`
	Status     plumbline.Status         `json:"status"`
	limit.Duty
}

// Untended are the constraints that force work for which there is no open item, those
// that are due first first. It takes two statements.
func Untended(tx *store.Tx) ([]UntendedView, error) {
	out := []UntendedView{}
	rows, err := tx.Untended()
	if err != nil || len(rows) == 0 {
		return out, err
	}
	stood, err := tx.ConstraintStandings(store.ConstraintFilter{Forced: true})
	if err != nil {
		return nil, err
	}
	for _, c := range rows {
		i, ok := slices.BinarySearchFunc(stood, c.ID, func(s store.StandingRow, id plumbline.ConstraintID) int { return cmp.Compare(s.Constraint, id) })
		if !ok {
			continue
		}
		k, err := restore(stood[i], c.Constraint)
		if err != nil {
			return nil, err
		}
		if d, ok := k.Duty(); ok {
			out = append(out, UntendedView{Constraint: c.ID, Name: about(c.Constraint).Text, Kind: c.Kind, Scope: c.Scope, Status: k.Status, Duty: d})
		}
	}
	sorted.By(out, func(a, b UntendedView) int { return compareDue(a.Due, b.Due) })
	return out, nil
}

// compareDue puts what has no date last.
func compareDue(a, b plumbline.Time) int {
	switch {
	case a == b:
		return 0
	case a == 0:
		return 1
	case b == 0 || a < b:
		return -1
	}
	return 1
}
