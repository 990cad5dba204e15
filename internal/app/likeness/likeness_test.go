package likeness_test

import (
	"strconv"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/alike/aliketest"
	"plumbline/internal/app/likeness"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

var pm = plumbline.Actor{Person: "mara", Role: plumbline.PM}

func item(i int, title, body string) plumbline.Item {
	n := strconv.Itoa(i)
	return plumbline.Item{
		ID: plumbline.ItemID("item-" + n), Key: plumbline.Key("REQ-" + n), Kind: plumbline.Request, Process: "request",
		Title: title, Body: body, Visibility: plumbline.Public, State: "workflow::problem validation",
		Requester: "oana", Created: plumbline.Time(i), Updated: plumbline.Time(i), Version: 1,
	}
}

func insert(t testing.TB, db *store.DB, it plumbline.Item) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.InsertItem(it) }); err != nil {
		t.Fatal(err)
	}
}

// TestRecall goes the way that the pages go: what is learned, the candidates from
// the store, and the ranking. The protocol is that of aliketest.Stream.
func TestRecall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := likeness.New(db)
		tally := aliketest.Stream(aliketest.Reports(t), func(r aliketest.Report) (found []int) {
			likes, err := f.Similar(t.Context(), pm, likeness.Question{Title: r.Title, Body: r.Body, Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range likes {
				n, _ := strconv.Atoi(strings.TrimPrefix(string(l.Key), "REQ-"))
				found = append(found, n)
			}
			return found
		}, func(i int, r aliketest.Report) { insert(t, db, item(i, r.Title, r.Body)) })
		t.Logf("Hadoop, through the store: %s", tally)
		if tally.Asked() != aliketest.Queries || tally.Recall(10) < 0.88 {
			t.Errorf("%s; want %d queries with recall@10 of at least 0.88", tally, aliketest.Queries)
		}
	})
}
