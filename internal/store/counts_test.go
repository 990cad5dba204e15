package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// draw gives an item any of the values that it is counted under.
func draw(r *rapid.T, it *plumbline.Item) {
	it.Process = rapid.SampledFrom([]plumbline.ProcessID{"request", "incident"}).Draw(r, "process")
	it.Kind = rapid.SampledFrom([]plumbline.ItemKind{plumbline.Request, plumbline.Incident}).Draw(r, "kind")
	it.State = rapid.SampledFrom([]plumbline.State{"workflow::a", "workflow::b", "workflow-infra::a"}).Draw(r, "state")
	it.Visibility = rapid.SampledFrom([]plumbline.Visibility{plumbline.Public, plumbline.InternalOnly, plumbline.Confidential}).Draw(r, "visibility")
	it.Remit = rapid.SampledFrom([]plumbline.Remit{plumbline.RemitUnchecked, plumbline.RemitIn}).Draw(r, "remit")
	it.Team = rapid.SampledFrom([]plumbline.TeamRef{"", "t1", "t2"}).Draw(r, "team")
	it.Product = rapid.SampledFrom([]plumbline.ProductRef{"", "p1"}).Draw(r, "product")
	it.Class = rapid.SampledFrom([]plumbline.Class{"", plumbline.ClassSecurity}).Draw(r, "class")
	it.Assignee = rapid.SampledFrom([]string{"", "mara"}).Draw(r, "assignee")
	it.Priority = rapid.SampledFrom([]string{"", "P1", "P2"}).Draw(r, "priority")
	it.Labels = rapid.SliceOfN(rapid.SampledFrom([]string{"l1", "l2", "l3"}), 0, 3).Draw(r, "labels")
	it.Requester = rapid.SampledFrom([]plumbline.PersonID{"mara", "oana"}).Draw(r, "requester")
	it.Closed = rapid.SampledFrom([]plumbline.Time{0, 5}).Draw(r, "closed")
}

// Whatever is added and changed, the total of every list and of every column is
// the number of the items that are on it, for whoever looks.
func TestCountsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.Requester)
		person(t, db, "oana", plumbline.Requester)
		made := 0
		rapid.Check(t, func(r *rapid.T) {
			defer write(t, db, wipe)
			var items []plumbline.Item
			write(t, db, func(tx *store.Tx) error {
				for range rapid.IntRange(1, 8).Draw(r, "items") {
					made++
					it := item(made)
					draw(r, &it)
					if err := tx.InsertItem(it); err != nil {
						return err
					}
					items = append(items, it)
				}
				return nil
			})
			write(t, db, func(tx *store.Tx) error {
				for _, it := range items {
					draw(r, &it)
					it.Version = 2
					if err := tx.UpdateItem(it, 1); err != nil {
						return err
					}
				}
				return checkTotals(r, tx)
			})
			read(t, db, func(tx *store.Tx) error { return checkTotals(r, tx) })
		})
	})
}

// checkTotals compares the totals of one filter with what is listed.
func checkTotals(r *rapid.T, tx *store.Tx) error {
	states := []plumbline.State{"workflow::a", "workflow::b", "workflow-infra::a"}
	f := plumbline.Filter{
		Process: rapid.SampledFrom([]plumbline.ProcessID{"", "request"}).Draw(r, "of process"),
		Kind:    rapid.SampledFrom([]plumbline.ItemKind{"", plumbline.Incident}).Draw(r, "of kind"),
		Lane:    rapid.SampledFrom([]string{"", "workflow"}).Draw(r, "of lane"),
		Status:  rapid.SampledFrom([]string{"", "closed", "all"}).Draw(r, "of status"),
		Inbox:   rapid.Bool().Draw(r, "of inbox"),
		Limit:   plumbline.MaxPage,
	}
	switch rapid.IntRange(0, 6).Draw(r, "one thing more") {
	case 1:
		f.Team = "t1"
	case 2:
		f.Product = "p1"
	case 3:
		f.Class = plumbline.ClassSecurity
	case 4:
		f.Assignee = "mara"
	case 5:
		f.Label = "l1"
	case 6:
		f.Team, f.Label = "t2", "l2" // not kept: counted
	}
	role := rapid.SampledFrom([]string{"pm", "contributor", "requester", "nobody"}).Draw(r, "role")
	who := actors()[role]
	rows, err := everything(tx, who, f)
	if err != nil {
		return err
	}
	first, err := tx.List(who, f)
	if err != nil {
		return err
	}
	if first.Total != len(rows) || first.AtLeast {
		r.Fatalf("a %s is told of %d items (at least: %v) of %+v, and shown %d", role, first.Total, first.AtLeast, f, len(rows))
	}
	board, err := tx.Board(who, f, states, 2)
	if err != nil {
		return err
	}
	for _, c := range board {
		want := 0
		for _, row := range rows {
			if row.State == c.State {
				want++
			}
		}
		if c.Total != want || len(c.Rows) != min(want, 2) {
			r.Fatalf("a %s is told of %d items in %s of %+v and shown %d; there are %d", role, c.Total, c.State, f, len(c.Rows), want)
		}
	}
	return checkLanes(r, tx, who, f, states, rows)
}

