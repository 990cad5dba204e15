package turn

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, h http.Handler) *httptest.ResponseRecorder {
	t.Helper()
	rw := httptest.NewRecorder()
	h.ServeHTTP(rw, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	return rw
}

// One answer is made at a time, and one that is being sent lets the next begin.
func TestTurns(t *testing.T) {
	made, release := make(chan string), make(chan bool)
	h := handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		made <- r.Header.Get("Name")
		<-release
		rw.Header().Set("X-Name", r.Header.Get("Name"))
		rw.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(rw, "answer")
	}), 1)
	ask := func(name string, out chan *http.Response) {
		r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil)
		r.Header.Set("Name", name)
		rw := httptest.NewRecorder()
		h.ServeHTTP(rw, r)
		out <- rw.Result()
	}
	first, second := make(chan *http.Response), make(chan *http.Response)
	go ask("a", first)
	if got := <-made; got != "a" {
		t.Fatalf("%q is made", got)
	}
	go ask("b", second)
	select {
	case got := <-made:
		t.Fatalf("%q is made while another is", got)
	default:
	}
	release <- true // and nobody has taken the answer of a
	if got := <-made; got != "b" {
		t.Fatalf("%q is made after a", got)
	}
	release <- true
	for name, out := range map[string]chan *http.Response{"a": first, "b": second} {
		res := <-out
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusTeapot || res.Header.Get("X-Name") != name || string(body) != "answer" {
			t.Errorf("%s: %d %v %q %v", name, res.StatusCode, res.Header, body, err)
		}
	}
}

// A stream does not keep its turn, nor does what panics, sends much, or waits for
// a slow sender.
func TestTurnsEnd(t *testing.T) {
	var h http.Handler
	inner := func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/stream":
			if err := http.NewResponseController(rw).Flush(); err != nil {
				t.Error(err)
			}
			if got := get(t, h); got.Body.String() != "small" {
				t.Errorf("while a stream is open: %q", got.Body)
			}
			_, _ = io.WriteString(rw, "end")
		case "/long":
			_, _ = io.WriteString(rw, "begin")
			_, _ = io.WriteString(rw, strings.Repeat("x", longest))
			if got := get(t, h); got.Body.String() != "small" {
				t.Errorf("while a long answer is sent: %q", got.Body)
			}
		case "/panic":
			panic(http.ErrAbortHandler)
		default:
			_, _ = io.WriteString(rw, "small")
		}
	}
	h = handler(http.HandlerFunc(inner), 1)
	for path, want := range map[string]string{"/stream": "end", "/long": "begin" + strings.Repeat("x", longest), "/": "small"} {
		rw := httptest.NewRecorder()
		h.ServeHTTP(rw, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if rw.Body.String() != want || rw.Code != http.StatusOK {
			t.Errorf("%s: %d, %d bytes, want %d", path, rw.Code, rw.Body.Len(), len(want))
		}
	}
	func() {
		defer func() { _ = recover() }()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/panic", nil))
	}()
	if got := get(t, h); got.Body.String() != "small" {
		t.Errorf("after a panic: %q", got.Body)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	rw := httptest.NewRecorder()
	busy := handler(http.HandlerFunc(inner), 0) // nobody's turn ever comes
	busy.ServeHTTP(rw, httptest.NewRequestWithContext(gone, http.MethodGet, "/", nil))
	if rw.Body.Len() > 0 {
		t.Error("who has gone is answered")
	}
	busy.ServeHTTP(rw, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("slow")))
	if rw.Body.String() != "small" {
		t.Error("a request with a body waits for a turn")
	}
}
