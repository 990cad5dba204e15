package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/people"
	"plumbline/internal/app/rota"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func (w *world) inbox() app.InboxView {
	w.t.Helper()
	v, err := w.app.Inbox(w.ctx(), w.pm, "")
	w.ok(err)
	return v
}

// waits are the keys in the inbox, in order.
func (w *world) waits() string {
	var out []string
	for _, r := range w.inbox().Rows.Rows {
		out = append(out, string(r.Key))
	}
	return strings.Join(out, " ")
}

// clock is the first answer's clock of an item.
func (w *world) clock(key plumbline.Key) app.ClockView {
	w.t.Helper()
	for _, c := range w.item(w.pm, key).Clocks {
		if c.Name == "First answer" {
			return c
		}
	}
	w.t.Fatalf("%s has no clock of the first answer", key)
	return app.ClockView{}
}

var decline = app.DecisionInput{Outcome: plumbline.Decline, Sentence: "Not worth it.", Reason: "Nobody else asks.", Reopen: "Two more ask."}

func TestAskedItemWaitsWithItsClockStill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		it := w.file("Restore within an hour")
		due := w.clock(it.Key).Due
		want(t, "due after two working days", due, plumbline.At(time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC)))
		want(t, "clock in the row", w.inbox().Clocks[it.Key].State, "running")

		w.now = w.now.Add(time.Hour)
		_, err := w.app.AskBack(w.ctx(), w.pm, it.Key, "How large is it?")
		w.ok(err)
		want(t, "in the inbox", w.waits(), "")
		want(t, "waiting", w.inbox().Waiting[0].Key, it.Key)
		want(t, "sentence", w.item(w.requester, it.Key).Sentence, "We asked jonas something; it goes on when they answer.")
		w.now = w.now.Add(5 * time.Hour)
		want(t, "clock while we wait", w.clock(it.Key).State, "paused")
		_, err = w.app.Comment(w.ctx(), w.pm, it.Key, app.CommentInput{Body: "Still waiting."})
		w.ok(err)
		want(t, "in the inbox after our own word", w.waits(), "")

		_, err = w.app.Comment(w.ctx(), w.requester, it.Key, app.CommentInput{Body: "Two terabytes."})
		w.ok(err)
		want(t, "in the inbox after the answer", w.waits(), string(it.Key))
	})
}

func TestClockGoesOnAfterTheAnswer(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	due := w.clock(it.Key).Due
	_, err := w.app.AskBack(w.ctx(), w.pm, it.Key, "How large is it?")
	w.ok(err)
	w.now = w.now.Add(3 * time.Hour)
	body := "Two terabytes."
	_, err = w.app.Edit(w.ctx(), w.requester, it.Key, app.EditInput{Body: &body})
	w.ok(err)
	c := w.clock(it.Key)
	want(t, "clock", c.State, "running")
	want(t, "stood still for", c.Stood, 3*time.Hour)
	want(t, "moved by what it stood still", c.Due > due, true)
	want(t, "inbox row says the same", w.inbox().Clocks[it.Key].Due, c.Due)
	want(t, "events", w.events(it.Key), "item filed, question asked, item edited, item came back")
	_, err = w.app.Accept(w.ctx(), w.pm, it.Key)
	w.ok(err)
	want(t, "clock after the verdict", w.clock(it.Key).State, "met")
}

func TestSnoozedItemComesBackByItself(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		soon, later, said := w.file("Soon"), w.file("Later"), w.file("When somebody speaks")
		put := func(key plumbline.Key, in app.SnoozeInput) {
			t.Helper()
			_, err := w.app.Snooze(w.ctx(), w.pm, key, in)
			w.ok(err)
		}
		put(soon.Key, app.SnoozeInput{Until: plumbline.At(w.now.Add(time.Hour))})
		put(later.Key, app.SnoozeInput{Until: plumbline.At(w.now.Add(48 * time.Hour)), OnComment: true})
		put(said.Key, app.SnoozeInput{OnComment: true})
		want(t, "in the inbox", w.waits(), "")
		n, err := w.app.Wake(w.ctx())
		w.ok(err)
		want(t, "woken too early", n, 0)
		w.now = w.now.Add(time.Hour)
		n, err = w.app.Wake(w.ctx())
		w.ok(err)
		want(t, "woken in time", n, 1)
		want(t, "in the inbox", w.waits(), string(soon.Key))
		_, err = w.app.Comment(w.ctx(), w.contributor, said.Key, app.CommentInput{Body: "I know more.", Internal: true})
		w.ok(err)
		want(t, "in the inbox", w.waits(), string(soon.Key)+" "+string(said.Key))
		want(t, "still put off", w.inbox().Waiting[0].Key, later.Key)
		if h := w.item(w.requester, soon.Key).History; slices.ContainsFunc(h, func(e app.HistoryEntry) bool { return strings.Contains(e.Type, "snoozed") }) {
			t.Error("the requester reads that they were put off")
		}
	})
}

