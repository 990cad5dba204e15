package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Move moves an item to a state, or says every reason why not (kind Invalid,
// Fields by input).
func (a *App) Move(ctx context.Context, who plumbline.Actor, key plumbline.Key, in MoveInput) (plumbline.Item, error) {
	return a.change(ctx, who, key, rights.See, in.Version, func(tx *store.Tx, it *plumbline.Item) error {
		if err := alone(*it); err != nil {
			return err
		}
		def, err := a.process(it.Process)
		if err != nil {
			return err
		}
		if _, ok := def.State(in.To); !ok {
			return plumbline.FieldError("to", "The process %s has no state %q.", def.Name, in.To)
		}
		if err := rights.Need(who, laneVerb(def, in.To)); err != nil {
			return err
		}
		put(&it.Assignee, in.Assignee)
		put(&it.Priority, in.Priority)
		t, _, err := a.template(tx, def, *it)
		if err != nil {
			return err
		}
		if err := setFields(def, t, it, in.Fields); err != nil {
			return err
		}
		if in.Team != nil && *in.Team != "" {
			if err := knownTeam(tx, *it, *in.Team); err != nil {
				return err
			}
			it.Team = *in.Team
		}
		f, err := a.facts(tx, *it)
		if err != nil {
			return err
		}
		f.Note, f.Message = cmp.Or(in.Note, f.Note), plumbline.PublicText(cmp.Or(string(in.Message), string(f.Message)))
		if err := a.step(tx, who, def, it, f, in.To, "user"); err != nil {
			return err
		}
		return a.remark(tx, who, *it, in.Note)
	})
}

// remark keeps the note given with a move as an internal comment.
func (a *App) remark(tx *store.Tx, who plumbline.Actor, it plumbline.Item, note string) error {
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
	return a.noteFor(tx, who, it, "comment added", "user", narrower(it.Visibility, plumbline.InternalOnly), map[string]any{"comment": c.ID, "internal": true})
}

// laneVerb is what moving into a state's lane takes.
func laneVerb(def *flow.Definition, to plumbline.State) rights.Verb {
	lane, ok := def.Lane(to.Lane())
	if ok && (len(lane.Roles) == 0 || slices.Contains(lane.Roles, plumbline.Contributor)) {
		return rights.MoveEngineering
	}
	return rights.MoveProduct
}

// facts gathers what guards may read.
func (a *App) facts(tx *store.Tx, it plumbline.Item) (flow.Facts, error) {
	demands, err := tx.Demands(store.Family{Item: it.ID})
	if err != nil {
		return flow.Facts{}, err
	}
	evidence, err := tx.Evidence(store.Family{Item: it.ID})
	if err != nil {
		return flow.Facts{}, err
	}
	f := factsOf(it, a.now())
	f.Demands, f.Evidence = len(demands), len(evidence)
	d, ok, err := tx.Decision(it.ID)
	if ok {
		f.Decision, f.Note, f.Message = &d, d.Reason, d.Sentence
	}
	return f, err
}

// factsOf are the facts that the item itself holds.
func factsOf(it plumbline.Item, now plumbline.Time) flow.Facts {
	f := flow.Facts{Item: it, Assigned: it.Assignee != "", Came: map[string]plumbline.State{}, Now: now}
	for lane, pos := range it.States {
		if pos.From != "" {
			f.Came[lane] = pos.From
		}
	}
	if it.Team != "" {
		f.TeamLabels = 1
	}
	return f
}

// step moves an item by our own will: the flow must allow it, and the tracker
// is told.
func (a *App) step(tx *store.Tx, who plumbline.Actor, def *flow.Definition, it *plumbline.Item, f flow.Facts, to plumbline.State, cause string) error {
	s, reasons := def.Next(f, to, who.Role)
	if len(reasons) > 0 {
		return refused(reasons, string(it.Key)+" cannot move to "+to.Name()+".")
	}
	from := it.State
	if to.Lane() != from.Lane() {
		if pos, ok := it.States[to.Lane()]; ok {
			from = pos.State
		}
	}
	a.advance(it, s)
	if pos, ok := it.States[to.Lane()]; ok && pos.State == to {
		pos.Message = f.Message
		it.States[to.Lane()] = pos
	}
	if err := a.noteStep(tx, who, *it, s, from, to, cause, nil); err != nil {
		return err
	}
	return a.outside(tx, def, *it, s)
}

// noteStep appends the events of a step.
func (a *App) noteStep(tx *store.Tx, who plumbline.Actor, it plumbline.Item, s flow.Step, from, to plumbline.State, cause string, warnings []string) error {
	data := map[string]any{"from": from, "to": to}
	if len(warnings) > 0 {
		data["warnings"] = warnings
	}
	if it.Team != "" && s.HandOff {
		data["team"] = it.Team
	}
	for _, typ := range s.Events {
		if err := a.note(tx, who, it, typ, cause, data); err != nil {
			return err
		}
	}
	return nil
}
