package worker_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/link/linktest"
	"plumbline/internal/worker"
)

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
		_, err := w.app.HandOff(w.Context(), w.admin, key, app.HandOffInput{Team: "reliability"})
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
