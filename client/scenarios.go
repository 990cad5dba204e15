package client

import "plumbline"

// PlansCompared is scenarios side by side: what each is worth, and the items on which
// they differ.
type PlansCompared struct {
	Columns   []PlanCompared   `json:"columns"` // in the order asked for
	Others    []ScenarioLink   `json:"others"`  // that are not among them
	Rows      []PlanDifference `json:"rows"`    // at most 50
	Differ    int              `json:"differ"`  // items on which they differ
	Alike     int              `json:"alike"`   // items that all of them have in the same period
	Decisions []PlanDecision   `json:"decisions"`
	May       bool             `json:"may"`
}

// PlanCompared is one scenario among others. Part is what its plan is worth as a part
// of the best of them; plans of other models, spans and currencies are not compared.
type PlanCompared struct {
	Scenario
	Planned   bool           `json:"planned"`
	Plan      string         `json:"plan,omitempty"`
	At        plumbline.Time `json:"at,omitempty"`
	Behind    bool           `json:"behind,omitempty"`
	Part      float64        `json:"part"`
	Gap       float64        `json:"gap"`
	Many      int            `json:"many"`
	Left      int            `json:"left"`
	Broken    int            `json:"broken"`
	Weeks     float64        `json:"weeks"` // person-weeks that are planned
	Least     float64        `json:"least"` // the least chance of a team's period to fit; 1 when nothing is planned
	Committed bool           `json:"committed,omitempty"`
}

// PlanDifference is an item that not all scenarios do in the same period.
type PlanDifference struct {
	PlanItem
	Periods []string `json:"periods"` // by column; empty: it is left out
}

// AskedFor is an item that somebody wants in a plan, or out of it, to see what that
// does. Nothing of it is kept.
type AskedFor struct {
	Scenario string            `json:"scenario,omitempty"` // the committed one, else the newest, when empty
	Item     plumbline.Key     `json:"item"`
	Way      string            `json:"way,omitempty"`    // "in" when empty, or "out"
	Keep     []plumbline.Key   `json:"keep,omitempty"`   // items that must not drop out for it
	Effort   string            `json:"effort,omitempty"` // of one that nobody estimated: person-weeks, "4" or "2-6"
	Team     plumbline.TeamRef `json:"team,omitempty"`   // of one that no team is said to do
}

// Displacement says what an item would do to a plan.
type Displacement struct {
	Scenario plumbline.Scenario `json:"scenario"`
	Item     PlanPick           `json:"item"`
	Way      string             `json:"way"`
	Here     string             `json:"here,omitempty"` // the period in which the plan has it now
	Lacks    string             `json:"lacks,omitempty"`
	Delay    string             `json:"delay"` // what it costs to leave it out
	Keeps    []PlanItem         `json:"keeps"`
	Options  []DisplaceOption   `json:"options"`
	Withheld bool               `json:"withheld,omitempty"`
	Unit     string             `json:"unit"`
	Before   []PlanDecision     `json:"before"` // what was decided about it
	May      bool               `json:"may"`
}

// DisplaceOption is one way to have an item in a plan, or out of it, and what that does.
// Loss is what the other items lose, as a part of what the plan is worth.
type DisplaceOption struct {
	By       string       `json:"by,omitempty"` // the last period allowed
	Period   string       `json:"period,omitempty"`
	Drops    []PlanChange `json:"drops"`
	Later    []PlanChange `json:"later"`
	Sooner   []PlanChange `json:"sooner"` // what comes in, or sooner
	Broken   []string     `json:"broken"` // promises, in sentences
	Weeks    float64      `json:"weeks"`  // person-weeks that drop out
	Loss     float64      `json:"loss"`
	Worth    float64      `json:"worth,omitempty"` // of what is lost, in the unit; withheld as values are
	Sentence string       `json:"sentence"`
	Mark     string       `json:"mark"` // tells these changes from others
}

// PlanChange is an item that is done at another time, or not at all.
type PlanChange struct {
	PlanItem
	From     string   `json:"from,omitempty"`
	To       string   `json:"to,omitempty"`
	Weeks    float64  `json:"weeks"` // of delay; 0: it drops out, or comes in
	Promises []string `json:"promises,omitempty"`
}

// ScenarioInput is what people set of a scenario. What is left out is as it was, or
// as usual: four quarters from this one on, fitting with 85 %.
type ScenarioInput struct {
	Name       *string                   `json:"name,omitempty"`
	First      *plumbline.CalendarPeriod `json:"first,omitempty"`
	Periods    *int                      `json:"periods,omitempty"`
	Confidence *float64                  `json:"confidence,omitempty"`
	Seconds    *float64                  `json:"seconds,omitempty"`
	Seed       *uint64                   `json:"seed,omitempty"`
	Model      *string                   `json:"model,omitempty"`
	Shut       *int                      `json:"shut,omitempty"`
	Team       *plumbline.TeamRef        `json:"team,omitempty"`
	Mix        *[]plumbline.MixRule      `json:"mix,omitempty"`
	Exclusive  *[][]plumbline.Key        `json:"exclusive,omitempty"`
	Budget     *plumbline.PlanBudget     `json:"budget,omitempty"` // one without a currency takes the budget away
	From       string                    `json:"from,omitempty"`   // of a new one: the scenario whose settings and pins it begins with
	Version    int64                     `json:"version,omitempty"`
}

// PinInput forces an item into the plans of a scenario, or out of them.
type PinInput struct {
	Key    plumbline.Key            `json:"key"`
	Way    string                   `json:"way"`          // "in" or "out"; "free" takes the pin back
	By     plumbline.CalendarPeriod `json:"by,omitempty"` // of in: the last period allowed; none: any
	Reason string                   `json:"reason"`       // not of free
}

// CommitInput says which plan is what we will do, and why.
type CommitInput struct {
	Plan   string `json:"plan,omitempty"` // as the reader saw it; empty: the newest
	Reason string `json:"reason"`
}

// EscalateInput is what somebody picked when something was escalated.
type EscalateInput struct {
	AskedFor
	By     string `json:"by,omitempty"`   // the option: the last period allowed
	Mark   string `json:"mark,omitempty"` // of the option, as the reader saw it; empty: whatever it does now
	Stay   bool   `json:"stay,omitempty"` // the plan stays as it is
	Asked  string `json:"asked"`          // who escalates, by name
	Reason string `json:"reason"`
}

// ItemPlan is what plans say of an item.
type ItemPlan struct {
	Period    string       `json:"period,omitempty"`    // in which the plan in force does it; "": it does not
	Escalated []PlanAnswer `json:"escalated,omitempty"` // newest first, at most three
}

// PlanAnswer is what was decided about a plan when somebody escalated an item.
type PlanAnswer struct {
	Kind     string         `json:"kind"` // "displaced" or "kept"
	Scenario string         `json:"scenario"`
	Asked    string         `json:"asked"` // who escalated
	Name     string         `json:"name"`  // who decided
	Reason   string         `json:"reason"`
	Drops    int            `json:"drops"` // items that drop out for it
	Later    int            `json:"later"` // items that come later for it
	At       plumbline.Time `json:"at"`
}
