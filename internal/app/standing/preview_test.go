package standing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
)

// A preview says where other policies would have an effect, and changes nothing.
func TestAPreviewOfPolicies(t *testing.T) {
	w := breached(t)
	before, events := asText(t, w.view("api-availability")), len(w.events())
	src := "version: mild\nname: Mild\npolicies:\n  - {id: tell, name: Tell the owner, kinds: reliability, start: headroom < 0, then: [{force: inform, what: The owner is told.}]}\n"
	p, err := w.room.PreviewLimitPolicy(w.ctx(), w.pm, src)
	w.ok(err)
	if p.Version != "mild" || p.Judged != 1 || len(p.Changed) != 1 || !slices.Equal(p.Changed[0].Begin, []string{"Tell the owner"}) || !slices.Contains(p.Changed[0].End, "The error budget is used up") {
		t.Fatalf("got %+v", p)
	}
	if asText(t, w.view("api-availability")) != before || len(w.events()) != events {
		t.Error("looking changed something")
	}
	same, err := w.room.LimitPolicy(w.ctx(), w.pm, "")
	w.ok(err)
	if p, err := w.room.PreviewLimitPolicy(w.ctx(), w.pm, same.Text); err != nil || len(p.Changed) != 0 {
		t.Errorf("the policies in force would change %+v, %v", p.Changed, err)
	}
	_, err = w.room.PreviewLimitPolicy(w.ctx(), w.pm, strings.Replace(src, "inform", "shout", 1))
	w.refused(err, plumbline.Invalid, "policies:4:")
	_, err = w.room.PreviewLimitPolicy(w.ctx(), plumbline.Nobody(), src)
	w.refused(err, plumbline.Unauthenticated, "Sign in first")
}

// A preview is about every constraint, however many there are, and names the first.
func TestAPreviewOfManyLimits(t *testing.T) {
	const many = 1200
	w := newWorld(t)
	w.facts = []plumbline.Observation{{Source: "test", External: "date", At: plumbline.At(w.now), Forecast: plumbline.At(w.now.AddDate(0, 0, 10))}}
	w.write(func(tx *store.Tx) error {
		for i := range many {
			c := plumbline.Constraint{ID: plumbline.ConstraintID(fmt.Sprintf("room-%04d", i)), Kind: plumbline.Capacity, Scope: ci, Objective: "90"}
			if err := w.room.KeepConstraint(tx, w.pm, c); err != nil {
				return err
			}
		}
		return nil
	})
	src := "version: strict\nname: Strict\npolicies:\n  - {id: full, name: Soon full, kinds: capacity, start: days_left < 30, then: [{force: inform, what: The owner is told.}]}\n"
	ctx, queries := store.CountQueries(w.ctx())
	p, err := w.room.PreviewLimitPolicy(ctx, w.pm, src)
	w.ok(err)
	if p.Judged != many || p.Changes != many || len(p.Changed) != 200 {
		t.Errorf("of %d judged %d would change, and %d are named", p.Judged, p.Changes, len(p.Changed))
	}
	if n := queries.N.Load(); n > 25 {
		t.Errorf("%d statements for %d constraints", n, many)
	}
	var dates []standing.DueDate
	w.ok(w.db.Read(w.ctx(), func(tx *store.Tx) error {
		dates, err = w.room.DueDates(tx, &ci)
		return err
	}))
	if len(dates) != many || dates[many-1].Constraint != "room-1199" {
		t.Errorf("%d dates", len(dates))
	}
}
