package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"plumbline"
	"plumbline/client"
)

// TestEveryEndpoint sends each operation as everybody, so that a change of who
// may do what, or of a status, is seen. The path and the body may hold KEY.
func TestEveryEndpoint(t *testing.T) {
	const decline = `{"outcome":"decline","sentence":"Not now.","reason":"Low value.","reopen":"Three more ask."}`
	tests := []struct {
		name, method, path, body                        string
		nobody, requester, contributor, manager, admins int
	}{
		{"me", "GET", "/me", "", 401, 200, 200, 200, 200},
		{"list items", "GET", "/items", "", 401, 200, 200, 200, 200},
		{"show an item", "GET", "/items/KEY", "", 401, 200, 200, 200, 200},
		{"board", "GET", "/board", "", 401, 200, 200, 200, 200},
		{"board in lanes", "GET", "/board?group=assignee", "", 401, 200, 200, 200, 200},
		{"timeline", "GET", "/timeline?group=process", "", 401, 200, 200, 200, 200},
		{"limits", "GET", "/processes/request/limits", "", 401, 200, 200, 200, 200},
		{"set a limit", "PUT", "/processes/request/limits", `{"state":"workflow-infra::In Progress","most":4,"hard":true}`, 401, 403, 403, 204, 204},
		{"inbox", "GET", "/inbox", "", 401, 403, 403, 200, 200},
		{"decisions", "GET", "/decisions", "", 401, 200, 200, 200, 200},
		{"processes", "GET", "/processes", "", 401, 200, 200, 200, 200},
		{"teams", "GET", "/teams", "", 401, 200, 200, 200, 200},
		{"products", "GET", "/products", "", 401, 200, 200, 200, 200},
		{"accounts", "GET", "/accounts", "", 401, 200, 200, 200, 200},
		{"people", "GET", "/people", "", 401, 403, 403, 403, 200},
		{"tokens", "GET", "/tokens", "", 401, 200, 200, 200, 200},
		{"links", "GET", "/links", "", 401, 403, 403, 200, 200},
		{"a link", "GET", "/links/gitlab", "", 401, 403, 403, 200, 200},
		{"audit", "GET", "/audit", "", 401, 403, 403, 200, 200},
		{"events", "GET", "/events", "", 401, 200, 200, 200, 200},
		{"file", "POST", "/items", `{"title":"A new one"}`, 401, 201, 201, 201, 201},
		{"edit", "PATCH", "/items/KEY", `{"title":"Another title"}`, 401, 200, 200, 200, 200},
		{"accept", "POST", "/items/KEY/accept", "", 401, 403, 403, 200, 200},
		{"evidence", "POST", "/items/KEY/evidence", `{"grade":"measured","text":"12 of 40"}`, 401, 201, 201, 201, 201},
		{"demand", "POST", "/items/KEY/demands", `{"team":"reliability"}`, 401, 201, 201, 201, 201},
		{"comment", "POST", "/items/KEY/comments", `{"body":"Me too."}`, 401, 201, 201, 201, 201},
		{"internal comment", "POST", "/items/KEY/comments", `{"body":"Hm.","internal":true}`, 401, 403, 201, 201, 201},
		{"decide", "POST", "/items/KEY/decision", decline, 401, 403, 403, 201, 201},
		{"move", "POST", "/items/KEY/move", `{"to":"workflow::validation backlog"}`, 401, 403, 403, 200, 200},
		{"watch", "POST", "/items/KEY/watch", "", 401, 204, 204, 204, 204},
		{"unwatch", "DELETE", "/items/KEY/watch", "", 401, 204, 204, 204, 204},
		{"views", "GET", "/views", "", 401, 200, 200, 200, 200},
		{"save a view", "POST", "/views", `{"name":"Mine","filter":"q=team%3Aa"}`, 401, 201, 201, 201, 201},
		{"share a view", "POST", "/views", `{"name":"Ours","shared":true,"layout":"board"}`, 401, 403, 201, 201, 201},
		{"preview a change of many", "POST", "/bulk/preview", `{"keys":["KEY"],"priority":"P1"}`, 401, 200, 200, 200, 200},
		{"change many", "POST", "/bulk", `{"keys":["KEY"],"watch":true}`, 401, 200, 200, 200, 200},
		{"put a team", "PUT", "/teams/storage", `{"name":"Storage"}`, 401, 403, 403, 204, 204},
		{"put a product", "PUT", "/products/ci", `{"name":"CI","kind":"product"}`, 401, 403, 403, 204, 204},
		{"put an account", "PUT", "/accounts/acme", `{"name":"Acme"}`, 401, 403, 403, 204, 403}, // only the PM is cleared
		{"put a person", "PUT", "/people/ines", `{"name":"Ines","role":"requester","password":"a long enough password"}`, 401, 403, 403, 403, 200},
		{"make a token", "POST", "/tokens", `{"name":"ci","scopes":["read"]}`, 401, 201, 201, 201, 201},
		{"pause", "POST", "/links/gitlab/pause", `{"reason":"moving"}`, 401, 403, 403, 403, 204},
		{"resume", "POST", "/links/gitlab/resume", "", 401, 403, 403, 403, 204},
		{"release what is released", "POST", "/links/gitlab/release", "", 401, 403, 403, 403, 409},
		{"retry", "POST", "/links/gitlab/retry", "", 401, 403, 403, 403, 200},
		{"ask", "POST", "/links/gitlab/ask", `{"what":"plan"}`, 401, 403, 403, 403, 202},
	}
	h := newHouse(t, withHook())
	h.configure(someLink())
	if a := h.do(plumbline.Admin, "PUT", prefix+"/teams/reliability", `{"name":"Reliability"}`); a.status != 204 {
		t.Fatalf("team: %d %s", a.status, a.body)
	}
	var key plumbline.Key
	for _, tt := range tests {
		for i, c := range []struct {
			role plumbline.Role
			want int
		}{{"", tt.nobody}, {plumbline.Requester, tt.requester}, {plumbline.Contributor, tt.contributor}, {plumbline.PM, tt.manager}, {plumbline.Admin, tt.admins}} {
			if i == 0 || c.want < 400 && strings.Contains(tt.path, "KEY") {
				key = h.file(fmt.Sprintf("%s %d", tt.name, i))
			}
			a := h.do(c.role, tt.method, prefix+strings.ReplaceAll(tt.path, "KEY", string(key)), tt.body)
			if a.status != c.want {
				t.Errorf("%s as %q: got %d, want %d: %s", tt.name, c.role, a.status, c.want, a.body)
			}
			if a.status >= 400 {
				a.problem(t)
			}
		}
	}
}

