package standing_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
)

// breached is a world with a product over its error budget.
func breached(t *testing.T) *world {
	w := newWorld(t)
	w.put(availability(ci))
	for i := range 28 {
		w.facts = append(w.facts, w.counted(i, "600"))
	}
	w.refresh(plumbline.Reliability)
	if s := w.view("api-availability").Standing; s.Status != plumbline.StatusBreached {
		t.Fatalf("got %s, want breached", s.Status)
	}
	return w
}

func (w *world) ask(who plumbline.Actor, days int) standing.ExceptionView {
	w.t.Helper()
	e, err := w.room.AskException(w.ctx(), who, standing.ExceptionInput{
		Constraint: "api-availability", Reason: "The migration costs us a month.", Until: plumbline.At(w.now.AddDate(0, 0, days)),
	})
	w.ok(err)
	return e
}

func (w *world) judgeDue() {
	w.t.Helper()
	for more := true; more; {
		var err error
		more, err = w.room.JudgeDue(w.ctx())
		w.ok(err)
	}
}

func TestAnExceptionIsApprovedByOthersAndEndsByItself(t *testing.T) {
	w := breached(t)
	e := w.ask(w.contributor, 30)
	if e.Needs != 2 || e.State != "asked" || e.MayApprove {
		t.Fatalf("got %+v, want one that needs two", e)
	}
	_, err := w.room.ApproveException(w.ctx(), w.contributor, e.ID)
	w.refused(err, plumbline.Denied, "may not approve exceptions")
	_, err = w.room.ApproveException(w.ctx(), w.pm, e.ID)
	w.ok(err)
	_, err = w.room.ApproveException(w.ctx(), w.pm, e.ID)
	w.refused(err, plumbline.Conflict, "approved this exception already")
	if got := w.view("api-availability").Standing.Status; got != plumbline.StatusBreached {
		t.Fatalf("one of two approved, and it is %s", got)
	}
	got, err := w.room.ApproveException(w.ctx(), w.other, e.ID)
	w.ok(err)
	v := w.view("api-availability").Standing
	if got.State != "in force" || v.Status != plumbline.StatusExempt || v.Forced || v.Until != e.Until {
		t.Fatalf("got %s and %s until %v", got.State, v.Status, v.Until)
	}
	w.now = e.Until.Std()
	for i := range 28 {
		w.facts = append(w.facts, w.counted(i, "600"))
	}
	w.refresh(plumbline.Reliability)
	w.judgeDue()
	if v := w.view("api-availability").Standing; v.Status != plumbline.StatusBreached {
		t.Errorf("got %s when its time is up, want breached", v.Status)
	}
	all, err := w.room.Exceptions(w.ctx(), w.requester, "api-availability")
	w.ok(err)
	if len(all) != 1 || all[0].State != "over" || all[0].Ended != plumbline.At(w.now) {
		t.Errorf("got %+v", all)
	}
	if got := strings.Join(w.events(), "\n"); !strings.Contains(got, "exception over api-availability") {
		t.Errorf("no event says that it ended:\n%s", got)
	}
}

func TestNobodyApprovesTheirOwnException(t *testing.T) {
	w := breached(t)
	e := w.ask(w.pm, 10)
	_, err := w.room.ApproveException(w.ctx(), w.pm, e.ID)
	w.refused(err, plumbline.Denied, "somebody other than who asked")
	_, err = w.room.AskException(w.ctx(), w.requester, standing.ExceptionInput{Constraint: "api-availability"})
	w.refused(err, plumbline.Denied, "ask for exceptions")
	_, err = w.room.AskException(w.ctx(), w.pm, standing.ExceptionInput{Constraint: "api-availability", Reason: "Why not.", Until: plumbline.At(w.now.AddDate(0, 0, 91))})
	w.refused(err, plumbline.Invalid, "at most 90 days")
	_, err = w.room.AskException(w.ctx(), w.pm, standing.ExceptionInput{Constraint: "api-availability", Policy: "cost-watch", Reason: "Why not.", Until: plumbline.At(w.now.AddDate(0, 0, 9))})
	w.refused(err, plumbline.Invalid, `There is no policy "cost-watch"`)
	refused, err := w.room.EndException(w.ctx(), w.other, e.ID)
	w.ok(err)
	if refused.State != "refused" {
		t.Errorf("got %s, want refused", refused.State)
	}
	_, err = w.room.ApproveException(w.ctx(), w.other, e.ID)
	w.refused(err, plumbline.Conflict, "has ended")
}

