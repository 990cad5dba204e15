package giteatest

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline/internal/link/linktest"
)

// ask sends a request with the bot's token.
func ask(t *testing.T, s *Server, method, path, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "token gitea-fake")
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, string(raw)
}

const r = "/repos/org/infra"

func fresh(t *testing.T, opt Options) *Server {
	t.Helper()
	s := New(opt)
	t.Cleanup(s.Close)
	s.AddHook(linktest.Nowhere())
	return s
}

// actions are the events delivered since the last call.
func actions(t *testing.T, s *Server, from *int) string {
	t.Helper()
	s.Courier.Wait(10 * time.Second)
	var out []string
	for _, p := range s.Courier.Sent()[*from:] {
		var b struct {
			Action string `json:"action"`
			Issue  struct {
				Labels []struct {
					Name string `json:"name"`
				} `json:"labels"`
			} `json:"issue"`
		}
		if err := json.Unmarshal(p.Body, &b); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, l := range b.Issue.Labels {
			names = append(names, l.Name)
		}
		out = append(out, b.Action+"["+strings.Join(names, " ")+"]")
		*from++
	}
	return strings.Join(out, " ")
}

// What was seen on real servers, row by row.
func TestSurprises(t *testing.T) {
	s := fresh(t, Options{})
	ids := map[string]string{}
	for _, l := range []string{"a", "b", "c"} {
		ids[l] = s.CreateLabel(l)
	}
	ids["org"] = s.CreateGroupLabel("org")
	for _, l := range []string{"w/x", "w/y", "w/z"} {
		ids[l] = s.CreateExclusiveLabel(l)
	}
	ref, from := s.CreateIssue("mara", "A", ""), 0
	actions(t, s, &from)
	at := r + "/issues/" + ref
	for _, step := range []struct {
		name, method, path, body string
		status                   int
		labels, sent             string
	}{
		{"add", "POST", "/labels", `{"labels":["a"]}`, 200, "a", "label_updated[a]"},
		{"add again: announced", "POST", "/labels", `{"labels":["a"]}`, 200, "a", "label_updated[a]"},
		{"unknown name: ignored, announced", "POST", "/labels", `{"labels":["nope"]}`, 200, "a", "label_updated[a]"},
		{"unknown id: ignored, announced", "POST", "/labels", `{"labels":[999]}`, 200, "a", "label_updated[a]"},
		{"names and ids mixed", "POST", "/labels", `{"labels":["b",` + ids["b"] + `]}`, 400, "a", ""},
		{"by id, of the organisation too", "POST", "/labels", `{"labels":[` + ids["org"] + `,` + ids["b"] + `]}`, 200, "a b org", "label_updated[a b org]"},
		{"replace: announced without labels", "PUT", "/labels", `{"labels":["a","c"]}`, 200, "a c", "label_updated[]"},
		{"remove by name", "DELETE", "/labels/a", ``, 422, "a c", ""},
		{"remove an absent one: announced", "DELETE", "/labels/" + ids["b"], ``, 204, "a c", "label_updated[a c]"},
		{"remove", "DELETE", "/labels/" + ids["a"], ``, 204, "c", "label_updated[c]"},
		{"remove one that is nowhere", "DELETE", "/labels/999", ``, 422, "c", ""},
		{"exclusive: the last by name wins", "POST", "/labels", `{"labels":[` + ids["w/z"] + `,` + ids["w/x"] + `]}`, 200, "c w/z", "label_updated[c w/z]"},
		{"exclusive: a new one wins", "POST", "/labels", `{"labels":["w/y"]}`, 200, "c w/y", "label_updated[c w/y]"},
		{"clear: announced with the old labels", "DELETE", "/labels", ``, 204, "", "label_cleared[c w/y]"},
	} {
		status, _, body := ask(t, s, step.method, at+step.path, step.body)
		if status != step.status {
			t.Errorf("%s: got %d, want %d: %s", step.name, status, step.status, body)
		}
		if got := strings.Join(s.IssueLabels(ref), " "); got != step.labels {
			t.Errorf("%s: got labels %q, want %q", step.name, got, step.labels)
		}
		if got := actions(t, s, &from); got != step.sent {
			t.Errorf("%s: got deliveries %q, want %q", step.name, got, step.sent)
		}
	}
	s.CreateIssue("mara", "with labels", "", "a")
	if got := actions(t, s, &from); got != "opened[a] label_updated[a]" {
		t.Errorf("creating with labels: got %q", got)
	}
	s.RenameLabel("a", "aa")
	s.DeleteLabel("b")
	s.DeleteIssue(ref)
	if got := actions(t, s, &from); got != "" {
		t.Errorf("renaming, deleting: got %q, want silence", got)
	}
	for _, h := range s.Hooks() {
		if !h.Active {
			t.Error("a failing webhook was switched off")
		}
	}
}