func TestSnoozeWantsAnEnd(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	for _, c := range []struct {
		in    app.SnoozeInput
		words string
	}{
		{app.SnoozeInput{}, "Say when it comes back"},
		{app.SnoozeInput{Until: plumbline.At(w.now)}, "has passed"},
		{app.SnoozeInput{Until: plumbline.At(w.now.AddDate(2, 0, 0))}, "more than a year"},
	} {
		_, err := w.app.Snooze(w.ctx(), w.pm, it.Key, c.in)
		w.refused(err, plumbline.Invalid, c.words)
	}
	_, err := w.app.AskBack(w.ctx(), w.pm, it.Key, " ")
	w.refused(err, plumbline.Invalid, "Write the question")
	_, err = w.app.Accept(w.ctx(), w.pm, it.Key)
	w.ok(err)
	_, err = w.app.Snooze(w.ctx(), w.pm, it.Key, app.SnoozeInput{OnComment: true})
	w.refused(err, plumbline.Conflict, "left the inbox already")
}

// Every verdict taken back gives the item as it was.
func TestEveryVerdictCanBeTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for name, verdict := range map[string]func(key plumbline.Key) error{
			"accept": func(k plumbline.Key) error { return second(w.app.Accept(w.ctx(), w.pm, k)) },
			"ask":    func(k plumbline.Key) error { return second(w.app.AskBack(w.ctx(), w.pm, k, "Which one?")) },
			"snooze": func(k plumbline.Key) error {
				return second(w.app.Snooze(w.ctx(), w.pm, k, app.SnoozeInput{OnComment: true}))
			},
			"decline": func(k plumbline.Key) error { return second(w.app.Decide(w.ctx(), w.pm, k, decline)) },
			"redirect": func(k plumbline.Key) error {
				return second(w.app.Decide(w.ctx(), w.pm, k, app.DecisionInput{Outcome: plumbline.Redirect, Sentence: "Ask the stage team.", Reason: "A feature.", Place: "The stage team"}))
			},
		} {
			it := w.file(name)
			before := w.item(w.pm, it.Key).Row.Item
			w.ok(verdict(it.Key))
			last := w.inbox().Last
			if last == nil || last.Key != it.Key {
				t.Fatalf("%s: the inbox offers to take back %+v", name, last)
			}
			_, err := w.app.Undo(w.ctx(), w.pm, it.Key)
			w.ok(err)
			v := w.item(w.pm, it.Key)
			after := v.Row.Item
			after.Version, after.Updated = before.Version, before.Updated
			if fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("%s taken back: got\n%+v\nwant\n%+v", name, after, before)
			}
			if len(v.Decisions) > 0 && v.Decisions[0].Ended.IsZero() {
				t.Errorf("%s taken back leaves a decision that holds", name)
			}
			if v.Redirected != nil {
				t.Errorf("%s taken back still leads to %+v", name, v.Redirected)
			}
			if !strings.HasSuffix(w.events(it.Key), "verdict taken back") {
				t.Errorf("%s: the history does not say so: %s", name, w.events(it.Key))
			}
			want(t, name+": clock runs again", w.clock(it.Key).State, "running")
			_, err = w.app.Undo(w.ctx(), w.pm, it.Key)
			w.refused(err, plumbline.Conflict, "no verdict")
		}
	})
}

func TestVerdictIsNotTakenBackOverLaterChanges(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	_, err := w.app.Accept(w.ctx(), w.pm, it.Key)
	w.ok(err)
	title := "Restore within half an hour"
	_, err = w.app.Edit(w.ctx(), w.contributor, it.Key, app.EditInput{Title: &title})
	w.ok(err)
	_, err = w.app.Undo(w.ctx(), w.pm, it.Key)
	w.refused(err, plumbline.Conflict, "was changed after it was accepted")
	if w.inbox().Last != nil {
		t.Error("the inbox offers what cannot be done")
	}
}

