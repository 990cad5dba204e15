package gitlab

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/link"
)

// Apply makes an issue as wanted.
func (t *Tracker) Apply(ctx context.Context, ref string, want plumbline.WantedChange) (link.Outcome, error) {
	return link.Apply(ctx, desk{t}, desk{t}, t.cfg.Separator, ref, want)
}

// Open makes an issue, once for its marker.
func (t *Tracker) Open(ctx context.Context, want plumbline.WantedChange) (link.Outcome, error) {
	return link.Open(ctx, desk{t}, desk{t}, t.cfg.Separator, want)
}

// desk is the tracker's side that writes.
type desk struct{ *Tracker }

func (d desk) Shelf(ctx context.Context) ([]plumbline.Label, error) { return d.shelf(ctx) }

// Relabel adds and removes in one request, so that the issue is never without
// a state. The API takes titles; they were resolved to ids before.
func (d desk) Relabel(ctx context.Context, ref string, change link.Relabel) error {
	body := map[string]string{}
	if len(change.Add) > 0 {
		body["add_labels"] = joined(change.Add)
	}
	if len(change.Remove) > 0 {
		body["remove_labels"] = joined(change.Remove)
	}
	return d.put(ctx, "/issues/"+ref, body)
}

func joined(labels []plumbline.Label) string {
	var names []string
	for _, l := range labels {
		names = append(names, l.Name)
	}
	return strings.Join(names, ",") // a title holds no comma
}

func (d desk) Turn(ctx context.Context, ref string, to link.Openness) error {
	event := map[link.Openness]string{link.Closed: "close", link.Opened: "reopen"}[to]
	return d.put(ctx, "/issues/"+ref, map[string]string{"state_event": event})
}

func (d desk) put(ctx context.Context, path string, body any) error {
	base, err := d.project(ctx)
	if err != nil {
		return err
	}
	_, err = d.write(ctx, link.Call{Method: http.MethodPut, Path: base + path, Body: body})
	return err
}

// Find reads our comments, oldest first, to the one with the marker. A page may
// hold fewer notes than asked for, even none, though more follow: GitLab drops
// hidden ones after it has cut the page.
func (d desk) Find(ctx context.Context, ref, marker string) (link.Note, error) {
	var found link.Note
	bot, err := d.me(ctx)
	if err != nil {
		return found, err
	}
	base, err := d.project(ctx)
	if err != nil {
		return found, err
	}
	query := url.Values{"per_page": {"100"}, "order_by": {"created_at"}, "sort": {"asc"}}
	err = link.Pages(ctx, d.call.Send, base+"/issues/"+ref+"/notes", query, func(a link.Answer) (bool, error) {
		var page []note
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, n := range page {
			if !n.System && n.Author.Username == bot && link.Carries(n.Body, marker) {
				found = link.Note{ID: strconv.FormatInt(n.ID, 10), Body: n.Body}
				return false, nil
			}
		}
		return true, nil
	})
	return found, err
}

// Write creates or edits our comment. A comment of commands only makes no note
// and has no id; ours begins with its marker, so it is never that.
func (d desk) Write(ctx context.Context, ref string, n link.Note) (string, error) {
	base, err := d.project(ctx)
	if err != nil {
		return "", err
	}
	call := link.Call{Method: http.MethodPost, Path: base + "/issues/" + ref + "/notes", Body: map[string]string{"body": n.Body}}
	if n.ID != "" {
		call.Method, call.Path = http.MethodPut, call.Path+"/"+n.ID
	}
	a, err := d.write(ctx, call)
	if err != nil {
		return "", err
	}
	var made note
	if err := a.Into(&made); err != nil || made.ID == 0 {
		return "", nil // read back shows whether it is there
	}
	return strconv.FormatInt(made.ID, 10), nil
}

func (d desk) Read(ctx context.Context, ref, id string) (link.Note, error) {
	base, err := d.project(ctx)
	if err != nil {
		return link.Note{}, err
	}
	var n note
	err = d.read(ctx, base+"/issues/"+ref+"/notes/"+id, nil, &n)
	if link.IsKind(err, link.NotFound) {
		return link.Note{}, nil
	}
	return link.Note{ID: id, Body: n.Body}, err
}

// FindOpened looks through the issues that our bot opened, newest first. The
// server's search is not used: it cuts words where a marker has signs.
func (d desk) FindOpened(ctx context.Context, marker string) (string, error) {
	bot, err := d.me(ctx)
	if err != nil {
		return "", err
	}
	base, err := d.project(ctx)
	if err != nil {
		return "", err
	}
	found := ""
	query := url.Values{"scope": {"all"}, "state": {"all"}, "author_username": {bot}, "order_by": {"created_at"}, "sort": {"desc"}, "per_page": {"100"}}
	err = link.Pages(ctx, d.call.Send, base+"/issues", query, func(a link.Answer) (bool, error) {
		var page []issue
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, it := range page {
			if it.Author.Username == bot && link.Carries(it.Description, marker) {
				found = strconv.FormatInt(it.IID, 10)
				return false, nil
			}
		}
		return true, nil
	})
	return found, err
}

func (d desk) OpenIssue(ctx context.Context, title, body string, labels []plumbline.Label) (string, error) {
	base, err := d.project(ctx)
	if err != nil {
		return "", err
	}
	a, err := d.write(ctx, link.Call{Method: http.MethodPost, Path: base + "/issues",
		Body: map[string]string{"title": title, "description": body, "labels": joined(labels)}})
	if err != nil {
		return "", err
	}
	var it issue
	if err := a.Into(&it); err != nil || it.IID == 0 {
		return "", &link.Fault{Kind: link.Unknown, Status: a.Status, Text: "GitLab did not say which issue it opened."}
	}
	return strconv.FormatInt(it.IID, 10), nil
}
