package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Decide settles the item: the decision is recorded with its reason, the item
// moves, the tracker's labels follow and the requester reads the public
// sentence. With the outcome pursue and a team it hands off as well.
func (a *App) Decide(ctx context.Context, who plumbline.Actor, key plumbline.Key, in DecisionInput) (plumbline.Decision, error) {
	d := plumbline.Decision{
		ID: store.NewID(), Outcome: in.Outcome, Code: strings.TrimSpace(in.Code), Sentence: in.Sentence,
		Reason: in.Reason, Reopen: in.Reopen, Team: in.Team, By: who.Person, ByName: who.Name, At: a.now(),
	}
	if err := d.Validate(); err != nil {
		return plumbline.Decision{}, err
	}
	if err := a.db.Read(ctx, a.order.Warm); err != nil {
		return plumbline.Decision{}, err
	}
	_, err := a.Change(ctx, who, key, rights.MakeDecision, in.Version, func(tx *store.Tx, it *plumbline.Item) error {
		if err := ledger.Alone(*it); err != nil {
			return err
		}
		d.Item = it.ID
		if it.Remit.Checked() {
			return a.conclude(tx, who, it, d, in)
		}
		keep, err := a.remember(tx, who, *it, string(d.Outcome))
		if err != nil {
			return err
		}
		if err := tx.EndWait(it.ID); err != nil {
			return err
		}
		if err := a.conclude(tx, who, it, d, in); err != nil {
			return err
		}
		return keep()
	})
	return d, err
}

// conclude settles an item with all that its outcome asks for.
func (a *App) conclude(tx *store.Tx, who plumbline.Actor, it *plumbline.Item, d plumbline.Decision, in DecisionInput) error {
	if d.Outcome == plumbline.Redirect {
		if err := a.redirect(tx, who, it, in); err != nil {
			return err
		}
	}
	if err := a.settle(tx, who, it, d, in.Despite); err != nil || d.Outcome != plumbline.Pursue {
		return err
	}
	return a.needed(tx, *it)
}

// needed refuses to pursue what its template says cannot be decided yet. To
// decline, put off or redirect it nothing has to be found out first.
func (a *App) needed(tx *store.Tx, it plumbline.Item) error {
	def, err := a.Process(it.Process)
	if err != nil {
		return err
	}
	t, ok, err := a.TemplateFor(tx, def, it)
	if err != nil || !ok {
		return err
	}
	ds, err := tx.Demands(store.Family{Item: it.ID})
	if err != nil {
		return err
	}
	var reasons []flow.Reason
	for _, f := range t.Lacking(reading.Filled(it, ds)) {
		reasons = append(reasons, flow.Reason{Text: "Find out first: " + f.Label + ".", Field: lackingInput(f)})
	}
	return ledger.Refused(reasons, "A request of the class \""+t.Title+"\" is not decided without what it needs.")
}

// lackingInput is the input that mends a field that is lacking: what belongs to
// the demand is recorded with one.
func lackingInput(f plumbline.TemplateField) string {
	if f.OfDemand() {
		return "demands"
	}
	return f.ID
}

func (a *App) settle(tx *store.Tx, who plumbline.Actor, it *plumbline.Item, d plumbline.Decision, despite string) error {
	def, err := a.Process(it.Process)
	if err != nil {
		return err
	}
	if d.Ranked, err = a.order.Then(tx, it.ID); err != nil {
		return err
	}
	if err := tx.InsertDecision(d); err != nil {
		return err
	}
	checkRemit(it, d.Outcome)
	data := map[string]any{"decision": d.ID, "outcome": d.Outcome, "sentence": d.Sentence}
	if d.Reopen != "" {
		data["reopen"] = d.Reopen
	}
	if err := a.Note(tx, who, *it, "item decided", "user", data); err != nil {
		return err
	}
	if d.Outcome == plumbline.Pursue && d.Team == "" {
		return a.Tell(tx, *it)
	}
	if d.Outcome == plumbline.Pursue {
		return a.handOff(tx, who, def, it, HandOffInput{Team: d.Team, Despite: despite})
	}
	to, err := stateFor(def, d.Outcome)
	if err != nil {
		return err
	}
	f, err := a.Facts(tx, *it)
	if err != nil {
		return err
	}
	return a.Step(tx, who, def, it, f, to, "user")
}

