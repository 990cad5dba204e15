package link_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/linktest"
)

func caller(t *testing.T, cfg link.Config) *link.Caller {
	t.Helper()
	cfg.Project = "x"
	cfg, err := cfg.Checked()
	if err != nil {
		t.Fatal(err)
	}
	c, err := link.NewCaller(cfg, "Tracker", "/api", "X-Token", cfg.Token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCallerCapsAnswers(t *testing.T) {
	most := 25 << 20
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := most
		if r.URL.Path == "/api/more" {
			n++
		}
		chunk := make([]byte, 1<<20)
		for ; n > 0; n -= len(chunk) {
			if _, err := w.Write(chunk[:min(n, len(chunk))]); err != nil {
				return
			}
		}
	}))
	defer srv.Close()
	c := caller(t, link.Config{URL: srv.URL})
	if a, err := c.Send(context.Background(), link.Call{Path: "/most"}); err != nil || len(a.Body) != most {
		t.Errorf("got %d bytes, %v", len(a.Body), err)
	}
	if _, err := c.Send(context.Background(), link.Call{Path: "/more"}); !link.IsKind(err, link.Down) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Send(context.Background(), link.Call{Method: "POST", Path: "/more"}); !link.IsKind(err, link.Unknown) {
		t.Errorf("a write: got %v", err)
	}
}

