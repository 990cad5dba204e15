package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
)

// Items is a page of the items that match.
func (c *Client) Items(ctx context.Context, f plumbline.Filter) (List, error) {
	return call[List](ctx, c, request{method: http.MethodGet, path: "/items", query: f.Values()})
}

// Item is everything that the actor may see of an item.
func (c *Client) Item(ctx context.Context, key plumbline.Key) (ItemView, error) {
	return call[ItemView](ctx, c, request{method: http.MethodGet, path: item(key)})
}

// File makes a new item.
func (c *Client) File(ctx context.Context, in FileInput) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: "/items", in: in})
}

// Edit changes columns and fields of an item.
func (c *Client) Edit(ctx context.Context, key plumbline.Key, in EditInput) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodPatch, path: item(key), version: in.Version, in: in})
}

// Move moves an item to a state, or says every reason why not.
func (c *Client) Move(ctx context.Context, key plumbline.Key, in MoveInput) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: item(key) + "/move", version: in.Version, in: in})
}

// Accept notes that an item is ours to judge.
func (c *Client) Accept(ctx context.Context, key plumbline.Key) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: item(key) + "/accept"})
}

// Attach adds evidence.
func (c *Client) Attach(ctx context.Context, key plumbline.Key, in EvidenceInput) (plumbline.Evidence, error) {
	return call[plumbline.Evidence](ctx, c, request{method: http.MethodPost, path: item(key) + "/evidence", in: in})
}

// Demand records that a team or an account wants the item.
func (c *Client) Demand(ctx context.Context, key plumbline.Key, in DemandInput) (Demand, error) {
	return call[Demand](ctx, c, request{method: http.MethodPost, path: item(key) + "/demands", in: in})
}

// Comment says something about an item.
func (c *Client) Comment(ctx context.Context, key plumbline.Key, in CommentInput) (plumbline.Comment, error) {
	return call[plumbline.Comment](ctx, c, request{method: http.MethodPost, path: item(key) + "/comments", in: in})
}

// Decide settles an item.
func (c *Client) Decide(ctx context.Context, key plumbline.Key, in DecisionInput) (plumbline.Decision, error) {
	return call[plumbline.Decision](ctx, c, request{method: http.MethodPost, path: item(key) + "/decision", version: in.Version, in: in})
}

// HandOff gives a pursued item to a team.
func (c *Client) HandOff(ctx context.Context, key plumbline.Key, in HandOffInput) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: item(key) + "/handoff", in: in})
}

// Completion is how a filter that is being written could go on: Put takes the
// place of the text from From on, counted in UTF-16 code units.
type Completion struct {
	From    int                `json:"from"`
	Options []CompletionOption `json:"options"`
}

// CompletionOption is one way to go on.
type CompletionOption struct {
	Put  string `json:"put"`
	Text string `json:"text"`
	Says string `json:"says,omitempty"`
}

// Complete is how the text before a cursor could go on as a filter.
func (c *Client) Complete(ctx context.Context, text string) (Completion, error) {
	return call[Completion](ctx, c, request{method: http.MethodGet, path: "/complete", query: url.Values{"q": {text}}})
}

// Watch makes the actor follow an item.
func (c *Client) Watch(ctx context.Context, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodPost, path: item(key) + "/watch"})
}

// Unwatch ends that.
func (c *Client) Unwatch(ctx context.Context, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodDelete, path: item(key) + "/watch"})
}

// Board is the board of the filter's process; perColumn 0 leaves the size to
// the server.
func (c *Client) Board(ctx context.Context, f plumbline.Filter, perColumn int) (Board, error) {
	q := f.Values()
	if perColumn != 0 {
		q.Set("per_column", strconv.Itoa(perColumn))
	}
	return call[Board](ctx, c, request{method: http.MethodGet, path: "/board", query: q})
}

// BoardBy is the board put together by team, product, assignee or priority.
func (c *Client) BoardBy(ctx context.Context, f plumbline.Filter, by plumbline.Grouping, perColumn int) (Board, error) {
	q := f.Values()
	q.Set("group", string(by))
	if perColumn != 0 {
		q.Set("per_column", strconv.Itoa(perColumn))
	}
	return call[Board](ctx, c, request{method: http.MethodGet, path: "/board", query: q})
}

// Timeline is a page of items as bars, put together by what is asked for.
func (c *Client) Timeline(ctx context.Context, f plumbline.Filter, by plumbline.Grouping) (Timeline, error) {
	q := f.Values()
	if by != "" {
		q.Set("group", string(by))
	}
	return call[Timeline](ctx, c, request{method: http.MethodGet, path: "/timeline", query: q})
}

// Limits are the limits of work in progress of a process's states.
func (c *Client) Limits(ctx context.Context, process plumbline.ProcessID) ([]plumbline.ColumnLimit, error) {
	var out struct {
		Limits []plumbline.ColumnLimit `json:"limits"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: limits(process), out: &out})
	return out.Limits, err
}

// SetLimit sets the limit of a state, or takes it away when Most is 0.
func (c *Client) SetLimit(ctx context.Context, l plumbline.ColumnLimit) error {
	in := map[string]any{"state": l.State, "most": l.Most, "hard": l.Hard}
	return c.do(ctx, request{method: http.MethodPut, path: limits(l.Process), in: in})
}

func limits(process plumbline.ProcessID) string {
	return "/processes/" + url.PathEscape(string(process)) + "/limits"
}

// Inbox is what waits for a first look, with the item of the key in front, or
// the oldest.
func (c *Client) Inbox(ctx context.Context, front plumbline.Key) (Inbox, error) {
	return call[Inbox](ctx, c, request{method: http.MethodGet, path: "/inbox", query: values("front", string(front))})
}

// Decisions is a page of the docket, newest first.
func (c *Client) Decisions(ctx context.Context, cursor string) (Docket, error) {
	return call[Docket](ctx, c, request{method: http.MethodGet, path: "/decisions", query: values("cursor", cursor)})
}

// Processes are the processes with their lanes and fields.
func (c *Client) Processes(ctx context.Context) ([]Process, error) {
	var out struct {
		Processes []Process `json:"processes"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/processes", out: &out})
	return out.Processes, err
}

func item(key plumbline.Key) string { return "/items/" + url.PathEscape(string(key)) }

// values is a query of one parameter, or of none when it is empty.
func values(name, v string) url.Values {
	if v == "" {
		return nil
	}
	return url.Values{name: {v}}
}
