// Package gitea speaks to one repository of a Gitea or Forgejo server by its
// REST API version 1. It is our own thin client: it reads only what it needs,
// and what it does not know does not hurt it.
//
// Facts that shape it, seen on real servers (1.23 and 1.26): names of labels
// that do not exist are ignored with a 200, and one name may mean several
// labels, so labels are sent by id and read back; a list filtered by a label
// that does not exist is the whole list, so it is filtered again; webhooks tell
// too little, too much or the wrong labels, and are never repeated, so they
// are only a hint; a renamed repository answers writes with a redirect too,
// which must not be followed by turning a POST into a GET.
package gitea

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"plumbline"
	"plumbline/internal/link"
)

// Tracker is one repository. It implements [link.Tracker], [link.Historian],
// [link.Opener] and [link.Hook], and is safe for several goroutines.
type Tracker struct {
	cfg  link.Config
	call *link.Caller

	mu   sync.Mutex
	id   int64  // of the repository, once known
	path string // owner/name as last seen
	bot  string // our login, once known
}

// New makes the tracker of a configuration. Nothing is sent yet. Its error is
// Invalid and names the fields.
func New(cfg link.Config) (*Tracker, error) {
	cfg, err := cfg.Checked()
	if err != nil {
		return nil, err
	}
	_, numeric := strconv.ParseInt(cfg.Project, 10, 64)
	if numeric != nil && strings.Count(cfg.Project, "/") != 1 {
		return nil, plumbline.FieldError("project", "The repository is owner/name, or its numeric id, not %q.", cfg.Project)
	}
	value := ""
	if cfg.Token != "" {
		value = "token " + cfg.Token
	}
	call, err := link.NewCaller(cfg, "Gitea", "/api/v1", "Authorization", value)
	return &Tracker{cfg: cfg, call: call}, err
}

// find reads the repository: by its number once that is known, which survives
// a rename and a transfer, else by its path, following one redirect.
func (t *Tracker) find(ctx context.Context) (repository, error) {
	t.mu.Lock()
	id := t.id
	t.mu.Unlock()
	path := "/repositories/" + t.cfg.Project
	if owner, name, ok := strings.Cut(t.cfg.Project, "/"); ok {
		path = "/repos/" + url.PathEscape(owner) + "/" + url.PathEscape(name)
	}
	if id != 0 {
		path = "/repositories/" + strconv.FormatInt(id, 10)
	}
	var r repository
	a, err := t.call.Send(ctx, link.Call{Path: path})
	if err != nil {
		return r, err
	}
	if err := a.Into(&r); err != nil {
		return r, err
	}
	if r.ID == 0 || strings.Count(r.Path, "/") != 1 {
		return r, &link.Fault{Kind: link.Invalid, Status: a.Status, Text: "Gitea did not say which repository this is: is the address of this link right?"}
	}
	t.mu.Lock()
	t.id, t.path = r.ID, r.Path
	t.mu.Unlock()
	return r, nil
}

// where is the repository's path as last seen.
func (t *Tracker) where(ctx context.Context) (string, error) {
	t.mu.Lock()
	path := t.path
	t.mu.Unlock()
	if path != "" {
		return path, nil
	}
	r, err := t.find(ctx)
	return r.Path, err
}

// send sends a request below the repository's path. When the repository was
// renamed, Gitea answers the old path with a redirect, later with 404 or even
// with another repository: then its new path is looked up by its number and
// the request is sent there. A redirected write was not carried out, so sending
// it again is safe.
func (t *Tracker) send(ctx context.Context, call link.Call) (link.Answer, error) {
	path, err := t.where(ctx)
	if err != nil {
		return link.Answer{}, err
	}
	below := call.Path
	call.Path = apiPath(path) + below
	a, err := t.call.Send(ctx, call)
	gone := link.IsKind(err, link.Moved) || link.IsKind(err, link.NotFound)
	if err == nil && a.Moved == "" || err != nil && !gone {
		return a, err
	}
	r, failed := t.find(ctx)
	if failed != nil || r.Path == path || err == nil {
		return a, err
	}
	call.Path = apiPath(r.Path) + below
	return t.call.Send(ctx, call)
}

func apiPath(path string) string {
	owner, name, _ := strings.Cut(path, "/")
	return "/repos/" + url.PathEscape(owner) + "/" + url.PathEscape(name)
}

func (t *Tracker) read(ctx context.Context, below string, query url.Values, into any) error {
	a, err := t.send(ctx, link.Call{Path: below, Query: query})
	if err != nil {
		return err
	}
	return a.Into(into)
}

