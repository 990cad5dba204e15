package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// BulkInput changes many items alike. A nil pointer leaves a column as it is.
type BulkInput struct {
	Keys     []plumbline.Key         `json:"keys"`
	Versions map[plumbline.Key]int64 `json:"versions,omitempty"`
	Team     *plumbline.TeamRef      `json:"team,omitempty"`
	Product  *plumbline.ProductRef   `json:"product,omitempty"`
	Assignee *string                 `json:"assignee,omitempty"`
	Priority *string                 `json:"priority,omitempty"`
	Fields   map[string]string       `json:"fields,omitempty"`
	To       plumbline.State         `json:"to,omitempty"`
	Note     string                  `json:"note,omitempty"`
	Message  plumbline.PublicText    `json:"message,omitempty"`
	Despite  string                  `json:"despite,omitempty"`
	Watch    bool                    `json:"watch,omitempty"`
}

// BulkLine is what a change of many does, or did, to one item; or why not.
type BulkLine struct {
	Key     plumbline.Key `json:"key"`
	Title   string        `json:"title,omitempty"`
	Version int64         `json:"version,omitempty"`
	Allowed bool          `json:"allowed"`
	Changes []string      `json:"changes,omitempty"`
	Why     string        `json:"why,omitempty"`
}

// BulkView is a change of many items, to be done or done; Batch names a done one.
type BulkView struct {
	Batch string     `json:"batch,omitempty"`
	Lines []BulkLine `json:"items"`
	Count int        `json:"count"`
}

// PreviewBulk says what a change of many would do. It changes nothing.
func (c *Client) PreviewBulk(ctx context.Context, in BulkInput) (BulkView, error) {
	return call[BulkView](ctx, c, request{method: http.MethodPost, path: "/bulk/preview", in: in})
}

// Bulk changes many items alike.
func (c *Client) Bulk(ctx context.Context, in BulkInput) (BulkView, error) {
	return call[BulkView](ctx, c, request{method: http.MethodPost, path: "/bulk", in: in})
}

// UndoBulk takes a change of many items back.
func (c *Client) UndoBulk(ctx context.Context, batch string) (BulkView, error) {
	return call[BulkView](ctx, c, request{method: http.MethodPost, path: "/bulk/" + url.PathEscape(batch) + "/undo"})
}
