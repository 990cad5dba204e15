package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"plumbline"
)

// Follower is somebody who follows an item.
type Follower struct {
	Handle string `json:"handle"`
	Name   string `json:"name"`
}

// Stay is how long an item was in one state of a lane, in all; the times are in
// nanoseconds, Business of them in working hours.
type Stay struct {
	State    plumbline.State `json:"state"`
	Times    int             `json:"times"`
	Calendar time.Duration   `json:"calendar"`
	Business time.Duration   `json:"business"`
	Here     bool            `json:"here,omitempty"`
}

// EarlierText is what a comment said until it was changed.
type EarlierText struct {
	Comment string         `json:"comment"`
	Body    string         `json:"body"`
	Until   plumbline.Time `json:"until"`
}

// WaitingItem is an item that is out of the inbox for a while.
type WaitingItem struct {
	plumbline.Wait
	Key   plumbline.Key `json:"key"`
	Title string        `json:"title"`
}

// Verdict is a verdict in the inbox that can be taken back.
type Verdict struct {
	Key   plumbline.Key  `json:"key"`
	Title string         `json:"title"`
	Kind  string         `json:"kind"`
	At    plumbline.Time `json:"at"`
}

// Turn is one week of the triage rotation.
type Turn struct {
	Week    int64          `json:"week"`
	From    plumbline.Time `json:"from"`
	Handle  string         `json:"handle"`
	Name    string         `json:"name"`
	Swapped bool           `json:"swapped,omitempty"`
	Skipped string         `json:"skipped,omitempty"`
}

// Member is somebody who can take a turn.
type Member struct {
	Handle string `json:"handle"`
	Name   string `json:"name"`
	Able   bool   `json:"able"`
}

// Rotation is who is on triage, with the weeks to come.
type Rotation struct {
	Start plumbline.Time `json:"start,omitempty"`
	Order []Member       `json:"order"`
	Weeks []Turn         `json:"weeks"`
	Could []Member       `json:"could"`
}

// RotationInput changes it: the order by handle, the first week, and who takes
// which week instead, by its Monday as 2026-11-23.
type RotationInput struct {
	Order []string          `json:"order"`
	Start plumbline.Time    `json:"start,omitempty"`
	Swaps map[string]string `json:"swaps,omitempty"`
}

// SnoozeInput says when an item comes back to the inbox by itself.
type SnoozeInput struct {
	Until     plumbline.Time `json:"until,omitempty"`
	OnComment bool           `json:"on_comment,omitempty"`
}

// TodayLine is an item with why it needs somebody.
type TodayLine struct {
	plumbline.Row
	At    plumbline.Time `json:"at"`
	Clock *Clock         `json:"clock,omitempty"`
	Why   string         `json:"why,omitempty"`
}

// TodayPart is one part of Today.
type TodayPart struct {
	Name   string           `json:"name"`
	Lines  []TodayLine      `json:"lines"`
	Total  int              `json:"total"`
	List   string           `json:"list,omitempty"`
	Filter plumbline.Filter `json:"filter,omitzero"`
	Next   string           `json:"next,omitempty"`
}

// Change is what happened to one item.
type Change struct {
	Key   plumbline.Key  `json:"key"`
	Title string         `json:"title"`
	Last  History        `json:"last"`
	More  int            `json:"more,omitempty"`
	At    plumbline.Time `json:"at"`
}

// Today is what needs the actor now, and what changed after an event.
type Today struct {
	Turn    *Turn       `json:"on_triage,omitempty"`
	Parts   []TodayPart `json:"parts"`
	Changes []Change    `json:"changes"`
	Since   int64       `json:"since"`
	Cut     bool        `json:"cut,omitempty"`
	Seq     int64       `json:"seq"`
}

// HistoryPage is a page of what happened to an item, newest first.
type HistoryPage struct {
	Key     plumbline.Key `json:"key"`
	Title   string        `json:"title"`
	Entries []History     `json:"entries"`
	Older   int64         `json:"older,omitempty"`
}

// AskBack asks the requester something; the item waits for the answer.
func (c *Client) AskBack(ctx context.Context, key plumbline.Key, question string) (plumbline.Item, error) {
	in := map[string]string{"question": question}
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: item(key) + "/ask", in: in})
}

// Snooze puts an item of the inbox off.
func (c *Client) Snooze(ctx context.Context, key plumbline.Key, in SnoozeInput) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: item(key) + "/snooze", in: in})
}

// Undo takes the last verdict on an item back.
func (c *Client) Undo(ctx context.Context, key plumbline.Key) (plumbline.Item, error) {
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: item(key) + "/undo"})
}

// History is a page of what happened to an item, before an event; 0 is from the
// newest.
func (c *Client) History(ctx context.Context, key plumbline.Key, before int64) (HistoryPage, error) {
	return call[HistoryPage](ctx, c, request{method: http.MethodGet, path: item(key) + "/history", query: number("before", before)})
}

// EditComment changes one's own comment.
func (c *Client) EditComment(ctx context.Context, key plumbline.Key, id, body string) (plumbline.Comment, error) {
	in := map[string]string{"body": body}
	return call[plumbline.Comment](ctx, c, request{method: http.MethodPatch, path: item(key) + "/comments/" + url.PathEscape(id), in: in})
}

// DeleteComment deletes one's own comment.
func (c *Client) DeleteComment(ctx context.Context, key plumbline.Key, id string) error {
	return c.do(ctx, request{method: http.MethodDelete, path: item(key) + "/comments/" + url.PathEscape(id)})
}

// Today is what needs the actor now; changes are those after an event.
func (c *Client) Today(ctx context.Context, since int64) (Today, error) {
	return call[Today](ctx, c, request{method: http.MethodGet, path: "/today", query: number("since", since)})
}

// TodayPart is a page of one part of Today.
func (c *Client) TodayPart(ctx context.Context, name, cursor string) (TodayPart, error) {
	return call[TodayPart](ctx, c, request{method: http.MethodGet, path: "/today/" + url.PathEscape(name), query: values("cursor", cursor)})
}

// Rotation is who is on triage.
func (c *Client) Rotation(ctx context.Context) (Rotation, error) {
	return call[Rotation](ctx, c, request{method: http.MethodGet, path: "/rotation"})
}

// PutRotation says who is on triage.
func (c *Client) PutRotation(ctx context.Context, in RotationInput) (Rotation, error) {
	return call[Rotation](ctx, c, request{method: http.MethodPut, path: "/rotation", in: in})
}

// number is a query of one number, or of none when it is 0.
func number(name string, n int64) url.Values {
	if n == 0 {
		return nil
	}
	return values(name, strconv.FormatInt(n, 10))
}
