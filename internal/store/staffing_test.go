package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func quarter(year, n int) plumbline.CalendarPeriod {
	return plumbline.CalendarPeriod{Unit: plumbline.InQuarters, Year: year, N: n}
}

func TestStaffings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		of := func(team plumbline.TeamRef, p plumbline.CalendarPeriod) plumbline.Staffing {
			return plumbline.Staffing{Team: team, Period: p, People: 4.5, Weeks: 12, Focus: 0.7, Source: "roster", Invented: true, By: "mara", ByName: "Mara", At: 7}
		}
		late, early, other := of("ci", quarter(2027, 1)), of("ci", plumbline.CalendarPeriod{Unit: plumbline.InWeeks, Year: 2026, N: 53}), of("docs", quarter(2026, 1))
		write(t, db, func(tx *store.Tx) error {
			for _, ref := range []plumbline.TeamRef{"ci", "docs"} {
				if _, err := tx.PutTeam(plumbline.Team{Ref: ref, Name: "n"}); err != nil {
					return err
				}
			}
			for _, s := range []plumbline.Staffing{late, early, other} {
				if err := tx.PutStaffing(s); err != nil {
					return err
				}
			}
			late.People, late.Invented, late.At = 3, false, 9
			return tx.PutStaffing(late)
		})
		all := func(team plumbline.TeamRef) []plumbline.Staffing {
			return get(t, db, func(tx *store.Tx) ([]plumbline.Staffing, error) { return tx.Staffings(team) })
		}
		same(t, all(""), []plumbline.Staffing{early, late, other})
		same(t, all("docs"), []plumbline.Staffing{other})
		write(t, db, func(tx *store.Tx) error {
			for _, want := range []bool{true, false} {
				there, err := tx.DropStaffing("ci", late.Period)
				if err != nil {
					return err
				}
				if there != want {
					t.Errorf("got %t, want %t", there, want)
				}
			}
			return nil
		})
		same(t, all("ci"), []plumbline.Staffing{early})
	})
}

// Items that ended come a page at a time in the order in which they did, with whether
// they were decided on and what they took.
func TestClosedAfter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		closed := func(n int, at plumbline.Time, team plumbline.TeamRef) plumbline.Item {
			it := item(n)
			it.Closed, it.Team, it.State = at, team, "workflow-infra::Done"
			return it
		}
		merged := closed(6, 60, "ci")
		merged.Merged = "REQ-1"
		insert(t, db, closed(1, 50, "ci"), closed(2, 40, "docs"), closed(3, 50, "ci"), item(4), closed(5, 60, ""), merged, closed(7, 30, "ci"))
		write(t, db, func(tx *store.Tx) error {
			for i, outcome := range []plumbline.Outcome{plumbline.Pursue, plumbline.Decline} {
				if err := tx.InsertDecision(plumbline.Decision{ID: store.NewID(), Item: item(i + 1).ID, Outcome: outcome, By: "mara", At: 9}); err != nil {
					return err
				}
			}
			for i, f := range []plumbline.Factor{"effort", "reach"} {
				if err := tx.PutReality(plumbline.Reality{ID: store.NewID(), Item: item(2 + i).ID, Factor: f, Value: plumbline.Hide(2.5), Source: "s", By: "mara", At: 9}); err != nil {
					return err
				}
			}
			return nil
		})
		type short struct {
			Key     plumbline.Key
			Decided bool
			Actual  float64
		}
		var got []short
		from, last := plumbline.Time(40), int64(-1)
		for {
			page := get(t, db, func(tx *store.Tx) ([]store.ClosedWork, error) { return tx.ClosedAfter(from, last, "effort", 2) })
			for _, c := range page {
				got = append(got, short{c.Item.Key, c.Decided, c.Actual.Keep()})
				from, last = c.Item.Closed, c.N
			}
			if len(page) < 2 {
				break
			}
		}
		same(t, got, []short{{"REQ-2", false, 2.5}, {"REQ-1", true, 0}, {"REQ-3", false, 0}})
	})
}

func TestWhatIsKeptOfCapacity(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error { _, err := tx.PutTeam(plumbline.Team{Ref: "ci", Name: "n"}); return err })
		weeks := []store.CapacityWeek{
			{Team: "ci", Week: 100, Share: plumbline.ShareSupport, Load: "support", Items: 3, Effort: 0.5, Squares: 0.25, Unsaid: 1},
			{Team: "ci", Week: 200, Share: plumbline.ShareFeatures, Items: 1, Effort: 4, Squares: 16},
		}
		mix := []store.MixPart{{Team: "ci", Share: plumbline.ShareFeatures, Part: 0.75, ByName: "Mara", At: 5}, {Team: "ci", Share: plumbline.ShareUpkeep, Part: 0.25, ByName: "Mara", At: 5}}
		drift := []store.DriftRow{{Team: "ci", Share: plumbline.ShareFeatures, Since: 5, Planned: 0.6, Spent: 0.3, Why: "why"}}
		for range 2 { // writing again is the same
			write(t, db, func(tx *store.Tx) error {
				if err := tx.PutCapacityWeeks(weeks); err != nil {
					return err
				}
				if err := tx.PutMix("ci", mix); err != nil {
					return err
				}
				return tx.PutDriftRows(drift)
			})
		}
		read(t, db, func(tx *store.Tx) error {
			got, err := tx.CapacityWeeks("", 0)
			if err != nil {
				return err
			}
			same(t, got, weeks)
			later, err := tx.CapacityWeeks("ci", 101)
			if err != nil {
				return err
			}
			same(t, later, weeks[1:])
			parts, err := tx.MixParts()
			if err != nil {
				return err
			}
			same(t, parts, mix)
			rows, err := tx.DriftRows()
			same(t, rows, drift)
			return err
		})
		write(t, db, func(tx *store.Tx) error { return tx.PutMix("ci", nil) })
		same(t, len(get(t, db, func(tx *store.Tx) ([]store.MixPart, error) { return tx.MixParts() })), 0)
		one, two := store.CapacityRules{Version: "1", Body: "a", By: "mara", ByName: "Mara", At: 5}, store.CapacityRules{Version: "2", Body: "b", By: "mara", ByName: "Mara", At: 6}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertCapacityRules(one); err != nil {
				return err
			}
			return tx.InsertCapacityRules(two)
		})
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.InsertCapacityRules(two) })
		same(t, get(t, db, func(tx *store.Tx) ([]store.CapacityRules, error) { return tx.CapacityRulesKept() }), []store.CapacityRules{two, one})
	})
}
