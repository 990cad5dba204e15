package alike_test

import (
	"testing"

	"plumbline/internal/alike"
	"plumbline/internal/alike/aliketest"
)

// TestRecall compares each report with all earlier ones, without the store; the
// test of the same name in app asks as the pages do. The weights of the ranking
// were chosen by the reports of Hadoop, none by the proposals.
func TestRecall(t *testing.T) {
	for _, c := range []struct {
		name    string
		reports []aliketest.Report
		asked   int
		least   float64 // recall@10
	}{
		{"Hadoop", aliketest.Reports(t), aliketest.Queries, 0.88},
		{"Kubernetes proposals, held out", aliketest.Proposals(t), aliketest.LinkedQueries, 0.58},
	} {
		tally := recall(c.reports)
		t.Logf("%s, all texts ranked: %s", c.name, tally)
		if tally.Asked() != c.asked || tally.Recall(10) < c.least {
			t.Errorf("%s: %s; want %d queries with recall@10 of at least %.2f", c.name, tally, c.asked, c.least)
		}
	}
}

func recall(reports []aliketest.Report) *aliketest.Tally {
	sketch := alike.NewSketch()
	var earlier []alike.Text
	return aliketest.Stream(reports, func(r aliketest.Report) (found []int) {
		for _, m := range sketch.Ask(alike.Text{Title: r.Title, Body: r.Body}).Rank(earlier) {
			found = append(found, m.At)
		}
		return found
	}, func(_ int, r aliketest.Report) {
		text := alike.Text{Title: r.Title, Body: r.Body}
		sketch.Add(text)
		earlier = append(earlier, text)
	})
}