// TestRefused sends what is wrong with a request before app sees it, and some
// of what app refuses.
func TestRefused(t *testing.T) {
	h := newHouse(t, Options{})
	key := h.file("A cluster in Frankfurt")
	big := `{"title":"x","body":"` + strings.Repeat("x", MaxBody) + `"}`
	tests := []struct {
		name, method, path, body string
		header                   []string
		status                   int
		field                    string // that the problem names
	}{
		{"unknown field", "POST", "/items", `{"title":"x","colour":"red"}`, nil, 422, "colour"},
		{"missing field", "POST", "/items", `{"body":"x"}`, nil, 422, "title"},
		{"wrong type", "POST", "/items", `{"title":7}`, nil, 422, "title"},
		{"empty title", "POST", "/items", `{"title":" "}`, nil, 422, "title"},
		{"no body", "POST", "/items", "", nil, 400, ""},
		{"not JSON", "POST", "/items", `{"title":`, nil, 400, ""},
		{"not an object", "POST", "/items", `[]`, nil, 422, "body"},
		{"too large", "POST", "/items", big, nil, 413, ""},
		{"wrong content type", "POST", "/items", `title=x`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, ""},
		{"no content type", "POST", "/items", `{"title":"x"}`, []string{"Content-Type", ""}, 415, ""},
		{"body where none is wanted", "POST", "/items/KEY/accept", `{"really":true}`, nil, 422, "really"},
		{"unknown filter", "GET", "/items?colour=red", "", nil, 422, "colour"},
		{"bad filter", "GET", "/items?status=maybe", "", nil, 422, "status"},
		{"bad query", "GET", "/items?q=tem:a", "", nil, 422, "q"},
		{"view with a bad filter", "POST", "/views", `{"name":"x","filter":"q=tem%3Aa"}`, nil, 422, "q"},
		{"nothing to change", "POST", "/bulk", `{"keys":["KEY"]}`, nil, 422, "to"},
		{"undo of nothing", "POST", "/bulk/none/undo", "", nil, 404, ""},
		{"bad limit", "GET", "/items?limit=0", "", nil, 422, "limit"},
		{"bad cursor", "GET", "/items?cursor=xyz", "", nil, 422, "cursor"},
		{"bad query", "GET", "/items?q=%zz", "", nil, 422, ""},
		{"unknown parameter", "GET", "/teams?x=1", "", nil, 422, "x"},
		{"bad board", "GET", "/board?per_column=many", "", nil, 422, "per_column"},
		{"bad after", "GET", "/events?after=-1", "", nil, 422, "after"},
		{"bad stream", "GET", "/events/stream?after=x", "", nil, 422, "after"},
		{"unknown item", "GET", "/items/REQ-999", "", nil, 404, ""},
		{"unknown link", "GET", "/links/nope", "", nil, 404, ""},
		{"unknown route", "GET", "/nope", "", nil, 404, ""},
		{"slash at the end", "GET", "/items/", "", nil, 404, ""},
		{"wrong method", "PUT", "/items", `{}`, nil, 405, ""},
		{"unknown state", "POST", "/items/KEY/move", `{"to":"workflow::nowhere"}`, nil, 422, "to"},
		{"bad If-Match", "PATCH", "/items/KEY", `{"title":"x"}`, []string{"If-Match", "yesterday"}, 422, "If-Match"},
		{"two versions", "PATCH", "/items/KEY", `{"title":"x","version":2}`, []string{"If-Match", `"1"`}, 422, "version"},
		{"bad time", "POST", "/items/KEY/evidence", `{"grade":"measured","text":"x","observed":"yesterday"}`, nil, 422, "observed"},
		{"bad question", "POST", "/links/gitlab/ask", `{"what":"tea"}`, nil, 422, "what"},
		{"bad role", "PUT", "/people/x", `{"name":"x","role":"king"}`, nil, 422, "role"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			a := h.do(plumbline.Admin, tt.method, prefix+strings.ReplaceAll(tt.path, "KEY", string(key)), tt.body, tt.header...)
			if a.status != tt.status {
				t.Fatalf("got %d, want %d: %s", a.status, tt.status, a.body)
			}
			p := a.problem(t)
			if tt.field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != tt.field) {
				t.Errorf("fields: got %v, want %s", p.Errors, tt.field)
			}
			if strings.Contains(string(a.body), "king") && tt.name == "bad role" && strings.Contains(string(a.body), `"value"`) {
				t.Errorf("the value is echoed: %s", a.body)
			}
			if p.Detail == "" || strings.Contains(strings.ToLower(p.Detail), "validation failed") {
				t.Errorf("detail: got %q", p.Detail)
			}
		})
	}
}

