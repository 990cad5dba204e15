package gitea_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/gitea"
	"plumbline/internal/link/giteatest"
	"plumbline/internal/link/linktest"
)

// server starts a fake and an adapter for it.
func server(t testing.TB, opt giteatest.Options, separator string) (*giteatest.Server, *gitea.Tracker) {
	t.Helper()
	if opt.Now == nil {
		opt.Now = func() time.Time { return noon }
	}
	s := giteatest.New(opt)
	t.Cleanup(s.Close)
	return s, tracker(t, func(c *link.Config) {
		c.URL, c.Project, c.Token, c.Separator, c.Now = s.URL, "org/infra", "gitea-fake", separator, opt.Now
	})
}

var ctx = context.Background()

// One name may be several labels, of the repository or of it and its
// organisation. Adding by name would add all of them, so nothing is added and
// the ids are named; taking off takes all of them off.
func TestDuplicateNames(t *testing.T) {
	for _, org := range []bool{false, true} {
		s, tr := server(t, giteatest.Options{}, "")
		one := s.CreateLabel("infrapm")
		two := ""
		if org {
			two = s.CreateGroupLabel("infrapm")
		} else {
			two = s.CreateLabel("infrapm")
		}
		s.CreateLabel("area")
		ref := s.CreateIssue("mara", "A", "", "area")
		_, err := tr.Apply(ctx, ref, plumbline.WantedChange{Add: []string{"infrapm"}})
		if !link.IsKind(err, link.Invalid) || !strings.Contains(err.Error(), "ids "+one+" and "+two) {
			t.Errorf("org %v: got %v, want both ids named", org, err)
		}
		if len(s.Writes()) != 0 {
			t.Errorf("org %v: it wrote", org)
		}
		s.AddLabels("mara", ref, "infrapm")
		if got := len(s.IssueLabels(ref)); got != 3 {
			t.Fatalf("the fake added %d", got)
		}
		if _, err := tr.Apply(ctx, ref, plumbline.WantedChange{Remove: []string{"infrapm"}}); err != nil {
			t.Error(err)
		}
		if got := strings.Join(s.IssueLabels(ref), " "); got != "area" {
			t.Errorf("org %v: got %q", org, got)
		}
	}
}

// Where the server takes the sibling off by itself, one request is enough;
// where it does not, the new label comes first and the old one goes by id.
func TestExclusiveLabels(t *testing.T) {
	for _, c := range []struct {
		flagged bool
		want    string
	}{{true, "POST"}, {false, "POST DELETE"}} {
		s, tr := server(t, giteatest.Options{}, "/")
		create := s.CreateLabel
		if c.flagged {
			create = s.CreateExclusiveLabel
		}
		create("workflow/problem validation")
		create("workflow/ready")
		s.CreateLabel("infrapm")
		ref := s.CreateIssue("mara", "A", "", "infrapm", "workflow/problem validation")
		if _, err := tr.Apply(ctx, ref, plumbline.WantedChange{Add: []string{"workflow/ready"}}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.IssueLabels(ref), ", "); got != "infrapm, workflow/ready" {
			t.Errorf("flagged %v: got %q", c.flagged, got)
		}
		var methods []string
		for _, w := range s.Writes() {
			methods = append(methods, w.Method)
		}
		if got := strings.Join(methods, " "); got != c.want {
			t.Errorf("flagged %v: got %s, want %s", c.flagged, got, c.want)
		}
	}
}

// A repository that a user owns has no labels of an organisation.
func TestOwnedByUser(t *testing.T) {
	s, tr := server(t, giteatest.Options{ByUser: true}, "")
	s.CreateLabel("infrapm")
	if c, err := tr.Resolve(ctx); err != nil || len(c.Labels) != 1 || c.Exclusive != "flagged" {
		t.Errorf("got %+v, %v", c, err)
	}
}

// After a transfer the organisation's labels are off the issues.
func TestTransfer(t *testing.T) {
	s, tr := server(t, giteatest.Options{}, "")
	s.CreateGroupLabel("from above")
	ref := s.CreateIssue("mara", "A", "", "from above")
	if got, err := tr.Get(ctx, ref); err != nil || !got.HasLabel("from above") {
		t.Fatalf("got %+v, %v", got, err)
	}
	s.RenameContainer("other/infra")
	if got, err := tr.Get(ctx, ref); err != nil || len(got.Labels) != 0 {
		t.Errorf("got %+v, %v", got.Labels, err)
	}
	if c, err := tr.Resolve(ctx); err != nil || c.Path != "other/infra" || len(c.Labels) != 0 {
		t.Errorf("got %+v, %v", c, err)
	}
}

