package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"plumbline"
	"plumbline/internal/api"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/store"
	"plumbline/internal/turn"
	"plumbline/internal/web"
)

// site is the real pages and the real API over a database, on a loopback port,
// with the floors that they are compared with beside them.
type site struct {
	db     *store.DB
	app    *app.App
	base   string
	who    plumbline.Actor
	cookie string // mara's session
	token  string // and her token for the API
	floors map[string]http.Handler
	bare   map[string]http.Handler
	srv    *http.Server
}

// openSite serves the database at where.
func openSite(ctx context.Context, where string) (*site, error) {
	db, err := store.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	book, err := flow.Embedded()
	if err != nil {
		return nil, err
	}
	now := func() plumbline.Time { return plumbline.At(time.Now()) }
	s := &site{db: db, app: app.New(db, book, now, app.Config{Demo: true}), floors: map[string]http.Handler{}, bare: map[string]http.Handler{}}
	if err := s.signIn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, s.listen(ctx)
}

func (s *site) signIn(ctx context.Context) (err error) {
	if s.cookie, err = s.app.SignInDemo(ctx, "mara"); err != nil {
		return err
	}
	if s.who, err = s.app.Who(ctx, s.cookie, "web"); err != nil {
		return err
	}
	s.token, _, err = s.app.MakeToken(ctx, s.who, "bench "+store.NewID(), []string{"read", "write"}, 24*time.Hour)
	return err
}

func (s *site) listen(ctx context.Context) error {
	log := slog.New(slog.DiscardHandler)
	pages := web.New(s.app, web.Options{Log: log, Version: "bench"})
	programs := api.New(s.app, api.Options{Log: log, Version: "bench", Rate: api.Rate{PerSecond: 1e9, Burst: 1e9}})
	var lc net.ListenConfig
	door, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.base = "http://" + door.Addr().String()
	s.srv = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch prefix, rest := split(r.URL.RequestURI()); {
		case prefix == "floor":
			s.floors[rest].ServeHTTP(rw, r)
		case prefix == "bare":
			s.bare[rest].ServeHTTP(rw, r)
		case api.Owns(r.URL.Path):
			programs.ServeHTTP(rw, r)
		default:
			pages.ServeHTTP(rw, r)
		}
	})}
	go func() { _ = s.srv.Serve(door) }() // ends with close
	return nil
}

// split takes "/~floor" or "/~bare" off an address.
func split(uri string) (prefix, rest string) {
	for _, p := range []string{"floor", "bare"} {
		if len(uri) > len(p)+2 && uri[:len(p)+2] == "/~"+p {
			return p, uri[len(p)+2:]
		}
	}
	return "", uri
}

func (s *site) close() error { return errors.Join(s.srv.Close(), s.db.Close()) }

// prepare makes the floors of an address that is read: the same page drawn again
// from memory, or the same answer encoded again, and a handler that writes the
// bytes as they went over the wire.
func (s *site) prepare(ctx context.Context, get request) error {
	got, err := newBrowser(s.job(nil, 1, 0, false)).do(ctx, get, s.base)
	if err != nil {
		return err
	}
	s.bare[get.Path] = http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", got.kind)
		if got.encoding != "" {
			rw.Header().Set("Content-Encoding", got.encoding)
		}
		_, _ = rw.Write(got.wire) // the one who reads counts errors
	})
	floor, err := s.floor(ctx, get.Path)
	if floor != nil {
		s.floors[get.Path] = floor
	}
	return err
}

// floor draws or encodes again; nil for what is neither a page nor a list.
func (s *site) floor(ctx context.Context, path string) (floor http.Handler, err error) {
	u, err := url.Parse(path)
	if err != nil {
		return nil, err
	}
	if api.Owns(u.Path) || u.Path == "/search" {
		return s.apiFloor(ctx, u)
	}
	watched := web.New(s.app, web.Options{Version: "bench", Drawn: func(page *url.URL, again http.Handler) {
		if page.RequestURI() == path {
			floor = again
		}
	}})
	r, err := newRequest(ctx, request{Method: http.MethodGet, Path: path}, "http://bench", s.job(nil, 1, 0, false))
	if err != nil {
		return nil, err
	}
	watched.ServeHTTP(nowhere{http.Header{}}, r)
	return floor, nil
}

// apiFloor encodes what app returns, and nothing more.
func (s *site) apiFloor(ctx context.Context, u *url.URL) (http.Handler, error) {
	var v any
	var err error
	switch {
	case u.Path == "/api/v1/items":
		f, bad := plumbline.ParseFilter(u.Query())
		if bad != nil {
			return nil, bad
		}
		v, err = s.app.Items(ctx, s.who, f)
	case u.Path == "/api/v1/board":
		v, err = s.app.Board(ctx, s.who, plumbline.Filter{}, 50)
	case len(u.Path) > len("/api/v1/items/") && u.Path[:len("/api/v1/items/")] == "/api/v1/items/":
		v, err = s.app.Item(ctx, s.who, plumbline.Key(u.Path[len("/api/v1/items/"):]))
	default:
		return nil, nil
	}
	return turn.Handler(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(rw).Encode(v) // the one who reads counts errors
	})), err
}

// nowhere is an answer that nobody reads.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n nowhere) WriteHeader(int)             {}
