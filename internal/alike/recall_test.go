package alike_test

import (
	"testing"

	"plumbline/internal/alike"
	"plumbline/internal/alike/aliketest"
)

// TestRecall compares each report with all earlier ones, without the store; the
// test of the same name in app asks as the pages do.
func TestRecall(t *testing.T) {
	sketch := alike.NewSketch()
	var earlier []alike.Text
	tally := aliketest.Stream(aliketest.Reports(t), func(r aliketest.Report) (found []int) {
		for _, m := range sketch.Ask(alike.Text{Title: r.Title, Body: r.Body}).Rank(earlier) {
			found = append(found, m.At)
		}
		return found
	}, func(_ int, r aliketest.Report) {
		text := alike.Text{Title: r.Title, Body: r.Body}
		sketch.Add(text)
		earlier = append(earlier, text)
	})
	t.Logf("Hadoop, all texts ranked: %s", tally)
	if tally.Asked() != aliketest.Queries || tally.Recall(10) < 0.88 {
		t.Errorf("%s; want %d queries with recall@10 of at least 0.88", tally, aliketest.Queries)
	}
}
