package monthly

import (
	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
)

// MonthReport is what a month was like for the limits that products and processes are managed
// within. For those who may not read what our products cost, amounts are left out.
type MonthReport struct {
	Month      string                    `json:"month"` // as 2026-10
	From       plumbline.Time            `json:"from"`
	To         plumbline.Time            `json:"to"`    // of a month that is not over: now
	Whole      bool                      `json:"whole"` // the month is over
	Sentence   string                    `json:"sentence"`
	Limits     int                       `json:"limits"`
	Counts     map[plumbline.Status]int  `json:"counts"` // of limits, when it ended
	Attention  []LimitLine               `json:"attention"`
	Kinds      []KindOfLimit             `json:"kinds"`        // in the order of the kinds; those without a limit are left out
	Ages       []FindingAges             `json:"finding_ages"` // the most overdue first, at most 50
	MoreAges   int                       `json:"more_finding_ages,omitempty"`
	Spending   []MonthSpent              `json:"spending"` // by currency; none when amounts are withheld
	Withheld   bool                      `json:"amounts_withheld,omitempty"`
	Broke      []standing.LateChange     `json:"broke"`  // newest first, at most 50
	Mended     []standing.LateChange     `json:"mended"` // likewise
	AllBroke   int                       `json:"all_broke"`
	AllMended  int                       `json:"all_mended"`
	Exceptions []standing.ExceptionView  `json:"exceptions"` // at most 50
	MoreExcept int                       `json:"more_exceptions,omitempty"`
	Decisions  []MonthDecision           `json:"decisions"` // newest first, at most 30
	More       int                       `json:"more_decisions,omitempty"`
	Outcomes   map[plumbline.Outcome]int `json:"outcomes"` // how many decisions of each
}

// LimitLine is how one limit stood when the month ended.
type LimitLine struct {
	Constraint plumbline.ConstraintID   `json:"constraint"`
	Name       string                   `json:"name"`
	Kind       plumbline.ConstraintKind `json:"kind"`
	Scope      plumbline.Scope          `json:"scope"`
	Objective  plumbline.Decimal        `json:"objective,omitempty"`
	Currency   string                   `json:"currency,omitempty"`
	Status     plumbline.Status         `json:"status"`
	Headroom   limit.Number             `json:"headroom"`
	Before     limit.Number             `json:"headroom_before"` // when the month began
	Due        plumbline.Time           `json:"due,omitempty"`
	Reason     string                   `json:"reason"`
	Figures    []limit.Figure           `json:"figures,omitempty"`
}

// KindOfLimit are the limits of one kind, the worst first.
type KindOfLimit struct {
	Kind     plumbline.ConstraintKind `json:"kind"`
	Sentence string                   `json:"sentence"`
	Lines    []LimitLine              `json:"lines"` // at most 50
	More     int                      `json:"more,omitempty"`
}

// AgeBounds are the bounds of the ages in days: up to each, and above the last one.
var AgeBounds = [...]int{30, 90, 180}

// FindingAges are the open findings of a security limit by their age when the month
// ended.
type FindingAges struct {
	Constraint plumbline.ConstraintID  `json:"constraint"`
	Name       string                  `json:"name"`
	Scope      plumbline.Scope         `json:"scope"`
	Counts     [len(AgeBounds) + 1]int `json:"counts"`
	Overdue    int                     `json:"overdue"`
}

// MonthSpent is what all products cost in the month, in one currency.
type MonthSpent struct {
	Currency        string            `json:"currency"`
	Billed          plumbline.Decimal `json:"billed"`
	Effective       plumbline.Decimal `json:"effective"`
	BeforeBilled    plumbline.Decimal `json:"before_billed"` // the month before
	BeforeEffective plumbline.Decimal `json:"before_effective"`
}

// MonthDecision is what was decided of an item, in its public words.
type MonthDecision struct {
	Key      plumbline.Key        `json:"key"`
	Title    string               `json:"title"`
	Outcome  plumbline.Outcome    `json:"outcome"`
	Sentence plumbline.PublicText `json:"sentence"`
	ByName   string               `json:"by"`
	At       plumbline.Time       `json:"at"`
}
