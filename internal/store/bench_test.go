package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// onBoth runs a benchmark on both databases with some items.
func onBoth(b *testing.B, items int, bench func(b *testing.B, db *store.DB)) {
	for kind, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(fmt.Sprint(kind, "/", items), func(b *testing.B) {
			db := open(b)
			fill(b, db, 0, items)
			b.ResetTimer()
			bench(b, db)
		})
	}
}

// Commits with events follow each other; those without do not on PostgreSQL.
// The ratio of the two is what the order of events costs.
func BenchmarkWrites(b *testing.B) {
	for name, events := range map[string]int{"no event": 0, "event": 1} {
		b.Run(name, func(b *testing.B) {
			onBoth(b, 0, func(b *testing.B, db *store.DB) {
				b.RunParallel(func(p *testing.PB) {
					setting := store.NewID()
					for p.Next() {
						err := db.Write(context.Background(), func(tx *store.Tx) error {
							for range events {
								if err := tx.Append(plumbline.Event{Type: "item moved", Seen: plumbline.Public}); err != nil {
									return err
								}
							}
							return tx.PutSetting(setting, store.NewID())
						})
						if err != nil {
							b.Error(err)
						}
					}
				})
			})
		})
	}
}

// A page should cost the same with 200 items as with 5,000.
func BenchmarkPages(b *testing.B) {
	for _, items := range []int{200, 5000} {
		onBoth(b, items, func(b *testing.B, db *store.DB) {
			for name, page := range pages(b, db, actors()["contributor"]) {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						if err := db.Read(context.Background(), page); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// ratio runs one thing beside another and reports how much longer it takes.
func ratio(b *testing.B, one, other func()) {
	b.Helper()
	var took, floor time.Duration
	for b.Loop() {
		began := time.Now()
		one()
		between := time.Now()
		other()
		took, floor = took+between.Sub(began), floor+time.Since(between)
	}
	b.ReportMetric(float64(took)/float64(floor), "of-the-other")
}
