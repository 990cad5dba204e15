// Package client speaks to a Plumbline server over its HTTP API: one method for
// each operation, in the words of the house, with the server's problems given
// back as [plumbline.Error] of the same kind.
//
// Laws: it knows the words and nothing else of Plumbline. What changes
// something is sent under an idempotency key, so that a repeat after a broken
// connection does it once.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline"
)

// maxAnswer is the most that is read of an answer, in bytes.
const maxAnswer = 64 << 20

// answerWithin is how long an answer may take.
const answerWithin = 2 * time.Minute

// Client is a connection to one server as one actor.
type Client struct {
	base  string
	token string
	http  *http.Client
	tries int
}

// New makes a client of the server at an address such as
// https://plumbline.example.com. The transport is nil for the usual one.
func New(server, token string, transport http.RoundTripper) (*Client, error) {
	u, err := url.Parse(strings.TrimRight(server, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, plumbline.FieldError("server", "The server is an address such as https://plumbline.example.com, not %q.", server)
	}
	if u.User != nil || u.RawQuery != "" {
		return nil, plumbline.FieldError("server", "The server's address holds neither a password nor a question mark; the token is given apart.")
	}
	return &Client{base: u.String(), token: token, tries: 3, http: &http.Client{
		Transport: transport,
		// A redirect would turn a POST into a GET, and take the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// request is one call of the API.
type request struct {
	method, path string
	query        url.Values
	version      int64 // If-Match, when not 0
	in           any   // the body, unless nil
	out          any   // where the answer goes, unless nil
}

// do sends a request, again when the server was not there and a repeat is
// harmless, and reads the answer.
func (c *Client) do(ctx context.Context, r request) error {
	var body []byte
	if r.in != nil {
		var err error
		if body, err = json.Marshal(r.in); err != nil {
			return &plumbline.Error{Kind: plumbline.Invalid, Text: "The request cannot be written as JSON.", Err: err}
		}
	}
	key := ""
	if r.method == http.MethodPost {
		key = rand.Text()
	}
	var err error
	for try := range c.tries {
		if try > 0 && !rest(ctx, time.Duration(try)*300*time.Millisecond) {
			break
		}
		var again bool
		if again, err = c.once(ctx, r, body, key); !again {
			return err
		}
	}
	return err
}

// call sends a request whose answer is a T.
func call[T any](ctx context.Context, c *Client, r request) (T, error) {
	var out T
	r.out = &out
	err := c.do(ctx, r)
	return out, err
}

// once sends a request one time; again says that trying again may help.
func (c *Client) once(ctx context.Context, r request, body []byte, key string) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := c.prepare(ctx, r, body)
	if err != nil {
		return false, err
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return ctx.Err() == nil, c.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return ctx.Err() == nil, c.unreachable(ctx, err)
	}
	if resp.StatusCode/100 != 2 {
		return resp.StatusCode == http.StatusServiceUnavailable, decodeProblem(resp, answer)
	}
	if r.out == nil || len(answer) == 0 {
		return false, nil
	}
	if err := json.Unmarshal(answer, r.out); err != nil {
		return false, &plumbline.Error{Kind: plumbline.Internal, Text: "The server's answer could not be read; is it a Plumbline server of this version?", Err: err}
	}
	return false, nil
}

func (c *Client) prepare(ctx context.Context, r request, body []byte) (*http.Request, error) {
	at := c.base + "/api/v1" + r.path
	if len(r.query) > 0 {
		at += "?" + r.query.Encode()
	}
	var from io.Reader
	if body != nil {
		from = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, at, from)
	if err != nil {
		return nil, &plumbline.Error{Kind: plumbline.Invalid, Text: "The request's address is not good.", Err: err}
	}
	req.Header.Set("User-Agent", "plumbline-client")
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if r.version != 0 {
		req.Header.Set("If-Match", strconv.Quote(strconv.FormatInt(r.version, 10)))
	}
	return req, nil
}

func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &plumbline.Error{Kind: plumbline.Unavailable, Text: "The request was given up before there was an answer.", Err: ctx.Err()}
	}
	return &plumbline.Error{Kind: plumbline.Unavailable, Text: fmt.Sprintf("There is no answer from %s. Is the server running?", c.base), Err: err}
}

// rest waits, unless ctx ends first.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// problem is what a server says of an error.
type problem struct {
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Kind   string `json:"kind"`
	Errors []struct {
		Field   string `json:"field"`
		Message string `json:"message"`
	} `json:"errors"`
	Request string `json:"request"`
}

// decodeProblem makes an answer that is no success an error of the house.
func decodeProblem(resp *http.Response, answer []byte) error {
	var p problem
	err := &plumbline.Error{Kind: kindOf(resp.StatusCode)}
	if json.Unmarshal(answer, &p) != nil || p.Detail == "" {
		err.Text = fmt.Sprintf("The server answered %s, which no Plumbline server says.", resp.Status)
		return err
	}
	err.Text = p.Detail
	for k := plumbline.Internal; k <= plumbline.Unavailable; k++ {
		if k.String() == p.Kind {
			err.Kind = k
		}
	}
	for _, e := range p.Errors {
		if err.Fields == nil {
			err.Fields = map[string]string{}
		}
		err.Fields[e.Field] = e.Message
	}
	if err.Kind == plumbline.Internal && p.Request != "" {
		err.Err = errors.New("request " + p.Request + " in the server's log")
	}
	return err
}

// kindOf is the kind of an answer that does not say it.
func kindOf(status int) plumbline.Kind {
	switch status {
	case http.StatusUnauthorized:
		return plumbline.Unauthenticated
	case http.StatusForbidden:
		return plumbline.Denied
	case http.StatusNotFound, http.StatusGone:
		return plumbline.NotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return plumbline.Conflict
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return plumbline.Unavailable
	}
	if status >= 400 && status < 500 {
		return plumbline.Invalid
	}
	return plumbline.Internal
}
