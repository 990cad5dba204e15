package worker_test

import (
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link/linktest"
)

// The first look at a tracker lists what would be picked up and writes nothing
// until somebody releases it.
func TestFirstLookWaitsForRelease(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		a := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		b := w.people(id).CreateIssue("mara", "Not ours", "please")
		w.start()
		w.pass(10 * time.Second)
		st := w.state(id)
		if st.Filled.IsZero() || !st.Confirmed.IsZero() {
			w.Fatalf("filled %v, confirmed %v; want the first, not the second\n%s", st.Filled, st.Confirmed, w.log)
		}
		if w.item(id, a) != nil {
			w.Error("picked up before the release")
		}
		w.wantWrites(id, 0)
		w.must(w.app.ReleaseBackfill(w.Context(), w.admin, id))
		w.pass(time.Second)
		w.wantPickedUp(id, a)
		if w.item(id, b) != nil {
			w.Error("an issue without our label was picked up")
		}
		w.wantLogged(1, "picked up")
	})
}

// A tracker without anything to pick up needs no release.
func TestFirstLookAtNothing(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		st := w.state(id)
		if st.Bot == "" || st.Container == "" || st.Version == "" || st.Cursor == "" || st.Polled.IsZero() {
			w.Errorf("not all is known of the link: %+v", st)
		}
		w.wantWrites(id, 0)
	})
}

// A hook leads to a pick-up at once, long before the next poll.
func TestHookIsPickedUpAtOnce(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		began := time.Now()
		w.hook(id, "d1", ref)
		for w.item(id, ref) == nil && time.Since(began) < 10*time.Second {
			w.pass(10 * time.Millisecond)
		}
		if took := time.Since(began); took > 500*time.Millisecond {
			w.Errorf("the pick-up took %v", took)
		}
		w.pass(time.Second)
		w.wantPickedUp(id, ref)
	})
}

// Without hooks the next poll finds a label that was put on an existing issue.
func TestPollFindsLateLabel(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		ref := w.people(id).CreateIssue("mara", "Old issue", "please")
		w.running()
		w.people(id).AddLabels("otto", ref, trigger)
		w.pass(70 * time.Second)
		w.wantPickedUp(id, ref)
	})
}

// Down for ten minutes while 50 issues change: the first poll after the start
// catches all, each once.
func TestMissedWhileDown(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		stop := w.running()
		stop()
		var refs []string
		for range 50 {
			refs = append(refs, w.people(id).CreateIssue("mara", "A wish", "please", trigger))
			w.pass(12 * time.Second)
		}
		w.start()
		w.pass(20 * time.Second)
		for _, ref := range refs {
			w.wantPickedUp(id, ref)
		}
		w.wantLogged(50, "picked up")
		w.people(id).Forget()
		w.pass(10 * time.Minute)
		w.wantWrites(id, 0)
	})
}

// The same delivery twice, and the same event under another id, are one pick-up
// and one comment.
func TestDuplicateDeliveries(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		for _, delivery := range []string{"repo-1", "repo-1", "org-1"} {
			w.hook(id, delivery, ref)
		}
		w.pass(2 * time.Second)
		w.hook(id, "repo-1", ref)
		w.hook(id, "org-2", ref)
		w.pass(2 * time.Second)
		w.wantPickedUp(id, ref)
		w.wantLogged(1, "picked up")
	})
}

// Deliveries in any order, long after: the mirror equals the server, and
// nothing is written that the order could have caused.
func TestDeliveriesOutOfOrder(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "first", ref)
		w.pass(2 * time.Second)
		w.people(id).RemoveLabels("otto", ref, start)
		w.people(id).AddLabels("otto", ref, "workflow::solution validation")
		w.pass(90 * time.Second)
		w.people(id).Forget()
		comments := len(w.fakes[id].Comments(ref))
		for _, d := range []string{"z3", "z1", "z2", "a9"} {
			w.hook(id, d, ref)
			w.pass(6 * time.Minute)
		}
		m := w.mirror(id, ref)
		if got, want := m.Snapshot.LabelNames(), w.fakes[id].IssueLabels(ref); len(got) != len(want) || got[0] != want[0] || got[1] != want[1] {
			w.Errorf("the mirror has %q, the tracker %q", got, want)
		}
		w.wantWrites(id, 0)
		w.wantComments(id, ref, comments)
	})
}

