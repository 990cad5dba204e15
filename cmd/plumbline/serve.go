package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/internal/api"
	"plumbline/internal/app"
	"plumbline/internal/store"
	"plumbline/internal/worker"
)

// How long the server may take to stop: streams end at once, requests that run
// get half of it, and what is left is cut off.
const (
	stopWithin  = 9 * time.Second
	finishUntil = 5 * time.Second
)

func (s *shell) serveCommand() *cobra.Command {
	var listen string
	var demo bool
	c := &cobra.Command{Use: "serve", Short: "Run the server", Args: exactly(0),
		Long: "Serves the pages and the API and follows the trackers. The database is SQLite in --data, or PostgreSQL at --database; several servers may share one PostgreSQL.\n\n" +
			"It prints \"listening on http://…\" when it is ready, and on a new database a link with which the first administrator is made. SIGTERM stops it cleanly."}
	c.Flags().StringVar(&listen, "listen", "", "address and port to serve on (PLUMBLINE_LISTEN; 127.0.0.1:8080 when not said)")
	c.Flags().BoolVar(&demo, "demo", false, "serve the demo organisation, in a folder of its own")
	c.RunE = run(func(ctx context.Context, _ []string) error {
		conf, err := s.settings()
		if err != nil {
			return err
		}
		if listen != "" {
			conf.Listen = listen
		}
		if conf.Listen == "" {
			conf.Listen = "127.0.0.1:8080"
		}
		return s.serve(ctx, conf, demo)
	})
	return c
}

// serve runs the server until ctx ends.
func (s *shell) serve(ctx context.Context, conf config, demo bool) error {
	log := s.logger(conf.Log)
	links, err := s.wire(conf.Links)
	if err != nil {
		return err
	}
	figures, err := s.gauges(conf.Sources)
	if err != nil {
		return err
	}
	if links.alarmed, err = s.alarms(conf.Alarms); err != nil {
		return err
	}
	out, err := s.outgoing(conf)
	if err != nil {
		return err
	}
	where, err := s.where(conf, demo)
	if err != nil {
		return err
	}
	book, err := s.book(conf.Processes)
	if err != nil {
		return err
	}
	door, err := listenOn(ctx, conf.Listen)
	if err != nil {
		return err
	}
	defer door.Close()
	if conf.BaseURL == "" {
		conf.BaseURL = addressOf(door)
	}
	db, err := store.Open(ctx, where)
	if err != nil {
		return err
	}
	a := app.New(db, book, s.now, app.Config{BaseURL: conf.BaseURL, Demo: demo, Mail: out.mailer != nil, PrivateHooks: conf.Webhooks.AllowPrivate})
	err = s.prepare(ctx, a, links, demo)
	if err == nil {
		err = a.ConfigureSources(ctx, figures.states)
	}
	if err == nil {
		err = a.ConfigureAlarmSources(ctx, links.alarmed.states)
	}
	if err == nil {
		err = s.work(ctx, a, door, links, out, figures, conf, log)
	}
	return errors.Join(err, db.Close())
}

// prepare brings the database into the state that the configuration wants.
func (s *shell) prepare(ctx context.Context, a *app.App, links wired, demo bool) error {
	if err := a.ConfigureLinks(ctx, links.states); err != nil {
		return err
	}
	if !demo {
		return nil
	}
	if err := onlyDemo(ctx, a); err != nil {
		return err
	}
	return a.LoadDemo(ctx)
}

// onlyDemo refuses to open somebody's own database as the demo, where one click
// signs anybody in. The demo is known by its invented customers.
func onlyDemo(ctx context.Context, a *app.App) error {
	seq, err := a.LastSeq(ctx)
	if err != nil || seq == 0 {
		return err
	}
	who := plumbline.SystemActor("serve")
	who.Cleared = true // to see that there are customers; a system actor still reads no name
	accounts, err := a.Accounts(ctx, who)
	if err != nil {
		return err
	}
	for _, acc := range accounts {
		if acc.Invented {
			return nil
		}
	}
	return plumbline.Errorf(plumbline.Conflict, "This database is not the demo's: with --demo one click would sign anybody in. Serve it without --demo, or give the demo another --data.")
}

