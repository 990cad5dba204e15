package worker_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/flow"
	"plumbline/internal/link"
	"plumbline/internal/link/gitea"
	"plumbline/internal/link/giteatest"
	"plumbline/internal/link/gitlab"
	"plumbline/internal/link/gitlabtest"
	"plumbline/internal/link/linktest"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
	"plumbline/internal/worker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// token is planted: no log line and no stored word may hold it.
const token = "glpat-planted-5e1f00d"

// peer is a fake tracker: people act on it, its wire can be troubled.
type peer interface {
	linktest.Peer
	Trouble(linktest.Trouble)
	Fail(n, status int)
	Calm()
	Requests() []linktest.Request
	Writes() []linktest.Request
	Forget()
	Close()
}

// kinds are the trackers that every test of the table runs against.
var kinds = []string{"gitlab", "gitea"}

// shared is the clock of the fake servers, which run outside the test's bubble
// of time: whoever acts on them sets it first.
type shared struct{ micros atomic.Int64 }

func (c *shared) Now() time.Time { return time.UnixMicro(c.micros.Load()).UTC() }
func (c *shared) touch()         { c.micros.Store(time.Now().UnixMicro()) }

// world is a house with trackers, in a bubble of time that jumps ahead
// whenever everybody waits.
type world struct {
	*testing.T
	clock *shared
	db    *store.DB
	app   *app.App
	fakes map[plumbline.LinkID]peer
	conf  []plumbline.LinkState
	log   *logbook
	opt   worker.Options
	admin plumbline.Actor
	began time.Time
	looks atomic.Int64 // how often the house looked at the clock
}

// each runs the test in a world of its own for each kind of tracker.
func each(t *testing.T, test func(w *world, id plumbline.LinkID)) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			inWorld(t, []string{kind}, func(w *world) { test(w, plumbline.LinkID(kind)) })
		})
	}
}

// inWorld runs the test in a world with trackers of the kinds. The fakes listen
// outside the bubble, since a listener would keep time from passing.
func inWorld(t *testing.T, kinds []string, test func(w *world)) {
	clock := &shared{}
	fakes := map[plumbline.LinkID]peer{}
	for _, kind := range kinds {
		f := newFake(kind, clock)
		t.Cleanup(f.Close)
		fakes[plumbline.LinkID(kind)] = f
	}
	synctest.Test(t, func(t *testing.T) {
		clock.touch()
		w := &world{T: t, clock: clock, fakes: fakes, log: &logbook{}, began: time.Now()}
		w.db = storetest.SQLite(t)
		book, err := flow.Embedded()
		if err != nil {
			t.Fatal(err)
		}
		w.app = app.New(w.db, book, func() plumbline.Time { w.looks.Add(1); return plumbline.At(time.Now()) }, app.Config{BaseURL: "https://plumbline.example"})
		w.admin = plumbline.Actor{Person: "p-admin", Name: "Ada", Role: plumbline.Admin, Via: "web"}
		w.must(w.db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.InsertPerson(plumbline.Person{ID: "p-admin", Handle: "ada", Name: "Ada", Role: plumbline.Admin})
		}))
		w.opt = worker.Options{Adapters: map[plumbline.LinkID]worker.Adapter{}, Holder: "one", Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
		for _, kind := range kinds {
			w.plug(kind)
		}
		w.must(w.app.ConfigureLinks(t.Context(), w.conf))
		test(w)
		if strings.Contains(w.log.String(), token) {
			t.Error("the log holds the token")
		}
	})
}

func newFake(kind string, clock *shared) peer {
	if kind == "gitlab" {
		return gitlabtest.New(gitlabtest.Options{Project: "group/infra", Token: token, Now: clock.Now})
	}
	return giteatest.New(giteatest.Options{Repo: "group/infra", Token: token, Now: clock.Now})
}

// tracker is all that an adapter can do.
type tracker interface {
	link.Tracker
	link.Historian
	link.Opener
}

