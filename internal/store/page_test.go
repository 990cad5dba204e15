package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// A reader goes through a list page by page while others add to it and change
// it: nothing that was there all the time is left out or comes twice.
func TestPagingWhileOthersWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var before []plumbline.Item
		for i := range 100 {
			before = append(before, item(i))
		}
		insert(t, db, before...)
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for w := range 3 {
			wg.Go(func() {
				for i := 0; ctx.Err() == nil && i < 300; i++ {
					it := item(1000*(w+1) + i)
					it.Updated, it.Created = 1050, plumbline.Time(1000+i) // among those that are there
					if err := db.Write(context.Background(), func(tx *store.Tx) error { return tx.InsertItem(it) }); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for _, sort := range []string{"updated", "created", "oldest"} {
			seen := map[plumbline.ItemID]int{}
			for f := (plumbline.Filter{Sort: sort, Limit: 7}); ; {
				rows := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(pm, f) })
				for _, r := range rows.Rows {
					seen[r.ID]++
				}
				if f.Cursor = rows.Next; f.Cursor == "" {
					break
				}
			}
			for _, it := range before {
				if seen[it.ID] != 1 {
					t.Errorf("by %s: %s came %d times", sort, it.Key, seen[it.ID])
				}
			}
			for id, n := range seen {
				if n > 1 {
					t.Errorf("by %s: %s came %d times", sort, id, n)
				}
			}
		}
		cancel()
		wg.Wait()
	})
}

func TestRowsHaveNamesAndCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mara, oana := person(t, db, "mara", plumbline.Requester), person(t, db, "oana", plumbline.Requester)
		it := item(1)
		it.Team, it.Product, it.Body, it.Fields = "reliability", "kubernetes", "long", map[string]string{"reach": "10"}
		it.Labels, it.States = []string{"a"}, map[string]plumbline.Position{"workflow": {State: it.State, Since: 4}}
		insert(t, db, it)
		write(t, db, func(tx *store.Tx) error {
			_, err := tx.PutTeam(plumbline.Team{Ref: "reliability", Name: "Reliability"})
			if err != nil {
				return err
			}
			if _, err = tx.PutProduct(plumbline.Product{Ref: "kubernetes", Name: "Kubernetes"}); err != nil {
				return err
			}
			for i := range 2 {
				if err := tx.InsertDemand(plumbline.Demand{ID: fmt.Sprint(i), Item: it.ID, Team: plumbline.TeamRef(fmt.Sprint("t", i))}); err != nil {
					return err
				}
			}
			if err := tx.InsertEvidence(plumbline.Evidence{ID: "1", Item: it.ID}); err != nil {
				return err
			}
			for i := range 3 {
				if err := tx.InsertComment(plumbline.Comment{ID: fmt.Sprint(i), Item: it.ID}); err != nil {
					return err
				}
			}
			for _, who := range []plumbline.Actor{mara, oana, mara} {
				if _, err := tx.Watch(it.ID, who.Person); err != nil {
					return err
				}
			}
			return nil
		})
		want := plumbline.Row{Item: it, TeamName: "Reliability", ProductName: "Kubernetes", RequesterName: "mara",
			Demands: 2, Evidence: 1, Comments: 3, Watchers: 2}
		want.Body, want.Fields = "", nil
		read(t, db, func(tx *store.Tx) error {
			rows, err := tx.List(pm, plumbline.Filter{})
			same(t, rows, plumbline.Rows{Rows: []plumbline.Row{want}, Total: 1})
			if err != nil {
				return err
			}
			board, err := tx.Board(pm, plumbline.Filter{}, []plumbline.State{it.State, "other"}, 5)
			same(t, board, []plumbline.Column{{State: it.State, Total: 1, Rows: []plumbline.Row{want}}, {State: "other"}})
			return err
		})
		write(t, db, func(tx *store.Tx) error {
			if err := tx.DeleteDemand("0"); err != nil {
				return err
			}
			_, err := tx.Unwatch(it.ID, "mara")
			return err
		})
		row := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(pm, plumbline.Filter{}) }).Rows[0]
		same(t, []int{row.Demands, row.Watchers}, []int{1, 1})
	})
}

// Where the number is not kept, counting stops at the cap and says so; the pages
// do not stop. Where it is kept, it is exact.
func TestTotalIsCappedOnlyWhereItIsCounted(t *testing.T) {
	db := storetest.SQLite(t)
	const all = plumbline.TotalCap + 5
	write(t, db, func(tx *store.Tx) error {
		var items []store.NewItem
		for i := range all {
			it := item(i)
			it.Title = "same"
			items = append(items, store.NewItem{Item: it})
		}
		return tx.InsertItems(items)
	})
	for _, c := range []struct {
		stretch int
		filter  plumbline.Filter
		total   int
		atLeast bool
	}{
		{500, plumbline.Filter{}, all, false},
		{500, plumbline.Filter{Text: "same"}, 500, true},
		{500, plumbline.Filter{Query: query(t, "created>1970-01-01 or created<1971-01-01"), Status: "all"}, plumbline.TotalCap, true}, // walks and checks each
		{all, plumbline.Filter{Text: "same"}, all, false},
	} {
		db.SetStretch(c.stretch)
		read(t, db, func(tx *store.Tx) error {
			rows, err := tx.List(pm, c.filter)
			same(t, rows.Total, c.total)
			same(t, rows.AtLeast, c.atLeast)
			if err != nil {
				return err
			}
			columns, err := tx.Board(pm, c.filter, []plumbline.State{item(0).State}, 1)
			same(t, columns[0].Total, c.total)
			same(t, columns[0].AtLeast, c.atLeast)
			return err
		})
	}
}

func TestCursorsOfOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		insert(t, db, item(1), item(2))
		next := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(pm, plumbline.Filter{Limit: 1}) }).Next
		for _, f := range []plumbline.Filter{
			{Cursor: "x"}, {Cursor: "!"}, {Cursor: strings.Repeat("A", 4000)}, {Cursor: next, Sort: "created"}, {Cursor: "dXBkYXRlZCAxIHg"},
		} {
			wantKind(t, db, plumbline.Invalid, func(tx *store.Tx) error { _, err := tx.List(pm, f); return err })
		}
		wantKind(t, db, plumbline.Invalid, func(tx *store.Tx) error { _, _, err := tx.ListDecisions(pm, 1, "x"); return err })
	})
}