// What was only planned for the tracker is dropped; what was written is written
// back; what cannot be is refused.
func TestUndoReachesTheTracker(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(func(l *plumbline.LinkState) { l.OnDecline = "leave" })
	key := w.sees(w.issue("infrapm")).Item
	_, s := w.carryOut(w.issue("infrapm"))

	_, err := w.app.Decide(w.ctx(), w.pm, key, decline)
	w.ok(err)
	_, err = w.app.Undo(w.ctx(), w.pm, key)
	w.ok(err)
	done, s := w.carryOut(s)
	want(t, "writes when nothing was written yet", strings.Join(done, "; "), "")

	_, err = w.app.Decide(w.ctx(), w.pm, key, decline)
	w.ok(err)
	_, s = w.carryOut(s)
	want(t, "labels after the decline", strings.Join(s.LabelNames(), ", "), "infrapm")
	_, err = w.app.Undo(w.ctx(), w.pm, key)
	w.ok(err)
	done, s = w.carryOut(s)
	want(t, "writes", strings.Join(done, "; "), "set labels +workflow::problem validation -; tell comment + -")
	want(t, "labels", strings.Join(s.LabelNames(), ", "), "infrapm, workflow::problem validation")
	want(t, "the echo", w.sees(s).Changed, false)
	want(t, "in the inbox", w.waits(), string(key))
}

func TestUndoOfAClosedIssueIsRefused(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil) // closes what is declined
	key := w.sees(w.issue("infrapm")).Item
	_, s := w.carryOut(w.issue("infrapm"))
	_, err := w.app.Decide(w.ctx(), w.pm, key, decline)
	w.ok(err)
	w.carryOut(s)
	_, err = w.app.Undo(w.ctx(), w.pm, key)
	w.refused(err, plumbline.Conflict, "closed in the tracker already")
	want(t, "still declined", w.item(w.pm, key).State.Name(), "declined")
}

func TestQuestionIsToldOnTheIssue(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	key := w.sees(w.issue("infrapm")).Item
	w.carryOut(w.issue("infrapm"))
	_, err := w.app.AskBack(w.ctx(), w.pm, key, "Which clusters?")
	w.ok(err)
	acts, err := w.app.ClaimActions(w.ctx(), "test", time.Minute, 10)
	w.ok(err)
	if len(acts) != 1 || !strings.Contains(string(acts[0].Want.Comment), "A question for you") || !strings.Contains(string(acts[0].Want.Comment), "Which clusters?") {
		t.Errorf("the tracker is told %+v", acts)
	}
}

func TestCommentsAreChangedByTheirAuthors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		it := w.file("Restore within an hour")
		c, err := w.app.Comment(w.ctx(), w.requester, it.Key, app.CommentInput{Body: "First words, @mara and @nobody and @jonas."})
		w.ok(err)
		_, err = w.app.EditComment(w.ctx(), w.pm, it.Key, c.ID, "Not mine")
		w.refused(err, plumbline.Denied, "Only who wrote")
		_, err = w.app.EditComment(w.ctx(), w.requester, it.Key, "none", "x")
		w.refused(err, plumbline.NotFound, "no such comment")
		_, err = w.app.EditComment(w.ctx(), w.requester, it.Key, c.ID, "Better words, @mara and @ines.")
		w.ok(err)
		v := w.item(w.contributor, it.Key)
		if len(v.Said) != 1 || v.Said[0].Body != "Better words, @mara and @ines." || v.Said[0].Edited.IsZero() || len(v.Earlier) != 1 || !strings.HasPrefix(v.Earlier[0].Body, "First words") {
			t.Errorf("said %+v, earlier %+v", v.Said, v.Earlier)
		}
		want(t, "names", fmt.Sprint(v.Named.People), "map[ines:ines mara:mara]")
		w.ok(w.app.DeleteComment(w.ctx(), w.requester, it.Key, c.ID))
		v = w.item(w.contributor, it.Key)
		if v.Said[0].Body != "" || v.Said[0].Deleted.IsZero() || len(v.Earlier) != 0 || v.Comments != 0 {
			t.Errorf("deleted: said %+v, earlier %+v, %d comments", v.Said, v.Earlier, v.Comments)
		}
		want(t, "kept for the audit", len(w.item(w.pm, it.Key).Earlier), 2)
		_, err = w.app.EditComment(w.ctx(), w.requester, it.Key, c.ID, "Back")
		w.refused(err, plumbline.Conflict, "was deleted")
		want(t, "events", w.events(it.Key), "item filed, comment added, person mentioned, comment edited, person mentioned, comment deleted")
	})
}

