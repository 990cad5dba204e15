package bulk

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Bulk changes many items, each in a transaction of its own: what may not be
// done to one does not stop the others. Together they are a batch that
// [Batcher.UndoBatch] takes back.
func (a *Batcher) Bulk(ctx context.Context, who plumbline.Actor, in BulkInput) (BulkView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return BulkView{}, err
	}
	if err := in.validate(); err != nil {
		return BulkView{}, err
	}
	out := BulkView{Batch: store.NewID()}
	if err := a.beginBatch(ctx, who, out.Batch, len(in.unique())); err != nil {
		return BulkView{}, err
	}
	for _, key := range in.unique() {
		line, err := a.bulkOne(ctx, who, out.Batch, key, in)
		if err != nil {
			return out, err
		}
		out.add(line)
	}
	return out, nil
}

func (a *Batcher) beginBatch(ctx context.Context, who plumbline.Actor, id string, n int) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		b := store.Batch{ID: id, Person: who.Person, At: a.now(), What: several(n, "item")}
		if err := tx.InsertBatch(b); err != nil {
			return err
		}
		return a.System(tx, who, "batch begun", map[string]string{"batch": id, "items": strconv.Itoa(n)})
	})
}

// bulkOne changes one item of a batch.
func (a *Batcher) bulkOne(ctx context.Context, who plumbline.Actor, batch string, key plumbline.Key, in BulkInput) (line BulkLine, err error) {
	cause := "batch:" + batch
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		var w weighed
		if line, w, err = a.weigh(tx, who, key, in); err != nil || !line.Allowed {
			return err
		}
		was, became := deltas(w, in)
		if len(became) == 0 {
			return nil
		}
		if w.watch {
			if _, err := tx.Watch(w.it.ID, who.Person); err != nil {
				return err
			}
			if err := a.Note(tx, who, w.it, "watching began", cause, nil); err != nil {
				return err
			}
		}
		if err := a.bulkItem(tx, who, &w, in, became, cause); err != nil {
			return err
		}
		line.Version = w.it.Version
		return tx.InsertBatchItem(batch, store.BatchItem{Item: w.it.ID, Was: was, Became: became})
	})
	if k := plumbline.KindOf(err); err != nil && k != plumbline.Internal && k != plumbline.Unavailable {
		line.Allowed, line.Changes, line.Why, err = false, nil, plumbline.TextOf(err), nil
	}
	return line, err
}

// bulkItem writes what changes of the item itself.
func (a *Batcher) bulkItem(tx *store.Tx, who plumbline.Actor, w *weighed, in BulkInput, became map[string]string, cause string) error {
	edited := slices.DeleteFunc(slices.Sorted(maps.Keys(became)), func(s string) bool { return s == stateDelta || s == watchDelta })
	_, moves := became[stateDelta]
	if len(edited) == 0 && !moves {
		return nil
	}
	if len(edited) > 0 {
		if err := a.Note(tx, who, w.it, "item edited", cause, map[string]any{"changed": edited}); err != nil {
			return err
		}
	}
	if moves {
		if err := a.Room(tx, who, w.it, in.To, in.Despite); err != nil {
			return err
		}
		if err := a.Step(tx, who, w.def, &w.it, w.facts, in.To, cause); err != nil {
			return err
		}
		if err := a.Remark(tx, who, w.it, in.Note); err != nil {
			return err
		}
	}
	return a.Save(tx, &w.it)
}

// UndoBatch takes a batch back: of every item what nobody changed since becomes
// what it was; what others changed stays, and is named. A batch is taken back
// once, by who made it.
func (a *Batcher) UndoBatch(ctx context.Context, who plumbline.Actor, id string) (BulkView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return BulkView{}, err
	}
	out := BulkView{Batch: id}
	var items []store.BatchItem
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		b, all, err := tx.Batch(id)
		if err != nil {
			return err
		}
		if b.Person != who.Person {
			return plumbline.Errorf(plumbline.Denied, "Only who made this change can take it back.")
		}
		items = all
		first, err := tx.EndBatch(id, a.now())
		if err != nil {
			return err
		}
		if !first {
			return plumbline.Errorf(plumbline.Conflict, "This change was taken back already.")
		}
		return a.System(tx, who, "batch undone", map[string]string{"batch": id, "items": strconv.Itoa(len(all))})
	})
	if err != nil {
		return BulkView{}, err
	}
	for _, c := range items {
		line, err := a.undoOne(ctx, who, id, c)
		if err != nil {
			return out, err
		}
		out.add(line)
	}
	return out, nil
}

// undoOne takes back what a batch did to one item.
func (a *Batcher) undoOne(ctx context.Context, who plumbline.Actor, batch string, c store.BatchItem) (line BulkLine, err error) {
	line.Key = c.Key
	cause := "undo of batch:" + batch
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		it, err := a.Seeing(tx, who, c.Key)
		if err != nil {
			return err
		}
		line.Title = it.Title
		in, kept := undoing(it, c)
		if c.Became[watchDelta] != "" {
			if _, err := tx.Unwatch(it.ID, who.Person); err != nil {
				return err
			}
			if err := a.Note(tx, who, it, "watching ended", cause, nil); err != nil {
				return err
			}
			line.Changes = append(line.Changes, "you no longer follow it")
		}
		if len(kept) > 0 {
			line.Why = "Changed since by others, so it stays: " + strings.Join(kept, ", ") + "."
		}
		if !in.edits() && in.To == "" {
			line.Allowed = len(line.Changes) > 0
			return nil
		}
		one, w, err := a.weigh(tx, who, c.Key, in)
		if err != nil {
			return err
		}
		if line.Allowed = one.Allowed; !one.Allowed {
			line.Why = strings.TrimSpace(line.Why + " " + one.Why)
			return nil
		}
		line.Changes = append(line.Changes, one.Changes...)
		_, became := deltas(w, in)
		if err := a.bulkItem(tx, who, &w, in, became, cause); err != nil {
			return err
		}
		line.Version = w.it.Version
		return nil
	})
	if k := plumbline.KindOf(err); err != nil && k != plumbline.Internal && k != plumbline.Unavailable {
		line.Allowed, line.Changes, line.Why, err = false, nil, plumbline.TextOf(err), nil
	}
	return line, err
}

// undoing is the change that makes an item what it was, and the names of what
// others have changed since.
func undoing(it plumbline.Item, c store.BatchItem) (in BulkInput, kept []string) {
	for _, name := range slices.Sorted(maps.Keys(c.Became)) {
		was := c.Was[name]
		now := it.Field(name)
		if name == stateDelta {
			now = string(it.States[plumbline.State(c.Became[name]).Lane()].State)
		}
		switch {
		case name == watchDelta:
		case now != c.Became[name]:
			kept = append(kept, plainDelta(name))
		case name == stateDelta:
			in.To = plumbline.State(was)
		case name == "team":
			in.Team = (*plumbline.TeamRef)(&was)
		case name == "product":
			in.Product = (*plumbline.ProductRef)(&was)
		case name == "assignee":
			in.Assignee = &was
		case name == "priority":
			in.Priority = &was
		default:
			if in.Fields == nil {
				in.Fields = map[string]string{}
			}
			in.Fields[name] = was
		}
	}
	return in, kept
}
