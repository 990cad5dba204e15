package worker

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

const (
	pollLease = 15 * time.Second // a longer pass may be made twice, which does no harm
	chunk     = 200              // refs queued in one transaction
)

var errNotNow = errors.New("not now")

// poll reads what changed in a tracker since the stored cursor and queues it.
// The cursor moves only after a complete pass. Servers that share the database
// take turns: one that finds the pass done, or being done, waits for the next.
func (w *Worker) poll(ctx context.Context, p *peer) error {
	now := w.now()
	st, err := w.stored(ctx, p)
	if err != nil {
		return w.pollFailed(ctx, p, err)
	}
	if st.Paused != "" || !p.fresh() && !st.Polled.IsZero() && st.Polled.Add(w.o.Poll) > now {
		return errNotNow
	}
	mine, err := w.app.Lease(ctx, "poll:"+string(p.id), w.o.Holder, pollLease)
	if err != nil {
		return w.pollFailed(ctx, p, err)
	}
	if !mine {
		p.locked(func() { p.poll = now.Add(jitter(min(max(w.o.Poll/4, time.Second), pollLease))) })
		return errNotNow
	}
	return w.pass(ctx, p, st, w.queue)
}

// pass reads the changes once and gives the issues to take.
func (w *Worker) pass(ctx context.Context, p *peer, st plumbline.LinkState, take func(ctx context.Context, p *peer, cause string, refs []string) error) error {
	cause := "poll"
	if st.Cursor == "" {
		cause = "backfill"
	}
	batch, err := w.changed(ctx, p, st, st.Cursor)
	if err == nil {
		w.say("%s: %s", p.id, plural(len(batch.Refs), "issue changed", "issues changed")+since(cause))
		err = take(ctx, p, cause, batch.Refs)
	}
	if err != nil {
		return w.pollFailed(ctx, p, err)
	}
	w.answers(p, listing)
	now := w.now()
	p.locked(func() { p.poll, p.passed = now.Add(w.o.Poll+rand.N(w.o.Poll/10+1)), true })
	w.seen(ctx, p, func(st *plumbline.LinkState) { st.Cursor, st.Polled = batch.Cursor, now })
	if cause == "backfill" {
		w.log.Info("first look at a tracker", "link", p.id, "issues", len(batch.Refs))
	}
	return nil
}

func since(cause string) string {
	if cause == "backfill" {
		return ", all that carry our labels (first look)"
	}
	return " since the last pass"
}

// changed asks the tracker which issues changed since the cursor.
func (w *Worker) changed(ctx context.Context, p *peer, st plumbline.LinkState, cursor string) (b link.Batch, err error) {
	labels, states := w.labels(st)
	if cursor == "" {
		labels = append(slices.Clip(labels), states...)
	}
	err = w.safely("poll "+string(p.id), func() (err error) {
		ctx, cancel := context.WithTimeout(ctx, passLimit)
		defer cancel()
		b, err = p.Tracker.Changed(ctx, cursor, labels)
		return err
	})
	return b, err
}

// queue asks for issues to be read.
func (w *Worker) queue(ctx context.Context, p *peer, cause string, refs []string) error {
	for some := range slices.Chunk(refs, chunk) {
		if err := w.app.QueueRefresh(ctx, p.id, cause, some...); err != nil {
			return err
		}
	}
	return nil
}

// pollFailed notes why a pass failed and puts the next one off.
func (w *Worker) pollFailed(ctx context.Context, p *peer, err error) error {
	if ctx.Err() != nil {
		return err
	}
	f, theirs := asFault(err)
	var crash *panicked
	bad := 0
	p.locked(func() { bad = p.pollBad; p.pollBad++ })
	retry := w.now().Add(backoff(bad))
	switch {
	case theirs:
		if why, lost := containerLost(p.now(), f); lost {
			w.stop(ctx, p, why)
			break
		}
		retry = w.failed(ctx, p, listing, f, bad)
		if f.Kind != link.RateLimited && bad > 0 { // once is no news
			w.degrade(ctx, p, listing, f.Text)
		}
	case errors.As(err, &crash):
		w.degrade(ctx, p, listing, "Reading its changes failed on our side; it is tried again.")
	case bad == 0:
		w.log.Error("reading the changes of a tracker failed", "link", p.id, "err", err)
	}
	p.locked(func() { p.poll = w.later(retry) })
	return err
}

// stored is the link's state as it is in the database now.
func (w *Worker) stored(ctx context.Context, p *peer) (plumbline.LinkState, error) {
	states, err := w.app.LinkStates(ctx)
	if err != nil {
		return plumbline.LinkState{}, err
	}
	for _, st := range states {
		if st.ID == p.id {
			p.learn(st)
			return st, nil
		}
	}
	return plumbline.LinkState{}, plumbline.Errorf(plumbline.NotFound, "The tracker %q is not set up.", p.id)
}
