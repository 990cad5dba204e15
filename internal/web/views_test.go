package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"plumbline/internal/app"
)

// A filter that cannot be read says where and what was expected, and stays in
// the search box.
func TestFilterThatDoesNotParse(t *testing.T) {
	s := demoSite(t)
	a := s.as("mara").get("/items?q="+url.QueryEscape("memory tem:a"), 422)
	a.has(t, "Column 8:", "Did you mean team?", `value="memory tem:a"`)
	s.as("mara").get("/table?columns=nonsense", 422).has(t, "is not a column")
}

// The same filter is the same address for the list, the board and the table.
func TestFacesShareTheFilter(t *testing.T) {
	s := demoSite(t)
	q := "q=" + url.QueryEscape("team:sig-node -label:x (has:evidence or updated>2020)")
	v := s.as("mara")
	for _, page := range []string{"/items", "/board", "/table", "/timeline"} {
		v.get(page+"?"+q, 200).has(t, `href="/items?`, `href="/board?`, `href="/table?`, `href="/timeline?`, "team%3Asig-node")
	}
}

// Somebody saves a view, shares it, begins with it; others see it; a change of
// the filter can be kept; then it is deleted.
func TestSavedViewFromThePages(t *testing.T) {
	s := demoSite(t)
	mara, jonas := s.as("mara"), s.as("jonas")
	mara.post("/views", url.Values{"name": {"Blocked nodes"}, "shared": {"on"}, "default": {"on"}, "layout": {"table"}, "filter": {"q=team%3Asig-node"}, "columns": {"key,team"}}, 200)
	tabs := jonas.get("/items?status=open", 200)
	tabs.has(t, "Blocked nodes", "Kubernetes migration blockers")
	address := regexp.MustCompile(`href="(/table\?[^"]*q=team%3Asig-node[^"]*view=[^"]*)"`).FindStringSubmatch(tabs.body)
	if address == nil {
		t.Fatalf("no tab leads to the view:\n%s", tabs.body)
	}
	here := strings.ReplaceAll(address[1], "&amp;", "&")
	jonas.get(here, 200).lacks(t, "Save changes")
	id := regexp.MustCompile(`view=([^&]+)`).FindStringSubmatch(here)[1]
	if a := mara.once("GET", "/items", nil); a.StatusCode != 303 || !strings.Contains(a.Header.Get("Location"), "view="+id) {
		t.Errorf("the list begins with %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	changed := mara.get("/table?view="+id+"&q="+url.QueryEscape("team:sig-auth"), 200)
	changed.has(t, "Save changes")
	mara.post("/views/"+id, url.Values{"filter": {"q=team%3Asig-auth"}, "layout": {"board"}, "version": {"1"}}, 200)
	if a := jonas.once("GET", "/views/"+id, nil); !strings.Contains(a.Header.Get("Location"), "/board?columns=key%2Cteam&q=team%3Asig-auth") {
		t.Errorf("the view leads to %s", a.Header.Get("Location"))
	}
	mara.post("/views/"+id, url.Values{"limits": {"1"}, "limit.workflow-infra::In Progress": {"1"}}, 200)
	mara.get("/board?status=all&view="+id, 200).has(t, "/ 1")
	mara.post("/views/"+id, url.Values{"limits": {"1"}, "limit.x::y": {"many"}}, 422)
	jonas.post("/views/"+id+"/delete", nil, 403)
	jonas.post("/views", url.Values{"name": {"Shared by a requester"}, "shared": {"on"}}, 403)
	mara.post("/views/"+id+"/delete", nil, 200)
	jonas.get("/views/"+id, 404)
	mara.get("/items", 200)
}

// A row of the table is edited in place; when somebody was faster, both values
// are shown, and what was typed is kept.
func TestTableEditsInPlace(t *testing.T) {
	s := demoSite(t)
	key, _ := fill(t, s, 1)
	v := s.as("mara")
	at := "/table?q=" + url.QueryEscape("key:"+string(key)) + "&columns=key%2Cassignee%2Cdue%2Cpriority%2Cfield.reach"
	v.get(at, 200).has(t, "Edit "+string(key)+" here", "Needed by", "Reach")
	row := v.get(at+"&edit="+string(key), 200)
	row.has(t, `name="assignee"`, `name="field.needed_by"`, `name="field.reach"`, `form="cells"`)
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(row.body)[1]
	v.post("/table/"+string(key), url.Values{"version": {version}, "assignee": {"mara"}, "field.needed_by": {"2026-12-24"}, "priority": {"P2"}, "next": {at}}, 200)
	if it := s.item(key); it.Assignee != "mara" || it.Fields["needed_by"] != "2026-12-24" || it.Priority != "P2" {
		t.Errorf("saved %+v", it.Item)
	}
	late := v.post("/table/"+string(key), url.Values{"version": {version}, "assignee": {"jonas"}, "field.needed_by": {"2026-12-31"}, "next": {at}}, 409)
	late.has(t, "is not saved yet", "mara", `value="jonas"`, "2026-12-24", `value="2026-12-31"`)
	if it := s.item(key); it.Assignee != "mara" {
		t.Errorf("the late change was saved: %+v", it.Item)
	}
	v.post("/table/"+string(key), url.Values{"field.needed_by": {"soon"}, "next": {at}}, 422).has(t, `value="soon"`, "is not saved yet")
	s.as("jonas").get(at, 200).lacks(t, "Edit "+string(key)+" here")
	s.as("jonas").post("/table/"+string(key), url.Values{"assignee": {"jonas"}}, 403)
}

// Many are chosen, the effect is shown, it is done, and taken back with one
// step; all of it without script.
func TestBulkFromThePages(t *testing.T) {
	s := demoSite(t)
	one, _ := fill(t, s, 1)
	two, _ := fill(t, s, 1)
	v := s.as("mara")
	v.get("/items?sort=created", 200).has(t, `name="key" value="`+string(one)+`"`, `action="/bulk"`)
	v.get("/bulk", 422).has(t, "No item was chosen")
	chosen := "/bulk?key=" + string(one) + "&key=" + string(two) + "&key=REQ-99999&next=%2Fitems"
	empty := v.get(chosen, 200)
	empty.has(t, "Change 3 items", "Leave as it is")
	empty.lacks(t, "What happens")
	preview := v.get(chosen+"&to=&priority=P1&assignee=mara&team=", 200)
	preview.has(t, "What happens", "priority: nothing → P1", "There is no item REQ-99999", "Change 2 items")
	if it := s.item(one); it.Priority != "" {
		t.Error("the preview changed something")
	}
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(preview.body[strings.Index(preview.body, "What happens"):], -1) {
		form.Add(m[1], m[2])
	}
	done := v.post("/bulk", form, 200)
	if a, b := s.item(one), s.item(two); a.Priority != "P1" || b.Assignee != "mara" {
		t.Errorf("changed to %+v, %+v", a.Item, b.Item)
	}
	done.has(t, "2 items changed.", "/bulk/undo")
	batch := regexp.MustCompile(`name="batch" value="([^"]+)"`).FindStringSubmatch(done.body)[1]
	if _, err := s.app.Edit(t.Context(), s.actor("ines"), two, app.EditInput{Priority: new("P3")}); err != nil {
		t.Fatal(err)
	}
	v.post("/bulk/undo", url.Values{"batch": {batch}}, 200).has(t, "Taken back for 2 items.", "priority")
	if a, b := s.item(one), s.item(two); a.Priority != "" || a.Assignee != "" || b.Priority != "P3" || b.Assignee != "" {
		t.Errorf("taken back to %+v, %+v", a.Item, b.Item)
	}
	v.get(chosen+"&to=nonsense", 200).has(t, "has no state")
	v.get(chosen+"&to=", 422).has(t, "Say what is to be changed")
}

// What completes a filter is asked by script; without it the field is a plain one
// of a form that works.
func TestCompletingAFilter(t *testing.T) {
	s := demoSite(t)
	v := s.as("mara")
	v.get("/items", http.StatusOK).has(t, `type="search" name="q"`, `data-complete="/complete"`)
	v.get("/complete?q=memory+team:sig-nod", http.StatusOK).has(t, `"from":12`, `"put":"sig-node"`)
	v.get("/complete?q=%22a+phrase", http.StatusOK).has(t, `"options":[]`)
	if a := s.as("").once(http.MethodGet, "/complete?q=te", nil, "Accept", "application/json"); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %d", a.StatusCode)
	}
}
