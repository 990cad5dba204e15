package worker_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/linktest"
	"plumbline/internal/worker"
)

// wrapped is a tracker that something happens to.
type wrapped struct {
	link.Tracker
	get   func(ctx context.Context, ref string) error
	wrote func(ctx context.Context) error // after a write changed something
}

func (t *wrapped) Get(ctx context.Context, ref string) (plumbline.Snapshot, error) {
	if t.get != nil {
		if err := t.get(ctx, ref); err != nil {
			return plumbline.Snapshot{}, err
		}
	}
	return t.Tracker.Get(ctx, ref)
}

func (t *wrapped) Apply(ctx context.Context, ref string, want plumbline.WantedChange) (link.Outcome, error) {
	out, err := t.Tracker.Apply(ctx, ref, want)
	if err == nil && out.Changed && t.wrote != nil {
		if err := t.wrote(ctx); err != nil {
			return link.Outcome{}, err
		}
	}
	return out, err
}

// wrap gives the tracker of a link to f to change.
func (w *world) wrap(id plumbline.LinkID, t *wrapped) func(*worker.Options) {
	ad := w.opt.Adapters[id]
	t.Tracker = ad.Tracker
	ad.Tracker = t
	return func(o *worker.Options) { o.Adapters = map[plumbline.LinkID]worker.Adapter{id: ad} }
}

// The server dies after the tracker did what we asked and before we stored
// that: whoever comes next reads first, and repeats nothing.
func TestCrashAfterWrite(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		for i := range 2 { // once for each of the two actions of a pick-up
			died := make(chan struct{})
			stop := w.start(w.wrap(id, &wrapped{wrote: func(ctx context.Context) error {
				close(died)
				<-ctx.Done()
				return ctx.Err()
			}}), func(o *worker.Options) { o.Grace = time.Millisecond; o.Holder = "dies" + itoa(i) })
			w.hook(id, "d"+itoa(i), ref)
			for alive := true; alive; {
				select {
				case <-died:
					alive = false
				case <-time.After(5 * time.Second):
				}
			}
			stop()
			if n := len(w.actions(id, plumbline.ActionRunning)); n != 1 {
				w.Errorf("%d actions under way after the crash, want 1", n)
			}
		}
		w.people(id).Forget()
		w.start(func(o *worker.Options) { o.Holder = "two" })
		w.pass(3 * time.Minute)
		w.wantPickedUp(id, ref)
		w.wantWrites(id, 0)
		if n := len(w.actions(id, plumbline.ActionDone)); n != 2 {
			w.Errorf("%d actions done, want 2", n)
		}
	})
}

// A job that panics is logged and tried again later; others go on, and so does
// it once it can.
func TestPanicStopsNobodyElse(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		bad := w.people(id).CreateIssue("mara", "Cursed", "please")
		var cursed atomic.Bool
		w.running(w.wrap(id, &wrapped{get: func(_ context.Context, ref string) error {
			if ref == bad && cursed.Load() {
				panic("cursed issue")
			}
			return nil
		}}))
		cursed.Store(true)
		good := w.people(id).CreateIssue("mara", "Fine", "please", trigger)
		w.people(id).AddLabels("mara", bad, trigger)
		w.hook(id, "d1", bad)
		w.hook(id, "d2", good)
		w.pass(30 * time.Second)
		w.wantPickedUp(id, good)
		if n := w.log.count("panic", "cursed issue"); n < 2 || n > 20 {
			w.Errorf("the panic was logged %d times in 30 s", n)
		}
		if st := w.state(id); st.Health != "healthy" {
			w.Errorf("health %q (%s) because of one issue", st.Health, st.Detail)
		}
		cursed.Store(false)
		w.pass(2 * time.Minute)
		w.wantPickedUp(id, bad)
	})
}

// The end: running jobs may finish for a moment, then they are cut off.
func TestEndsInTime(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		stop := w.start(w.wrap(id, &wrapped{get: func(ctx context.Context, _ string) error {
			<-ctx.Done()
			return ctx.Err()
		}}))
		w.hook(id, "d1", ref)
		w.pass(time.Second)
		began := time.Now()
		stop()
		if took := time.Since(began); took > 5*time.Second {
			w.Errorf("Run took %v to end", took)
		}
		w.wantLogged(0, "level=ERROR")
	})
}

// Two servers on one database: one of them polls, and an issue that both hear
// of is picked up once.
func TestServersShare(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		w.start(func(o *worker.Options) { o.Holder = "two" })
		w.pass(time.Minute)
		w.people(id).Forget()
		w.pass(30 * time.Minute)
		polls := 0
		for _, r := range w.fakes[id].Requests() {
			if strings.Contains(r.Path, "/issues?") && strings.Contains(r.Path, "state=all") {
				polls++
			}
		}
		if polls < 25 || polls > 31 {
			w.Errorf("%d polls in 30 minutes by two servers", polls)
		}
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "d1", ref)
		w.pass(5 * time.Second)
		w.wantPickedUp(id, ref)
	})
}

