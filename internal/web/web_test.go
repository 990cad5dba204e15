package web_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
	"plumbline/internal/web"
)

// site is the pages over the demo organisation.
type site struct {
	t   *testing.T
	app *app.App
	srv *httptest.Server
}

func newSite(t *testing.T, db *store.DB) *site {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	now := func() plumbline.Time { return plumbline.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)) }
	a := app.New(db, book, now, app.Config{Demo: true})
	if err := a.LoadDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(web.New(a, web.Options{Version: "test"}))
	t.Cleanup(srv.Close)
	return &site{t: t, app: a, srv: srv}
}

// visitor is a browser without script.
type visitor struct {
	s *site
	c *http.Client
}

func (s *site) as(handle string) *visitor {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	v := &visitor{s: s, c: &http.Client{Jar: jar}}
	if handle != "" {
		v.post("/demo", url.Values{"as": {handle}}, http.StatusOK)
	}
	return v
}

func (v *visitor) get(path string, want int) string {
	v.s.t.Helper()
	res, err := v.c.Get(v.s.srv.URL + path)
	return v.read(res, err, "GET "+path, want)
}

func (v *visitor) post(path string, form url.Values, want int) string {
	v.s.t.Helper()
	res, err := v.c.PostForm(v.s.srv.URL+path, form)
	return v.read(res, err, "POST "+path, want)
}

func (v *visitor) read(res *http.Response, err error, what string, want int) string {
	v.s.t.Helper()
	if err != nil {
		v.s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.s.t.Fatal(err)
	}
	if res.StatusCode != want {
		v.s.t.Fatalf("%s: got %d, want %d\n%s", what, res.StatusCode, want, excerpt(string(b)))
	}
	return string(b)
}

func excerpt(s string) string {
	if i := strings.Index(s, "<main"); i >= 0 {
		s = s[i:]
	}
	return s[:min(len(s), 1500)]
}

func TestEveryPageOpensForEveryRole(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	for _, who := range []string{"mara", "jonas", "ines", "avery"} {
		v := s.as(who)
		for _, path := range []string{"/", "/items", "/items?status=all&q=pod", "/board", "/board?process=incident", "/ask", "/ask?process=question", "/decisions", "/help", "/help/roles", "/search?q=node", "/items/REQ-1", "/settings/tokens"} {
			v.get(path, http.StatusOK)
		}
	}
}
