package giteatest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"plumbline/internal/link/linktest"
)

// exchange is one request to a real server (Gitea 1.23.6) and its answer.
type exchange struct {
	Request struct {
		Method string          `json:"method"`
		Path   string          `json:"path"`
		Body   json.RawMessage `json:"body"`
	} `json:"request"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

func load(t *testing.T, path string, v any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

// as is the real server's state before the captured requests.
func as(t *testing.T) *Server {
	t.Helper()
	clock := linktest.NewClock(time.Date(2026, 11, 21, 21, 35, 41, 0, time.UTC))
	s := New(Options{Repo: "gl-infra/infrastructure", Now: clock.Now})
	t.Cleanup(s.Close)
	s.SetRight(Bot, Admin)
	for range 3 {
		s.CreateLabel("infrapm " + s.RepoID())
		s.DeleteLabel("infrapm " + s.RepoID())
	}
	s.CreateLabel("infrapm")
	s.CreateExclusiveLabel("workflow/problem validation")
	s.CreateExclusiveLabel("workflow/ready")
	s.CreateIssue("requester1", "Publish ingress IP range", "new body", "infrapm")
	return s
}

func (e exchange) send(t *testing.T, s *Server, token string) (*http.Response, []byte) {
	t.Helper()
	var body io.Reader
	if string(e.Request.Body) != "null" {
		body = bytes.NewReader(e.Request.Body)
	}
	req, err := http.NewRequest(e.Request.Method, s.URL+"/api/v1"+e.Request.Path, body)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "token "+token)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, raw
}

// Every captured request gets the captured status, the same fields, labels,
// message and the headers that a client goes by.
func TestAgainstCaptures(t *testing.T) {
	files, err := filepath.Glob("testdata/g123.api.*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("got %d captures", len(files))
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "g123.api."), ".json")
		t.Run(name, func(t *testing.T) {
			var e exchange
			load(t, file, &e)
			s, token := as(t), "gitea-fake"
			switch name {
			case "archived.post":
				s.RenameContainer("admin1/infra2")
				s.Archive(true)
			case "redirect.get":
				s.RenameContainer("gl-infra/infra2")
			case "auth.no_token":
				token = ""
			case "comments.list":
				s.Comment(Bot, "1", "x")
			}
			res, raw := e.send(t, s, token)
			if res.StatusCode != e.Status {
				t.Fatalf("got %d, want %d: %s", res.StatusCode, e.Status, raw)
			}
			for _, h := range []string{"Content-Type", "Location", "X-Total-Count", "Link"} {
				if got, want := res.Header.Get(h), e.Headers[h]; got != want {
					t.Errorf("%s: got %q, want %q", h, got, want)
				}
			}
			compare(t, raw, e.Body)
		})
	}
}

func compare(t *testing.T, got, want json.RawMessage) {
	t.Helper()
	var text string
	if json.Unmarshal(want, &text) == nil {
		if string(got) != text {
			t.Errorf("got %q, want %q", got, text)
		}
		return
	}
	var g, w any
	if json.Unmarshal(got, &g) != nil || json.Unmarshal(want, &w) != nil {
		t.Fatalf("not JSON: %s", got)
	}
	if a, b := labelNames(g), labelNames(w); a != b {
		t.Errorf("got labels %s, want %s", a, b)
	}
	gm, _ := first(g).(map[string]any)
	wm, _ := first(w).(map[string]any)
	if a, b := keys(gm), keys(wm); a != b {
		t.Errorf("got fields\n%s, want\n%s", a, b)
	}
	if m, ok := wm["message"].(string); ok && !strings.Contains(m, "<Repository") && gm["message"] != m {
		t.Errorf("got message %q, want %q", gm["message"], m)
	}
}

func first(v any) any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return v
}

func keys(m map[string]any) string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}

// labelNames are those of a list of labels or of issues.
func labelNames(v any) string {
	list, _ := v.([]any)
	var out []string
	for _, one := range list {
		m, _ := one.(map[string]any)
		if labels, ok := m["labels"]; ok {
			out = append(out, "["+labelNames(labels)+"]")
		} else if name, ok := m["name"].(string); ok {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

// The fake's deliveries have the headers and fields of the captured ones.
func TestDeliveriesAgainstCaptures(t *testing.T) {
	for _, c := range []struct {
		file, version string
		act           func(*Server)
	}{
		{"g123.0001.issues.opened", "1.23.6", func(s *Server) { s.CreateIssue("mara", "A", "") }},
		{"g123.0003.issue_label.label_updated", "1.23.6", func(s *Server) { s.AddLabels("mara", "1", "infrapm") }},
		{"g123.0018.issues.edited", "1.23.6", func(s *Server) { s.EditIssue("mara", "1", "B", "") }},
		{"g123.0022.issues.closed", "1.23.6", func(s *Server) { s.CloseIssue("mara", "1") }},
		{"g123.0024.issue_comment.created", "1.23.6", func(s *Server) { s.Comment("mara", "1", "x") }},
		{"g2604.0001.issues.opened", "1.26.0", func(s *Server) { s.CreateIssue("mara", "A", "") }},
	} {
		var want struct {
			Pairs [][2]string `json:"headers"`
		}
		load(t, "../gitea/testdata/"+c.file+".headers.json", &want)
		var body map[string]any
		load(t, "../gitea/testdata/"+c.file+".body.json", &body)
		s := New(Options{Secret: "x", Version: c.version})
		s.CreateLabel("infrapm")
		s.CreateIssue("mara", "first", "")
		s.AddHook(linktest.Nowhere())
		c.act(s)
		s.Courier.Wait(10 * time.Second)
		sent := s.Courier.Sent()
		if len(sent) != 1 {
			t.Fatalf("%s: got %d deliveries", c.file, len(sent))
		}
		for _, p := range want.Pairs {
			got, there := sent[0].Header[http.CanonicalHeaderKey(p[0])]
			switch {
			case !strings.HasPrefix(p[0], "X-"):
			case !there:
				t.Errorf("%s: %s is missing", c.file, p[0])
			case strings.Contains(p[0], "Event") && got[0] != p[1]:
				t.Errorf("%s: %s is %q, want %q", c.file, p[0], got[0], p[1])
			case len(got[0]) != len(p[1]):
				t.Errorf("%s: %s is %q, want one like %q", c.file, p[0], got[0], p[1])
			}
		}
		if n := countX(want.Pairs); len(sent[0].Header) != n+1 { // and the content type
			t.Errorf("%s: got %d headers, want %d", c.file, len(sent[0].Header), n+1)
		}
		var got map[string]any
		if err := json.Unmarshal(sent[0].Body, &got); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(sent[0].Body, []byte("{\n  \"")) {
			t.Errorf("%s: the body is not indented", c.file)
		}
		for _, part := range []string{"", "issue", "comment"} {
			g, w := got, body
			if part != "" {
				g, _ = got[part].(map[string]any)
				w, _ = body[part].(map[string]any)
			}
			delete(w, "changes")
			if a, b := keys(g), keys(w); a != b {
				t.Errorf("%s %s: got fields\n%s, want\n%s", c.file, part, a, b)
			}
		}
		s.Close()
	}
}

func countX(pairs [][2]string) int {
	n := 0
	for _, p := range pairs {
		if strings.HasPrefix(p[0], "X-") {
			n++
		}
	}
	return n
}