// Deliveries about nothing lead to reads, never to writes, and bursts coalesce.
func TestNoOpStorm(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "first", ref)
		w.pass(2 * time.Second)
		w.calm()
		seq := w.seq()
		for i := range 100 {
			w.hook(id, "storm-"+itoa(i), ref)
		}
		w.pass(5 * time.Second)
		w.wantWrites(id, 0)
		if n := len(w.fakes[id].Requests()); n > 6 {
			w.Errorf("%d requests for 100 deliveries at once", n)
		}
		if got := w.seq(); got != seq {
			w.Errorf("%d events for nothing", got-seq)
		}
	})
}

// What we write comes back as deliveries and in the poll: no further write,
// no second comment, no further event.
func TestOwnWritesEcho(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "first", ref)
		w.pass(2 * time.Second)
		w.wantPickedUp(id, ref)
		w.people(id).Forget()
		seq := w.seq()
		w.hook(id, "echo-1", ref)
		w.hook(id, "echo-2", ref)
		w.pass(10 * time.Minute)
		w.wantWrites(id, 0)
		if got := w.seq(); got != seq {
			w.Errorf("%d events from our own echo", got-seq)
		}
		w.wantComments(id, ref, 1)
	})
}

// The trigger label comes off before a decision: withdrawn, and no label of
// ours stays.
func TestTriggerRemoved(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "first", ref)
		w.pass(2 * time.Second)
		w.people(id).RemoveLabels("mara", ref, trigger)
		w.hook(id, "second", ref)
		w.pass(2 * time.Second)
		if got := w.fakes[id].IssueLabels(ref); len(got) != 0 {
			w.Errorf("labels left behind: %q", got)
		}
		w.wantComments(id, ref, 1)
	})
}

// A bulk of issues drains under the limits; other jobs go on.
func TestBulk(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		var refs []string
		for range 40 {
			refs = append(refs, w.people(id).CreateIssue("mara", "A wish", "please", trigger))
		}
		for i, ref := range refs {
			w.hook(id, "bulk-"+itoa(i), ref)
		}
		w.pass(time.Minute)
		for _, ref := range refs {
			w.wantPickedUp(id, ref)
		}
	})
}

// No more writes in an hour than the limit; the rest waits and is done later.
func TestWriteLimit(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.opt.MaxWritesPerHour = 5
		w.running()
		var refs []string
		for i := range 5 {
			refs = append(refs, w.people(id).CreateIssue("mara", "A wish", "please", trigger))
			w.hook(id, "d"+itoa(i), refs[i])
		}
		w.pass(50 * time.Minute)
		acts := w.actions(id, plumbline.ActionDone)
		if len(acts) != 5 {
			w.Errorf("%d actions done in the first hour, want 5", len(acts))
		}
		w.wantLogged(1, "hourly limit of writes")
		w.pass(70 * time.Minute)
		for _, ref := range refs {
			w.wantPickedUp(id, ref)
		}
	})
}

// A person changes the labels while our decision is queued: theirs stay, our
// write is dropped and shown.
func TestPersonWins(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.people(id).Trouble(linktest.Trouble{Method: "write", Status: 503, Times: 1})
		w.hook(id, "first", ref)
		w.pass(10 * time.Millisecond)
		w.people(id).AddLabels("otto", ref, "workflow::solution validation")
		w.pass(3 * time.Minute)
		got := w.fakes[id].IssueLabels(ref)
		if len(got) != 2 || got[0] != trigger || got[1] != "workflow::solution validation" {
			w.Errorf("labels %q; want what the person chose", got)
		}
		stale := w.actions(id, plumbline.ActionStale)
		if len(stale) != 1 || stale[0].Kind != plumbline.SetLabels {
			w.Errorf("stale actions: %+v, want our label change\n%s", stale, w.log)
		}
		if it := w.item(id, ref); it == nil || it.State != "workflow::solution validation" {
			w.Errorf("the item does not follow the person: %+v", it)
		}
	})
}
