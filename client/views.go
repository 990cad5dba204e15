package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// ViewInput makes or changes a saved view: nil leaves what is there. Filter is
// the query part of an address of items.
type ViewInput struct {
	Version int64                   `json:"version,omitempty"`
	Name    *string                 `json:"name,omitempty"`
	Shared  *bool                   `json:"shared,omitempty"`
	Layout  *plumbline.Layout       `json:"layout,omitempty"`
	Filter  *string                 `json:"filter,omitempty"`
	Columns []string                `json:"columns,omitempty"`
	Limits  map[plumbline.State]int `json:"limits,omitempty"`
	Group   *plumbline.Grouping     `json:"group,omitempty"`
	Scale   *plumbline.Scale        `json:"scale,omitempty"`
	Default *bool                   `json:"default,omitempty"`
}

// Views lists the actor's saved views and the shared ones.
func (c *Client) Views(ctx context.Context) ([]plumbline.View, error) {
	var out struct {
		Views []plumbline.View `json:"views"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/views", out: &out})
	return out.Views, err
}

// View is one saved view.
func (c *Client) View(ctx context.Context, id plumbline.ViewID) (plumbline.View, error) {
	return call[plumbline.View](ctx, c, request{method: http.MethodGet, path: view(id)})
}

// MakeView saves a view.
func (c *Client) MakeView(ctx context.Context, in ViewInput) (plumbline.View, error) {
	return call[plumbline.View](ctx, c, request{method: http.MethodPost, path: "/views", in: in})
}

// ChangeView changes a saved view.
func (c *Client) ChangeView(ctx context.Context, id plumbline.ViewID, in ViewInput) (plumbline.View, error) {
	return call[plumbline.View](ctx, c, request{method: http.MethodPatch, path: view(id), in: in})
}

// DeleteView deletes a saved view.
func (c *Client) DeleteView(ctx context.Context, id plumbline.ViewID) error {
	return c.do(ctx, request{method: http.MethodDelete, path: view(id)})
}

// BeginWithView makes the list of items begin with a view, or as usual again.
func (c *Client) BeginWithView(ctx context.Context, id plumbline.ViewID, on bool) error {
	method := http.MethodDelete
	if on {
		method = http.MethodPost
	}
	return c.do(ctx, request{method: method, path: view(id) + "/default"})
}

func view(id plumbline.ViewID) string { return "/views/" + url.PathEscape(string(id)) }
