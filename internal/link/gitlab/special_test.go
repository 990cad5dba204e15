package gitlab_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/gitlab"
	"plumbline/internal/link/gitlabtest"
	"plumbline/internal/link/linktest"
)

// server starts a fake and an adapter for it.
func server(t testing.TB, opt gitlabtest.Options) (*gitlabtest.Server, *gitlab.Tracker) {
	t.Helper()
	if opt.Now == nil {
		opt.Now = func() time.Time { return noon }
	}
	s := gitlabtest.New(opt)
	t.Cleanup(s.Close)
	return s, tracker(t, func(c *link.Config) {
		c.URL, c.Project, c.Token, c.Now = s.URL, "group/infra", "glpat-fake", opt.Now
	})
}

var ctx = context.Background()

// Adding and removing is one request, free or licensed, and the licensed
// server's own exclusivity costs no further one.
func TestOneRequestRelabels(t *testing.T) {
	for _, premium := range []bool{false, true} {
		s, tr := server(t, gitlabtest.Options{Premium: premium})
		s.CreateLabel("workflow::a")
		s.CreateLabel("workflow::b")
		s.CreateLabel("x")
		ref := s.CreateIssue("mara", "A", "", "workflow::a", "x", "keep")
		if _, err := tr.Apply(ctx, ref, plumbline.WantedChange{Add: []string{"workflow::b"}, Remove: []string{"x"}}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.IssueLabels(ref), " "); got != "keep workflow::b" {
			t.Errorf("premium %v: got %q", premium, got)
		}
		if w := s.Writes(); len(w) != 1 || w[0].Method != http.MethodPut || w[0].Body != `{"add_labels":"workflow::b","remove_labels":"workflow::a,x"}` {
			t.Errorf("premium %v: got %+v", premium, w)
		}
	}
}

func TestMovedIssue(t *testing.T) {
	s, tr := server(t, gitlabtest.Options{})
	ref := s.CreateIssue("mara", "A", "", "infrapm")
	if to := s.MoveIssue("mara", ref, "group/delivery"); to != "group/delivery#1" {
		t.Fatalf("moved to %q", to)
	}
	_, err := tr.Get(ctx, ref)
	f := fault(t, err, link.Moved)
	if f.To != "group/delivery#1" {
		t.Errorf("got to %q", f.To)
	}
	_, err = tr.Apply(ctx, ref, plumbline.WantedChange{Marker: "m", Comment: "x"})
	fault(t, err, link.Moved)
	s.Trouble(linktest.Trouble{Path: "graphql", Status: http.StatusForbidden})
	_, err = tr.Get(ctx, ref)
	if f := fault(t, err, link.Moved); f.To != "" {
		t.Errorf("got to %q from a server that does not tell", f.To)
	}
	if len(s.Writes()) != 0 {
		t.Error("it wrote, to ask where the issue is")
	}
}

func fault(t *testing.T, err error, kind link.FaultKind) *link.Fault {
	t.Helper()
	f, ok := err.(*link.Fault)
	if !ok || f.Kind != kind {
		t.Fatalf("got %v, want %q", err, kind)
	}
	return f
}

func TestConfidential(t *testing.T) {
	s, tr := server(t, gitlabtest.Options{})
	ref := s.CreateConfidential("mara", "A breach", "", "infrapm")
	got, err := tr.Get(ctx, ref)
	if err != nil || !got.Confidential {
		t.Errorf("got %+v, %v", got, err)
	}
	s.SetLevel(gitlabtest.Bot, gitlabtest.Guest)
	_, err = tr.Get(ctx, ref)
	fault(t, err, link.NotFound)
	if b, err := tr.Changed(ctx, "", []string{"infrapm"}); err != nil || len(b.Refs) != 0 {
		t.Errorf("got %q, %v", b.Refs, err)
	}
}

