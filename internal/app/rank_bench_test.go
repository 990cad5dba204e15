package app_test

import (
	"fmt"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// crowded is a world of many items, all of which have a score.
func crowded(b *testing.B, n int) *world {
	b.Helper()
	w := newWorld(b, storetest.SQLite(b))
	w.ok(w.db.Write(b.Context(), func(tx *store.Tx) error {
		var items []store.NewItem
		var said []store.NewEstimate
		for i := range n {
			id := plumbline.ItemID(fmt.Sprintf("item-%06d", i))
			at := plumbline.At(w.now).Add(-1e9)
			items = append(items, store.NewItem{Item: plumbline.Item{
				ID: id, Key: plumbline.Key(fmt.Sprintf("REQ-%d", 10_000+i)), Kind: plumbline.Request, Process: "request", Title: fmt.Sprintf("Item %d", i), Visibility: plumbline.Public,
				State: "workflow::problem validation", Requester: w.pm.Person, Created: at, Updated: at, Version: 1,
				Fields: map[string]string{"reach": []string{"10", "6", "3", "1.5"}[i%4], "impact": []string{"3", "2", "1", "0.5", "0.25"}[i%5], "confidence": "80"},
			}})
			low := 0.5 + float64(i*7919%1000)/100
			said = append(said, store.NewEstimate{Estimate: plumbline.Estimate{
				ID: fmt.Sprint("e", i), Item: id, Factor: "effort", Grade: plumbline.Opinion, By: w.pm.Person, At: at, Observed: at,
				Value: plumbline.Hide(plumbline.Quantity{Shape: plumbline.Lognormal, Low: low, High: 2.5 * low}),
			}})
		}
		if err := tx.InsertItems(items); err != nil {
			return err
		}
		return tx.InsertEstimates(said)
	}))
	return w
}

// After one estimate among 10,000 items, the page of the order: with what the
// server keeps, and beside it with everything read and ranked again.
func BenchmarkRankingAfterAnEstimate(b *testing.B) {
	w := crowded(b, 10_000)
	change := func(i int) {
		key := plumbline.Key(fmt.Sprintf("REQ-%d", 10_000+i%10_000))
		_, err := w.app.Estimate(b.Context(), w.pm, key, judging.EstimateInput{Factor: "effort", Text: fmt.Sprintf("%d-%d", 1+i%5, 9+i%7)})
		w.ok(err)
	}
	page := func() {
		v, err := w.app.Ranking(b.Context(), w.pm, ranking.RankQuery{})
		w.ok(err)
		if len(v.Rows) != plumbline.PageSize {
			b.Fatalf("got %d rows", len(v.Rows))
		}
	}
	page()
	b.Run("kept", func(b *testing.B) {
		i := 0
		for b.Loop() {
			b.StopTimer()
			change(i)
			i++
			b.StartTimer()
			page()
		}
	})
	b.Run("from nothing", func(b *testing.B) {
		i := 0
		for b.Loop() {
			b.StopTimer()
			change(i)
			i++
			w.remake(app.Config{})
			b.StartTimer()
			page()
		}
	})
}