// An idle house is quiet: hardly a request, no log line, no event.
func TestIdle(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		ref := w.people(id).CreateIssue("mara", "An old one", "please")
		w.running()
		w.hook(id, "d1", ref)
		w.pass(10 * time.Minute)
		w.calm()
		seq := w.seq()
		w.pass(50 * time.Minute)
		if n := len(w.fakes[id].Requests()); n > 80 {
			w.Errorf("%d requests in 50 idle minutes", n)
		}
		if n := w.log.count(""); n != 0 {
			w.Errorf("%d log lines in 50 idle minutes:\n%s", n, w.log)
		}
		if got := w.seq(); got != seq {
			w.Errorf("%d events in 50 idle minutes", got-seq)
		}
	})
}

// Once a day everything is read again: a deletion that nothing told of is found.
func TestSweepFindsDeletion(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.opt.Sweep = 3 * time.Hour
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "d1", ref)
		w.pass(10 * time.Second)
		w.people(id).DeleteIssue(ref)
		w.pass(6 * time.Hour)
		if m := w.mirror(id, ref); m.Gone.IsZero() {
			w.Errorf("not found: missing %d times\n%s", m.Missing, w.log)
		}
		w.wantLogged(1, "sweep queued", "issues=1")
	})
}

// A dry run reads and says what would be done. Nothing changes, here or there.
func TestDryRun(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()()
		w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.calm()
		seq, before := w.seq(), w.state(id)
		lines := w.sync(id, true)
		w.wantWrites(id, 0)
		for _, r := range w.fakes[id].Requests() {
			if r.Method != http.MethodGet {
				w.Errorf("a dry run sent %s %s", r.Method, r.Path)
			}
		}
		if w.seq() != seq || w.state(id) != before || len(w.actions(id)) != 0 {
			w.Error("a dry run changed something inside")
		}
		text := strings.Join(lines, "\n")
		for _, want := range []string{"pick up", start, "comment"} {
			if !strings.Contains(text, want) {
				w.Errorf("the plan does not say %q:\n%s", want, text)
			}
		}
	})
}

// sync makes one pass and returns what it said.
func (w *world) sync(id plumbline.LinkID, dry bool) (lines []string) {
	w.Helper()
	w.must(worker.New(w.app, w.opt).Sync(w.Context(), id, dry, func(l string) { lines = append(lines, l) }))
	synctest.Wait()
	return lines
}

// A pass from the command line does everything that is due, and says so.
func TestSync(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		if lines := w.sync("", false); len(lines) == 0 {
			w.Error("nothing was said")
		}
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		lines := w.sync(id, false)
		w.wantPickedUp(id, ref)
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "picked up as REQ-1") }) {
			w.Errorf("the pick-up was not said: %q", lines)
		}
		w.people(id).Forget()
		w.sync(id, false)
		w.wantWrites(id, 0)
		err := worker.New(w.app, w.opt).Sync(w.Context(), "nowhere", false, nil)
		if plumbline.KindOf(err) != plumbline.NotFound {
			w.Errorf("an unknown link: %v", err)
		}
		w.people(id).Trouble(linktest.Trouble{Status: http.StatusBadGateway, Times: always})
		err = worker.New(w.app, w.opt).Sync(w.Context(), id, false, func(string) {})
		if plumbline.KindOf(err) != plumbline.Unavailable {
			w.Errorf("a tracker that is down: %v", err)
		}
	})
}

// What the settings page asks of a tracker is answered in sentences.
func TestQuestions(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		for _, c := range []struct{ what, want string }{
			{"test", "It works"}, {"plan", "pick up"}, {"sync", "picked up as"},
		} {
			w.must(w.app.AskLink(w.Context(), w.admin, id, c.what))
			w.pass(2 * time.Second)
			links, err := w.app.Links(w.Context(), w.admin)
			w.must(err)
			if len(links) != 1 || links[0].Asked != nil || links[0].Answer == nil {
				w.Fatalf("%s: no answer: %+v\n%s", c.what, links, w.log)
			}
			if text := strings.Join(links[0].Answer.Lines, "\n"); links[0].Answer.What != c.what || !strings.Contains(text, c.want) {
				w.Errorf("%s: the answer does not say %q:\n%s", c.what, c.want, text)
			}
		}
	})
}

// An item handed to a team whose tracker is linked gets one issue, also when the
// answer to the request that opens it is lost.
func TestOpenIssue(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		w.people(id).CreateLabel("team::Reliability")
		w.must(w.app.PutTeam(w.Context(), w.admin, plumbline.Team{Ref: "reliability", Name: "Reliability", Label: "team::Reliability", Link: id}))
		w.people(id).Trouble(linktest.Trouble{Method: http.MethodPost, Apply: true, Drop: true})
		key := w.pursued()
		_, err := w.app.HandOff(w.Context(), w.admin, key, "reliability")
		w.must(err)
		w.pass(2 * time.Minute)
		var opened []linktest.Request
		for _, r := range w.fakes[id].Writes() {
			if strings.HasSuffix(r.Path, "/issues") {
				opened = append(opened, r)
			}
		}
		if len(opened) != 1 {
			w.Errorf("%d issues were opened, want 1: %+v\n%s", len(opened), opened, w.log)
		}
		if got := w.actions(id, plumbline.ActionDone); len(got) == 0 {
			w.Errorf("actions: %+v", w.actions(id))
		}
	})
}