// An exception about a policy takes its effect away, and nothing else.
func TestAnExceptionFromOnePolicy(t *testing.T) {
	w := breached(t)
	e, err := w.room.AskException(w.ctx(), w.contributor, standing.ExceptionInput{
		Constraint: "api-availability", Policy: "error-budget", Reason: "Reviewed weekly anyway.", Until: plumbline.At(w.now.AddDate(0, 0, 10)),
	})
	w.ok(err)
	if e.Needs != 1 {
		t.Fatalf("got %d approvers, want 1", e.Needs)
	}
	_, err = w.room.ApproveException(w.ctx(), w.pm, e.ID)
	w.ok(err)
	s := w.view("api-availability").Standing
	for _, f := range s.Effects {
		if (f.Waived != 0) != (f.Policy == "error-budget") {
			t.Errorf("%s is waived until %v", f.Policy, f.Waived)
		}
	}
	if s.Status != plumbline.StatusBreached {
		t.Errorf("got %s, want breached", s.Status)
	}
}

// The named approver has to be among those who approve.
func TestTheNamedApprover(t *testing.T) {
	w := breached(t)
	c := availability(ci)
	c.Approver = "olga"
	w.put(c)
	e, err := w.room.AskException(w.ctx(), w.contributor, standing.ExceptionInput{
		Constraint: "api-availability", Policy: "error-budget", Reason: "Reviewed weekly anyway.", Until: plumbline.At(w.now.AddDate(0, 0, 10)),
	})
	w.ok(err)
	_, err = w.room.ApproveException(w.ctx(), w.pm, e.ID)
	w.refused(err, plumbline.Denied, "names who has to approve")
	_, err = w.room.ApproveException(w.ctx(), w.other, e.ID)
	w.ok(err)
}

// Time alone makes evidence old; what is not known is neither met nor a reason to
// block anything.
func TestEvidenceGetsOldByItself(t *testing.T) {
	w := newWorld(t)
	w.put(availability(ci))
	for i := range 28 {
		w.facts = append(w.facts, w.counted(i, "100"))
	}
	w.refresh(plumbline.Reliability)
	w.now = w.now.Add(2*day + time.Minute)
	w.judgeDue()
	s := w.view("api-availability").Standing
	if s.Status != plumbline.StatusStale || s.Forced {
		t.Errorf("got %s, want stale", s.Status)
	}
	for _, e := range s.Effects {
		if e.Force > plumbline.RequireReview {
			t.Errorf("%s does more than ask for a review", e.Policy)
		}
	}
	before := w.events()
	w.now = w.now.Add(time.Minute)
	w.judgeDue()
	if got := w.events(); len(got) != len(before) {
		t.Errorf("nothing changed, and there are %d events more", len(got)-len(before))
	}
}

// When nothing is due, the worker's turn takes two statements.
func TestATurnWithoutWorkIsCheap(t *testing.T) {
	w := breached(t)
	ctx, n := store.CountQueries(t.Context())
	more, err := w.room.JudgeDue(ctx)
	w.ok(err)
	if more || n.N.Load() != 2 {
		t.Errorf("got %d statements, want 2", n.N.Load())
	}
}

