package store_test

import (
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func constraintRow(id plumbline.ConstraintID, kind plumbline.ConstraintKind, scope string) store.ConstraintRow {
	return store.ConstraintRow{
		Constraint: plumbline.Constraint{ID: id, Kind: kind, Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: scope}, Objective: "0.9995", Window: plumbline.Window{Days: 28}, Due: 77, Cadence: 5},
		Version:    1, By: "mara", ByName: "Mara", At: 5,
	}
}

func constraintIDs(rows []store.ConstraintRow) (out []plumbline.ConstraintID) {
	for _, c := range rows {
		out = append(out, c.ID)
	}
	return out
}

func TestConstraintsAreKeptWithTheirEarlierTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := constraintRow("a", plumbline.Reliability, "ci"), constraintRow("b", plumbline.Support, "k8s")
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertConstraint(b); err != nil {
				return err
			}
			return tx.InsertConstraint(a)
		})
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.InsertConstraint(a) })
		second := a
		second.Name, second.Version, second.At = "Availability of the API", 2, 9
		write(t, db, func(tx *store.Tx) error { return tx.UpdateConstraint(second) })
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.UpdateConstraint(second) })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Constraint("c"); return err })
		read(t, db, func(tx *store.Tx) error {
			got, err := tx.Constraint("a")
			same(t, got, second)
			if err != nil {
				return err
			}
			texts, err := tx.ConstraintTexts("a")
			same(t, texts, []store.ConstraintRow{a})
			if err != nil {
				return err
			}
			for _, c := range []struct {
				f    store.ConstraintFilter
				want []plumbline.ConstraintID
			}{
				{store.ConstraintFilter{}, []plumbline.ConstraintID{"a", "b"}},
				{store.ConstraintFilter{Limit: 1}, []plumbline.ConstraintID{"a"}},
				{store.ConstraintFilter{After: "a"}, []plumbline.ConstraintID{"b"}},
				{store.ConstraintFilter{Kind: plumbline.Support}, []plumbline.ConstraintID{"b"}},
				{store.ConstraintFilter{Scopes: []plumbline.Scope{}}, nil},
				{store.ConstraintFilter{Scopes: []plumbline.Scope{a.Scope, {Kind: plumbline.ScopeGroup, Ref: "k8s"}}}, []plumbline.ConstraintID{"a"}},
				{store.ConstraintFilter{Status: plumbline.StatusMet}, nil},
			} {
				rows, err := tx.Constraints(c.f)
				same(t, constraintIDs(rows), c.want)
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func TestEvidenceIsEndedAndKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		whole := plumbline.Observation{ID: "1", Constraint: "a", From: 10, To: 20, At: 21, Bad: "3", Total: "0.27416448666", Source: "prometheus", External: "x", Ref: "sum(x)", Ingested: 22, Quality: plumbline.ByMeasuring}
		part := plumbline.Observation{ID: "2", Constraint: "a", Subject: "ac-2", At: 30, State: plumbline.StateOpen, Severity: "kev", Opened: 3, Due: 40, Forecast: 50, Early: 45, Amount: "-12.5", Currency: "EUR", Basis: plumbline.Billed, Ingested: 31}
		write(t, db, func(tx *store.Tx) error {
			for _, c := range []store.ConstraintRow{constraintRow("a", plumbline.Reliability, "ci"), constraintRow("b", plumbline.Reliability, "ci")} {
				if err := tx.InsertConstraint(c); err != nil {
					return err
				}
			}
			other := whole
			other.ID, other.Constraint = "9", "b"
			return tx.InsertObservations([]plumbline.Observation{whole, part, other})
		})
		again := whole
		again.ID, again.Bad, again.Supersedes, again.Ingested, again.At = "3", "4", "1", 33, 21
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.InsertObservations([]plumbline.Observation{again}) })
		write(t, db, func(tx *store.Tx) error {
			if err := tx.EndObservations([]string{"1"}, 33); err != nil {
				return err
			}
			return tx.InsertObservations([]plumbline.Observation{again})
		})
		read(t, db, func(tx *store.Tx) error {
			got, err := tx.Counting([]plumbline.ConstraintID{"a", "none"}, 20)
			same(t, got, map[plumbline.ConstraintID][]plumbline.Observation{"a": {again, part}})
			if err != nil {
				return err
			}
			got, err = tx.Counting([]plumbline.ConstraintID{"a"}, 21)
			same(t, got["a"], []plumbline.Observation{part})
			if err != nil {
				return err
			}
			was, err := tx.Observation("1")
			same(t, was, store.ObservationRow{Observation: whole, Ended: 33})
			if err != nil {
				return err
			}
			page, err := tx.Observations(store.ObservationFilter{Constraint: "a", Superseded: true, Limit: 2})
			same(t, page, []store.ObservationRow{{Observation: part}, {Observation: again}})
			if err != nil {
				return err
			}
			page, err = tx.Observations(store.ObservationFilter{Constraint: "a", Superseded: true, Limit: 2, BeforeAt: again.At, BeforeID: again.ID})
			same(t, page, []store.ObservationRow{{Observation: whole, Ended: 33}})
			if err != nil {
				return err
			}
			page, err = tx.Observations(store.ObservationFilter{Constraint: "a", Subject: "ac-2"})
			same(t, page, []store.ObservationRow{{Observation: part}})
			return err
		})
	})
}