func TestCallerVerifiesCertificates(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer srv.Close()
	if _, err := caller(t, link.Config{URL: srv.URL}).Send(context.Background(), link.Call{Path: "/x"}); !link.IsKind(err, link.Down) {
		t.Errorf("got %v, want an unknown certificate refused", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	if _, err := caller(t, link.Config{URL: srv.URL, Client: trusting}).Send(context.Background(), link.Call{Path: "/x"}); err != nil {
		t.Errorf("got %v, want a trusted one accepted", err)
	}
}

// A tracker that echoes our secrets, in any form, does not get them into a text.
func TestCallerShowsNoSecret(t *testing.T) {
	long := "ghs_123_" + strings.Repeat("x", 200)
	secrets := []string{"planted/token+with=signs", "planted-secret", "whsec_planted64"}
	echo := strings.Join(append(secrets, "planted%2Ftoken%2Bwith%3Dsigns", "planted64", long), " ")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/away" {
			w.Header().Set("Location", "http://elsewhere.example.com/api/?t=planted-secret&u=planted/token+with=signs")
			w.WriteHeader(http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"message":{"token":["`+echo+`"]}}`)
	}))
	defer srv.Close()
	for _, token := range []string{secrets[0], long} {
		c := caller(t, link.Config{URL: srv.URL, Token: token, Secrets: []string{"planted-secret", secrets[0]}, Signing: secrets[2:]})
		for _, path := range []string{"/x", "/away", "/" + token} {
			for _, method := range []string{"GET", "PUT"} {
				_, err := c.Send(context.Background(), link.Call{Method: method, Path: path})
				if err == nil {
					t.Fatal("no error")
				}
				text := err.Error()
				if len(text) > 600 {
					t.Errorf("%s %s: the text has %d bytes", method, path, len(text))
				}
				if strings.Contains(text, "planted-secret") || strings.Contains(text, "planted/") || strings.Contains(text, "planted%2F") || strings.Contains(text, "planted64") ||
					token == long && strings.Contains(text, "ghs_123_xxx") {
					t.Errorf("%s %s: %s", method, path, text)
				}
			}
		}
	}
	dead := caller(t, link.Config{URL: linktest.Nowhere(), Token: long})
	_, err := dead.Send(context.Background(), link.Call{Path: "/" + long})
	if !link.IsKind(err, link.Down) || strings.Contains(err.Error(), "ghs_123_xxx") {
		t.Errorf("got %v", err)
	}
}

// A write that never left is safe to repeat; one that may have arrived is not.
func TestCallerLostWrites(t *testing.T) {
	dead := caller(t, link.Config{URL: linktest.Nowhere()})
	if _, err := dead.Send(context.Background(), link.Call{Method: "POST", Path: "/x"}); !link.IsKind(err, link.Down) {
		t.Errorf("nobody listens: got %v", err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer srv.Close()
	for method, want := range map[string]link.FaultKind{"GET": link.Down, "POST": link.Unknown, "PUT": link.Unknown, "PATCH": link.Unknown, "DELETE": link.Unknown} {
		if _, err := caller(t, link.Config{URL: srv.URL}).Send(context.Background(), link.Call{Method: method, Path: "/x"}); !link.IsKind(err, want) {
			t.Errorf("%s: got %v, want %q", method, err, want)
		}
	}
}

func TestCallerHeaders(t *testing.T) {
	var got http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Clone() }))
	defer srv.Close()
	c := caller(t, link.Config{URL: srv.URL + "/", Token: "tok"})
	if _, err := c.Send(context.Background(), link.Call{Method: "POST", Path: "/x", Body: map[string]int{"a": 1}}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"User-Agent": "Plumbline", "Accept": "application/json", "Content-Type": "application/json", "X-Token": "tok"} {
		if got.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
		}
	}
}

// A redirect from http to https on the same host is followed; back it is not.
func TestCallerUpgrade(t *testing.T) {
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/back" {
			http.Redirect(w, r, "http://"+r.Host+"/api/x", http.StatusFound)
		}
	}))
	defer secure.Close()
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secure.URL+r.URL.Path, http.StatusMovedPermanently)
	}))
	defer plain.Close()
	client := secure.Client()
	if _, err := caller(t, link.Config{URL: plain.URL, Client: client}).Send(context.Background(), link.Call{Path: "/x"}); err != nil {
		t.Errorf("upgrade: %v", err)
	}
	if _, err := caller(t, link.Config{URL: plain.URL, Client: client}).Send(context.Background(), link.Call{Method: "POST", Path: "/x"}); !link.IsKind(err, link.Moved) {
		t.Errorf("a write: got %v", err)
	}
	if _, err := caller(t, link.Config{URL: secure.URL, Client: client}).Send(context.Background(), link.Call{Path: "/back"}); !link.IsKind(err, link.Moved) {
		t.Errorf("downgrade: got %v", err)
	}
}

func TestLenient(t *testing.T) {
	var v struct {
		A int        `json:"a"`
		B string     `json:"b"`
		T link.Stamp `json:"t"`
	}
	if err := link.Lenient([]byte(`{"a":"","b":"x","t":"2017-09-15 16:50:55 UTC"}`), &v); err != nil || v.B != "x" {
		t.Errorf("got %+v, %v", v, err)
	}
	if want := plumbline.At(time.Date(2017, 9, 15, 16, 50, 55, 0, time.UTC)); v.T.Time != want {
		t.Errorf("got %v", v.T.Std())
	}
	for _, bad := range []string{`[]`, `"x"`, `{"a":`, ``} {
		if link.Lenient([]byte(bad), &v) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	var list []struct {
		A int `json:"a"`
	}
	if link.Lenient([]byte(`["x"]`), &list) == nil || link.Lenient([]byte(`{"message":"x"}`), &list) == nil {
		t.Error("a list of something else is accepted")
	}
}

func TestStamp(t *testing.T) {
	for text, want := range map[string]time.Time{
		`"2016-01-04T15:31:46.176Z"`:  time.Date(2016, 1, 4, 15, 31, 46, 176e6, time.UTC),
		`"2022-03-09T16:19:00+09:00"`: time.Date(2022, 3, 9, 7, 19, 0, 0, time.UTC),
		`"2024-01-24 16:27:40 UTC"`:   time.Date(2024, 1, 24, 16, 27, 40, 0, time.UTC),
		`"2017-05-17 17:06:40 +0200"`: time.Date(2017, 5, 17, 15, 6, 40, 0, time.UTC),
		`"2023-08-15"`:                time.Date(2023, 8, 15, 0, 0, 0, 0, time.UTC),
		`"0001-01-01T00:00:00Z"`:      {}, `"1970-01-01T00:00:00Z"`: {}, `null`: {}, `7`: {}, `""`: {}, `"soon"`: {}, `{}`: {},
	} {
		var s link.Stamp
		if err := s.UnmarshalJSON([]byte(text)); err != nil || !s.Std().Equal(want) {
			t.Errorf("%s: got %v, %v, want %v", text, s.Std(), err, want)
		}
	}
}

func TestAnswerNext(t *testing.T) {
	for header, want := range map[string]string{
		``: "",
		`<http://x/y?page=2&a=b%2Cc>; rel="next"`:                                  "a=b%2Cc&page=2",
		`<http://x/y?page=1>; rel="first", <http://x/y?cursor=abc>; rel="next"`:    "cursor=abc",
		`<http://x/y?page=1>; rel="prev",<http://x/y?page=9>; rel="last"`:          "",
		`<http://x/y>; rel="next"`:                                                 "",
		`garbage; rel="next"`:                                                      "",
		`<http://internal.proxy:8181/other/path?page=3>; rel="next"; title="more"`: "page=3",
	} {
		a := link.Answer{Header: http.Header{"Link": {header}}}
		if got := a.Next().Encode(); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
}

func TestPass(t *testing.T) {
	at := func(s int) plumbline.Time { return plumbline.At(time.Date(2026, 1, 1, 0, 0, s, 0, time.UTC)) }
	var p link.Pass
	if b := p.Batch("old"); b.Cursor != "old" || b.Refs != nil {
		t.Errorf("nothing seen: got %+v", b)
	}
	for _, one := range []struct {
		ref string
		at  int
	}{{"10", 3}, {"9", 3}, {"7", 5}, {"8", 1}, {"7", 2}} {
		p.Add(one.ref, at(one.at))
	}
	b := p.Batch("old")
	if strings.Join(b.Refs, " ") != "8 9 10 7" {
		t.Errorf("got order %q", b.Refs)
	}
	if since, err := link.Since(b.Cursor); err != nil || plumbline.At(since) != at(5).Add(-link.Overlap) {
		t.Errorf("without a server's clock: got %q, %v", b.Cursor, err)
	}
	p.Began(link.Answer{Header: http.Header{"Date": {"Thu, 01 Jan 2026 12:00:00 GMT"}}})
	p.Began(link.Answer{Header: http.Header{"Date": {"Thu, 01 Jan 2026 13:00:00 GMT"}}})
	if got := p.Batch("old").Cursor; got != "2026-01-01T11:55:00Z" {
		t.Errorf("got %q, want the first answer's time less the overlap", got)
	}
}
