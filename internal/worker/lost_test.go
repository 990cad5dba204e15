package worker_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link/giteatest"
	"plumbline/internal/link/gitlabtest"
	"plumbline/internal/link/linktest"
)

// A label that we need was deleted: nothing is created by accident, the action
// fails and says which, and the link's health names it when we look.
func TestLabelDeleted(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		w.people(id).DeleteLabel(start)
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "first", ref)
		w.pass(10 * time.Second)
		failed := w.actions(id, plumbline.ActionFailed)
		if len(failed) != 1 || !strings.Contains(failed[0].Result, start) {
			w.Errorf("failed actions: %+v, want one that names %q", failed, start)
		}
		if got := w.fakes[id].IssueLabels(ref); !slices.Equal(got, []string{trigger}) {
			w.Errorf("labels %q", got)
		}
		w.test(id)
		if st := w.state(id); st.Health != "degraded" || !strings.Contains(st.Detail, start) {
			w.Errorf("health %q (%s); want the missing label named", st.Health, st.Detail)
		}
	})
}

// An issue that is not found three times over an hour is gone; while the whole
// container is out of reach nothing is said about single issues.
func TestIssueDeleted(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "first", ref)
		w.pass(2 * time.Second)
		w.people(id).DeleteIssue(ref)
		w.hook(id, "second", ref)
		w.pass(40 * time.Minute)
		if m := w.mirror(id, ref); !m.Gone.IsZero() || m.Missing != 2 {
			w.Errorf("after 40 minutes: missing %d, gone %v; want 2, not yet", m.Missing, m.Gone)
		}
		w.pass(30 * time.Minute)
		if m := w.mirror(id, ref); m.Gone.IsZero() {
			w.Errorf("after 70 minutes: missing %d, not gone", m.Missing)
		}
		if w.item(id, ref) == nil {
			w.Error("the record is lost")
		}
	})
}

// The container itself is not found any more: paused once, no noise about its
// issues.
func TestContainerLost(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		var refs []string
		for i := range 5 {
			refs = append(refs, w.people(id).CreateIssue("mara", "A wish", "please", trigger))
			w.hook(id, "d"+itoa(i), refs[i])
		}
		w.pass(5 * time.Second)
		w.people(id).Trouble(linktest.Trouble{Status: http.StatusNotFound, Times: always})
		for i, ref := range refs {
			w.hook(id, "e"+itoa(i), ref)
		}
		w.pass(80 * time.Minute)
		if st := w.state(id); st.Health != "paused" || !strings.Contains(st.Paused, "group/infra") {
			w.Errorf("health %q, paused %q", st.Health, st.Paused)
		}
		for _, ref := range refs {
			if m := w.mirror(id, ref); m.Missing > 1 || !m.Gone.IsZero() {
				w.Errorf("issue %s: missing %d, gone %v", ref, m.Missing, m.Gone)
			}
		}
		w.wantLogged(1, "level=ERROR", "link paused")
	})
}

// An archived container pauses the link, with the reason.
func TestArchived(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		switch f := w.people(id).(type) {
		case *gitlabtest.Server:
			f.Archive(true)
		case *giteatest.Server:
			f.Archive(true)
		}
		w.test(id)
		if st := w.state(id); st.Health != "paused" || !strings.Contains(st.Paused, "archived") {
			w.Errorf("health %q, paused %q", st.Health, st.Paused)
		}
		w.wantWrites(id, 0)
	})
}

// The token's end is told 30, 7 and 1 days before.
func TestTokenExpires(t *testing.T) {
	inWorld(t, []string{"gitlab"}, func(w *world) {
		f := w.people("gitlab").(*gitlabtest.Server)
		w.running()
		for _, c := range []struct {
			days   int
			health string
			lines  int
		}{{40, "healthy", 0}, {29, "healthy", 1}, {20, "healthy", 1}, {7, "degraded", 2}, {3, "degraded", 2}, {1, "degraded", 3}} {
			f.SetToken(gitlabtest.Token{Value: token, Login: gitlabtest.Bot, Scopes: []string{"api"}, Expires: time.Now().AddDate(0, 0, c.days)})
			w.test("gitlab")
			st := w.state("gitlab")
			if st.Health != c.health || (c.lines > 0) != strings.Contains(st.Detail, "expires on") {
				w.Errorf("%d days before: health %q (%s), want %q", c.days, st.Health, st.Detail, c.health)
			}
			w.wantLogged(c.lines, "level=WARN", "token expires")
		}
	})
}

// Kill switch: a tracker that a person paused is not spoken to at all, and a
// resume catches up.
func TestPausedByPerson(t *testing.T) {
	each(t, func(w *world, id plumbline.LinkID) {
		w.running()
		w.must(w.app.PauseLink(w.Context(), w.admin, id, "Maintenance."))
		w.pass(time.Second)
		w.people(id).Forget()
		ref := w.people(id).CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook(id, "first", ref)
		w.pass(20 * time.Minute)
		if n := len(w.fakes[id].Requests()); n != 0 {
			w.Errorf("%d requests though paused", n)
		}
		if st := w.state(id); st.Paused != "Maintenance." {
			w.Errorf("paused %q", st.Paused)
		}
		w.must(w.app.PauseLink(w.Context(), w.admin, id, ""))
		w.pass(2 * time.Minute)
		w.wantPickedUp(id, ref)
	})
}

// An issue that moved to another project is gone from here, and not picked up
// twice.
func TestMovedAway(t *testing.T) {
	inWorld(t, []string{"gitlab"}, func(w *world) {
		w.running()
		f := w.people("gitlab").(*gitlabtest.Server)
		ref := f.CreateIssue("mara", "Faster builds", "please", trigger)
		w.hook("gitlab", "first", ref)
		w.pass(2 * time.Second)
		w.people("gitlab")
		f.MoveIssue("otto", ref, "group/other")
		w.hook("gitlab", "second", ref)
		w.pass(2 * time.Second)
		if m := w.mirror("gitlab", ref); m.Gone.IsZero() {
			w.Errorf("mirror %+v, want gone\n%s", m, w.log)
		}
	})
}
