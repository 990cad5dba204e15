package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// ReachView is what the reach of a product is counted in, and what was said of it.
type ReachView struct {
	Product plumbline.ProductRef  `json:"product"`
	Name    string                `json:"name"`
	Now     plumbline.ReachUnit   `json:"now"`     // with an empty unit: nobody says
	History []plumbline.ReachUnit `json:"history"` // the newest first, the present one too
}

// ReachInput says what a product's reach is counted in; an empty unit takes it
// away.
type ReachInput struct {
	Unit   string `json:"unit,omitempty"`   // "teams", "clusters", "customers"
	Many   int64  `json:"many,omitempty"`   // how many there are in all
	Source string `json:"source,omitempty"` // a link, or words that say where it comes from
}

// Reaches is what the reach of products is counted in.
func (c *Client) Reaches(ctx context.Context) ([]plumbline.ReachUnit, error) {
	out, err := call[struct{ Reaches []plumbline.ReachUnit }](ctx, c, request{method: http.MethodGet, path: "/reaches"})
	return out.Reaches, err
}

// Reach is what the reach of one product is counted in, with who said it last and
// before, and from what.
func (c *Client) Reach(ctx context.Context, ref plumbline.ProductRef) (ReachView, error) {
	return call[ReachView](ctx, c, request{method: http.MethodGet, path: "/products/" + url.PathEscape(string(ref)) + "/reach"})
}

// PutReach says what the reach of a product is counted in.
func (c *Client) PutReach(ctx context.Context, ref plumbline.ProductRef, in ReachInput) error {
	return c.do(ctx, request{method: http.MethodPut, path: "/products/" + url.PathEscape(string(ref)) + "/reach", in: in})
}
