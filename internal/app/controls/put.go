package controls

import (
	"context"
	"io"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/format/controlcsv"
	"plumbline/internal/store"
)

// ControlInput says how a control stands for a product: all of it, as a form does.
// Whoever gives an exception approves it, and somebody else asked for it.
type ControlInput struct {
	State     plumbline.ControlState `json:"state"`
	Owner     string                 `json:"owner,omitempty"`
	Cadence   string                 `json:"cadence,omitempty"` // ISO 8601: "P90D"
	Passed    plumbline.Time         `json:"passed,omitempty"`
	Evidence  string                 `json:"evidence,omitempty"`
	Due       plumbline.Time         `json:"due,omitempty"`
	Note      string                 `json:"note,omitempty"`
	Reason    string                 `json:"exception_reason,omitempty"`
	Requester string                 `json:"exception_requester,omitempty"`
	Until     plumbline.Time         `json:"exception_until,omitempty"`
}

// PutControl says how a control stands for a product. saw is the version that was
// seen, 0: whatever it is.
func (r *Room) PutControl(ctx context.Context, who plumbline.Actor, product plumbline.ProductRef, ref plumbline.FrameworkRef, id plumbline.ControlID, in ControlInput, saw int64) error {
	if err := rights.Need(who, rights.GiveEvidence); err != nil {
		return err
	}
	rec := plumbline.ControlRecord{
		Product: product, Framework: ref, Control: id, State: in.State, Owner: in.Owner, Cadence: in.Cadence, Passed: in.Passed, Evidence: in.Evidence, Due: in.Due, Note: in.Note,
	}
	if err := rec.Validate(); err != nil {
		return err
	}
	if rec.Passed > r.now() {
		return plumbline.FieldError("passed", "Evidence cannot pass in the future.")
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Control(ref, id); err != nil {
			return err
		}
		b, err := r.begin(tx, who, product, ref)
		if err != nil {
			return err
		}
		have := b.have[id]
		if saw != 0 && saw != have.Version {
			return plumbline.Errorf(plumbline.Conflict, "%s was changed meanwhile (you saw version %d, it is now %d). Load it again and repeat your change.", id.Label(), saw, have.Version)
		}
		if rec.Exception, err = exception(who, in, have.Exception, r.now()); err != nil {
			return err
		}
		says := given{controlcsv.State: true, controlcsv.Owner: true, controlcsv.Cadence: true, controlcsv.Passed: true, controlcsv.Evidence: true, controlcsv.Due: true, controlcsv.Note: true, exceptionField: true}
		if rec.State != have.State {
			says[controlcsv.Need] = true
		}
		if outcome, why := b.take(rec, says, ""); outcome == plumbline.RowSkipped {
			return plumbline.FieldError("state", "It cannot be kept: %s.", why)
		}
		return b.close(tx)
	})
}

// exception is the exception of an input: the one that is there, none, or a new one,
// which whoever gives it approves.
func exception(who plumbline.Actor, in ControlInput, have plumbline.ControlException, now plumbline.Time) (plumbline.ControlException, error) {
	if in.Reason == "" && in.Requester == "" && in.Until == 0 {
		return plumbline.ControlException{}, nil
	}
	if in.Reason == have.Reason && in.Requester == have.Requester && in.Until == have.Until {
		return have, nil
	}
	if err := rights.Need(who, rights.GiveException); err != nil {
		return have, err
	}
	e := plumbline.ControlException{Reason: in.Reason, Requester: in.Requester, Approver: who.Handle, From: now, Until: in.Until}
	if e.Approver == "" {
		e.Approver = who.Name
	}
	if e.Requester == who.Name {
		e.Requester = e.Approver
	}
	return e, e.Validate()
}

// ExportControls writes how the controls of a product stand, or those of all, as CSV that
// reads back the same.
func (r *Room) ExportControls(ctx context.Context, who plumbline.Actor, product plumbline.ProductRef, to io.Writer) error {
	if err := rights.Need(who, rights.See); err != nil {
		return err
	}
	var held []store.HeldTo
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		if product != "" {
			if _, err := tx.Product(product); err != nil {
				return err
			}
		}
		held, err = tx.Held(product)
		return err
	})
	if err != nil {
		return err
	}
	return controlcsv.Write(to, func(yield func(plumbline.ControlRecord, error) bool) {
		for _, h := range held {
			lines, err := r.exported(ctx, h)
			if err != nil {
				yield(plumbline.ControlRecord{}, err)
				return
			}
			for _, l := range lines {
				x := l.Record.ControlRecord
				x.Maps = l.Maps
				if l.Record.Version > 0 && !yield(x, nil) {
					return
				}
			}
		}
	})
}

func (r *Room) exported(ctx context.Context, h store.HeldTo) (lines []store.ControlLine, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		lines, err = tx.ControlLines(store.LineFilter{Product: h.Product, Framework: h.Framework})
		return err
	})
	return lines, err
}