func TestEvidenceByHand(t *testing.T) {
	w := newWorld(t)
	c := plumbline.Constraint{ID: "controls", Kind: plumbline.Compliance, Scope: ci, Due: plumbline.At(w.now.AddDate(0, 1, 0))}
	w.put(c)
	seen := plumbline.Observation{Subject: "ac-2", At: plumbline.At(w.now), State: plumbline.StateOpen, External: "ac-2"}
	_, err := w.room.GiveEvidence(w.ctx(), w.requester, "controls", []plumbline.Observation{seen})
	w.refused(err, plumbline.Denied, "give evidence")
	_, err = w.room.GiveEvidence(w.ctx(), w.contributor, "controls", []plumbline.Observation{seen, {Subject: "ac-3"}})
	w.refused(err, plumbline.Invalid, "Say when it was observed.")
	told, err := w.room.GiveEvidence(w.ctx(), w.contributor, "controls", []plumbline.Observation{seen})
	w.ok(err)
	if told.New != 1 || told.View.Standing.Status != plumbline.StatusMet {
		t.Fatalf("got %+v", told)
	}
	told, err = w.room.GiveEvidence(w.ctx(), w.contributor, "controls", []plumbline.Observation{seen})
	w.ok(err)
	if told.New+told.Changed != 0 || told.Same != 1 {
		t.Errorf("told twice: %+v", told)
	}
	w.now = w.now.Add(time.Hour)
	seen.At, seen.State = plumbline.At(w.now), plumbline.StateMet
	told, err = w.room.GiveEvidence(w.ctx(), w.contributor, "controls", []plumbline.Observation{seen})
	w.ok(err)
	if told.Changed != 1 || told.View.Standing.Pace.Decimal() != "1" {
		t.Errorf("got %+v", told)
	}
	page, err := w.room.ConstraintEvidence(w.ctx(), w.pm, "controls", standing.EvidenceQuery{Superseded: true})
	w.ok(err)
	if len(page.Evidence) != 2 || page.Evidence[0].Supersedes != page.Evidence[1].ID || page.Evidence[1].Ended != plumbline.At(w.now) || page.Evidence[0].Quality != plumbline.ByHand {
		t.Errorf("got %+v", page.Evidence)
	}
}

func TestPoliciesAreDataWithVersions(t *testing.T) {
	w := breached(t)
	const ours = `version: "ours-1"
name: Ours
policies:
  - {id: watch, name: Watch it, start: headroom < 50 %, then: [{force: inform, what: The owner is told.}]}
`
	_, err := w.room.SaveLimitPolicy(w.ctx(), w.contributor, ours)
	w.refused(err, plumbline.Denied, "policy of priorities")
	_, err = w.room.SaveLimitPolicy(w.ctx(), w.pm, strings.Replace(ours, "headroom", "headrom", 1))
	w.refused(err, plumbline.Invalid, `policies:4:`)
	saved, err := w.room.SaveLimitPolicy(w.ctx(), w.pm, ours)
	w.ok(err)
	if saved.Version != "ours-1" || saved.Active || saved.Policies != 1 {
		t.Fatalf("got %+v", saved)
	}
	_, err = w.room.SaveLimitPolicy(w.ctx(), w.pm, ours)
	w.refused(err, plumbline.Conflict, "Give these another version")
	w.ok(w.room.UseLimitPolicy(w.ctx(), w.pm, "ours-1"))
	w.refused(w.room.UseLimitPolicy(w.ctx(), w.pm, "ours-1"), plumbline.Conflict, "in force already")
	w.judgeDue()
	v := w.view("api-availability")
	if v.Policies != "ours-1" || len(v.Standing.Effects) != 1 || v.Standing.Effects[0].Policy != "watch" {
		t.Errorf("judged by %s: %+v", v.Policies, v.Standing.Effects)
	}
	all, err := w.room.LimitPolicies(w.ctx(), w.requester)
	w.ok(err)
	if len(all) != 2 || !all[0].Active || !all[1].Builtin || all[1].Active {
		t.Errorf("got %+v", all)
	}
	text, err := w.room.LimitPolicy(w.ctx(), w.requester, "")
	w.ok(err)
	if text.Text != ours {
		t.Errorf("got %s", text.Text)
	}
}
