package ledger

import (
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Refused turns reasons into an Invalid error, or nil when there are none.
func Refused(reasons []flow.Reason, what string) error {
	if len(reasons) == 0 {
		return nil
	}
	e := plumbline.Errorf(plumbline.Invalid, "%s", what)
	for _, r := range reasons {
		e.Text += " " + r.Text
		if r.Field == "" {
			continue
		}
		if e.Fields == nil {
			e.Fields = map[string]string{}
		}
		if _, ok := e.Fields[r.Field]; !ok {
			e.Fields[r.Field] = r.Text
		}
	}
	return e
}

// LaneVerb is what moving into a state's lane takes.
func LaneVerb(def *flow.Definition, to plumbline.State) rights.Verb {
	lane, ok := def.Lane(to.Lane())
	if ok && (len(lane.Roles) == 0 || slices.Contains(lane.Roles, plumbline.Contributor)) {
		return rights.MoveEngineering
	}
	return rights.MoveProduct
}

// Facts gathers what guards may read.
func (a *Ledger) Facts(tx *store.Tx, it plumbline.Item) (flow.Facts, error) {
	demands, err := tx.Demands(store.Family{Item: it.ID})
	if err != nil {
		return flow.Facts{}, err
	}
	evidence, err := tx.Evidence(store.Family{Item: it.ID})
	if err != nil {
		return flow.Facts{}, err
	}
	f := FactsOf(it, a.now())
	f.Demands, f.Evidence = len(demands), len(evidence)
	d, ok, err := tx.Decision(it.ID)
	if ok {
		f.Decision, f.Note, f.Message = &d, d.Reason, d.Sentence
	}
	return f, err
}

// FactsOf are the facts that the item itself holds.
func FactsOf(it plumbline.Item, now plumbline.Time) flow.Facts {
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

// NoteStep appends the events of a step.
func (a *Ledger) NoteStep(tx *store.Tx, who plumbline.Actor, it plumbline.Item, s flow.Step, from, to plumbline.State, cause string, warnings []string) error {
	data := map[string]any{"from": from, "to": to}
	if len(warnings) > 0 {
		data["warnings"] = warnings
	}
	if it.Team != "" && s.HandOff {
		data["team"] = it.Team
	}
	for _, typ := range s.Events {
		if err := a.Note(tx, who, it, typ, cause, data); err != nil {
			return err
		}
	}
	return nil
}
