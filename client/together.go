package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
)

// Like is an item that is like a text.
type Like struct {
	plumbline.Row
	Share    float64 `json:"share"`    // how much of the text is found in it, 0 to about 1
	Standing string  `json:"standing"` // "open", "answered", "decided", "done" or "merged"
	Answer   string  `json:"answer,omitempty"`
}

// Similar is what is like a text, most alike first.
type Similar struct {
	Items []Like `json:"items"`
}

// Mention is another item as an item's view names it.
type Mention struct {
	Key   plumbline.Key   `json:"key"`
	Title string          `json:"title,omitempty"`
	State plumbline.State `json:"state,omitempty"`
	Open  bool            `json:"open"`
}

// Relation is a relation as one of its items says it.
type Relation struct {
	Mention
	Kind string         `json:"kind"`
	At   plumbline.Time `json:"at"`
}

// Together is what belongs together with an item.
type Together struct {
	MergedInto []Mention  `json:"merged_into"`
	Joined     []Mention  `json:"joined"`
	Relations  []Relation `json:"relations"`
	Voters     []string   `json:"voters"`
	Voted      bool       `json:"voted"`
}

// MergeInput merges an item into another.
type MergeInput struct {
	Into    plumbline.Key `json:"into"`
	Version int64         `json:"version,omitempty"`
}

// RelationInput says how an item belongs together with another: blocks, blocked
// by, parent of, child of or related.
type RelationInput struct {
	Kind  string        `json:"kind"`
	Other plumbline.Key `json:"other"`
}

// Similar is what is like a text; limit 0 leaves the number to the server.
func (c *Client) Similar(ctx context.Context, title, body string, limit int) (Similar, error) {
	q := url.Values{"q": {title}}
	if body != "" {
		q.Set("body", body)
	}
	if limit != 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	return call[Similar](ctx, c, request{method: http.MethodGet, path: "/similar", query: q})
}

// Vote adds the actor's voice to an item.
func (c *Client) Vote(ctx context.Context, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodPost, path: item(key) + "/votes"})
}

// Unvote takes it back.
func (c *Client) Unvote(ctx context.Context, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodDelete, path: item(key) + "/votes"})
}

// Merge merges an item into another.
func (c *Client) Merge(ctx context.Context, key plumbline.Key, in MergeInput) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: item(key) + "/merge", version: in.Version, in: in})
}

// Unmerge ends the merge of an item.
func (c *Client) Unmerge(ctx context.Context, key plumbline.Key) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodDelete, path: item(key) + "/merge"})
}

// Relate says how an item belongs together with another.
func (c *Client) Relate(ctx context.Context, key plumbline.Key, in RelationInput) error {
	return c.do(ctx, request{method: http.MethodPost, path: item(key) + "/relations", in: in})
}

// Unrelate ends that.
func (c *Client) Unrelate(ctx context.Context, key plumbline.Key, in RelationInput) error {
	return c.do(ctx, request{method: http.MethodDelete, path: item(key) + "/relations", query: url.Values{"kind": {in.Kind}, "other": {string(in.Other)}}})
}