func TestETag(t *testing.T) {
	h := newHouse(t, Options{})
	filed := h.do(plumbline.Requester, "POST", prefix+"/items", `{"title":"A cluster"}`)
	it := read[plumbline.Item](t, filed)
	if got, want := filed.header.Get("ETag"), `"1"`; got != want {
		t.Errorf("ETag of a new item: got %s, want %s", got, want)
	}
	if got, want := filed.header.Get("Location"), itemPath(it.Key); got != want {
		t.Errorf("Location: got %s, want %s", got, want)
	}
	if a := h.do(plumbline.Requester, "GET", itemPath(it.Key), "", "If-None-Match", `"1"`); a.status != 304 || len(a.body) > 0 {
		t.Errorf("unchanged: got %d %s", a.status, a.body)
	}
	if a := h.do(plumbline.Requester, "GET", itemPath(it.Key), "", "If-None-Match", `W/"9", "1"`); a.status != 304 {
		t.Errorf("unchanged, among several: got %d", a.status)
	}
	a := h.do(plumbline.Requester, "PATCH", itemPath(it.Key), `{"title":"A cluster in Frankfurt"}`, "If-Match", `"1"`)
	if got := read[plumbline.Item](t, a); got.Version != 2 || a.header.Get("ETag") != `"2"` {
		t.Errorf("changed: got version %d, ETag %s", got.Version, a.header.Get("ETag"))
	}
	a = h.do(plumbline.Requester, "PATCH", itemPath(it.Key), `{"title":"Too late"}`, "If-Match", `"1"`)
	if p := a.problem(t); a.status != 412 || p.Kind != "conflict" {
		t.Errorf("with If-Match, too late: got %d %s", a.status, p.Kind)
	}
	a = h.do(plumbline.Requester, "PATCH", itemPath(it.Key), `{"title":"Too late","version":1}`)
	if p := a.problem(t); a.status != 409 || p.Kind != "conflict" {
		t.Errorf("with a version, too late: got %d %s", a.status, p.Kind)
	}
	if a := h.do(plumbline.Requester, "GET", itemPath(it.Key), "", "If-None-Match", `"1"`); a.status != 200 {
		t.Errorf("changed since: got %d", a.status)
	}
}

