package app_test

import (
	"slices"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/standing"
	"plumbline/internal/flow"
	"plumbline/internal/limit"
	"plumbline/internal/store/storetest"
)

// demoWorld is the demo on a day, with its product manager.
func demoWorld(t *testing.T) *world {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: storetest.SQLite(t), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	w.app = app.New(w.db, book, func() plumbline.Time { return plumbline.At(w.now) }, app.Config{Demo: true})
	w.ok(w.app.LoadDemo(w.ctx()))
	session, err := w.app.SignInDemo(w.ctx(), "mara")
	w.ok(err)
	w.pm, err = w.app.Who(w.ctx(), session, "test")
	w.ok(err)
	w.requester = w.pm
	return w
}

// The demo has every kind of limit, every status, a past, and what follows.
func TestTheDemosLimits(t *testing.T) {
	w := demoWorld(t)
	list, err := w.app.Constraints(w.ctx(), w.pm, standing.ConstraintQuery{Limit: 100})
	w.ok(err)
	kinds, statuses := map[plumbline.ConstraintKind]int{}, map[plumbline.Status]int{}
	for _, k := range list.Constraints {
		kinds[k.Kind]++
		statuses[k.Standing.Status]++
		if s := k.Standing; s.Status != plumbline.StatusUnknown && len(s.Evidence) == 0 {
			t.Errorf("%s is %s from no evidence", k.ID, s.Status)
		}
	}
	for _, k := range plumbline.ConstraintKinds {
		if kinds[k] == 0 {
			t.Errorf("there is no limit of the kind %s", k)
		}
	}
	for _, s := range []plumbline.Status{plumbline.StatusMet, plumbline.StatusAtRisk, plumbline.StatusBreached, plumbline.StatusUnknown, plumbline.StatusStale, plumbline.StatusExempt} {
		if statuses[s] == 0 {
			t.Errorf("no limit is %s", s)
		}
	}
	page, err := w.app.ConstraintPage(w.ctx(), w.pm, "api-availability")
	w.ok(err)
	if since := plumbline.At(w.now.Truncate(24*time.Hour).AddDate(0, 0, -6)); page.Since != since || len(page.Trail.Changes) < 2 || len(page.Days) < 50 || len(page.Items) != 2 {
		t.Errorf("it broke at %v, %d changes, %d days, %d items mend it", page.Since.Std(), len(page.Trail.Changes), len(page.Days), len(page.Items))
	}
	exempt, err := w.app.ConstraintPage(w.ctx(), w.pm, "findings-flux")
	w.ok(err)
	if len(exempt.Exceptions) != 1 || exempt.Exceptions[0].State != "in force" || exempt.Exceptions[0].Approved[0].By != "Avery Okafor" {
		t.Errorf("got %+v", exempt.Exceptions)
	}
}

// A product inherits the limits of its group, and a broken one stops its features.
func TestTheDemosGates(t *testing.T) {
	w := demoWorld(t)
	scope := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "kube-scheduler"}
	list, err := w.app.Constraints(w.ctx(), w.pm, standing.ConstraintQuery{Scope: &scope})
	w.ok(err)
	if !slices.ContainsFunc(list.Constraints, func(k standing.ConstraintView) bool { return k.ID == "state-storage" }) {
		t.Errorf("it does not inherit: %+v", list.Constraints)
	}
	gate, err := w.app.WorkGate(w.ctx(), w.pm, plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "kube-apiserver"}, "feature")
	w.ok(err)
	if gate.Result != limit.Blocked || gate.By[0].Constraint != "api-availability" {
		t.Errorf("got %+v", gate)
	}
	if gate, err := w.app.WorkGate(w.ctx(), w.pm, plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "kube-apiserver"}, "reliability"); err != nil || gate.Result != limit.Allowed {
		t.Errorf("got %+v, %v", gate, err)
	}
}
