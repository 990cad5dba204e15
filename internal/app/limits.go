package app

import (
	"context"
	"fmt"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// SetLimit sets the limit of a state, or takes it away when Most is 0.
func (a *App) SetLimit(ctx context.Context, who plumbline.Actor, l plumbline.ColumnLimit) error {
	if err := rights.Need(who, rights.ManageLimits); err != nil {
		return err
	}
	def, err := a.Process(l.Process)
	if err != nil {
		return err
	}
	l.Process = def.ID
	sd, ok := def.State(l.State)
	switch {
	case !ok:
		return plumbline.FieldError("state", "The process %s has no state %q.", def.Name, l.State)
	case sd.Kind != flow.Open && l.Most != 0:
		return plumbline.FieldError("state", "%s is no work in progress: only states that work waits or is done in have a limit.", l.State.Name())
	}
	if l.Most != 0 {
		if err := l.Validate(); err != nil {
			return err
		}
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		write := func() error { return tx.PutColumnLimit(l) }
		if l.Most == 0 {
			write = func() error { return tx.DeleteColumnLimit(l.Process, l.State) }
		}
		if err := write(); err != nil {
			return err
		}
		return a.System(tx, who, "limit set", map[string]string{"process": string(l.Process), "kind": string(l.State), "text": limitWords(l)})
	})
}

func limitWords(l plumbline.ColumnLimit) string {
	switch {
	case l.Most == 0:
		return "none"
	case l.Hard:
		return fmt.Sprintf("%d, hard", l.Most)
	}
	return fmt.Sprintf("%d, soft", l.Most)
}
