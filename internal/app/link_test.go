package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// tracker makes the world's GitLab known and released, as after an empty backfill.
func (w *world) tracker(change func(*plumbline.LinkState)) {
	w.t.Helper()
	l := plumbline.LinkState{ID: "gitlab", Kind: "gitlab", URL: "https://gitlab.example", Project: "infra/requests", Separator: "::", OnDecline: "close"}
	if change != nil {
		change(&l)
	}
	w.ok(w.app.ConfigureLinks(w.ctx(), []plumbline.LinkState{l}))
	w.ok(w.app.LinkSeen(w.ctx(), "gitlab", func(s *plumbline.LinkState) { s.Bot, s.Filled, s.Health = "plumb-bot", plumbline.At(w.now), "healthy" }))
}

// issue is a snapshot of issue 7 with these labels.
func (w *world) issue(labels ...string) plumbline.Snapshot {
	s := plumbline.Snapshot{
		Ref: "7", Title: "Restore within an hour", Body: "A customer asks.", Open: true, Author: "jdoe", AuthorName: "J. Doe",
		URL: "https://gitlab.example/infra/requests/-/issues/7", Created: plumbline.At(w.now), Updated: plumbline.At(w.now),
	}
	for i, l := range labels {
		s.Labels = append(s.Labels, plumbline.Label{ID: string(rune('a' + i)), Name: l})
	}
	return s
}

func (w *world) sees(s plumbline.Snapshot, history ...plumbline.LabelChange) app.Observed {
	w.t.Helper()
	out, err := w.app.Observe(w.ctx(), app.Sighting{Link: "gitlab", Ref: s.Ref, Snapshot: s, History: history, Cause: "poll"})
	w.ok(err)
	return out
}

// carryOut claims all due actions and settles them as a tracker that does what
// it is told; it returns what was done, in words, and the issue afterwards.
func (w *world) carryOut(s plumbline.Snapshot) (done []string, after plumbline.Snapshot) {
	w.t.Helper()
	for {
		acts, err := w.app.ClaimActions(w.ctx(), "test", time.Minute, 10)
		w.ok(err)
		if len(acts) == 0 {
			return done, s
		}
		for _, act := range acts {
			g, err := w.app.Begin(w.ctx(), act, s)
			w.ok(err)
			if !g.Proceed {
				done = append(done, "dropped")
				continue
			}
			s = applied(s, act.Want)
			done = append(done, string(act.Kind)+" +"+strings.Join(act.Want.Add, ",")+" -"+strings.Join(act.Want.Remove, ","))
			now := s
			w.ok(w.app.Finish(w.ctx(), act, app.Result{Status: plumbline.ActionDone, After: &now}))
		}
	}
}

func applied(s plumbline.Snapshot, want plumbline.WantedChange) plumbline.Snapshot {
	s.Labels = slices.DeleteFunc(slices.Clone(s.Labels), func(l plumbline.Label) bool { return slices.Contains(want.Remove, l.Name) })
	for _, l := range want.Add {
		if !s.HasLabel(l) {
			s.Labels = append(s.Labels, plumbline.Label{Name: l})
		}
	}
	if want.Close || want.Reopen {
		s.Open = want.Reopen
	}
	return s
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestFromInfrapmToTriage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.tracker(nil)
		out := w.sees(w.issue("infrapm", "network"))
		want(t, "picked up", out.PickedUp, true)
		key := out.Item
		done, s := w.carryOut(w.issue("infrapm", "network"))
		want(t, "writes of the pick-up", strings.Join(done, "; "), "set labels +workflow::problem validation -; tell comment + -")
		want(t, "the echo", w.sees(s).Changed, false)

		w.validate(key)
		_, err := w.app.Decide(w.ctx(), w.pm, key, pursue)
		w.ok(err)
		done, s = w.carryOut(s)
		if !slices.Contains(done, "set labels +workflow-infra::Triage,team::Reliability -workflow::problem validation") {
			t.Errorf("hand-off wrote %q", done)
		}
		want(t, "labels", strings.Join(s.LabelNames(), ", "), "infrapm, network, team::Reliability, workflow-infra::Triage")
		v := w.item(w.requester2(key), key)
		want(t, "state", v.State, plumbline.State("workflow-infra::Triage"))

		s = applied(s, plumbline.WantedChange{Add: []string{"workflow-infra::In Progress"}, Remove: []string{"workflow-infra::Triage"}})
		w.sees(s, plumbline.LabelChange{ID: "1", Label: "workflow-infra::In Progress", Added: true, Actor: "sre1", At: plumbline.At(w.now)})
		v = w.item(w.pm, key)
		want(t, "followed to", v.State, plumbline.State("workflow-infra::In Progress"))
		want(t, "moved by", v.History[0].By, "sre1")
		done, _ = w.carryOut(s)
		want(t, "writes when people move", strings.Join(done, "; "), "tell comment + -")
	})
}