func TestTokenIsDescribed(t *testing.T) {
	s, tr := server(t, gitlabtest.Options{})
	expires := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		token gitlabtest.Token
		level int
		want  bool
	}{
		{gitlabtest.Token{Scopes: []string{"api"}, Expires: expires}, gitlabtest.Reporter, true},
		{gitlabtest.Token{Scopes: []string{"read_api"}, Expires: expires}, gitlabtest.Reporter, false},
		{gitlabtest.Token{Scopes: []string{"api"}, Expires: expires}, gitlabtest.Guest, false},
	} {
		c.token.Value, c.token.Login = "glpat-fake", gitlabtest.Bot
		s.SetToken(c.token)
		s.SetLevel(gitlabtest.Bot, c.level)
		got, err := tr.Resolve(ctx)
		if err != nil || got.MayWrite != c.want || got.Expires != plumbline.At(expires) || got.Scopes[0] != c.token.Scopes[0] || got.Version != "18.5.0-ee" || got.Exclusive != "unknown" {
			t.Errorf("%+v: got %+v, %v", c.token, got, err)
		}
	}
	s.SetToken(gitlabtest.Token{Value: "glpat-fake", Login: gitlabtest.Bot, Scopes: []string{"api"}, Expires: noon})
	_, err := tr.Resolve(ctx)
	fault(t, err, link.Auth)
	// What an old server does not know does not hurt.
	s.SetToken(gitlabtest.Token{Value: "glpat-fake", Login: gitlabtest.Bot, Scopes: []string{"api"}})
	s.Trouble(linktest.Trouble{Path: "personal_access_tokens", Status: http.StatusNotFound})
	s.Trouble(linktest.Trouble{Path: "/hooks", Status: http.StatusForbidden})
	s.SetLevel(gitlabtest.Bot, gitlabtest.Developer)
	if got, err := tr.Resolve(ctx); err != nil || !got.MayWrite || got.HookHealth != "unknown" {
		t.Errorf("got %+v, %v", got, err)
	}
	s.SwitchIssuesOff(true)
	_, err = tr.Resolve(ctx)
	fault(t, err, link.Archived)
}

