package gitlab_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/gitlab"
	"plumbline/internal/link/gitlabtest"
	"plumbline/internal/link/linktest"
)

const (
	secret  = "hook-secret"
	signing = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func tracker(t testing.TB, change func(*link.Config)) *gitlab.Tracker {
	t.Helper()
	cfg := link.Config{ID: "gl", URL: "https://gitlab.example.com", Project: "14", Secrets: []string{secret}, Now: func() time.Time { return noon }}
	if change != nil {
		change(&cfg)
	}
	tr, err := gitlab.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func payload(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Public payloads, with the ids, actors and times that stand in them. Of
// everything else there is nothing to look at.
func TestParsePayloads(t *testing.T) {
	for file, want := range map[string]plumbline.Delivery{
		"webhook.clientgo.issue.json": {Event: "issue open", Ref: "23", Actor: "root", At: stamp("2013-12-03T17:15:43Z")},
		// This one says project 1 in one place and 14 in another; the issue's own counts.
		"webhook.gp.confidential-issue-event.json":                {Event: "issue open", Ref: "23", Actor: "root", At: stamp("2013-12-03T17:15:43Z")},
		"webhook.gp.comment-issue-event.json":                     {Event: "note", Ref: "17", Actor: "root", At: stamp("2015-05-17T17:06:40Z")},
		"api.gitlab4j.note-issue-event.json":                      {Event: "note", Ref: "17", Actor: "root", At: stamp("2015-05-17T17:06:40Z")},
		"webhook.clientgo.emoji_note_issue.json":                  {Event: "emoji award", Actor: "root", At: stamp("2024-01-24T16:27:40Z")},
		"webhook.clientgo.milestone_project.json":                 {Event: "milestone", At: stamp("2024-01-24T16:27:40Z")},
		"webhook.clientgo.member.json":                            {Event: "user_add_to_group"},
		"webhook.clientgo.project.json":                           {Event: "project_create"},
		"webhook.clientgo.resource_access_token_group.json":       {Event: "access_token"},
		"webhook.gp.system-project-destroyed.json":                {Event: "project_destroy"},
		"webhook.gp.system-project-renamed.json":                  {Event: "project_rename"},
		"webhook.gp.system-team-member-removed.json":              {Event: "user_remove_from_team"},
		"webhook.gp.system-user-renamed.json":                     {Event: "user_rename"},
		"api.gitlab4j.group-member-system-hook-event.json":        {Event: "user_add_to_group"},
		"api.gitlab4j.group-member-update-system-hook-event.json": {Event: "user_update_for_group"},
		"api.gitlab4j.group-system-hook-event.json":               {Event: "group_rename"},
		"api.gitlab4j.project-system-hook-event.json":             {Event: "project_create"},
		"api.gitlab4j.team-member-update-system-hook-event.json":  {Event: "user_update_for_team"},
	} {
		project := "14"
		if strings.Contains(file, "comment") || strings.Contains(file, "note-issue-event") {
			project = "5"
		}
		tr := tracker(t, func(c *link.Config) { c.Project = project })
		h := http.Header{"X-Gitlab-Token": {secret}, "Idempotency-Key": {"key-1"}}
		got, err := tr.Parse(h, payload(t, file))
		want.Link, want.ID = "gl", "key-1"
		if want.At == 0 {
			want.At = plumbline.At(noon)
		}
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", file, got, err, want)
		}
	}
}

func stamp(s string) plumbline.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return plumbline.At(t)
}

// delivered is what the fake server sends of a new issue.
func delivered(t *testing.T, opt gitlabtest.Options) linktest.Parcel {
	t.Helper()
	opt.Now, opt.Project = func() time.Time { return noon }, "group/infra"
	s := gitlabtest.New(opt)
	t.Cleanup(s.Close)
	s.AddHook(linktest.Nowhere() + "/hooks/gl")
	s.CreateIssue("mara", "A", "")
	s.Courier.Wait(10 * time.Second)
	return s.Courier.Sent()[0]
}

func TestParseModes(t *testing.T) {
	plain := delivered(t, gitlabtest.Options{Secret: secret})
	signed := delivered(t, gitlabtest.Options{Signing: signing})
	both := delivered(t, gitlabtest.Options{Secret: secret, Signing: signing})
	naked := delivered(t, gitlabtest.Options{})
	if plain.Header.Get("webhook-id") == "" || plain.Header.Get("webhook-signature") != "" {
		t.Fatal("GitLab sends webhook-id always, and the signature only with a signing token")
	}
	for _, c := range []struct {
		name                       string
		secrets, tokens            []string
		plain, signed, both, naked bool
	}{
		{"secret only", []string{secret}, nil, true, false, true, false},
		{"signing only", nil, []string{signing}, false, true, true, false},
		{"both: a secret is no way round the signature", []string{secret}, []string{signing}, false, true, true, false},
		{"another secret", []string{"other"}, nil, false, false, false, false},
		{"another signing token", []string{secret}, []string{"whsec_AAAA"}, false, false, false, false},
		{"old and new signing token", nil, []string{"whsec_AAAA", signing}, false, true, true, false},
		{"neither", nil, nil, false, false, false, false},
		{"an empty secret", []string{""}, nil, false, false, false, false},
	} {
		tr := tracker(t, func(cfg *link.Config) { cfg.Project, cfg.Secrets, cfg.Signing = "group/infra", c.secrets, c.tokens })
		for _, d := range []struct {
			name   string
			parcel linktest.Parcel
			want   bool
		}{{"plain", plain, c.plain}, {"signed", signed, c.signed}, {"both", both, c.both}, {"naked", naked, c.naked}} {
			got, err := tr.Parse(d.parcel.Header, d.parcel.Body)
			if (err == nil) != d.want || d.want && got.Ref != "1" || err != nil && plumbline.KindOf(err) != plumbline.Unauthenticated {
				t.Errorf("%s, delivery %s: got %+v, %v, want it accepted: %v", c.name, d.name, got, err, d.want)
			}
		}
	}
}

// A signed delivery is good for five minutes; one with a secret only carries a
// time that proves nothing.
func TestParseWindow(t *testing.T) {
	signed := delivered(t, gitlabtest.Options{Signing: signing})
	for off, want := range map[time.Duration]bool{0: true, 4 * time.Minute: true, -4 * time.Minute: true, 6 * time.Minute: false, -6 * time.Minute: false, 24 * time.Hour: false} {
		tr := tracker(t, func(c *link.Config) { c.Signing, c.Now = []string{signing}, func() time.Time { return noon.Add(off) } })
		if _, err := tr.Parse(signed.Header, signed.Body); (err == nil) != want {
			t.Errorf("%v off: got %v", off, err)
		}
	}
}

// The id is the one that stays when GitLab repeats a delivery, never the one
// that a chain of hooks shares.
func TestParseIDs(t *testing.T) {
	tr := tracker(t, nil)
	body := payload(t, "webhook.clientgo.issue.json")
	all := map[string]string{"Idempotency-Key": "idem", "webhook-id": "wid", "X-Gitlab-Webhook-UUID": "uuid", "X-Gitlab-Event-UUID": "chain"}
	for _, c := range []struct{ without, want string }{
		{"", "idem"}, {"Idempotency-Key", "wid"}, {"Idempotency-Key webhook-id", "uuid"},
	} {
		h := http.Header{"X-Gitlab-Token": {secret}}
		for k, v := range all {
			if !strings.Contains(c.without, k) {
				h.Set(k, v)
			}
		}
		if d, err := tr.Parse(h, body); err != nil || d.ID != c.want {
			t.Errorf("without %q: got %q, %v, want %q", c.without, d.ID, err, c.want)
		}
	}
	d, err := tr.Parse(http.Header{"X-Gitlab-Token": {secret}, "X-Gitlab-Event-Uuid": {"chain"}}, body)
	if err != nil || !strings.HasPrefix(d.ID, "sha256:") {
		t.Errorf("without any: got %q, %v", d.ID, err)
	}
}

func TestSigningTokenMustBeOne(t *testing.T) {
	_, err := gitlab.New(link.Config{URL: "https://x.example.com", Project: "1", Signing: []string{"not base64!"}})
	if plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no payloads")
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, "key")
	}
	tr := tracker(f, nil)
	f.Fuzz(func(t *testing.T, body []byte, id string) {
		h := http.Header{}
		h.Set("X-Gitlab-Token", secret)
		h.Set("Idempotency-Key", id)
		d, err := tr.Parse(h, body)
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
