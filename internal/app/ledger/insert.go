package ledger

import (
	"fmt"
	"maps"
	"strings"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Process finds a process; "" is the request process.
func (a *Ledger) Process(id plumbline.ProcessID) (*flow.Definition, error) {
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

// Insert gives a new item its key and first state (moves are those that its
// issue's labels say already) and writes it with its event, of which more is a
// part.
func (a *Ledger) Insert(tx *store.Tx, who plumbline.Actor, def *flow.Definition, it *plumbline.Item, moves []plumbline.State, typ, cause string, more map[string]string) error {
	now := a.now()
	it.Created, it.Updated, it.Version = now, now, 1
	a.Advance(it, def.Begin(it, moves, now))
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
	data := map[string]string{"title": it.Title, "to": string(it.State)}
	maps.Copy(data, more)
	return a.Note(tx, who, *it, typ, cause, data)
}

// Advance puts an item where a step says.
func (a *Ledger) Advance(it *plumbline.Item, step flow.Step) {
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
