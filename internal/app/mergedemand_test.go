package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/ranking"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// What customers demand of an item that was merged into another counts where it was
// merged to: once for each customer, also what is said of it later, until the merge ends.
func TestDemandsOfMergedItemsCountForTheRank(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.ok(w.app.PutAccount(w.ctx(), w.pm, app.AccountInput{Ref: "bravo", Name: "Bravo Mills", ARR: "600000", Currency: "EUR"}))
		w.ok(w.app.PutAccount(w.ctx(), w.pm, app.AccountInput{Ref: "carbon", Name: "Carbon Yards", ARR: "50000", Currency: "EUR"}))
		demand := func(key plumbline.Key, account plumbline.AccountRef, points int) {
			t.Helper()
			w.now = w.now.Add(time.Hour)
			_, err := w.app.Demand(w.ctx(), w.pm, key, app.DemandInput{Account: account, Points: points})
			w.ok(err)
		}
		rank := func() string {
			t.Helper()
			var out []string
			for n := range 2 { // as it was kept, and read from nothing
				if n == 1 {
					w.remake(app.Config{})
				}
				v := w.ranking(w.pm, ranking.RankQuery{Model: "customer"})
				text := ""
				for _, r := range v.Rows {
					text += fmt.Sprintf("%s %.0f ", r.Key, r.Score)
				}
				out = append(out, text)
			}
			if out[0] != out[1] {
				t.Errorf("kept: %s, from nothing: %s", out[0], out[1])
			}
			return out[0]
		}
		first, second, third := w.file("Restore within an hour").Key, w.file("Faster restores").Key, w.file("Quick restores").Key
		w.estimate(w.pm, first, "weight", "1")
		w.estimate(w.pm, second, "weight", "1")
		demand(second, "acme", 4)
		demand(second, "bravo", 10)
		alone := rank()
		if want := string(second) + " 1800000 "; alone != want {
			t.Fatalf("before the merge %q, want %q", alone, want)
		}
		w.merge(second, first)
		if got, want := rank(), string(first)+" 1800000 "; got != want {
			t.Errorf("merged: %q, want %q", got, want)
		}
		demand(first, "acme", 10) // the newest of the customer counts, once
		if got, want := rank(), string(first)+" 1800000 "; got != want {
			t.Errorf("demanded at both: %q, want %q", got, want)
		}
		w.merge(third, second)
		demand(third, "carbon", 1)
		if got, want := rank(), string(first)+" 1850000 "; got != want {
			t.Errorf("merged by way of another: %q, want %q", got, want)
		}
		_, err := w.app.Unmerge(w.ctx(), w.pm, second, 0)
		w.ok(err)
		if got := rank(); !strings.Contains(got, string(first)+" ") || !strings.Contains(got, string(second)+" ") {
			t.Errorf("unmerged: %q", got)
		}
	})
}
