package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"plumbline"
)

// against makes a client of a server that answers as told.
func against(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	c, err := New(srv.URL, "plt_token", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAddress(t *testing.T) {
	tests := []struct {
		server string
		good   bool
	}{
		{"https://plumbline.example.com", true}, {"http://127.0.0.1:8080/", true}, {"https://example.com/plumbline", true},
		{"plumbline.example.com", false}, {"ftp://example.com", false}, {"", false}, {"https://", false},
		{"https://me:secret@example.com", false}, {"https://example.com?token=x", false},
	}
	for _, tt := range tests {
		_, err := New(tt.server, "", nil)
		if (err == nil) != tt.good {
			t.Errorf("%q: got %v", tt.server, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error shows the password: %v", tt.server, err)
		}
	}
}

// TestKinds gives back each problem as the error that it was.
func TestKinds(t *testing.T) {
	tests := []struct {
		status int
		body   string
		want   plumbline.Kind
		text   string
	}{
		{422, `{"status":422,"kind":"invalid","detail":"The title is missing.","errors":[{"field":"title","message":"The title is missing."}]}`, plumbline.Invalid, "The title is missing."},
		{404, `{"kind":"not found","detail":"There is no item REQ-9."}`, plumbline.NotFound, "There is no item REQ-9."},
		{412, `{"kind":"conflict","detail":"It changed."}`, plumbline.Conflict, "It changed."},
		{403, `{"kind":"denied","detail":"You may not."}`, plumbline.Denied, "You may not."},
		{401, `{"kind":"unauthenticated","detail":"Sign in."}`, plumbline.Unauthenticated, "Sign in."},
		{429, `{"kind":"unavailable","detail":"Too many."}`, plumbline.Unavailable, "Too many."},
		{500, `{"kind":"internal","detail":"Ours.","request":"abc"}`, plumbline.Internal, ""},
		{502, `<html>Bad gateway</html>`, plumbline.Unavailable, "The server answered 502 Bad Gateway, which no Plumbline server says."},
		{302, ``, plumbline.Internal, ""},
		{400, `nonsense`, plumbline.Invalid, "The server answered 400 Bad Request, which no Plumbline server says."},
	}
	for _, tt := range tests {
		c := against(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(tt.status)
			fmt.Fprint(w, tt.body)
		})
		_, err := c.Item(context.Background(), "REQ-9")
		if got := plumbline.KindOf(err); err == nil || got != tt.want {
			t.Errorf("%d: got %v, want %v", tt.status, got, tt.want)
		}
		if got := plumbline.TextOf(err); tt.text != "" && got != tt.text {
			t.Errorf("%d: got %q, want %q", tt.status, got, tt.text)
		}
	}
	c := against(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(422); fmt.Fprint(w, tests[0].body) })
	_, err := c.File(context.Background(), FileInput{})
	if got := plumbline.FieldsOf(err)["title"]; got != "The title is missing." {
		t.Errorf("fields: got %v", plumbline.FieldsOf(err))
	}
}

// TestAgain sends a POST again under the same key when the server was not there.
func TestAgain(t *testing.T) {
	var keys []string
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if len(keys) == 1 {
			w.WriteHeader(503)
			fmt.Fprint(w, `{"kind":"unavailable","detail":"Later."}`)
			return
		}
		fmt.Fprint(w, `{"key":"REQ-1"}`)
	})
	it, err := c.File(context.Background(), FileInput{Title: "x"})
	if err != nil || it.Key != "REQ-1" {
		t.Fatalf("got %v, %v", it, err)
	}
	if len(keys) != 2 || keys[0] == "" || keys[0] != keys[1] {
		t.Errorf("keys: got %q", keys)
	}
	if _, err := c.File(context.Background(), FileInput{Title: "x"}); err != nil || keys[2] == keys[1] {
		t.Errorf("another request has the same key: %q (%v)", keys, err)
	}
}

// TestNotAgain does not repeat what was refused.
func TestNotAgain(t *testing.T) {
	var n atomic.Int32
	c := against(t, func(w http.ResponseWriter, _ *http.Request) { n.Add(1); w.WriteHeader(409) })
	_, err := c.File(context.Background(), FileInput{Title: "x"})
	if plumbline.KindOf(err) != plumbline.Conflict || n.Load() != 1 {
		t.Errorf("got %v after %d requests", err, n.Load())
	}
}

func TestNobodyThere(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	c, err := New(srv.URL, "plt_token", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Me(context.Background())
	if plumbline.KindOf(err) != plumbline.Unavailable || !strings.Contains(plumbline.TextOf(err), srv.URL) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Me(ctx); plumbline.KindOf(err) != plumbline.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("given up: got %v", err)
	}
}

// TestRequest sends what the API wants to see.
func TestRequest(t *testing.T) {
	var got *http.Request
	c := against(t, func(w http.ResponseWriter, r *http.Request) { got = r; fmt.Fprint(w, `{}`) })
	if _, err := c.Items(context.Background(), plumbline.Filter{States: []plumbline.State{"workflow::a b", "x"}, Text: "über", Limit: 5}); err != nil {
		t.Fatal(err)
	}
	f, err := plumbline.ParseFilter(got.URL.Query())
	if err != nil || len(f.States) != 2 || f.Text != "über" || f.Limit != 5 {
		t.Errorf("filter: got %+v, %v", f, err)
	}
	if got.Header.Get("Authorization") != "Bearer plt_token" {
		t.Errorf("authorization: got %q", got.Header.Get("Authorization"))
	}
	if _, err := c.Edit(context.Background(), "REQ-1", EditInput{Version: 7}); err != nil || got.Header.Get("If-Match") != `"7"` || got.Method != "PATCH" {
		t.Errorf("edit: %s If-Match %q (%v)", got.Method, got.Header.Get("If-Match"), err)
	}
	if err := c.PutTeam(context.Background(), plumbline.Team{Ref: "a/b", Name: "x"}); err != nil || got.URL.EscapedPath() != "/api/v1/teams/a%2Fb" {
		t.Errorf("team: %s (%v)", got.URL.EscapedPath(), err)
	}
}

func TestStream(t *testing.T) {
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("after") != "3" {
			t.Errorf("after: got %s", r.URL.RawQuery)
		}
		fmt.Fprint(w, "retry: 2000\nid: 3\n\n: still here\n\nid: 4\ndata: {\"seq\":4,\"type\":\"item filed\"}\n\nid: 9\n\nid: 10\ndata: {\"seq\":10}\n\nid: 11\ndata: {\"se")
	})
	var seqs []int64
	after, err := c.Stream(context.Background(), 3, func(e plumbline.Event) error { seqs = append(seqs, e.Seq); return nil })
	if err != nil || after != 10 || !slices.Equal(seqs, []int64{4, 10}) {
		t.Errorf("got %v, resume from %d, %v", seqs, after, err)
	}
	stop := errors.New("enough")
	after, err = c.Stream(context.Background(), 3, func(plumbline.Event) error { return stop })
	if !errors.Is(err, stop) || after != 3 {
		t.Errorf("stopped: resume from %d, %v", after, err)
	}
}
