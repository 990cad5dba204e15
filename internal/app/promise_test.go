package app_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// A promise is kept when its item is done, on that day; open again it is promised still;
// dropped it is not kept, and broken once its day has passed.
func TestAPromiseIsSettledByItsItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.ok(w.app.PutProduct(w.ctx(), w.pm, plumbline.Product{Ref: "ci", Name: "CI", Kind: "product"}))
		promise := func(id plumbline.ConstraintID, key plumbline.Key) {
			t.Helper()
			_, err := w.app.PutConstraint(w.ctx(), w.pm, plumbline.Constraint{
				ID: id, Kind: plumbline.Commitment, Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}, Hard: true,
				Opened: plumbline.At(w.now), Due: plumbline.At(w.now.AddDate(0, 0, 30)),
			}, 0)
			w.ok(err)
			w.ok(w.app.TieItem(w.ctx(), w.pm, id, key))
		}
		stands := func(id plumbline.ConstraintID, status plumbline.Status, reason string) {
			t.Helper()
			_, err := w.app.JudgeDue(w.ctx())
			w.ok(err)
			v, err := w.app.Constraint(w.ctx(), w.pm, id)
			w.ok(err)
			if v.Standing.Status != status || !strings.Contains(v.Standing.Reason, reason) {
				t.Errorf("%s is %s: %q, want %s: %q", id, v.Standing.Status, v.Standing.Reason, status, reason)
			}
		}
		var keys []plumbline.Key
		for _, title := range []string{"Restore within an hour", "Faster restores"} {
			it := w.validated(title)
			_, err := w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
			w.ok(err)
			keys = append(keys, it.Key)
		}
		promise("kept", keys[0])
		promise("dropped", keys[1])
		stands("kept", plumbline.StatusUnknown, "no evidence")
		w.now = w.now.AddDate(0, 0, 5)
		day := w.now
		w.ends(keys[0], "workflow-infra::Done")
		w.ends(keys[1], "workflow-infra::Cancelled")
		w.now = w.now.AddDate(0, 0, 2)
		stands("kept", plumbline.StatusMet, "kept on "+day.Format(time.DateOnly))
		stands("dropped", plumbline.StatusUnknown, "no evidence")
		before := w.seq()
		stands("kept", plumbline.StatusMet, "kept on")
		if w.seq() != before {
			t.Errorf("settled again: %d events more", w.seq()-before)
		}
		w.now = w.now.AddDate(0, 0, 60)
		stands("dropped", plumbline.StatusBreached, "nothing says that it was kept")
		stands("kept", plumbline.StatusMet, "kept on")
		// One that has ended is no part of the cockpit.
		v, err := w.app.Constraint(w.ctx(), w.pm, "dropped")
		w.ok(err)
		v.To = plumbline.At(w.now)
		_, err = w.app.PutConstraint(w.ctx(), w.pm, v.Constraint, 0)
		w.ok(err)
		w.now = w.now.Add(time.Hour)
		stands("dropped", plumbline.StatusUnknown, "It ended on ")
		c, err := w.app.Cockpit(w.ctx(), w.pm, standing.CockpitQuery{})
		w.ok(err)
		if c.Counts[plumbline.StatusUnknown] != 0 || c.Counts[plumbline.StatusMet] != 1 {
			t.Errorf("the cockpit counts %v", c.Counts)
		}
	})
}
