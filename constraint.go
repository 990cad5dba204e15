package plumbline

import (
	"strings"
	"time"
)

// ConstraintID names a constraint: lower case, for example "api-availability".
type ConstraintID string

// ConstraintKind says what a constraint is about, and with it how it is judged.
type ConstraintKind string

// The kinds of constraint.
const (
	Reliability ConstraintKind = "reliability" // bad events of all events in a window
	Cost        ConstraintKind = "cost"        // money of a budget in a period
	Compliance  ConstraintKind = "compliance"  // controls that are met
	Security    ConstraintKind = "security"    // findings that are due
	Support     ConstraintKind = "support"     // the share of time that interrupts take
	Capacity    ConstraintKind = "capacity"    // days until something is full
	Commitment  ConstraintKind = "commitment"  // a promise with a date
)

// ConstraintKinds lists the kinds in the order of the cockpit.
var ConstraintKinds = [...]ConstraintKind{Reliability, Cost, Compliance, Security, Support, Capacity, Commitment}

// Valid says whether there is such a kind.
func (k ConstraintKind) Valid() bool {
	for _, have := range ConstraintKinds {
		if k == have {
			return true
		}
	}
	return false
}

// Scope is what a constraint holds for: a product, a process, or a group, whose
// members inherit it.
type Scope struct {
	Kind string `json:"kind"` // "product", "process" or "group"
	Ref  string `json:"ref"`
}

// The kinds of scope.
const (
	ScopeProduct = "product"
	ScopeProcess = "process"
	ScopeGroup   = "group"
)

// String is "kind:ref".
func (s Scope) String() string { return s.Kind + ":" + s.Ref }

// ParseScope reads what String writes: product:NAME, process:NAME or group:NAME.
func ParseScope(text string) (Scope, error) {
	kind, ref, ok := strings.Cut(text, ":")
	s := Scope{Kind: strings.TrimSpace(kind), Ref: strings.TrimSpace(ref)}
	if !ok || !oneOf(s.Kind, ScopeProduct, ScopeProcess, ScopeGroup) || !ValidRef(s.Ref) {
		return s, FieldError("scope", "A scope is product:NAME, process:NAME or group:NAME, not %q.", clipped(text))
	}
	return s, nil
}

// The windows that are no number of days: periods of the calendar.
const (
	WindowMonth   = "month"
	WindowQuarter = "quarter"
	WindowYear    = "year"
)

// MaxWindowDays is the longest rolling window.
const MaxWindowDays = 400

// Window is the time that is judged: either the last Days of 24 hours, which
// roll along, or a period of the calendar from its first day on.
type Window struct {
	Days     int    `json:"days,omitempty"`
	Calendar string `json:"calendar,omitempty"` // "month", "quarter" or "year"
}

// The ways in which a reliability budget is counted.
const (
	Occurrences = "occurrences" // events
	Timeslices  = "timeslices"  // slices of time, each good or bad
)

// The bases of a budget. A figure always says which it is on.
const (
	Billed    = "billed"    // cash: as invoiced
	Effective = "effective" // amortised: prepayments spread over what they pay for
)

// Constraint is a limit that a product or a process is managed within. What
// Objective means depends on the kind: the share of good events (0.9995), the
// amount of the budget, the share of time that interrupts may take, the days
// ahead that are looked at. Compliance, security and commitments have dates
// instead.
type Constraint struct {
	ID        ConstraintID   `json:"id"`
	Name      string         `json:"name,omitempty"`
	Kind      ConstraintKind `json:"kind"`
	Scope     Scope          `json:"scope"`
	Objective Decimal        `json:"objective,omitempty"`
	Currency  string         `json:"currency,omitempty"` // of cost
	Basis     string         `json:"basis,omitempty"`    // of cost
	Method    string         `json:"method,omitempty"`   // of reliability; empty: Occurrences
	Window    Window         `json:"window"`
	Opened    Time           `json:"opened,omitempty"`  // of a commitment: when the work for it began
	Due       Time           `json:"due,omitempty"`     // of a commitment: the promised date; of a gap, when it says none
	Cadence   time.Duration  `json:"cadence,omitempty"` // how often evidence is expected; 0: as usual for the kind
	Lead      time.Duration  `json:"lead,omitempty"`    // a breach that is forecast within it puts the constraint at risk
	Cycle     time.Duration  `json:"cycle,omitempty"`   // how long mending takes, with a chance of 85 %
	Hard      bool           `json:"hard"`              // a soft one never refuses anything, it asks for a review
	Owner     PersonID       `json:"owner,omitempty"`
	Approver  PersonID       `json:"approver,omitempty"` // of overrides
	Source    string         `json:"source,omitempty"`   // where it is written down
	From      Time           `json:"from,omitempty"`     // not in force before
	To        Time           `json:"to,omitempty"`       // nor from then on
}

