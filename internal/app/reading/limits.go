package reading

import (
	"context"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Limits are the limits of work in progress of a process's states. They hold for
// all its items, whatever view or board they are seen on.
func (a *Reader) Limits(ctx context.Context, who plumbline.Actor, process plumbline.ProcessID) (out []plumbline.ColumnLimit, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	def, err := a.Process(process)
	if err != nil {
		return nil, err
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.ColumnLimits(def.ID)
		return err
	})
	return out, err
}

// IsFull says whether a hard limit stands in the way of a move to the state; nil:
// none does.
func (a *Reader) IsFull(ctx context.Context, who plumbline.Actor, process plumbline.ProcessID, to plumbline.State) (out *ledger.Full, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		f, ok, err := tx.Filling(process, to)
		if ok && f.Hard && f.In >= f.Most {
			out = &ledger.Full{ColumnLimit: f.ColumnLimit, In: f.In, MayPass: rights.May(who, rights.ManageLimits)}
		}
		return err
	})
	return out, err
}
