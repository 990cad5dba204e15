package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func controlRow(id plumbline.ControlID, n int64) store.ControlRow {
	return store.ControlRow{N: n, Control: plumbline.Control{ID: id, Label: id.Label(), Family: id.Family(), Title: "Title of " + string(id), Text: "Text of " + string(id)}}
}

func record(id plumbline.ControlID, state plumbline.ControlState) store.RecordRow {
	return store.RecordRow{Version: 1, ControlRecord: plumbline.ControlRecord{Product: "ci", Framework: "nist", Control: id, State: state, Assessed: 5}}
}

// fillControls holds ci and docs to a framework of six controls, of which ci has
// said something about four.
func fillControls(t *testing.T, db *store.DB) {
	t.Helper()
	withdrawn, gone := controlRow("ac-5", 5), controlRow("au-1", 6)
	withdrawn.Withdrawn, gone.Gone = true, true
	good, old, gap, rests := record("ac-1", plumbline.ControlImplemented), record("ac-2", plumbline.ControlAlternative), record("ac-2.1", plumbline.ControlPartial), record("ac-3", plumbline.ControlMissing)
	good.Cadence, good.Passed = "P90D", 1_000_000
	old.Cadence, old.Passed = "PT1S", 1_000_000
	gap.Due, gap.Opened = 2_500_000, 1
	rests.Due, rests.Exception = 2_000_000, plumbline.ControlException{Reason: "old terminals", Requester: "mara", Approver: "jo", From: 1, Until: 4_000_000}
	write(t, db, func(tx *store.Tx) error {
		if changed, err := tx.PutFramework(plumbline.Framework{Ref: "nist", Title: "NIST", Version: "5", Updated: 7, Families: []plumbline.ControlFamily{{ID: "ac", Title: "Access"}}}); err != nil || !changed {
			t.Errorf("changed %v", changed)
			return err
		}
		if err := tx.PutControls("nist", []store.ControlRow{controlRow("ac-1", 1), controlRow("ac-2", 2), controlRow("ac-2.1", 3), controlRow("ac-3", 4), withdrawn, gone, controlRow("at-1", 7)}); err != nil {
			return err
		}
		for _, p := range []plumbline.ProductRef{"ci", "docs"} {
			if _, err := tx.Hold(store.HeldTo{Product: p, Framework: "nist", Since: 3, By: "mara", ByName: "Mara"}); err != nil {
				return err
			}
		}
		return tx.PutRecords([]store.RecordRow{good, old, gap, rests})
	})
}

func TestFrameworks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fillControls(t, db)
		write(t, db, func(tx *store.Tx) error {
			again := plumbline.Framework{Ref: "nist", Title: "NIST", Version: "5", Updated: 99, Families: []plumbline.ControlFamily{{ID: "ac", Title: "Access"}}}
			changed, err := tx.PutFramework(again)
			same(t, changed, false)
			if err != nil {
				return err
			}
			held, err := tx.Hold(store.HeldTo{Product: "ci", Framework: "nist", Since: 9})
			same(t, held, false)
			return err
		})
		read(t, db, func(tx *store.Tx) error {
			f, err := tx.Framework("nist")
			same(t, f, plumbline.Framework{Ref: "nist", Title: "NIST", Version: "5", Updated: 7, Families: []plumbline.ControlFamily{{ID: "ac", Title: "Access"}}})
			if err != nil {
				return err
			}
			c, err := tx.Control("nist", "ac-2.1")
			same(t, c, controlRow("ac-2.1", 3))
			if err != nil {
				return err
			}
			all, err := tx.Controls("nist")
			same(t, len(all), 7)
			same(t, all[2].Text, "")
			if err != nil {
				return err
			}
			texts, err := tx.ControlTexts("nist")
			same(t, texts["ac-1"].Text, "Text of ac-1")
			held, herr := tx.Held("ci")
			same(t, held, []store.HeldTo{{Product: "ci", Framework: "nist", Since: 3, By: "mara", ByName: "Mara"}})
			if herr != nil {
				return herr
			}
			return err
		})
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Framework("iso"); return err })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Control("nist", "zz-1"); return err })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error {
			_, err := tx.Hold(store.HeldTo{Product: "ci", Framework: "iso"})
			return err
		})
	})
}

func TestCoverage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fillControls(t, db)
		read(t, db, func(tx *store.Tx) error {
			got, err := tx.Coverage("ci", 3_000_000)
			same(t, got, []store.CoverageRow{
				{Product: "ci", Framework: "nist", Family: "ac", All: 4, Met: 2, Evidenced: 1, Partial: 1, Overdue: 1, Resting: 1, OldestPassed: 1_000_000},
				{Product: "ci", Framework: "nist", Family: "at", All: 1, Unsaid: 1},
			})
			if err != nil {
				return err
			}
			later, err := tx.Coverage("ci", 5_000_000)
			same(t, later[0].Overdue, int64(2))
			same(t, later[0].Resting, int64(0))
			if err != nil {
				return err
			}
			all, err := tx.Coverage("", 3_000_000)
			same(t, len(all), 4)
			return err
		})
	})
}

