package link

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	maxAnswer = 25 << 20         // bytes of one answer
	patience  = 30 * time.Second // for one request, unless the context ends sooner
)

// Caller sends the requests of one adapter. It follows at most one redirect of
// a read and none of a write, verifies certificates, caps answers at 25 MB and
// every call at 30 s, turns failures into [Fault]s, and lets no secret into
// their text. When the link is read-only, it refuses what is not a GET before
// anything is sent. It is safe for several goroutines.
type Caller struct {
	name     string // of the system, for texts
	base     string // address of the API
	host     string
	client   *http.Client
	header   string
	value    string
	hide     []string
	readOnly bool
	now      func() time.Time

	mu   sync.Mutex
	bare int // answers 429 in a row that did not say until when
}

// NewCaller makes the caller of a checked configuration. The api is the path
// below the tracker's address, for example "/api/v4"; header and value
// authenticate every request when the value is not empty.
func NewCaller(cfg Config, name, api, header, value string) (*Caller, error) {
	u, err := url.Parse(cfg.URL + api)
	if err != nil {
		return nil, &Fault{Kind: Invalid, Text: "The address of " + name + " cannot be read."}
	}
	client := http.Client{Transport: newTransport()}
	if cfg.Client != nil {
		client = *cfg.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Jar = nil
	return &Caller{
		name: name, base: u.String(), host: u.Host, client: &client, header: header, value: value,
		hide: cfg.secrets(), readOnly: cfg.ReadOnly, now: cfg.Now,
	}, nil
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: patience,
	}
}

// Call is one request. The path is below the API's address and escaped.
type Call struct {
	Method string // GET when empty
	Path   string
	Query  url.Values
	Body   any // sent as JSON when not nil
}

// Answer is a successful one.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Moved  string // path and query that a read was redirected to, if it was
}

// Send sends one request. Its error is always a [Fault].
func (c *Caller) Send(ctx context.Context, call Call) (Answer, error) {
	if call.Method == "" {
		call.Method = http.MethodGet
	}
	if c.readOnly && call.Method != http.MethodGet {
		return Answer{}, &Fault{Kind: Forbidden, Text: "This link is read-only: " + call.Method + " was not sent."}
	}
	target, err := c.address(call)
	if err != nil {
		return Answer{}, &Fault{Kind: Invalid, Text: c.redact("The request has no valid address: " + call.Path)}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a, err := c.once(ctx, call, target)
	if err != nil || !isRedirect(a.Status) {
		return a, c.judge(call, a, err)
	}
	next, err := c.redirected(target, a)
	if err != nil {
		return Answer{}, err
	}
	if call.Method != http.MethodGet {
		return Answer{}, c.moved(a, next, "; nothing was written.")
	}
	call.Body = nil
	if a, err = c.once(ctx, call, next); err == nil && isRedirect(a.Status) {
		return Answer{}, c.moved(a, next, " and on: two redirects are one too many.")
	}
	a.Moved = next.RequestURI()
	return a, c.judge(call, a, err)
}

func (c *Caller) address(call Call) (*url.URL, error) {
	s := c.base + call.Path
	if len(call.Query) > 0 {
		s += "?" + call.Query.Encode()
	}
	return url.Parse(s)
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirected says where an answer points to. Nothing leaves the host or the
// API: our token goes nowhere else.
func (c *Caller) redirected(from *url.URL, a Answer) (*url.URL, error) {
	to, err := from.Parse(a.Header.Get("Location"))
	if err != nil || a.Header.Get("Location") == "" {
		return nil, &Fault{Kind: Invalid, Status: a.Status, Text: c.name + " redirects without saying where."}
	}
	root, err := url.Parse(c.base)
	upgrade := from.Scheme == "http" && to.Scheme == "https" && to.Hostname() == from.Hostname()
	same := to.Scheme == from.Scheme && to.Host == from.Host
	if err != nil || !same && !upgrade || !strings.HasPrefix(to.Path, root.Path+"/") {
		return nil, &Fault{Kind: Moved, Status: a.Status, To: c.redact(to.Scheme + "://" + to.Host + to.Path),
			Text: c.redact("The tracker sends us to " + to.Host + to.Path + ": correct the address of this link.")}
	}
	return to, nil
}

// moved is the fault of a redirect that is not followed. A write never is: a
// POST would become a GET.
func (c *Caller) moved(a Answer, to *url.URL, text string) *Fault {
	return &Fault{Kind: Moved, Status: a.Status, To: c.redact(to.RequestURI()), Text: c.redact("It is now at " + to.Path + text)}
}

// once sends one request and reads the answer. A broken one is a Fault already.
func (c *Caller) once(ctx context.Context, call Call, target *url.URL) (Answer, error) {
	var body io.Reader
	if call.Body != nil {
		raw, err := json.Marshal(call.Body)
		if err != nil {
			return Answer{}, &Fault{Kind: Invalid, Text: "The request cannot be written as JSON."}
		}
		body = bytes.NewReader(raw)
	}
	reached := false
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { reached = true }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), call.Method, target.String(), body)
	if err != nil {
		return Answer{}, &Fault{Kind: Invalid, Text: c.redact("The request cannot be made: " + err.Error())}
	}
	req.Header.Set("User-Agent", "Plumbline")
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.value != "" {
		req.Header.Set(c.header, c.value)
	}
	res, err := c.client.Do(req)
	if err != nil {
		return Answer{}, c.broken(call, err, reached)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return Answer{}, c.broken(call, err, true)
	}
	if len(raw) > maxAnswer {
		return Answer{}, &Fault{Kind: kindWhenLost(call.Method, true), Status: res.StatusCode, Text: c.name + " sent an answer of more than 25 MB."}
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: raw}, nil
}

// broken is the fault of a request that got no answer. A write that may have
// reached the server has an unknown outcome.
func (c *Caller) broken(call Call, err error, reached bool) *Fault {
	text := c.name + " at " + c.host + " did not answer " + call.Method + "."
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		text = c.name + " at " + c.host + " did not answer " + call.Method + " in time."
	}
	return &Fault{Kind: kindWhenLost(call.Method, reached), Text: text, Err: quiet{c.redact(err.Error()), err}}
}

func kindWhenLost(method string, reached bool) FaultKind {
	if method == http.MethodGet || !reached {
		return Down
	}
	return Unknown
}

// redact blots out every secret of the configuration.
func (c *Caller) redact(s string) string {
	for _, h := range c.hide {
		s = strings.ReplaceAll(s, h, "[secret]")
	}
	return s
}

// quiet is a cause whose text was redacted; the original can be asked about,
// not printed.
type quiet struct {
	text string
	err  error
}

func (q quiet) Error() string        { return q.text }
func (q quiet) Is(target error) bool { return errors.Is(q.err, target) }