// plug connects the adapter of a fake, and makes the labels that it needs.
func (w *world) plug(kind string) {
	id := plumbline.LinkID(kind)
	f := w.fakes[id]
	cfg := link.Config{ID: id, Kind: kind, URL: address(f), Project: "group/infra", Token: token, Separator: "::", Client: w.client(), Now: time.Now}
	var tr tracker
	var err error
	if kind == "gitlab" {
		tr, err = gitlab.New(cfg)
	} else {
		tr, err = gitea.New(cfg)
	}
	w.must(err)
	w.opt.Adapters[id] = worker.Adapter{Tracker: tr, History: tr, Opener: tr}
	w.conf = append(w.conf, plumbline.LinkState{ID: id, Kind: kind, URL: cfg.URL, Project: cfg.Project, Separator: "::", OnDecline: "close"})
	for _, name := range w.labels() {
		f.CreateLabel(name)
	}
}

func address(f peer) string {
	switch f := f.(type) {
	case *gitlabtest.Server:
		return f.URL
	case *giteatest.Server:
		return f.URL
	}
	return ""
}

// client speaks to the fakes without keeping connections, which would keep time
// from passing, and sets their clock.
func (w *world) client() *http.Client {
	return &http.Client{Transport: through{w.clock, &http.Transport{DisableKeepAlives: true}}}
}

type through struct {
	clock *shared
	next  http.RoundTripper
}

func (t through) RoundTrip(r *http.Request) (*http.Response, error) {
	t.clock.touch()
	return t.next.RoundTrip(r)
}

// labels are all that the processes use.
func (w *world) labels() []string {
	var out []string
	for _, def := range w.app.Processes() {
		if def.Trigger == "" {
			continue
		}
		if !slices.Contains(out, def.Trigger) {
			out = append(out, def.Trigger)
		}
		for _, lane := range def.Lanes {
			for _, s := range lane.States {
				if s.Kind == "open" && !slices.Contains(out, string(s.State)) {
					out = append(out, string(s.State))
				}
			}
		}
	}
	return out
}

// people are those who act on a fake.
func (w *world) people(id plumbline.LinkID) peer {
	w.clock.touch()
	return w.fakes[id]
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// start runs a worker until stop is called or the test ends.
func (w *world) start(change ...func(*worker.Options)) (stop func()) {
	opt := w.opt
	for _, c := range change {
		c(&opt)
	}
	ctx, cancel := context.WithCancel(w.Context())
	done := make(chan error)
	go func() { done <- worker.New(w.app, opt).Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				w.Errorf("Run: %v", err)
			}
		})
	}
	w.Cleanup(stop)
	synctest.Wait()
	return stop
}

// running starts a worker on trackers that are connected and released.
func (w *world) running(change ...func(*worker.Options)) (stop func()) {
	w.Helper()
	stop = w.start(change...)
	w.pass(5 * time.Second)
	for _, st := range w.states() {
		if st.Filled.IsZero() || st.Confirmed.IsZero() || st.Health != "healthy" {
			w.Fatalf("the link %s is not ready: %+v\n%s", st.ID, st, w.log)
		}
	}
	w.calm()
	return stop
}

// calm forgets what was requested and logged so far.
func (w *world) calm() {
	for _, f := range w.fakes {
		f.Calm()
		f.Forget()
	}
	w.log.reset()
}

// pass lets time pass, and everything that happens in it.
func (w *world) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (w *world) states() []plumbline.LinkState {
	w.Helper()
	s, err := w.app.LinkStates(w.Context())
	w.must(err)
	return s
}

func (w *world) state(id plumbline.LinkID) plumbline.LinkState {
	w.Helper()
	for _, s := range w.states() {
		if s.ID == id {
			return s
		}
	}
	w.Fatalf("no link %s", id)
	return plumbline.LinkState{}
}

const (
	trigger = "infrapm"
	start   = "workflow::problem validation"
)

// logbook keeps what was logged.
type logbook struct {
	mu  sync.Mutex
	buf bytes.Buffer
	all bytes.Buffer
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Write(b)
	return l.buf.Write(b)
}

func (l *logbook) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Reset()
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// count is how many lines since the last reset hold all of the words.
func (l *logbook) count(words ...string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.buf.String()) {
		hit := true
		for _, w := range words {
			hit = hit && strings.Contains(line, w)
		}
		if hit {
			n++
		}
	}
	return n
}
