package plumbline

import "slices"

// Limits on what is planned at once.
const (
	MaxPlanPeriods = 52
	MaxPins        = 2_000
	MaxPlanSeconds = 60
)

// Scenario is one way to plan: over which periods, how sure it has to be, and the
// rules that people set beside those that follow from the store. Its pins are kept
// apart.
type Scenario struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	First      CalendarPeriod `json:"first"`               // the first period that is planned
	Periods    int            `json:"periods"`             // how many, 1 to [MaxPlanPeriods]
	Confidence float64        `json:"confidence"`          // chance with which a team's period fits, 0.5 to below 1
	Seconds    float64        `json:"seconds"`             // after so many, the best plan found is taken; above 0
	Seed       uint64         `json:"seed"`                // of the search
	Model      string         `json:"model,omitempty"`     // that says what items are worth; empty: the policy's first
	Shut       int            `json:"shut"`                // for how many periods a limit that stops work now is taken to stop it
	Team       TeamRef        `json:"team,omitempty"`      // only the work of this team; empty: of all
	Mix        []MixRule      `json:"mix,omitempty"`       // how the planned effort is divided
	Exclusive  [][]Key        `json:"exclusive,omitempty"` // of each group at most one is done
	Budget     *PlanBudget    `json:"budget,omitempty"`
	By         PersonID       `json:"-"`
	ByName     string         `json:"by_name,omitempty"`
	At         Time           `json:"at"`
	Version    int64          `json:"version"`
	Ended      Time           `json:"ended,omitempty"` // put away
}

// MixRule says how much of the planned effort one kind of work has.
type MixRule struct {
	Work WorkShare `json:"work"`
	Team TeamRef   `json:"team,omitempty"` // empty: of all teams together
	Min  float64   `json:"min"`            // 0 to 1
	Max  float64   `json:"max,omitempty"`  // 0 to 1; 0: none
}

// PlanBudget is money by period, and what items cost of it in the period in which
// they are done. An item that is not named costs nothing.
type PlanBudget struct {
	Currency string          `json:"currency"` // three letters
	Amounts  []Decimal       `json:"amounts"`  // one for each period
	Costs    map[Key]Decimal `json:"costs"`
}

// Validate checks the numbers and the rules.
func (s Scenario) Validate() error {
	var bad Problems
	checkText(&bad, "name", s.Name, 1, 120)
	if s.First == (CalendarPeriod{}) {
		bad.Add("first", "Say which period comes first: a quarter as 2027Q1, a month as 2027-01, a week as 2027-W05.")
	}
	if s.Periods < 1 || s.Periods > MaxPlanPeriods {
		bad.Add("periods", "A plan has 1 to %d periods, not %d.", MaxPlanPeriods, s.Periods)
	}
	if !(s.Confidence >= 0.5 && s.Confidence < 1) {
		bad.Add("confidence", "The chance of fitting is from 50 %% to below 100 %%, not %g %%.", 100*s.Confidence)
	}
	if !(s.Seconds > 0 && s.Seconds <= MaxPlanSeconds) {
		bad.Add("seconds", "A plan is looked for within more than 0 and at most %d seconds, not %g.", MaxPlanSeconds, s.Seconds)
	}
	if s.Shut < 0 || s.Shut > MaxPlanPeriods {
		bad.Add("shut", "A limit is taken to stop work for 0 to %d periods, not %d.", MaxPlanPeriods, s.Shut)
	}
	for _, m := range s.Mix {
		m.check(&bad)
	}
	for _, g := range s.Exclusive {
		if len(g) < 2 {
			bad.Add("exclusive", "Options that exclude each other are at least two items, not %d.", len(g))
		}
	}
	if s.Budget != nil {
		s.Budget.check(&bad, s.Periods)
	}
	return bad.Err()
}

