package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// stopped begins the reason of a pause that the worker made itself. Such a link
// is tried again every hour; one that a person paused is left alone.
const stopped = "Stopped by itself: "

func ours(reason string) bool { return strings.HasPrefix(reason, stopped) }

// faultOf is the fault in err's chain. What is none, such as a panic, counts as
// no answer, or for a write as an unknown outcome.
func faultOf(err error, unclear link.FaultKind) *link.Fault {
	if f, ok := asFault(err); ok {
		return f
	}
	return &link.Fault{Kind: unclear, Text: "Reading or writing it failed on our side.", Err: err}
}

func asFault(err error) (f *link.Fault, ok bool) {
	if ok = errors.As(err, &f); !ok && errors.Is(err, context.DeadlineExceeded) {
		return &link.Fault{Kind: link.Down, Text: "It did not answer in time.", Err: err}, true
	}
	return f, ok
}

// failed notes what a failed call says of the tracker as a whole, and returns
// when the job may be tried again. Attempts counts the job's earlier failures.
func (w *Worker) failed(ctx context.Context, p *peer, what part, f *link.Fault, attempts int) plumbline.Time {
	now := w.now()
	retry := now.Add(backoff(attempts))
	switch f.Kind {
	case link.RateLimited:
		retry = w.rest(p, f)
	case link.Auth:
		w.stop(ctx, p, tokenRefused(p.now()))
		retry = now.Add(jitter(5 * time.Second))
	case link.Down, link.Unknown:
		if what == issues && p.unanswered(now) {
			w.degrade(ctx, p, issues, f.Text)
		}
	}
	return w.later(retry)
}

// rest stops all requests to a tracker that has had enough, until it says or,
// when it does not say, for a minute, doubling up to 16.
func (w *Worker) rest(p *peer, f *link.Fault) plumbline.Time {
	now, fresh := w.now(), false
	until := plumbline.At(f.Until)
	p.locked(func() {
		if until <= now {
			until = now.Add(time.Minute << min(p.limits, 4))
			p.limits++
		}
		fresh = p.rest <= now
		p.rest = max(p.rest, until)
		until = p.rest
	})
	if fresh {
		w.log.Warn("the tracker wants no more requests", "link", p.id, "until", until.Std())
		w.say("%s wants no more requests until %s.", p.id, clockTime(until))
	}
	return until.Add(jitter(time.Second))
}

// containerLost says whether a fault of the container itself, not of one
// issue, means that we must stop, and why.
func containerLost(st plumbline.LinkState, f *link.Fault) (why string, lost bool) {
	switch f.Kind {
	case link.Auth:
		return tokenRefused(st), true
	case link.Forbidden, link.NotFound, link.Gone:
		return fmt.Sprintf("%s cannot be read any more: it was removed, or %s lost its rights there. %s", st.Project, bot(st), f.Text), true
	case link.Archived:
		return fmt.Sprintf("%s is archived, or its issues are switched off. %s", st.Project, f.Text), true
	case link.Moved:
		return fmt.Sprintf("%s moved. %s", st.Project, f.Text), true
	}
	return "", false
}

// tokenRefused is why a link stops when its token is not accepted.
func tokenRefused(st plumbline.LinkState) string {
	end := "When it was to expire is not known."
	if !st.Expires.IsZero() {
		end = "It expires, or expired, on " + st.Expires.Std().Format("2006-01-02") + "."
	}
	return fmt.Sprintf("the tracker does not accept the token of %s (401). %s Nothing is lost: put a new token into the configuration, then resume.", bot(st), end)
}

func bot(st plumbline.LinkState) string {
	if st.Bot == "" {
		return "this link"
	}
	return "@" + st.Bot
}

// stop pauses a link, once: a pause that is there stays as it is.
func (w *Worker) stop(ctx context.Context, p *peer, why string) {
	fresh := false
	w.seen(ctx, p, func(st *plumbline.LinkState) {
		if fresh = st.Paused == ""; fresh {
			st.Paused, st.Health, st.Detail = stopped+why, "paused", sentences(readOnlyMark(st.Detail), why)
		}
	})
	if fresh {
		w.log.Error("link paused", "link", p.id, "why", why)
		w.say("%s was paused: %s", p.id, why)
	}
	p.locked(func() {
		p.resolve = w.now().Add(jitter(time.Hour))
		p.resolved = false
	})
}

// degrade shows that a tracker does not answer, once.
func (w *Worker) degrade(ctx context.Context, p *peer, what part, why string) {
	fresh := false
	p.locked(func() { fresh = p.trouble == [2]string{}; p.trouble[what] = why })
	if !fresh {
		return
	}
	w.log.Warn("link degraded", "link", p.id, "why", why)
	w.seen(ctx, p, func(st *plumbline.LinkState) {
		if st.Paused == "" {
			st.Health, st.Detail = "degraded", sentences(readOnlyMark(st.Detail), why)
		}
	})
}

// answers notes that the tracker answered.
func (w *Worker) answers(p *peer, what part) {
	if p.good(what, w.now()) {
		w.log.Info("link answers again", "link", p.id)
	}
}

// seen changes the stored state of a link, and what this server remembers of it.
func (w *Worker) seen(ctx context.Context, p *peer, change func(*plumbline.LinkState)) {
	err := w.app.LinkSeen(ctx, p.id, func(st *plumbline.LinkState) {
		change(st)
		p.locked(func() { p.state = *st })
	})
	if err != nil && ctx.Err() == nil {
		w.log.Error("what was learnt of a link could not be stored", "link", p.id, "err", err)
	}
}

// say adds a line to the report of the pass.
func (w *Worker) say(format string, args ...any) { w.report.add(fmt.Sprintf(format, args...)) }

func clockTime(t plumbline.Time) string { return t.Std().Format("2006-01-02 15:04:05 UTC") }
