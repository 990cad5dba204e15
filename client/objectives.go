package client

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"plumbline"
)

// Objective is a service level objective in a list.
type Objective struct {
	ID         string                 `json:"id"`
	Title      string                 `json:"title"`
	Product    plumbline.ProductRef   `json:"bears_on,omitempty"`
	Target     plumbline.Decimal      `json:"target"` // share of what is good, 0 to 1
	Window     plumbline.Window       `json:"window"`
	Format     string                 `json:"format"`
	Constraint plumbline.ConstraintID `json:"constraint,omitempty"`
	Status     plumbline.Status       `json:"status,omitempty"` // empty: it bears on nothing
	Until      plumbline.Time         `json:"measured_until"`
	Missing    bool                   `json:"missing,omitempty"`
	Problem    string                 `json:"problem,omitempty"`
}

// ObjectivePage is a page of objectives.
type ObjectivePage struct {
	Objectives []Objective `json:"objectives"`
	Next       string      `json:"next,omitempty"`
}

// BurnRate is how fast a budget burns over a window; 1 is what the target allows.
type BurnRate struct {
	Window time.Duration `json:"window_ns"`
	Times  float64       `json:"times"`
	Known  bool          `json:"known"`
	Bad    float64       `json:"bad"`
	Total  float64       `json:"total"`
}

// BurnAlarm is a pair of windows with the rates over them.
type BurnAlarm struct {
	Pair   plumbline.BurnWindow `json:"pair"`
	Factor float64              `json:"factor"`
	Long   BurnRate             `json:"long"`
	Short  BurnRate             `json:"short"`
	Firing bool                 `json:"firing"`
}

// ObjectiveDetail is an objective with how it stands.
type ObjectiveDetail struct {
	plumbline.SLO
	Product    plumbline.ProductRef   `json:"bears_on,omitempty"`
	Source     plumbline.LinkID       `json:"source,omitempty"`
	File       string                 `json:"file,omitempty"`
	Hash       string                 `json:"hash,omitempty"`
	Constraint plumbline.ConstraintID `json:"constraint,omitempty"`
	Until      plumbline.Time         `json:"measured_until"`
	Missing    bool                   `json:"missing,omitempty"`
	Problem    string                 `json:"problem,omitempty"`
	Status     plumbline.Status       `json:"status,omitempty"`
	Headroom   plumbline.Decimal      `json:"headroom,omitempty"`
	Reason     string                 `json:"reason,omitempty"`
	Exhausted  plumbline.Time         `json:"exhausted"`
	Follows    []string               `json:"follows,omitempty"`
	Alarms     []BurnAlarm            `json:"burn"`
	Days       []ObjectiveDay         `json:"days"`
	Queries    []ObjectiveQuery       `json:"queries,omitempty"`
}

// ObjectiveDay is a day of an objective's window. Left is the share of the budget
// that was left at its end; less than 0 is overspent.
type ObjectiveDay struct {
	Start   plumbline.Time `json:"start"`
	Bad     float64        `json:"bad"`
	Total   float64        `json:"total"`
	Covered float64        `json:"covered"`
	Left    float64        `json:"left"`
}

// ObjectiveQuery is what a source is asked for an objective.
type ObjectiveQuery struct {
	What  string `json:"what"`
	Query string `json:"query"`
}

// Objectives is a page of the objectives, by id.
func (c *Client) Objectives(ctx context.Context, cursor string) (out ObjectivePage, err error) {
	q := url.Values{}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	err = c.do(ctx, request{method: http.MethodGet, path: "/objectives", query: q, out: &out})
	return out, err
}

// Objective is one objective by its id.
func (c *Client) Objective(ctx context.Context, id string) (out ObjectiveDetail, err error) {
	err = c.do(ctx, request{method: http.MethodGet, path: "/objective", query: url.Values{"id": {id}}, out: &out})
	return out, err
}

// TieObjective says which product or process an objective bears on; an empty ref
// unties it.
func (c *Client) TieObjective(ctx context.Context, id string, to plumbline.ProductRef) error {
	return c.do(ctx, request{method: http.MethodPost, path: "/objectives/tie", in: map[string]any{"id": id, "product": to}})
}

// FigureSources are the sources of figures, and how they are.
func (c *Client) FigureSources(ctx context.Context) ([]plumbline.SourceState, error) {
	var out struct {
		Sources []plumbline.SourceState `json:"sources"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/figure-sources", out: &out})
	return out.Sources, err
}