// A mention tells nobody what they may not read.
func TestMentionsStayInTheHouse(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	_, err := w.app.Comment(w.ctx(), w.pm, it.Key, app.CommentInput{Body: "@jonas @ines", Internal: true})
	w.ok(err)
	v := w.item(w.pm, it.Key)
	var told []string
	for _, h := range v.History {
		if h.Type == "person mentioned" {
			told = append(told, h.Sentence)
		}
	}
	want(t, "told", strings.Join(told, "; "), "mentioned @ines")
}

func TestRotation(t *testing.T) {
	w := sqliteWorld(t)
	if v := w.inbox(); v.Turn != nil {
		t.Errorf("nobody takes turns, and the inbox shows %+v", v.Turn)
	}
	_, err := w.app.PutRotation(w.ctx(), w.pm, rota.RotationInput{Order: []string{"jonas"}})
	w.refused(err, plumbline.Invalid, "only product managers")
	_, err = w.app.PutRotation(w.ctx(), w.contributor, rota.RotationInput{})
	w.refused(err, plumbline.Denied, "on triage")
	v, err := w.app.PutRotation(w.ctx(), w.pm, rota.RotationInput{Order: []string{"mara", "avery"}, Swaps: map[string]string{"2026-11-30": "mara"}})
	w.ok(err)
	names := func(v rota.RotationView) string {
		var out []string
		for _, t := range v.Weeks[:3] {
			out = append(out, t.Name)
		}
		return strings.Join(out, " ")
	}
	want(t, "turns", names(v), "mara mara mara")
	v, err = w.app.PutRotation(w.ctx(), w.pm, rota.RotationInput{Order: []string{"mara", "avery"}, Swaps: map[string]string{"2026-11-30": ""}})
	w.ok(err)
	want(t, "turns after the swap was given back", names(v), "mara Avery mara")
	want(t, "on triage", w.inbox().Turn.Name, "mara")
	_, err = w.app.PutPerson(w.ctx(), w.admin, people.PersonInput{Handle: "mara", Name: "mara", Role: plumbline.PM, Disabled: true})
	w.ok(err)
	v, err = w.app.Rotation(w.ctx(), w.admin)
	w.ok(err)
	want(t, "turns without mara", names(v), "Avery Avery Avery")
	want(t, "skipped", v.Weeks[0].Skipped, "mara")
}

func TestToday(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ready := w.validated("Ready to decide")
		w.file("Just came")
		hard := w.file("Promised")
		_, err := w.app.Edit(w.ctx(), w.pm, hard.Key, app.EditInput{Fields: map[string]string{"needed_by": "2026-12-24", "date_hardness": "contract"}})
		w.ok(err)
		inc, err := w.app.File(w.ctx(), w.requester, app.FileInput{Process: "incident", Title: "Down", Severity: "S1"})
		w.ok(err)
		v, err := w.app.Today(w.ctx(), w.pm, 0)
		w.ok(err)
		parts := func(v app.TodayView) string {
			var out []string
			for _, p := range v.Parts {
				s := fmt.Sprintf("%s %d", p.Name, p.Total)
				if len(p.Lines) > 0 {
					s += " " + string(p.Lines[0].Key)
				}
				out = append(out, s)
			}
			return strings.Join(out, ", ")
		}
		want(t, "parts", parts(v), "decide 1 "+string(ready.Key)+", clock 1 "+string(inc.Key)+", answer 0, hard 1 "+string(hard.Key)+", wish 0, new 3 "+string(inc.Key)+", escalated 0, closing 0")
		if len(v.Changes) == 0 || v.Changes[0].Key != inc.Key {
			t.Errorf("changes: %+v", v.Changes)
		}
		w.now = w.now.Add(47 * time.Hour)
		_, err = w.app.Decide(w.ctx(), w.pm, ready.Key, pursue)
		w.ok(err)
		v, err = w.app.Today(w.ctx(), w.pm, v.Seq)
		w.ok(err)
		want(t, "nothing to decide", v.Part("decide").Total, 0)
		want(t, "answers owed", v.Part("answer").Total, 2)
		want(t, "the incident is late", v.Part("clock").Lines[0].Clock.State, "breached")
		want(t, "own changes are not told", len(v.Changes), 0)
		p, err := w.app.TodayPart(w.ctx(), w.pm, "answer", "")
		w.ok(err)
		want(t, "the whole part", len(p.Lines), 2)
		_, err = w.app.TodayPart(w.ctx(), w.pm, "answer", "???")
		w.refused(err, plumbline.Invalid, "cursor")
		_, err = w.app.TodayPart(w.ctx(), w.pm, "nothing", "")
		w.refused(err, plumbline.NotFound, "no part")
		v, err = w.app.Today(w.ctx(), w.contributor, 0)
		w.ok(err)
		want(t, "a contributor's parts", parts(v), "assigned 0, triage 1 "+string(ready.Key))
	})
}