// requester2 is somebody signed in who is no part of the item.
func (w *world) requester2(plumbline.Key) plumbline.Actor { return w.requester }

func TestPeoplesLabelsWin(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	key := w.sees(w.issue("infrapm")).Item
	_, s := w.carryOut(w.issue("infrapm"))
	w.validate(key)
	_, err := w.app.Decide(w.ctx(), w.pm, key, pursue)
	w.ok(err)
	// Before our write runs, a person moves the issue.
	s = applied(s, plumbline.WantedChange{Add: []string{"workflow-infra::Proposal"}, Remove: []string{"workflow::problem validation"}})
	done, s := w.carryOut(s)
	if len(done) == 0 || done[0] != "dropped" {
		t.Fatalf("got %q, want the label write dropped", done)
	}
	w.sees(s)
	v := w.item(w.pm, key)
	want(t, "state", v.State, plumbline.State("workflow-infra::Proposal"))
	if !strings.Contains(w.events(key), "write dropped") {
		t.Errorf("the history does not say that our write was dropped: %s", w.events(key))
	}
}

func TestWithdrawnAndAskedAgain(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	key := w.sees(w.issue("infrapm")).Item
	_, s := w.carryOut(w.issue("infrapm"))
	s = applied(s, plumbline.WantedChange{Remove: []string{"infrapm"}})
	w.sees(s)
	want(t, "state", w.item(w.pm, key).State, plumbline.State("workflow::withdrawn"))
	done, s := w.carryOut(s)
	want(t, "writes", strings.Join(done, "; "), "set labels + -workflow::problem validation; tell comment + -")
	want(t, "labels left", len(s.Labels), 0)

	s = applied(s, plumbline.WantedChange{Add: []string{"infrapm"}})
	out := w.sees(s)
	want(t, "picked up again", out.PickedUp, true)
	want(t, "the same item", out.Item, key)
	v := w.item(w.pm, key)
	want(t, "episode", v.Tracker.Episode, 2)
	want(t, "state", v.State, plumbline.State("workflow::problem validation"))
	if v.Closed != 0 || v.Remit != plumbline.RemitUnchecked {
		t.Errorf("closed %v remit %q, want open and unchecked", v.Closed, v.Remit)
	}
}

func TestDeclineClosesWithThePublicSentence(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	key := w.sees(w.issue("infrapm")).Item
	_, s := w.carryOut(w.issue("infrapm"))
	_, err := w.app.Decide(w.ctx(), w.pm, key, app.DecisionInput{
		Outcome: plumbline.Decline, Sentence: "A nightly backup covers this.", Reason: "Acme is leaving anyway.", Reopen: "two more customers ask",
	})
	w.ok(err)
	v := w.item(w.pm, key)
	var text string
	for _, a := range v.Tracker.Actions {
		if a.Kind == plumbline.TellComment && a.Status == plumbline.ActionWaiting {
			text = string(a.Want.Comment)
		}
	}
	for _, part := range []string{"**Declined**", "A nightly backup covers this.", "two more customers ask", string(key)} {
		if !strings.Contains(text, part) {
			t.Errorf("the comment %q lacks %q", text, part)
		}
	}
	if strings.Contains(text, "leaving") {
		t.Errorf("the internal reason is in the comment: %q", text)
	}
	done, s := w.carryOut(s)
	if !slices.ContainsFunc(done, func(d string) bool { return strings.HasPrefix(d, "close issue") }) || s.Open {
		t.Errorf("the issue was not closed: %q", done)
	}
	want(t, "trigger stays", s.HasLabel("infrapm"), true)
	// Our own closing comes back: nothing more is written.
	w.sees(s)
	done, _ = w.carryOut(s)
	want(t, "writes after the echo", len(done), 0)
}

