package store_test

import (
	"slices"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func nominees(t testing.TB, db *store.DB, who plumbline.Actor, words ...store.Wanted) []int64 {
	t.Helper()
	var out []int64
	for _, o := range get(t, db, func(tx *store.Tx) ([]store.Opening, error) { return tx.Nominees(who, words, "item-9", 20, 10) }) {
		out = append(out, o.N)
	}
	return out
}

func TestNominees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		titles := []string{"Upgrade clusters", "Cluster dns", "DNS for the registry", "Größe", "Cluster dns upgrade"}
		visibility := []plumbline.Visibility{plumbline.Public, plumbline.Public, plumbline.InternalOnly, plumbline.Public, plumbline.Confidential}
		for i, title := range titles {
			it := item(i)
			it.Title, it.Visibility, it.Requester = title, visibility[i], "oana"
			insert(t, db, it)
		}
		it := item(9)
		it.Title = "Cluster dns upgrade, the one that is left out"
		insert(t, db, it)
		cluster, dns, upgrade := store.Wanted{Word: "clusters", Worth: 1}, store.Wanted{Word: "dns", Worth: 2}, store.Wanted{Word: "upgrading", Worth: 1.5}
		for _, c := range []struct {
			who   string
			words []store.Wanted
			want  []int64
		}{
			{"pm", []store.Wanted{cluster, dns, upgrade}, []int64{5, 2, 1, 3}},
			{"contributor", []store.Wanted{cluster, dns, upgrade}, []int64{2, 1, 3}},
			{"requester", []store.Wanted{cluster, dns, upgrade}, []int64{2, 1}},
			{"nobody", []store.Wanted{cluster, dns, upgrade}, nil},
			{"pm", []store.Wanted{{Word: "gro", Worth: 1, Begun: true}}, []int64{4}},
			{"pm", []store.Wanted{{Word: "gro", Worth: 1}}, nil},
			{"pm", []store.Wanted{{Word: "nothing", Worth: 1}, {Word: `or`, Worth: 1}}, nil},
			{"pm", nil, nil},
		} {
			if got := nominees(t, db, actors()[c.who], c.words...); !slices.Equal(got, c.want) {
				t.Errorf("%s, %v: got %v, want %v", c.who, c.words, got, c.want)
			}
		}
	})
}

// What is read does not grow with the items, however common the words are.
func TestNomineesWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		words := []store.Wanted{{Word: "word1", Worth: 1}, {Word: "word2", Worth: 2}, {Word: "word4", Worth: 1}}
		work := func() int64 {
			ctx, q := store.CountQueries(t.Context())
			if err := db.Read(ctx, func(tx *store.Tx) error {
				_, err := tx.Nominees(actors()["contributor"], words, "", 400, 100)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if q.Rows.Load() > 100 || q.Rows.Load() < 50 {
				t.Errorf("%d rows, want 100 or, where some are not seen, less", q.Rows.Load())
			}
			return q.N.Load()
		}
		fill(t, db, 0, 1000)
		few := work()
		fill(t, db, 1000, 4000)
		if many := work(); many != few || few != 1 {
			t.Errorf("%d statements with 1,000 items, %d with 4,000; want 1", few, many)
		}
	})
}
