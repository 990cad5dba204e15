package app

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Vote adds the actor's voice to an item, or takes it back. Doing it twice
// changes nothing. Whoever votes follows the item from then on; taking the vote
// back does not end that.
func (a *App) Vote(ctx context.Context, who plumbline.Actor, key plumbline.Key, on bool) error {
	return a.AddTo(ctx, who, key, rights.VoteFor, func(tx *store.Tx, it plumbline.Item) error {
		if who.Person == "" {
			return plumbline.Errorf(plumbline.Denied, "Only a person can vote for an item.")
		}
		if !on {
			changed, err := tx.Unvote(it.ID, who.Person)
			if err != nil || !changed {
				return err
			}
			return a.Note(tx, who, it, "vote withdrawn", "user", nil)
		}
		changed, err := tx.Vote(it.ID, who.Person, a.now())
		if err != nil {
			return err
		}
		if changed {
			if err := a.Note(tx, who, it, "vote added", "user", nil); err != nil {
				return err
			}
		}
		began, err := tx.Watch(it.ID, who.Person)
		if err != nil || !began {
			return err
		}
		return a.Note(tx, who, it, "watching began", "user", nil)
	})
}