// checkRemit notes what a decision says about the remit, when nobody checked it.
func checkRemit(it *plumbline.Item, o plumbline.Outcome) {
	switch {
	case o == plumbline.Redirect:
		it.Remit = plumbline.RemitOut
	case !it.Remit.Checked():
		it.Remit = plumbline.RemitIn
	}
}

// stateFor is where an outcome other than pursue takes an item.
func stateFor(def *flow.Definition, o plumbline.Outcome) (plumbline.State, error) {
	name := map[plumbline.Outcome]string{plumbline.Decline: "declined", plumbline.Later: "later", plumbline.Redirect: "redirected"}[o]
	for _, lane := range def.Lanes {
		for _, s := range lane.States {
			if s.State.Name() == name {
				return s.State, nil
			}
		}
	}
	return "", plumbline.FieldError("outcome", "The process %s has no state for the outcome %s; move the item instead.", def.Name, o)
}

// HandOff gives a pursued item to a team.
func (a *App) HandOff(ctx context.Context, who plumbline.Actor, key plumbline.Key, in HandOffInput) (plumbline.Item, error) {
	return a.Change(ctx, who, key, rights.HandOffItem, 0, func(tx *store.Tx, it *plumbline.Item) error {
		if err := ledger.Alone(*it); err != nil {
			return err
		}
		def, err := a.Process(it.Process)
		if err != nil {
			return err
		}
		return a.handOff(tx, who, def, it, in)
	})
}

func (a *App) handOff(tx *store.Tx, who plumbline.Actor, def *flow.Definition, it *plumbline.Item, in HandOffInput) error {
	if in.Team == "" {
		return plumbline.FieldError("team", "Choose the one team that gets the work.")
	}
	if def.HandOff.To == "" {
		return plumbline.Errorf(plumbline.Invalid, "The process %s has no hand-off; move the item instead.", def.Name)
	}
	if err := ledger.KnownTeam(tx, *it, in.Team); err != nil {
		return err
	}
	it.Team = in.Team
	f, err := a.Facts(tx, *it)
	if err != nil {
		return err
	}
	if err := a.takeUpAgain(tx, who, def, it, &f); err != nil {
		return err
	}
	if err := a.Room(tx, who, *it, def.HandOff.To, in.Despite); err != nil {
		return err
	}
	if err := a.NoteGate(tx, who, *it); err != nil {
		return err
	}
	if err := a.Step(tx, who, def, it, f, def.HandOff.To, "user"); err != nil {
		return err
	}
	return a.KeepHandOff(tx, def, *it)
}

// takeUpAgain brings an item that was declined, put off or redirected back to
// where it can be handed off from: the new decision overturns the old one. The
// tracker is told of the hand-off only.
func (a *App) takeUpAgain(tx *store.Tx, who plumbline.Actor, def *flow.Definition, it *plumbline.Item, f *flow.Facts) error {
	if it.State.Lane() != def.Start.Lane() || slices.Contains(def.HandOff.From, it.State) {
		return nil
	}
	f.Note = cmp.Or(f.Note, string(f.Message))
	s, reasons := def.Next(*f, def.Start, who.Role)
	if len(reasons) > 0 {
		return ledger.Refused(reasons, string(it.Key)+" cannot be taken up again.")
	}
	from := it.State
	a.Advance(it, s)
	f.Item = *it
	return a.NoteStep(tx, who, *it, s, from, def.Start, "user", nil)
}
