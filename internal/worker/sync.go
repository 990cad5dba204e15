package worker

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/link"
)

// rounds bounds how often a pass comes back for what it caused itself.
const rounds = 100_000

// report collects what a pass did, line by line. Nil, it takes nothing.
type report struct {
	mu   sync.Mutex
	line func(string)
	left map[plumbline.LinkID]map[string][]string // issues that were left alone, by reason
}

func (r *report) add(line string) {
	if r == nil || r.line == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.line(line)
}

// leave notes why nothing was done about an issue.
func (r *report) leave(id plumbline.LinkID, ref, why string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left[id] == nil {
		r.left[id] = map[string][]string{}
	}
	r.left[id][why] = append(r.left[id][why], ref)
}

// leftAlone adds a line for each reason why issues were left alone.
func (r *report) leftAlone() {
	for _, id := range slices.Sorted(maps.Keys(r.left)) {
		for _, why := range slices.Sorted(maps.Keys(r.left[id])) {
			refs := r.left[id][why]
			some := strings.Join(refs[:min(len(refs), 10)], ", ")
			if len(refs) > 10 {
				some += ", …"
			}
			r.add(fmt.Sprintf("%s: nothing done about %s (%s): %s", id, plural(len(refs), "issue", "issues"), some, why))
		}
	}
}

// Sync makes one full pass over a tracker, or over all of them when id is empty:
// who are we there, what changed, read what is due, carry out what is due. It
// says line by line what it did. Dry, it changes nothing inside or outside: it
// only reads, and says what would be picked up, moved and written. Its error is
// that of the last tracker that could not be read.
func (w *Worker) Sync(ctx context.Context, id plumbline.LinkID, dry bool, line func(string)) error {
	pass := *w
	pass.report = &report{line: line, left: map[plumbline.LinkID]map[string][]string{}}
	states, err := w.app.LinkStates(ctx)
	if err != nil {
		return err
	}
	found := false
	for _, st := range states {
		if p := w.peers[st.ID]; p != nil {
			p.learn(st)
		}
		if id != "" && st.ID != id {
			continue
		}
		found = true
		if one := pass.syncLink(ctx, st, dry); one != nil {
			err = one
		}
	}
	if !found && id != "" {
		return plumbline.Errorf(plumbline.NotFound, "There is no tracker %q in the configuration.", id)
	}
	if !dry && ctx.Err() == nil {
		if one := pass.drainDue(ctx); one != nil {
			err = one
		}
		pass.fillAll(ctx, states)
	}
	pass.report.leftAlone()
	return err
}

// syncLink reads one tracker's changes.
func (w *Worker) syncLink(ctx context.Context, st plumbline.LinkState, dry bool) error {
	p := w.peers[st.ID]
	if p == nil {
		w.say("%s: skipped, it is not configured here", st.ID)
		return nil
	}
	if st.Paused != "" && (dry || !ours(st.Paused)) {
		w.say("%s: skipped, it is paused: %s", st.ID, st.Paused)
		return nil
	}
	if dry {
		return w.foresee(ctx, p, st)
	}
	if err := w.resolve(ctx, p); err != nil {
		w.say("%s: %s", st.ID, faultOf(err, link.Down).Text)
		return unavailable(st.ID, err)
	}
	st = p.now()
	w.say("%s: %s", st.ID, introduce(st))
	if err := w.pass(ctx, p, st, w.readNow); err != nil {
		w.say("%s: %s", st.ID, faultOf(err, link.Down).Text)
		return unavailable(st.ID, err)
	}
	return nil
}

func unavailable(id plumbline.LinkID, err error) error {
	return &plumbline.Error{Kind: plumbline.Unavailable, Text: fmt.Sprintf("The tracker %s could not be read: %s", id, faultOf(err, link.Down).Text), Err: err}
}

// introduce says who we are in a tracker and how it is.
func introduce(st plumbline.LinkState) string {
	s := fmt.Sprintf("%s at %s, as %s, server version %s: %s.", st.Project, st.URL, bot(st), st.Version, st.Health)
	return sentences(s, st.Detail)
}

// readNow reads issues at once instead of queueing them, so that the report says
// what became of them. What fails is queued.
func (w *Worker) readNow(ctx context.Context, p *peer, cause string, refs []string) error {
	for some := range slices.Chunk(refs, w.o.Readers) {
		var mu sync.Mutex
		var failed []string
		together(ctx, some, func(ctx context.Context, ref string) {
			if err := w.readOne(ctx, p, cause, ref); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, ref)
			}
		})
		if err := w.queue(ctx, p, cause, failed); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) readOne(ctx context.Context, p *peer, cause, ref string) error {
	if until, _ := p.resting(w.now()); until > 0 {
		return errNotNow
	}
	release, ok := p.take(ctx, ref)
	if !ok {
		return ctx.Err()
	}
	defer release()
	return w.inTime(ctx, "reading "+string(p.id)+" "+ref, func(ctx context.Context) error { return w.sight(ctx, p, ref, cause) })
}

