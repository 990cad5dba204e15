package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// However a search finds what matches, and wherever its stretches end, all pages
// together have each item that matches and is seen once, and no other.
func TestStretchesHaveEachItemOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rapid.Check(t, func(r *rapid.T) {
			defer write(t, db, func(tx *store.Tx) error {
				if err := tx.Exec("update counters set value = 0 where name = 'items'"); err != nil {
					return err
				}
				return wipe(tx)
			})
			draw := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(r, name) }
			items := drawApart(t, r, db)
			db.SetStretch(draw("stretch", 1, 6))
			db.SetLook(draw("sample", 1, 6), draw("often", 0, 3), draw("seldom", 0, 2), draw("look", 40_000, 100_000), draw("few eras", 0, 4))
			who := actors()[rapid.SampledFrom([]string{"pm", "contributor", "requester"}).Draw(r, "who")]
			f := plumbline.Filter{
				Text: rapid.SampledFrom([]string{"alpha", "alp", "alphabet", "alpha beta", "beta", "al"}).Draw(r, "text"),
				Sort: rapid.SampledFrom([]string{"", "oldest"}).Draw(r, "sort"), Limit: draw("limit", 1, 4), Status: "all",
			}
			var want, got []plumbline.Key
			for _, it := range items {
				if who.Sees(it.Visibility, false) && hasWords(it.Title, f.Text) {
					want = append(want, it.Key)
				}
			}
			for range 200 {
				rows := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(who, f) })
				for _, row := range rows.Rows {
					got = append(got, row.Key)
				}
				if f.Cursor = rows.Next; f.Cursor == "" {
					break
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) || f.Cursor != "" {
				r.Fatalf("%+v: got %v, want %v", f, got, want)
			}
		})
	})
}

// drawApart writes some items, with numbers of which some lie eras apart.
func drawApart(t *testing.T, r *rapid.T, db *store.DB) (out []plumbline.Item) {
	title := rapid.SampledFrom([]string{"alpha", "alpha beta", "beta", "alphabet", "gamma"})
	visibility := rapid.SampledFrom([]plumbline.Visibility{plumbline.Public, plumbline.InternalOnly, plumbline.Confidential})
	apart := rapid.SampledFrom([]int{0, 0, 0, 0, 3, 65_530, 65_536, 140_000})
	for i := range rapid.IntRange(0, 14).Draw(r, "items") {
		it := item(i)
		it.Title, it.Visibility, it.Requester = title.Draw(r, "title"), visibility.Draw(r, "visibility"), "oana"
		out = append(out, it)
		gap := apart.Draw(r, "apart")
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertItem(it); err != nil {
				return err
			}
			return tx.Exec("update counters set value = value + $1 where name = 'items'", gap)
		})
	}
	return out
}

// hasWords says whether a title has all words of a text, the last one perhaps only
// begun.
func hasWords(title, text string) bool {
	has, asked := strings.Fields(title), strings.Fields(text)
	for i, w := range asked {
		if !slices.ContainsFunc(has, func(h string) bool { return h == w || i == len(asked)-1 && strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

// searches are lists of words that all items have, that a third has, and that one
// has.
func searches(who plumbline.Actor) map[string]func(tx *store.Tx) error {
	out := map[string]func(tx *store.Tx) error{}
	for _, text := range []string{"all", "al", "alway", "third", "always third", "third alw", "single", "single always", "nothing"} {
		for _, sort := range []string{"", "oldest"} {
			out[text+" "+sort] = func(tx *store.Tx) error {
				_, err := tx.List(who, plumbline.Filter{Text: text, Sort: sort, Status: "all", Limit: 10})
				return err
			}
		}
		out[text+" on a board"] = func(tx *store.Tx) error {
			_, err := tx.Board(who, plumbline.Filter{Text: text}, []plumbline.State{"workflow::s0", "workflow::s1"}, 5)
			return err
		}
	}
	return out
}

func fillWords(t testing.TB, db *store.DB, from, to int) {
	t.Helper()
	write(t, db, func(tx *store.Tx) error {
		var items []store.NewItem
		for i := from; i < to; i++ {
			it := item(i)
			it.Title = "always"
			if i%3 == 0 {
				it.Title += " third"
			}
			if i == 7 {
				it.Title += " single"
			}
			it.State, it.Requester = plumbline.State(fmt.Sprint("workflow::s", i%2)), "oana"
			it.Visibility = []plumbline.Visibility{plumbline.Public, plumbline.InternalOnly}[i%2]
			items = append(items, store.NewItem{Item: it})
		}
		return tx.InsertItems(items)
	})
}

// A search takes as many statements on ten times the items, and brings as many
// rows, also of words that all of them have; what it goes through ends with the
// stretch.
func TestSearchCostsTheSameHoweverManyItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		db.SetStretch(50)
		type cost struct{ statements, rows int64 }
		measure := func() map[string]cost {
			got := map[string]cost{}
			for role, who := range actors() {
				for name, search := range searches(who) {
					ctx, queries := store.CountQueries(context.Background())
					if err := db.Read(ctx, search); err != nil {
						t.Fatalf("%s for a %s: %v", name, role, err)
					}
					got[role+": "+name] = cost{queries.N.Load(), queries.Rows.Load()}
				}
			}
			return got
		}
		fillWords(t, db, 0, 400)
		few := measure()
		fillWords(t, db, 400, 4000)
		for name, many := range measure() {
			if many != few[name] || many.statements > 3 || many.rows > 13 {
				t.Errorf("%s: %+v with 4,000 items, %+v with 400; want the same, of 3 statements and 13 rows at most", name, many, few[name])
			}
		}
		if db.Kind() == "sqlite" {
			noSorting(t, db)
		}
	})
}

// noSorting asks that a walk needs no more of the index than it shows: to sort
// what matches, it would read all of it.
func noSorting(t *testing.T, db *store.DB) {
	t.Helper()
	for _, sort := range []string{"", "oldest"} {
		plans, err := db.Explain(t.Context(), func(tx *store.Tx) error {
			_, err := tx.List(actors()["requester"], plumbline.Filter{Text: "always", Sort: sort})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		walk := strings.Join(plans, "\n")
		walk = walk[:strings.Index(walk, "json_each")]
		if !strings.Contains(walk, "VIRTUAL TABLE INDEX") || strings.Contains(walk, "TEMP B-TREE") {
			t.Errorf("sort %q:\n%s", sort, walk)
		}
	}
}

// The estimate of how many match in all is near, and is not made where all were
// counted.
func TestAboutHowMany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fillWords(t, db, 0, 3000)
		db.SetStretch(100)
		for text, want := range map[string][2]int{"always": {2900, 3100}, "third": {950, 1050}, "single": {0, 0}} {
			rows := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) {
				return tx.List(pm, plumbline.Filter{Text: text, Status: "all"})
			})
			if rows.About < want[0] || rows.About > want[1] {
				t.Errorf("%s: about %d, want %v", text, rows.About, want)
			}
		}
	})
}

// A search for words that each have a third of the items, beside one for a word
// that one has: the ratio of the two is what counts.
func BenchmarkSearch(b *testing.B) {
	onBoth(b, 0, func(b *testing.B, db *store.DB) {
		fillWords(b, db, 0, 20_000)
		list := func(text string) func() {
			return func() {
				read(b, db, func(tx *store.Tx) error {
					_, err := tx.List(pm, plumbline.Filter{Text: text, Status: "all", Limit: 10})
					return err
				})
			}
		}
		ratio(b, list("always third"), list("single"))
	})
}
