package worker

import (
	"context"
	"fmt"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/link"
)

const (
	ignoredTimes = 3 // writes that the tracker said yes to and did not do, before a person must look
	lostTimes    = 5 // times that what an action is about was not found
)

// act carries out one action: it reads the issue, lets app say whether the
// write is still wanted, writes, and hands back what the tracker holds then.
// Cut off anywhere, the next one who claims it finds out by reading what was
// written, and writes only what is missing.
func (w *Worker) act(ctx context.Context, a plumbline.Action) {
	p := w.peers[a.Link]
	if p == nil {
		w.finish(ctx, a, app.Result{Status: plumbline.ActionHeld, Detail: "No tracker of this name is configured on this server."})
		return
	}
	if until, why := p.resting(w.now()); until > 0 {
		w.wait(ctx, a, until.Add(jitter(time.Second)), why)
		return
	}
	if p.now().Paused != "" {
		w.wait(ctx, a, w.now().Add(jitter(time.Minute)), "the tracker is paused")
		return
	}
	release, ok := p.take(ctx, key(a))
	if !ok {
		return
	}
	defer release()
	err := w.safely("action "+a.Key, func() error { return w.carryOut(ctx, p, a) })
	if err != nil && ctx.Err() == nil { // ours: the database, a panic
		w.log.Error("an action failed on our side; it is tried again", "action", a.Key, "err", err)
		w.wait(ctx, a, w.now().Add(backoff(a.Attempts-1)), "it failed on our side")
	}
}

// key is what only one job of this server works on at a time.
func key(a plumbline.Action) string {
	if a.Kind == plumbline.OpenIssue {
		return "open " + string(a.Item)
	}
	return a.Ref
}

// carryOut does what act says. Its errors are our own; faults of the tracker are
// dealt with.
func (w *Worker) carryOut(ctx context.Context, p *peer, a plumbline.Action) error {
	var now plumbline.Snapshot
	if a.Kind != plumbline.OpenIssue {
		err := w.inTime(ctx, "reading for "+a.Key, func(ctx context.Context) (err error) {
			now, err = w.lookFirst(ctx, p, a)
			return err
		})
		if err != nil {
			return w.readFailed(ctx, p, a, err)
		}
	}
	g, err := w.app.Begin(ctx, a, now)
	if err != nil {
		return err
	}
	if !g.Proceed {
		w.log.Info("write not needed any more", "action", a.Key)
		w.say("%s: not written, it is settled or the labels were changed meanwhile: %s", a.Link, sentence(a))
		return nil
	}
	a = g.Action
	if next, first := p.mayWrite(w.now(), w.o.MaxWritesPerHour); next > 0 {
		if first {
			w.log.Warn("the hourly limit of writes is reached; the rest waits", "link", p.id, "limit", w.o.MaxWritesPerHour, "until", next.Std())
		}
		w.wait(ctx, a, next.Add(jitter(time.Second)), fmt.Sprintf("the limit of %d writes an hour is reached", w.o.MaxWritesPerHour))
		return nil
	}
	var out link.Outcome
	err = w.inTime(ctx, "writing "+a.Key, func(ctx context.Context) (err error) {
		out, err = w.write(ctx, p, a)
		return err
	})
	if err != nil {
		return w.writeFailed(ctx, p, a, err)
	}
	if !out.Changed && !out.Ignored {
		p.unwritten()
	}
	w.written(ctx, p, a, out)
	return nil
}

// lookFirst reads the issue as it is now. What this server has not handed in
// yet is handed in, so that what a person did meanwhile counts before our write.
func (w *Worker) lookFirst(ctx context.Context, p *peer, a plumbline.Action) (plumbline.Snapshot, error) {
	asked := w.now()
	snap, err := p.Tracker.Get(ctx, a.Ref)
	if err != nil {
		return snap, err
	}
	w.answers(p, issues)
	if _, same := p.recall(a.Ref, snap); same {
		return snap, nil
	}
	history, read := w.history(ctx, p, a.Ref)
	return snap, w.handIn(ctx, p, app.Sighting{Ref: a.Ref, Snapshot: snap, History: history, Cause: "op:" + a.Key, Asked: asked}, read)
}

