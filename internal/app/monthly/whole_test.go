package monthly_test

import (
	"fmt"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/monthly"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

const many = 1200

// A report is about every limit, however many there are: how they stood, what broke and
// what was mended is counted, and the worst are shown.
func TestAReportIsAboutAllLimits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mara := plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM}
		ci := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}
		now := time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)
		due, begun := plumbline.At(now.AddDate(0, 0, 9)), plumbline.At(now)
		clock := func() plumbline.Time { return plumbline.At(now) }
		room := standing.New(db, func(*store.Tx) (limit.Groups, error) { return limit.Groups{}, nil }, clock)
		mended := false
		room.FeedFrom(plumbline.Security, func(_ *store.Tx, c plumbline.Constraint) ([]plumbline.Observation, error) {
			o := plumbline.Observation{Source: "test", External: "finding", Subject: "CVE-1", At: begun, Opened: begun, Due: due, State: plumbline.StateOpen}
			if mended && c.Cycle != 0 {
				o.At, o.State = clock(), plumbline.StateClosed
			}
			return []plumbline.Observation{o}, nil
		})
		write := func(do func(tx *store.Tx) error) {
			t.Helper()
			if err := db.Write(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *store.Tx) error {
			if err := tx.InsertPerson(plumbline.Person{ID: mara.Person, Handle: "mara", Name: "Mara", Role: mara.Role}); err != nil {
				return err
			}
			if _, err := tx.PutProduct(plumbline.Product{Ref: "ci", Name: "CI", Kind: "product"}); err != nil {
				return err
			}
			for i := range many {
				c := plumbline.Constraint{ID: plumbline.ConstraintID(fmt.Sprintf("findings-%04d", i)), Kind: plumbline.Security, Scope: ci, Cadence: 90 * 24 * time.Hour}
				if i%3 == 0 {
					c.Cycle = time.Hour // these are the ones that are mended
				}
				if err := room.KeepConstraint(tx, mara, c); err != nil {
					return err
				}
			}
			return nil
		})
		now = now.AddDate(0, 0, 10)
		for more := true; more; {
			var err error
			if more, err = room.JudgeDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		now, mended = now.AddDate(0, 0, 5), true
		write(func(tx *store.Tx) error { return room.Refresh(tx, mara, plumbline.Security, ci) })
		now = now.AddDate(0, 1, 0)
		v, err := monthly.New(db, room, clock).MonthlyReport(t.Context(), mara, "2026-10")
		if err != nil {
			t.Fatal(err)
		}
		if want := "800 of 1200 limits were broken when the month ended; 1200 broke in the month, 400 were mended."; v.Sentence != want {
			t.Errorf("got %q, want %q", v.Sentence, want)
		}
		if v.Limits != many || v.Counts[plumbline.StatusBreached] != 800 || v.Counts[plumbline.StatusMet] != 400 || len(v.Broke) != 50 || len(v.Mended) != 50 {
			t.Errorf("%d limits, %v; %d and %d changes are shown", v.Limits, v.Counts, len(v.Broke), len(v.Mended))
		}
		if k := v.Kinds[0]; len(k.Lines) != 50 || k.More != many-50 || k.Sentence != "800 breached, 400 met" {
			t.Errorf("%d lines and %d more: %q", len(k.Lines), k.More, k.Sentence)
		}
		if len(v.Ages) != 50 || v.MoreAges != 750 {
			t.Errorf("findings of %d limits by age, and of %d more", len(v.Ages), v.MoreAges)
		}
	})
}