func (m MixRule) check(bad *Problems) {
	if !slices.Contains(WorkShares[:], m.Work) {
		bad.Add("mix", "The kinds of work are features, upkeep, tech debt and support, not %q.", clipped(string(m.Work)))
	}
	if !(m.Min >= 0 && m.Min <= 1) || !(m.Max >= 0 && m.Max <= 1) || m.Max > 0 && m.Min > m.Max {
		bad.Add("mix", "The share of %s goes from 0 to 100 %%, and the least is not above the most.", m.Work)
	}
}

func (b PlanBudget) check(bad *Problems, periods int) {
	if len(b.Currency) != 3 {
		bad.Add("currency", "Say the currency of the budget as its three-letter code, for example EUR.")
	}
	if len(b.Amounts) != periods {
		bad.Add("amounts", "The budget has %d amounts for %d periods; give one for each.", len(b.Amounts), periods)
	}
	for _, a := range b.Amounts {
		if !a.Known() || a.Rat().Sign() < 0 {
			bad.Add("amounts", "An amount of the budget is 0 or more, not %q.", clipped(string(a)))
		}
	}
	for key, c := range b.Costs {
		if !c.Known() || c.Rat().Sign() < 0 {
			bad.Add("costs", "What %s costs is 0 or more, not %q.", key, clipped(string(c)))
		}
	}
}

// Span are the periods that are planned, in their order.
func (s Scenario) Span() []CalendarPeriod { return CalendarPeriods(s.First, s.Periods) }

// Pin forces one item into the plans of a scenario, or out of them.
type Pin struct {
	Item   ItemID         `json:"-"`
	In     bool           `json:"in"`           // else out
	By     CalendarPeriod `json:"by,omitempty"` // of one that is in: the last period allowed; none: any
	Reason string         `json:"reason"`
	Person PersonID       `json:"-"`
	Name   string         `json:"name"` // of the person, then
	At     Time           `json:"at"`
}

// Validate checks that there is a reason.
func (p Pin) Validate() error {
	var bad Problems
	checkText(&bad, "reason", p.Reason, 1, MaxNote)
	if !p.In && p.By != (CalendarPeriod{}) {
		bad.Add("by", "What is forced out has no period.")
	}
	return bad.Err()
}

// The kinds of [PlanDecision].
const (
	PlanCommitted = "committed" // a plan was taken as what we will do
	PlanDisplaced = "displaced" // somebody escalated, and picked what drops out
	PlanKept      = "kept"      // somebody escalated, and the plan stays as it is
	PlanWithdrawn = "withdrawn" // the committed plan does not hold any more
)

// PlanDecision is what was decided about a plan, by whom and why. It is never
// changed but to end it.
type PlanDecision struct {
	ID       string   `json:"id"`
	Scenario string   `json:"scenario"`
	Plan     string   `json:"plan"` // the id of the plan as it was kept
	Kind     string   `json:"kind"`
	Item     ItemID   `json:"-"`               // of a displacement: what was escalated
	Asked    string   `json:"asked,omitempty"` // of a displacement: who escalated, by name
	Drops    []ItemID `json:"-"`               // of a displacement: what drops out of the plan for it
	Later    []ItemID `json:"-"`               // and what comes later
	Reason   string   `json:"reason"`
	Person   PersonID `json:"-"`
	Name     string   `json:"name"` // who decided, by name
	At       Time     `json:"at"`
	InForce  bool     `json:"in_force"`        // the plan is what we will do, until it ends
	Ended    Time     `json:"ended,omitempty"` // another plan of it, or a decision, took its place
}

// Validate checks that it has its reason, and a displacement its names.
func (d PlanDecision) Validate() error {
	var bad Problems
	if !oneOf(d.Kind, PlanCommitted, PlanDisplaced, PlanKept, PlanWithdrawn) {
		bad.Add("kind", "What is decided about a plan is that it is committed or withdrawn, or what an escalation displaces, not %q.", d.Kind)
	}
	checkText(&bad, "reason", d.Reason, 1, MaxNote)
	if d.Kind == PlanDisplaced || d.Kind == PlanKept {
		checkText(&bad, "asked", d.Asked, 1, 200)
	}
	return bad.Err()
}