func TestControlLines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fillControls(t, db)
		read(t, db, func(tx *store.Tx) error {
			for name, c := range map[string]struct {
				f    store.LineFilter
				want []plumbline.ControlID
			}{
				"all":      {store.LineFilter{}, []plumbline.ControlID{"ac-1", "ac-2", "ac-2.1", "ac-3", "at-1"}},
				"gaps":     {store.LineFilter{State: "gap", ByDue: true}, []plumbline.ControlID{"ac-3", "ac-2.1", "at-1"}},
				"overdue":  {store.LineFilter{State: "overdue"}, []plumbline.ControlID{"ac-2.1"}},
				"unproven": {store.LineFilter{State: "unproven"}, []plumbline.ControlID{"ac-2"}},
				"unsaid":   {store.LineFilter{State: "unsaid"}, []plumbline.ControlID{"at-1"}},
				"partial":  {store.LineFilter{State: "partial"}, []plumbline.ControlID{"ac-2.1"}},
				"family":   {store.LineFilter{Family: "at"}, []plumbline.ControlID{"at-1"}},
				"out too":  {store.LineFilter{AndOut: true}, []plumbline.ControlID{"ac-1", "ac-2", "ac-2.1", "ac-3", "ac-5", "au-1", "at-1"}},
				"page":     {store.LineFilter{Framework: "nist", After: 2, Limit: 2}, []plumbline.ControlID{"ac-2.1", "ac-3"}},
			} {
				c.f.Product, c.f.Now = "ci", 3_000_000
				lines, err := tx.ControlLines(c.f)
				if err != nil {
					return err
				}
				var got []plumbline.ControlID
				for _, l := range lines {
					got = append(got, l.ID)
				}
				t.Log(name)
				same(t, got, c.want)
			}
			one, err := tx.ControlLines(store.LineFilter{Product: "ci", State: "missing"})
			if err != nil {
				return err
			}
			rests, err := tx.Record("ci", "nist", "ac-3")
			same(t, one[0].Record, rests)
			same(t, rests.Exception.Reason, "old terminals")
			return err
		})
	})
}

// A product that is not held to a framework any more is in no count, and what is
// known of its controls comes back with it.
func TestLettingGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fillControls(t, db)
		change := func(want bool, fn func(tx *store.Tx) (bool, error)) {
			t.Helper()
			write(t, db, func(tx *store.Tx) error {
				got, err := fn(tx)
				same(t, got, want)
				return err
			})
		}
		count := func(counted, out int) {
			t.Helper()
			read(t, db, func(tx *store.Tx) error {
				rows, err := tx.Coverage("ci", 3_000_000)
				same(t, len(rows), counted)
				if err != nil {
					return err
				}
				lines, err := tx.ControlLines(store.LineFilter{Product: "ci", AndOut: true})
				n := 0
				for _, l := range lines {
					if l.Out {
						n++
					}
				}
				same(t, n, out)
				return err
			})
		}
		letGo := func(tx *store.Tx) (bool, error) { return tx.LetGo("ci", "nist", 9) }
		count(2, 2)
		change(true, letGo)
		change(false, letGo)
		count(0, 7)
		change(true, func(tx *store.Tx) (bool, error) {
			return tx.Hold(store.HeldTo{Product: "ci", Framework: "nist", Since: 10})
		})
		count(2, 2)
	})
}

func TestControlChangesAndRisks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		change := store.ControlChange{ID: "1", Product: "ci", Framework: "nist", Control: "ac-1", At: 4, By: "mara", ByName: "Mara", Ref: "file 12 line 3", Changes: []store.FieldChange{{Field: "state", Was: "partial", Is: "implemented"}}}
		second, other := change, change
		second.ID, second.At, other.ID, other.Control = "2", 5, "3", "ac-2"
		risk := store.RiskRow{Product: "ci", PlanRisk: plumbline.PlanRisk{ID: "r", Title: "Risk", Status: plumbline.RiskOpen, Deadline: 9, Tasks: []plumbline.RiskTask{{Title: "t", End: 10}}, Remarks: []string{"late"}}}
		closed, late := risk, risk
		closed.ID, closed.Status, late.ID, late.Deadline = "a", plumbline.RiskClosed, "b", 5
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertControlChanges([]store.ControlChange{change, second, other}); err != nil {
				return err
			}
			return tx.PutRisks([]store.RiskRow{risk, closed, late})
		})
		read(t, db, func(tx *store.Tx) error {
			got, err := tx.ControlChanges("ci", "nist", "ac-1", 10)
			same(t, got, []store.ControlChange{second, change})
			if err != nil {
				return err
			}
			risks, err := tx.Risks("ci")
			same(t, risks, []store.RiskRow{late, risk, closed})
			if err != nil {
				return err
			}
			none, err := tx.Risks("docs")
			same(t, len(none), 0)
			return err
		})
	})
}
