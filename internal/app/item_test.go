package app_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/people"
	"plumbline/internal/app/rights"
)

func TestBadInputIsRefusedWithWhatAndWhere(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	negative := -0.5
	for name, c := range map[string]struct {
		err   error
		words string
	}{
		"no title":           {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "  "})), "title is missing"},
		"two lines":          {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "a\nb"})), "one line"},
		"huge title":         {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: strings.Repeat("x", 301)})), "at most 300"},
		"huge text":          {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Body: strings.Repeat("x", plumbline.MaxBody+1)})), "at most"},
		"no such process":    {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Process: "dance"})), "no process"},
		"no such field":      {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Fields: map[string]string{"dance": "1"}})), "dance"},
		"no such product":    {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Product: "none"})), "no product"},
		"bad visibility":     {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Visibility: "secret"})), "visibility"},
		"bad class":          {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "x", Class: "dance"})), "class"},
		"reach off scale":    {second(w.app.Edit(w.ctx(), w.pm, it.Key, app.EditInput{Fields: map[string]string{"reach": "7"}})), "reach"},
		"no such state":      {second(w.app.Move(w.ctx(), w.pm, it.Key, app.MoveInput{To: "workflow::dance"})), "no state"},
		"demand by nobody":   {second(w.app.Demand(w.ctx(), w.pm, it.Key, app.DemandInput{})), "exactly one"},
		"demand by both":     {second(w.app.Demand(w.ctx(), w.pm, it.Key, app.DemandInput{Team: "delivery", Account: "acme"})), "exactly one"},
		"unknown account":    {second(w.app.Demand(w.ctx(), w.pm, it.Key, app.DemandInput{Account: "none"})), "no account"},
		"amount in words":    {second(w.app.Demand(w.ctx(), w.pm, it.Key, app.DemandInput{Account: "acme", Worth: "a lot", Currency: "EUR"})), "not an amount"},
		"no currency":        {second(w.app.Demand(w.ctx(), w.pm, it.Key, app.DemandInput{Account: "acme", Worth: "5"})), "currency"},
		"points 11":          {second(w.app.Demand(w.ctx(), w.pm, it.Key, app.DemandInput{Account: "acme", Points: 11})), "1 (quality"},
		"probability":        {second(w.app.Demand(w.ctx(), w.pm, it.Key, app.DemandInput{Account: "acme", Probability: &negative})), "between 0 and 100"},
		"no grade":           {second(w.app.Attach(w.ctx(), w.pm, it.Key, app.EvidenceInput{Text: "x"})), "grade"},
		"future evidence":    {second(w.app.Attach(w.ctx(), w.pm, it.Key, app.EvidenceInput{Grade: plumbline.Opinion, Text: "x", Observed: plumbline.At(w.now.Add(time.Hour))})), "future"},
		"empty comment":      {second(w.app.Comment(w.ctx(), w.pm, it.Key, app.CommentInput{Body: " \n"})), "body is missing"},
		"no outcome":         {second(w.app.Decide(w.ctx(), w.pm, it.Key, app.DecisionInput{Sentence: "x"})), "outcome"},
		"decline unreasoned": {second(w.app.Decide(w.ctx(), w.pm, it.Key, app.DecisionInput{Outcome: plumbline.Decline, Sentence: "x", Reopen: "y"})), "why not"},
		"decline for ever":   {second(w.app.Decide(w.ctx(), w.pm, it.Key, app.DecisionInput{Outcome: plumbline.Decline, Sentence: "x", Reason: "y"})), "look again"},
		"unknown team":       {second(w.app.HandOff(w.ctx(), w.pm, it.Key, app.HandOffInput{Team: "none"})), "no team"},
		"NUL byte":           {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "a\x00b"})), "NUL"},
		"not UTF-8":          {second(w.app.File(w.ctx(), w.requester, app.FileInput{Title: "a\xff"})), "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.err == nil || plumbline.KindOf(c.err) != plumbline.Invalid || !strings.Contains(c.err.Error(), c.words) {
				t.Errorf("got %v, want invalid with %q", c.err, c.words)
			}
		})
	}
	if n := w.item(w.pm, it.Key).Version; n != 1 {
		t.Errorf("refused changes left version %d, want 1", n)
	}
	if got := w.events(it.Key); got != "item filed" {
		t.Errorf("refused changes left events: %s", got)
	}
}