func TestBackfillAsksBeforeItWrites(t *testing.T) {
	w := sqliteWorld(t)
	l := plumbline.LinkState{ID: "gitlab", Kind: "gitlab", URL: "https://gitlab.example", Project: "infra/requests", Separator: "::"}
	w.ok(w.app.ConfigureLinks(w.ctx(), []plumbline.LinkState{l}))
	out := w.sees(w.issue("infrapm"))
	want(t, "picked up", out.PickedUp, false)
	w.refused(w.app.ReleaseBackfill(w.ctx(), w.admin, "gitlab"), plumbline.Conflict, "still being read")
	w.ok(w.app.LinkSeen(w.ctx(), "gitlab", func(s *plumbline.LinkState) { s.Filled = plumbline.At(w.now) }))
	links, err := w.app.Links(w.ctx(), w.admin)
	w.ok(err)
	if len(links[0].Pickups) != 1 || links[0].Confirmed != 0 {
		t.Fatalf("got %d pick-ups, confirmed %v; want one, waiting for a person", len(links[0].Pickups), links[0].Confirmed)
	}
	acts, err := w.app.ClaimActions(w.ctx(), "test", time.Minute, 10)
	w.ok(err)
	want(t, "actions before the release", len(acts), 0)
	w.ok(w.app.ReleaseBackfill(w.ctx(), w.admin, "gitlab"))
	due, err := w.app.ClaimRefreshes(w.ctx(), "test", time.Minute, 10)
	w.ok(err)
	want(t, "issues to read after the release", len(due), 1)
	want(t, "picked up", w.sees(w.issue("infrapm")).PickedUp, true)
}

func TestForeseeChangesNothing(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	s := w.issue("infrapm")
	out, err := w.app.Foresee(w.ctx(), app.Sighting{Link: "gitlab", Ref: "7", Snapshot: s, Cause: "plan"})
	w.ok(err)
	if !out.PickedUp || len(out.Planned) != 3 {
		t.Errorf("got %+v, want a pick-up with its two writes", out)
	}
	list, err := w.app.Items(w.ctx(), w.pm, plumbline.Filter{Status: "all"})
	w.ok(err)
	want(t, "items", list.Total, 0)
	want(t, "it is picked up afterwards", w.sees(s).PickedUp, true)
}

func TestReadOnlyTrackerHoldsWrites(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(func(l *plumbline.LinkState) { l.ReadOnly = true })
	key := w.sees(w.issue("infrapm")).Item
	acts, err := w.app.ClaimActions(w.ctx(), "test", time.Minute, 10)
	w.ok(err)
	want(t, "claimed", len(acts), 0)
	for _, a := range w.item(w.pm, key).Tracker.Actions {
		want(t, "status", a.Status, plumbline.ActionHeld)
	}
}

func TestGoneIsNotForgotten(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	key := w.sees(w.issue("infrapm")).Item
	for range 3 {
		w.ok(w.app.Missing(w.ctx(), "gitlab", "7", false))
	}
	want(t, "gone after minutes", w.item(w.pm, key).Tracker.Gone, plumbline.Time(0))
	w.now = w.now.Add(2 * time.Hour)
	w.ok(w.app.Missing(w.ctx(), "gitlab", "7", false))
	v := w.item(w.pm, key)
	if v.Tracker.Gone.IsZero() || v.Title == "" {
		t.Error("the issue should be taken as gone and the record kept")
	}
	acts, err := w.app.ClaimActions(w.ctx(), "test", time.Minute, 10)
	w.ok(err)
	want(t, "writes", len(acts), 0)
}

func TestConfidentialIssueStaysConfidential(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	s := w.issue("infrapm")
	s.Confidential = true
	key := w.sees(s).Item
	_, err := w.app.Item(w.ctx(), w.requester, key)
	w.refused(err, plumbline.NotFound, "no item")
	_, err = w.app.Item(w.ctx(), w.contributor, key)
	w.refused(err, plumbline.NotFound, "no item")
	w.item(w.pm, key)
	events, err := w.app.Events(w.ctx(), w.contributor, 0, 100)
	w.ok(err)
	for _, e := range events {
		if e.Key == key {
			t.Errorf("a contributor sees the event %q of a confidential item", e.Type)
		}
	}
}

func TestQuestionsToATrackerAreAnsweredOnce(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	w.refused(w.app.AskLink(w.ctx(), w.admin, "gitlab", "dance"), plumbline.Invalid, "test, plan or sync")
	w.ok(w.app.AskLink(w.ctx(), w.admin, "gitlab", "plan"))
	qs, err := w.app.AskedOfLinks(w.ctx())
	w.ok(err)
	want(t, "questions", len(qs), 1)
	again, err := w.app.AskedOfLinks(w.ctx())
	w.ok(err)
	want(t, "questions handed out twice", len(again), 0)
	w.ok(w.app.AnswerLink(w.ctx(), qs[0], []string{"issue 7: pick up"}))
	links, err := w.app.Links(w.ctx(), w.admin)
	w.ok(err)
	if links[0].Asked != nil || links[0].Answer == nil || links[0].Answer.Lines[0] != "issue 7: pick up" {
		t.Errorf("got asked %v, answer %v", links[0].Asked, links[0].Answer)
	}
}

