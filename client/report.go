package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// MonthReport is what a month was like for the limits that products and processes are
// managed within.
type MonthReport struct {
	Month      string                   `json:"month"`
	From       plumbline.Time           `json:"from"`
	To         plumbline.Time           `json:"to"`
	Whole      bool                     `json:"whole"`
	Sentence   string                   `json:"sentence"`
	Limits     int                      `json:"limits"`
	Counts     map[plumbline.Status]int `json:"counts"`
	Attention  []LimitLine              `json:"attention"`
	Kinds      []KindOfLimit            `json:"kinds"`
	Ages       []FindingAges            `json:"finding_ages"`
	MoreAges   int                      `json:"more_finding_ages,omitempty"`
	Spending   []MonthSpent             `json:"spending"`
	Withheld   bool                     `json:"amounts_withheld,omitempty"`
	Broke      []LateChange             `json:"broke"`
	Mended     []LateChange             `json:"mended"`
	AllBroke   int                      `json:"all_broke"`
	AllMended  int                      `json:"all_mended"`
	Exceptions []Exception              `json:"exceptions"`
	MoreExcept int                      `json:"more_exceptions,omitempty"`
	Decisions  []MonthDecision          `json:"decisions"`
	More       int                      `json:"more_decisions,omitempty"`
	Outcomes   map[string]int           `json:"outcomes"`
}

// LimitLine is how one limit stood when a month ended.
type LimitLine struct {
	Constraint plumbline.ConstraintID   `json:"constraint"`
	Name       string                   `json:"name"`
	Kind       plumbline.ConstraintKind `json:"kind"`
	Scope      plumbline.Scope          `json:"scope"`
	Objective  plumbline.Decimal        `json:"objective,omitempty"`
	Currency   string                   `json:"currency,omitempty"`
	Status     plumbline.Status         `json:"status"`
	Headroom   plumbline.Decimal        `json:"headroom"`
	Before     plumbline.Decimal        `json:"headroom_before"`
	Due        plumbline.Time           `json:"due,omitempty"`
	Reason     string                   `json:"reason"`
	Figures    []Figure                 `json:"figures,omitempty"`
}

// KindOfLimit are the limits of one kind, the worst first.
type KindOfLimit struct {
	Kind     plumbline.ConstraintKind `json:"kind"`
	Sentence string                   `json:"sentence"`
	Lines    []LimitLine              `json:"lines"`
	More     int                      `json:"more,omitempty"`
}

// FindingAges are the open findings of a limit by age: up to 30, 90 and 180 days, and
// older.
type FindingAges struct {
	Constraint plumbline.ConstraintID `json:"constraint"`
	Name       string                 `json:"name"`
	Scope      plumbline.Scope        `json:"scope"`
	Counts     [4]int                 `json:"counts"`
	Overdue    int                    `json:"overdue"`
}

// MonthSpent is what all products cost in a month and the one before, in a currency.
type MonthSpent struct {
	Currency        string            `json:"currency"`
	Billed          plumbline.Decimal `json:"billed"`
	Effective       plumbline.Decimal `json:"effective"`
	BeforeBilled    plumbline.Decimal `json:"before_billed"`
	BeforeEffective plumbline.Decimal `json:"before_effective"`
}

// LateChange is a change of a standing with what it is about.
type LateChange struct {
	ID         string                   `json:"id"`
	Constraint plumbline.ConstraintID   `json:"constraint"`
	Name       string                   `json:"name"`
	Kind       plumbline.ConstraintKind `json:"kind"`
	Scope      plumbline.Scope          `json:"scope"`
	StandingChange
}

// MonthDecision is what was decided of an item.
type MonthDecision struct {
	Key      plumbline.Key     `json:"key"`
	Title    string            `json:"title"`
	Outcome  plumbline.Outcome `json:"outcome"`
	Sentence string            `json:"sentence"`
	ByName   string            `json:"by"`
	At       plumbline.Time    `json:"at"`
}

// MonthlyReport is what a month was like, as 2026-10; "" is the last one that is over.
func (c *Client) MonthlyReport(ctx context.Context, month string) (MonthReport, error) {
	q := url.Values{}
	if month != "" {
		q.Set("month", month)
	}
	return call[MonthReport](ctx, c, request{method: http.MethodGet, path: "/report", query: q})
}
