package app

import (
	"context"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// process finds a process; "" is the request process.
func (a *App) process(id plumbline.ProcessID) (*flow.Definition, error) {
	if id == "" {
		id = "request"
	}
	def, ok := a.book.Get(id)
	if !ok {
		var ids []string
		for _, d := range a.book.All() {
			ids = append(ids, string(d.ID))
		}
		return nil, plumbline.FieldError("process", "There is no process %q; there are %s.", id, strings.Join(ids, ", "))
	}
	return def, nil
}

// File makes a new item from a form, the API or the command line. Who asked
// watches it from the start.
func (a *App) File(ctx context.Context, who plumbline.Actor, in FileInput) (plumbline.Item, error) {
	if err := rights.Need(who, rights.FileItem); err != nil {
		return plumbline.Item{}, err
	}
	def, err := a.process(in.Process)
	if err != nil {
		return plumbline.Item{}, err
	}
	it := plumbline.Item{
		ID: plumbline.ItemID(store.NewID()), Kind: def.Kind, Process: def.ID, Title: strings.TrimSpace(in.Title), Body: in.Body,
		Class: in.Class, Visibility: in.Visibility, Product: in.Product, OnBehalfOf: in.OnBehalfOf,
		Severity: in.Severity, Fields: map[string]string{}, Requester: who.Person, Source: in.Source,
	}
	if it.Visibility == "" {
		it.Visibility = plumbline.Public
	}
	if err := setFields(def, &it, in.Fields); err != nil {
		return plumbline.Item{}, err
	}
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		if err := knownProduct(tx, it.Product); err != nil {
			return err
		}
		return a.insert(tx, who, def, &it, nil, "item filed", "user")
	})
	return it, err
}

// insert gives a new item its key and first state (moves are those that its
// issue's labels say already) and writes it with its event.
func (a *App) insert(tx *store.Tx, who plumbline.Actor, def *flow.Definition, it *plumbline.Item, moves []plumbline.State, typ, cause string) error {
	now := a.now()
	it.Created, it.Updated, it.Version = now, now, 1
	a.advance(it, def.Begin(it, moves, now))
	n, err := tx.NextNumber(def.Prefix)
	if err != nil {
		return err
	}
	it.Key = plumbline.Key(fmt.Sprintf("%s-%d", def.Prefix, n))
	if err := it.Validate(); err != nil {
		return err
	}
	if err := tx.InsertItem(*it); err != nil {
		return err
	}
	if it.Requester != "" {
		if _, err := tx.Watch(it.ID, it.Requester); err != nil {
			return err
		}
	}
	return a.note(tx, who, *it, typ, cause, map[string]string{"title": it.Title, "to": string(it.State)})
}

// setFields checks values against the process and puts them in; "" clears.
func setFields(def *flow.Definition, it *plumbline.Item, fields map[string]string) error {
	var bad plumbline.Problems
	for name, value := range fields {
		if value == "" {
			delete(it.Fields, name)
			continue
		}
		if err := def.CheckField(name, value); err != nil {
			bad.Add(name, "%s", plumbline.TextOf(err))
			continue
		}
		if it.Fields == nil {
			it.Fields = map[string]string{}
		}
		it.Fields[name] = value
	}
	return bad.Err()
}

func knownProduct(tx *store.Tx, ref plumbline.ProductRef) error {
	if ref == "" {
		return nil
	}
	if _, err := tx.Product(ref); err != nil {
		if plumbline.KindOf(err) != plumbline.NotFound {
			return err
		}
		return plumbline.FieldError("product", "There is no product %q. Products are listed under Settings.", ref)
	}
	return nil
}

// advance puts an item where a step says.
func (a *App) advance(it *plumbline.Item, step flow.Step) {
	now := a.now()
	for lane, pos := range step.States {
		old := it.States[lane]
		switch {
		case old.State == pos.State:
			pos = old
		default:
			pos.From = old.State
			if pos.Since.IsZero() {
				pos.Since = now
			}
		}
		step.States[lane] = pos
	}
	it.States = step.States
	if it.State != step.State {
		it.State, it.Since = step.State, now
	}
	switch {
	case step.Closed && it.Closed.IsZero():
		it.Closed = now
	case !step.Closed:
		it.Closed = 0
	}
}
