package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// bulk is n items with everything that an import brings along.
func bulk(from, n int) []store.NewItem {
	var out []store.NewItem
	for i := from; i < from+n; i++ {
		it := item(i)
		it.Body = strings.Repeat(fmt.Sprintf("Restores take longer than word%d says. ", i%500), 8)
		it.Labels, it.Fields = []string{"a", fmt.Sprint("l", i%9)}, map[string]string{"reach": "6"}
		out = append(out, store.NewItem{Item: it, Watchers: []plumbline.PersonID{"mara"},
			Comments: []plumbline.Comment{{ID: fmt.Sprint("c", i), By: "mara", ByName: "mara", Body: "why", At: 5}},
			Evidence: []plumbline.Evidence{{ID: fmt.Sprint("e", i), Grade: plumbline.Sampled, Text: "12 votes", By: "mara", At: 6}}})
	}
	return out
}

// Many at once are what one after the other are, in far fewer statements.
func TestInsertItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.Requester)
		insert(t, db, item(1))
		ctx, queries := store.CountQueries(context.Background())
		const many = 300
		if err := db.Write(ctx, func(tx *store.Tx) error { return tx.InsertItems(bulk(2, many)) }); err != nil {
			t.Fatal(err)
		}
		perRow := float64(queries.N.Load()) / many
		t.Logf("%d statements for %d items: %.2f each", queries.N.Load(), many, perRow)
		if perRow > 1.1 {
			t.Errorf("%.2f statements for each item", perRow)
		}
		for _, key := range []plumbline.Key{"REQ-2", "REQ-301"} {
			want := bulk(2, 1)[0]
			if key == "REQ-301" {
				want = bulk(301, 1)[0]
			}
			got := get(t, db, func(tx *store.Tx) (plumbline.Item, error) { return tx.ItemByKey(key) })
			same(t, got, want.Item)
			for i := range want.Comments {
				want.Comments[i].Item, want.Evidence[i].Item = want.ID, want.ID
			}
			same(t, get(t, db, func(tx *store.Tx) ([]plumbline.Comment, error) { return tx.Comments(store.Family{Item: want.ID}) }), want.Comments)
			same(t, get(t, db, func(tx *store.Tx) ([]plumbline.Evidence, error) { return tx.Evidence(store.Family{Item: want.ID}) }), want.Evidence)
		}
		list := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) {
			return tx.List(pm, plumbline.Filter{Text: "word7", Label: "a", Limit: 1})
		})
		if len(list.Rows) != 1 || list.Rows[0].Comments != 1 || list.Rows[0].Evidence != 1 || list.Rows[0].Watchers != 1 {
			t.Errorf("got %+v", list)
		}
		insert(t, db, item(400)) // the numbers go on
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error { return tx.InsertItems(bulk(2, 1)) })
		for want := range 3 {
			var first int64
			write(t, db, func(tx *store.Tx) (err error) { first, err = tx.Reserve("X", 5); return err })
			if first != int64(want*5+1) {
				t.Errorf("got the number %d first, want %d", first, want*5+1)
			}
		}
	})
}

func TestExternals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		a := store.External{Source: "github", Name: "o/r#1", Item: "item-1", Key: "REQ-1", Hash: "h", Taken: map[string]string{"title": "x"}, At: 5}
		b := store.External{Source: "gitlab", Name: "o/r#1", Item: "item-2", Key: "REQ-2", Hash: "i", Taken: map[string]string{}, At: 5}
		write(t, db, func(tx *store.Tx) error { return tx.PutExternals([]store.External{a, b}) })
		names := []string{"o/r#1", "o/r#2"}
		same(t, get(t, db, func(tx *store.Tx) (map[string]store.External, error) { return tx.Externals("github", names) }), map[string]store.External{"o/r#1": a})
		other := a
		other.Item, other.Hash, other.At = "item-2", "j", 9
		write(t, db, func(tx *store.Tx) error { return tx.PutExternals([]store.External{other}) })
		a.Hash, a.At = "j", 9 // the item that it means stays
		same(t, get(t, db, func(tx *store.Tx) (map[string]store.External, error) { return tx.Externals("github", names) }), map[string]store.External{"o/r#1": a})
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error {
			return tx.PutExternals([]store.External{{Source: "x", Name: "y", Item: "nothing"}})
		})
	})
}

func TestUploads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		u := store.Upload{ID: "u1", Person: "mara", Settings: "{}", At: 5, Body: []byte{0, 1, 255}}
		write(t, db, func(tx *store.Tx) error { return tx.PutUpload(u) })
		same(t, get(t, db, func(tx *store.Tx) (store.Upload, error) { return tx.Upload("mara", "u1") }), u)
		u.Report, u.Body = "done", nil
		write(t, db, func(tx *store.Tx) error { return tx.PutUpload(u) })
		same(t, get(t, db, func(tx *store.Tx) (store.Upload, error) { return tx.Upload("mara", "u1") }), u)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Upload("jonas", "u1"); return err })
		write(t, db, func(tx *store.Tx) error { return tx.PurgeUploads(6) })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Upload("mara", "u1"); return err })
	})
}

