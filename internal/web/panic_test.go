package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// broken is a site with one page that does what the test says.
func broken(t *testing.T, db *store.DB, h page) (http.Handler, *bytes.Buffer) {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	w := &Web{app: app.New(db, book, func() plumbline.Time { return 1_000_000 }, app.Config{}), opt: Options{Log: slog.New(slog.NewTextHandler(&log, nil))}, text: newMarkdown(2), docs: newMarkdown(0)}
	return w.headers(compress(w.open(h))), &log
}

var reference = regexp.MustCompile(`<code>(E[0-9a-z]+)</code>`)

// What goes wrong inside is told by a reference that the log has too, and never
// by its own words.
func TestErrorsTellNothingOfTheInside(t *testing.T) {
	const inside = "pq: password authentication failed for user plumbline at 10.1.2.3"
	for name, h := range map[string]page{
		"a panic":             func(http.ResponseWriter, *http.Request, plumbline.Actor) error { panic(inside) },
		"a panic of an error": func(http.ResponseWriter, *http.Request, plumbline.Actor) error { panic(errors.New(inside)) },
		"an error":            func(http.ResponseWriter, *http.Request, plumbline.Actor) error { return errors.New(inside) },
		"an error inside one": func(http.ResponseWriter, *http.Request, plumbline.Actor) error {
			return &plumbline.Error{Kind: plumbline.Internal, Text: inside, Err: errors.New(inside)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			site, log := broken(t, storetest.SQLite(t), h)
			for _, accept := range []string{"text/html", "application/json"} {
				log.Reset()
				r := httptest.NewRequest(http.MethodGet, "/broken", nil)
				r.Header.Set("Accept", accept)
				rw := httptest.NewRecorder()
				site.ServeHTTP(rw, r)
				body := rw.Body.String()
				if rw.Code != 500 {
					t.Errorf("%s: got %d, want 500", accept, rw.Code)
				}
				for _, bad := range []string{"password", "10.1.2.3", "goroutine", ".go:"} {
					if strings.Contains(body, bad) {
						t.Errorf("%s: the answer contains %q: %s", accept, bad, body)
					}
				}
				if !strings.Contains(log.String(), "10.1.2.3") {
					t.Errorf("%s: the log does not say why: %s", accept, log)
				}
				if accept == "application/json" {
					continue
				}
				m := reference.FindStringSubmatch(body)
				if m == nil || !strings.Contains(log.String(), m[1]) {
					t.Errorf("no reference that the log has: %v in %s", m, log)
				}
				if !strings.Contains(body, "Something broke on our side") {
					t.Errorf("the page is %.300s", body)
				}
			}
		})
	}
}

// When the database is away, so is the frame; the error is told all the same.
func TestErrorsWithoutADatabase(t *testing.T) {
	db := storetest.SQLite(t)
	site, _ := broken(t, db, func(rw http.ResponseWriter, r *http.Request, _ plumbline.Actor) error {
		return plumbline.Errorf(plumbline.Unavailable, "The database does not answer. Try again in a moment.")
	})
	r := httptest.NewRequest(http.MethodGet, "/items", nil)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	rw := httptest.NewRecorder()
	site.ServeHTTP(rw, r.WithContext(ctx))
	if rw.Code != 503 || !strings.Contains(rw.Body.String(), "The database does not answer.") {
		t.Errorf("got %d: %s", rw.Code, rw.Body)
	}
	cancel()
	rw = httptest.NewRecorder()
	site, _ = broken(t, db, func(http.ResponseWriter, *http.Request, plumbline.Actor) error { return context.Canceled })
	site.ServeHTTP(rw, r.WithContext(ctx))
	if rw.Body.Len() != 0 {
		t.Errorf("somebody who went away is told %s", rw.Body)
	}
}

func TestWayOut(t *testing.T) {
	for _, c := range []struct {
		method, path string
		kind         plumbline.Kind
		want         string
	}{
		{"GET", "/items/REQ-1", plumbline.NotFound, "/items?status=all"}, {"POST", "/items/REQ-1/move", plumbline.Denied, "/items/REQ-1"},
		{"GET", "/items/REQ-1/decide", plumbline.Denied, "/items/REQ-1"}, {"POST", "/settings/teams", plumbline.Unauthenticated, "/signin"},
		{"GET", "/items?colour=red", plumbline.Invalid, "/items"}, {"GET", "/items/REQ-1", plumbline.Internal, ""},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		if parts := strings.Split(r.URL.Path, "/"); len(parts) > 2 && parts[1] == "items" {
			r.SetPathValue("key", parts[2])
			if len(parts) > 3 {
				r.SetPathValue("form", parts[3])
			}
		}
		if got := wayOut(r, c.kind).Href; got != c.want {
			t.Errorf("%s %s, %s: got %q, want %q", c.method, c.path, c.kind, got, c.want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for in, want := range map[string]string{"": "", "7": "7", "999": "999", "1000": "1,000", "480000 EUR": "480,000 EUR", "-1234567": "-1,234,567", "1234567.50 EUR": "1,234,567.50 EUR", "EUR 5000": "EUR 5000"} {
		if got := grouped(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCameBy(t *testing.T) {
	for in, want := range map[string]string{"form": "Ask form", "api": "API", "cli": "Command line", "link:gitlab": "GitLab", "link:forge": "forge", "demo: kubernetes/enhancements": "Kubernetes enhancement proposals (demo)", "demo: invented": "Invented for the demo", "": ""} {
		if got := cameBy(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
