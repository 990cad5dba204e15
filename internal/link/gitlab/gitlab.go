// Package gitlab speaks to one project of a GitLab server by its REST API
// version 4. It is our own thin client: it reads only what it needs, and what
// it does not know does not hurt it.
//
// Facts that shape it, from GitLab's documentation and source: label titles
// that do not exist are created by a write, so they are resolved first; without
// the right to set metadata, label parameters are skipped with a 200, so every
// write is read back; lists by page number skip items that change meanwhile, so
// lists are read by seeking; a project's path may change, so it is addressed by
// its number; lines that begin with a slash run commands, so text is made inert.
package gitlab

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"plumbline"
	"plumbline/internal/link"
)

// Tracker is one GitLab project. It implements [link.Tracker],
// [link.Historian], [link.Opener] and [link.Hook], and is safe for several
// goroutines.
type Tracker struct {
	cfg  link.Config
	call *link.Caller
	keys [][]byte // decoded signing tokens

	mu   sync.Mutex
	id   string            // of the project, once known
	path string            // of the project, once known
	bot  string            // our login, once known
	ids  map[string]string // of labels by title; "" for a title that is nowhere
}

// New makes the tracker of a configuration. Nothing is sent yet. Its error is
// Invalid and names the fields.
func New(cfg link.Config) (*Tracker, error) {
	cfg, err := cfg.Checked()
	if err != nil {
		return nil, err
	}
	t := &Tracker{cfg: cfg}
	for _, s := range cfg.Signing {
		key, err := link.SigningKey(s)
		if err != nil {
			return nil, err
		}
		t.keys = append(t.keys, key)
	}
	t.call, err = link.NewCaller(cfg, "GitLab", "/api", "PRIVATE-TOKEN", cfg.Token)
	return t, err
}

// project is the API path of our project, by its number.
func (t *Tracker) project(ctx context.Context) (string, error) {
	t.mu.Lock()
	id := t.id
	t.mu.Unlock()
	if id == "" {
		p, err := t.find(ctx)
		if err != nil {
			return "", err
		}
		id = strconv.FormatInt(p.ID, 10)
	}
	return "/v4/projects/" + id, nil
}

// find reads the project. A path that was renamed is answered with one
// redirect to the number, which a read follows.
func (t *Tracker) find(ctx context.Context) (project, error) {
	t.mu.Lock()
	id := t.id
	t.mu.Unlock()
	if id == "" {
		id = url.PathEscape(t.cfg.Project)
	}
	var p project
	if err := t.read(ctx, "/v4/projects/"+id, nil, &p); err != nil {
		return p, err
	}
	if p.ID == 0 {
		return p, &link.Fault{Kind: link.Invalid, Text: "GitLab did not say which project this is: is the address of this link right?"}
	}
	t.mu.Lock()
	t.id, t.path = strconv.FormatInt(p.ID, 10), p.Path
	t.mu.Unlock()
	return p, nil
}

// me is our login.
func (t *Tracker) me(ctx context.Context) (string, error) {
	t.mu.Lock()
	bot := t.bot
	t.mu.Unlock()
	if bot != "" {
		return bot, nil
	}
	var u user
	if err := t.read(ctx, "/v4/user", nil, &u); err != nil {
		return "", err
	}
	if u.Username == "" {
		return "", &link.Fault{Kind: link.Auth, Text: "GitLab did not say who we are: the token belongs to no user."}
	}
	t.mu.Lock()
	t.bot = u.Username
	t.mu.Unlock()
	return u.Username, nil
}

// read sends a GET and reads its JSON.
func (t *Tracker) read(ctx context.Context, path string, query url.Values, into any) error {
	a, err := t.call.Send(ctx, link.Call{Path: path, Query: query})
	if err != nil {
		return err
	}
	return a.Into(into)
}

// write sends a request that changes something. GitLab answers 403 when the
// project is archived; that is told apart from a missing right.
func (t *Tracker) write(ctx context.Context, call link.Call) (link.Answer, error) {
	a, err := t.call.Send(ctx, call)
	if link.IsKind(err, link.Forbidden) && !t.cfg.ReadOnly {
		if p, failed := t.find(ctx); failed == nil && p.Archived {
			return a, &link.Fault{Kind: link.Archived, Status: http.StatusForbidden, Text: p.Path + " is archived: nothing was written.", Err: err}
		}
	}
	return a, err
}

// Shelf reads all labels that can be put on an issue, those of parent groups
// too.
func (t *Tracker) shelf(ctx context.Context) ([]plumbline.Label, error) {
	base, err := t.project(ctx)
	if err != nil {
		return nil, err
	}
	var all []plumbline.Label
	ids := map[string]string{}
	query := url.Values{"per_page": {"100"}, "include_ancestor_groups": {"true"}}
	err = link.Pages(ctx, t.call.Send, base+"/labels", query, func(a link.Answer) (bool, error) {
		var page []label
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, l := range page {
			one := plumbline.Label{ID: strconv.FormatInt(l.ID, 10), Name: l.Name}
			all = append(all, one)
			ids[l.Name] = one.ID
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	t.ids = ids
	t.mu.Unlock()
	return all, nil
}

// identify gives titles their ids: an issue is told with titles only.
func (t *Tracker) identify(ctx context.Context, titles []string) ([]plumbline.Label, error) {
	out, complete := t.known(titles)
	if complete {
		return out, nil
	}
	if _, err := t.shelf(ctx); err != nil {
		return nil, err
	}
	out, _ = t.known(titles)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range out {
		t.ids[l.Name] = l.ID
	}
	return out, nil
}

func (t *Tracker) known(titles []string) (out []plumbline.Label, complete bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	complete = true
	for _, title := range titles {
		id, ok := t.ids[title]
		complete = complete && ok
		out = append(out, plumbline.Label{ID: id, Name: title})
	}
	return out, complete
}
