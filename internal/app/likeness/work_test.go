package likeness_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/alike/aliketest"
	"plumbline/internal/app/likeness"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// mixed fills a database with items made of the halves of reports, so that words
// are as common as people make them.
func mixed(t testing.TB, db *store.DB, from, to int) {
	t.Helper()
	reports := aliketest.Reports(t)
	for from < to {
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			for end := min(from+1000, to); from < end; from++ {
				a, b := reports[from%len(reports)], reports[from*7919%len(reports)]
				title := a.Title[:len(a.Title)/2] + b.Title[len(b.Title)/2:]
				body := a.Body[:min(len(a.Body), 150)] + " " + b.Body[:min(len(b.Body), 150)]
				it := item(from, strings.ToValidUTF8(title, ""), strings.ToValidUTF8(body, ""))
				if err := tx.InsertItem(it); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Once enough was learned, a search takes four statements and returns no more rows
// with five times the items.
func TestWorkIsBounded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := likeness.New(db)
		work := func() (statements, rows int64) {
			var q *store.Queries
			for range 40 { // the first ones learn
				ctx, counted := store.CountQueries(t.Context())
				_, err := f.Similar(ctx, pm, likeness.Question{Title: "NameNode fails to start after upgrade of the cluster", Body: "Exception in thread main", Faint: true})
				if err != nil {
					t.Fatal(err)
				}
				q = counted
			}
			return q.N.Load(), q.Rows.Load()
		}
		mixed(t, db, 0, 1000)
		few, fewRows := work()
		mixed(t, db, 1000, 5000)
		many, manyRows := work()
		if few != 4 || many != 4 || fewRows > 260 || manyRows > 260 {
			t.Errorf("%d statements and %d rows with 1,000 items, %d and %d with 5,000; want 4 and at most 260", few, fewRows, many, manyRows)
		}
	})
}

// A search for what is alike, beside a list of the items with the same words, of
// which the best five are read: the ratio of the two is what counts.
func BenchmarkSimilar(b *testing.B) {
	for _, n := range []int{2_000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			db := storetest.SQLite(b)
			mixed(b, db, 0, n)
			f := likeness.New(db)
			reports := aliketest.Reports(b)
			var alike, plain time.Duration
			i := 0
			for b.Loop() {
				title := reports[i%len(reports)].Title
				i++
				began := time.Now()
				if _, err := f.Similar(b.Context(), pm, likeness.Question{Title: title}); err != nil {
					b.Fatal(err)
				}
				between := time.Now()
				err := db.Read(b.Context(), func(tx *store.Tx) error {
					_, err := tx.List(pm, plumbline.Filter{Text: title[:min(len(title), 12)], Status: "all", Limit: 5})
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				alike, plain = alike+between.Sub(began), plain+time.Since(between)
			}
			b.ReportMetric(float64(alike)/float64(plain), "of-a-text-search")
		})
	}
}