// checkLanes compares the numbers of a board's lanes and their columns with what
// is listed.
func checkLanes(r *rapid.T, tx *store.Tx, who plumbline.Actor, f plumbline.Filter, states []plumbline.State, rows []plumbline.Row) error {
	by := rapid.SampledFrom(plumbline.BoardGroupings[:]).Draw(r, "lanes of")
	want := map[string]map[plumbline.State]int{}
	for _, row := range rows {
		ref, _ := by.Of(row)
		if want[ref] == nil {
			want[ref] = map[plumbline.State]int{}
		}
		want[ref][row.State]++
	}
	lanes, more, err := tx.Lanes(who, f, by, states, 2)
	if err != nil {
		return err
	}
	if len(lanes) != len(want) || more != 0 {
		r.Fatalf("%d lanes by %s and %d more, of %+v: %+v; want %+v", len(lanes), by, more, f, lanes, want)
	}
	for _, l := range lanes {
		total := 0
		for _, c := range l.Columns {
			total += c.Total
			if n := want[l.Ref][c.State]; c.Total != n || len(c.Rows) != min(n, 2) {
				r.Fatalf("the lane %q by %s has %d items in %s of %+v and %d cards; there are %d", l.Ref, by, c.Total, c.State, f, len(c.Rows), n)
			}
		}
		if l.Total != total {
			r.Fatalf("the lane %q has %d items, its columns %d", l.Ref, l.Total, total)
		}
	}
	return nil
}

// everything is a list with all its pages.
func everything(tx *store.Tx, who plumbline.Actor, f plumbline.Filter) (out []plumbline.Row, err error) {
	for {
		page, err := tx.List(who, f)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Rows...)
		if f.Cursor = page.Next; f.Cursor == "" {
			return out, nil
		}
	}
}

// An installation that is older than the counts gets them.
func TestCountsOfWhatWasThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.Requester)
		fill(t, db, 0, 100)
		const sorted = `select * from item_counts where n > 0 order by dim, value, process, state, kind, done, inbox, visibility`
		lines := func(tx *store.Tx) ([]string, error) { return tx.Lines(sorted) }
		want := get(t, db, lines)
		text, err := os.ReadFile(filepath.Join("migrations", "0005_counts.sql"))
		if err != nil {
			t.Fatal(err)
		}
		shapes, err := os.ReadFile(filepath.Join("migrations", "0009_shapes.sql"))
		if err != nil {
			t.Fatal(err)
		}
		_, priorities, ok := strings.Cut(string(shapes), "insert into item_counts")
		if !ok {
			t.Fatal("priorities are not counted")
		}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.Exec(`drop table item_counts`); err != nil {
				return err
			}
			return tx.Script(string(text) + "\ninsert into item_counts" + priorities)
		})
		if len(want) < 50 {
			t.Fatalf("only %d counts", len(want))
		}
		same(t, get(t, db, lines), want)
	})
}

// Items that are loaded are those that are inserted one by one.
func TestLoad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mara := person(t, db, "mara", plumbline.Requester)
		var items []store.NewItem
		for i := range 150 {
			l := store.NewItem{Item: item(i)}
			l.Item.Title, l.Item.Labels = fmt.Sprint("loaded word", i), []string{"b", "a", "b"}
			for j := range i % 4 {
				l.Comments = append(l.Comments, plumbline.Comment{ID: fmt.Sprint(i, "-", j), By: "mara", Body: "x", At: plumbline.Time(j)})
			}
			if i%3 == 0 {
				l.Watchers = []plumbline.PersonID{"mara"}
			}
			items = append(items, l)
		}
		write(t, db, func(tx *store.Tx) error { return tx.InsertItems(items) })
		one := item(1000)
		one.Title, one.Labels = "loaded later", []string{"a"}
		insert(t, db, one)
		read(t, db, func(tx *store.Tx) error {
			for _, l := range items {
				it, err := tx.Item(l.Item.ID)
				if err != nil {
					return err
				}
				same(t, it, l.Item)
				said, err := tx.Comments(store.Family{Item: it.ID})
				if err != nil {
					return err
				}
				for i := range l.Comments {
					l.Comments[i].Item = it.ID
				}
				same(t, said, l.Comments)
			}
			for want, f := range map[int]plumbline.Filter{151: {Text: "loaded"}, 1: {Text: "loaded word77"}, 152: {Label: "a", Status: "all"}} {
				rows, err := tx.List(mara, f)
				if err != nil {
					return err
				}
				if f.Label != "" {
					want = 151
				}
				same(t, rows.Total, want)
			}
			mine, err := tx.List(mara, plumbline.Filter{Text: "loaded", Mine: true})
			same(t, mine.Total, 151) // filed by mara, all of them
			if err != nil {
				return err
			}
			same(t, mine.Rows[1].Watchers, 0)
			same(t, mine.Rows[1].Comments, 1)
			return nil
		})
		err := db.Write(context.Background(), func(tx *store.Tx) error { return tx.InsertItems(items[:2]) })
		same(t, plumbline.KindOf(err), plumbline.Conflict)
	})
}
