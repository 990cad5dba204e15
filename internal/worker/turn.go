package worker

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"plumbline"
)

// reason is why a turn is taken.
type reason int

const (
	tick  reason = iota // the timer ran out
	woken               // something changed inside
	freed               // a job ended
)

// turn looks at what is due and starts it, and says when to look again at the
// latest. It is the only place that starts jobs. Reads stop with ctx; jobs that
// write live on for the grace period.
func (w *Worker) turn(ctx, jobs context.Context, why reason) time.Duration {
	r := w.run
	switch {
	case why == woken || r.idle == 0:
		r.idle = tickFirst
	case why == tick:
		r.idle = min(2*r.idle, tickLast)
		if w.now().Sub(r.began) < 2*leaseFor {
			r.idle = min(r.idle, tickEarly)
		}
	}
	if why != freed {
		r.owed.Store(true)
	}
	err := w.safely("a turn", func() error {
		if err := w.look(ctx); err != nil {
			return err
		}
		return w.claim(ctx, jobs, why)
	})
	if ctx.Err() == nil && (err != nil) != r.broken {
		if r.broken = err != nil; r.broken {
			w.log.Error("cannot look for work; trying again every few seconds", "err", err)
		} else {
			w.log.Info("looking for work again")
		}
	}
	return max(w.untilNext(w.now()), time.Millisecond)
}

// untilNext is how long until the next turn, when nothing happens before.
func (w *Worker) untilNext(now plumbline.Time) time.Duration {
	r := w.run
	wait := r.idle
	if r.broken {
		return wait
	}
	if r.owed.Load() {
		wait = min(wait, lookEvery-now.Sub(r.looked))
	}
	if r.due {
		wait = min(wait, claimEvery-now.Sub(r.vain))
	}
	for _, p := range w.peers {
		if next, ok := p.next(w.o.Poll); ok {
			wait = min(wait, max(next.Sub(now), lookEvery-now.Sub(r.looked)))
		}
	}
	if next, ok := r.next(now); ok {
		wait = min(wait, next)
	}
	return wait
}

// next is how long it is to the first job that was put off and is not due yet.
func (r *running) next(now plumbline.Time) (time.Duration, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, _ := slices.BinarySearch(r.putOff, now+1)
	r.putOff = r.putOff[i:]
	if len(r.putOff) == 0 {
		return 0, false
	}
	return r.putOff[0].Sub(now), true
}

// look reads the state of the trackers, when that is owed, starts what is due
// for each of them, takes up questions and tidies. Wake-ups come in bursts, so
// it looks at most every [lookEvery].
func (w *Worker) look(ctx context.Context) error {
	r, now := w.run, w.now()
	since := now.Sub(r.looked)
	if !r.owed.Load() || r.looked != 0 && since >= 0 && since < lookEvery {
		return nil
	}
	r.owed.Store(false)
	states, err := w.app.LinkStates(ctx)
	if err != nil {
		r.owed.Store(true)
		return err
	}
	r.looked = now
	for _, st := range states {
		p := w.peers[st.ID]
		if p == nil {
			continue
		}
		p.learn(st)
		if p.start(now, w.o.Poll) {
			r.jobs.Go(func() {
				defer w.done(func() { p.stop(); r.owed.Store(true) })
				w.tend(ctx, p)
			})
		}
	}
	w.chores(ctx, now)
	return nil
}

// chores answers questions and tidies, one of each at a time.
func (w *Worker) chores(ctx context.Context, now plumbline.Time) {
	r := w.run
	select {
	case r.asking <- struct{}{}:
	default:
		r.missed.Store(true)
		return
	}
	tidy := r.tidied == 0 || now.Sub(r.tidied) >= time.Hour || now < r.tidied
	if tidy {
		r.tidied = now
	}
	r.jobs.Go(func() {
		if tidy {
			w.quietly(ctx, "tidying", w.app.Tidy)
			w.quietly(ctx, "tidying notices", w.app.TidyNotices)
			w.quietly(ctx, "looking for what stands still", w.sweepIdle)
			w.quietly(ctx, "learning what teams finish", w.app.LearnCapacity)
			w.quietly(ctx, "keeping forecasts", w.foretell)
			w.quietly(ctx, "looking whether the committed plan holds", w.app.WatchPlan)
		}
		w.quietly(ctx, "bringing back what was put off", w.wake)
		w.quietly(ctx, "judging constraints again", w.judgeAgain)
		w.quietly(ctx, "answering questions", w.answer)
		<-r.asking
		if r.missed.Swap(false) {
			w.done(func() { r.owed.Store(true) })
		}
	})
}

// wake brings back to the inbox what was put off until now.
func (w *Worker) wake(ctx context.Context) error {
	n, err := w.app.Wake(ctx)
	if n > 0 {
		w.log.Info("items came back to the inbox, as their time came", "items", n)
	}
	return err
}

// judgeAgain judges the constraints that time alone may have changed.
func (w *Worker) judgeAgain(ctx context.Context) error {
	for {
		more, err := w.app.JudgeDue(ctx)
		if err != nil || !more || ctx.Err() != nil {
			return err
		}
	}
}

