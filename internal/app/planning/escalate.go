package planning

import (
	"context"
	"encoding/json"
	"slices"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// EscalateInput is what somebody picked when something was escalated.
type EscalateInput struct {
	AskedFor
	By     string `json:"by,omitempty"`   // the option: the last period allowed
	Mark   string `json:"mark,omitempty"` // of the option, as the reader saw it; empty: whatever it does now
	Stay   bool   `json:"stay,omitempty"` // the plan stays as it is
	Asked  string `json:"asked"`          // who escalates, by name
	Reason string `json:"reason"`
}

// Escalate writes down what was picked: the item is pinned, with those that must not
// drop out for it; the plan that was shown is kept, and is the committed one if its
// scenario is; who asked, who decided and why stand in the decision. A plan that is
// not what the reader saw any more is refused.
func (r *Room) Escalate(ctx context.Context, who plumbline.Actor, in EscalateInput) (out DecisionView, err error) {
	if err := rights.Need(who, rights.MakePlans); err != nil {
		return out, err
	}
	if err := (plumbline.PlanDecision{Kind: plumbline.PlanKept, Reason: in.Reason, Asked: in.Asked}).Validate(); err != nil {
		return out, err
	}
	if in.Effort != "" && !in.Stay {
		return out, plumbline.FieldError("effort", "Estimate %s first: what is tried here is not kept.", in.Item)
	}
	t, err := r.trial(ctx, who, in.AskedFor)
	if err != nil {
		return out, err
	}
	if in.Team != "" && !in.Stay && t.items[t.out.Item.id].Team != in.Team {
		return out, plumbline.FieldError("team", "Say on the page of %s first that %s does it: what is tried here is not kept.", in.Item, t.team(in.Team))
	}
	if in.Stay {
		return r.stay(ctx, who, t, in)
	}
	got, chosen, err := t.pickOption(ctx, in)
	if err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		out, err = r.accept(tx, who, t, in, got, chosen)
		return err
	})
	return out, err
}

// pickOption works the option that was picked out again.
func (t *trial) pickOption(ctx context.Context, in EscalateInput) (*solved, OptionView, error) {
	var none OptionView
	if t.at < 0 {
		return nil, none, plumbline.Errorf(plumbline.Conflict, "%s cannot be planned: %s", in.Item, t.out.Lacks)
	}
	if in.By != "" && !slices.Contains(t.made.problem.Periods, in.By) {
		return nil, none, plumbline.FieldError("by", "%q is not one of the periods of the plan.", in.By)
	}
	if err := t.first(ctx); err != nil {
		return nil, none, err
	}
	got, err := t.option(ctx, in.By)
	if err != nil {
		return nil, none, err
	}
	chosen := t.compare(got, in.By)
	switch {
	case t.out.Way == PinIn && chosen.Period == "":
		return nil, none, plumbline.Errorf(plumbline.Conflict, "%s does not fit into the plan by %s, whatever drops out.", in.Item, in.By)
	case in.Mark != "" && in.Mark != chosen.Mark:
		return nil, none, plumbline.Errorf(plumbline.Conflict, "What %s displaces has changed since you looked. Look at it again.", in.Item)
	}
	t.made.problem = t.asks(in.By)
	t.made.tasks[t.at].PinnedI, t.made.tasks[t.at].PinnedO = t.out.Way == PinIn, t.out.Way == PinOut
	out, err := t.made.beside(got, func() bool { return ctx.Err() != nil })
	return out, chosen, err
}

// accept keeps the pins, the plan and the decision.
func (r *Room) accept(tx *store.Tx, who plumbline.Actor, t *trial, in EscalateInput, got *solved, chosen OptionView) (DecisionView, error) {
	s, err := r.pinAll(tx, who, t, in)
	if err != nil {
		return DecisionView{}, err
	}
	t.made.scenario = s
	row, err := r.keep(tx, who, t.made, got)
	if err != nil {
		return DecisionView{}, err
	}
	d := plumbline.PlanDecision{Kind: plumbline.PlanDisplaced, InForce: t.inForce, Item: t.made.tasks[t.at].Item, Asked: in.Asked, Reason: in.Reason}
	for _, c := range chosen.Drops {
		d.Drops = append(d.Drops, c.id)
	}
	for _, c := range chosen.Later {
		d.Later = append(d.Later, c.id)
	}
	if err := r.tellItems(tx, who, t, d); err != nil {
		return DecisionView{}, err
	}
	return r.decide(tx, who, s, row, d)
}

