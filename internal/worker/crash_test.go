package worker_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
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
