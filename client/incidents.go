package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"plumbline"
)

// IncidentFilter says which incidents are wanted.
type IncidentFilter struct {
	Open, Unassigned bool
	Product          plumbline.ProductRef // empty: of all
	Cursor           string
}

// IncidentClock is a time by which something has to be done about an incident.
type IncidentClock struct {
	Name  string         `json:"name"` // "mitigate", "resolve"
	Due   plumbline.Time `json:"due"`
	Done  plumbline.Time `json:"done,omitempty"`
	State string         `json:"state"` // "runs", "late", "kept", "missed"
}

// Incident is an incident with its clocks.
type Incident struct {
	plumbline.IncidentRecord
	State  string          `json:"state"` // "open", "mitigated", "resolved", "dismissed"
	Alarms int64           `json:"alarms"`
	Clocks []IncidentClock `json:"clocks"`
}

// IncidentList is a page of incidents, the newest first.
type IncidentList struct {
	Incidents  []Incident     `json:"incidents"`
	Open       int64          `json:"open"`
	Unassigned int64          `json:"unassigned"`
	Next       string         `json:"next,omitempty"`
	At         plumbline.Time `json:"at"`
}

// IncidentDetail is an incident with the alarms that told of it.
type IncidentDetail struct {
	Incident
	Told []struct {
		plumbline.Alarm
		Source plumbline.LinkID `json:"source"`
	} `json:"told"`
	Key plumbline.Key  `json:"item,omitempty"`
	At  plumbline.Time `json:"at"`
}

// IncidentInput is what somebody says of an incident; what is nil stays.
type IncidentInput struct {
	Title      *string                 `json:"title,omitempty"`
	Products   *[]plumbline.ProductRef `json:"products,omitempty"`
	Severity   *string                 `json:"severity,omitempty"`
	Started    *plumbline.Time         `json:"started,omitempty"`
	Detected   *plumbline.Time         `json:"detected,omitempty"`
	Mitigated  *plumbline.Time         `json:"mitigated,omitempty"`
	Resolved   *plumbline.Time         `json:"resolved,omitempty"`
	Dismissed  *string                 `json:"dismissed,omitempty"`
	Cause      *string                 `json:"cause,omitempty"`
	Deployment *string                 `json:"deployment,omitempty"`
	Share      *plumbline.Decimal      `json:"budget_share,omitempty"`
	PostMortem *string                 `json:"post_mortem,omitempty"`

	Actions *[]plumbline.IncidentAction `json:"actions,omitempty"` // all of them
}

// IncidentRules are the rules by which alarms become incidents.
type IncidentRules struct {
	Version string `json:"version"`
	Text    string `json:"text"`
	Own     bool   `json:"own"`
}

// LastingTimes are how long something took: those that go on count with the time so
// far.
type LastingTimes struct {
	N        int           `json:"n"`
	Going    int           `json:"going_on"`
	Median   time.Duration `json:"median_ns"`
	P90      time.Duration `json:"p90_ns"`
	MedianUp bool          `json:"median_at_least,omitempty"`
	P90Up    bool          `json:"p90_at_least,omitempty"`
}

// SupportWeek is the load of support in a week.
type SupportWeek struct {
	From     plumbline.Time    `json:"from"`
	To       plumbline.Time    `json:"to"`
	Arrivals int64             `json:"arrivals"`
	Closures int64             `json:"closures"`
	Open     int64             `json:"open"`
	Hours    plumbline.Decimal `json:"interrupt_hours"`
	Guessed  int64             `json:"guessed"`
	Capacity plumbline.Decimal `json:"capacity_hours"`
	Share    plumbline.Decimal `json:"share"`
	Whole    bool              `json:"whole"`
}

// Support is the load of support of a product or a process.
type Support struct {
	Ref        plumbline.ProductRef        `json:"ref"`
	Name       string                      `json:"name"`
	Kind       string                      `json:"kind"`
	At         plumbline.Time              `json:"at"`
	Weeks      []SupportWeek               `json:"weeks"`
	Limits     []SupportLimit              `json:"limits"`
	Capacity   []plumbline.SupportCapacity `json:"capacity"`
	Answer     LastingTimes                `json:"first_response"`
	Resolve    LastingTimes                `json:"resolution"`
	Categories []TicketCategory            `json:"categories"`
	Mitigation LastingTimes                `json:"mitigation"`
	Recovery   LastingTimes                `json:"recovery"`
	Incidents  []Incident                  `json:"incidents"`
	Open       int64                       `json:"open_incidents"`
}

