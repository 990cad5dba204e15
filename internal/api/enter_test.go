package api

import (
	"context"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/people"
	"plumbline/internal/store"
)

func TestWhoIsIt(t *testing.T) {
	h := newHouse(t, Options{})
	session := h.session()
	tests := []struct {
		name, method string
		header       []string
		want         int
	}{
		{"nobody", "GET", nil, 401},
		{"a bad token", "GET", []string{"Authorization", "Bearer plt_nonsense"}, 401},
		{"another scheme", "GET", []string{"Authorization", "Basic eDp5"}, 401},
		{"a token, lower-case scheme", "GET", []string{"Authorization", "bearer " + h.tokens[plumbline.Requester]}, 200},
		{"a session", "GET", []string{"Cookie", Session + "=" + session}, 200},
		{"a bad session", "GET", []string{"Cookie", Session + "=nonsense"}, 401},
		{"a session, from our page", "POST", []string{"Cookie", Session + "=" + session, "Sec-Fetch-Site", "same-origin"}, 201},
		{"a session, from another site's page", "POST", []string{"Cookie", Session + "=" + session, "Sec-Fetch-Site", "cross-site"}, 403},
		{"a session, from another origin", "POST", []string{"Cookie", Session + "=" + session, "Origin", "https://evil.test"}, 403},
		{"a token, from another site's page", "POST", []string{"Authorization", "Bearer " + h.tokens[plumbline.Requester], "Sec-Fetch-Site", "cross-site"}, 201},
		{"a bad token beside a good session", "GET", []string{"Authorization", "Bearer x", "Cookie", Session + "=" + session}, 401},
	}
	for _, tt := range tests {
		body := ""
		if tt.method == "POST" {
			body = `{"title":"x"}`
		}
		if a := h.do("", tt.method, prefix+"/items", body, tt.header...); a.status != tt.want {
			t.Errorf("%s: got %d, want %d: %s", tt.name, a.status, tt.want, a.body)
		}
	}
}

