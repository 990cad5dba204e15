package store_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestSearch(t *testing.T) {
	texts := map[plumbline.Key][2]string{
		"REQ-12":  {"Upgrade the Kubernetes clusters", "They run v1.29; see https://docs.example.com/k8s_upgrade"},
		"REQ-120": {"Größere Nodes für cert-manager", "naïve café"},
		"INC-3":   {"API is down", "the and of is a"},
		"REQ-4":   {"部署集群", "Кластер упал 🚀 \"quoted\" (brackets) * star"},
	}
	cases := []struct{ text, want string }{
		{"cluster", "REQ-12"}, {"CLUSTERS upgrading", "REQ-12"}, {"kube", "REQ-12"}, {"kube upgrade", ""}, {"upgrade kube", "REQ-12"},
		{"kubernetes down", ""}, {"upgr", "REQ-12"}, {"docs.example.com", "REQ-12"}, {"example", "REQ-12"}, {"v1.29", "REQ-12"},
		{"REQ-12", "REQ-12 REQ-120"}, {"req-120", "REQ-120"}, {"INC-3", "INC-3"}, {"REQ", "REQ-12 REQ-120 REQ-4"}, {"12", "REQ-12 REQ-120"},
		{"grossere", ""}, {"große", "REQ-120"}, {"größere nodes", "REQ-120"}, {"CAFE", "REQ-120"}, {"naive", "REQ-120"}, {"cert manager", "REQ-120"},
		{"cert-mana", "REQ-120"}, {"the", "REQ-12 INC-3"}, {"of is a", "INC-3"}, {"is the", "INC-3"}, {"部署", "REQ-4"}, {"кластер", "REQ-4"},
		{"quoted", "REQ-4"}, {"", "REQ-12 REQ-120 INC-3 REQ-4"}, {"🚀", ""}, {"!!!", ""}, {`"`, ""}, {`NOT OR AND`, ""},
		{`kube* OR down`, ""}, {`title:kube`, ""}, {`kubernetes"clusters`, "REQ-12"}, {`clusters' & 'x`, ""}, {"cluster:*", "REQ-12"},
		{"^kube", "REQ-12"}, {"kubernetes\x00clusters", "REQ-12"}, {"clusters\xff", "REQ-12"}, {"{kube} NEAR(the, 2)", ""},
		{"a b c d e f g h i j k l m n o p q r s t", ""}, {strings.Repeat("ä", 50), ""}, {strings.Repeat("kubernetes ", 5000), "REQ-12"}, {strings.Repeat("x", 100_000), ""}, {"kubernetes \\ %_", "REQ-12"},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		i := 0
		for _, key := range []plumbline.Key{"REQ-12", "REQ-120", "INC-3", "REQ-4"} {
			it := item(i)
			it.Key, it.Title, it.Body = key, texts[key][0], texts[key][1]
			insert(t, db, it)
			i++
		}
		find := func(text string) string {
			var keys []string
			rows := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) {
				return tx.List(pm, plumbline.Filter{Text: text, Sort: "oldest"})
			})
			for _, r := range rows.Rows {
				keys = append(keys, string(r.Key))
			}
			return strings.Join(keys, " ")
		}
		for _, c := range cases {
			if got := find(c.text); got != c.want {
				t.Errorf("searching %.60q found %q, want %q", c.text, got, c.want)
			}
		}
	})
}

// A body of a megabyte without a word twice is found by its first words, and by
// its key; words that agree in their first 64 bytes are one.
func TestSearchInMuchText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var body strings.Builder
		for i := 0; body.Len() < plumbline.MaxBody-200; i++ {
			fmt.Fprintf(&body, "w%07x", i*7919)
			body.WriteString(" ")
		}
		it := item(1)
		it.Title = strings.Repeat("é", 100)
		it.Body = body.String()
		insert(t, db, it)
		for text, want := range map[string]int{"w0000000": 1, "w0001eef": 1, "req-1": 1, strings.Repeat("e", 100): 1, strings.Repeat("e", 63): 1, "wfffffff": 0} {
			rows := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(pm, plumbline.Filter{Text: text}) })
			if rows.Total != want {
				t.Errorf("%.20q: found %d, want %d", text, rows.Total, want)
			}
		}
	})
}

// What is found follows what is written, within the transaction too.
func TestSearchFollowsChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		count := func(tx *store.Tx, text string, want int) error {
			rows, err := tx.List(pm, plumbline.Filter{Text: text})
			if rows.Total != want {
				t.Errorf("%q: found %d, want %d", text, rows.Total, want)
			}
			return err
		}
		write(t, db, func(tx *store.Tx) error {
			it := item(1)
			it.Title, it.Body = "first", "alpha"
			if err := tx.InsertItem(it); err != nil {
				return err
			}
			if err := count(tx, "alpha", 1); err != nil {
				return err
			}
			it.Body, it.Version = "beta", 2
			if err := tx.UpdateItem(it, 1); err != nil {
				return err
			}
			if err := count(tx, "alpha", 0); err != nil {
				return err
			}
			return count(tx, "first beta", 1)
		})
		write(t, db, func(tx *store.Tx) error {
			it := item(1)
			it.Title, it.Body, it.Version = "second", "beta", 3
			return tx.UpdateItem(it, 2)
		})
		read(t, db, func(tx *store.Tx) error {
			for text, want := range map[string]int{"first": 0, "second": 1, "beta": 1, "alpha": 0} {
				if err := count(tx, text, want); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// Nothing that can be typed is an error, and a word typed as it was written is
// found.
func TestSearchTakesAnything(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rapid.Check(t, func(r *rapid.T) {
			text := rapid.String().Draw(r, "text")
			it := item(1)
			it.ID, it.Key, it.Title = plumbline.ItemID(store.NewID()), plumbline.Key(store.NewID()), strings.ReplaceAll(text, "\x00", " ")
			insert(t, db, it)
			first := strings.Fields(it.Title)
			if len(first) > 10 {
				first = first[:10]
			}
			ask := text
			if len(first) > 0 {
				ask = string(it.Key) + " " + strings.Join(first, " ")
			}
			rows := get(t, db, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(pm, plumbline.Filter{Text: ask}) })
			if len(first) > 0 && rows.Total < 1 {
				r.Fatalf("%q does not find %q", ask, it.Title)
			}
		})
	})
}