// claimOne takes the one action that is due.
func (w *world) claimOne() plumbline.Action {
	w.t.Helper()
	acts, err := w.app.ClaimActions(w.ctx(), "test", time.Minute, 1)
	w.ok(err)
	if len(acts) != 1 {
		w.t.Fatalf("claimed %d actions, want 1", len(acts))
	}
	return acts[0]
}

func (w *world) begins(act plumbline.Action, s plumbline.Snapshot) bool {
	w.t.Helper()
	g, err := w.app.Begin(w.ctx(), act, s)
	w.ok(err)
	return g.Proceed
}

// What was claimed before the pause waits, and goes on after it.
func TestPausedTrackerPutsWritesOff(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	s := w.issue("infrapm")
	w.sees(s)
	act := w.claimOne()
	w.ok(w.app.PauseLink(w.ctx(), w.admin, "gitlab", "it is upgraded"))
	want(t, "proceed while paused", w.begins(act, s), false)
	w.ok(w.app.PauseLink(w.ctx(), w.admin, "gitlab", ""))
	w.now = w.now.Add(2 * time.Minute)
	again := w.claimOne()
	want(t, "the same one", again.ID, act.ID)
	want(t, "proceed", w.begins(again, s), true)
}

// Whose lease ran out is not heard any more, whatever they have to say.
func TestLateWorkerIsNotHeard(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	s := w.issue("infrapm")
	key := w.sees(s).Item
	late := w.claimOne()
	w.now = w.now.Add(2 * time.Minute)
	now := w.claimOne()
	want(t, "taken over", now.ID, late.ID)
	want(t, "the late one proceeds", w.begins(late, s), false)
	w.ok(w.app.Finish(w.ctx(), late, app.Result{Status: plumbline.ActionFailed, Detail: "late"}))
	for _, a := range w.item(w.pm, key).Tracker.Actions {
		if a.ID == late.ID {
			want(t, "status", a.Status, plumbline.ActionRunning)
		}
	}
	want(t, "the new one proceeds", w.begins(now, s), true)
}

// A comment that was claimed in the first episode is not written in the second.
func TestCommentOfAnEndedEpisodeIsDropped(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	key := w.sees(w.issue("infrapm")).Item
	_, s := w.carryOut(w.issue("infrapm"))
	s = applied(s, plumbline.WantedChange{Remove: []string{"infrapm"}})
	w.sees(s)
	want(t, "state", w.item(w.pm, key).State, plumbline.State("workflow::withdrawn"))
	labels := w.claimOne()
	s = applied(s, labels.Want)
	w.ok(w.app.Finish(w.ctx(), labels, app.Result{Status: plumbline.ActionDone, After: &s}))
	tell := w.claimOne()
	want(t, "kind", tell.Kind, plumbline.TellComment)
	s = applied(s, plumbline.WantedChange{Add: []string{"infrapm"}})
	want(t, "picked up again", w.sees(s).PickedUp, true)
	want(t, "the old comment is written", w.begins(tell, s), false)
	done, _ := w.carryOut(s)
	if !slices.ContainsFunc(done, func(d string) bool { return strings.HasPrefix(d, string(plumbline.TellComment)) }) {
		t.Errorf("nobody is told of the new episode: %q", done)
	}
}

// Two readings of an issue under way at once: the older one changes nothing,
// whichever comes last.
func TestOvertakenReadingIsIgnored(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	s := w.issue("infrapm")
	w.sees(s)
	asked := plumbline.At(w.now)
	w.now = w.now.Add(time.Minute)
	newer := s
	newer.Title, newer.Updated = "A better title", plumbline.At(w.now)
	w.sees(newer)
	out, err := w.app.Observe(w.ctx(), app.Sighting{Link: "gitlab", Ref: "7", Snapshot: s, Cause: "poll", Asked: asked})
	w.ok(err)
	if out.Changed || out.Ignored == "" {
		t.Errorf("got %+v", out)
	}
	want(t, "title", w.item(w.pm, out.Item).Title, "A better title")
	w.now = w.now.Add(time.Minute)
	restored, err := w.app.Observe(w.ctx(), app.Sighting{Link: "gitlab", Ref: "7", Snapshot: s, Cause: "poll", Asked: plumbline.At(w.now)})
	w.ok(err)
	want(t, "a tracker restored from a backup is believed", restored.Changed, true)
}
