package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// ReachView is what the reach of a product is counted in: "24 teams".
type ReachView struct {
	Product plumbline.ProductRef `json:"product"`
	Unit    string               `json:"unit"`
	Many    int64                `json:"many"`
}

// ReachInput says what a product's reach is counted in; an empty unit takes it
// away.
type ReachInput struct {
	Unit string `json:"unit,omitempty"` // "teams", "clusters", "customers"
	Many int64  `json:"many,omitempty"` // how many there are in all
}

// Reaches is what the reach of products is counted in.
func (c *Client) Reaches(ctx context.Context) ([]ReachView, error) {
	out, err := call[struct{ Reaches []ReachView }](ctx, c, request{method: http.MethodGet, path: "/reaches"})
	return out.Reaches, err
}

// PutReach says what the reach of a product is counted in.
func (c *Client) PutReach(ctx context.Context, ref plumbline.ProductRef, in ReachInput) error {
	return c.do(ctx, request{method: http.MethodPut, path: "/products/" + url.PathEscape(string(ref)) + "/reach", in: in})
}