// write is the one place where something outside changes.
func (w *Worker) write(ctx context.Context, p *peer, a plumbline.Action) (link.Outcome, error) {
	if a.Kind != plumbline.OpenIssue {
		return p.Tracker.Apply(ctx, a.Ref, a.Want)
	}
	if p.Opener == nil {
		return link.Outcome{}, &link.Fault{Kind: link.Invalid, Text: "This tracker cannot open issues."}
	}
	return p.Opener.Open(ctx, a.Want)
}

// written hands in what the tracker holds after a write.
func (w *Worker) written(ctx context.Context, p *peer, a plumbline.Action, out link.Outcome) {
	res := app.Result{Status: plumbline.ActionDone, Detail: "Done.", After: &out.After}
	switch {
	case out.Ignored && a.Kind == plumbline.OpenIssue && out.After.Ref != "": // it is there; doing it again changes nothing
		res.Detail = out.Detail
		w.log.Warn("the issue was opened, but not as wanted", "action", a.Key, "detail", out.Detail)
	case out.Ignored:
		res.Status, res.Detail = plumbline.ActionIgnored, "The tracker said yes and did nothing: "+out.Detail
		if a.Attempts < ignoredTimes {
			res.Status, res.NotBefore = plumbline.ActionWaiting, w.later(w.now().Add(jitter(time.Minute<<max(2*a.Attempts-2, 0))))
		} else {
			w.log.Error("the tracker ignores our writes; a person must look", "action", a.Key, "detail", out.Detail)
		}
	case !out.Changed:
		res.Detail = "It was so already."
	}
	if res.Status == plumbline.ActionDone {
		w.log.Info("written", "action", a.Key, "kind", a.Kind, "changed", out.Changed)
	}
	w.say("%s: %s: %s", a.Link, sentence(a), res.Detail)
	w.finish(ctx, a, res)
}

// readFailed says what becomes of an action whose issue could not be read.
func (w *Worker) readFailed(ctx context.Context, p *peer, a plumbline.Action, err error) error {
	f, theirs := asFault(err)
	if !theirs || ctx.Err() != nil {
		return err
	}
	switch f.Kind {
	case link.Gone:
		if err := w.app.Missing(ctx, a.Link, a.Ref, true); err != nil {
			return err
		}
		w.finish(ctx, a, app.Result{Status: plumbline.ActionFailed, Detail: f.Text})
	case link.NotFound, link.Forbidden, link.Moved:
		w.lost(ctx, p, a, f)
	default:
		w.faulted(ctx, p, a, f)
	}
	return nil
}

// lost puts off an action whose issue is not where it was, and has the issue
// looked for. A refresh decides what became of it.
func (w *Worker) lost(ctx context.Context, p *peer, a plumbline.Action, f *link.Fault) {
	if err := w.app.QueueRefresh(ctx, a.Link, "op:"+a.Key, a.Ref); err != nil {
		w.log.Error("a lost issue could not be queued", "link", a.Link, "ref", a.Ref, "err", err)
	}
	if a.Attempts >= lostTimes {
		w.settle(ctx, p, a, plumbline.ActionHeld, f.Text)
		return
	}
	wait := missedAgain
	if f.Kind == link.Moved {
		wait = backoff(a.Attempts - 1)
	}
	w.wait(ctx, a, w.now().Add(wait), f.Text)
}

