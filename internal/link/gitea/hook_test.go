package gitea_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/gitea"
	"plumbline/internal/link/giteatest"
	"plumbline/internal/link/linktest"
)

const secret = "acceptance-secret" // of the captured deliveries

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func tracker(t testing.TB, change func(*link.Config)) *gitea.Tracker {
	t.Helper()
	cfg := link.Config{ID: "gt", URL: "https://gitea.example.com", Project: "gl-infra/infrastructure", Secrets: []string{secret}, Now: func() time.Time { return noon }}
	if change != nil {
		change(&cfg)
	}
	tr, err := gitea.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// capture is a delivery as a real server sent it.
type capture struct {
	name   string
	From   string      `json:"captured_from"`
	Secret string      `json:"secret"`
	Pairs  [][2]string `json:"headers"`
	Body   string      `json:"body_file"`
	header http.Header
	raw    []byte
}

func captures(t testing.TB) []capture {
	t.Helper()
	files, err := filepath.Glob("testdata/*.headers.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("got %d captures", len(files))
	}
	var out []capture
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := capture{name: filepath.Base(file), header: http.Header{}}
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatal(err)
		}
		for _, p := range c.Pairs {
			c.header.Set(p[0], p[1])
		}
		if c.raw, err = os.ReadFile(filepath.Join("testdata", c.Body)); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// Real deliveries of Gitea 1.23.6 and 1.26: their signatures are good, each
// changed bit of them is not, and what they say is read.
func TestParseCaptures(t *testing.T) {
	for _, c := range captures(t) {
		tr := tracker(t, nil)
		got, err := tr.Parse(c.header, c.raw)
		if c.Secret == "(none)" {
			if plumbline.KindOf(err) != plumbline.Unauthenticated {
				t.Errorf("%s is not signed: got %+v, %v", c.name, got, err)
			}
			continue
		}
		var said struct {
			Action string `json:"action"`
			Issue  struct {
				Number  int64     `json:"number"`
				Updated time.Time `json:"updated_at"`
			} `json:"issue"`
			Sender struct {
				Login string `json:"login"`
			} `json:"sender"`
		}
		if err := json.Unmarshal(c.raw, &said); err != nil {
			t.Fatal(err)
		}
		want := plumbline.Delivery{
			Link: "gt", ID: c.header.Get("X-Gitea-Delivery"), Event: c.header.Get("X-Gitea-Event-Type") + " " + said.Action,
			Ref: strconv.FormatInt(said.Issue.Number, 10), Actor: said.Sender.Login, At: plumbline.At(said.Issue.Updated),
		}
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", c.name, got, err, want)
		}
		for _, at := range []int{0, 1, len(c.raw) / 2, len(c.raw) - 1} {
			for bit := range 8 {
				raw := append([]byte(nil), c.raw...)
				raw[at] ^= 1 << bit
				if _, err := tr.Parse(c.header, raw); plumbline.KindOf(err) != plumbline.Unauthenticated {
					t.Errorf("%s: bit %d of byte %d does not matter", c.name, bit, at)
				}
			}
		}
		if _, err := tr.Parse(c.header, append(append([]byte(nil), c.raw...), '\n')); err == nil {
			t.Errorf("%s: a line break more does not matter", c.name)
		}
	}
}

