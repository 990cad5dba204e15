package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// deliver posts a delivery as a tracker does.
func (h *house) deliver(path, body string, header ...string) answer {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.send(r)
}

func TestHooks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := houseOn(t, db, withHook())
		h.configure(someLink())
		tests := []struct {
			name, path, body string
			header           []string
			want             int
		}{
			{"the first", "/hooks/gitlab", `{"a":1}`, []string{"X-Sign", "good", "X-Delivery", "d1"}, 202},
			{"the same again", "/hooks/gitlab", `{"a":1}`, []string{"X-Sign", "good", "X-Delivery", "d1"}, 200},
			{"a slash at the end", "/hooks/gitlab/", `{"a":1}`, []string{"X-Sign", "good", "X-Delivery", "d2"}, 202},
			{"two slashes", "/hooks//gitlab", `{"a":1}`, []string{"X-Sign", "good", "X-Delivery", "d3"}, 202},
			{"forged", "/hooks/gitlab", `{"a":1}`, []string{"X-Sign", "bad", "X-Delivery", "d4"}, 401},
			{"unsigned", "/hooks/gitlab", `{"a":1}`, nil, 401},
			{"malformed", "/hooks/gitlab", `{"a":`, []string{"X-Sign", "good", "X-Delivery", "d5"}, 400},
			{"unknown", "/hooks/github", `{"a":1}`, []string{"X-Sign", "good"}, 404},
			{"none", "/hooks/", `{"a":1}`, []string{"X-Sign", "good"}, 404},
		}
		for _, tt := range tests {
			a := h.deliver(tt.path, tt.body, tt.header...)
			if a.status != tt.want {
				t.Errorf("%s: got %d, want %d: %s", tt.name, a.status, tt.want, a.body)
			}
			if a.header.Get("Location") != "" {
				t.Errorf("%s: redirected to %s", tt.name, a.header.Get("Location"))
			}
		}
		if a := h.send(httptest.NewRequest("GET", "/hooks/gitlab", nil)); a.status != 405 || a.header.Get("Allow") != "POST" {
			t.Errorf("GET: got %d", a.status)
		}
		states, err := h.app.LinkStates(context.Background())
		if err != nil || len(states) != 1 || states[0].Rejected != 2 {
			t.Errorf("rejected: %+v, %v; want 2", states, err)
		}
		due, err := h.app.ClaimRefreshes(context.Background(), "test", 1e9, 10)
		if err != nil || len(due) != 1 || due[0].Ref != "7" {
			t.Errorf("to be read: %+v, %v; want issue 7 once", due, err)
		}
	})
}

// TestHookSizes refuses what is too large, said or unsaid, and takes what fits.
func TestHookSizes(t *testing.T) {
	h := newHouse(t, withHook())
	h.configure(someLink())
	body := func(n int) io.Reader {
		return io.MultiReader(strings.NewReader(`"`), io.LimitReader(xs{}, int64(n-2)), strings.NewReader(`"`))
	}
	tests := []struct {
		name  string
		size  int
		said  bool
		want  int
		fresh string
	}{
		{"small", 1000, true, 202, "s1"},
		{"just above a mebibyte", smallHook + 1, true, 202, "s2"},
		{"a mebibyte, size unsaid", smallHook, false, 202, "s3"},
		{"large, size unsaid", 3 << 20, false, 202, "s4"},
		{"too large, said", maxHook + 1, true, 413, "s5"},
		{"too large, size unsaid", maxHook + 1, false, 413, "s6"},
		{"30 MB", 30 << 20, false, 413, "s7"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("POST", "/hooks/gitlab", body(tt.size))
		r.ContentLength = -1
		if tt.said {
			r.ContentLength = int64(tt.size)
		}
		r.Header.Set("X-Sign", "good")
		r.Header.Set("X-Delivery", tt.fresh)
		if a := h.send(r); a.status != tt.want {
			t.Errorf("%s: got %d, want %d: %s", tt.name, a.status, tt.want, a.body)
		}
	}
}

type xs struct{}

func (xs) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// large is a body of 20 MiB that counts how many of its kind are in memory: read
// beyond what every delivery may send at once, and not answered.
type large struct {
	rest    int
	counted bool
	now     *atomic.Int64
	most    *atomic.Int64
}

func (l *large) Read(b []byte) (int, error) {
	if l.rest == 0 {
		return 0, io.EOF
	}
	if !l.counted && l.rest < 20<<20-2*smallHook {
		l.counted = true
		n := l.now.Add(1)
		for m := l.most.Load(); n > m && !l.most.CompareAndSwap(m, n); m = l.most.Load() {
		}
	}
	n, _ := xs{}.Read(b[:min(len(b), l.rest, 1<<16)])
	l.rest -= n
	return n, nil
}

// TestHookMemory sends many large deliveries at once: a few of them are in
// memory at a time, the others wait or are sent away.
func TestHookMemory(t *testing.T) {
	h := newHouse(t, withHook())
	var all sync.WaitGroup
	var now, most atomic.Int64
	for range 24 {
		all.Go(func() {
			body := &large{rest: 20 << 20, now: &now, most: &most}
			r := httptest.NewRequest("POST", "/hooks/gitlab", body)
			r.ContentLength = -1
			w := httptest.NewRecorder()
			h.door.ServeHTTP(answered{w, body}, r)
			if w.Code != http.StatusUnauthorized && w.Code != http.StatusServiceUnavailable {
				t.Errorf("got %d", w.Code)
			}
		})
	}
	all.Wait()
	if n := most.Load(); n < 1 || n > largeHooks {
		t.Errorf("%d large deliveries were in memory at a time, want 1 to %d", n, largeHooks)
	}
}

// answered ends the count of a body when its request is answered.
type answered struct {
	*httptest.ResponseRecorder
	body *large
}

func (a answered) WriteHeader(code int) {
	if a.body.counted {
		a.body.counted = false
		a.body.rest = 0
		a.body.now.Add(-1)
	}
	a.ResponseRecorder.WriteHeader(code)
}

// TestHookWithoutDatabase asks the tracker to come again.
func TestHookWithoutDatabase(t *testing.T) {
	h := newHouse(t, withHook())
	h.configure(someLink())
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	a := h.deliver("/hooks/gitlab", `{}`, "X-Sign", "good", "X-Delivery", "d1")
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("got %d, Retry-After %q: %s", a.status, a.header.Get("Retry-After"), a.body)
	}
	if a := h.send(httptest.NewRequest("GET", "/readyz", nil)); a.status != http.StatusServiceUnavailable {
		t.Errorf("readyz: got %d", a.status)
	}
	if a := h.send(httptest.NewRequest("GET", "/healthz", nil)); a.status != http.StatusOK {
		t.Errorf("healthz: got %d", a.status)
	}
	if a := h.do(plumbline.PM, "GET", prefix+"/items", ""); a.status != http.StatusServiceUnavailable {
		t.Errorf("items: got %d %s", a.status, a.body)
	}
	if a := h.send(httptest.NewRequest("GET", "/metrics", nil)); a.status != http.StatusOK || !bytes.Contains(a.body, []byte("plumbline_database_up 0")) {
		t.Errorf("metrics: got %d", a.status)
	}
}
