package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
)

// ControlCounts say how many controls there are of each sort: met by applicable is
// the coverage.
type ControlCounts struct {
	Applicable int64 `json:"applicable"`
	Met        int64 `json:"met"`
	Evidenced  int64 `json:"evidenced"`
	Partial    int64 `json:"partial"`
	Unsaid     int64 `json:"unsaid"`
	Overdue    int64 `json:"overdue"`
	Exempt     int64 `json:"exempt"`
	Undated    int64 `json:"undated"`
	NotApply   int64 `json:"not_applicable"`
}

// HeldFramework is a framework that a product is held to.
type HeldFramework struct {
	Product  plumbline.ProductRef   `json:"product"`
	Ref      plumbline.FrameworkRef `json:"framework"`
	Title    string                 `json:"title"`
	Version  string                 `json:"version,omitempty"`
	Since    plumbline.Time         `json:"since"`
	Total    ControlCounts          `json:"total"`
	Families []ControlFamily        `json:"families,omitempty"`
}

// ControlFamily is the counts of a family of controls.
type ControlFamily struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	ControlCounts
}

// ControlLine is a control of a product.
type ControlLine struct {
	plumbline.ControlRecord
	Label     string         `json:"label"`
	Title     string         `json:"title"`
	Family    string         `json:"family"`
	GoodUntil plumbline.Time `json:"good_until,omitempty"`
	Ref       string         `json:"ref,omitempty"`
	Version   int64          `json:"version"`
}

// ProductControls is what a product is held to, with what is to be done.
type ProductControls struct {
	Product    plumbline.Product    `json:"product"`
	At         plumbline.Time       `json:"at"`
	Frameworks []HeldFramework      `json:"frameworks"`
	Gaps       []ControlLine        `json:"gaps"`
	Unproven   []ControlLine        `json:"unproven"`
	Risks      []plumbline.PlanRisk `json:"risks"`
}

// ControlsOverview is what all products are held to.
type ControlsOverview struct {
	At         plumbline.Time        `json:"at"`
	Products   []plumbline.Product   `json:"products"`
	Frameworks []plumbline.Framework `json:"frameworks"`
	Held       []HeldFramework       `json:"held"`
	Risks      []RiskCounts          `json:"risks"`
}

// RiskCounts are the risks of a product's plans of action.
type RiskCounts struct {
	Product plumbline.ProductRef `json:"product"`
	Open    int                  `json:"open"`
	Exempt  int                  `json:"exempt"`
	Overdue int                  `json:"overdue"`
	Closed  int                  `json:"closed"`
}

// ControlFilter says which controls of a product are wanted.
type ControlFilter struct{ Family, State, Cursor string }

// ControlPage is a page of controls; Next is the Cursor of the next one.
type ControlPage struct {
	Framework plumbline.Framework `json:"framework"`
	Controls  []ControlLine       `json:"controls"`
	Next      string              `json:"next,omitempty"`
}

// ControlView is one control of a product.
type ControlView struct {
	Product   plumbline.Product   `json:"product"`
	Framework plumbline.Framework `json:"framework"`
	Control   plumbline.Control   `json:"control"`
	Gone      bool                `json:"gone,omitempty"`
	Record    ControlLine         `json:"record"`
	History   []ControlChange     `json:"history"`
	At        plumbline.Time      `json:"at"`
}

// ControlChange is what was changed at once about a control.
type ControlChange struct {
	At      plumbline.Time `json:"at"`
	By      string         `json:"by"`
	Ref     string         `json:"ref,omitempty"`
	Changes []struct {
		Field string `json:"field"`
		Was   string `json:"was,omitempty"`
		Is    string `json:"is,omitempty"`
	} `json:"changes"`
}

// ControlInput says how a control stands for a product, all of it.
type ControlInput struct {
	State     plumbline.ControlState `json:"state"`
	Owner     string                 `json:"owner,omitempty"`
	Cadence   string                 `json:"cadence,omitempty"`
	Passed    plumbline.Time         `json:"passed,omitempty"`
	Evidence  string                 `json:"evidence,omitempty"`
	Due       plumbline.Time         `json:"due,omitempty"`
	Note      string                 `json:"note,omitempty"`
	Reason    string                 `json:"exception_reason,omitempty"`
	Requester string                 `json:"exception_requester,omitempty"`
	Until     plumbline.Time         `json:"exception_until,omitempty"`
}

func controlsPath(product plumbline.ProductRef, more ...string) string {
	path := "/products/" + url.PathEscape(string(product)) + "/controls"
	for _, part := range more {
		path += "/" + url.PathEscape(part)
	}
	return path
}

// Controls is what all products are held to.
func (c *Client) Controls(ctx context.Context) (ControlsOverview, error) {
	return call[ControlsOverview](ctx, c, request{method: http.MethodGet, path: "/controls"})
}

// ProductControls is what a product is held to.
func (c *Client) ProductControls(ctx context.Context, product plumbline.ProductRef) (ProductControls, error) {
	return call[ProductControls](ctx, c, request{method: http.MethodGet, path: controlsPath(product)})
}

// ListControls is a page of the controls of a framework that a product is held to.
func (c *Client) ListControls(ctx context.Context, product plumbline.ProductRef, ref plumbline.FrameworkRef, f ControlFilter) (ControlPage, error) {
	q := url.Values{}
	for name, value := range map[string]string{"family": f.Family, "state": f.State, "cursor": f.Cursor} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return call[ControlPage](ctx, c, request{method: http.MethodGet, path: controlsPath(product, string(ref)), query: q})
}

// Control is one control of a product, in any spelling of its name.
func (c *Client) Control(ctx context.Context, product plumbline.ProductRef, ref plumbline.FrameworkRef, control string) (ControlView, error) {
	return call[ControlView](ctx, c, request{method: http.MethodGet, path: controlsPath(product, string(ref), control)})
}

// PutControl says how a control stands; version is what was seen, 0: whatever it is.
func (c *Client) PutControl(ctx context.Context, product plumbline.ProductRef, ref plumbline.FrameworkRef, control string, in ControlInput, version int64) error {
	q := url.Values{}
	if version != 0 {
		q.Set("version", strconv.FormatInt(version, 10))
	}
	return c.do(ctx, request{method: http.MethodPut, path: controlsPath(product, string(ref), control), query: q, in: in})
}

// HoldToFramework holds a product to a framework; LetGoOfFramework ends that.
func (c *Client) HoldToFramework(ctx context.Context, product plumbline.ProductRef, ref plumbline.FrameworkRef) error {
	return c.do(ctx, request{method: http.MethodPut, path: "/products/" + url.PathEscape(string(product)) + "/frameworks/" + url.PathEscape(string(ref))})
}

// LetGoOfFramework ends that a product is held to a framework.
func (c *Client) LetGoOfFramework(ctx context.Context, product plumbline.ProductRef, ref plumbline.FrameworkRef) error {
	return c.do(ctx, request{method: http.MethodDelete, path: "/products/" + url.PathEscape(string(product)) + "/frameworks/" + url.PathEscape(string(ref))})
}

// ExportControls writes how controls stand as CSV, of one product or of all.
func (c *Client) ExportControls(ctx context.Context, product plumbline.ProductRef, out io.Writer) error {
	q := url.Values{}
	if product != "" {
		q.Set("product", string(product))
	}
	return c.download(ctx, request{method: http.MethodGet, path: "/controls/export", query: q}, out)
}
