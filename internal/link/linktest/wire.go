// Package linktest is what tests of trackers share: the conformance suite
// ([Run]), which every adapter passes against a faithful fake server, and the
// parts that the fake servers have in common: [Wire], which keeps a log of all
// requests and can let any of them go wrong, [Courier], which delivers
// webhooks, and [Clock].
package linktest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Clock is a clock that stands still until it is moved. It is safe for several
// goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that shows t.
func NewClock(t time.Time) *Clock { return &Clock{now: t} }

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Request is one that a fake server was sent.
type Request struct {
	Method string
	Path   string // with its query, as sent
	Body   string
	Status int // of the answer; 0: the connection was dropped, or no answer yet
	Agent  string
}

// Trouble is something that goes wrong with the next matching requests.
type Trouble struct {
	Method string // "" matches every method, "write" all but GET
	Path   string // part of the path or query; "" matches all
	Skip   int    // so many matching requests go through first
	Times  int    // how often; 0 is once, a negative number for ever

	Do     func()            // runs first; it may act on the server
	Delay  time.Duration     // comes second, and ends when the client leaves
	Status int               // answer this; 0 without Drop: handle as usual
	Header map[string]string // of the answer
	Body   string            // of the answer
	Apply  bool              // handle the request first, then answer Status or drop
	Drop   bool              // cut the connection without an answer
}

// Wire is the address of a fake server, with a log of its requests. It is safe
// for several goroutines.
type Wire struct {
	URL string

	server   *httptest.Server
	handler  http.Handler
	now      func() time.Time
	mu       sync.Mutex
	log      []*Request
	troubles []*Trouble
	closed   chan struct{}
	once     sync.Once
}

// NewWire serves the handler on the given address, or on a free one of this
// machine when it is empty. The answers' Date is the given clock's.
func NewWire(listen string, now func() time.Time, handler http.Handler) *Wire {
	w := &Wire{handler: handler, now: now, closed: make(chan struct{})}
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	if listen != "" {
		l, err := net.Listen("tcp", listen)
		if err != nil {
			panic(fmt.Sprintf("linktest: cannot listen on %s: %v", listen, err))
		}
		w.server.Listener.Close()
		w.server.Listener = l
	}
	w.server.Start()
	w.URL = w.server.URL
	return w
}

// Nowhere is an address where nobody listens.
func Nowhere() string {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	return srv.URL
}

// Close ends the server, also under way delays.
func (w *Wire) Close() {
	w.once.Do(func() { close(w.closed) })
	w.server.CloseClientConnections()
	w.server.Close()
}

// Trouble lets something go wrong. What was set first is used up first.
func (w *Wire) Trouble(t Trouble) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.Times == 0 {
		t.Times = 1
	}
	w.troubles = append(w.troubles, &t)
}

// Fail lets the next n requests fail with the status.
func (w *Wire) Fail(n, status int) { w.Trouble(Trouble{Times: n, Status: status}) }

// Calm takes all trouble away.
func (w *Wire) Calm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.troubles = nil
}

// Requests are all since the start or the last [Wire.Forget], in order of
// arrival.
func (w *Wire) Requests() []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Request
	for _, r := range w.log {
		out = append(out, *r)
	}
	return out
}

// Writes are the requests that are not a GET.
func (w *Wire) Writes() []Request {
	var out []Request
	for _, r := range w.Requests() {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			out = append(out, r)
		}
	}
	return out
}

// Forget empties the log.
func (w *Wire) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = nil
}

func (w *Wire) serve(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 32<<20))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	entry := &Request{Method: r.Method, Path: r.RequestURI, Body: string(body), Agent: r.UserAgent()}
	t := w.take(entry)
	rw.Header().Set("Date", w.now().UTC().Format(http.TimeFormat))
	if t == nil {
		w.handle(rw, r, entry)
		return
	}
	if t.Do != nil {
		t.Do()
	}
	if t.Delay > 0 {
		select {
		case <-time.After(t.Delay):
		case <-w.closed:
		case <-r.Context().Done():
		}
	}
	switch {
	case t.Status == 0 && !t.Drop:
		w.handle(rw, r, entry)
		return
	case t.Apply:
		w.handle(httptest.NewRecorder(), r, &Request{})
	}
	if t.Drop {
		panic(http.ErrAbortHandler)
	}
	for k, v := range t.Header {
		rw.Header().Set(k, v)
	}
	rw.WriteHeader(t.Status)
	w.done(entry, t.Status)
	_, _ = io.WriteString(rw, t.Body)
}

// take logs the request and returns the first trouble that it runs into.
func (w *Wire) take(r *Request) *Trouble {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, r)
	for _, t := range w.troubles {
		method := t.Method == "" || t.Method == r.Method || t.Method == "write" && r.Method != http.MethodGet
		if t.Times == 0 || !method || !strings.Contains(r.Path, t.Path) {
			continue
		}
		if t.Skip > 0 {
			t.Skip--
			continue
		}
		t.Times--
		return t
	}
	return nil
}

func (w *Wire) handle(rw http.ResponseWriter, r *http.Request, entry *Request) {
	s := &status{ResponseWriter: rw, code: http.StatusOK}
	w.handler.ServeHTTP(s, r)
	w.done(entry, s.code)
}

func (w *Wire) done(entry *Request, code int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	entry.Status = code
}

type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}