// writeFailed says what becomes of an action whose write failed, or may have
// been done.
func (w *Worker) writeFailed(ctx context.Context, p *peer, a plumbline.Action, err error) error {
	if ctx.Err() != nil { // cut off: the lease runs out, and the next one reads first
		return err
	}
	switch f := faultOf(err, link.Unknown); f.Kind {
	case link.Forbidden:
		w.refusedWrite(ctx, p, f)
		w.settle(ctx, p, a, plumbline.ActionHeld, f.Text)
	case link.NotFound, link.Gone, link.Moved:
		w.lost(ctx, p, a, f)
	case link.Invalid:
		w.settle(ctx, p, a, plumbline.ActionFailed, f.Text)
	default:
		w.faulted(ctx, p, a, f)
	}
	return nil
}

// faulted deals with faults that are the tracker's as a whole.
func (w *Worker) faulted(ctx context.Context, p *peer, a plumbline.Action, f *link.Fault) {
	switch f.Kind {
	case link.Archived:
		p.locked(func() { p.resolved, p.resolve = false, 0 })
		w.settle(ctx, p, a, plumbline.ActionHeld, f.Text)
	case link.Invalid:
		w.settle(ctx, p, a, plumbline.ActionFailed, f.Text)
	case link.RateLimited, link.Auth: // says nothing about this action
		w.wait(ctx, a, w.failed(ctx, p, issues, f, 0), f.Text)
	default:
		if a.Attempts <= 1 {
			w.log.Warn("a write waits for the tracker", "action", a.Key, "err", f)
		}
		w.wait(ctx, a, w.failed(ctx, p, issues, f, a.Attempts-1), f.Text)
	}
}

// refusedWrite makes a link read-only after the tracker forbade a write: what
// would be written is held until somebody mends the rights and has it tested.
func (w *Worker) refusedWrite(ctx context.Context, p *peer, f *link.Fault) {
	fresh := false
	w.seen(ctx, p, func(st *plumbline.LinkState) {
		if fresh = !st.ReadOnly; fresh {
			st.ReadOnly, st.Health = true, "degraded"
			st.Detail = sentences(wasRefused, f.Text)
		}
	})
	p.locked(func() { p.mark = wasRefused })
	if fresh {
		w.log.Error("link is read-only: a write was refused", "link", p.id, "err", f)
		w.say("%s is read-only now: %s", p.id, f.Text)
	}
}

// settle ends an action that needs a person.
func (w *Worker) settle(ctx context.Context, p *peer, a plumbline.Action, status plumbline.ActionStatus, why string) {
	w.log.Warn("write not done", "link", p.id, "action", a.Key, "status", status, "why", why)
	w.say("%s: %s: %s: %s", a.Link, sentence(a), status, why)
	w.finish(ctx, a, app.Result{Status: status, Detail: why})
}

// wait puts an action off.
func (w *Worker) wait(ctx context.Context, a plumbline.Action, at plumbline.Time, why string) {
	w.say("%s: %s: waits until %s: %s", a.Link, sentence(a), clockTime(at), why)
	w.finish(ctx, a, app.Result{Status: plumbline.ActionWaiting, Detail: why, NotBefore: w.later(at)})
}

func (w *Worker) finish(ctx context.Context, a plumbline.Action, r app.Result) {
	if err := w.app.Finish(ctx, a, r); err != nil && ctx.Err() == nil {
		w.log.Error("how an action went could not be stored; it is checked again when its lease has run out", "action", a.Key, "err", err)
	}
}

// sentence says in a few words what an action does.
func sentence(a plumbline.Action) string {
	where := "issue " + a.Ref
	switch a.Kind {
	case plumbline.SetLabels:
		var parts []string
		if len(a.Want.Add) > 0 {
			parts = append(parts, "add "+strings.Join(a.Want.Add, ", "))
		}
		if len(a.Want.Remove) > 0 {
			parts = append(parts, "remove "+strings.Join(a.Want.Remove, ", "))
		}
		return where + ": " + strings.Join(parts, "; ")
	case plumbline.TellComment:
		return where + ": write our comment"
	case plumbline.CloseIssue:
		return where + ": close it"
	case plumbline.ReopenIssue:
		return where + ": open it again"
	}
	return "open an issue: " + string(a.Want.Title)
}
