package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
	"plumbline/internal/web"
)

// today is the time in all tests.
func today() plumbline.Time { return plumbline.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)) }

// demo makes the database of the demo once, in a folder that TestMain takes away.
var demo struct {
	dir  string
	path func() (string, error)
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "plumbline-web-")
	if err != nil {
		panic(err)
	}
	demo.dir, demo.path = dir, sync.OnceValues(makeDemo)
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func makeDemo() (string, error) {
	path := filepath.Join(demo.dir, "demo.db")
	db, err := store.Open(context.Background(), path)
	if err != nil {
		return "", err
	}
	book, err := flow.Embedded()
	if err != nil {
		return "", err
	}
	if err := app.New(db, book, today, app.Config{Demo: true}).LoadDemo(context.Background()); err != nil {
		return "", err
	}
	return path, db.Close()
}

// site is the pages over a database of its own.
type site struct {
	t       testing.TB
	app     *app.App
	srv     *httptest.Server
	queries atomic.Pointer[store.Queries] // of the last request
}

// demoSite is the pages over a fresh copy of the demo organisation.
func demoSite(t testing.TB) *site {
	t.Helper()
	from, err := demo.path()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	to := storetest.SQLitePath(t)
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return newSite(t, storetest.Open(t, to), app.Config{Demo: true})
}

// emptySite is a new installation.
func emptySite(t *testing.T) *site {
	t.Helper()
	return newSite(t, storetest.SQLite(t), app.Config{})
}

func newSite(t testing.TB, db *store.DB, conf app.Config) *site {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, app: app.New(db, book, today, conf)}
	done := make(chan struct{})
	pages := web.New(s.app, web.Options{Version: "test", Done: done})
	s.srv = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ctx, q := store.CountQueries(r.Context())
		s.queries.Store(q)
		pages.ServeHTTP(rw, r.WithContext(ctx))
	}))
	t.Cleanup(func() { close(done); s.srv.Close() })
	return s
}

// us is an actor who may do everything, for preparing tests.
func us() plumbline.Actor { return plumbline.SystemActor("test") }

// find is the item whose title begins so.
func (s *site) find(title string) plumbline.Key {
	s.t.Helper()
	list, err := s.app.Items(s.t.Context(), us(), plumbline.Filter{Text: title, Status: "all"})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range list.Rows.Rows {
		if strings.HasPrefix(r.Title, title) {
			return r.Key
		}
	}
	s.t.Fatalf("there is no item %q", title)
	return ""
}

func (s *site) item(key plumbline.Key) app.ItemView {
	s.t.Helper()
	v, err := s.app.Item(s.t.Context(), us(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// actor is a person of the demo.
func (s *site) actor(handle string) plumbline.Actor {
	s.t.Helper()
	session, err := s.app.SignInDemo(s.t.Context(), handle)
	if err != nil {
		s.t.Fatal(err)
	}
	who, err := s.app.Who(s.t.Context(), session, "web")
	if err != nil {
		s.t.Fatal(err)
	}
	return who
}

// visitor is a browser without script.
type visitor struct {
	s *site
	c *http.Client
}

// as is somebody's browser; "" is nobody's.
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

// answer is a response with its body.
type answer struct {
	*http.Response
	body string
}

// get and post follow redirects, as browsers do, and want a status at the end.
func (v *visitor) get(path string, want int) answer {
	v.s.t.Helper()
	return v.want(want, v.send(http.MethodGet, path, nil))
}

func (v *visitor) post(path string, form url.Values, want int) answer {
	v.s.t.Helper()
	return v.want(want, v.send(http.MethodPost, path, form))
}

// quiet posts as the page's script does.
func (v *visitor) quiet(path string, form url.Values, want int) answer {
	v.s.t.Helper()
	return v.want(want, v.send(http.MethodPost, path, form, "Accept", "application/json"))
}

// once sends without following a redirect.
func (v *visitor) once(method, path string, form url.Values, header ...string) answer {
	v.s.t.Helper()
	plain := *v.c
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return (&visitor{v.s, &plain}).send(method, path, form, header...)
}

func (v *visitor) send(method, path string, form url.Values, header ...string) answer {
	v.s.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(v.s.t.Context(), method, v.s.srv.URL+path, body)
	if err != nil {
		v.s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := v.c.Do(r)
	if err != nil {
		v.s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.s.t.Fatal(err)
	}
	return answer{res, string(b)}
}

func (v *visitor) want(status int, a answer) answer {
	v.s.t.Helper()
	if a.StatusCode != status {
		v.s.t.Fatalf("%s %s: got %d, want %d\n%s", a.Request.Method, a.Request.URL.RequestURI(), a.StatusCode, status, excerpt(a.body))
	}
	return a
}

// has wants every text in the answer, and lacks none.
func (a answer) has(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%s lacks %q\n%s", a.Request.URL.RequestURI(), text, excerpt(a.body))
		}
	}
}

func (a answer) lacks(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if i := strings.Index(a.body, text); i >= 0 {
			t.Errorf("%s has %q: …%s…", a.Request.URL.RequestURI(), text, a.body[max(0, i-80):min(len(a.body), i+80)])
		}
	}
}

func excerpt(s string) string {
	if i := strings.Index(s, "<main"); i >= 0 {
		s = s[i:]
	}
	return s[:min(len(s), 1500)]
}
