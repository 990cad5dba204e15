package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func scenario(id string, at plumbline.Time) plumbline.Scenario {
	return plumbline.Scenario{
		ID: id, Name: "Scenario " + id, First: quarter(2027, 1), Periods: 4, Confidence: 0.85, Seconds: 5, Seed: 1<<64 - 1, Model: "rice", Shut: 1, Team: "ci",
		Mix: []plumbline.MixRule{{Work: plumbline.ShareUpkeep, Min: 0.4}}, Exclusive: [][]plumbline.Key{{"REQ-1", "REQ-2"}},
		Budget: &plumbline.PlanBudget{Currency: "EUR", Amounts: []plumbline.Decimal{"1.5", "2", "3", "4"}, Costs: map[plumbline.Key]plumbline.Decimal{"REQ-1": "0.1"}},
		By:     "mara", ByName: "Mara", At: at, Version: 1,
	}
}

// A scenario comes back as it was kept; each change is a version more, and who saw an
// older one changes nothing. What was put away is in no list, and can be read.
func TestScenarios(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := scenario("a", 5), scenario("b", 7)
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertScenario(a); err != nil {
				return err
			}
			return tx.InsertScenario(b)
		})
		all := func() []plumbline.Scenario {
			return get(t, db, func(tx *store.Tx) ([]plumbline.Scenario, error) { return tx.Scenarios() })
		}
		same(t, all(), []plumbline.Scenario{b, a})
		a.Name, a.Budget, a.Version = "Another name", nil, 2
		for _, want := range []bool{true, false} { // the second one saw version 1, which is gone
			write(t, db, func(tx *store.Tx) error {
				ok, err := tx.UpdateScenario(a)
				if ok != want {
					t.Errorf("changed: %t, want %t", ok, want)
				}
				return err
			})
		}
		b.Ended, b.Version = 9, 2
		write(t, db, func(tx *store.Tx) error { _, err := tx.UpdateScenario(b); return err })
		same(t, all(), []plumbline.Scenario{a})
		same(t, get(t, db, func(tx *store.Tx) (plumbline.Scenario, error) { return tx.Scenario("b") }), b)
		failed(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Scenario("c"); return err })
	})
}

// failed wants a read to be refused.
func failed(t *testing.T, db *store.DB, want plumbline.Kind, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Read(t.Context(), fn); err == nil || plumbline.KindOf(err) != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

// A pin takes the place of the one before, goes to a copy, and is there or is not.
func TestPins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		pin := func(n int, in bool, at plumbline.Time) plumbline.Pin {
			return plumbline.Pin{Item: item(n).ID, In: in, Reason: "why", Person: "mara", Name: "Mara", At: at}
		}
		first, other := pin(1, true, 5), pin(2, false, 6)
		first.By = quarter(2027, 2)
		write(t, db, func(tx *store.Tx) error {
			for _, s := range []plumbline.Scenario{scenario("a", 1), scenario("b", 2)} {
				if err := tx.InsertScenario(s); err != nil {
					return err
				}
			}
			for _, p := range []plumbline.Pin{pin(1, false, 3), other, first} {
				if err := tx.PutPin("a", p); err != nil {
					return err
				}
			}
			return tx.CopyPins("a", "b")
		})
		pins := func(ids ...string) map[string][]plumbline.Pin {
			return get(t, db, func(tx *store.Tx) (map[string][]plumbline.Pin, error) { return tx.Pins(ids) })
		}
		same(t, pins("a", "b", "c"), map[string][]plumbline.Pin{"a": {first, other}, "b": {first, other}})
		for _, want := range []bool{true, false} {
			write(t, db, func(tx *store.Tx) error {
				was, err := tx.DropPin("a", item(2).ID)
				if was != want {
					t.Errorf("there was one: %t, want %t", was, want)
				}
				return err
			})
		}
		same(t, pins("a"), map[string][]plumbline.Pin{"a": {first}})
	})
}

