package controls

import (
	"context"
	"strconv"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// ControlQuery says which controls of a product are wanted. Family and State may be
// empty; State is one of [plumbline.ControlStates], or unsaid, gap, unproven or
// overdue. Cursor is that of the page before.
type ControlQuery struct {
	Product   plumbline.ProductRef
	Framework plumbline.FrameworkRef
	Family    string
	State     string
	Cursor    string
}

// ControlList is a page of the controls of a product, in the order of the catalog.
type ControlList struct {
	Product   plumbline.Product   `json:"product"`
	Framework plumbline.Framework `json:"framework"`
	Controls  []ControlLine       `json:"controls"`
	Next      string              `json:"next,omitempty"`
	At        plumbline.Time      `json:"at"`
}

// QueryStates are the states that a list can be asked for, beside those of controls.
var QueryStates = [...]string{"unsaid", "gap", "unproven", "overdue"}

// ControlsOf is a page of the controls of a framework that a product is held to.
func (r *Room) ControlsOf(ctx context.Context, who plumbline.Actor, q ControlQuery) (out ControlList, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	f := store.LineFilter{Product: q.Product, Framework: q.Framework, Family: q.Family, State: q.State, Now: r.now(), Limit: plumbline.PageSize + 1}
	if err := q.check(&f); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = ControlList{Controls: []ControlLine{}, At: r.now()}
		if out.Product, err = tx.Product(q.Product); err != nil {
			return err
		}
		if out.Framework, err = tx.Framework(q.Framework); err != nil {
			return err
		}
		lines, err := tx.ControlLines(f)
		if len(lines) > plumbline.PageSize {
			lines = lines[:plumbline.PageSize]
			out.Next = strconv.FormatInt(lines[len(lines)-1].N, 10)
		}
		for _, l := range lines {
			out.Controls = append(out.Controls, lineOf(l))
		}
		return err
	})
	return out, err
}

func (q ControlQuery) check(f *store.LineFilter) error {
	if q.Cursor != "" {
		n, err := strconv.ParseInt(q.Cursor, 10, 64)
		if err != nil || n < 1 {
			return plumbline.FieldError("cursor", "The cursor does not belong to this list. Leave it out to begin at the start.")
		}
		f.After = n
	}
	if q.State == "" {
		return nil
	}
	for _, s := range plumbline.ControlStates {
		if q.State == string(s) {
			return nil
		}
	}
	for _, s := range QueryStates {
		if q.State == s {
			return nil
		}
	}
	return plumbline.FieldError("state", "The state is one of controls, or unsaid, gap, unproven or overdue, not %q.", clip(q.State))
}

// ControlPage is one control of a product, with its text and what was changed.
type ControlPage struct {
	Product   plumbline.Product   `json:"product"`
	Framework plumbline.Framework `json:"framework"`
	Control   plumbline.Control   `json:"control"`
	Gone      bool                `json:"gone,omitempty"`
	Line      ControlLine         `json:"record"`
	History   []ControlEdit       `json:"history"` // the newest first, at most maxHistory
	At        plumbline.Time      `json:"at"`
}

// ControlEdit is what was changed at once about a control.
type ControlEdit struct {
	At      plumbline.Time      `json:"at"`
	By      string              `json:"by"`
	Ref     string              `json:"ref,omitempty"` // the file and the line that it comes from
	Changes []store.FieldChange `json:"changes"`
}

const maxHistory = 100

// ControlOf is one control of a product.
func (r *Room) ControlOf(ctx context.Context, who plumbline.Actor, product plumbline.ProductRef, ref plumbline.FrameworkRef, id plumbline.ControlID) (out ControlPage, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = ControlPage{History: []ControlEdit{}, At: r.now()}
		if out.Product, err = tx.Product(product); err != nil {
			return err
		}
		if out.Framework, err = tx.Framework(ref); err != nil {
			return err
		}
		c, err := tx.Control(ref, id)
		if err != nil {
			return err
		}
		x, err := tx.Record(product, ref, id)
		if err != nil {
			return err
		}
		x.Product, x.Framework, x.Control = product, ref, id
		out.Control, out.Gone = c.Control, c.Gone
		out.Line = lineOf(store.ControlLine{ControlRow: c, Record: x})
		changes, err := tx.ControlChanges(product, ref, id, maxHistory)
		for _, h := range changes {
			out.History = append(out.History, ControlEdit{At: h.At, By: h.ByName, Ref: h.Ref, Changes: h.Changes})
		}
		return err
	})
	return out, err
}