// TestPages walks a list by its cursor.
func TestPages(t *testing.T) {
	h := newHouse(t, Options{})
	want := map[plumbline.Key]bool{}
	for i := range 7 {
		want[h.file(fmt.Sprint("item ", i))] = true
	}
	cursor, pages := "", 0
	for {
		v := read[client.List](t, h.do(plumbline.Requester, "GET", prefix+"/items?limit=3&cursor="+cursor, ""))
		for _, r := range v.Rows.Rows {
			if !want[r.Key] {
				t.Errorf("%s came twice or is not ours", r.Key)
			}
			delete(want, r.Key)
		}
		pages++
		if cursor = v.Next; cursor == "" {
			break
		}
	}
	if len(want) != 0 || pages != 3 {
		t.Errorf("%d pages, missing %v", pages, want)
	}
}

// TestNotVisible gives the same answer for what is not there and for what the
// actor may not see.
func TestNotVisible(t *testing.T) {
	h := newHouse(t, Options{})
	key := read[plumbline.Item](t, h.do(plumbline.PM, "POST", prefix+"/items", `{"title":"Secret merger","visibility":"confidential"}`)).Key
	hidden := h.do(plumbline.Requester, "GET", itemPath(key), "")
	absent := h.do(plumbline.Requester, "GET", itemPath("REQ-999"), "")
	if hidden.status != http.StatusNotFound || absent.status != http.StatusNotFound {
		t.Fatalf("got %d and %d", hidden.status, absent.status)
	}
	a, b := hidden.problem(t), absent.problem(t)
	if strings.ReplaceAll(a.Detail, string(key), "X") != strings.ReplaceAll(b.Detail, "REQ-999", "X") {
		t.Errorf("the answers differ: %q and %q", a.Detail, b.Detail)
	}
	if a := h.do(plumbline.Requester, "PATCH", itemPath(key), `{"title":"x"}`); a.status != http.StatusNotFound {
		t.Errorf("changing it: got %d", a.status)
	}
}

// TestSimilar asks what was asked before, with both parts of the question.
func TestSimilar(t *testing.T) {
	h := newHouse(t, Options{})
	key := h.file("Runners for pipelines are too slow")
	a := h.do(plumbline.Requester, http.MethodGet, prefix+"/similar?q=slow+runners&body=pipelines+wait&limit=3", "")
	v := read[similarPage](t, a)
	if len(v.Items) != 1 || v.Items[0].Key != key {
		t.Errorf("similar: got %+v, want %s", v.Items, key)
	}
	if a = h.do(plumbline.Requester, http.MethodGet, prefix+"/similar", ""); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
		t.Errorf("without a question: status %d", a.status)
	}
}
