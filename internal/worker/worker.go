// Package worker is the door that time comes in by: the only owner of timers
// and goroutines. It reads trackers (resolve, poll, refresh), hands what it read
// to the use cases, carries out the actions that they wrote, and tells them how
// that went. It decides nothing: whether an issue is picked up, or a write is
// still wanted, is said by app.
//
// Nouns: a peer is what this server remembers of one tracker; a refresh is one
// issue to be read again; an action is one change outside.
//
// Laws: only this package calls a link's writing methods, and only for an action
// that app let it begin. Every job is claimed under a lease, so that any server
// may die at any point: whoever claims it next reads before it writes. A job
// that panics is logged and tried again later; it stops nobody else. What is
// logged is changes of state, never secrets.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/link"
)

// How long things may take.
const (
	leaseFor   = 15 * time.Second       // a claimed refresh or action, renewed while it is worked on: what a dead server leaves is taken up so soon
	renewEvery = 4 * time.Second        // so that a renewal may be late twice
	jobTimeout = 50 * time.Second       // reading or writing for it
	passLimit  = 10 * time.Minute       // one pass over a tracker's list
	claimEvery = 50 * time.Millisecond  // between a look for work that found none and the next
	lookEvery  = 250 * time.Millisecond // at least between two looks at links and questions
	tickFirst  = time.Second            // from the last wake-up to the next look for work, doubling …
	tickLast   = 16 * time.Second       // … up to this: wake-ups and known times cover the rest …
	tickEarly  = 4 * time.Second        // … save what a server that died left: soon after a start it is looked for more often
)

// Adapter is how one tracker is spoken to. History and Opener may be nil.
type Adapter struct {
	Tracker link.Tracker
	History link.Historian
	Opener  link.Opener
}

// Options are the worker's settings; zero values take the defaults.
type Options struct {
	Adapters         map[plumbline.LinkID]Adapter
	Poll             time.Duration // between two passes over a tracker's changes; default 60 s
	Sweep            time.Duration // between two readings of everything that is mirrored; default 24 h
	Log              *slog.Logger  // default: none
	Holder           string        // this server's name, unique among those that share the database
	MaxWritesPerHour int           // to one tracker, from this server; default 500
	Readers          int           // issues read at once; default 4
	Writers          int           // actions carried out at once; default 2
	Grace            time.Duration // for running jobs at the end; default 4 s
	Mailer           link.Mailer   // nil: no mail is sent
	Poster           link.Poster   // nil: nothing is delivered to webhooks

	Sources map[plumbline.LinkID]link.Source // of figures, which objectives are measured by

	Watchers map[plumbline.LinkID]link.Watcher // who tell of alarms
}

func (o Options) withDefaults() Options {
	pick := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	count := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	pick(&o.Poll, time.Minute)
	pick(&o.Sweep, 24*time.Hour)
	pick(&o.Grace, 4*time.Second)
	count(&o.MaxWritesPerHour, 500)
	count(&o.Readers, 4)
	count(&o.Writers, 2)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Holder == "" {
		o.Holder = "plumbline"
	}
	return o
}

// Worker does the work that nobody waits for.
type Worker struct {
	app    *app.App
	o      Options
	log    *slog.Logger
	peers  map[plumbline.LinkID]*peer
	report *report // what a pass did, for the one who asked; nil: nobody
	run    *running
}

// running is what [Worker.Run] keeps between its turns.
type running struct {
	jobs    sync.WaitGroup
	readers chan struct{} // a token for each refresh that runs
	writers chan struct{} // a token for each action that runs
	freed   chan struct{} // a job ended
	asking  chan struct{} // a token while questions are answered

	mu     sync.Mutex
	putOff []plumbline.Time // when jobs that were put off are due, sorted
	owed   atomic.Bool      // a look at links and questions
	missed atomic.Bool      // there was a look while questions were answered
	claims int64            // so many claims were made
	live   map[string]int   // jobs that still run, by the name that they were claimed under

	// Only a turn touches what follows.
	idle     time.Duration  // to the next look for work, when nothing is known to be due
	due      bool           // a look for work is owed
	vain     plumbline.Time // when the last one found nothing
	moreRead bool           // there may be more to claim than the last claim took
	moreAct  bool
	began    plumbline.Time
	looked   plumbline.Time // last look at links and questions
	tidied   plumbline.Time
	broken   bool // the database does not answer
}