func second[T any](_ T, err error) error { return err }

func TestHandOffSaysEveryReasonWhyNot(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	_, err := w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
	for _, field := range []string{"statement", "reach", "impact", "confidence"} {
		if plumbline.FieldsOf(err)[field] == "" {
			t.Errorf("the refusal does not name %s: %v", field, err)
		}
	}
	v := w.item(w.pm, it.Key)
	if len(v.Decisions) != 0 || v.Team != "" || v.Version != 1 {
		t.Errorf("a refused decision left something: %d decisions, team %q, version %d", len(v.Decisions), v.Team, v.Version)
	}
}

func TestStaleVersionIsAConflict(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	title := "Restore within half an hour"
	_, err := w.app.Edit(w.ctx(), w.pm, it.Key, app.EditInput{Version: 1, Title: &title})
	w.ok(err)
	_, err = w.app.Edit(w.ctx(), w.contributor, it.Key, app.EditInput{Version: 1, Title: &title})
	w.refused(err, plumbline.Conflict, "version 1, it is now 2")
}

func TestRequesterEditsOnlyTheirOwnUntilAccepted(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	title := "Restore in an hour"
	_, err := w.app.Edit(w.ctx(), w.requester, it.Key, app.EditInput{Title: &title})
	w.ok(err)
	_, err = w.app.Accept(w.ctx(), w.pm, it.Key)
	w.ok(err)
	_, err = w.app.Accept(w.ctx(), w.pm, it.Key)
	w.refused(err, plumbline.Conflict, "accepted already")
	_, err = w.app.Edit(w.ctx(), w.requester, it.Key, app.EditInput{Title: &title})
	w.refused(err, plumbline.Denied, "until it is decided")
}

func TestAmountsAreForClearedPeople(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	cleared := w.item(w.pm, it.Key).Wanted[0]
	if cleared.Who != "Acme Rockets" || cleared.Worth != "250000 EUR" || cleared.Seats != 400 || cleared.Note == "" || cleared.Withheld {
		t.Errorf("a cleared reader got %+v", cleared)
	}
	for _, who := range []plumbline.Actor{w.requester, w.contributor} {
		d := w.item(who, it.Key).Wanted[0]
		if d.Who != "A customer" || d.Worth != "" || d.Seats != 0 || d.Account != "" || d.Note != "" || !d.Withheld {
			t.Errorf("%s got %+v", who.Role, d)
		}
		accounts, err := w.app.Accounts(w.ctx(), who)
		w.ok(err)
		if len(accounts) != 0 {
			t.Errorf("%s got the list of accounts", who.Role)
		}
	}
}

func TestInternalNotesAreNotForRequesters(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Restore within an hour")
	_, err := w.app.Comment(w.ctx(), w.pm, it.Key, app.CommentInput{Body: "between us", Internal: true})
	w.ok(err)
	_, err = w.app.Attach(w.ctx(), w.pm, it.Key, app.EvidenceInput{Grade: plumbline.Anecdote, Text: "between us", Internal: true})
	w.ok(err)
	v := w.item(w.requester, it.Key)
	if len(v.Said) != 0 || len(v.Proof) != 0 {
		t.Errorf("a requester reads %d comments and %d pieces of evidence that are internal", len(v.Said), len(v.Proof))
	}
	for _, h := range v.History {
		if h.Type == "comment added" || h.Type == "evidence attached" {
			t.Errorf("the history tells a requester of %q", h.Type)
		}
	}
	if v := w.item(w.contributor, it.Key); len(v.Said) != 1 || len(v.Proof) != 1 {
		t.Error("a contributor does not read internal notes")
	}
}

