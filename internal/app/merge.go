package app

import (
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// MergeInput merges an item into another. Version as in [EditInput].
type MergeInput struct {
	Into    plumbline.Key `json:"into"`
	Version int64         `json:"version,omitempty"`
}

// Merge says that the item asks for the same as another. It is a link and not a
// move: votes, followers, demands, evidence and comments stay where they are and
// count at the target too, each person, team and account once. The item ends
// here, its clocks stop, and its issue is told where it goes on. Unmerge gives
// everything back.
func (a *App) Merge(ctx context.Context, who plumbline.Actor, key plumbline.Key, in MergeInput) (plumbline.Item, error) {
	return a.join(ctx, who, key, in.Version, func(tx *store.Tx, it *plumbline.Item) error {
		into, err := a.mergeTarget(tx, who, *it, in.Into)
		if err != nil {
			return err
		}
		m := store.Merge{Item: it.ID, Target: into.ID, State: it.State, Closed: it.Closed, By: who.Person, ByName: who.Name, At: a.now()}
		it.Merged = into.Key
		if err := a.Save(tx, it); err != nil {
			return err
		}
		if err := tx.InsertMerge(m); err != nil {
			return err
		}
		if err := a.noteJoin(tx, who, *it, into, "item merged", "merge received"); err != nil {
			return err
		}
		return a.tellMerge(tx, *it)
	})
}

// Unmerge ends the merge of an item: it stands again where it stood, and what
// hangs on it counts here only.
func (a *App) Unmerge(ctx context.Context, who plumbline.Actor, key plumbline.Key, version int64) (plumbline.Item, error) {
	return a.join(ctx, who, key, version, func(tx *store.Tx, it *plumbline.Item) error {
		if it.Merged == "" {
			return plumbline.Errorf(plumbline.Conflict, "%s is not merged into anything.", it.Key)
		}
		m, err := tx.Merge(it.ID)
		if err != nil {
			return err
		}
		into, err := tx.Item(m.Target)
		if err != nil {
			return err
		}
		it.Merged = ""
		if err := a.standAgain(it, m); err != nil {
			return err
		}
		if err := a.Save(tx, it); err != nil {
			return err
		}
		if err := tx.DeleteMerge(m); err != nil {
			return err
		}
		if err := a.noteJoin(tx, who, *it, into, "item unmerged", "merge ended"); err != nil {
			return err
		}
		return a.tellUnmerge(tx, *it, m.At)
	})
}

// join is the frame of both: they take turns, so that none closes a circle.
func (a *App) join(ctx context.Context, who plumbline.Actor, key plumbline.Key, saw int64, fn func(tx *store.Tx, it *plumbline.Item) error) (plumbline.Item, error) {
	if err := rights.Need(who, rights.MergeItems); err != nil {
		return plumbline.Item{}, err
	}
	var out plumbline.Item
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.TakeMergeTurn(); err != nil {
			return err
		}
		it, err := a.Seeing(tx, who, key)
		if err != nil {
			return err
		}
		if err := ledger.Fresh(it, saw); err != nil {
			return err
		}
		err = fn(tx, &it)
		out = it
		return err
	})
	return out, err
}

// mergeTarget is the item that another may be merged into.
func (a *App) mergeTarget(tx *store.Tx, who plumbline.Actor, it plumbline.Item, key plumbline.Key) (plumbline.Item, error) {
	if it.Merged != "" {
		return plumbline.Item{}, plumbline.Errorf(plumbline.Conflict, "%s was merged into %s already. End that merge first.", it.Key, it.Merged)
	}
	if key == "" {
		return plumbline.Item{}, plumbline.FieldError("into", "Say which item it repeats.")
	}
	into, err := a.Seeing(tx, who, key)
	if err != nil {
		if plumbline.KindOf(err) == plumbline.NotFound {
			return into, plumbline.FieldError("into", "%s", plumbline.TextOf(err))
		}
		return into, err
	}
	if into.ID == it.ID {
		return into, plumbline.FieldError("into", "%s cannot be merged into itself.", it.Key)
	}
	chain, err := tx.MergedInto(into.ID)
	if err != nil {
		return into, err
	}
	if slices.ContainsFunc(chain, func(m store.Mention) bool { return m.ID == it.ID }) {
		return into, plumbline.FieldError("into", "%s is itself merged into %s: that would go round in a circle.", into.Key, it.Key)
	}
	if ledger.Narrower(it.Visibility, into.Visibility) != it.Visibility {
		return into, plumbline.FieldError("into", "%s is %s and %s is %s: those who asked could not follow it. Merge the other way, or open %s to them first.",
			into.Key, into.Visibility, it.Key, it.Visibility, into.Key)
	}
	return into, nil
}

