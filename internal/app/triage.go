package app

import (
	"context"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// longestWait is how far ahead an item can be put off.
const longestWait = 366 * 24 * time.Hour

// SnoozeInput says when an item comes back to the inbox by itself: at a time,
// when somebody comments, or whichever is first. One of them is needed.
type SnoozeInput struct {
	Until     plumbline.Time `json:"until,omitempty"`
	OnComment bool           `json:"on_comment,omitempty"`
}

// inTriage checks that an item can be judged in the inbox.
func inTriage(it plumbline.Item) error {
	switch {
	case !it.Open():
		return plumbline.Errorf(plumbline.Conflict, "%s has ended, so it is not in the inbox.", it.Key)
	case it.Remit.Checked():
		return plumbline.Errorf(plumbline.Conflict, "%s left the inbox already: somebody has judged it. Its page says what was decided.", it.Key)
	}
	return nil
}

// Accept notes that an item is ours to judge; it leaves the inbox.
func (a *App) Accept(ctx context.Context, who plumbline.Actor, key plumbline.Key) (plumbline.Item, error) {
	return a.judge(ctx, who, key, "accepted", func(tx *store.Tx, it *plumbline.Item) error {
		if it.Remit == plumbline.RemitIn {
			return plumbline.Errorf(plumbline.Conflict, "%s was accepted already.", it.Key)
		}
		it.Remit = plumbline.RemitIn
		if err := tx.EndWait(it.ID); err != nil {
			return err
		}
		if err := a.Note(tx, who, *it, "item accepted", "user", nil); err != nil {
			return err
		}
		return a.Tell(tx, *it)
	})
}

// AskBack asks the requester something. The item waits outside the inbox, with
// the clock of the first answer standing still, until somebody answers.
func (a *App) AskBack(ctx context.Context, who plumbline.Actor, key plumbline.Key, question plumbline.PublicText) (plumbline.Item, error) {
	c := plumbline.Comment{ID: store.NewID(), By: who.Person, ByName: who.Name, Body: string(question), At: a.now()}
	if strings.TrimSpace(c.Body) == "" {
		return plumbline.Item{}, plumbline.FieldError("question", "Write the question that the requester will read.")
	}
	if err := c.Validate(); err != nil {
		return plumbline.Item{}, err
	}
	return a.judge(ctx, who, key, "asked", func(tx *store.Tx, it *plumbline.Item) error {
		if err := inTriage(*it); err != nil {
			return err
		}
		c.Item = it.ID
		if err := tx.InsertComment(c); err != nil {
			return err
		}
		it.Remit = plumbline.RemitAsked
		a.say(it, question)
		if err := tx.PutWait(plumbline.Wait{Item: it.ID, Kind: it.Remit, OnComment: true, By: who.Person, At: a.now()}); err != nil {
			return err
		}
		if err := a.Note(tx, who, *it, "question asked", "user", map[string]any{"comment": c.ID}); err != nil {
			return err
		}
		if err := a.mention(tx, who, *it, c); err != nil {
			return err
		}
		return a.Tell(tx, *it)
	})
}

// say puts a sentence for the requester beside where the item stands.
func (a *App) say(it *plumbline.Item, text plumbline.PublicText) {
	states := make(map[string]plumbline.Position, len(it.States))
	for lane, pos := range it.States {
		if lane == it.State.Lane() {
			pos.Message = text
		}
		states[lane] = pos
	}
	it.States = states
}

// Snooze puts an item off: it leaves the inbox and comes back by itself.
func (a *App) Snooze(ctx context.Context, who plumbline.Actor, key plumbline.Key, in SnoozeInput) (plumbline.Item, error) {
	now := a.now()
	switch {
	case in.Until.IsZero() && !in.OnComment:
		return plumbline.Item{}, plumbline.FieldError("until", "Say when it comes back: a date, or when somebody comments.")
	case !in.Until.IsZero() && in.Until <= now:
		return plumbline.Item{}, plumbline.FieldError("until", "That moment has passed: choose a later one.")
	case in.Until > now.Add(longestWait):
		return plumbline.Item{}, plumbline.FieldError("until", "That is more than a year ahead. Decline it, and say what would make us look again.")
	}
	return a.judge(ctx, who, key, "snoozed", func(tx *store.Tx, it *plumbline.Item) error {
		if err := inTriage(*it); err != nil {
			return err
		}
		it.Remit = plumbline.RemitSnoozed
		w := plumbline.Wait{Item: it.ID, Kind: it.Remit, Until: in.Until, OnComment: in.OnComment, By: who.Person, At: now}
		if err := tx.PutWait(w); err != nil {
			return err
		}
		data := map[string]any{"on_comment": in.OnComment}
		if !in.Until.IsZero() {
			data["until"] = in.Until
		}
		return a.NoteFor(tx, who, *it, "item snoozed", "user", ledger.Narrower(it.Visibility, plumbline.InternalOnly), data)
	})
}

// Wake brings back to the inbox what was put off until now; the worker calls it.
func (a *App) Wake(ctx context.Context) (n int, err error) {
	const most = 100
	var due []plumbline.Wait
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		due, err = tx.DueWaits(a.now(), most)
		return err
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	who := plumbline.SystemActor("wake")
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		n = 0
		due, err := tx.DueWaits(a.now(), most) // others may have been faster
		if err != nil {
			return err
		}
		for _, w := range due {
			it, err := tx.Item(w.Item)
			if err != nil {
				return err
			}
			if err := a.comeBack(tx, who, &it, "time"); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// comeBack ends an item's wait and saves it; of one that does not wait it only
// forgets why it did.
func (a *App) comeBack(tx *store.Tx, who plumbline.Actor, it *plumbline.Item, why string) error {
	if err := tx.EndWait(it.ID); err != nil || !it.Remit.Waits() || !it.Open() {
		return err
	}
	if err := a.endWait(tx, who, it, why); err != nil {
		return err
	}
	return a.Save(tx, it)
}

// answered ends the wait of an item whose requester changed what they asked;
// whoever changes the item saves it.
func (a *App) answered(tx *store.Tx, who plumbline.Actor, it *plumbline.Item) error {
	if err := tx.EndWait(it.ID); err != nil {
		return err
	}
	return a.endWait(tx, who, it, "answer")
}

func (a *App) endWait(tx *store.Tx, who plumbline.Actor, it *plumbline.Item, why string) error {
	asked := it.Remit == plumbline.RemitAsked
	it.Remit = plumbline.RemitUnchecked
	seen := it.Visibility
	if asked {
		a.say(it, "")
	} else {
		seen = ledger.Narrower(seen, plumbline.InternalOnly)
	}
	if err := a.NoteFor(tx, who, *it, "item came back", why, seen, map[string]string{"why": why}); err != nil {
		return err
	}
	if !asked {
		return nil
	}
	return a.Tell(tx, *it)
}

// spoken brings an item back when somebody other than who put it off says
// something that it waits for.
func (a *App) spoken(tx *store.Tx, who plumbline.Actor, it plumbline.Item, c plumbline.Comment) error {
	if !it.Remit.Waits() {
		return nil
	}
	w, ok, err := tx.Wait(it.ID)
	if err != nil || !ok || !w.OnComment || w.By == who.Person || w.Kind == plumbline.RemitAsked && c.Internal {
		return err
	}
	why := "comment"
	if w.Kind == plumbline.RemitAsked {
		why = "answer"
	}
	return a.comeBack(tx, who, &it, why)
}

// judge is the frame of a verdict in the inbox: it changes the item and keeps
// what it was, so that the verdict can be taken back.
func (a *App) judge(ctx context.Context, who plumbline.Actor, key plumbline.Key, kind string, fn func(tx *store.Tx, it *plumbline.Item) error) (plumbline.Item, error) {
	return a.Change(ctx, who, key, rights.Triage, 0, func(tx *store.Tx, it *plumbline.Item) error {
		if err := ledger.Alone(*it); err != nil {
			return err
		}
		keep, err := a.remember(tx, who, *it, kind)
		if err != nil {
			return err
		}
		if err := fn(tx, it); err != nil {
			return err
		}
		return keep()
	})
}
