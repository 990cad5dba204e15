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

// fill makes so many items, some with everything on them, and gives a bare one
// and one of the others.
func fill(t *testing.T, s *site, n int) (key, full plumbline.Key) {
	t.Helper()
	mara := s.actor("mara")
	for i := range n {
		it, err := s.app.File(t.Context(), s.actor("jonas"), app.FileInput{Title: fmt.Sprintf("Filler %d", i), Body: "Text", Product: "support", Source: "form"})
		if err != nil {
			t.Fatal(err)
		}
		key = it.Key
		if i%10 != 0 {
			continue
		}
		full = it.Key
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
	if full != key {
		laden(t, s, full, key)
	}
	return key, full
}

// laden hangs on an item what every page of one looks for.
func laden(t *testing.T, s *site, full, other plumbline.Key) {
	t.Helper()
	ctx, mara := t.Context(), s.actor("mara")
	file := func(title string) plumbline.Key {
		it, err := s.app.File(ctx, s.actor("jonas"), app.FileInput{Title: title, Body: "Text", Product: "support", Source: "form"})
		if err != nil {
			t.Fatal(err)
		}
		return it.Key
	}
	_, edited := s.app.EditComment(ctx, mara, full, app.LastComment, "Better said, @jonas: see "+string(other)+".")
	_, attached := s.app.AttachLink(ctx, mara, full, app.AttachmentInput{Name: "Graph", URL: "https://example.org/graph"})
	for _, err := range []error{
		edited, attached,
		s.app.Vote(ctx, mara, full, true),
		s.app.Watch(ctx, mara, full, true),
		s.app.Relate(ctx, mara, full, app.RelationInput{Kind: "blocks", Other: file("Comes after")}, true),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.app.Merge(ctx, mara, file("The same again"), app.MergeInput{Into: full}); err != nil {
		t.Fatal(err)
	}
}

// alikeAtMost is more than the rows that looking for similar items reads, with
// its candidates and the inbox's list of a hundred; how many candidates there
// may be is asserted where they are found.
const alikeAtMost = 400

// The number of statements of a page is known, and does not grow with what there
// is: the same for ten items as for five hundred.
func TestQueriesPerPage(t *testing.T) {
	few, many := demoSite(t), demoSite(t)
	fewKey, fewFull := fill(t, few, 10)
	manyKey, manyFull := fill(t, many, 500)
	pages := []struct {
		path string // KEY is an item's key
		want int64
	}{
		{"/inbox", 21},
		{"/inbox?front=KEY", 21},
		{"/items", 9},
		{"/items?mine=1&status=all", 8},
		{"/items?q=filler&team=sig-node", 9},
		{"/board", 9},
		{"/board?process=incident", 9},
		{"/items?q=-team:sig-node+(priority:P1+or+updated%3E2020)", 9},
		{"/board?group=team", 12},
		{"/board?group=priority", 11},
		{"/board?group=assignee&q=filler", 12},
		{"/timeline", 9},
		{"/timeline?group=team&scale=week", 9},
		{"/table", 9},
		{"/table?edit=KEY", 11},
		{"/decisions", 6},
		{"/ask", 4},
		{"/ask?class=customer-operational", 6},
		{"/mine", 16},
		{"/settings/templates", 4},
		{"/settings/templates?class=dogfooding", 4},
		{"/items/KEY", 18},
		{"/items/FULL", 31}, // with all that an item can have
		{"/items/KEY/brief", 9},
		{"/items/KEY/edit", 10},
		{"/items/KEY/move?to=workflow::design", 11},
		{"/items/KEY/demand", 11},
		{"/items/KEY/evidence", 9},
		{"/items/KEY/comment", 9},
		{"/items/KEY/decide", 10},
		{"/items/KEY/handoff", 10},
		{"/items/KEY/merge", 13},
		{"/items/KEY/relate", 9},
		{"/similar?title=filler", 5},
		{"/items/KEY/history", 5},
		{"/ranking", 7},
		{"/ranking?q=filler&top=5", 9},
		{"/ranking?item=FULL&set.reach=2-5", 16},
		{"/ranking/FULL", 19},
		{"/ranking/estimates", 18},
		{"/ranking/validate", 7},
		{"/ranking/rounds", 24},
		{"/ranking/pairs", 8},
		{"/ranking/calibration", 10},
		{"/duties", 10},
		{"/flow", 15},
		{"/flow?process=request&team=sig-node&weeks=104", 15},
		{"/cockpit", 14},
		{"/reports", 17},
		{"/limit-policies", 7},
		{"/constraints/api-availability", 17},
		{"/constraints/api-availability/evidence", 7},
		{"/constraints/api-availability/trail", 7},
		{"/constraints/api-availability/edit", 17},
		{"/cockpit/new", 3},
		{"/findings", 9},
		{"/products/ingress-nginx-app/findings", 12},
		{"/evidence", 4},
		{"/cost", 12},
		{"/capacity", 17},
		{"/capacity/teams/sig-node", 18},
		{"/products/kubelet/cost", 20},
		{"/items/FULL/reality", 31},
		{"/settings/policies", 7},
		{"/plan", 37},
		{"/plan/scenarios", 13},
		{"/plan/displace?item=FULL", 40},
		{"/today", 21},
		{"/today/decide", 4},
		{"/today/clock", 4},
		{"/products", 7},
		{"/controls", 8},
		{"/products/kube-apiserver/controls", 10},
		{"/products/kube-apiserver/controls/nist_ocp4", 6},
		{"/products/kube-apiserver/controls/nist_ocp4/ac-2", 8},
		{"/products/support/objectives", 10},
		{"/objectives", 6},
		{"/products/support", 33},
		{"/products/kube-apiserver", 32},
		{"/products/kube-apiserver/edit", 22},
		{"/products/kube-apiserver/maturity", 6},
		{"/teams", 6},
		{"/teams/sig-node", 12},
		{"/processes/request", 7},
		{"/settings/rotation", 5},
		{"/settings/trackers", 7}, {"/incidents", 9}, {"/incidents/1", 9}, {"/incidents/rules", 4}, {"/products/support/support", 16}, {"/products/support/tickets?week=2026-11-16", 5},
		{"/settings/teams", 4},
		{"/settings/products", 5},
		{"/settings/accounts", 4},
		{"/settings/tokens", 4},
		{"/settings/log", 5},
		{"/settings/log?item=KEY&type=item+moved", 6},
		{"/settings/import", 3},
		{"/search?q=filler", 6},
		{"/help", 3},
		{"/settings/notifications", 6},
		{"/settings/notifications?edit=x", 6},
		{"/notices", 6},
		{"/notices?show=all", 6},
	}
	a, b := few.as("mara"), many.as("mara")
	for _, v := range []*visitor{a, b} { // the first one after a start reads all that is open; what is measured is the next
		v.asked("/ranking")
	}
	for _, p := range pages {
		at := func(key, full plumbline.Key) string {
			return strings.NewReplacer("KEY", string(key), "FULL", string(full)).Replace(p.path)
		}
		got, few := a.asked(at(fewKey, fewFull))
		grown, many := b.asked(at(manyKey, manyFull))
		t.Logf("%-40s %d statements, %d rows, %d of many items", p.path, got, few, many)
		most := few + plumbline.PageSize
		if strings.HasPrefix(p.path, "/ranking?q=") || p.path == "/ranking/pairs" {
			most += 500 // which of the items in memory fit the filter
		}
		if strings.Contains(p.path, "inbox") || strings.Contains(p.path, "merge") || strings.Contains(p.path, "similar") {
			most += alikeAtMost
		}
		if p.path == "/flow" {
			most += 1001 // the open items that are looked at for their age, at most
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