// standAgain gives an item back what the merge ended: if it stands where it
// stood, when it had closed; if labels moved it meanwhile, what its state says.
func (a *App) standAgain(it *plumbline.Item, m store.Merge) error {
	if it.State == m.State {
		it.Closed = m.Closed
		return nil
	}
	def, err := a.Process(it.Process)
	if err != nil {
		return err
	}
	if s, ok := def.State(it.State); !ok || !s.End() {
		it.Closed = 0
	}
	return nil
}

// noteJoin writes the events of both items.
func (a *App) noteJoin(tx *store.Tx, who plumbline.Actor, it, into plumbline.Item, here, there string) error {
	if err := a.Note(tx, who, it, here, "user", map[string]any{"key": into.Key}); err != nil {
		return err
	}
	return a.NoteFor(tx, who, into, there, "user", ledger.Narrower(it.Visibility, into.Visibility), map[string]any{"key": it.Key})
}

// tellMerge writes on the item's issue where it goes on, and closes it where the
// tracker's policy is to close what is not done there.
func (a *App) tellMerge(tx *store.Tx, it plumbline.Item) error {
	if err := a.Tell(tx, it); err != nil {
		return err
	}
	link, m, ok, err := a.IssueOf(tx, it)
	if err != nil || !ok || !m.Snapshot.Open || link.OnDecline != "close" {
		return err
	}
	return a.Plan(tx, it, link, m, "close", plumbline.CloseIssue, plumbline.WantedChange{Close: true}, nil)
}

// tellUnmerge writes on the item's issue that it stands by itself again, and opens
// the issue if the merge, which began at since, has closed it: a closing that
// still waits is dropped instead, and what people closed stays closed.
func (a *App) tellUnmerge(tx *store.Tx, it plumbline.Item, since plumbline.Time) error {
	link, m, ok, err := a.IssueOf(tx, it)
	if err != nil {
		return err
	}
	if !ok || !it.Open() {
		return a.Tell(tx, it)
	}
	if err := a.goesOn(tx, it, m); err != nil {
		return err
	}
	closed, err := a.closedSince(tx, it, since)
	if err != nil {
		return err
	}
	if err := a.Tell(tx, it); err != nil || !closed || m.Snapshot.Open {
		return err
	}
	return a.Plan(tx, it, link, m, "reopen", plumbline.ReopenIssue, plumbline.WantedChange{Reopen: true}, nil)
}

// closedSince says whether an action planned since then has closed the item's
// issue, and drops one that has not been carried out.
func (a *App) closedSince(tx *store.Tx, it plumbline.Item, since plumbline.Time) (closed bool, err error) {
	acts, err := tx.ActionsFor(it.ID)
	if err != nil {
		return false, err
	}
	for _, act := range acts {
		if act.Kind != plumbline.CloseIssue || act.Created < since {
			continue
		}
		switch act.Status {
		case plumbline.ActionWaiting, plumbline.ActionHeld:
			if _, err := tx.DropAction(act.ID, "The merge was ended.", a.now()); err != nil {
				return false, err
			}
		case plumbline.ActionRunning:
			return false, plumbline.Errorf(plumbline.Conflict, "The tracker is being written to just now. Try again in a moment.")
		case plumbline.ActionDone:
			closed = true
		}
	}
	return closed, nil
}

// goesOn says that the episode of an open item's issue goes on, as long as the
// issue still asks for us.
func (a *App) goesOn(tx *store.Tx, it plumbline.Item, m plumbline.Mirror) error {
	def, err := a.Process(it.Process)
	if err != nil || m.Active || !it.Open() || def.Trigger == "" || !m.Snapshot.HasLabel(def.Trigger) {
		return err
	}
	m.Active = true
	return tx.PutMirror(m)
}
