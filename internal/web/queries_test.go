package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// asked is how many statements a page takes, all told: who looks, what the frame
// shows, and the page itself.
func (v *visitor) asked(path string) int64 {
	v.s.t.Helper()
	a := v.once(http.MethodGet, path, nil)
	if a.StatusCode != 200 {
		v.s.t.Fatalf("%s: %d", path, a.StatusCode)
	}
	return v.s.queries.Load().N.Load()
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
		{"/inbox", 20},
		{"/inbox?front=KEY", 20},
		{"/items", 7},
		{"/items?mine=1&status=all", 6},
		{"/items?q=filler&team=sig-node", 8},
		{"/board", 7},
		{"/board?process=incident", 7},
		{"/decisions", 6},
		{"/ask", 4},
		{"/items/KEY", 17},
		{"/items/KEY/brief", 17},
		{"/items/KEY/edit", 18},
		{"/items/KEY/move?to=workflow::design", 18},
		{"/items/KEY/demand", 19},
		{"/items/KEY/evidence", 17},
		{"/items/KEY/comment", 17},
		{"/items/KEY/decide", 18},
		{"/items/KEY/handoff", 18},
		{"/settings/trackers", 5},
		{"/settings/teams", 4},
		{"/settings/products", 5},
		{"/settings/accounts", 4},
		{"/settings/tokens", 4},
		{"/settings/log", 5},
		{"/settings/notifications", 6},
		{"/settings/notifications?edit=x", 6},
		{"/notices", 6},
		{"/notices?show=all", 6},
		{"/search?q=filler", 4},
		{"/help", 3},
	}
	a, b := few.as("mara"), many.as("mara")
	for _, p := range pages {
		at := func(key plumbline.Key) string {
			return strings.ReplaceAll(p.path, "KEY", string(key))
		}
		got, grown := a.asked(at(fewKey)), b.asked(at(manyKey))
		t.Logf("%-40s %d statements", p.path, got)
		if got != p.want {
			t.Errorf("%s: %d statements, want %d", p.path, got, p.want)
		}
		if grown != got {
			t.Errorf("%s: %d statements for ten items, %d for five hundred", p.path, got, grown)
		}
	}
}
