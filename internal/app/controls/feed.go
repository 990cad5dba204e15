package controls

import (
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// source names the observations that come from here.
const source = "controls"

// What the source of a compliance constraint can begin with, or be, to mean only a
// part of a product's controls: one framework, or the risks of its plans of action.
const (
	onlyFramework = "framework:"
	onlyRisks     = "poam"
)

// feed says what controls and risks tell about a constraint: one observation each, of
// every product that the constraint holds for.
func (r *Room) feed(tx *store.Tx, c plumbline.Constraint) ([]plumbline.Observation, error) {
	members, err := r.limits.Members(tx, c.Scope)
	if err != nil {
		return nil, err
	}
	only, named := strings.CutPrefix(c.Source, onlyFramework)
	var out []plumbline.Observation
	for _, m := range members {
		if m.Kind == plumbline.ScopeGroup {
			continue
		}
		product := plumbline.ProductRef(m.Ref)
		if c.Source != onlyRisks {
			f := store.LineFilter{Product: product, AndOut: true}
			if named {
				f.Framework = plumbline.FrameworkRef(only)
			}
			lines, err := tx.ControlLines(f)
			if err != nil {
				return nil, err
			}
			for _, l := range lines {
				out = append(out, observe(l, r.now()))
			}
		}
		if !named {
			risks, err := tx.Risks(product)
			if err != nil {
				return nil, err
			}
			for _, x := range risks {
				out = append(out, observeRisk(x))
			}
		}
	}
	return out, nil
}

// observe is what a control tells. One that is met was seen to be when its evidence
// passed, and its next evidence is due when that is too old: at once when there is
// none. One that was never looked at is a gap.
func observe(l store.ControlLine, now plumbline.Time) plumbline.Observation {
	x := l.Record
	o := plumbline.Observation{
		Subject: l.ID.Label() + " of " + string(l.Framework) + " for " + string(l.Product), Source: source, Ref: x.Ref,
		External: string(l.Product) + "/" + string(l.Framework) + "/" + string(l.ID), At: x.Assessed, Opened: x.Opened,
	}
	if o.At == 0 {
		o.At = l.Since
	}
	if x.Ref == "" {
		o.Quality = plumbline.ByHand
	}
	switch e := x.Exception; {
	case l.Out, x.State == plumbline.ControlNotApplicable:
		o.State = plumbline.StateNotApplicable
	case x.State.Met():
		o.State, o.Due = plumbline.StateMet, o.At
		if x.Passed != 0 {
			o.At, o.Due = x.Passed, x.GoodUntil()
		}
		o.Opened = 0
	case e.Until > now && e.From <= now:
		o.State, o.Due = plumbline.StateExempt, max(e.Until, x.Due)
	case x.State == "":
		o.State = "unsaid"
	default:
		o.State, o.Due = string(x.State), x.Due
	}
	return o
}

// observeRisk is what a risk tells: it is open until it is closed, and one whose
// deviation was approved rests until its deadline.
func observeRisk(x store.RiskRow) plumbline.Observation {
	o := plumbline.Observation{
		Subject: "risk " + x.ID + " of " + string(x.Product), Source: source, External: string(x.Product) + "/risk/" + x.ID, Ref: x.Ref, At: x.Submitted, Opened: x.Opened, Due: x.Deadline, State: string(x.Status),
	}
	switch {
	case x.Status == plumbline.RiskClosed:
		o.State = plumbline.StateClosed
		o.Due = 0
	case x.Status == plumbline.RiskDeviation && x.Deadline != 0:
		o.State = plumbline.StateExempt
	}
	return o
}