// New makes a worker over the use cases.
func New(a *app.App, o Options) *Worker {
	o = o.withDefaults()
	o.Holder += fmt.Sprintf(" %08x", rand.Uint32()) // a server that starts again is another one
	w := &Worker{app: a, o: o, log: o.Log, peers: map[plumbline.LinkID]*peer{}, run: &running{
		readers: make(chan struct{}, o.Readers), writers: make(chan struct{}, o.Writers),
		freed: make(chan struct{}, 1), asking: make(chan struct{}, 1), live: map[string]int{},
	}}
	for id, ad := range o.Adapters {
		w.peers[id] = newPeer(id, ad)
	}
	return w
}

// Run works until ctx ends, then lets running jobs finish for the grace period
// and cuts off those that do not. It is called once.
func (w *Worker) Run(ctx context.Context) error {
	wake, stop := w.app.Subscribe()
	defer stop()
	jobs, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	w.run.jobs.Go(func() { w.listen(ctx) })
	w.run.jobs.Go(func() { w.renew(ctx) })
	w.run.jobs.Go(func() { w.tell(ctx, jobs) })
	if len(w.o.Watchers) > 0 {
		w.run.jobs.Go(func() { w.hear(ctx) })
	}
	for id, src := range w.o.Sources {
		w.run.jobs.Go(func() { w.measure(ctx, id, src) })
	}
	w.run.began = w.now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		why := tick
		select {
		case <-ctx.Done():
			w.drain(cut)
			return nil
		case <-wake:
			why = woken
		case <-w.run.freed:
			why = freed
		case <-timer.C:
		}
		if ctx.Err() == nil {
			timer.Reset(w.turn(ctx, jobs, why))
		}
	}
}

// renew keeps what this server has claimed, as long as it works on it. When ctx
// ends the jobs that still run have what is left of their leases.
func (w *Worker) renew(ctx context.Context) {
	for pause(ctx, renewEvery) {
		for _, name := range w.run.held() {
			if err := w.app.KeepClaims(ctx, name, leaseFor); err != nil && ctx.Err() == nil {
				w.log.Warn("leases could not be renewed", "err", err)
			}
		}
	}
}

// drain waits for the running jobs, and cuts them off after the grace period.
func (w *Worker) drain(cut context.CancelFunc) {
	done := make(chan struct{})
	go func() { w.run.jobs.Wait(); close(done) }()
	t := time.NewTimer(w.o.Grace)
	defer t.Stop()
	select {
	case <-done:
		return
	case <-t.C:
		cut()
	}
	t.Reset(time.Second)
	select {
	case <-done:
	case <-t.C:
		w.log.Error("a job did not stop when told to")
	}
}

// listen passes on the wake-ups of other servers, and starts again when the
// connection is lost.
func (w *Worker) listen(ctx context.Context) {
	lost := false
	for n := 0; ; n++ {
		began := w.now()
		err := w.safely("listen", func() error { return w.app.Listen(ctx) })
		if ctx.Err() != nil || err == nil {
			return
		}
		if !lost {
			w.log.Warn("wake-ups from other servers are lost; looking every few seconds instead", "err", err)
		}
		lost = true
		if w.now().Sub(began) > time.Minute {
			n, lost = 0, false
		}
		if !pause(ctx, backoff(n)) {
			return
		}
	}
}

// pause waits for d; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

func (w *Worker) now() plumbline.Time { return w.app.Now() }