// foretell holds reality against the forecasts that are due, then keeps those of this
// week, one server at a time.
func (w *Worker) foretell(ctx context.Context) error {
	mine, err := w.app.Lease(ctx, "forecasts", w.o.Holder, jobTimeout)
	if err != nil || !mine {
		return err
	}
	for more := true; more && ctx.Err() == nil; {
		if _, more, err = w.app.ScoreForecasts(ctx); err != nil {
			return err
		}
	}
	_, err = w.app.KeepForecasts(ctx)
	return err
}

// sweepIdle lets items go that nobody touched for too long.
func (w *Worker) sweepIdle(ctx context.Context) error {
	n, err := w.app.Sweep(ctx)
	if n > 0 {
		w.log.Info("items stood still for too long and were moved", "items", n)
	}
	return err
}

// claim takes up refreshes and actions, as many as can run now. Every commit of
// anybody wakes us, so after a claim that found nothing the next one waits a
// moment.
func (w *Worker) claim(ctx, jobs context.Context, why reason) error {
	r, now := w.run, w.now()
	r.due = r.due || why != freed
	since := now.Sub(r.vain)
	all := r.due && (since < 0 || since >= claimEvery)
	reads, err := w.claimReads(ctx, jobs, all)
	if err != nil {
		return err
	}
	acts, err := w.claimActs(ctx, jobs, all)
	if err != nil {
		return err
	}
	if all {
		r.due = false
		if reads+acts == 0 {
			r.vain = now
		}
	}
	return nil
}

func (w *Worker) claimReads(ctx, jobs context.Context, all bool) (n int, err error) {
	r := w.run
	free := cap(r.readers) - len(r.readers)
	if free == 0 || !all && !r.moreRead {
		r.moreRead = r.moreRead || all
		return 0, nil
	}
	name := r.claim(w.o.Holder)
	due, err := w.app.ClaimRefreshes(ctx, name, leaseFor, free)
	if err != nil {
		return 0, err
	}
	r.moreRead = len(due) == free
	r.hold(name, len(due))
	for _, d := range due {
		w.spawn(r.readers, func() { defer r.drop(name); w.refresh(jobs, d) })
	}
	return len(due), nil
}

func (w *Worker) claimActs(ctx, jobs context.Context, all bool) (n int, err error) {
	r := w.run
	free := cap(r.writers) - len(r.writers)
	if free == 0 || !all && !r.moreAct {
		r.moreAct = r.moreAct || all
		return 0, nil
	}
	name := r.claim(w.o.Holder)
	due, err := w.app.ClaimActions(ctx, name, leaseFor, free)
	if err != nil {
		return 0, err
	}
	r.moreAct = len(due) == free
	r.hold(name, len(due))
	for _, a := range due {
		w.spawn(r.writers, func() { defer r.drop(name); w.act(jobs, a) })
	}
	return len(due), nil
}

// spawn runs a job that holds one of the tokens. Only a turn takes tokens, so
// there is one.
func (w *Worker) spawn(tokens chan struct{}, job func()) {
	tokens <- struct{}{}
	w.run.jobs.Go(func() {
		defer w.done(func() { <-tokens })
		job()
	})
}

// claim is the name for the next claim. Each has its own, so that the lease of a
// job whose end could not be stored is not renewed with those of others.
func (r *running) claim(holder string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claims++
	return fmt.Sprintf("%s-%d", holder, r.claims)
}

// hold notes that n jobs of a claim run, and drop that one of them ended.
func (r *running) hold(name string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live[name] += n; r.live[name] == 0 {
		delete(r.live, name)
	}
}

func (r *running) drop(name string) { r.hold(name, -1) }

// held are the names of the claims of which jobs still run.
func (r *running) held() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.live))
}

// done ends a job: release, then let the loop look whether there is more.
func (w *Worker) done(release func()) {
	release()
	select {
	case w.run.freed <- struct{}{}:
	default:
	}
}

// later notes that a job was put off to t, so that there is a turn then. Moments
// of one tenth of a second are one.
func (w *Worker) later(t plumbline.Time) plumbline.Time {
	const tenth = plumbline.Time(100_000)
	at := (t + tenth - 1) / tenth * tenth
	w.run.mu.Lock()
	defer w.run.mu.Unlock()
	if i, known := slices.BinarySearch(w.run.putOff, at); !known {
		w.run.putOff = slices.Insert(w.run.putOff, i, at)
	}
	return t
}

// panicked is what [Worker.safely] makes of a panic.
type panicked struct{ what, value string }

func (p *panicked) Error() string { return fmt.Sprintf("panic in %s: %s", p.what, p.value) }

// safely calls f and turns a panic into an error, logged with its stack.
func (w *Worker) safely(what string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{what, fmt.Sprint(v)}
			w.log.Error("panic; the job will be tried again later", "in", what, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		}
	}()
	return f()
}

// inTime calls f safely with a context that ends after [jobTimeout].
func (w *Worker) inTime(ctx context.Context, what string, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, jobTimeout)
	defer cancel()
	return w.safely(what, func() error { return f(ctx) })
}

// quietly calls f, of which nobody waits for the outcome.
func (w *Worker) quietly(ctx context.Context, what string, f func(context.Context) error) {
	err := w.safely(what, func() error { return f(ctx) })
	if err != nil && ctx.Err() == nil {
		w.log.Error(what+" failed", "err", err)
	}
}
