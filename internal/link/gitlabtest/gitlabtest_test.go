package gitlabtest

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

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456e3, time.UTC)

func fresh(t *testing.T, opt Options) (*Server, *linktest.Clock) {
	t.Helper()
	clock := linktest.NewClock(noon)
	opt.Now = clock.Now
	s := New(opt)
	t.Cleanup(s.Close)
	return s, clock
}

// ask sends a request with the bot's token.
func ask(t *testing.T, s *Server, method, path, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+"/api/v4"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("PRIVATE-TOKEN", "glpat-fake")
	if strings.HasPrefix(body, "{") {
		req.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, string(raw)
}

func iids(t *testing.T, body string) string {
	t.Helper()
	var list []struct {
		IID int `json:"iid"`
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	var out []string
	for _, is := range list {
		out = append(out, strconv.Itoa(is.IID))
	}
	return strings.Join(out, " ")
}

func (s *Server) at() string { return "/projects/" + s.ProjectID() }

func TestLabelParameters(t *testing.T) {
	for _, c := range []struct {
		name, has, body string
		premium         bool
		want            string
	}{
		{"add", "a", `{"add_labels":"b,c"}`, false, "a b c"},
		{"as a form", "a", "add_labels=b%2Cc&remove_labels=a", false, "b c"},
		{"replace", "a b", `{"labels":"c"}`, false, "c"},
		{"all three", "a b", `{"labels":"a,c","add_labels":"d","remove_labels":"c"}`, false, "a d"},
		{"a missing title is created", "a", `{"add_labels":"typo"}`, false, "a typo"},
		{"a missing title is not removed", "a", `{"remove_labels":"typo2"}`, false, "a"},
		{"titles have a case", "a", `{"remove_labels":"A"}`, false, "a"},
		{"free: scopes mean nothing", "w::1", `{"add_labels":"w::2"}`, false, "w::1 w::2"},
		{"licensed: a new one wins", "w::1", `{"add_labels":"w::2"}`, true, "w::2"},
		{"licensed: the last of the list wins", "w::1", `{"add_labels":"w::3,w::2"}`, true, "w::2"},
		{"licensed: the scope ends at the last separator", "w::1 w::x::1", `{"add_labels":"w::x::2,w-i::1"}`, true, "w-i::1 w::1 w::x::2"},
		{"licensed: present ones are not new", "w::1", `{"add_labels":"w::1"}`, true, "w::1"},
	} {
		s, _ := fresh(t, Options{Premium: c.premium})
		ref := s.CreateIssue("mara", "A", "", strings.Fields(c.has)...)
		status, _, _ := ask(t, s, "PUT", s.at()+"/issues/"+ref, c.body)
		if got := strings.Join(s.IssueLabels(ref), " "); got != c.want || status != 200 {
			t.Errorf("%s: got %d, %q, want %q", c.name, status, got, c.want)
		}
	}
	// Two of a scope from the time before the licence are left alone.
	s, _ := fresh(t, Options{})
	ref := s.CreateIssue("mara", "A", "", "w::1", "w::2")
	s.opt.Premium = true
	s.AddLabels("mara", ref, "other")
	if got := strings.Join(s.IssueLabels(ref), " "); got != "other w::1 w::2" {
		t.Errorf("got %q", got)
	}
}

func TestRights(t *testing.T) {
	s, _ := fresh(t, Options{})
	own, other := s.CreateIssue(Bot, "ours", ""), s.CreateIssue("mara", "hers", "")
	s.SetLevel(Bot, Guest)
	status, _, _ := ask(t, s, "PUT", s.at()+"/issues/"+own, `{"add_labels":"a","title":"new"}`)
	if status != 200 || len(s.IssueLabels(own)) != 0 {
		t.Errorf("own issue: got %d, %q, want the labels skipped", status, s.IssueLabels(own))
	}
	if status, _, _ = ask(t, s, "PUT", s.at()+"/issues/"+other, `{"add_labels":"a"}`); status != 403 {
		t.Errorf("another's issue: got %d", status)
	}
	if status, _, body := ask(t, s, "POST", s.at()+"/issues", `{"title":"x","labels":"a"}`); status != 201 || !strings.Contains(body, `"labels":[]`) {
		t.Errorf("create: got %d", status)
	}
	if status, _, _ = ask(t, s, "POST", s.at()+"/issues/"+other+"/notes", `{"body":"/close"}`); status != 202 || !s.IssueOpen(other) {
		t.Errorf("a guest's command: got %d", status)
	}
	s.SetToken(Token{Value: "glpat-fake", Login: Bot, Scopes: []string{"read_api"}})
	if status, _, body := ask(t, s, "PUT", s.at()+"/issues/"+own, `{}`); status != 403 || !strings.Contains(body, "insufficient_scope") {
		t.Errorf("read_api: got %d %s", status, body)
	}
	s.SetLevel(Bot, Nobody)
	if status, _, _ = ask(t, s, "GET", s.at(), ""); status != 404 {
		t.Errorf("a stranger: got %d", status)
	}
	s.RevokeToken()
	if status, _, body := ask(t, s, "GET", "/user", ""); status != 401 || !strings.Contains(body, "revoked") {
		t.Errorf("revoked: got %d %s", status, body)
	}
}

func TestCommands(t *testing.T) {
	s, _ := fresh(t, Options{})
	s.CreateLabel("known")
	s.CreateLabel("two words")
	for _, c := range []struct {
		body   string
		status int
		left   string
		open   bool
		labels string
	}{
		{"plain", 201, "plain", true, "old"},
		{"/close", 202, "", false, "old"},
		{"text\n/close", 201, "text", false, "old"},
		{"text\n  /CLOSE", 201, "text", false, "old"},
		{"/label ~known ~\"two words\" ~unknown\n/unlabel ~old", 202, "", true, "known two words"},
		{"/relabel ~known", 202, "", true, "known"},
		{"text /close", 201, "text /close", true, "old"},
		{"```\n/close\n```", 201, "```\n/close\n```", true, "old"},
		{"`/close`", 201, "`/close`", true, "old"},
		{">>>\n/close\n>>>", 201, ">>>\n/close\n>>>", true, "old"},
		{"<div>\n/close\n</div>", 201, "<div>\n/close\n</div>", true, "old"},
		{"\\/close", 201, "\\/close", true, "old"},
		{"> /close", 201, "> /close", true, "old"},
		{"/closed", 201, "/closed", true, "old"},
	} {
		ref := s.CreateIssue("mara", "A", "", "old")
		raw, _ := json.Marshal(map[string]string{"body": c.body})
		status, _, body := ask(t, s, "POST", s.at()+"/issues/"+ref+"/notes", string(raw))
		left := ""
		if n := s.Comments(ref); len(n) > 0 {
			left = n[0].Body
		}
		if status != c.status || left != c.left || s.IssueOpen(ref) != c.open || strings.Join(s.IssueLabels(ref), " ") != c.labels {
			t.Errorf("%q: got %d, note %q, open %v, labels %q", c.body, status, left, s.IssueOpen(ref), s.IssueLabels(ref))
		}
		if status == 202 && (!strings.Contains(body, "commands_changes") || strings.Contains(body, `"id"`)) {
			t.Errorf("%q: got %s", c.body, body)
		}
	}
	if ref := s.CreateIssue("mara", "A", "text\n/label ~known\n/close"); s.IssueOpen(ref) || s.IssueLabels(ref)[0] != "known" || s.IssueBody(ref) != "text" {
		t.Error("commands in a description do not run")
	}
	if strings.Contains(strings.Join(s.Labels(), " "), "unknown") {
		t.Error("a command created a label")
	}
}