// session signs the administrator in.
func (h *house) session() string {
	h.t.Helper()
	ctx := context.Background()
	_, err := h.app.PutPerson(ctx, h.people[plumbline.Admin], people.PersonInput{Handle: "mara", Name: "Mara", Role: plumbline.PM, Password: "a long enough password"})
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := h.app.SignIn(ctx, "mara", "a long enough password")
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// TestScopes lets a token do no more than its scopes.
func TestScopes(t *testing.T) {
	h := newHouse(t, Options{})
	who := h.people[plumbline.Admin]
	secret, _, err := h.app.MakeToken(context.Background(), who, "reader", []string{"read"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	auth := []string{"Authorization", "Bearer " + secret}
	if a := h.do("", "GET", prefix+"/items", "", auth...); a.status != 200 {
		t.Errorf("reading: got %d", a.status)
	}
	if a := h.do("", "POST", prefix+"/items", `{"title":"x"}`, auth...); a.status != 403 {
		t.Errorf("writing: got %d", a.status)
	}
	if a := h.do("", "POST", prefix+"/tokens", `{"name":"x","scopes":["admin"]}`, auth...); a.status != 403 {
		t.Errorf("making a token: got %d", a.status)
	}
}

func TestRateLimit(t *testing.T) {
	h := newHouse(t, Options{Rate: Rate{PerSecond: 0.001, Burst: 3}})
	for i := range 3 {
		if a := h.do(plumbline.PM, "GET", prefix+"/me", ""); a.status != 200 {
			t.Fatalf("request %d: got %d", i, a.status)
		}
	}
	a := h.do(plumbline.PM, "GET", prefix+"/me", "")
	if p := a.problem(t); a.status != 429 || p.Kind != "unavailable" {
		t.Errorf("got %d %s", a.status, p.Kind)
	}
	if n, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || n < 1 {
		t.Errorf("Retry-After: got %q", a.header.Get("Retry-After"))
	}
	if a := h.do(plumbline.Admin, "GET", prefix+"/me", ""); a.status != 200 {
		t.Errorf("somebody else: got %d", a.status)
	}
}

// TestGuessing slows down who tries tokens.
func TestGuessing(t *testing.T) {
	h := newHouse(t, Options{})
	last := 0
	for range 80 {
		last = h.do("", "GET", prefix+"/me", "", "Authorization", "Bearer plt_guess").status
	}
	if last != 429 {
		t.Errorf("after 80 guesses: got %d, want 429", last)
	}
}

func TestLimiterIsBounded(t *testing.T) {
	l := newLimiter(Rate{PerSecond: 1, Burst: 1})
	now := time.Unix(1e9, 0)
	for i := range maxKeys + 500 {
		l.take(strconv.Itoa(i), now)
	}
	if got := len(l.keys); got != maxKeys || l.order.Len() != maxKeys {
		t.Errorf("got %d keys, want %d", got, maxKeys)
	}
	if _, ok := l.take(strconv.Itoa(maxKeys+499), now); ok {
		t.Error("the newest key was forgotten")
	}
}

func TestIdempotencyKey(t *testing.T) {
	h := newHouse(t, Options{})
	post := func(role plumbline.Role, path, body, key string) answer {
		return h.do(role, "POST", prefix+path, body, "Idempotency-Key", key)
	}
	first := post(plumbline.Requester, "/items", `{"title":"Once"}`, "k1")
	again := post(plumbline.Requester, "/items", `{"title":"Once"}`, "k1")
	if first.status != 201 || again.status != 201 || string(first.body) != string(again.body) {
		t.Errorf("a repeat: got %d %s and %d %s", first.status, first.body, again.status, again.body)
	}
	if got := again.header.Get("Idempotency-Replayed"); got != "true" {
		t.Errorf("Idempotency-Replayed: got %q", got)
	}
	for _, name := range []string{"ETag", "Location", "Content-Type"} {
		if first.header.Get(name) != again.header.Get(name) {
			t.Errorf("%s: got %q and %q", name, first.header.Get(name), again.header.Get(name))
		}
	}
	if n := read[struct{ Total int }](t, h.do(plumbline.Requester, "GET", prefix+"/items", "")).Total; n != 1 {
		t.Errorf("items: got %d, want 1", n)
	}
	if a := post(plumbline.Requester, "/items", `{"title":"Another"}`, "k1"); a.status != 409 {
		t.Errorf("the key for another request: got %d", a.status)
	}
	if a := post(plumbline.PM, "/items", `{"title":"Mine"}`, "k1"); a.status != 201 {
		t.Errorf("somebody else's same key: got %d", a.status)
	}
	if a := post(plumbline.Requester, "/items", `{"title":""}`, "k2"); a.status != 422 {
		t.Errorf("refused: got %d", a.status)
	}
	if a := post(plumbline.Requester, "/items", `{"title":"Mended"}`, "k2"); a.status != 201 {
		t.Errorf("mended under the same key: got %d", a.status)
	}
	if a := post(plumbline.Requester, "/items", `{"title":"x"}`, strings.Repeat("k", maxKey+1)); a.status != 422 {
		t.Errorf("a long key: got %d", a.status)
	}
	h.secretIsNotKept()
}

// A request that was carried out just before the server died is not carried out
// again: its key was kept with what it did.
func TestAnswerLost(t *testing.T) {
	h := newHouse(t, Options{})
	who, err := h.app.WhoByToken(t.Context(), h.tokens[plumbline.Requester], "api")
	if err != nil {
		t.Fatal(err)
	}
	body := `{"title":"Once"}`
	r := httptest.NewRequest("POST", prefix+"/items", nil)
	ctx := h.app.Once(t.Context(), who, "k", requestHash(r, who, []byte(body)))
	it, err := h.app.File(ctx, who, app.FileInput{Title: "Once"})
	if err != nil {
		t.Fatal(err)
	}
	a := h.do(plumbline.Requester, "POST", prefix+"/items", body, "Idempotency-Key", "k")
	if a.status != 409 || !strings.Contains(string(a.body), string(it.Key)) {
		t.Errorf("got %d %s, want a conflict that names %s", a.status, a.body, it.Key)
	}
	if n := read[struct{ Total int }](t, h.do(plumbline.Requester, "GET", prefix+"/items", "")).Total; n != 1 {
		t.Errorf("items: got %d, want 1", n)
	}
}

// secretIsNotKept makes a token under a key, and looks for it in what is kept.
func (h *house) secretIsNotKept() {
	h.t.Helper()
	a := h.do(plumbline.Admin, "POST", prefix+"/tokens", `{"name":"ci","scopes":["read"]}`, "Idempotency-Key", "k3")
	if a.status != 201 {
		h.t.Fatalf("token: %d %s", a.status, a.body)
	}
	err := h.db.Read(context.Background(), func(tx *store.Tx) error {
		_, found, err := tx.Idempotent(h.people[plumbline.Admin].Person, "k3")
		if found {
			h.t.Error("the answer with the token's secret was kept")
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// TestStrangePaths makes sure that a strange address is answered.
func TestStrangePaths(t *testing.T) {
	h := newHouse(t, Options{})
	for _, path := range []string{"/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/items/%2e%2e/x", "/api/v1/items/%00", "/api/v2/items", "/hooks", "/hooks/"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Authorization", "Bearer "+h.tokens[plumbline.Admin])
		if a := h.send(r); a.status != 404 && a.status != 307 && a.status != 301 && a.status != 422 {
			t.Errorf("%s: got %d %s", path, a.status, a.body)
		}
	}
}
