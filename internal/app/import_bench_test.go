package app_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/exchange"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// sheet is a CSV of so many rows, each with a text of some 300 characters, a
// label, and one of 300 authors.
func sheet(rows int) string {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("id,title,description,status,votes,author,priority,labels,created\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,Row %d asks for %s,\"", i, i, word(r))
		for range 45 {
			b.WriteString(word(r))
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "\",open,%d,author-%d,P%d,area-%d,2026-01-%02d\n", i%50, i%300, 1+i%4, i%60, 1+i%28)
	}
	return b.String()
}

// word draws one of 8,000 words.
func word(r *rand.Rand) string {
	n := r.IntN(8000)
	return string([]byte{'a' + byte(n%20), 'b' + byte(n/20%20), 'c' + byte(n/400)}) + "word"
}

// Importing a table, beside writing as many items of the same size in
// transactions as large, with an event for each and nothing else: the ratio is
// what reading, judging and remembering the rows costs.
func BenchmarkImport(b *testing.B) {
	const rows = 20_000
	file := []plumbline.ImportFile{{Name: "rows.csv", Data: []byte(sheet(rows))}}
	for kind, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(kind, func(b *testing.B) {
			var imported, bare time.Duration
			for b.Loop() {
				w := newWorld(b, open(b))
				from := time.Now()
				count, err := w.app.Import(w.ctx(), w.pm, exchange.Import{Format: "csv", Files: file}, func([]plumbline.RowReport) error { return nil })
				imported += time.Since(from)
				if err != nil || count.New != rows {
					b.Fatalf("got %+v, %v", count, err)
				}
				bare += w.bare(open(b))
			}
			n := float64(rows * b.N)
			b.ReportMetric(n/imported.Seconds(), "imported/s")
			b.ReportMetric(n/bare.Seconds(), "inserted/s")
			b.ReportMetric(bare.Seconds()/imported.Seconds(), "of-bare")
		})
	}
}

// bare writes what the world has into an empty database, and says how long that
// took.
func (w *world) bare(db *store.DB) (took time.Duration) {
	defer db.Bulk()()
	f := plumbline.Filter{Status: "all", Sort: "oldest", Limit: plumbline.MaxPage}
	w.ok(db.Write(w.ctx(), func(tx *store.Tx) error {
		for _, p := range []plumbline.Person{{ID: "p", Handle: "p", Name: "P", Role: plumbline.Requester}} {
			if err := tx.InsertPerson(p); err != nil {
				return err
			}
		}
		return nil
	}))
	for {
		var list []store.NewItem
		w.ok(w.db.Read(w.ctx(), func(tx *store.Tx) error {
			page, err := tx.List(w.pm, f)
			f.Cursor = page.Next
			var ids []plumbline.ItemID
			for _, r := range page.Rows {
				ids = append(ids, r.ID)
			}
			items, err2 := tx.ItemsByID(ids)
			parts, err3 := tx.Parts(ids)
			for _, id := range ids {
				list = append(list, store.NewItem{Item: items[id], Evidence: parts.Evidence[id], Watchers: []plumbline.PersonID{"p"}})
			}
			return errors.Join(err, err2, err3)
		}))
		from := time.Now()
		w.ok(db.Write(w.ctx(), func(tx *store.Tx) error {
			for _, it := range list {
				if err := tx.Append(plumbline.Event{At: it.Created, Type: "item filed", Item: it.ID, Key: it.Key, Seen: it.Visibility}); err != nil {
					return err
				}
			}
			return tx.InsertItems(list)
		}))
		took += time.Since(from)
		if f.Cursor == "" {
			return took
		}
	}
}
