package standing

import (
	"cmp"
	"maps"
	"slices"

	"plumbline"
	"plumbline/internal/store"
)

// itsItems is the source of what the items that are tied to a promise say of it.
const itsItems = "its items"

// SettleBy has promises be settled by their items, of which done says whether one that is
// closed was done, and not dropped; at construction only.
func (r *Room) SettleBy(done func(plumbline.Item) bool) { r.done = done }

// settled is a promise of which the items tied to it say something else than before.
type settled struct {
	row  store.ConstraintRow
	kept plumbline.Time // when the last of them was done; 0: it is open again
}

// settling are the promises to be settled: those whose items are all done by now, and not
// by being dropped, and those that were and are open again. An item that was merged into
// another is done when that is. It takes four statements, and one when there is none that
// may be.
func (r *Room) settling(tx *store.Tx) ([]settled, error) {
	if r.done == nil {
		return nil, nil
	}
	rows, err := tx.Unsettled(itsItems)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var limits []plumbline.ConstraintID
	for _, c := range rows {
		if c.To == 0 || c.To > r.now() {
			limits = append(limits, c.ID)
		}
	}
	ties, err := tx.TiesOf(limits)
	if err != nil {
		return nil, err
	}
	items, heads, err := tiedItems(tx, ties)
	if err != nil {
		return nil, err
	}
	var out []settled
	for _, c := range rows {
		var mends []plumbline.Item
		open := false
		for _, t := range ties[c.ID] {
			mends = append(mends, items[cmp.Or(heads[t.Item], t.Item)])
			it := items[t.Item]
			open = open || it.Open()
		}
		kept := r.keptAt(mends)
		if len(mends) > 0 && open == (kept == 0) {
			out = append(out, settled{c, kept})
		}
	}
	return out, nil
}

// tiedItems are the tied items by their ids, and those that they were merged into, by the
// heads of those that were.
func tiedItems(tx *store.Tx, ties map[plumbline.ConstraintID][]store.Tie) (items map[plumbline.ItemID]plumbline.Item, heads map[plumbline.ItemID]plumbline.ItemID, err error) {
	var ids []plumbline.ItemID
	for _, list := range ties {
		for _, t := range list {
			ids = append(ids, t.Item)
		}
	}
	if heads, err = tx.Heads(ids); err != nil {
		return nil, nil, err
	}
	items, err = tx.HeadsByID(slices.AppendSeq(ids, maps.Values(heads)))
	return items, heads, err
}

// keptAt is when the last of the items was done; 0: one is not, or was dropped.
func (r *Room) keptAt(items []plumbline.Item) (at plumbline.Time) {
	for _, it := range items {
		if it.Open() || !r.done(it) {
			return 0
		}
		at = max(at, it.Closed)
	}
	return at
}

// settle tells the promises what their items say.
func (r *Room) settle(tx *store.Tx, who plumbline.Actor, all []settled) error {
	for _, s := range all {
		o := plumbline.Observation{At: s.kept, State: plumbline.StateMet, Source: itsItems, External: itsItems}
		if s.kept == 0 {
			o.At, o.State = r.now(), plumbline.StateOpen
		}
		if _, err := r.KeepEvidence(tx, who, s.row.ID, []plumbline.Observation{o}); err != nil {
			return err
		}
	}
	return nil
}