// Validate checks what a constraint must have.
func (c Constraint) Validate() error {
	var bad Problems
	if !ValidRef(string(c.ID)) {
		bad.Add("id", "An id is 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q.", clipped(string(c.ID)))
	}
	if !oneOf(c.Scope.Kind, ScopeProduct, ScopeProcess, ScopeGroup) || !ValidRef(c.Scope.Ref) {
		bad.Add("scope", "Say what it holds for, as product:NAME, process:NAME or group:NAME.")
	}
	if c.Cadence < 0 || c.Lead < 0 || c.Cycle < 0 {
		bad.Add("cadence", "An amount of time cannot be negative.")
	}
	if c.To != 0 && c.To <= c.From {
		bad.Add("to", "It ends before it begins.")
	}
	checkText(&bad, "name", c.Name, 0, 200)
	checkText(&bad, "source", c.Source, 0, 2000)
	c.checkWindow(&bad)
	c.checkObjective(&bad)
	return bad.Err()
}

func (c Constraint) checkWindow(bad *Problems) {
	w := c.Window
	rolling := w.Days >= 1 && w.Days <= MaxWindowDays && w.Calendar == ""
	period := w.Days == 0 && oneOf(w.Calendar, WindowMonth, WindowQuarter, WindowYear)
	switch c.Kind {
	case Reliability, Support:
		if !rolling && !period {
			bad.Add("window", "The window is a number of days up to %d (28 d), or month, quarter or year.", MaxWindowDays)
		}
	case Cost:
		if !period {
			bad.Add("window", "A budget is for a month, a quarter or a year.")
		}
	}
}

func (c Constraint) checkObjective(bad *Problems) {
	bad.Merge(c.Objective.Validate("objective"))
	x, share := c.Objective.Rat(), false
	if x != nil {
		f, _ := x.Float64()
		share = f > 0 && f < 1
	}
	switch c.Kind {
	case Reliability:
		if !share {
			bad.Add("objective", "The target is between 0 and 100 %% and reaches neither: 99.95 %%, or 0.9995.")
		}
		if !oneOf(c.Method, "", Occurrences, Timeslices) {
			bad.Add("method", "Budgets are counted by occurrences or by timeslices, not by %q.", clipped(c.Method))
		}
	case Cost:
		if x == nil || x.Sign() <= 0 {
			bad.Add("objective", "Say the amount of the budget; it is more than nothing.")
		}
		if len(c.Currency) != 3 {
			bad.Add("currency", "Say the currency as its three-letter code, for example EUR.")
		}
		if !oneOf(c.Basis, Billed, Effective) {
			bad.Add("basis", "A budget is on the basis billed or effective: say which.")
		}
	case Support:
		if !share {
			bad.Add("objective", "The cap is the share of time that interrupts may take, between 0 and 100 %%.")
		}
	case Commitment:
		if c.Due == 0 || c.Opened == 0 || c.Due <= c.Opened {
			bad.Add("due", "A promise has a date, and the earlier date on which the work for it began.")
		}
	case Capacity, Compliance, Security:
	default:
		bad.Add("kind", "The kind is reliability, cost, compliance, security, support, capacity or commitment, not %q.", clipped(string(c.Kind)))
	}
}