// pinAll pins the item and those that must not drop out for it, if the scenario is
// still as it was read.
func (r *Room) pinAll(tx *store.Tx, who plumbline.Actor, t *trial, in EscalateInput) (plumbline.Scenario, error) {
	s, err := r.scenario(tx, t.out.Scenario.ID)
	if err == nil && s.Version != t.out.Scenario.Version {
		err = changedMeanwhile(s)
	}
	if err != nil {
		return s, err
	}
	pins := []PinInput{{Key: in.Item, Way: t.out.Way, Reason: in.Asked + " escalated it: " + in.Reason}}
	if in.By != "" {
		if pins[0].By, err = plumbline.ParseCalendarPeriod(in.By); err != nil {
			return s, err
		}
	}
	for _, key := range in.Keep {
		pins = append(pins, PinInput{Key: key, Way: PinIn, Reason: "It must not drop out for " + string(in.Item) + ": " + in.Reason})
	}
	for _, p := range pins {
		it, err := r.itemByKey(tx, who, p.Key)
		if err != nil {
			return s, err
		}
		if err := r.putPin(tx, who, s, it, p); err != nil {
			return s, err
		}
	}
	s.Version++
	ok, err := tx.UpdateScenario(s)
	if err == nil && !ok {
		err = changedMeanwhile(s)
	}
	return s, err
}

// stay writes down that something was escalated and the plan stays as it is.
func (r *Room) stay(ctx context.Context, who plumbline.Actor, t *trial, in EscalateInput) (out DecisionView, err error) {
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		row, ok, err := tx.LastPlan(t.out.Scenario.ID)
		if err == nil && !ok {
			err = plumbline.Errorf(plumbline.Conflict, "The scenario %s was not planned yet. Plan it first.", t.out.Scenario.Name)
		}
		if err != nil {
			return err
		}
		d := plumbline.PlanDecision{Kind: plumbline.PlanKept, Item: t.out.Item.id, Asked: in.Asked, Reason: in.Reason}
		if err := r.tellItems(tx, who, t, d); err != nil {
			return err
		}
		out, err = r.decide(tx, who, t.out.Scenario, row, d)
		return err
	})
	return out, err
}

// tellItems writes into the histories of the items what was decided about them. Why
// stands in the decision, for those who read plans.
func (r *Room) tellItems(tx *store.Tx, who plumbline.Actor, t *trial, d plumbline.PlanDecision) error {
	escalated := "item escalated"
	if d.Kind == plumbline.PlanKept {
		escalated = "escalation answered"
	}
	types := map[plumbline.ItemID]string{}
	for _, id := range d.Drops {
		types[id] = "item displaced"
	}
	for _, id := range d.Later {
		types[id] = "item delayed"
	}
	types[d.Item] = escalated
	for _, id := range append([]plumbline.ItemID{d.Item}, slices.Concat(d.Drops, d.Later)...) {
		it, ok := t.items[id]
		if !ok || types[id] == "" {
			continue
		}
		data, err := json.Marshal(map[string]any{"text": t.out.Scenario.Name, "for": asker(types[id], d)})
		if err != nil {
			return err
		}
		e := plumbline.Event{At: r.now(), Type: types[id], Item: it.ID, Key: it.Key, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: ledger.Narrower(it.Visibility, plumbline.InternalOnly), Data: data}
		if err := tx.Append(e); err != nil {
			return err
		}
		delete(types, id)
	}
	return nil
}

// asker is who escalated, in the event of what was escalated alone.
func asker(typ string, d plumbline.PlanDecision) string {
	if typ == "item displaced" || typ == "item delayed" {
		return ""
	}
	return d.Asked
}