// Votes, followers and decisions come in with the items, and go out with the
// connections between them as the reader may see them.
func TestWhatComesWithItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.Requester)
		person(t, db, "jonas", plumbline.Requester)
		two := bulk(1, 2)
		two[0].Votes = []store.Voter{{Person: "mara", At: 9}, {Person: "jonas", At: 8}}
		two[0].Decisions = []plumbline.Decision{{ID: "x", Sentence: "No.", At: 8, Ended: 9}, {ID: "y", Sentence: "Yes.", At: 9}}
		two[0].Comments = append(two[0].Comments, plumbline.Comment{ID: "gone", By: "mara", At: 5, Deleted: 6})
		two[1].Visibility = plumbline.Confidential
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertItems(two); err != nil {
				return err
			}
			_, err := tx.Relate(plumbline.Relation{Item: two[0].ID, Kind: plumbline.Blocks, Other: two[1].ID, By: "mara", At: 7})
			return err
		})
		ids := []plumbline.ItemID{two[0].ID, two[1].ID}
		p := get(t, db, func(tx *store.Tx) (store.Parts, error) { return tx.Parts(ids) })
		same(t, p.Votes, map[plumbline.ItemID][]store.Voter{ids[0]: {{Person: "jonas", Name: "jonas", At: 8}, {Person: "mara", Name: "mara", At: 9}}})
		same(t, p.Followers[ids[1]], []store.Voter{{Person: "mara", Name: "mara"}})
		if d := get(t, db, func(tx *store.Tx) (plumbline.Decision, error) { d, _, err := tx.Decision(ids[0]); return d, err }); d.ID != "y" || len(p.Decisions[ids[0]]) != 2 {
			t.Errorf("got %+v", p.Decisions)
		}
		list := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) {
			return tx.List(actors()["pm"], plumbline.Filter{Sort: "oldest"})
		})
		if r := list.Rows[0]; r.Votes != 2 || r.Comments != 1 {
			t.Errorf("got %d votes, %d comments", r.Votes, r.Comments)
		}
		bonds := func(who plumbline.Actor) map[plumbline.ItemID][]plumbline.Bond {
			return get(t, db, func(tx *store.Tx) (map[plumbline.ItemID][]plumbline.Bond, error) { return tx.Bonds(who, ids) })
		}
		b := plumbline.Bond{Kind: plumbline.Blocks, From: true, Item: ids[1], Key: two[1].Key, By: "mara", ByName: "mara", At: 7}
		c := plumbline.Bond{Kind: plumbline.Blocks, Item: ids[0], Key: two[0].Key, By: "mara", ByName: "mara", At: 7}
		same(t, bonds(actors()["pm"]), map[plumbline.ItemID][]plumbline.Bond{ids[0]: {b}, ids[1]: {c}})
		same(t, bonds(plumbline.Actor{Person: "lee", Role: plumbline.Contributor}), map[plumbline.ItemID][]plumbline.Bond{ids[1]: {c}})
	})
}

// What hangs on many items is read in a constant number of statements.
func TestParts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.Requester)
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertItems(bulk(1, 100)); err != nil {
				return err
			}
			if err := tx.InsertDemand(plumbline.Demand{ID: "d", Item: "item-3", Points: 4, Team: "x", At: 7}); err != nil {
				return err
			}
			if err := tx.InsertDecision(plumbline.Decision{ID: "x", Item: "item-3", Sentence: "Yes.", At: 8}); err != nil {
				return err
			}
			said := plumbline.Estimate{ID: "e", Item: "item-3", Factor: "effort", Grade: plumbline.Opinion, By: "mara", At: 8, Observed: 8, Value: plumbline.Hide(plumbline.Quantity{Shape: plumbline.Lognormal, Low: 1, High: 3})}
			if err := tx.InsertEstimates([]store.NewEstimate{{Estimate: said}}); err != nil {
				return err
			}
			return tx.Append(plumbline.Event{Type: "item filed", Item: "item-3"}, plumbline.Event{Type: "item moved", Item: "item-3"})
		})
		var ids []plumbline.ItemID
		for i := 1; i <= 100; i++ {
			ids = append(ids, item(i).ID)
		}
		ctx, queries := store.CountQueries(context.Background())
		var p store.Parts
		if err := db.Read(ctx, func(tx *store.Tx) (err error) { p, err = tx.Parts(ids); return err }); err != nil {
			t.Fatal(err)
		}
		if n := queries.N.Load(); n != 8 {
			t.Errorf("%d statements, want 8", n)
		}
		if len(p.Comments) != 100 || len(p.Evidence) != 100 || len(p.Demands["item-3"]) != 1 || len(p.Decisions["item-3"]) != 1 || len(p.Estimates["item-3"]) != 1 {
			t.Errorf("got %d comments, %d evidence, %v, %v, %v", len(p.Comments), len(p.Evidence), p.Demands, p.Decisions, p.Estimates)
		}
		if h := p.History["item-3"]; len(h) != 2 || h[0].Type != "item filed" {
			t.Errorf("got %+v", h)
		}
	})
}

// The floor is the same rows in plain multi-row inserts without search, labels
// and what hangs on them: rows of items and their bodies alone.
func BenchmarkInsertItems(b *testing.B) {
	const chunk = 250
	onBoth(b, 0, func(b *testing.B, db *store.DB) {
		person(b, db, "mara", plumbline.Requester)
		at := 1
		for _, one := range []struct {
			name string
			do   func(tx *store.Tx, items []store.NewItem) error
		}{
			{"floor", func(tx *store.Tx, items []store.NewItem) error { return tx.InsertBare(items) }},
			{"items", func(tx *store.Tx, items []store.NewItem) error { return tx.InsertItems(items) }},
		} {
			b.Run(one.name, func(b *testing.B) {
				for b.Loop() {
					items := bulk(at, chunk)
					at += chunk
					if err := db.Write(context.Background(), func(tx *store.Tx) error { return one.do(tx, items) }); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(chunk*b.N)/b.Elapsed().Seconds(), "items/s")
			})
		}
	})
}
