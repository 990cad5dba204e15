package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
)

// FindingQuery narrows the list of findings; what is empty narrows nothing.
type FindingQuery struct {
	Product   plumbline.ProductRef
	Class     string // "critical", …
	State     string // "open" when empty; "overdue", "gone", "closed", "suppressed", "all"
	Name      string // any name of the vulnerability
	Exploited bool
	Cursor    string
	Limit     int
}

// FindingRow is a finding in a list.
type FindingRow struct {
	plumbline.Finding
	State       string `json:"state"`
	ProductName string `json:"product_name"`
}

// ClassFigures are how many findings of a class are open; Ages counts them under 7,
// 30, 90 and 180 days, and older.
type ClassFigures struct {
	Class   string   `json:"class"`
	Open    int64    `json:"open"`
	Overdue int64    `json:"overdue"`
	Ages    [5]int64 `json:"ages"`
}

// FindingFigures are the figures about findings.
type FindingFigures struct {
	Open       int64          `json:"open"`
	Overdue    int64          `json:"overdue"`
	Exploited  int64          `json:"exploited"`
	Gone       int64          `json:"gone"`
	Closed     int64          `json:"closed"`
	InTime     int64          `json:"in_time"`
	Suppressed int64          `json:"suppressed"`
	Oldest     plumbline.Time `json:"oldest,omitempty"`
	Classes    []ClassFigures `json:"classes"`
}

// FindingPage is a page of findings.
type FindingPage struct {
	Findings []FindingRow   `json:"findings"`
	Total    int64          `json:"total"`
	Next     string         `json:"next,omitempty"`
	Figures  FindingFigures `json:"figures"`
	Presets  []string       `json:"presets"`
}

// Deadline is a date of a finding by one preset.
type Deadline struct {
	Preset string         `json:"preset"`
	What   string         `json:"what"`
	Start  plumbline.Time `json:"start"`
	Due    plumbline.Time `json:"due"`
	Check  bool           `json:"forensic_check,omitempty"`
	Note   string         `json:"note,omitempty"`
}

// FindingView is a finding with all that is known about it; the first of its
// clocks counts.
type FindingView struct {
	FindingRow
	Clocks      []Deadline            `json:"clocks"`
	Presets     []string              `json:"presets"`
	ProductRisk plumbline.Risk        `json:"product_risk"`
	Advisory    *plumbline.Advisory   `json:"advisory,omitempty"`
	Exploited   *plumbline.Exploited  `json:"exploited_entry,omitempty"`
	History     []plumbline.Judgement `json:"history,omitempty"`
}

// FactsInput says what the dates of a finding follow from.
type FactsInput struct {
	Risk      plumbline.Risk `json:"risk"`
	Evaluated plumbline.Time `json:"evaluated,omitempty"`
	Mitigated plumbline.Time `json:"mitigated,omitempty"`
}

// Findings is a page of findings, those that are due first at the beginning.
func (c *Client) Findings(ctx context.Context, q FindingQuery) (FindingPage, error) {
	vals := url.Values{}
	for name, v := range map[string]string{"product": string(q.Product), "class": q.Class, "state": q.State, "name": q.Name, "cursor": q.Cursor} {
		if v != "" {
			vals.Set(name, v)
		}
	}
	if q.Exploited {
		vals.Set("exploited", "true")
	}
	if q.Limit > 0 {
		vals.Set("limit", strconv.Itoa(q.Limit))
	}
	return call[FindingPage](ctx, c, request{method: http.MethodGet, path: "/findings", query: vals})
}

// Finding is one finding.
func (c *Client) Finding(ctx context.Context, id plumbline.FindingID) (FindingView, error) {
	return call[FindingView](ctx, c, request{method: http.MethodGet, path: finding(id)})
}

// JudgeFinding says what was found out about a finding.
func (c *Client) JudgeFinding(ctx context.Context, id plumbline.FindingID, j plumbline.Judgement) error {
	in := map[string]any{"state": j.State}
	for name, v := range map[string]string{"justification": j.Justification, "detail": j.Detail} {
		if v != "" {
			in[name] = v
		}
	}
	if len(j.Response) > 0 {
		in["response"] = j.Response
	}
	return c.do(ctx, request{method: http.MethodPost, path: finding(id) + "/judgement", in: in})
}

// SayOfFinding says what the dates of a finding follow from.
func (c *Client) SayOfFinding(ctx context.Context, id plumbline.FindingID, in FactsInput) error {
	return c.do(ctx, request{method: http.MethodPut, path: finding(id) + "/facts", in: in})
}

// SayOfProduct says what the dates of a product's findings follow from.
func (c *Client) SayOfProduct(ctx context.Context, ref plumbline.ProductRef, r plumbline.Risk) error {
	return c.do(ctx, request{method: http.MethodPut, path: "/products/" + url.PathEscape(string(ref)) + "/risk", in: r})
}

// MendGone says that what the newest scan of a product tells of no more is mended;
// it says how many findings they were.
func (c *Client) MendGone(ctx context.Context, ref plumbline.ProductRef) (int, error) {
	out, err := call[struct{ Mended int }](ctx, c, request{method: http.MethodPost, path: "/products/" + url.PathEscape(string(ref)) + "/findings/mended"})
	return out.Mended, err
}

// ChooseDeadlines says by which presets findings are due.
func (c *Client) ChooseDeadlines(ctx context.Context, chosen []string) error {
	if chosen == nil {
		chosen = []string{}
	}
	return c.do(ctx, request{method: http.MethodPut, path: "/deadlines", in: map[string][]string{"chosen": chosen}})
}

func finding(id plumbline.FindingID) string { return "/findings/" + url.PathEscape(string(id)) }
