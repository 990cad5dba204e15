package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/link"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// house is a door over a real application and database, with one person of each
// role and a token for each of them.
type house struct {
	t      *testing.T
	app    *app.App
	db     *store.DB
	door   http.Handler
	tokens map[plumbline.Role]string
	people map[plumbline.Role]plumbline.Actor
	log    *lines
	spec   *spec
}

// newHouse opens a door on SQLite with the options laid over the usual ones.
func newHouse(t *testing.T, o Options) *house {
	t.Helper()
	return houseOn(t, storetest.SQLite(t), o)
}

func houseOn(t *testing.T, db *store.DB, o Options) *house {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	clock := &testClock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	h := &house{t: t, db: db, tokens: map[plumbline.Role]string{}, people: map[plumbline.Role]plumbline.Actor{}, log: &lines{}}
	h.app = app.New(db, book, clock.Now, app.Config{BaseURL: "https://plumbline.test"})
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	o.Version = "test"
	h.door = New(h.app, o)
	for _, r := range []plumbline.Role{plumbline.Admin, plumbline.PM, plumbline.Contributor, plumbline.Requester} {
		h.join(r)
	}
	h.spec = readSpec(t, h.door)
	return h
}

// join makes a person of the role, and a token with every scope.
func (h *house) join(r plumbline.Role) {
	h.t.Helper()
	p := plumbline.Person{ID: plumbline.PersonID(store.NewID()), Handle: string(r), Name: strings.ToUpper(string(r)), Role: r, Cleared: r == plumbline.PM, Created: h.app.Now()}
	if err := h.db.Write(context.Background(), func(tx *store.Tx) error { return tx.InsertPerson(p) }); err != nil {
		h.t.Fatal(err)
	}
	who := plumbline.Actor{Person: p.ID, Name: p.Name, Role: p.Role, Cleared: p.Cleared, Via: "test"}
	secret, _, err := h.app.MakeToken(context.Background(), who, "test", []string{"admin"}, 24*time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	h.people[r], h.tokens[r] = who, secret
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// problem reads the answer as a problem.
func (a answer) problem(t *testing.T) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("status %d, not a problem: %v\n%s", a.status, err, a.body)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type of a problem: got %q", got)
	}
	if p.Status != a.status {
		t.Errorf("the problem says status %d, the answer %d", p.Status, a.status)
	}
	if p.Title != http.StatusText(a.status) {
		t.Errorf("title: got %q, want %q", p.Title, http.StatusText(a.status))
	}
	return p
}

// read decodes a good answer.
func read[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if a.status/100 != 2 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return v
}

// do sends a request as somebody of the role ("" for nobody), with headers in
// pairs. Every answer of the API is held against the OpenAPI document.
func (h *house) do(role plumbline.Role, method, path, body string, header ...string) answer {
	h.t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, in)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if role != "" {
		r.Header.Set("Authorization", "Bearer "+h.tokens[role])
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.send(r)
}

func (h *house) send(r *http.Request) answer {
	h.t.Helper()
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	a := answer{w.Code, w.Header(), w.Body.Bytes()}
	h.spec.check(h.t, r, a)
	return a
}

// file makes an item as a requester and gives its key.
func (h *house) file(title string) plumbline.Key {
	h.t.Helper()
	it, err := h.app.File(context.Background(), h.people[plumbline.Requester], app.FileInput{Title: title, Body: "Because.", Source: "test"})
	if err != nil {
		h.t.Fatal(err)
	}
	return it.Key
}

// testClock moves on by a second with every look, so that nothing happens at
// the same moment.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() plumbline.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return plumbline.At(c.now)
}

// lines is a log that tests read.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// fakeHook accepts deliveries whose X-Sign is "good".
type fakeHook struct{}

func (fakeHook) Parse(header http.Header, body []byte) (plumbline.Delivery, error) {
	switch {
	case header.Get("X-Sign") != "good":
		return plumbline.Delivery{}, plumbline.Errorf(plumbline.Unauthenticated, "The signature does not fit.")
	case !json.Valid(body):
		return plumbline.Delivery{}, plumbline.Errorf(plumbline.Invalid, "Not JSON.")
	}
	return plumbline.Delivery{ID: header.Get("X-Delivery"), Event: "issue", Ref: "7", At: 1}, nil
}

// withHook are options with one tracker, called "gitlab".
func withHook() Options {
	return Options{Hooks: map[plumbline.LinkID]link.Hook{"gitlab": fakeHook{}}}
}

func (h *house) configure(links ...plumbline.LinkState) {
	h.t.Helper()
	if err := h.app.ConfigureLinks(context.Background(), links); err != nil {
		h.t.Fatal(err)
	}
	for _, l := range links {
		if err := h.app.LinkSeen(context.Background(), l.ID, func(l *plumbline.LinkState) { l.Filled = h.app.Now() }); err != nil {
			h.t.Fatal(err)
		}
	}
}

func someLink() plumbline.LinkState {
	return plumbline.LinkState{ID: "gitlab", Kind: "gitlab", URL: "https://gitlab.test", Project: "infra/platform", Separator: "::", OnDecline: "close"}
}

func itemPath(key plumbline.Key, more ...string) string {
	return prefix + "/items/" + fmt.Sprint(key) + strings.Join(more, "")
}
