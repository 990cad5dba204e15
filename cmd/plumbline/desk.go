package main

import (
	"context"
	"errors"
	"io"
	"net/http"

	"plumbline"
	"plumbline/client"
	"plumbline/internal/api"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// desk is where a command does its work: a server, or the store itself behind
// the same API in this process.
type desk struct {
	*client.Client
	app   *app.App // nil: a server's
	close func() error
}

// withDesk runs a command at the desk that flags and environment name.
func (s *shell) withDesk(do func(ctx context.Context, d *desk, args []string) error) func(ctx context.Context, args []string) error {
	return func(ctx context.Context, args []string) error {
		d, err := s.sit(ctx)
		if err != nil {
			return err
		}
		return errors.Join(do(ctx, d, args), d.close())
	}
}

func (s *shell) sit(ctx context.Context) (*desk, error) {
	server := s.flags.server
	local := s.flags.data != "" || s.flags.database != ""
	if server != "" && local {
		return nil, plumbline.Errorf(plumbline.Invalid, "Give --server, or --data or --database, not both.")
	}
	if server == "" && !local {
		server = s.env["PLUMBLINE_SERVER"]
	}
	if server != "" {
		return s.remote(server)
	}
	return s.local(ctx)
}

func (s *shell) remote(server string) (*desk, error) {
	token := s.flags.token
	if token == "" {
		token = s.env["PLUMBLINE_TOKEN"]
	}
	if token == "" {
		var err error
		if token, err = s.secret("PLUMBLINE_TOKEN", s.env["PLUMBLINE_TOKEN_FILE"], ""); err != nil {
			return nil, err
		}
	}
	if token == "" {
		return nil, plumbline.Errorf(plumbline.Unauthenticated, "The server wants an API token: set PLUMBLINE_TOKEN_FILE or PLUMBLINE_TOKEN. One is made under Settings, or with \"plumbline token create\".")
	}
	c, err := client.New(server, token, nil)
	if err != nil {
		return nil, err
	}
	return &desk{Client: c, close: func() error { return nil }}, nil
}

// local is the store behind the API in this process.
func (s *shell) local(ctx context.Context) (*desk, error) {
	where, err := s.existing()
	if err != nil {
		return nil, err
	}
	return s.open(ctx, where)
}

func (s *shell) open(ctx context.Context, where string) (*desk, error) {
	c, err := s.settings()
	if err != nil {
		return nil, err
	}
	book, err := s.book(c.Processes)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	a := app.New(db, book, s.now, app.Config{BaseURL: c.BaseURL, PrivateHooks: c.Webhooks.AllowPrivate})
	who, err := s.actor(ctx, a)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	h := api.New(a, api.Options{Log: s.quiet(), Version: s.version, As: &who})
	cl, err := client.New("http://localhost", "", inside{h})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &desk{Client: cl, app: a, close: db.Close}, nil
}

// actor is who acts on the store itself: the person that --as names, else the
// first administrator, else, while there is none, the program.
func (s *shell) actor(ctx context.Context, a *app.App) (plumbline.Actor, error) {
	program := plumbline.Actor{Name: "Command line", Role: plumbline.Admin, System: true, Via: "cli"}
	handle := s.flags.as
	if handle == "" {
		handle = s.env["PLUMBLINE_AS"]
	}
	people, err := a.People(ctx, program)
	if err != nil {
		return program, err
	}
	var first *plumbline.Person
	for i, p := range people {
		switch {
		case p.Disabled || p.External:
		case handle != "" && p.Handle == handle:
			return personally(p), nil
		case handle == "" && p.Role == plumbline.Admin && (first == nil || p.Created < first.Created):
			first = &people[i]
		}
	}
	switch {
	case handle != "":
		return program, plumbline.Errorf(plumbline.NotFound, "Nobody with the handle %q can sign in.", handle)
	case first != nil:
		return personally(*first), nil
	}
	return program, nil
}

func personally(p plumbline.Person) plumbline.Actor {
	return plumbline.Actor{Person: p.ID, Name: p.Name, Handle: p.Handle, Role: p.Role, Cleared: p.Cleared, Team: p.Team, Via: "cli"}
}

// inside carries a client's requests to a handler in the same process.
type inside struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	from, to := io.Pipe()
	w := &pipeWriter{header: http.Header{}, to: to, head: make(chan struct{})}
	req := r.Clone(r.Context())
	if req.Body == nil {
		req.Body = http.NoBody
	}
	req.RequestURI = req.URL.RequestURI()
	go func() {
		defer func() {
			if v := recover(); v != nil {
				to.CloseWithError(io.ErrUnexpectedEOF)
			}
			w.WriteHeader(http.StatusOK)
			to.Close()
		}()
		i.handler.ServeHTTP(w, req)
	}()
	<-w.head
	return &http.Response{Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: from, ContentLength: -1, Request: r}, nil
}

// pipeWriter is the answer of such a request while it is written.
type pipeWriter struct {
	header http.Header
	to     *io.PipeWriter
	status int
	head   chan struct{}
}

// Header implements http.ResponseWriter.
func (w *pipeWriter) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *pipeWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		close(w.head)
	}
}

// Write implements http.ResponseWriter.
func (w *pipeWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.to.Write(b)
}

// book is the processes that come with the program, with those of a folder laid
// over them.
func (s *shell) book(dir string) (*flow.Book, error) {
	if dir == "" {
		return flow.Embedded()
	}
	return s.bookWith(dir)
}