func TestHookHealth(t *testing.T) {
	clock := linktest.NewClock(noon)
	s, tr := server(t, gitlabtest.Options{Now: clock.Now, Secret: secret})
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	defer receiver.Close()
	health := func() (string, string) {
		t.Helper()
		c, err := tr.Resolve(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return c.HookHealth, c.HookDetail
	}
	if h, _ := health(); h != "unknown" {
		t.Errorf("a developer: got %q", h)
	}
	s.SetLevel(gitlabtest.Bot, gitlabtest.Maintainer)
	s.SetHook(gitlabtest.Hook{URL: receiver.URL + "/hooks/other", Issues: true})
	if h, _ := health(); h != "missing" {
		t.Errorf("another's hook: got %q", h)
	}
	id := s.SetHook(gitlabtest.Hook{URL: receiver.URL + "/hooks/gl", Issues: true, Confidential: true})
	if h, d := health(); h != "healthy" || d != "" {
		t.Errorf("got %q, %q", h, d)
	}
	for range 4 {
		s.CreateIssue("mara", "A", "")
	}
	s.Courier.Wait(10 * time.Second)
	if h, d := health(); h != "disabled" || !strings.Contains(d, "2026-11-22 12:01:00 UTC") {
		t.Errorf("after four failures: got %q, %q", h, d)
	}
	clock.Advance(2 * time.Minute)
	if h, _ := health(); h != "healthy" {
		t.Errorf("after the pause: got %q", h)
	}
	s.SetHook(gitlabtest.Hook{ID: id, URL: receiver.URL + "/hooks/gl"})
	if h, _ := health(); h != "drifted" {
		t.Errorf("without issue events: got %q", h)
	}
}

// What a server's filter lets through is checked again.
func TestFiltersAreNotBelieved(t *testing.T) {
	s, tr := server(t, gitlabtest.Options{})
	s.CreateLabel("infrapm")
	body := `[{"id":9,"iid":77,"title":"x","labels":["infrapm-like"],"author":{"username":"mallory"},"updated_at":"2026-11-22T12:00:00.000Z","description":"<!-- plumbline:m -->"}]`
	s.Trouble(linktest.Trouble{Path: "labels=infrapm", Status: http.StatusOK, Body: body})
	if b, err := tr.Changed(ctx, "", []string{"infrapm"}); err != nil || len(b.Refs) != 0 {
		t.Errorf("polling: got %q, %v", b.Refs, err)
	}
	s.Trouble(linktest.Trouble{Path: "author_username", Status: http.StatusOK, Body: body})
	if out, err := tr.Open(ctx, plumbline.WantedChange{Marker: "m", Title: "ours"}); err != nil || !out.Changed || out.After.Ref == "77" {
		t.Errorf("opening: got %+v, %v", out, err)
	}
}

// Answers of real servers are read as they are.
func TestPublicAnswers(t *testing.T) {
	s, tr := server(t, gitlabtest.Options{})
	if _, err := tr.Resolve(ctx); err != nil {
		t.Fatal(err)
	}
	serve := func(path, file string) {
		s.Trouble(linktest.Trouble{Path: path, Status: http.StatusOK, Body: string(payload(t, file))})
	}
	serve("/issues/1", "api.gitlab4j.issue.json")
	got, err := tr.Get(ctx, "1")
	if err != nil || got.Ref != "1" || got.GlobalID != "41" || got.Open || got.Author != "root" || got.Assignee != "lennie" || len(got.Labels) != 0 || got.Updated != plumbline.At(time.Date(2016, 1, 4, 15, 31, 46, 176e6, time.UTC)) {
		t.Errorf("got %+v, %v", got, err)
	}
	serve("/issues/11", "api.clientgo.issue_move.json")
	got, err = tr.Get(ctx, "11")
	if err != nil || got.Ref != "11" || got.GlobalID != "92" || !got.Open || got.Author != "solon.cremin" || got.AuthorName != "Kris Steuber" || got.Assignee != "axel.block" {
		t.Errorf("got %+v, %v", got, err)
	}
	serve("/labels", "api.gitlab4j.labels.json")
	serve("personal_access_tokens", "api.gitlab4j.personal-access-token.json")
	serve("/hooks", "api.gitlab4j.group-hook.json") // one object where a list belongs
	c, err := tr.Resolve(ctx)
	if err != nil || len(c.Labels) != 5 || c.Labels[3] != (plumbline.Label{ID: "8", Name: "documentation"}) || c.Expires != stamp("2023-08-15T00:00:00Z") || c.HookHealth != "unknown" {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := tr.History(ctx, s.CreateIssue("mara", "A", "")); err != nil {
		t.Error(err)
	}
}

// Whatever a requester writes, our bot's comment runs no command and calls
// nobody on a server that runs and calls what it finds.
func FuzzInertComment(f *testing.F) {
	for _, text := range linktest.Nasty() {
		f.Add(text)
	}
	s, _ := server(f, gitlabtest.Options{})
	ref := s.CreateIssue("mara", "A", "", "infrapm", "workflow::ready")
	before := strings.Join(s.IssueLabels(ref), " ")
	f.Fuzz(func(t *testing.T, text string) {
		id := s.Comment(gitlabtest.Bot, ref, link.Tagged("m", link.Inert(text)))
		if id == "" {
			t.Fatal("there is no comment")
		}
		if !s.IssueOpen(ref) || strings.Join(s.IssueLabels(ref), " ") != before {
			t.Errorf("it ran a command: %q", text)
		}
		called := s.Mentioned(ref)
		s.DeleteComment(id)
		if strings.Contains(strings.ToLower(text), "://") {
			return // the fake takes an "@" in an address for a call, where real ones make a link
		}
		if len(called) > 0 {
			t.Errorf("it calls %q: %q", called, text)
		}
	})
}