// drainDue reads and writes until nothing is due.
func (w *Worker) drainDue(ctx context.Context) error {
	renewing, stop := context.WithCancel(ctx)
	var renewer sync.WaitGroup
	renewer.Go(func() { w.renew(renewing) })
	defer renewer.Wait()
	defer stop()
	name := w.run.claim(w.o.Holder)
	w.run.hold(name, 1)
	defer w.run.drop(name)
	for range rounds {
		read, err := w.app.ClaimRefreshes(ctx, name, leaseFor, w.o.Readers)
		if err != nil {
			return err
		}
		together(ctx, read, w.refresh)
		acts, err := w.app.ClaimActions(ctx, name, leaseFor, w.o.Writers)
		if err != nil {
			return err
		}
		together(ctx, acts, w.act)
		if len(read)+len(acts) == 0 || ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// together runs the jobs at once and waits for all.
func together[T any](ctx context.Context, jobs []T, do func(context.Context, T)) {
	var all sync.WaitGroup
	for _, j := range jobs {
		all.Go(func() { do(ctx, j) })
	}
	all.Wait()
}

func (w *Worker) fillAll(ctx context.Context, states []plumbline.LinkState) {
	for _, st := range states {
		if p := w.peers[st.ID]; p != nil && p.now().Paused == "" {
			w.fill(ctx, p)
		}
	}
}

// foresee says what a pass would do, by reading only.
func (w *Worker) foresee(ctx context.Context, p *peer, st plumbline.LinkState) error {
	c, err := p.Tracker.Resolve(ctx)
	if err != nil {
		w.say("%s: %s", st.ID, faultOf(err, link.Down).Text)
		return unavailable(st.ID, err)
	}
	st.Bot, st.Version, st.Expires = c.Bot, c.Version, c.Expires
	st.Health, st.Detail = w.health(st, c, readOnlyMark(st.Detail), w.now())
	w.say("%s: %s", st.ID, introduce(st))
	batch, err := w.changed(ctx, p, st, st.Cursor)
	if err != nil {
		w.say("%s: %s", st.ID, faultOf(err, link.Down).Text)
		return unavailable(st.ID, err)
	}
	w.say("%s: %s to look at", st.ID, plural(len(batch.Refs), "issue", "issues"))
	said := map[string]bool{}
	for _, ref := range batch.Refs {
		err := w.foreseeOne(ctx, p, ref, said)
		if err == nil {
			continue
		}
		w.say("%s %s: cannot be read: %s", st.ID, ref, faultOf(err, link.Down).Text)
		if f, ok := asFault(err); ctx.Err() != nil || ok && (f.Kind == link.RateLimited || f.Kind == link.Auth) {
			return unavailable(st.ID, err)
		}
	}
	planned, err := w.app.Planned(ctx, st.ID)
	for _, a := range planned {
		if !said[a.Sentence] {
			w.say("%s would, as planned before (%s): %s", st.ID, a.Status, a.Sentence)
		}
	}
	if err == nil && len(said)+len(planned) == 0 {
		w.say("%s: nothing would be changed", st.ID)
	}
	return err
}

// foreseeOne says what would be done about one issue, and notes what it said.
func (w *Worker) foreseeOne(ctx context.Context, p *peer, ref string, said map[string]bool) error {
	return w.safely("dry run of "+string(p.id)+" "+ref, func() error {
		snap, err := p.Tracker.Get(ctx, ref)
		if err != nil {
			return err
		}
		history, _ := w.history(ctx, p, ref)
		got, err := w.app.Foresee(ctx, app.Sighting{Link: p.id, Ref: ref, Snapshot: snap, History: history, Cause: "poll"})
		if err != nil {
			return err
		}
		lines := got.Planned
		switch {
		case len(lines) > 0:
		case got.PickedUp:
			lines = []string{fmt.Sprintf("issue %s: pick up %q", ref, snap.Title)}
		case got.Changed && got.Item != "":
			lines = []string{fmt.Sprintf("issue %s: %s follows it", ref, got.Item)}
		case got.Ignored != "":
			w.report.leave(p.id, ref, got.Ignored)
		}
		for _, l := range lines {
			said[l] = true
			w.say("%s would: %s", p.id, l)
		}
		return nil
	})
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