func TestDecisionsReplaceOneAnother(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	_, err := w.app.Decide(w.ctx(), w.pm, it.Key, app.DecisionInput{Outcome: plumbline.Later, Sentence: "Not this quarter.", Reason: "no capacity", Reopen: "2027-01-15"})
	w.ok(err)
	w.now = w.now.Add(time.Hour)
	_, err = w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
	w.ok(err)
	v := w.item(w.requester, it.Key)
	if len(v.Decisions) != 2 || v.Decisions[0].Outcome != plumbline.Pursue || v.Decisions[1].Ended.IsZero() {
		t.Errorf("got %+v", v.Decisions)
	}
	if v.Decisions[1].Reason != "" {
		t.Error("a requester reads the internal reason")
	}
	if v.State != "workflow-infra::Triage" || v.TeamName != "Reliability" {
		t.Errorf("got %s with %q", v.State, v.TeamName)
	}
}

func TestEngineeringLaneGuards(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	_, err := w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
	w.ok(err)
	move := func(to plumbline.State, in app.MoveInput) error {
		in.To = to
		return second(w.app.Move(w.ctx(), w.contributor, it.Key, in))
	}
	w.refused(move("workflow-infra::Ready", app.MoveInput{}), plumbline.Invalid, "riority")
	p := "P2"
	w.ok(move("workflow-infra::Ready", app.MoveInput{Priority: &p, Fields: map[string]string{"size": "M"}}))
	w.refused(move("workflow-infra::In Progress", app.MoveInput{}), plumbline.Invalid, "ssignee")
	who := "ines"
	w.ok(move("workflow-infra::In Progress", app.MoveInput{Assignee: &who}))
	w.refused(move("workflow-infra::Blocked", app.MoveInput{}), plumbline.Invalid, "lock")
	w.ok(move("workflow-infra::Blocked", app.MoveInput{Fields: map[string]string{"blocker": "quota"}}))
	w.ok(move("workflow-infra::In Progress", app.MoveInput{}))
	w.ok(move("workflow-infra::Under Review", app.MoveInput{}))
	w.ok(move("workflow-infra::Verify", app.MoveInput{}))
	w.refused(move("workflow-infra::Done", app.MoveInput{}), plumbline.Invalid, "erif")
	w.ok(move("workflow-infra::Done", app.MoveInput{Fields: map[string]string{"verification_note": "restored in 40 min"}}))
	if v := w.item(w.pm, it.Key); v.Open() {
		t.Errorf("done, yet open in %s", v.State)
	}
}

func TestSignIn(t *testing.T) {
	w := sqliteWorld(t)
	_, err := w.app.SignIn(w.ctx(), "mara", "wrong password here")
	w.refused(err, plumbline.Unauthenticated, "do not fit")
	_, err = w.app.SignIn(w.ctx(), "nobody", "wrong password here")
	w.refused(err, plumbline.Unauthenticated, "do not fit")
	_, err = w.app.SignInDemo(w.ctx(), "mara")
	w.refused(err, plumbline.Denied, "demo only")
	token, err := w.app.Invite(w.ctx())
	w.ok(err)
	_, err = w.app.SetUp(w.ctx(), token, people.PersonInput{Handle: "mallory", Name: "Mallory", Password: "a long enough password"})
	w.refused(err, plumbline.Unauthenticated, "used already")
	s, err := w.app.SignIn(w.ctx(), "MARA ", "a long enough password")
	w.ok(err)
	w.ok(w.app.SignOut(w.ctx(), s))
	_, err = w.app.Who(w.ctx(), s, "test")
	w.refused(err, plumbline.Unauthenticated, "Sign in again")
	_, err = w.app.PutPerson(w.ctx(), w.admin, people.PersonInput{Handle: "avery", Name: "Avery", Role: plumbline.PM})
	w.refused(err, plumbline.Conflict, "last administrator")
	_, err = w.app.PutPerson(w.ctx(), w.admin, people.PersonInput{Handle: "new", Name: "New", Role: plumbline.PM, Password: "short"})
	w.refused(err, plumbline.Invalid, "12 characters")
	s, err = w.app.SignIn(w.ctx(), "mara", "a long enough password")
	w.ok(err)
	w.now = w.now.Add(31 * 24 * time.Hour)
	_, err = w.app.Who(w.ctx(), s, "test")
	w.refused(err, plumbline.Unauthenticated, "no longer")
}