// Today takes the same number of statements however much there is.
func TestTodayCostsTheSame(t *testing.T) {
	w := sqliteWorld(t)
	measure := func() (n, rows int64) {
		ctx, q := store.CountQueries(context.Background())
		_, err := w.app.Today(ctx, w.pm, 0)
		w.ok(err)
		return q.N.Load(), q.Rows.Load()
	}
	add := func(n int) {
		for i := range n {
			it := w.file(fmt.Sprint("Filler ", i))
			if i%3 == 0 {
				w.validate(it.Key)
			}
		}
	}
	add(12)
	few, _ := measure()
	add(90)
	many, rows := measure()
	add(150)
	more, grown := measure()
	if few != many || many != more || grown > rows+12 {
		t.Errorf("statements %d, %d, %d; rows %d, then %d", few, many, more, rows, grown)
	}
	if few > 14 {
		t.Errorf("%d statements", few)
	}
}

func TestPlaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "backup", Name: "Backup", Kind: "product", Owner: "reliability", Lifecycle: "production"}))
		ref := plumbline.ProductRef("backup")
		it := w.validated("Restore within an hour")
		_, err := w.app.Edit(w.ctx(), w.pm, it.Key, app.EditInput{Product: &ref})
		w.ok(err)
		_, err = w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
		w.ok(err)
		p, err := w.app.Product(w.ctx(), w.requester, ref)
		w.ok(err)
		if p.OwnerName != "Reliability" || p.Open != 1 || p.Demands != 1 || len(p.Decisions) != 1 || p.Lanes[0].States[0].State != "workflow-infra::Triage" || p.Decisions[0].Reason != "" {
			t.Errorf("the product is %+v", p)
		}
		team, err := w.app.Team(w.ctx(), w.requester, "reliability")
		w.ok(err)
		if len(team.Products) != 1 || team.Open != 1 || team.InWork != 0 {
			t.Errorf("the team is %+v", team)
		}
		_, err = w.app.Team(w.ctx(), w.requester, "none")
		w.refused(err, plumbline.NotFound, "no team")
		_, err = w.app.Product(w.ctx(), w.requester, "none")
		w.refused(err, plumbline.NotFound, "no product")
		counted, err := w.app.CountedProducts(w.ctx(), w.requester)
		w.ok(err)
		want(t, "open", counted.Open["backup"], 1)
		rules, err := w.app.ProcessByID(w.ctx(), w.requester, "request")
		w.ok(err)
		at := rules.Tracks[1].States[0]
		if at.Open != 1 || at.Label != "workflow-infra::Triage" || len(rules.Clocks) == 0 || len(rules.Needs) != 3 {
			t.Errorf("the process is %+v", at)
		}
	})
}

func TestTimeInEachState(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	w.now = w.now.Add(26 * time.Hour)
	_, err := w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
	w.ok(err)
	w.now = w.now.Add(3 * time.Hour)
	_, err = w.app.Move(w.ctx(), w.contributor, it.Key, app.MoveInput{To: "workflow-infra::Needs More Info"})
	w.ok(err)
	w.now = w.now.Add(time.Hour)
	stays := w.item(w.pm, it.Key).Stays
	want(t, "the manager's lane", fmt.Sprint(stays["workflow"]), "[{workflow::problem validation 1 26h0m0s 10h0m0s false}]")
	want(t, "the engineers' lane", fmt.Sprint(stays["workflow-infra"]), "[{workflow-infra::Triage 1 3h0m0s 3h0m0s false} {workflow-infra::Needs More Info 1 1h0m0s 1h0m0s true}]")
}
