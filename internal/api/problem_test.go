package api

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
)

func TestStatusOfEachKind(t *testing.T) {
	tests := []struct {
		kind plumbline.Kind
		want int
	}{
		{plumbline.Internal, 500}, {plumbline.Invalid, 422}, {plumbline.NotFound, 404}, {plumbline.Conflict, 409},
		{plumbline.Denied, 403}, {plumbline.Unauthenticated, 401}, {plumbline.Unavailable, 503},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		writeProblem(w, problemOf(plumbline.Errorf(tt.kind, "Say it.")))
		if w.Code != tt.want {
			t.Errorf("%v: got %d, want %d", tt.kind, w.Code, tt.want)
		}
		if got := w.Header().Get("Retry-After") != ""; got != (tt.want == 503) {
			t.Errorf("%v: Retry-After is there: %v", tt.kind, got)
		}
		if got := w.Header().Get("WWW-Authenticate") != ""; got != (tt.want == 401) {
			t.Errorf("%v: WWW-Authenticate is there: %v", tt.kind, got)
		}
	}
}

// TestInternalRevealsNothing holds back the text, the fields and the cause of
// what is ours to mend.
func TestInternalRevealsNothing(t *testing.T) {
	for _, err := range []error{
		errors.New("pq: password for user secret"),
		&plumbline.Error{Kind: plumbline.Internal, Text: "secret", Fields: map[string]string{"secret": "secret"}, Err: errors.New("secret")},
	} {
		w := httptest.NewRecorder()
		writeProblem(w, problemOf(err))
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%v leaks: %s", err, w.Body)
		}
	}
}

func TestPlainly(t *testing.T) {
	tests := []struct {
		location, message, field, want string
	}{
		{"body", "expected required property title to be present", "title", "Title is missing."},
		{"body.fields", "expected required property x to be present", "fields.x", "X is missing."},
		{"body.colour", "unexpected property", "colour", `"colour" is not a field here.`},
		{"query.x", "unknown query parameter", "x", `"x" is not a parameter here.`},
		{"body.points", "expected integer", "points", `"points" must be: integer.`},
	}
	for _, tt := range tests {
		got := plainly(&huma.ErrorDetail{Location: tt.location, Message: tt.message, Value: "secret"})
		if got.Field != tt.field || got.Message != tt.want {
			t.Errorf("%s, %s: got %s: %s", tt.location, tt.message, got.Field, got.Message)
		}
	}
}

// TestPanic answers for a route that panics, and tells the log, not the reader.
func TestPanic(t *testing.T) {
	s := &server{log: discard(), metrics: NewMetrics()}
	for _, tt := range []struct {
		name  string
		begun bool
	}{{"before the answer", false}, {"in the answer", true}} {
		t.Run(tt.name, func(t *testing.T) {
			door := s.guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if tt.begun {
					w.WriteHeader(200)
				}
				panic("secret")
			}))
			w := httptest.NewRecorder()
			aborted := func() (v any) {
				defer func() { v = recover() }()
				door.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
				return nil
			}()
			if tt.begun != (aborted == http.ErrAbortHandler) {
				t.Errorf("aborted: %v", aborted)
			}
			if !tt.begun && w.Code != 500 {
				t.Errorf("got %d", w.Code)
			}
			if strings.Contains(w.Body.String(), "secret") {
				t.Errorf("leaks: %s", w.Body)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	door := New(nil, Options{})
	for _, path := range []string{"/healthz", "/api/openapi.json", "/api/nope", "/hooks/nope", "/api/v1/items"} {
		w := httptest.NewRecorder()
		door.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s %s: got %q, want %q", path, name, got, want)
			}
		}
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") || w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", path, w.Header())
		}
	}
}
