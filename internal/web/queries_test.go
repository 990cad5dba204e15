package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// asked is how many statements a page takes and how many rows it reads, all told:
// who looks, what the frame shows, and the page itself.
func (v *visitor) asked(path string) (statements, rows int64) {
	v.s.t.Helper()
	a := v.once(http.MethodGet, path, nil)
	if a.StatusCode != 200 {
		v.s.t.Fatalf("%s: %d", path, a.StatusCode)
	}
	q := v.s.queries.Load()
	return q.N.Load(), q.Rows.Load()
}

// fill makes so many items with everything on them, and gives one of them.
func fill(t *testing.T, s *site, n int) plumbline.Key {
	t.Helper()
	mara := s.actor("mara")
	var key plumbline.Key
	for i := range n {
		it, err := s.app.File(t.Context(), s.actor("jonas"), app.FileInput{Title: fmt.Sprintf("Filler %d", i), Body: "Text", Product: "support", Source: "form"})
		if err != nil {
			t.Fatal(err)
		}
		key = it.Key
		if i%10 != 0 {
			continue
		}
		for range 3 {
			_, err1 := s.app.Comment(t.Context(), mara, key, app.CommentInput{Body: "x"})
			_, err2 := s.app.Attach(t.Context(), mara, key, app.EvidenceInput{Grade: plumbline.Opinion, Text: "x"})
			_, err3 := s.app.Demand(t.Context(), mara, key, app.DemandInput{Team: "sig-node"})
			_, err4 := s.app.Decide(t.Context(), mara, key, app.DecisionInput{Outcome: plumbline.Pursue, Sentence: "Yes."})
			if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
				t.Fatal(err1, err2, err3, err4)
			}
		}
	}
	return key
}

// alikeAtMost is more than the rows that looking for similar items reads, with
// its candidates and the inbox's list of a hundred; how many candidates there
// may be is asserted where they are found.
const alikeAtMost = 400

// The number of statements of a page is known, and does not grow with what there
// is: the same for ten items as for five hundred.
func TestQueriesPerPage(t *testing.T) {
	few, many := demoSite(t), demoSite(t)
	fewKey, manyKey := fill(t, few, 10), fill(t, many, 500)
	pages := []struct {
		path string // KEY is an item's key
		want int64
	}{
		{"/inbox", 41},
		{"/inbox?front=KEY", 41},
		{"/items", 9},
		{"/items?mine=1&status=all", 8},
		{"/items?q=filler&team=sig-node", 9},
		{"/board", 8},
		{"/board?process=incident", 8},
		{"/items?q=-team:sig-node+(priority:P1+or+updated%3E2020)", 9},
		{"/table", 9},
		{"/table?edit=KEY", 11},
		{"/decisions", 6},
		{"/ask", 4},
		{"/ask?class=customer-operational", 6},
		{"/mine", 15},
		{"/settings/templates", 4},
		{"/settings/templates?class=dogfooding", 4},
		{"/items/KEY", 29},
		{"/items/KEY/brief", 29},
		{"/items/KEY/edit", 30},
		{"/items/KEY/move?to=workflow::design", 30},
		{"/items/KEY/demand", 31},
		{"/items/KEY/evidence", 29},
		{"/items/KEY/comment", 29},
		{"/items/KEY/decide", 30},
		{"/items/KEY/handoff", 30},
		{"/items/KEY/merge", 33},
		{"/items/KEY/relate", 29},
		{"/similar?title=filler", 5},
		{"/items/KEY/history", 5},
		{"/today", 13},
		{"/today/decide", 4},
		{"/today/clock", 4},
		{"/products", 7},
		{"/products/support", 11},
		{"/teams", 6},
		{"/teams/sig-node", 11},
		{"/processes/request", 5},
		{"/settings/rotation", 5},
		{"/settings/trackers", 5},
		{"/settings/teams", 4},
		{"/settings/products", 5},
		{"/settings/accounts", 4},
		{"/settings/tokens", 4},
		{"/settings/log", 5},
		{"/settings/log?item=KEY&type=item+moved", 6},
		{"/settings/import", 3},
		{"/search?q=filler", 5},
		{"/help", 3},
		{"/settings/notifications", 6},
		{"/settings/notifications?edit=x", 6},
		{"/notices", 6},
		{"/notices?show=all", 6},
	}
	a, b := few.as("mara"), many.as("mara")
	for _, p := range pages {
		at := func(key plumbline.Key) string {
			return strings.ReplaceAll(p.path, "KEY", string(key))
		}
		got, few := a.asked(at(fewKey))
		grown, many := b.asked(at(manyKey))
		t.Logf("%-40s %d statements, %d rows, %d of many items", p.path, got, few, many)
		most := few + plumbline.PageSize
		if strings.Contains(p.path, "inbox") || strings.Contains(p.path, "merge") || strings.Contains(p.path, "similar") {
			most += alikeAtMost
		}
		if many > most {
			t.Errorf("%s: %d rows for ten items, %d for five hundred: more than a page", p.path, few, many)
		}
		if got != p.want {
			t.Errorf("%s: %d statements, want %d", p.path, got, p.want)
		}
		if grown != got {
			t.Errorf("%s: %d statements for ten items, %d for five hundred", p.path, got, grown)
		}
	}
}
