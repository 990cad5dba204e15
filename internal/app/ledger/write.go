package ledger

import (
	"context"
	"encoding/json"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Note appends an event about an item, visible as the item is, or less widely
// when seen says so. Data holds nothing private.
func (a *Ledger) Note(tx *store.Tx, who plumbline.Actor, it plumbline.Item, typ, cause string, data any) error {
	return a.NoteFor(tx, who, it, typ, cause, it.Visibility, data)
}

// NoteFor is Note for an event that fewer people may see than the item.
func (a *Ledger) NoteFor(tx *store.Tx, who plumbline.Actor, it plumbline.Item, typ, cause string, seen plumbline.Visibility, data any) error {
	var raw json.RawMessage
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			return err
		}
		raw = b
	}
	if it.Visibility != plumbline.Public && seen == plumbline.Public {
		seen = it.Visibility
	}
	return tx.Append(plumbline.Event{
		At: a.now(), Type: typ, Item: it.ID, Key: it.Key, Actor: who.Person, By: who.Name,
		Via: who.Via, Cause: cause, Seen: seen, Data: raw,
	})
}

// System appends an event that is about no item: people, catalog, trackers.
// Those who may read settings see it.
func (a *Ledger) System(tx *store.Tx, who plumbline.Actor, typ string, data map[string]string) error {
	return a.NoteFor(tx, who, plumbline.Item{Visibility: plumbline.Confidential}, typ, "user", plumbline.Confidential, data)
}

// Seeing loads an item that who may see; one that they may not see is not found.
func (a *Ledger) Seeing(tx *store.Tx, who plumbline.Actor, key plumbline.Key) (plumbline.Item, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return plumbline.Item{}, err
	}
	it, err := tx.ItemByKey(key)
	if err := seen(tx, who, key, it, err); err != nil {
		return plumbline.Item{}, err
	}
	return it, nil
}

// SeeingWhole is seeing for its page.
func (a *Ledger) SeeingWhole(tx *store.Tx, who plumbline.Actor, key plumbline.Key) (store.Whole, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return store.Whole{}, err
	}
	w, err := tx.WholeByKey(key)
	if err := seen(tx, who, key, w.Row.Item, err); err != nil {
		return store.Whole{}, err
	}
	return w, nil
}

// seen checks that who may see an item that was looked up by its key.
func seen(tx *store.Tx, who plumbline.Actor, key plumbline.Key, it plumbline.Item, err error) error {
	if plumbline.KindOf(err) == plumbline.NotFound {
		return unknownItem(key)
	}
	if err != nil || who.Sees(it.Visibility, false) {
		return err
	}
	part, err := tx.HasPart(it.ID, who.Person)
	if err == nil && !who.Sees(it.Visibility, part) {
		err = unknownItem(key)
	}
	return err
}

func unknownItem(key plumbline.Key) error {
	return plumbline.Errorf(plumbline.NotFound, "There is no item %s, or you may not see it. Look it up in the list of items.", key)
}

// Fresh checks that the actor saw the item as it is now.
func Fresh(it plumbline.Item, saw int64) error {
	if saw == 0 || saw == it.Version {
		return nil
	}
	return plumbline.Errorf(plumbline.Conflict, "%s was changed meanwhile (you saw version %d, it is now %d). Load it again and repeat your change.", it.Key, saw, it.Version)
}

// Save writes a changed item as the next version.
func (a *Ledger) Save(tx *store.Tx, it *plumbline.Item) error {
	if err := it.Validate(); err != nil {
		return err
	}
	if it.Merged != "" && it.Closed.IsZero() { // whatever its labels say
		it.Closed = a.now()
	}
	was := it.Version
	it.Version++
	it.Updated = a.now()
	return tx.UpdateItem(*it, was)
}

// Change is the frame of every use case that changes one item: it loads it,
// checks the version, runs fn and saves what fn changed.
func (a *Ledger) Change(ctx context.Context, who plumbline.Actor, key plumbline.Key, verb rights.Verb, saw int64, fn func(tx *store.Tx, it *plumbline.Item) error) (plumbline.Item, error) {
	if err := rights.Need(who, verb); err != nil {
		return plumbline.Item{}, err
	}
	var out plumbline.Item
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		it, err := a.Seeing(tx, who, key)
		if err != nil {
			return err
		}
		if err := Fresh(it, saw); err != nil {
			return err
		}
		if err := fn(tx, &it); err != nil {
			return err
		}
		if err := a.Save(tx, &it); err != nil {
			return err
		}
		out = it
		return nil
	})
	return out, err
}

// AddTo is the frame of use cases that add something to an item without
// changing the item itself.
func (a *Ledger) AddTo(ctx context.Context, who plumbline.Actor, key plumbline.Key, verb rights.Verb, fn func(tx *store.Tx, it plumbline.Item) error) error {
	if err := rights.Need(who, verb); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		it, err := a.Seeing(tx, who, key)
		if err != nil {
			return err
		}
		return fn(tx, it)
	})
}

// Alone refuses work on an item that was merged.
func Alone(it plumbline.Item) error {
	if it.Merged == "" {
		return nil
	}
	return plumbline.Errorf(plumbline.Conflict, "%s was merged into %s: work on that one, or end the merge first.", it.Key, it.Merged)
}

// Narrower is the visibility that fewer people have.
func Narrower(v, w plumbline.Visibility) plumbline.Visibility {
	rank := map[plumbline.Visibility]int{plumbline.Public: 0, plumbline.InternalOnly: 1, plumbline.Confidential: 2}
	if rank[w] > rank[v] {
		return w
	}
	return v
}
