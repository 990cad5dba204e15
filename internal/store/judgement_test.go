package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func estimate(id string, on plumbline.ItemID, factor plumbline.Factor, by plumbline.PersonID, at plumbline.Time, low, high float64) store.NewEstimate {
	return store.NewEstimate{Estimate: plumbline.Estimate{ID: id, Item: on, Factor: factor, Grade: plumbline.Opinion, By: by, ByName: string(by), At: at, Observed: at,
		Value: plumbline.Hide(plumbline.Quantity{Shape: plumbline.Lognormal, Low: low, High: high})}}
}

// ids are the ids of estimates, in their order.
func ids(all []plumbline.Estimate) (out []string) {
	for _, e := range all {
		out = append(out, e.ID)
	}
	return out
}

func TestTheLastEstimateOfAPersonCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		closed := item(3)
		closed.Closed = 2000
		insert(t, db, item(1), item(2), closed)
		write(t, db, func(tx *store.Tx) error {
			return tx.InsertEstimates([]store.NewEstimate{
				estimate("1", "item-1", "effort", "mara", 10, 1, 4), estimate("2", "item-1", "reach", "mara", 10, 5, 9),
				estimate("3", "item-2", "effort", "mara", 10, 2, 3), estimate("4", "item-1", "effort", "ines", 11, 2, 8), estimate("5", "item-3", "effort", "mara", 10, 2, 3),
			})
		})
		again := estimate("6", "item-1", "effort", "mara", 20, 2, 3)
		again.Grade, again.Source, again.Observed, again.Invented = plumbline.Measured, "a spike", 15, true
		write(t, db, func(tx *store.Tx) error { return tx.InsertEstimates([]store.NewEstimate{again}) })

		got := get(t, db, func(tx *store.Tx) (map[plumbline.ItemID][]plumbline.Estimate, error) {
			return tx.Estimates([]plumbline.ItemID{"item-1", "item-2"})
		})
		same(t, ids(got["item-1"]), []string{"2", "4", "6"})
		same(t, ids(got["item-2"]), []string{"3"})
		same(t, got["item-1"][2].Value.Keep(), plumbline.Quantity{Shape: plumbline.Lognormal, Low: 2, High: 3})
		last := got["item-1"][2]
		last.Value = again.Value
		same(t, last == again.Estimate, true)
		open := get(t, db, func(tx *store.Tx) (map[plumbline.ItemID][]plumbline.Estimate, error) { return tx.OpenEstimates() })
		same(t, len(open), 2)
		same(t, ids(open["item-1"]), []string{"2", "4", "6"})
		all := get(t, db, func(tx *store.Tx) ([]plumbline.Estimate, error) { return tx.EstimateHistory("item-1") })
		same(t, ids(all), []string{"6", "4", "2", "1"})
		same(t, all[3].Ended, plumbline.Time(20))
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error {
			return tx.InsertEstimates([]store.NewEstimate{estimate("9", "nothing", "effort", "mara", 30, 1, 2)})
		})
	})
}

func TestARoundHoldsItsAnswersUntilItIsClosed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		round := plumbline.Round{ID: "r", Title: "Size", Factors: []plumbline.Factor{"effort"}, People: []plumbline.PersonID{"mara", "ines"}, By: "mara", ByName: "Mara", At: 5, Until: 99}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertRound(round, []plumbline.ItemID{"item-2", "item-1"}); err != nil {
				return err
			}
			if err := tx.InsertEstimates([]store.NewEstimate{estimate("1", "item-1", "effort", "mara", 1, 1, 4)}); err != nil {
				return err
			}
			var held []store.NewEstimate
			for _, e := range []store.NewEstimate{estimate("2", "item-1", "effort", "mara", 10, 5, 9), estimate("3", "item-2", "effort", "ines", 10, 5, 9)} {
				e.Round, e.Held = "r", true
				held = append(held, e)
			}
			return tx.InsertEstimates(held)
		})
		counting := func() []string {
			got := get(t, db, func(tx *store.Tx) (map[plumbline.ItemID][]plumbline.Estimate, error) { return tx.OpenEstimates() })
			return append(ids(got["item-1"]), ids(got["item-2"])...)
		}
		same(t, counting(), []string{"1"})
		read(t, db, func(tx *store.Tx) error {
			mine, err := tx.HeldBy("mara", []plumbline.ItemID{"item-1", "item-2"})
			same(t, ids(mine["item-1"]), []string{"2"})
			same(t, len(mine), 1)
			if err != nil {
				return err
			}
			history, err := tx.EstimateHistory("item-1")
			same(t, ids(history), []string{"1"})
			if err != nil {
				return err
			}
			n, err := tx.Turnouts([]string{"r"})
			same(t, n["r"], []store.Turnout{{Person: "ines", Name: "ines", Given: 1}, {Person: "mara", Name: "mara", Given: 1}})
			if err != nil {
				return err
			}
			open, err := tx.OpenRounds([]plumbline.ItemID{"item-1"})
			same(t, open, map[plumbline.ItemID][]plumbline.Round{"item-1": {round}})
			if err != nil {
				return err
			}
			of, err := tx.RoundItems([]string{"r"})
			same(t, of["r"], []plumbline.ItemID{"item-2", "item-1"})
			return err
		})
		write(t, db, func(tx *store.Tx) error {
			was, err := tx.CloseRound("r", 30)
			same(t, was, true)
			if err != nil {
				return err
			}
			return tx.ReleaseRound("r", 30)
		})
		same(t, counting(), []string{"2", "3"})
		write(t, db, func(tx *store.Tx) error {
			was, err := tx.CloseRound("r", 31)
			same(t, was, false)
			return err
		})
		round.Closed = 30
		read(t, db, func(tx *store.Tx) error {
			open, err := tx.OpenRounds([]plumbline.ItemID{"item-1"})
			same(t, len(open), 0)
			if err != nil {
				return err
			}
			all, err := tx.Rounds()
			same(t, all, []plumbline.Round{round})
			if err != nil {
				return err
			}
			given, err := tx.RoundEstimates("r")
			same(t, ids(given), []string{"2", "3"})
			return err
		})
	})
}

func TestRealityMeetsTheEstimateBeforeIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1))
		person(t, db, "mara", plumbline.PM)
		write(t, db, func(tx *store.Tx) error {
			for _, e := range []store.NewEstimate{
				estimate("1", "item-1", "effort", "mara", 1, 1, 4), estimate("2", "item-1", "effort", "mara", 10, 2, 4),
				estimate("3", "item-1", "effort", "mara", 50, 7, 8), estimate("4", "item-1", "reach", "mara", 10, 7, 8),
			} {
				if err := tx.InsertEstimates([]store.NewEstimate{e}); err != nil {
					return err
				}
			}
			for i, v := range []float64{9, 5} {
				err := tx.PutReality(plumbline.Reality{ID: string(rune('a' + i)), Item: "item-1", Factor: "effort", Value: plumbline.Hide(v), Source: "the tracker", By: "mara", ByName: "mara", At: 20})
				if err != nil {
					return err
				}
			}
			return nil
		})
		got := get(t, db, func(tx *store.Tx) ([]store.Resolved, error) { return tx.Resolved() })
		if len(got) != 1 || got[0].ID != "2" || got[0].Actual.Keep() != 5 || got[0].Key != "REQ-1" {
			t.Fatalf("got %+v, want estimate 2 with the reality 5", got)
		}
		real := get(t, db, func(tx *store.Tx) (map[plumbline.ItemID][]plumbline.Reality, error) {
			return tx.Realities([]plumbline.ItemID{"item-1"})
		})
		same(t, len(real["item-1"]), 1)
		same(t, real["item-1"][0].Value.Keep(), 5)
	})
}

func TestComparisonsPoliciesAndExtensions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		person(t, db, "mara", plumbline.PM)
		keys := map[plumbline.Key]plumbline.ItemID{"REQ-1": "item-1", "REQ-2": "item-2"}
		judged := []plumbline.Comparison{{ID: "1", A: "REQ-1", B: "REQ-2", Winner: "REQ-2", Set: "s", By: "mara", At: 3}, {ID: "2", A: "REQ-2", B: "REQ-1", By: "mara", At: 4}}
		x := store.ExtensionRow{ID: "x", Item: "item-1", AskedName: "mara", At: 7, Extension: plumbline.Extension{Clock: "bug", Days: 14, Reason: "the vendor", Asked: "mara"}}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertComparisons(judged, keys); err != nil {
				return err
			}
			if err := tx.InsertPolicy(store.PolicyRow{Version: "ours-1", Name: "Ours", Body: "rows: []", By: "mara", ByName: "mara", At: 5}); err != nil {
				return err
			}
			for _, u := range []store.PolicyUse{{At: 9, Version: "ours-1", By: "mara", ByName: "mara"}, {At: 6, Version: "ours-0"}} {
				if err := tx.UsePolicy(u); err != nil {
					return err
				}
			}
			return tx.InsertExtension(x)
		})
		write(t, db, func(tx *store.Tx) error {
			x.Approved, x.ApprovedName, x.ApprovedAt, x.Days = "ana", "Ana", 8, 7
			first, err := tx.ApproveExtension(x)
			same(t, first, true)
			if err != nil {
				return err
			}
			second, err := tx.ApproveExtension(x)
			same(t, second, false)
			return err
		})
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.InsertPolicy(store.PolicyRow{Version: "ours-1"}) })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error {
			return tx.InsertComparisons([]plumbline.Comparison{{ID: "3", A: "REQ-1", B: "REQ-9"}}, keys)
		})
		read(t, db, func(tx *store.Tx) error {
			all, err := tx.Comparisons()
			if len(all) != 2 || all[0].Comparison != judged[0] || all[1].Comparison != judged[1] {
				t.Fatalf("got %+v, want %+v", all, judged)
			}
			if err != nil {
				return err
			}
			uses, err := tx.PolicyUses()
			same(t, uses, []store.PolicyUse{{At: 6, Version: "ours-0"}, {At: 9, Version: "ours-1", By: "mara", ByName: "mara"}})
			if err != nil {
				return err
			}
			xs, err := tx.Extensions([]plumbline.ItemID{"item-1"})
			same(t, xs["item-1"], []store.ExtensionRow{x})
			return err
		})
	})
}
