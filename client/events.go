package client

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
)

// Audit is a page of the audit log, newest first; before 0 begins at the newest.
func (c *Client) Audit(ctx context.Context, key plumbline.Key, before int64, limit int) (AuditPage, error) {
	q := url.Values{"limit": {strconv.Itoa(limit)}}
	if key != "" {
		q.Set("item", string(key))
	}
	if before != 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	return call[AuditPage](ctx, c, request{method: http.MethodGet, path: "/audit", query: q})
}

// Events are changes after a sequence number, oldest first.
func (c *Client) Events(ctx context.Context, after int64, limit int) (EventPage, error) {
	q := url.Values{"after": {strconv.FormatInt(after, 10)}, "limit": {strconv.Itoa(limit)}}
	return call[EventPage](ctx, c, request{method: http.MethodGet, path: "/events", query: q})
}

// Stream calls each for every change after a sequence number, in order, until
// ctx ends, the connection breaks or each returns an error. It gives back the
// number from which a following call misses nothing.
func (c *Client) Stream(ctx context.Context, after int64, each func(plumbline.Event) error) (int64, error) {
	req, err := c.prepare(ctx, request{method: http.MethodGet, path: "/events/stream", query: url.Values{"after": {strconv.FormatInt(after, 10)}}}, nil)
	if err != nil {
		return after, err
	}
	req.Header.Set("Accept", "text/event-stream")
	resp, err := c.http.Do(req)
	if err != nil {
		return after, c.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return after, decodeProblem(resp, answer)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, maxAnswer)
	id, data := after, ""
	for lines.Scan() {
		name, v, _ := strings.Cut(lines.Text(), ":")
		v = strings.TrimPrefix(v, " ")
		switch {
		case name == "id":
			if n, err := strconv.ParseInt(v, 10, 64); err == nil {
				id = n
			}
		case name == "data":
			data += v
		case lines.Text() == "":
			if data != "" {
				var e plumbline.Event
				if err := json.Unmarshal([]byte(data), &e); err != nil {
					return after, &plumbline.Error{Kind: plumbline.Internal, Text: "An event could not be read.", Err: err}
				}
				if err := each(e); err != nil {
					return after, err
				}
			}
			after, data = id, ""
		}
	}
	if lines.Err() != nil {
		return after, c.unreachable(ctx, lines.Err())
	}
	return after, nil
}