func TestReaders(t *testing.T) {
	s := fresh(t, Options{})
	id := s.CreateLabel("a")
	ref := s.CreateIssue("mara", "A", "")
	s.SetRight(Bot, Read)
	if status, _, _ := ask(t, s, "POST", r+"/issues/"+ref+"/labels", `{"labels":["a"]}`); status != 403 {
		t.Errorf("a label: got %d", status)
	}
	status, _, body := ask(t, s, "POST", r+"/issues", `{"title":"B","labels":[`+id+`]}`)
	if status != 201 || !strings.Contains(body, `"labels":[]`) {
		t.Errorf("an issue with a label: got %d %s", status, body)
	}
	if status, _, _ := ask(t, s, "POST", r+"/issues/"+ref+"/comments", `{"body":"x"}`); status != 201 {
		t.Errorf("a comment: got %d", status)
	}
	if status, _, _ := ask(t, s, "GET", r+"/hooks", ""); status != 403 {
		t.Errorf("webhooks: got %d", status)
	}
	s.SetRight(Bot, None)
	if status, _, _ := ask(t, s, "GET", r, ""); status != 404 {
		t.Errorf("a stranger: got %d", status)
	}
}

func TestFilters(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 500e6, time.UTC)
	s := New(Options{Now: func() time.Time { return now }})
	t.Cleanup(s.Close)
	s.CreateLabel("a")
	s.CreateLabel("b")
	s.CreateGroupLabel("org")
	s.CreateIssue("mara", "1", "", "a")
	s.CreateIssue("mara", "2", "", "a", "b")
	s.CreateIssue("jon", "3", "", "org")
	s.CreatePull("jon", "4", "a")
	for query, want := range map[string]string{
		"":                               "4 3 2 1",
		"?type=issues":                   "3 2 1",
		"?type=pulls":                    "4",
		"?type=issues&labels=a":          "2 1",
		"?type=issues&labels=a,b":        "2",
		"?type=issues&labels=nope":       "3 2 1",
		"?type=issues&labels=A":          "3 2 1",
		"?type=issues&labels=org":        "3 2 1",
		"?type=issues&labels=nope,b":     "2",
		"?created_by=jon&type=issues":    "3",
		"?since=2026-11-22T12:00:00Z":    "4 3 2 1",
		"?since=2026-11-22T12:00:01Z":    "",
		"?type=issues&sort=oldest":       "3 2 1",
		"?type=issues&limit=2":           "3 2",
		"?type=issues&limit=2&page=2":    "1",
		"?type=issues&limit=2&page=9":    "",
		"?type=issues&state=closed":      "",
		"?type=issues&state=all&limit=1": "3",
	} {
		_, _, body := ask(t, s, "GET", r+"/issues"+query, "")
		var list []struct {
			Number int `json:"number"`
		}
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		var got []string
		for _, is := range list {
			got = append(got, strconv.Itoa(is.Number))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	for range 60 {
		s.CreateIssue("mara", "x", "")
	}
	_, h, body := ask(t, s, "GET", r+"/issues?limit=1000", "")
	if n := strings.Count(body, `"pin_order"`); n != 50 || h.Get("X-Total-Count") != "64" || !strings.Contains(h.Get("Link"), `page=2>; rel="next"`) {
		t.Errorf("got %d rows, %s, %s", n, h.Get("X-Total-Count"), h.Get("Link"))
	}
}

func TestRenamed(t *testing.T) {
	for version, want := range map[string]int{"1.23.6": 307, "1.26.0": 301} {
		s := fresh(t, Options{Version: version})
		s.CreateIssue("mara", "A", "")
		s.RenameContainer("org/infra2")
		for _, method := range []string{"GET", "POST"} {
			status, h, _ := ask(t, s, method, r+"/issues/1/comments?x=y", `{"body":"x"}`)
			if status != want || h.Get("Location") != "/api/v1/repos/org/infra2/issues/1/comments?x=y" {
				t.Errorf("%s %s: got %d to %q", version, method, status, h.Get("Location"))
			}
		}
		if len(s.Comments("1")) != 0 {
			t.Error("a redirected comment was written")
		}
		if status, _, body := ask(t, s, "GET", "/repositories/"+s.RepoID(), ""); status != 200 || !strings.Contains(body, `"full_name":"org/infra2"`) {
			t.Errorf("by number: got %d %s", status, body)
		}
	}
}

func TestHookAPI(t *testing.T) {
	s := New(Options{})
	t.Cleanup(s.Close)
	s.SetRight(Bot, Admin)
	status, _, _ := ask(t, s, "POST", r+"/hooks", `{"type":"gitea","active":true,"events":["issues"],"config":{"url":"http://hook.example.com/","content_type":"json","secret":"x"}}`)
	if h := s.Hooks(); status != 201 || len(h) != 1 || strings.Join(h[0].Events, " ") != "issues issue_assign issue_label issue_milestone" || h[0].Secret != "x" {
		t.Fatalf("got %d, %+v", status, h)
	}
	ask(t, s, "PATCH", r+"/hooks/1", `{"active":true}`)
	if got := s.Hooks()[0].Events; len(got) != 1 || got[0] != "push" {
		t.Errorf("got events %q, want them reset", got)
	}
	s.DeleteHook(1)
	if len(s.Hooks()) != 0 {
		t.Error("it is still there")
	}
}

// Version 1.26 announces a deletion.
func TestRecentDeletion(t *testing.T) {
	s, from := fresh(t, Options{Version: "1.26.0"}), 0
	ref := s.CreateIssue("mara", "A", "")
	s.DeleteIssue(ref)
	if got := actions(t, s, &from); got != "opened[] deleted[]" {
		t.Errorf("got %q", got)
	}
	if status, _, _ := ask(t, s, "GET", r+"/issues/"+ref, ""); status != 404 {
		t.Errorf("got %d", status)
	}
}