// SupportLimit is a constraint about support that bears on it, as it stands.
type SupportLimit struct {
	plumbline.Constraint
	Standing *Standing `json:"standing"`
}

// TicketCategory is the tickets of one category.
type TicketCategory struct {
	Name     string            `json:"category"`
	Tickets  int64             `json:"tickets"`
	Reopened int64             `json:"reopened"`
	Hours    plumbline.Decimal `json:"interrupt_hours"`
	Guessed  int64             `json:"guessed"`
	Resolve  LastingTimes      `json:"resolve"`
}

func incidentPath(n int64) string { return "/incidents/" + strconv.FormatInt(n, 10) }

// Incidents is a page of incidents.
func (c *Client) Incidents(ctx context.Context, f IncidentFilter) (IncidentList, error) {
	q := url.Values{}
	for name, value := range map[string]string{"product": string(f.Product), "cursor": f.Cursor} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, is := range map[string]bool{"open": f.Open, "unassigned": f.Unassigned} {
		if is {
			q.Set(name, "true")
		}
	}
	return call[IncidentList](ctx, c, request{method: http.MethodGet, path: "/incidents", query: q})
}

// Incident is one incident.
func (c *Client) Incident(ctx context.Context, n int64) (IncidentDetail, error) {
	return call[IncidentDetail](ctx, c, request{method: http.MethodGet, path: incidentPath(n)})
}

// DeclareIncident makes an incident that no alarm told of.
func (c *Client) DeclareIncident(ctx context.Context, in IncidentInput) (plumbline.IncidentRecord, error) {
	return call[plumbline.IncidentRecord](ctx, c, request{method: http.MethodPost, path: "/incidents", in: in})
}

// ChangeIncident changes what is said of an incident.
func (c *Client) ChangeIncident(ctx context.Context, n int64, in IncidentInput) (plumbline.IncidentRecord, error) {
	return call[plumbline.IncidentRecord](ctx, c, request{method: http.MethodPatch, path: incidentPath(n), in: in})
}

// FileIncident makes an item of an incident.
func (c *Client) FileIncident(ctx context.Context, n int64) (plumbline.Key, error) {
	var out struct {
		Key plumbline.Key `json:"key"`
	}
	err := c.do(ctx, request{method: http.MethodPost, path: incidentPath(n) + "/item", out: &out})
	return out.Key, err
}

// TieIncident says which item an incident is; an empty key unties it.
func (c *Client) TieIncident(ctx context.Context, n int64, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodPut, path: incidentPath(n) + "/item", in: map[string]any{"key": key}})
}

// AlarmSources are those who tell of alarms, and how that goes.
func (c *Client) AlarmSources(ctx context.Context) ([]plumbline.AlarmSource, error) {
	var out struct {
		Sources []plumbline.AlarmSource `json:"sources"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/alarm-sources", out: &out})
	return out.Sources, err
}

// IncidentRules are the rules by which alarms become incidents.
func (c *Client) IncidentRules(ctx context.Context) (IncidentRules, error) {
	return call[IncidentRules](ctx, c, request{method: http.MethodGet, path: "/incident-rules"})
}

// PutIncidentRules puts other rules in force.
func (c *Client) PutIncidentRules(ctx context.Context, text string) error {
	return c.do(ctx, request{method: http.MethodPut, path: "/incident-rules", in: map[string]string{"text": text}})
}

// Support is the load of support of a product or a process.
func (c *Client) Support(ctx context.Context, ref plumbline.ProductRef) (Support, error) {
	return call[Support](ctx, c, request{method: http.MethodGet, path: "/products/" + url.PathEscape(string(ref)) + "/support"})
}

// PutSupportCapacity says how many hours there are for support from a week on.
func (c *Client) PutSupportCapacity(ctx context.Context, ref plumbline.ProductRef, in plumbline.SupportCapacity) error {
	body := map[string]any{"from": in.From, "people": in.People, "hours": in.Hours}
	return c.do(ctx, request{method: http.MethodPut, path: "/products/" + url.PathEscape(string(ref)) + "/support/capacity", in: body})
}
