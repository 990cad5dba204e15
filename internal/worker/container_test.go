package worker_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/giteatest"
	"plumbline/internal/link/gitlabtest"
	"plumbline/internal/worker"
)

// setRight gives our bot the right to write, or to read only.
func (w *world) setRight(id plumbline.LinkID, write bool) {
	switch f := w.people(id).(type) {
	case *gitlabtest.Server:
		level := gitlabtest.Guest
		if write {
			level = gitlabtest.Developer
		}
		f.SetLevel(gitlabtest.Bot, level)
	case *giteatest.Server:
		right := giteatest.Read
		if write {
			right = giteatest.Write
		}
		f.SetRight(giteatest.Bot, right)
	}
}

// Our account may not write: known before anything is tried, everything is
// held; with the right back it is lifted within the hour.
func TestMayNotWrite(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.setRight(id, false)
		w.start()
		w.pass(5 * time.Second)
		st := w.state(id)
		if !st.ReadOnly || st.Health != "degraded" || !strings.HasPrefix(st.Detail, "Read-only") {
			w.Errorf("read-only %v, health %q (%s)", st.ReadOnly, st.Health, st.Detail)
		}
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "d1", ref)
		w.pass(20 * time.Minute)
		w.wantWrites(id, 0)
		if n := len(w.actions(id, plumbline.ActionHeld)); n != 2 {
			w.Errorf("%d actions held, want 2", n)
		}
		w.setRight(id, true)
		w.pass(80 * time.Minute)
		if st := w.state(id); st.ReadOnly || st.Health != "healthy" {
			w.Errorf("read-only %v, health %q (%s) with the right back", st.ReadOnly, st.Health, st.Detail)
		}
		_, err := w.app.RetryActions(w.Context(), w.admin, id)
		w.must(err)
		w.pass(5 * time.Second)
		w.wantPickedUp(id, ref)
	})
}

// A link that is configured read-only stays so, and is healthy.
func TestConfiguredReadOnly(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.conf[0].ReadOnly = true
		w.must(w.app.ConfigureLinks(w.Context(), w.conf))
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "d1", ref)
		w.pass(5 * time.Second)
		w.test(id)
		if st := w.state(id); !st.ReadOnly || st.Health != "healthy" {
			w.Errorf("read-only %v, health %q (%s)", st.ReadOnly, st.Health, st.Detail)
		}
		if w.item(id, ref) == nil {
			w.Error("not picked up inside")
		}
		w.wantWrites(id, 0)
	})
}

// Another project under the configured path is not mistaken for ours.
func TestAnotherContainer(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.must(w.app.LinkSeen(w.Context(), id, func(st *plumbline.LinkState) { st.Container = "99999" }))
		w.start()
		w.pass(time.Minute)
		if st := w.state(id); st.Health != "paused" || !strings.Contains(st.Paused, "another project") {
			w.Errorf("health %q, paused %q", st.Health, st.Paused)
		}
	})
}

// A renamed container is followed, and said.
func TestRenamedContainer(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		w.people(id).RenameContainer("group/platform")
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "d1", ref)
		w.test(id)
		w.wantPickedUp(id, ref)
		if st := w.state(id); st.Health != "healthy" || !strings.Contains(st.Detail, "group/platform") {
			w.Errorf("health %q (%s); want the new name said", st.Health, st.Detail)
		}
	})
}

// A hook that was there and is gone: said when we look, covered by polling.
func TestHookLost(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		switch f := w.people(id).(type) {
		case *gitlabtest.Server:
			f.Courier.Hold()
			f.SetLevel(gitlabtest.Bot, gitlabtest.Maintainer)
		case *giteatest.Server:
			f.Courier.Hold()
			f.SetRight(giteatest.Bot, giteatest.Admin)
		}
		w.people(id).AddHook("https://plumbline.example/hooks/" + string(id))
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "d1", ref)
		w.pass(5 * time.Second)
		switch f := w.people(id).(type) {
		case *gitlabtest.Server:
			f.DeleteHook(f.Hooks()[0].ID)
		case *giteatest.Server:
			f.DeleteHook(f.Hooks()[0].ID)
		}
		w.test(id)
		if st := w.state(id); st.Health != "degraded" || !strings.Contains(st.Detail, "hook is missing") {
			w.Errorf("health %q (%s)", st.Health, st.Detail)
		}
	})
}

// An issue that lives under another number of the same project now is the same
// item.
func TestMovedWithin(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		moved := ""
		w.running(w.wrap(id, &wrapped{get: func(_ context.Context, ref string) error {
			if moved != "" && ref == "1" {
				return &link.Fault{Kind: link.Moved, Text: "It moved.", To: moved}
			}
			return nil
		}}))
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "d1", ref)
		w.pass(5 * time.Second)
		key := w.wantPickedUp(id, ref).Key
		to := w.people(id).CreateIssue("mara", "Faster builds", "please", w.fakes[id].IssueLabels(ref)...)
		moved = "group/infra#" + to
		w.hook(id, "d2", ref)
		w.pass(5 * time.Second)
		if it := w.item(id, to); it == nil || it.Key != key || it.Ref != to {
			w.Errorf("the item at the new number: %+v, want %s\n%s", it, key, w.log)
		}
		w.wantLogged(1, "picked up")
	})
}

// While the database does not answer there is one line in the log, and work
// goes on when it does.
func TestDatabaseGone(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		w.must(w.db.Close())
		looks := w.looks.Load()
		w.pass(10 * time.Minute)
		if n := w.looks.Load() - looks; n > 2000 {
			w.Errorf("%d looks at the clock in ten minutes: it spins", n)
		}
		w.wantLogged(1, "cannot look for work")
		if n := w.log.count("level=ERROR"); n > 2 {
			w.Errorf("%d errors logged in ten minutes\n%s", n, w.log)
		}
	})
}

// One tracker that hangs keeps no other from being read.
func TestHangingTracker(t *testing.T) {
	inWorld(t, kinds, func(w *world) {
		w.running(func(o *worker.Options) {
			hung := o.Adapters["gitlab"]
			hung.Tracker = &wrapped{Tracker: hung.Tracker, get: func(ctx context.Context, _ string) error {
				<-ctx.Done()
				return ctx.Err()
			}}
			o.Adapters["gitlab"] = hung
		})
		for i := range 20 {
			w.hook("gitlab", "d"+itoa(i), w.people("gitlab").CreateIssue("mara", "A wish", "please", trigger))
		}
		ref := w.people("gitea").CreateIssue("mara", "A wish", "please", trigger)
		w.hook("gitea", "d", ref)
		w.pass(70 * time.Second)
		w.wantPickedUp("gitea", ref)
		if st := w.state("gitlab"); st.Health != "degraded" {
			w.Errorf("health %q (%s) of the one that hangs", st.Health, st.Detail)
		}
		w.wantLogged(1, "link degraded")
	})
}