func TestStandingsAreReplacedAndTheirTrailIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := store.StandingRow{Constraint: "a", Status: plumbline.StatusMet, Since: 5, At: 6, Next: 10, Policies: "2026", Days: "1:0.5", Body: "{}"}
		b := store.StandingRow{Constraint: "b", Status: plumbline.StatusBreached, Forced: true, At: 6, Body: "{}"}
		write(t, db, func(tx *store.Tx) error {
			for _, c := range []store.ConstraintRow{constraintRow("a", plumbline.Reliability, "ci"), constraintRow("b", plumbline.Support, "k8s")} {
				if err := tx.InsertConstraint(c); err != nil {
					return err
				}
			}
			return tx.PutStandings([]store.StandingRow{{Constraint: "a", Status: plumbline.StatusUnknown, Body: "{}"}})
		})
		first := store.StandingChange{ID: "1", Constraint: "a", At: 6, Was: "", Status: plumbline.StatusUnknown, Reason: "There is no evidence yet."}
		second := store.StandingChange{ID: "2", Constraint: "a", At: 6, Was: plumbline.StatusUnknown, Status: plumbline.StatusMet, Headroom: "0.5", Fired: []string{"x"}, Lifted: []string{"y", "z"}}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertStandingChanges([]store.StandingChange{first, second}); err != nil {
				return err
			}
			return tx.PutStandings([]store.StandingRow{a, b})
		})
		read(t, db, func(tx *store.Tx) error {
			got, err := tx.StandingsOf([]plumbline.ConstraintID{"a", "none"})
			same(t, got, map[plumbline.ConstraintID]store.StandingRow{"a": a})
			if err != nil {
				return err
			}
			forced, err := tx.ConstraintStandings(store.ConstraintFilter{Forced: true})
			same(t, forced, []store.StandingRow{b})
			if err != nil {
				return err
			}
			trail, err := tx.StandingChanges("a", 0, "", 1)
			same(t, trail, []store.StandingChange{second})
			if err != nil {
				return err
			}
			trail, err = tx.StandingChanges("a", second.At, second.ID, 1)
			same(t, trail, []store.StandingChange{first})
			if err != nil {
				return err
			}
			late, err := tx.LatestChanges(6, 7, "", 5)
			same(t, late, []store.StandingChange{second, first})
			if err != nil {
				return err
			}
			late, err = tx.LatestChanges(0, second.At, second.ID, 5)
			same(t, late, []store.StandingChange{first})
			if err != nil {
				return err
			}
			late, err = tx.LatestChanges(0, 6, "", 5)
			same(t, late, nil)
			if err != nil {
				return err
			}
			due, err := tx.StandingsDue(9, 5)
			same(t, due, nil)
			if err != nil {
				return err
			}
			due, err = tx.StandingsDue(10, 5)
			same(t, due, []plumbline.ConstraintID{"a"})
			return err
		})
		write(t, db, func(tx *store.Tx) error { return tx.LookAgain(3) })
		due := get(t, db, func(tx *store.Tx) ([]plumbline.ConstraintID, error) { return tx.StandingsDue(3, 5) })
		same(t, due, []plumbline.ConstraintID{"a", "b"})
	})
}

