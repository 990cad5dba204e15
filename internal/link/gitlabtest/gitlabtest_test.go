package gitlabtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
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

func TestLists(t *testing.T) {
	s, clock := fresh(t, Options{})
	var refs []string
	for range 5 {
		refs = append(refs, s.CreateIssue("mara", "A", "", "a"))
		clock.Advance(time.Second)
	}
	s.AddLabels("jon", refs[0], "b")
	s.CloseIssue("jon", refs[1])
	hidden := s.CreateConfidential("jon", "C", "", "a")
	for query, want := range map[string]string{
		"order_by=updated_at&sort=asc": "3 4 5 1 2 " + hidden,
		"":                             hidden + " 5 4 3 2 1",
		"order_by=created_at&sort=asc&state=opened&labels=a": "1 3 4 5 " + hidden,
		"labels=a,b":                        "1",
		"labels=nope":                       "",
		"labels=None":                       "",
		"not[labels]=a":                     "",
		"not[labels]=b&labels=Any&sort=asc": "2 3 4 5 " + hidden,
		"author_username=jon":               hidden,
		"order_by=updated_at&sort=asc&updated_after=2026-11-22T12:00:04.123Z":  "5 1 2 " + hidden,
		"order_by=updated_at&sort=asc&updated_after=2026-11-22T12:00:04.124Z":  "1 2 " + hidden,
		"order_by=created_at&sort=asc&per_page=2&page=2":                       "3 4",
		"order_by=created_at&sort=asc&per_page=2&page=9":                       "",
		"order_by=created_at&sort=asc&created_after=2026-11-22T12:00:04.5Z":    hidden,
		"order_by=created_at&sort=desc&state=closed&with_labels_details=false": "2",
	} {
		_, _, body := ask(t, s, "GET", s.at()+"/issues?"+strings.ReplaceAll(query, "[", "%5B"), "")
		if got := iids(t, body); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	_, h, _ := ask(t, s, "GET", s.at()+"/issues?per_page=2&page=2", "")
	if h.Get("X-Total") != "6" || h.Get("X-Next-Page") != "3" || h.Get("RateLimit-Limit") == "" || !strings.Contains(h.Get("Link"), `page=3&per_page=2>; rel="next"`) {
		t.Errorf("got headers %v", h)
	}
	_, _, body := ask(t, s, "GET", s.at()+"/issues?labels=b&with_labels_details=true", "")
	if !strings.Contains(body, `"text_color"`) {
		t.Errorf("no details: %s", body)
	}
	s.SetLevel(Bot, Guest)
	_, _, body = ask(t, s, "GET", s.at()+"/issues?labels=a&sort=asc", "")
	if got := iids(t, body); got != "1 2 3 4 5" {
		t.Errorf("a guest sees %q", got)
	}
	if status, _, _ := ask(t, s, "GET", s.at()+"/issues/"+hidden, ""); status != 404 {
		t.Errorf("a guest may see what is confidential: %d", status)
	}
}

// With a keyset no issue is missed or seen twice, although many share a moment
// and some move on; with page numbers one is.
func TestKeyset(t *testing.T) {
	for _, keyset := range []bool{true, false} {
		s, clock := fresh(t, Options{})
		for range 25 {
			s.CreateIssue("mara", "A", "")
		}
		clock.Advance(time.Second)
		query := "?order_by=updated_at&sort=asc&per_page=10"
		if keyset {
			query += "&pagination=keyset"
		}
		seen := map[string]int{}
		for page := 0; query != ""; page++ {
			_, h, body := ask(t, s, "GET", s.at()+"/issues"+query, "")
			for _, iid := range strings.Fields(iids(t, body)) {
				seen[iid]++
			}
			if page == 0 {
				s.AddLabels("jon", "1", "x")
			}
			query = ""
			for _, l := range strings.Split(h.Get("Link"), ", ") {
				if strings.Contains(l, `rel="next"`) {
					u, _ := url.Parse(strings.Trim(strings.Split(l, ";")[0], "<>"))
					query = "?" + u.RawQuery
				}
			}
		}
		if all := len(seen) == 25; all != keyset {
			t.Errorf("keyset %v: saw %d of 25", keyset, len(seen))
		}
	}
}

func TestHistory(t *testing.T) {
	s, clock := fresh(t, Options{})
	ref := s.CreateIssue("mara", "A", "", "a", "b")
	clock.Advance(time.Minute)
	s.RemoveLabels("jon", ref, "a")
	s.DeleteLabel("b")
	s.CloseIssue("ida", ref)
	_, _, body := ask(t, s, "GET", s.at()+"/issues/"+ref+"/resource_label_events", "")
	var events []struct {
		Action  string `json:"action"`
		Created string `json:"created_at"`
		User    struct {
			Username string `json:"username"`
		} `json:"user"`
		Label *struct {
			Name string `json:"name"`
		} `json:"label"`
	}
	if err := json.Unmarshal([]byte(body), &events); err != nil || len(events) != 3 {
		t.Fatalf("%v: %s", err, body)
	}
	if e := events[1]; e.Label != nil || e.Action != "add" {
		t.Errorf("the deleted label: got %+v", e)
	}
	if e := events[2]; e.Label.Name != "a" || e.Action != "remove" || e.User.Username != "jon" || e.Created != "2026-11-22T12:01:00.123Z" {
		t.Errorf("got %+v", e)
	}
	if _, _, body = ask(t, s, "GET", s.at()+"/issues/"+ref+"/resource_state_events", ""); !strings.Contains(body, `"state":"closed"`) {
		t.Errorf("got %s", body)
	}
}

func TestNotesPagesMayBeShort(t *testing.T) {
	s, _ := fresh(t, Options{})
	ref := s.CreateIssue("mara", "A", "")
	s.Comment("mara", ref, "first")
	s.AddHiddenNotes(ref, 25)
	s.Comment("mara", ref, "last")
	_, h, body := ask(t, s, "GET", s.at()+"/issues/"+ref+"/notes?per_page=10&sort=asc", "")
	if n := strings.Count(body, `"noteable_iid"`); n != 1 || !strings.Contains(h.Get("Link"), `rel="next"`) {
		t.Errorf("page 1: got %d notes, %s", n, h.Get("Link"))
	}
	_, h, body = ask(t, s, "GET", s.at()+"/issues/"+ref+"/notes?per_page=10&sort=asc&page=2", "")
	if strings.TrimSpace(body) != "[]" || !strings.Contains(h.Get("Link"), `rel="next"`) {
		t.Errorf("page 2: got %s, %s", body, h.Get("Link"))
	}
}

func TestRenamed(t *testing.T) {
	s, _ := fresh(t, Options{})
	s.RenameContainer("group/renamed")
	status, h, _ := ask(t, s, "GET", "/projects/group%2Finfra/issues?state=all", "")
	if want := s.URL + "/api/v4/projects/" + s.ProjectID() + "/issues?state=all"; status != 301 || h.Get("Location") != want {
		t.Errorf("got %d to %q, want %q", status, h.Get("Location"), want)
	}
	if status, _, _ := ask(t, s, "GET", "/projects/group%2Frenamed", ""); status != 200 {
		t.Errorf("got %d", status)
	}
	s.Archive(true)
	if status, _, _ := ask(t, s, "POST", s.at()+"/issues", `{"title":"x"}`); status != 403 {
		t.Errorf("archived: got %d", status)
	}
}

func TestWebhooks(t *testing.T) {
	s, clock := fresh(t, Options{WorkItems: true, SpacedTimes: true})
	var status, calls atomic.Int64
	status.Store(500)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(int(status.Load()))
	}))
	t.Cleanup(receiver.Close)
	id := s.SetHook(Hook{URL: receiver.URL, Issues: true, Secret: "x"})
	act := func() int64 {
		before := calls.Load()
		s.CreateIssue("mara", "A", "", "a")
		s.Courier.Wait(10 * time.Second)
		return calls.Load() - before
	}
	hook := func() map[string]any {
		s.SetLevel(Bot, Maintainer)
		_, _, body := ask(t, s, "GET", s.at()+"/hooks", "")
		var list []map[string]any
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list) != 1 {
			t.Fatalf("%v: %s", err, body)
		}
		return list[0]
	}
	for i := range 4 {
		if act() != 1 {
			t.Fatalf("delivery %d was not tried, or tried again", i)
		}
	}
	if h := hook(); act() != 0 || h["alert_status"] != "temporarily_disabled" || h["disabled_until"] != "2026-11-22T12:01:00.123Z" {
		t.Errorf("after four failures: %v", h)
	}
	clock.Advance(time.Minute)
	if act() != 1 || hook()["disabled_until"] != "2026-11-22T12:03:00.123Z" {
		t.Errorf("after the fifth: %v", hook())
	}
	clock.Advance(2 * time.Minute)
	status.Store(302)
	if act() != 1 || hook()["alert_status"] != "executable" {
		t.Error("a redirect does not count as a success")
	}
	status.Store(400)
	for range 40 {
		clock.Advance(25 * time.Hour)
		act()
	}
	if clock.Advance(1000 * time.Hour); act() != 0 || hook()["alert_status"] != "disabled" {
		t.Error("after forty failures it is not off for good")
	}
	s.SetHook(Hook{ID: id, URL: receiver.URL, Issues: true})
	s.CreateConfidential("mara", "A", "")
	before := len(s.Courier.Sent())
	s.Courier.Wait(10 * time.Second)
	if len(s.Courier.Sent()) != before {
		t.Error("a confidential issue was announced to a hook that does not ask for it")
	}
	first := s.Courier.Sent()[0]
	var body struct {
		Kind       string `json:"object_kind"`
		Attributes struct {
			Updated string `json:"updated_at"`
			Action  string `json:"action"`
		} `json:"object_attributes"`
	}
	if err := json.Unmarshal(first.Body, &body); err != nil || body.Kind != "work_item" || body.Attributes.Updated != "2026-11-22 12:00:00 UTC" || body.Attributes.Action != "open" {
		t.Errorf("got %+v, %v", body, err)
	}
	if first.Header.Get("X-Gitlab-Event") != "Issue Hook" || first.Header.Get("Idempotency-Key") != first.Header.Get("webhook-id") || first.Header.Get("X-Gitlab-Token") != "x" {
		t.Errorf("got %v", first.Header)
	}
}

func TestLabelChangesAreAnnounced(t *testing.T) {
	s, _ := fresh(t, Options{})
	s.AddHook("http://127.0.0.1:1/")
	ref := s.CreateIssue("mara", "A", "", "a")
	s.AddLabels("jon", ref, "b")
	s.AddLabels("jon", ref, "b") // nothing changes, nothing is sent
	s.Courier.Wait(10 * time.Second)
	sent := s.Courier.Sent()
	if len(sent) != 2 {
		t.Fatalf("got %d deliveries", len(sent))
	}
	type labels []struct {
		Title string `json:"title"`
	}
	var body struct {
		User struct {
			Username, Email string
		} `json:"user"`
		Changes struct {
			Labels struct {
				Previous labels `json:"previous"`
				Current  labels `json:"current"`
			} `json:"labels"`
		} `json:"changes"`
	}
	if err := json.Unmarshal(sent[1].Body, &body); err != nil {
		t.Fatal(err)
	}
	if c := body.Changes.Labels; len(c.Previous) != 1 || len(c.Current) != 2 || body.User.Username != "jon" || body.User.Email != "[REDACTED]" {
		t.Errorf("got %+v", body)
	}
}
