package reading

import (
	"plumbline"
	"plumbline/internal/app/rights"
)

// ItemPlan is what plans say of an item.
type ItemPlan struct {
	Period    string       `json:"period,omitempty"`    // in which the plan in force does it; "": it does not
	Escalated []PlanAnswer `json:"escalated,omitempty"` // newest first, at most three
}

// PlanAnswer is what was decided about a plan when somebody escalated an item.
type PlanAnswer struct {
	Kind     string         `json:"kind"` // "displaced": the plan was changed for it; "kept": it was not
	Scenario string         `json:"scenario"`
	Asked    string         `json:"asked"` // who escalated
	Name     string         `json:"name"`  // who decided
	Reason   string         `json:"reason"`
	Drops    int            `json:"drops"` // items that drop out for it
	Later    int            `json:"later"` // items that come later for it
	At       plumbline.Time `json:"at"`
}

// answers is how many decisions about its escalation an item's page shows.
const answers = 3

// loadPlan reads when an item is planned and what was decided when somebody escalated
// it.
func (v *viewing) loadPlan() error {
	if !rights.May(v.who, rights.ReadPlans) || v.has.Planned == "" && !v.has.Escalated {
		return nil
	}
	v.Plan = &ItemPlan{Period: v.has.Planned}
	if !v.has.Escalated {
		return nil
	}
	all, err := v.tx.PlanDecisions(v.ID, answers)
	for _, d := range all {
		v.Plan.Escalated = append(v.Plan.Escalated, PlanAnswer{d.Kind, d.ScenarioName, d.Asked, d.PlanDecision.Name, d.Reason, len(d.Drops), len(d.Later), d.At})
	}
	return err
}
