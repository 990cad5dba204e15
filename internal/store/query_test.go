package store_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// drawRich is a world whose items differ in what the filter language asks for
// beyond what drawWorld draws.
func drawRich(t *rapid.T) world {
	w := drawWorld(t)
	pick := func(name string, choices ...string) string { return rapid.SampledFrom(choices).Draw(t, name) }
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i := range w.items {
		it := &w.items[i]
		it.Body = pick("body", "", "100% of_it", "Some more text", "É É")
		it.Priority = pick("priority", "", "P1", "P2")
		it.Since = plumbline.At(day.AddDate(0, 0, rapid.IntRange(0, 4).Draw(t, "since")))
		it.Fields = map[string]string{}
		for name, v := range map[string]string{
			"reach":     pick("reach", "", "5", "6.5", "-1", "many", "007", "1e3", "99999999999999999999"),
			"needed_by": pick("needed_by", "", "2026-11-22", "2026-12-01", "soon", "éééé-éé-éé", "2026-11-21T10:00"),
		} {
			if v != "" {
				it.Fields[name] = v
			}
		}
	}
	return w
}

// drawQuery is a query without what only a reader knows.
func drawQuery(t *rapid.T, depth int) string {
	sort := "leaf"
	if depth > 0 {
		sort = rapid.SampledFrom([]string{"leaf", "and", "and", "or", "not"}).Draw(t, "sort")
	}
	switch sort {
	case "and":
		return "(" + drawQuery(t, depth-1) + ") (" + drawQuery(t, depth-1) + ")"
	case "or":
		return "(" + drawQuery(t, depth-1) + ") or (" + drawQuery(t, depth-1) + ")"
	case "not":
		return "-(" + drawQuery(t, depth-1) + ")"
	}
	return rapid.SampledFrom([]string{
		"down", "api exam", "the", "🚀", `"CLUSTER up"`, `"% of_"`, `"éé"`, `"É"`, "title:api.", "team:a", "team:a,b", "team:b*", "no:team", "product:p", "process:request", "kind:incident",
		"class:security-compliance", `state:"problem validation"`, `state:"workflow-infra::Doing"`, "state:workflow::*", `state:inbox,Doing`, "lane:workflow", "assignee:mara",
		"requester:oana", "requester:o*", "label:x", "label:y,z", "label:x*,y", "no:label", "priority:P1", "has:priority", "is:open", "is:closed", "is:any", "is:mine", "is:inbox", "is:accepted",
		"is:confidential", "has:watchers", "watchers>1", "watchers:0..1", "evidence<1", "since>2026-11-21", "since:2026-11", "since<=2026-11-20T00:00", "closed>1970", "no:closed", "has:body",
		"due<2026-11-30", "due:2026-11-21..2026-11-22", "due>2026", "has:due", "field.reach>5", "field.reach<=5", "field.reach<0", "field.reach:5,many", "field.reach>2026-01-01", "has:field.reach",
		"no:field.none", "key:REQ-*", "created>1970", "updated<1970-01-02", "source:x",
	}).Draw(t, "leaf")
}

// ask is the whole list of a query, as the words say it.
func (w world) ask(q plumbline.Query, who plumbline.Actor) []plumbline.ItemID {
	var out []plumbline.Item
	for _, it := range w.items {
		part := who.Person != "" && (it.Requester == who.Person || it.Assignee == string(who.Person) || slices.Contains(w.watchers[it.ID], who.Person))
		row := plumbline.Row{Item: it, Watchers: len(w.watchers[it.ID])}
		if who.Sees(it.Visibility, part) && (q.SaysStatus() || it.Open()) && q.Match(row, string(it.Requester), part) {
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b plumbline.Item) int { return cmp.Compare(a.Updated, b.Updated) })
	slices.Reverse(out)
	var ids []plumbline.ItemID
	for _, it := range out {
		ids = append(ids, it.ID)
	}
	return ids
}

// A query finds in the database what it matches in Go, for anybody, page by
// page, as a list and as a board.
func TestQueriesAgainstTheWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, name := range []string{"mara", "oana", "iva"} {
			person(t, db, name, plumbline.Requester)
		}
		rapid.Check(t, func(r *rapid.T) {
			w := drawRich(r)
			write(t, db, w.put)
			db.SetStretch(rapid.SampledFrom([]int{2, 3000}).Draw(r, "many"))
			defer write(t, db, wipe)
			for range 6 {
				q, err := plumbline.ParseQuery(drawQuery(r, 3))
				if err != nil {
					r.Fatal(err)
				}
				checkQuery(r, db, w, q, drawActor(r))
			}
		})
	})
}

func checkQuery(r *rapid.T, db *store.DB, w world, q plumbline.Query, who plumbline.Actor) {
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		want := w.ask(q, who)
		var got []plumbline.ItemID
		parted := false // into stretches, of which each has an order of its own
		for page := (plumbline.Filter{Query: q, Limit: 4}); ; {
			rows, err := tx.List(who, page)
			if err != nil {
				return err
			}
			if parted = parted || rows.AtLeast; rows.Total != len(want) && !parted {
				r.Fatalf("%q for %s: total %d, want %d", q, who.Role, rows.Total, len(want))
			}
			for _, row := range rows.Rows {
				got = append(got, row.ID)
			}
			if page.Cursor = rows.Next; page.Cursor == "" {
				break
			}
		}
		if parted {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			r.Fatalf("%q for %s:\ngot  %v\nwant %v", q, who.Role, got, want)
		}
		columns, err := tx.Board(who, plumbline.Filter{Query: q}, boardStates, 1)
		cards := 0
		for _, c := range columns {
			cards += c.Total
		}
		if err == nil && (cards > len(want) || cards < len(want) && !parted) {
			r.Fatalf("%q for %s: %d cards on the board, want %d", q, who.Role, cards, len(want))
		}
		return err
	})
	if err != nil {
		r.Fatalf("%q: %v", q, err)
	}
}

// Terms that a filter can say find the same index, and what they find is the
// same.
func TestTermsAreFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fill(t, db, 0, 60)
		for text, f := range map[string]plumbline.Filter{
			"team:t1": {Team: "t1"}, "product:p1": {Product: "p1"}, "label:l1": {Label: "l1"}, "state:workflow::s0,workflow::s1": {States: []plumbline.State{"workflow::s0", "workflow::s1"}},
			"word1": {Text: "word1"}, "is:any lane:workflow": {Lane: "workflow", Status: "all"}, "is:inbox": {Inbox: true}, "is:closed kind:request": {Kind: "request", Status: "closed"},
			"team:t1 label:l1 word1 process:request": {Team: "t1", Label: "l1", Text: "word1", Process: "request"},
		} {
			q, err := plumbline.ParseQuery(text)
			if err != nil {
				t.Fatal(err)
			}
			plans := func(f plumbline.Filter) string {
				lines, err := db.Explain(context.Background(), func(tx *store.Tx) error { _, err := tx.List(pm, f); return err })
				if err != nil {
					t.Fatal(err)
				}
				return strings.Join(lines, "\n")
			}
			list := func(f plumbline.Filter) plumbline.Rows {
				return get(t, db, func(tx *store.Tx) (plumbline.Rows, error) { return tx.List(pm, f) })
			}
			same(t, list(plumbline.Filter{Query: q}), list(f))
			if got, want := plans(plumbline.Filter{Query: q}), plans(f); db.Kind() == "sqlite" && got != want {
				t.Errorf("%q is found by\n%s\nwant\n%s", text, got, want)
			}
		}
	})
}
