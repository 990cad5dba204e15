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

// The number of statements of a page is known, and does not grow with what there
// is: the same for ten items as for five hundred.
func TestQueriesPerPage(t *testing.T) {
	few, many := demoSite(t), demoSite(t)
	fewKey, manyKey := fill(t, few, 10), fill(t, many, 500)
	pages := []struct {
		path string // KEY is an item's key
		want int64
	}{
		{"/inbox", 26},
		{"/inbox?front=KEY", 26},
		{"/items", 7},
		{"/items?mine=1&status=all", 6},
		{"/items?q=filler&team=sig-node", 8},
		{"/board", 7},
		{"/board?process=incident", 7},
		{"/items?q=-team:sig-node+(priority:P1+or+updated%3E2020)", 7},
		{"/table", 8},
		{"/table?edit=KEY", 10},
		{"/decisions", 5},
		{"/ask", 3},
		{"/ask?class=customer-operational", 5},
		{"/mine", 14},
		{"/settings/templates", 3},
		{"/settings/templates?class=dogfooding", 3},
		{"/items/KEY", 19},
		{"/items/KEY/brief", 19},
		{"/items/KEY/edit", 20},
		{"/items/KEY/move?to=workflow::design", 20},
		{"/items/KEY/demand", 21},
		{"/items/KEY/evidence", 19},
		{"/items/KEY/comment", 19},
		{"/items/KEY/decide", 20},
		{"/items/KEY/handoff", 20},
		{"/items/KEY/merge", 23},
		{"/items/KEY/relate", 19},
		{"/similar?title=filler", 5},
		{"/inbox", 30},
		{"/inbox?front=KEY", 30},
		{"/items", 6},
		{"/items?mine=1&status=all", 5},
		{"/items?q=filler&team=sig-node", 7},
		{"/board", 6},
		{"/board?process=incident", 6},
		{"/decisions", 5},
		{"/ask", 3},
		{"/items/KEY", 22},
		{"/items/KEY/brief", 22},
		{"/items/KEY/edit", 23},
		{"/items/KEY/move?to=workflow::design", 23},
		{"/items/KEY/demand", 24},
		{"/items/KEY/evidence", 22},
		{"/items/KEY/comment", 22},
		{"/items/KEY/decide", 23},
		{"/items/KEY/handoff", 23},
		{"/items/KEY/history", 4},
		{"/today", 12},
		{"/today/decide", 3},
		{"/today/clock", 3},
		{"/products", 6},
		{"/products/support", 10},
		{"/teams", 5},
		{"/teams/sig-node", 10},
		{"/processes/request", 4},
		{"/settings/rotation", 4},
		{"/settings/trackers", 4},
		{"/settings/teams", 3},
		{"/settings/products", 4},
		{"/settings/accounts", 3},
		{"/settings/tokens", 3},
		{"/settings/log", 4},
		{"/settings/log?item=KEY&type=item+moved", 5},
		{"/settings/import", 2},
		{"/search?q=filler", 5},
		{"/help", 2},
	}
	a, b := few.as("mara"), many.as("mara")
	for _, p := range pages {
		at := func(key plumbline.Key) string {
			return strings.ReplaceAll(p.path, "KEY", string(key))
		}
		got, few := a.asked(at(fewKey))
		grown, many := b.asked(at(manyKey))
		t.Logf("%-40s %d statements, %d rows, %d of many items", p.path, got, few, many)
		if most := few + plumbline.PageSize; many > most && !strings.HasPrefix(p.path, "/inbox") || many > few+100 {
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
