package worker_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/worker"
)

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
		w.opt.Sweep = 15 * time.Minute
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "d1", ref)
		w.pass(10 * time.Second)
		w.people(id).DeleteIssue(ref)
		w.pass(150 * time.Minute)
		if m := w.mirror(id, ref); m.Gone.IsZero() {
			w.Errorf("not found: missing %d times\n%s", m.Missing, w.log)
		}
		if n := w.log.count("sweep queued", "issues=1"); n == 0 {
			w.Error("no sweep read the issue again")
		}
	})
}
