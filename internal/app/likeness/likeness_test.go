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
	for _, c := range []struct {
		name    string
		reports []aliketest.Report
		asked   int
		least   float64 // recall@10
	}{
		{"Hadoop", aliketest.Reports(t), aliketest.Queries, 0.88},
		{"Kubernetes proposals, held out", aliketest.Proposals(t), aliketest.LinkedQueries, 0.55},
	} {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			tally := recall(t, db, c.reports)
			t.Logf("%s, through the store: %s", c.name, tally)
			if tally.Asked() != c.asked || tally.Recall(10) < c.least {
				t.Errorf("%s: %s; want %d queries with recall@10 of at least %.2f", c.name, tally, c.asked, c.least)
			}
		})
	}
}

func recall(t *testing.T, db *store.DB, reports []aliketest.Report) *aliketest.Tally {
	f := likeness.New(db)
	return aliketest.Stream(reports, func(r aliketest.Report) (found []int) {
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
}