// work opens the doors and runs the worker until ctx ends.
func (s *shell) work(ctx context.Context, a *app.App, door net.Listener, links wired, out outgoing, figures gauges, conf config, log *slog.Logger) error {
	closing, closeStreams := context.WithCancel(context.Background())
	defer closeStreams()
	requests, cutRequests := context.WithCancel(context.Background())
	defer cutRequests()
	srv := &http.Server{
		Handler:           s.doors(a, links, conf, log, closing),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	var running sync.WaitGroup
	running.Go(func() {
		o := worker.Options{Adapters: links.adapters, Poll: shortestPoll(conf.Links), Log: log, Holder: holder("serve"), Mailer: out.mailer, Poster: out.poster, Sources: figures.sources, Watchers: links.alarmed.watchers}
		if err := worker.New(a, o).Run(working); err != nil {
			log.Error("the worker stopped", "error", err)
		}
	})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(door) }()
	if err := s.announce(ctx, a, conf, door); err != nil {
		log.Error("setup cannot be offered", "error", err)
	}
	var err error
	select {
	case err = <-served:
		err = &plumbline.Error{Kind: plumbline.Unavailable, Text: "The server cannot take requests any more.", Err: err}
	case <-ctx.Done():
	}
	log.Info("stopping")
	closeStreams()
	stopWorking()
	stop(srv, cutRequests)
	running.Wait()
	log.Info("stopped")
	return err
}

// stop lets running requests finish, then cuts them off.
func stop(srv *http.Server, cutRequests func()) {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	t := time.AfterFunc(finishUntil, cutRequests)
	defer t.Stop()
	if srv.Shutdown(ctx) != nil {
		_ = srv.Close() // nothing is left to be told
	}
}

// announce prints where the server is, and the link for the first
// administrator while there is none.
func (s *shell) announce(ctx context.Context, a *app.App, conf config, door net.Listener) error {
	defer s.say("listening on %s", addressOf(door))
	needed, err := a.NeedsSetup(ctx)
	if err != nil || !needed || a.Demo() {
		return err
	}
	token, err := a.Invite(ctx)
	if err != nil {
		return err
	}
	s.say("make the first administrator within a day at %s/setup?token=%s", conf.BaseURL, token)
	return nil
}

// doors is the handler of everything: the API and the hooks beside the pages.
func (s *shell) doors(a *app.App, links wired, conf config, log *slog.Logger, closing context.Context) http.Handler {
	metrics := api.NewMetrics()
	programs := packed(api.New(a, api.Options{Hooks: links.hooks, Alarms: links.alarmed.hooks(), Log: log, Version: s.version, Metrics: metrics}))
	people := metrics.Count("pages", pages(a, s.version, conf, log, closing.Done()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isStream(r) {
			endless(w)
			ctx, cancel := context.WithCancel(r.Context())
			defer cancel()
			defer context.AfterFunc(closing, cancel)()
			r = r.WithContext(ctx)
		}
		if api.Owns(r.URL.Path) {
			programs.ServeHTTP(w, r)
			return
		}
		people.ServeHTTP(w, r)
	})
}

// isStream says whether a request is for events as they happen.
func isStream(r *http.Request) bool {
	return r.URL.Path == "/live" || r.URL.Path == "/api/v1/events/stream"
}

// endless lifts the time limits of an ordinary request; a stream sets its own.
func endless(w http.ResponseWriter) {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Time{})
	_ = rc.SetWriteDeadline(time.Time{})
}

func listenOn(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, &plumbline.Error{Kind: plumbline.Unavailable, Text: fmt.Sprintf("The server cannot listen on %s: %s.", address, cause(err)), Err: err}
	}
	return l, nil
}

// cause is the innermost error, in words.
func cause(err error) string {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}

// addressOf is where a browser on this machine finds the listener.
func addressOf(l net.Listener) string {
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return "http://" + l.Addr().String()
	}
	if a.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", a.Port)
	}
	return "http://" + a.String()
}

// shortestPoll is how often trackers are looked at: the worker has one pace.
func shortestPoll(links []linkConfig) time.Duration {
	var d time.Duration
	for _, l := range links {
		if l.Poll > 0 && (d == 0 || l.Poll < d) {
			d = l.Poll
		}
	}
	return d
}

// holder names this process among those that share a database.
func holder(what string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "somewhere"
	}
	return fmt.Sprintf("%s-%s-%d-%s", what, host, os.Getpid(), store.NewID())
}