func TestTokens(t *testing.T) {
	w := sqliteWorld(t)
	secret, view, err := w.app.MakeToken(w.ctx(), w.pm, "script", []string{"read"}, 24*time.Hour)
	w.ok(err)
	who, err := w.app.WhoByToken(w.ctx(), secret, "api")
	w.ok(err)
	if rights.May(who, rights.MakeDecision) || !rights.May(who, rights.See) || who.Role != plumbline.PM {
		t.Errorf("a reading token of a PM gave %+v", who)
	}
	w.now = w.now.Add(25 * time.Hour)
	_, err = w.app.WhoByToken(w.ctx(), secret, "api")
	w.refused(err, plumbline.Unauthenticated, "not signed in")
	w.ok(w.app.RevokeToken(w.ctx(), w.pm, view.ID))
	_, _, err = w.app.MakeToken(w.ctx(), w.pm, "x", []string{"everything"}, 1000*24*time.Hour)
	w.refused(err, plumbline.Invalid, "scope")
}

func TestWorkThatStandsStillIsStalled(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	_, err := w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
	w.ok(err)
	p, who := "P2", "ines"
	_, err = w.app.Move(w.ctx(), w.contributor, it.Key, app.MoveInput{To: "workflow-infra::Ready", Priority: &p, Fields: map[string]string{"size": "M"}})
	w.ok(err)
	_, err = w.app.Move(w.ctx(), w.contributor, it.Key, app.MoveInput{To: "workflow-infra::In Progress", Assignee: &who})
	w.ok(err)
	w.now = w.now.Add(6 * 24 * time.Hour)
	n, err := w.app.Sweep(w.ctx())
	w.ok(err)
	want(t, "swept after six days", n, 0)
	w.now = w.now.Add(25 * time.Hour)
	n, err = w.app.Sweep(w.ctx())
	w.ok(err)
	want(t, "swept after seven days", n, 1)
	v := w.item(w.pm, it.Key)
	want(t, "state", v.State, plumbline.State("workflow-infra::Stalled"))
	if !strings.Contains(string(v.States["workflow-infra"].Message), "Engineering manager") {
		t.Errorf("nobody is told: %q", v.States["workflow-infra"].Message)
	}
}

func TestCancellingNeedsReasonAndSentence(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	key := w.sees(w.issue("infrapm")).Item
	_, s := w.carryOut(w.issue("infrapm"))
	w.validate(key)
	_, err := w.app.Decide(w.ctx(), w.pm, key, pursue)
	w.ok(err)
	_, s = w.carryOut(s)
	_, err = w.app.Move(w.ctx(), w.contributor, key, app.MoveInput{To: "workflow-infra::Cancelled"})
	w.refused(err, plumbline.Invalid, "why it is cancelled")
	_, err = w.app.Move(w.ctx(), w.contributor, key, app.MoveInput{To: "workflow-infra::Cancelled", Note: "the vendor ended it", Message: "The vendor ended the service."})
	w.ok(err)
	v := w.item(w.pm, key)
	if v.Open() || len(v.Said) != 1 || !v.Said[0].Internal {
		t.Errorf("open %v, comments %+v", v.Open(), v.Said)
	}
	text := ""
	for _, act := range v.Tracker.Actions {
		if act.Kind == plumbline.TellComment && act.Status == plumbline.ActionWaiting {
			text = string(act.Want.Comment)
		}
	}
	if !strings.Contains(text, "The vendor ended the service.") || strings.Contains(text, "the vendor ended it") {
		t.Errorf("the requester reads %q", text)
	}
	done, s := w.carryOut(s)
	if s.Open {
		t.Errorf("the issue stays open: %q", done)
	}
}