// The newest plan of a scenario is the last one; old ones go, but none that a decision
// names. One decision at a time is in force, and says when an item is done.
func TestPlansAndDecisions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		plan := func(id, of string, at plumbline.Time) store.PlanRow {
			return store.PlanRow{ID: id, Scenario: of, Seq: 3, Seed: 1<<64 - 1, Stopped: true, Version: 1, Body: `{"plan": 1}`, By: "mara", ByName: "Mara", At: at}
		}
		p1, p2, p3, q1 := plan("p1", "a", 5), plan("p2", "a", 6), plan("p3", "a", 6), plan("q1", "b", 4)
		write(t, db, func(tx *store.Tx) error {
			for _, s := range []plumbline.Scenario{scenario("a", 1), scenario("b", 2)} {
				if err := tx.InsertScenario(s); err != nil {
					return err
				}
			}
			for _, p := range []store.PlanRow{p1, p2, p3, q1} {
				if err := tx.InsertPlan(p, []store.PlannedIn{{Item: item(1).ID, Period: "2027Q" + p.ID[1:]}}); err != nil {
					return err
				}
			}
			return nil
		})
		last, ok := p3, true
		row := get(t, db, func(tx *store.Tx) (p store.PlanRow, err error) { p, ok, err = tx.LastPlan("a"); return p, err })
		same(t, row, last)
		if !ok {
			t.Error("there is no newest plan")
		}
		same(t, get(t, db, func(tx *store.Tx) (map[string]store.PlanRow, error) { return tx.LastPlans([]string{"a", "b", "c"}) }), map[string]store.PlanRow{"a": p3, "b": q1})

		d := plumbline.PlanDecision{ID: "d1", Scenario: "a", Plan: "p1", Kind: plumbline.PlanCommitted, InForce: true, Reason: "agreed", Person: "mara", Name: "Mara", At: 10}
		escalated := plumbline.PlanDecision{ID: "d2", Scenario: "a", Plan: "p2", Kind: plumbline.PlanDisplaced, InForce: true, Item: item(1).ID, Asked: "Vera", Drops: []plumbline.ItemID{item(2).ID}, Reason: "because", Person: "mara", Name: "Mara", At: 11}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertPlanDecision(d); err != nil {
				return err
			}
			was, err := tx.EndCommitment(11)
			if err != nil || !was {
				t.Errorf("ended: %t, %v", was, err)
			}
			if err := tx.InsertPlanDecision(escalated); err != nil {
				return err
			}
			return tx.CutPlans("a", 0)
		})
		d.Ended = 11
		named := func(d plumbline.PlanDecision) store.DecidedPlan {
			return store.DecidedPlan{PlanDecision: d, ScenarioName: "Scenario a"}
		}
		decisions := func(it plumbline.ItemID) []store.DecidedPlan {
			return get(t, db, func(tx *store.Tx) ([]store.DecidedPlan, error) { return tx.PlanDecisions(it, 9) })
		}
		same(t, decisions(""), []store.DecidedPlan{named(escalated), named(d)})
		same(t, decisions(item(1).ID), []store.DecidedPlan{named(escalated)})
		same(t, get(t, db, func(tx *store.Tx) (store.DecidedPlan, error) { c, _, err := tx.Commitment(); return c, err }), named(escalated))
		same(t, get(t, db, func(tx *store.Tx) (store.PlanRow, error) { return tx.Plan("p1") }), p1)
		failed(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Plan("p3"); return err })
		same(t, get(t, db, func(tx *store.Tx) (store.PlanRow, error) { return tx.Plan("q1") }), q1)
		for n, want := range map[int]string{1: "2027Q2", 2: ""} {
			w := get(t, db, func(tx *store.Tx) (store.Whole, error) { return tx.WholeByKey(item(n).Key) })
			if w.Planned != want || w.Escalated != (n == 1) {
				t.Errorf("item %d is planned for %q and escalated: %t", n, w.Planned, w.Escalated)
			}
		}
		write(t, db, func(tx *store.Tx) error { _, err := tx.EndCommitment(20); return err })
		write(t, db, func(tx *store.Tx) error {
			if was, err := tx.EndCommitment(21); was || err != nil {
				t.Errorf("ended twice: %t, %v", was, err)
			}
			return nil
		})
	})
}