func sign(body []byte, key string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func header(body []byte, extra ...string) http.Header {
	h := http.Header{}
	h.Set("X-Gitea-Event", "issues")
	h.Set("X-Gitea-Event-Type", "issue_label")
	h.Set("X-Gitea-Delivery", "id-1")
	h.Set("X-Gitea-Signature", sign(body, secret))
	for i := 0; i+1 < len(extra); i += 2 {
		h.Set(extra[i], extra[i+1])
	}
	return h
}

// Older servers' payloads, published by others.
func TestParsePublic(t *testing.T) {
	for file, event := range map[string]string{"webhook.gp.issues-event.json": "opened", "webhook.gp.issue-comment-event.json": "created"} {
		raw, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		tr := tracker(t, func(c *link.Config) { c.Project = "example/example" })
		got, err := tr.Parse(header(raw), raw)
		if err != nil || got.Ref != "1" || got.Actor != "example" || got.Event != "issue_label "+event || got.At.Std().Hour() != 7 {
			t.Errorf("%s: got %+v, %v", file, got, err)
		}
	}
}

func TestParseHeaders(t *testing.T) {
	body := captures(t)[0].raw
	empty := []string{"X-Gitea-Signature", "", "X-Hub-Signature-256", "sha256="}
	for _, c := range []struct {
		name   string
		header http.Header
		id     string // "": refused
		ref    string
	}{
		{"gitea", header(body), "id-1", "1"},
		{"empty signatures, as without a secret", header(body, empty...), "", ""},
		{"an empty signature under the empty key", header(body, "X-Gitea-Signature", sign(body, "")), "", ""},
		{"the signature in GitHub's header only", header(body, "X-Gitea-Signature", "", "X-Hub-Signature-256", "sha256="+sign(body, secret)), "id-1", "1"},
		{"a good one does not make up for a bad one", header(body, "X-Gitea-Signature", sign(body, "x"), "X-Hub-Signature-256", "sha256="+sign(body, secret)), "", ""},
		{"an old hash", header(body, "X-Gitea-Signature", "", "X-Hub-Signature", "sha1=721ca9db498886661430fb4c2a31cbc6b25f2bf6"), "", ""},
		{"forgejo first", header(body, "X-Forgejo-Event", "issues", "X-Forgejo-Delivery", "id-2", "X-Forgejo-Signature", sign(body, secret)), "id-2", "1"},
		{"from GitHub", func() http.Header {
			h := http.Header{}
			h.Set("X-GitHub-Event", "issues")
			h.Set("X-GitHub-Delivery", "id-3")
			h.Set("X-Hub-Signature-256", "sha256="+sign(body, secret))
			return h
		}(), "sha256:", ""},
	} {
		got, err := tracker(t, nil).Parse(c.header, body)
		if c.id == "" {
			if plumbline.KindOf(err) != plumbline.Unauthenticated {
				t.Errorf("%s: got %+v, %v, want it refused", c.name, got, err)
			}
		} else if err != nil || !strings.HasPrefix(got.ID, c.id) || got.Ref != c.ref {
			t.Errorf("%s: got %+v, %v", c.name, got, err)
		}
	}
}

// A form's signature covers the form as sent.
func TestParseForm(t *testing.T) {
	s := giteatest.New(giteatest.Options{Repo: "gl-infra/infrastructure", Now: func() time.Time { return noon }})
	t.Cleanup(s.Close)
	s.SetHook(giteatest.Hook{URL: linktest.Nowhere() + "/hooks/gt", Secret: secret, Form: true, Active: true, Events: []string{"issues"}})
	s.CreateIssue("mara", "ünïcødé & ✓\r\n", "x=y")
	s.Courier.Wait(10 * time.Second)
	sent := s.Courier.Sent()[0]
	if form, err := url.ParseQuery(string(sent.Body)); err != nil || form.Get("payload") == "" {
		t.Fatalf("the fake sent no form: %s", sent.Body)
	}
	tr := tracker(t, nil)
	if got, err := tr.Parse(sent.Header, sent.Body); err != nil || got.Ref != "1" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, body := range []string{"payload=", "payload=%", "x", "payload=[]"} {
		h := header([]byte(body), "Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		if _, err := tr.Parse(h, []byte(body)); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestParsePulls(t *testing.T) {
	for name, body := range map[string]string{
		"pull request": `{"action":"label_updated","number":1,"pull_request":{},"repository":{"full_name":"gl-infra/infrastructure"}}`,
		"comment":      `{"action":"created","is_pull":true,"issue":{"number":1},"repository":{"full_name":"gl-infra/infrastructure"}}`,
		"issue of one": `{"action":"created","issue":{"number":1,"pull_request":{"merged":false}},"repository":{"full_name":"gl-infra/infrastructure"}}`,
		"repository":   `{"action":"created","issue":{"number":1},"repository":{"full_name":"gl-infra/other"}}`,
		"push":         `{"ref":"refs/heads/main","repository":{"full_name":"gl-infra/infrastructure"}}`,
	} {
		if got, err := tracker(t, nil).Parse(header([]byte(body)), []byte(body)); err != nil || got.Ref != "" {
			t.Errorf("%s: got %+v, %v, want no ref", name, got, err)
		}
	}
}

// What a webhook says of labels is wrong at times; the issue is right.
func TestWebhooksAreHints(t *testing.T) {
	s := giteatest.New(giteatest.Options{Secret: secret, Now: func() time.Time { return noon }})
	t.Cleanup(s.Close)
	tr := tracker(t, func(c *link.Config) { c.URL, c.Project, c.Token = s.URL, "org/infra", "gitea-fake" })
	for _, l := range []string{"a", "b"} {
		s.CreateLabel(l)
	}
	s.AddHook(linktest.Nowhere() + "/hooks/gt")
	ref := s.CreateIssue("mara", "A", "", "a")
	s.ReplaceLabels("mara", ref, "a", "b")
	s.AddLabels("mara", ref, "b")
	s.Courier.Wait(10 * time.Second)
	sent := s.Courier.Sent()
	if len(sent) != 4 || !strings.Contains(string(sent[2].Body), `"labels": []`) {
		t.Fatalf("got %d deliveries; want two for the creation, an empty one for the replacement, one for nothing", len(sent))
	}
	for _, p := range sent {
		d, err := tr.Parse(p.Header, p.Body)
		if err != nil || d.Ref != ref {
			t.Fatalf("got %+v, %v", d, err)
		}
		got, err := tr.Get(context.Background(), d.Ref)
		if err != nil || strings.Join(got.LabelNames(), " ") != "a b" {
			t.Errorf("got %q, %v", got.LabelNames(), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range captures(f) {
		f.Add(c.raw, "application/json")
		f.Add([]byte(url.Values{"payload": {string(c.raw)}}.Encode()), "application/x-www-form-urlencoded")
	}
	tr := tracker(f, nil)
	f.Fuzz(func(t *testing.T, body []byte, content string) {
		d, err := tr.Parse(header(body, "Content-Type", content), body)
		switch {
		case err != nil && plumbline.KindOf(err) != plumbline.Invalid:
			t.Errorf("got %v", err)
		case err == nil && d.ID == "":
			t.Error("a delivery has no id")
		case d.Ref != "":
			if n, err := strconv.ParseInt(d.Ref, 10, 64); err != nil || n <= 0 {
				t.Errorf("got ref %q", d.Ref)
			}
		}
		if _, err := tr.Parse(http.Header{}, body); plumbline.KindOf(err) != plumbline.Unauthenticated {
			t.Errorf("unproven: got %v", err)
		}
	})
}