// Another repository may take the old path of a renamed one: its issues are
// not taken for ours.
func TestForeignRepository(t *testing.T) {
	s, tr := server(t, giteatest.Options{}, "")
	ref := s.CreateIssue("mara", "ours", "")
	if _, err := tr.Get(ctx, ref); err != nil {
		t.Fatal(err)
	}
	foreign := `{"id":99,"number":` + ref + `,"title":"foreign","state":"open","labels":[],"user":{"login":"x"},"updated_at":"2026-11-22T12:00:00Z","repository":{"id":99999,"full_name":"org/infra"}}`
	s.Trouble(linktest.Trouble{Path: "/issues/" + ref, Status: http.StatusOK, Body: foreign})
	if got, err := tr.Get(ctx, ref); err != nil || got.Title != "ours" {
		t.Errorf("got %+v, %v", got, err)
	}
	s.Trouble(linktest.Trouble{Path: "/issues/" + ref, Times: -1, Status: http.StatusOK, Body: foreign})
	if _, err := tr.Get(ctx, ref); !link.IsKind(err, link.NotFound) {
		t.Errorf("got %v", err)
	}
}

// What a server's filter lets through is checked again: older ones list pull
// requests whatever type was asked for.
func TestFiltersAreNotBelieved(t *testing.T) {
	s, tr := server(t, giteatest.Options{}, "")
	issue := `{"id":9,"number":77,"title":"x","labels":[{"id":1,"name":"infrapm"}],"state":"open","updated_at":"2026-11-22T12:00:00Z","body":"<!-- plumbline:m -->",`
	pull := strings.Replace(issue, "77", "78", 1)
	list := "[" + issue + `"user":{"login":"mallory"},"pull_request":null},` + pull + `"user":{"login":"plumbline-bot"},"pull_request":{"merged":false}}]`
	s.Trouble(linktest.Trouble{Path: "/issues?", Status: http.StatusOK, Body: list})
	if b, err := tr.Changed(ctx, "2026-11-22T00:00:00Z", nil); err != nil || strings.Join(b.Refs, " ") != "77" {
		t.Errorf("polling: got %q, %v", b.Refs, err)
	}
	s.Trouble(linktest.Trouble{Path: "created_by", Status: http.StatusOK, Body: list})
	if out, err := tr.Open(ctx, plumbline.WantedChange{Marker: "m", Title: "ours"}); err != nil || !out.Changed || out.After.Ref == "77" || out.After.Ref == "78" {
		t.Errorf("opening: got %+v, %v", out, err)
	}
}

func TestHookHealth(t *testing.T) {
	s, tr := server(t, giteatest.Options{}, "")
	check := func(what, want string) {
		t.Helper()
		if c, err := tr.Resolve(ctx); err != nil || c.HookHealth != want {
			t.Errorf("%s: got %q, %v, want %q", what, c.HookHealth, err, want)
		}
	}
	check("a writer", "unknown")
	s.SetRight(giteatest.Bot, giteatest.Admin)
	check("none", "missing")
	id := s.SetHook(giteatest.Hook{URL: "https://pm.example.com/hooks/gt/", Active: true, Events: []string{"issues"}})
	check("ours", "healthy")
	request(t, s, http.MethodPatch, "/hooks/"+itoa(id), `{"active":true}`) // what an administrator's script may do
	check("after its events were reset", "drifted")
	s.SetHook(giteatest.Hook{ID: id, URL: "https://pm.example.com/hooks/gt", Events: []string{"issues"}})
	check("switched off", "disabled")
	s.SwitchIssuesOff(true)
	if _, err := tr.Resolve(ctx); !link.IsKind(err, link.Archived) {
		t.Errorf("issues off: got %v", err)
	}
}

func TestProjectMustBeOwnerAndName(t *testing.T) {
	for _, p := range []string{"infra", "a/b/c", "-"} {
		if _, err := gitea.New(link.Config{URL: "https://x.example.com", Project: p}); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%q: got %v", p, err)
		}
	}
}
