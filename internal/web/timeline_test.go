package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
)

// The timeline shows where items begin and end, in words beside the bars: with a
// date, past it, and without one.
func TestTimeline(t *testing.T) {
	s := demoSite(t)
	now := s.app.Now().Std()
	due := func(days int) string { return now.AddDate(0, 0, days).Format(time.DateOnly) }
	for title, day := range map[string]string{"Bars with a date": due(20), "Bars past their date": due(-3), "Bars without a date": ""} {
		in := app.FileInput{Title: title, Body: "Text", Product: "support", Source: "form"}
		if day != "" {
			in.Fields = map[string]string{plumbline.DueField: day}
		}
		if _, err := s.app.File(t.Context(), s.actor("jonas"), in); err != nil {
			t.Fatal(err)
		}
	}
	v := s.as("mara")
	page := v.get("/timeline?q=bars&group=product", 200)
	page.has(t, "due "+due(20), "due "+due(-3)+", late", "no date", `class="bar-late"`, `class="bar-open"`, `class="bar-today"`, "3 items on this page", "By product")
	if a, b, c := strings.Index(page.body, "Bars past their date"), strings.Index(page.body, "Bars with a date"), strings.Index(page.body, "Bars without a date"); !(0 < a && a < b && b < c) {
		t.Errorf("not by date: %d, %d, %d", a, b, c)
	}
	if strings.Contains(page.body, `class="bar-`) && strings.Contains(main(page.body), "style=") {
		t.Error("a style attribute is not allowed by the page's policy")
	}
	page.has(t, `href="/items?group=product&amp;q=bars"`, `href="/board?group=product&amp;q=bars"`)
	before := v.get("/timeline?q=bars&from=2020-01-01&scale=quarter", 200)
	before.has(t, "2020 Q1", "2022 Q4", "Later: from ")
	before.lacks(t, `class="timeline-bar" aria-hidden="true" focusable="false"><line class="bar-today"`, "data-now")
	v.get("/timeline?q=bars&scale=week", 200).has(t, "Weeks", "bar-today")
	v.get("/timeline?scale=decade", 422).has(t, "week, month or quarter")
	v.get("/timeline?group=shoe", 422).has(t, "is grouped by")
	v.get("/timeline?from=soon", 422).has(t, "A timeline begins with a day")
	v.get("/timeline?q="+url.QueryEscape("nothing fits this here"), 200).has(t, "Nothing fits this filter")
}

// A page of the timeline leads to the next one, and nothing is on both.
func TestTimelineIsPaged(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	first := v.get("/timeline?status=all&limit=5", 200)
	if n := strings.Count(first.body, `id="bar-`); n != 5 {
		t.Fatalf("%d bars on a page of 5", n)
	}
	_, next, ok := strings.Cut(first.body, `href="/timeline?cursor=`)
	if !ok {
		t.Fatal("no next page")
	}
	next, _, _ = strings.Cut(next, `"`)
	second := v.get("/timeline?cursor="+strings.ReplaceAll(next, "&amp;", "&"), 200)
	for _, part := range strings.Split(first.body, `id="bar-`)[1:] {
		if id, _, _ := strings.Cut(part, `"`); strings.Contains(second.body, `id="bar-`+id+`"`) {
			t.Errorf("%s is on both pages", id)
		}
	}
}

// The lanes of a board are those of a team each; a card is in one, and its moves
// are of the columns there. A timeline's grouping that no board has is none.
func TestBoardInLanes(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	key, _ := fill(t, s, 1)
	if _, err := s.app.Edit(t.Context(), s.actor("mara"), key, app.EditInput{Priority: new("P1")}); err != nil {
		t.Fatal(err)
	}
	v.get("/board?group=product&q=filler", 200).has(t, ">Support</h2>")
	page := v.get("/board?group=team", 200)
	page.has(t, `class="swim"`, "By team", "Columns, all lanes together", "SIG Node")
	if n := strings.Count(page.body, `id="board-swim-`); n < 5 {
		t.Errorf("%d ids of lanes", n)
	}
	v.get("/board?group=priority", 200).has(t, "No priority", ">P1</h2>")
	v.get("/board?group=assignee&q="+url.QueryEscape("has:assignee"), 200).lacks(t, ">Nobody</h2>")
	v.get("/board?group=process", 200).lacks(t, `class="swim"`)
	v.get("/board?group=shoe", 422).has(t, "is grouped by")
}

// The palette finds views by their names.
func TestPaletteFindsViews(t *testing.T) {
	s := demoSite(t)
	s.as("jonas").get("/search?q=blockers", 200).has(t, `"label":"Kubernetes migration blockers"`, `"hint":"View, board"`, "view=demo-migration")
	s.as("jonas").get("/search?q=xyzzy", 200).has(t, `"views":[]`)
	s.as("jonas").get("/items?q=memory", 200).has(t, `href="/feeds/items.atom?q=memory"`)
}

// Shape, grouping and scale are kept in a view.
func TestViewKeepsItsShape(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	a := v.once("POST", "/views", url.Values{"name": {"By quarter"}, "layout": {"timeline"}, "filter": {"status=all"}, "group": {"team"}, "scale": {"quarter"}})
	to := a.Header.Get("Location")
	if a.StatusCode != 303 || !strings.HasPrefix(to, "/timeline?group=team&scale=quarter&status=all&view=") {
		t.Fatalf("%d %s", a.StatusCode, to)
	}
	v.get(to, 200).has(t, "By quarter", "Quarters", "By team")
	v.get(to, 200).lacks(t, "Save changes")
	v.get(strings.Replace(to, "quarter", "week", 1), 200).has(t, "Save changes")
	v.post("/views", url.Values{"name": {"No"}, "layout": {"timeline"}, "group": {"shoe"}}, 422)
}