func TestAnExceptionHoldsWhenEnoughApprovedIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := store.ExceptionRow{
			Exception:     plumbline.Exception{ID: "x", Constraint: "a", Subject: "ac-2", Policy: "p", Reason: "the vendor", Requester: "ines", From: 10, Until: 90},
			RequesterName: "Ines", Asked: 9, Needs: 2,
		}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertConstraint(constraintRow("a", plumbline.Reliability, "ci")); err != nil {
				return err
			}
			return tx.InsertException(x)
		})
		approve := func(who plumbline.PersonID, at plumbline.Time, want bool) {
			write(t, db, func(tx *store.Tx) error {
				first, err := tx.Approve(store.Approval{Exception: "x", Person: who, Name: string(who), At: at})
				same(t, first, want)
				return err
			})
		}
		holds := func() int {
			got := get(t, db, func(tx *store.Tx) (map[plumbline.ConstraintID][]plumbline.Exception, error) {
				return tx.ApprovedExceptions([]plumbline.ConstraintID{"a"})
			})
			return len(got["a"])
		}
		approve("mara", 11, true)
		approve("mara", 12, false)
		same(t, holds(), 0)
		approve("ana", 13, true)
		same(t, holds(), 1)
		write(t, db, func(tx *store.Tx) error { return tx.BeginException("x", 13) })
		got := get(t, db, func(tx *store.Tx) (store.ExceptionRow, error) { return tx.Exception("x") })
		x.From, x.Approvers = 13, []plumbline.PersonID{"mara", "ana"}
		x.Approved = []store.Approval{{Exception: "x", Person: "mara", Name: "mara", At: 11}, {Exception: "x", Person: "ana", Name: "ana", At: 13}}
		same(t, got, x)
		same(t, len(get(t, db, func(tx *store.Tx) ([]store.ExceptionRow, error) { return tx.OpenExceptions() })), 1)
		same(t, len(get(t, db, func(tx *store.Tx) ([]store.ExceptionRow, error) { return tx.ExceptionsOver(89, 9) })), 0)
		same(t, len(get(t, db, func(tx *store.Tx) ([]store.ExceptionRow, error) { return tx.ExceptionsOver(90, 9) })), 1)
		write(t, db, func(tx *store.Tx) error {
			first, err := tx.EndException("x", "taken back", 50)
			same(t, first, true)
			if err != nil {
				return err
			}
			again, err := tx.EndException("x", "over", 90)
			same(t, again, false)
			return err
		})
		same(t, holds(), 0)
		open := get(t, db, func(tx *store.Tx) (map[plumbline.ConstraintID][]store.ExceptionRow, error) {
			return tx.ExceptionsOf([]plumbline.ConstraintID{"a"}, true)
		})
		same(t, len(open), 0)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Exception("y"); return err })
	})
}

func TestPoliciesAboutConstraintsAreApartFromThoseOfPriorities(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertLimitPolicy(store.PolicyRow{Version: "ours-1", Name: "Ours", Body: "x", By: "mara", ByName: "mara", At: 5}); err != nil {
				return err
			}
			return tx.UseLimitPolicy(store.PolicyUse{At: 6, Version: "ours-1", By: "mara", ByName: "mara"})
		})
		read(t, db, func(tx *store.Tx) error {
			all, err := tx.LimitPolicies()
			same(t, len(all), 1)
			if err != nil {
				return err
			}
			uses, err := tx.LimitPolicyUses()
			same(t, uses, []store.PolicyUse{{At: 6, Version: "ours-1", By: "mara", ByName: "mara"}})
			if err != nil {
				return err
			}
			others, err := tx.Policies()
			same(t, len(others), 0)
			if err != nil {
				return err
			}
			none, err := tx.PolicyUses()
			same(t, len(none), 0)
			return err
		})
	})
}
