package app_test

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
	"plumbline/internal/rank/odds"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// crowded is a world of many items, all of which have a score.
func crowded(t testing.TB, db *store.DB, n int) *world {
	t.Helper()
	w := newWorld(t, db)
	w.ok(w.db.Write(t.Context(), func(tx *store.Tx) error {
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

// ofThread asks for what this thread has worked (RUSAGE_THREAD of Linux).
const ofThread = 1

// spent is how long this process has worked, on all its processors, or this thread
// alone: what others on the machine do is in neither. Garbage that is collected on
// an idle processor meanwhile is in the first only.
func spent(b *testing.B, whose int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(whose, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// worked reports the middle and the 99th hundredth of some times, in milliseconds.
func worked(b *testing.B, name string, all []time.Duration) {
	slices.Sort(all)
	at := func(p float64) float64 { return all[int(p*float64(len(all)-1))].Seconds() * 1000 }
	b.ReportMetric(at(0.5), name+"-p50-ms")
	b.ReportMetric(at(0.99), name+"-p99-ms")
}

// After one estimate among 10,000 items, the page of the order: with what the
// server keeps, and beside it with everything read and ranked again, and the plain
// loop over the bare numbers. The clock moves on by 7 seconds with each edit.
func BenchmarkRankingAfterAnEstimate(b *testing.B) {
	w := crowded(b, storetest.SQLite(b), 10_000)
	i := 0
	change := func() {
		w.now = w.now.Add(7 * time.Second)
		key := plumbline.Key(fmt.Sprintf("REQ-%d", 10_000+i*7919%10_000))
		_, err := w.app.Estimate(b.Context(), w.pm, key, judging.EstimateInput{Factor: "effort", Text: fmt.Sprintf("%d-%d", 1+i%5, 9+i%7)})
		w.ok(err)
		i++
	}
	page := func() {
		v, err := w.app.Ranking(b.Context(), w.pm, ranking.RankQuery{})
		w.ok(err)
		if len(v.Rows) != plumbline.PageSize {
			b.Fatalf("got %d rows", len(v.Rows))
		}
	}
	page()
	for name, before := range map[string]func(){"kept": func() {}, "from nothing": func() { w.remake(app.Config{}) }} {
		b.Run(name, func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			var edits, pages, own []time.Duration
			for b.Loop() {
				start := spent(b, syscall.RUSAGE_SELF)
				change()
				middle, alone := spent(b, syscall.RUSAGE_SELF), spent(b, ofThread)
				before()
				page()
				own = append(own, spent(b, ofThread)-alone)
				edits, pages = append(edits, middle-start), append(pages, spent(b, syscall.RUSAGE_SELF)-middle)
			}
			worked(b, "edit", edits)
			worked(b, "page", pages)
			worked(b, "page-own", own)
		})
	}
	b.Run("plain loop", func(b *testing.B) {
		scores := make([]odds.Score, 10_000)
		var all []time.Duration
		for b.Loop() {
			start := spent(b, syscall.RUSAGE_SELF)
			plainRanks(scores, 10)
			all = append(all, spent(b, syscall.RUSAGE_SELF)-start)
		}
		worked(b, "page", all)
	})
}

// plainRanks is the obvious way: score all, sort, find the level that k pass by
// halving, and ask each against each of a page's fifty where it may come.
func plainRanks(scores []odds.Score, k int) {
	for i := range scores {
		scores[i] = odds.Score{Mu: math.Log(float64(1+i*7919%1000)) + math.Log(0.8) - math.Log(1+float64(i%13)), SD: 0.3 + float64(i%7)/10}
	}
	slices.SortFunc(scores, func(a, b odds.Score) int { return cmp.Compare(b.Mu, a.Mu) })
	low, high := -50.0, 50.0
	for range 30 {
		mid, sum := (low+high)/2, 0.0
		for _, s := range scores {
			sum += 0.5 * math.Erfc((mid-s.Mu)/s.SD/math.Sqrt2)
		}
		if sum > float64(k) {
			low = mid
		} else {
			high = mid
		}
	}
	for _, own := range scores[:50] {
		for _, z := range []float64{-1.6449, 0, 1.6449} {
			place := 0.0
			for _, s := range scores {
				place += 0.5 * math.Erfc((own.Mu+z*own.SD-s.Mu)/s.SD/math.Sqrt2)
			}
			if place < 0 {
				panic("a place below the first")
			}
		}
	}
}
