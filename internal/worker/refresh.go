package worker

import (
	"context"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/link"
)

const (
	missedTimes = 3                // looks that must all miss an issue before it counts as gone
	missedAgain = 31 * time.Minute // between them, so that they span an hour
	givesUp     = 20               // failures, while the tracker answers to others, after which the sweep must do
)

// refresh reads one issue again and hands it in.
func (w *Worker) refresh(ctx context.Context, r app.Refresh) {
	p := w.peers[r.Link]
	if p == nil {
		w.retry(ctx, r, w.now().Add(jitter(10*time.Minute)), "this server has no adapter for it")
		return
	}
	if until, why := p.resting(w.now()); until > 0 {
		w.retry(ctx, r, until.Add(jitter(time.Second)), why)
		return
	}
	if p.now().Paused != "" {
		w.retry(ctx, r, w.now().Add(jitter(time.Minute)), "the tracker is paused")
		return
	}
	release, ok := p.take(ctx, r.Ref)
	if !ok {
		return
	}
	defer release()
	if soon := p.tooSoon(r.Ref, w.now()); soon > 0 && !pause(ctx, soon) {
		return
	}
	err := w.inTime(ctx, "refresh "+string(r.Link)+" "+r.Ref, func(ctx context.Context) error { return w.sight(ctx, p, r.Ref, r.Cause) })
	switch {
	case err == nil:
		w.doneRefresh(ctx, r)
	case ctx.Err() != nil: // the lease runs out and somebody takes it up again
	default:
		w.refreshFailed(ctx, p, r, err)
	}
}

// sight reads an issue and who labelled it, and hands both in.
func (w *Worker) sight(ctx context.Context, p *peer, ref, cause string) error {
	asked := w.now()
	snap, err := p.Tracker.Get(ctx, ref)
	if err != nil {
		return err
	}
	w.answers(p, issues)
	old, same := p.recall(ref, snap)
	if same && old.whole {
		return w.handIn(ctx, p, app.Sighting{Ref: ref, Snapshot: snap, History: old.history, Cause: cause, Asked: asked}, true)
	}
	history, read := w.history(ctx, p, ref)
	return w.handIn(ctx, p, app.Sighting{Ref: ref, Snapshot: snap, History: history, Cause: cause, Asked: asked}, read)
}

// handIn gives an issue to the use cases. Read says that its history was read.
func (w *Worker) handIn(ctx context.Context, p *peer, s app.Sighting, read bool) error {
	s.Link = p.id
	got, err := w.app.Observe(ctx, s)
	if err != nil {
		return err
	}
	p.remember(s, read, w.now())
	w.observed(p, s.Ref, got)
	return nil
}

// history reads who changed which label. Failing that, an issue is taken in
// without: who did it stays unknown until the next look.
func (w *Worker) history(ctx context.Context, p *peer, ref string) ([]plumbline.LabelChange, bool) {
	if p.History == nil {
		return nil, true
	}
	h, err := p.History.History(ctx, ref)
	if err == nil {
		return h, true
	}
	if f := faultOf(err, link.Down); f.Kind == link.RateLimited || f.Kind == link.Auth {
		w.failed(ctx, p, issues, f, 0)
	}
	w.log.Debug("history not read", "link", p.id, "ref", ref, "err", err)
	return nil, false
}

// observed logs and reports what a sighting led to.
func (w *Worker) observed(p *peer, ref string, got app.Observed) {
	switch {
	case got.PickedUp:
		w.log.Info("picked up", "link", p.id, "ref", ref, "item", got.Item)
		w.say("%s %s: picked up as %s", p.id, ref, got.Item)
	case got.Ignored != "":
		w.report.leave(p.id, ref, got.Ignored)
	case got.Changed && got.Item != "":
		w.say("%s %s: %s follows it", p.id, ref, got.Item)
	}
}

// refreshFailed says what becomes of a refresh that failed.
func (w *Worker) refreshFailed(ctx context.Context, p *peer, r app.Refresh, err error) {
	f, theirs := asFault(err)
	if !theirs { // ours: the database, a panic
		if r.Attempts <= 1 {
			w.log.Error("taking in an issue failed; it is tried again", "link", r.Link, "ref", r.Ref, "err", err)
		}
		w.again(ctx, p, r, w.now().Add(backoff(r.Attempts-1)), "taking it in failed on our side")
		return
	}
	switch f.Kind {
	case link.NotFound, link.Forbidden:
		w.missing(ctx, p, r, f)
	case link.Gone:
		w.note(ctx, "note that an issue is gone", r, w.app.Missing(ctx, r.Link, r.Ref, true))
		w.say("%s %s: deleted there", r.Link, r.Ref)
	case link.Moved:
		w.moved(ctx, p, r, f)
	case link.Archived:
		p.locked(func() { p.resolved, p.resolve = false, 0 })
		w.again(ctx, p, r, w.now().Add(backoff(r.Attempts-1)), f.Text)
	default:
		if r.Attempts <= 1 && f.Kind == link.Invalid {
			w.log.Warn("an issue cannot be read; it is tried again", "link", r.Link, "ref", r.Ref, "err", f)
		}
		w.again(ctx, p, r, w.failed(ctx, p, issues, f, r.Attempts-1), f.Text)
	}
}

