package order

import (
	"plumbline"
	"plumbline/internal/store"
)

// Warm reads what is known now, so that a transaction that writes need not.
func (k *Keeper) Warm(tx *store.Tx) error {
	_, release, err := k.World(tx)
	if err == nil {
		release()
	}
	return err
}

// Then is where an item stands at this moment, to be kept with what is decided
// about it.
func (k *Keeper) Then(tx *store.Tx, id plumbline.ItemID) (plumbline.RankThen, error) {
	w, release, err := k.World(tx)
	if err != nil {
		return plumbline.RankThen{}, err
	}
	defer release()
	t, err := k.Table(w, "", 0)
	if err != nil {
		return plumbline.RankThen{}, err
	}
	out := plumbline.RankThen{Policy: t.Policy, Model: t.Model, Of: t.Len(), Top: t.Top}
	if at, ok := w.At(id); ok {
		e := t.Entry(at)
		out.Place, out.PTop = e.Position, e.PTop
	}
	return out, nil
}
