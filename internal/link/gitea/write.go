package gitea

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

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

// Relabel adds all labels by id in one request, and then removes by id, one
// request each: in this order the issue is never without a state. What the
// server took off by itself, for the sake of a flagged exclusive label, is not
// removed again, since that would announce a change that is none.
func (d desk) Relabel(ctx context.Context, ref string, change link.Relabel) error {
	left := map[string]bool{}
	for _, l := range change.Remove {
		left[l.ID] = true
	}
	if len(change.Add) > 0 {
		now, err := d.add(ctx, ref, change.Add)
		if err != nil {
			return err
		}
		for id := range left {
			left[id] = now[id]
		}
	}
	for _, l := range change.Remove {
		if !left[l.ID] {
			continue
		}
		err := d.remove(ctx, "/issues/"+ref+"/labels/"+l.ID)
		if err != nil && !link.IsKind(err, link.Invalid) { // 422: there is no such label any more
			return err
		}
	}
	return nil
}

// add returns the ids of the labels that the issue has afterwards.
func (d desk) add(ctx context.Context, ref string, add []plumbline.Label) (map[string]bool, error) {
	numbers, err := numbersOf(add)
	if err != nil {
		return nil, err
	}
	a, err := d.write(ctx, http.MethodPost, "/issues/"+ref+"/labels", map[string][]int64{"labels": numbers})
	if err != nil {
		return nil, err
	}
	var list labels
	if err := a.Into(&list); err != nil {
		return nil, &link.Fault{Kind: link.Unknown, Status: a.Status, Text: "Gitea's answer to new labels cannot be read.", Err: err}
	}
	now := map[string]bool{}
	for _, l := range list.words() {
		now[l.ID] = true
	}
	return now, nil
}

func numbersOf(labels []plumbline.Label) ([]int64, error) {
	out := []int64{}
	for _, l := range labels {
		n, err := strconv.ParseInt(l.ID, 10, 64)
		if err != nil {
			return nil, &link.Fault{Kind: link.Invalid, Text: "The label " + l.Name + " has no id."}
		}
		out = append(out, n)
	}
	return out, nil
}

func (d desk) Turn(ctx context.Context, ref string, to link.Openness) error {
	_, err := d.write(ctx, http.MethodPatch, "/issues/"+ref, map[string]string{"state": string(to)})
	return err
}

// Find reads our comments, oldest first, to the one with the marker.
func (d desk) Find(ctx context.Context, ref, marker string) (link.Note, error) {
	var found link.Note
	bot, err := d.me(ctx)
	if err != nil {
		return found, err
	}
	err = link.Pages(ctx, d.send, "/issues/"+ref+"/comments", url.Values{"limit": {"50"}}, func(a link.Answer) (bool, error) {
		var page []comment
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, c := range page {
			if c.User.Login == bot && link.Carries(c.Body, marker) {
				found = link.Note{ID: strconv.FormatInt(c.ID, 10), Body: c.Body}
				return false, nil
			}
		}
		return true, nil
	})
	return found, err
}

func (d desk) Write(ctx context.Context, ref string, n link.Note) (string, error) {
	method, below := http.MethodPost, "/issues/"+ref+"/comments"
	if n.ID != "" {
		method, below = http.MethodPatch, "/issues/comments/"+n.ID
	}
	a, err := d.write(ctx, method, below, map[string]string{"body": n.Body})
	if err != nil {
		return "", err
	}
	var made comment
	if err := a.Into(&made); err != nil || made.ID == 0 {
		return n.ID, nil // read back shows whether it is there
	}
	return strconv.FormatInt(made.ID, 10), nil
}

func (d desk) Read(ctx context.Context, _, id string) (link.Note, error) {
	var c comment
	err := d.read(ctx, "/issues/comments/"+id, nil, &c)
	if link.IsKind(err, link.NotFound) {
		return link.Note{}, nil
	}
	return link.Note{ID: id, Body: c.Body}, err
}

// FindOpened looks through the issues that our bot opened, newest first.
func (d desk) FindOpened(ctx context.Context, marker string) (string, error) {
	bot, err := d.me(ctx)
	if err != nil {
		return "", err
	}
	found := ""
	query := url.Values{"state": {"all"}, "type": {"issues"}, "created_by": {bot}, "limit": {"50"}}
	err = link.Pages(ctx, d.send, "/issues", query, func(a link.Answer) (bool, error) {
		var page []issue
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, it := range page {
			if !it.isPull() && it.User.Login == bot && link.Carries(it.Body, marker) {
				found = it.ref()
				return false, nil
			}
		}
		return true, nil
	})
	return found, err
}

func (d desk) OpenIssue(ctx context.Context, title, body string, labels []plumbline.Label) (string, error) {
	numbers, err := numbersOf(labels)
	if err != nil {
		return "", err
	}
	a, err := d.write(ctx, http.MethodPost, "/issues", map[string]any{"title": title, "body": body, "labels": numbers})
	if err != nil {
		return "", err
	}
	var it issue
	if err := a.Into(&it); err != nil || it.Number == 0 {
		return "", &link.Fault{Kind: link.Unknown, Status: a.Status, Text: "Gitea did not say which issue it opened."}
	}
	return it.ref(), nil
}
