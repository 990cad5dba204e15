package app

import (
	"context"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/moves"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Edit changes columns and fields of an item. Requesters may edit what they
// asked for, as long as nothing was decided; visibility is the product manager's.
func (a *App) Edit(ctx context.Context, who plumbline.Actor, key plumbline.Key, in moves.EditInput) (plumbline.Item, error) {
	if in.Visibility != nil {
		if err := rights.Need(who, rights.SetVisibility); err != nil {
			return plumbline.Item{}, err
		}
	}
	return a.Change(ctx, who, key, rights.EditOwn, in.Version, func(tx *store.Tx, it *plumbline.Item) error {
		if !rights.May(who, rights.EditItem) && !ownEdit(who, *it, in) {
			return plumbline.Errorf(plumbline.Denied, "You may change the title and text of what you asked for until it is decided. Add a comment instead.")
		}
		def, err := a.Process(it.Process)
		if err != nil {
			return err
		}
		before := *it
		before.Fields = ledger.CopyFields(it.Fields)
		if err := a.ApplyEdit(tx, def, it, in); err != nil {
			return err
		}
		changed := ledger.Differences(before, *it)
		if len(changed) == 0 {
			return nil
		}
		if err := a.Note(tx, who, *it, "item edited", "user", map[string]any{"changed": changed}); err != nil {
			return err
		}
		if it.Remit == plumbline.RemitAsked && it.Requester == who.Person {
			return a.answered(tx, who, it)
		}
		return nil
	})
}

// ownEdit says whether a requester may make this edit: title, text, class and
// fields of their own undecided item.
func ownEdit(who plumbline.Actor, it plumbline.Item, in moves.EditInput) bool {
	engineers := in.Team != nil || in.Assignee != nil || in.Priority != nil || in.Severity != nil
	return it.Requester == who.Person && who.Person != "" && !it.Remit.Checked() && it.Open() && !engineers
}
