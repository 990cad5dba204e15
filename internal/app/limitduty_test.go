package app_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/ranking"
	"plumbline/internal/app/standing"
)

// A product over its error budget forces the item that mends it, and lets it go when
// the budget has been good for a day: without anybody typing a status.
func TestALimitForcesTheWorkThatMendsIt(t *testing.T) {
	w := sqliteWorld(t)
	w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "ci", Name: "CI", Kind: "product"}))
	_, err := w.app.PutConstraint(w.ctx(), w.pm, plumbline.Constraint{
		ID: "api", Name: "Availability of the API", Kind: plumbline.Reliability, Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"},
		Objective: "0.999", Window: plumbline.Window{Days: 28}, Hard: true,
	}, 0)
	w.ok(err)
	other, mends := w.file("Something else"), w.file("Make the API reliable")
	w.tell("200")
	duties := w.duties()
	if len(duties.Rows) != 0 || len(duties.Untended) != 1 || duties.Untended[0].Constraint != "api" || duties.Untended[0].Due != plumbline.At(w.now) {
		t.Fatalf("nobody works on it yet: got %+v", duties)
	}
	w.ok(w.app.TieItem(w.ctx(), w.contributor, "api", mends.Key))
	w.refused(w.app.TieItem(w.ctx(), w.requester, "api", mends.Key), plumbline.Denied, "may not edit any item")
	duties = w.duties()
	if len(duties.Untended) != 0 || len(duties.Rows) != 1 || duties.Rows[0].Key != mends.Key || duties.Rows[0].Limit != "api" || duties.Rows[0].Family != "A limit" {
		t.Fatalf("got %+v", duties)
	}
	if got, want := duties.Rows[0].PolicyName, "Policies about limits: Default policies for constraints, edition 2026"; got != want {
		t.Errorf("the policy is called %q, want %q", got, want)
	}
	page, err := w.app.Ranking(w.ctx(), w.pm, ranking.RankQuery{})
	w.ok(err)
	if want := "Priorities and clocks: GitLab handbook, August 2026, edition gitlab-2026"; page.PolicyName != want {
		t.Errorf("the policy is called %q, want %q", page.PolicyName, want)
	}
	if len(page.Forced) != 1 || page.Forced[0].Key != mends.Key || !strings.Contains(page.Forced[0].Rule, "hard limit is over") {
		t.Fatalf("got %+v", page.Forced)
	}
	// A month of good days later it lifts by itself.
	w.now = w.now.AddDate(0, 0, 30)
	w.tell("0")
	w.now = w.now.AddDate(0, 0, 1)
	w.tell("0")
	if v, err := w.app.Constraint(w.ctx(), w.pm, "api"); err != nil || v.Standing.Status != plumbline.StatusMet {
		t.Fatalf("got %v and %v", v.Standing, err)
	}
	if duties := w.duties(); len(duties.Rows)+len(duties.Untended) != 0 {
		t.Errorf("it is met, and still forces %+v", duties)
	}
	if got := w.events(mends.Key); got != "item filed, item tied to a constraint, duty ended" {
		t.Errorf("got %s", got)
	}
	if got := w.events(other.Key); got != "item filed" {
		t.Errorf("got %s", got)
	}
	w.ok(w.app.UntieItem(w.ctx(), w.pm, "api", mends.Key))
	w.refused(w.app.UntieItem(w.ctx(), w.pm, "api", mends.Key), plumbline.NotFound, "is not tied")
}

// tell gives evidence of a day with so many failures of 20,000.
func (w *world) tell(bad plumbline.Decimal) {
	w.t.Helper()
	now := plumbline.At(w.now)
	_, err := w.app.GiveEvidence(w.ctx(), w.pm, "api", []plumbline.Observation{{From: now.Add(-24 * time.Hour), To: now, At: now, Bad: bad, Total: "20000", Source: "test", External: "api"}})
	w.ok(err)
}

func (w *world) duties() ranking.DutiesView {
	w.t.Helper()
	v, err := w.app.Duties(w.ctx(), w.pm, plumbline.Filter{})
	w.ok(err)
	return v
}

// The owner of a constraint is told how it stands, product managers when it broke and
// when an exception waits for them; that it was judged for the first time is no news.
func TestPeopleAreToldOfLimits(t *testing.T) {
	w := sqliteWorld(t)
	w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "ci", Name: "CI", Kind: "product"}))
	_, err := w.app.PutConstraint(w.ctx(), w.admin, plumbline.Constraint{
		ID: "api", Kind: plumbline.Reliability, Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}, Objective: "0.999", Window: plumbline.Window{Days: 28}, Owner: "ines",
	}, 0)
	w.ok(err)
	w.spread()
	w.wantTold(w.contributor, "* consequence began: owner")
	w.wantTold(w.pm)
	now := plumbline.At(w.now)
	_, err = w.app.GiveEvidence(w.ctx(), w.admin, "api", []plumbline.Observation{{From: now.Add(-24 * time.Hour), To: now, At: now, Bad: "900", Total: "20000", Source: "test", External: "api"}})
	w.ok(err)
	_, err = w.app.AskException(w.ctx(), w.admin, standing.ExceptionInput{Constraint: "api", Reason: "The move.", Until: now.Add(240 * time.Hour)})
	w.ok(err)
	w.spread()
	w.wantTold(w.requester)
	w.wantTold(w.pm, "* exception asked: decision", "* standing changed: decision")
	if got := w.told(w.contributor); !strings.HasPrefix(got, "* exception asked: owner\n* consequence ended: owner") {
		t.Errorf("the owner was told\n%s", got)
	}
}
