package moves

import (
	"cmp"
	"context"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Move moves an item to a state, or says every reason why not (kind Invalid,
// Fields by input).
func (a *Mover) Move(ctx context.Context, who plumbline.Actor, key plumbline.Key, in MoveInput) (plumbline.Item, error) {
	return a.Change(ctx, who, key, rights.See, in.Version, func(tx *store.Tx, it *plumbline.Item) error {
		if err := ledger.Alone(*it); err != nil {
			return err
		}
		def, err := a.Process(it.Process)
		if err != nil {
			return err
		}
		if _, ok := def.State(in.To); !ok {
			return plumbline.FieldError("to", "The process %s has no state %q.", def.Name, in.To)
		}
		if err := rights.Need(who, ledger.LaneVerb(def, in.To)); err != nil {
			return err
		}
		put(&it.Assignee, in.Assignee)
		put(&it.Priority, in.Priority)
		t, _, err := a.TemplateFor(tx, def, *it)
		if err != nil {
			return err
		}
		if err := SetFields(def, t, it, in.Fields); err != nil {
			return err
		}
		if in.Team != nil && *in.Team != "" {
			if err := ledger.KnownTeam(tx, *it, *in.Team); err != nil {
				return err
			}
			it.Team = *in.Team
		}
		f, err := a.Facts(tx, *it)
		if err != nil {
			return err
		}
		f.Note, f.Message = cmp.Or(in.Note, f.Note), plumbline.PublicText(cmp.Or(string(in.Message), string(f.Message)))
		if err := a.Room(tx, who, *it, in.To, in.Despite); err != nil {
			return err
		}
		if err := a.Step(tx, who, def, it, f, in.To, "user"); err != nil {
			return err
		}
		return a.Remark(tx, who, *it, in.Note)
	})
}

// Remark keeps the note given with a move as an internal comment.
func (a *Mover) Remark(tx *store.Tx, who plumbline.Actor, it plumbline.Item, note string) error {
	if strings.TrimSpace(note) == "" {
		return nil
	}
	c := plumbline.Comment{ID: store.NewID(), Item: it.ID, By: who.Person, ByName: who.Name, Body: note, Internal: true, At: a.now()}
	if err := c.Validate(); err != nil {
		return err
	}
	if err := tx.InsertComment(c); err != nil {
		return err
	}
	return a.NoteFor(tx, who, it, "comment added", "user", ledger.Narrower(it.Visibility, plumbline.InternalOnly), map[string]any{"comment": c.ID, "internal": true})
}

// Step moves an item by our own will: the flow must allow it, and the tracker
// is told.
func (a *Mover) Step(tx *store.Tx, who plumbline.Actor, def *flow.Definition, it *plumbline.Item, f flow.Facts, to plumbline.State, cause string) error {
	s, reasons := def.Next(f, to, who.Role)
	if len(reasons) > 0 {
		return ledger.Refused(reasons, string(it.Key)+" cannot move to "+to.Name()+".")
	}
	from := it.State
	if to.Lane() != from.Lane() {
		if pos, ok := it.States[to.Lane()]; ok {
			from = pos.State
		}
	}
	a.Advance(it, s)
	if pos, ok := it.States[to.Lane()]; ok && pos.State == to {
		pos.Message = f.Message
		it.States[to.Lane()] = pos
	}
	if err := a.NoteStep(tx, who, *it, s, from, to, cause, nil); err != nil {
		return err
	}
	return a.Outside(tx, def, *it, s)
}

// MoveInput moves an item to a state. What the move needs may come with it: a
// Note is internal, the Message is read by the requester. Version as in
// [EditInput].
type MoveInput struct {
	To       plumbline.State      `json:"to"`
	Version  int64                `json:"version,omitempty"`
	Note     string               `json:"note,omitempty"`
	Message  plumbline.PublicText `json:"message,omitempty"`
	Assignee *string              `json:"assignee,omitempty"`
	Priority *string              `json:"priority,omitempty"`
	Team     *plumbline.TeamRef   `json:"team,omitempty"`
	Fields   map[string]string    `json:"fields,omitempty"`
	Despite  string               `json:"despite,omitempty"` // why a full column takes it all the same
}
