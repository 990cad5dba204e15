package app

import (
	"context"
	"encoding/json"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// note appends an event about an item, visible as the item is, or less widely
// when seen says so. Data holds nothing private.
func (a *App) note(tx *store.Tx, who plumbline.Actor, it plumbline.Item, typ, cause string, data any) error {
	return a.noteFor(tx, who, it, typ, cause, it.Visibility, data)
}

func (a *App) noteFor(tx *store.Tx, who plumbline.Actor, it plumbline.Item, typ, cause string, seen plumbline.Visibility, data any) error {
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

// system appends an event that is about no item: people, catalog, trackers.
// Those who may read settings see it.
func (a *App) system(tx *store.Tx, who plumbline.Actor, typ string, data map[string]string) error {
	return a.noteFor(tx, who, plumbline.Item{Visibility: plumbline.Confidential}, typ, "user", plumbline.Confidential, data)
}

// seeing loads an item that who may see; one that they may not see is not found.
func (a *App) seeing(tx *store.Tx, who plumbline.Actor, key plumbline.Key) (plumbline.Item, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return plumbline.Item{}, err
	}
	it, err := tx.ItemByKey(key)
	if err := seen(tx, who, key, it, err); err != nil {
		return plumbline.Item{}, err
	}
	return it, nil
}

// seeingWhole is seeing for its page.
func (a *App) seeingWhole(tx *store.Tx, who plumbline.Actor, key plumbline.Key) (store.Whole, error) {
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

// fresh checks that the actor saw the item as it is now.
func fresh(it plumbline.Item, saw int64) error {
	if saw == 0 || saw == it.Version {
		return nil
	}
	return plumbline.Errorf(plumbline.Conflict, "%s was changed meanwhile (you saw version %d, it is now %d). Load it again and repeat your change.", it.Key, saw, it.Version)
}

// save writes a changed item as the next version.
func (a *App) save(tx *store.Tx, it *plumbline.Item) error {
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

// change is the frame of every use case that changes one item: it loads it,
// checks the version, runs fn and saves what fn changed.
func (a *App) change(ctx context.Context, who plumbline.Actor, key plumbline.Key, verb rights.Verb, saw int64, fn func(tx *store.Tx, it *plumbline.Item) error) (plumbline.Item, error) {
	if err := rights.Need(who, verb); err != nil {
		return plumbline.Item{}, err
	}
	var out plumbline.Item
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		it, err := a.seeing(tx, who, key)
		if err != nil {
			return err
		}
		if err := fresh(it, saw); err != nil {
			return err
		}
		if err := fn(tx, &it); err != nil {
			return err
		}
		if err := a.save(tx, &it); err != nil {
			return err
		}
		out = it
		return nil
	})
	return out, err
}

// addTo is the frame of use cases that add something to an item without
// changing the item itself.
func (a *App) addTo(ctx context.Context, who plumbline.Actor, key plumbline.Key, verb rights.Verb, fn func(tx *store.Tx, it plumbline.Item) error) error {
	if err := rights.Need(who, verb); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		it, err := a.seeing(tx, who, key)
		if err != nil {
			return err
		}
		return fn(tx, it)
	})
}