// me is our login.
func (t *Tracker) me(ctx context.Context) (string, error) {
	t.mu.Lock()
	bot := t.bot
	t.mu.Unlock()
	if bot != "" {
		return bot, nil
	}
	a, err := t.call.Send(ctx, link.Call{Path: "/user"})
	if err != nil {
		return "", err
	}
	var u user
	if err := a.Into(&u); err != nil {
		return "", err
	}
	if u.Login == "" {
		return "", &link.Fault{Kind: link.Auth, Text: "Gitea did not say who we are: the token belongs to no user."}
	}
	t.mu.Lock()
	t.bot = u.Login
	t.mu.Unlock()
	return u.Login, nil
}

// Resolve finds the repository, who we are and what we may, by reading only.
// Gitea does not tell a token's scopes or expiry.
func (t *Tracker) Resolve(ctx context.Context) (link.Container, error) {
	var c link.Container
	r, err := t.find(ctx)
	if err != nil {
		return c, err
	}
	if r.HasIssues != nil && !*r.HasIssues {
		return c, &link.Fault{Kind: link.Archived, Text: "Issues are switched off in " + r.Path + "."}
	}
	c = link.Container{
		ID: strconv.FormatInt(r.ID, 10), Path: r.Path, Archived: r.Archived,
		MayWrite: r.Permissions.Push && !r.Archived, Exclusive: "flagged",
	}
	t.mu.Lock()
	t.bot = ""
	t.mu.Unlock()
	if c.Bot, err = t.me(ctx); err != nil {
		return c, err
	}
	a, err := t.call.Send(ctx, link.Call{Path: "/version"})
	if err != nil {
		return c, err
	}
	var v struct {
		Version string `json:"version"`
	}
	if err := a.Into(&v); err != nil {
		return c, err
	}
	c.Version = v.Version
	if c.Labels, err = t.shelf(ctx); err != nil {
		return c, err
	}
	c.HookHealth, c.HookDetail, err = t.hookHealth(ctx)
	return c, err
}

// shelf reads the repository's labels and its organisation's, which can be put
// on its issues too. A user who owns a repository has no such labels.
func (t *Tracker) shelf(ctx context.Context) ([]plumbline.Label, error) {
	own, err := t.labels(ctx, t.send, "/labels")
	if err != nil {
		return nil, err
	}
	path, err := t.where(ctx)
	if err != nil {
		return nil, err
	}
	owner, _, _ := strings.Cut(path, "/")
	inherited, err := t.labels(ctx, t.call.Send, "/orgs/"+url.PathEscape(owner)+"/labels")
	if err != nil && !link.IsKind(err, link.NotFound) {
		return nil, err
	}
	return append(own, inherited...), nil
}

func (t *Tracker) labels(ctx context.Context, send func(context.Context, link.Call) (link.Answer, error), path string) ([]plumbline.Label, error) {
	var all []plumbline.Label
	err := link.Pages(ctx, send, path, url.Values{"limit": {"50"}}, func(a link.Answer) (bool, error) {
		var page labels
		if err := a.Into(&page); err != nil {
			return false, err
		}
		all = append(all, page.words()...)
		return true, nil
	})
	return all, err
}

// hookHealth looks for the repository's webhook to us: its address ends with
// /hooks/ and the name of this link. Only administrators may see it. Editing a
// webhook without its list of events resets the list to pushes.
func (t *Tracker) hookHealth(ctx context.Context) (health, detail string, err error) {
	health, detail = "missing", "The repository has no webhook to this link."
	err = link.Pages(ctx, t.send, "/hooks", url.Values{"limit": {"50"}}, func(a link.Answer) (bool, error) {
		var page []hook
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, h := range page {
			if strings.HasSuffix(strings.TrimRight(h.Config.URL, "/"), "/hooks/"+string(t.cfg.ID)) {
				health, detail = h.health()
				return false, nil
			}
		}
		return true, nil
	})
	if link.IsKind(err, link.Forbidden) || link.IsKind(err, link.NotFound) {
		return "unknown", "Our token may not see the repository's webhooks.", nil
	}
	return health, detail, err
}

// write sends a request that changes something.
func (t *Tracker) write(ctx context.Context, method, below string, body any) (link.Answer, error) {
	return t.send(ctx, link.Call{Method: method, Path: below, Body: body})
}

func (t *Tracker) remove(ctx context.Context, below string) error {
	_, err := t.write(ctx, http.MethodDelete, below, nil)
	return err
}