// again puts a refresh off. One that fails and fails, while the tracker answers
// to others, is given up: the next change or the sweep brings it back.
func (w *Worker) again(ctx context.Context, p *peer, r app.Refresh, at plumbline.Time, why string) {
	alone := false
	p.locked(func() { alone = r.Attempts >= givesUp && p.fails < 3 && p.rest < w.now() && p.state.Paused == "" })
	if alone {
		w.log.Error("reading an issue was given up until it changes or the next sweep", "link", r.Link, "ref", r.Ref, "why", why)
		w.doneRefresh(ctx, r)
		return
	}
	w.retry(ctx, r, at, why)
}

// missing notes that an issue was not found, when that does not mean that we
// lost the whole container, and looks again later.
func (w *Worker) missing(ctx context.Context, p *peer, r app.Refresh, f *link.Fault) {
	if !w.reads(ctx, p) {
		w.retry(ctx, r, w.now().Add(backoff(r.Attempts-1)), f.Text)
		return
	}
	if err := w.app.Missing(ctx, r.Link, r.Ref, false); err != nil {
		w.again(ctx, p, r, w.now().Add(backoff(r.Attempts-1)), "noting that it is missing failed on our side")
		return
	}
	w.say("%s %s: not found", r.Link, r.Ref)
	if r.Attempts < missedTimes && r.Cause != "backfill" {
		w.retry(ctx, r, w.now().Add(missedAgain), f.Text)
		return
	}
	w.doneRefresh(ctx, r)
}

// moved follows an issue that lives elsewhere now: within the same project it
// is the same item; in another one it is gone from here.
func (w *Worker) moved(ctx context.Context, p *peer, r app.Refresh, f *link.Fault) {
	ref, same := p.within(f.To)
	if !same {
		w.log.Info("issue moved to another project", "link", r.Link, "ref", r.Ref, "to", f.To)
		w.say("%s %s: moved to %s, which is not followed", r.Link, r.Ref, f.To)
		w.note(ctx, "note that an issue moved away", r, w.app.Missing(ctx, r.Link, r.Ref, true))
		return
	}
	err := w.app.Rekey(ctx, r.Link, r.Ref, ref)
	switch plumbline.KindOf(err) {
	case plumbline.Conflict: // it was picked up there before we heard of the move
		err = w.app.Missing(ctx, r.Link, r.Ref, true)
	default:
		if err == nil {
			err = w.app.QueueRefresh(ctx, r.Link, "moved from "+r.Ref, ref)
		}
	}
	w.note(ctx, "follow a moved issue", r, err)
}

// within is the ref of a moved issue when it stayed in this project.
func (p *peer) within(to string) (ref string, ok bool) {
	project, ref, cut := strings.Cut(to, "#")
	if !cut {
		return "", false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return ref, ref != "" && (project == p.path || project == p.state.Project || project == p.state.Container)
}

// note ends a refresh when what it led to was stored, else tries again later.
func (w *Worker) note(ctx context.Context, what string, r app.Refresh, err error) {
	if err == nil {
		w.doneRefresh(ctx, r)
		return
	}
	w.log.Error("could not "+what, "link", r.Link, "ref", r.Ref, "err", err)
	w.retry(ctx, r, w.now().Add(backoff(r.Attempts-1)), "storing what was found failed on our side")
}

func (w *Worker) doneRefresh(ctx context.Context, r app.Refresh) {
	if err := w.app.DoneRefresh(ctx, r); err != nil && ctx.Err() == nil {
		w.log.Error("a refresh could not be ended; it is done again", "link", r.Link, "ref", r.Ref, "err", err)
	}
}

func (w *Worker) retry(ctx context.Context, r app.Refresh, at plumbline.Time, why string) {
	if err := w.app.RetryRefresh(ctx, r, w.later(at), why); err != nil && ctx.Err() == nil {
		w.log.Error("a refresh could not be put off; its lease runs out", "link", r.Link, "ref", r.Ref, "err", err)
	}
}
