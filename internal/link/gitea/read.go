package gitea

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// Get reads one issue. Gitea has no issue that moved: a transferred repository
// takes its issues along.
func (t *Tracker) Get(ctx context.Context, ref string) (plumbline.Snapshot, error) {
	if err := link.CheckRef(ref); err != nil {
		return plumbline.Snapshot{}, err
	}
	it, raw, err := t.get(ctx, ref)
	if err != nil {
		return plumbline.Snapshot{}, err
	}
	if it.ref() != ref {
		return plumbline.Snapshot{}, &link.Fault{Kind: link.Invalid, Text: "Gitea sent something else than issue " + ref + "."}
	}
	return it.snapshot(raw), nil
}

// get reads an issue and makes sure that it is one of our repository: after a
// rename, another one may have taken the old path.
func (t *Tracker) get(ctx context.Context, ref string) (it issue, raw []byte, err error) {
	for range 2 {
		a, err := t.send(ctx, link.Call{Path: "/issues/" + ref})
		if err != nil {
			return it, nil, err
		}
		it = issue{}
		if err := a.Into(&it); err != nil {
			return it, nil, err
		}
		t.mu.Lock()
		ours := it.Repository.ID == 0 || it.Repository.ID == t.id
		t.mu.Unlock()
		if ours {
			return it, a.Body, nil
		}
		if _, err := t.find(ctx); err != nil {
			return it, nil, err
		}
	}
	return it, nil, &link.Fault{Kind: link.NotFound, Text: "Another repository answers at the path of ours."}
}

// Changed lists the issues that changed since the cursor, or to begin with the
// open ones that carry one of the labels. The server's order cannot be chosen
// (newest created first); what is created or changed meanwhile only pushes
// others to later pages, but a deletion pulls them to earlier ones, so a list
// is read again when the server's count of it changed on the way.
func (t *Tracker) Changed(ctx context.Context, cursor string, names []string) (link.Batch, error) {
	pass := &link.Pass{}
	if cursor != "" {
		since, err := link.Since(cursor)
		if err != nil {
			return link.Batch{}, err
		}
		query := url.Values{"state": {"all"}, "since": {since.Truncate(time.Second).Format(time.RFC3339)}}
		if err := t.list(ctx, pass, query, nil); err != nil {
			return link.Batch{}, err
		}
		return pass.Batch(cursor), nil
	}
	if err := t.begin(ctx, pass); err != nil {
		return link.Batch{}, err
	}
	// Filters by name pass over the labels of the organisation and over names
	// that are not there, and then list everything. All open issues are read
	// instead, once per link.
	if wanted := link.Wanted(names); len(wanted) > 0 {
		if err := t.list(ctx, pass, url.Values{"state": {"open"}}, wanted); err != nil {
			return link.Batch{}, err
		}
	}
	return pass.Batch(cursor), nil
}

// begin asks for the server's clock, before any issue is read.
func (t *Tracker) begin(ctx context.Context, pass *link.Pass) error {
	a, err := t.call.Send(ctx, link.Call{Path: "/version"})
	pass.Began(a)
	return err
}

// list reads all pages, and again while the server's count changes on the way,
// at most five times. What one reading saw, the next does not forget.
func (t *Tracker) list(ctx context.Context, pass *link.Pass, query url.Values, names []string) error {
	query.Set("type", "issues")
	query.Set("limit", "50")
	for range 5 {
		counts := map[string]bool{}
		err := link.Pages(ctx, t.send, "/issues", query, func(a link.Answer) (bool, error) {
			pass.Began(a)
			counts[a.Header.Get("X-Total-Count")] = true
			n, err := collect(a, pass, names)
			return n > 0, err
		})
		if err != nil || len(counts) < 2 {
			return err
		}
	}
	return nil
}

// collect takes the issues of one page that are wanted, and says how many
// there were in all.
func collect(a link.Answer, pass *link.Pass, names []string) (int, error) {
	var page []issue
	if err := a.Into(&page); err != nil {
		return 0, err
	}
	for _, it := range page {
		if it.Number == 0 || it.Updated.IsZero() {
			return 0, &link.Fault{Kind: link.Invalid, Text: "Gitea listed an issue without a number or a time."}
		}
		if !it.isPull() && (names == nil || link.HasAny(it.Labels.words(), names)) {
			pass.Add(it.ref(), it.Updated.Time)
		}
	}
	return len(page), nil
}

// History is who put on or took off which label when, oldest first.
func (t *Tracker) History(ctx context.Context, ref string) ([]plumbline.LabelChange, error) {
	if err := link.CheckRef(ref); err != nil {
		return nil, err
	}
	var out []plumbline.LabelChange
	err := link.Pages(ctx, t.send, "/issues/"+ref+"/timeline", url.Values{"limit": {"50"}}, func(a link.Answer) (bool, error) {
		var page []entry
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, e := range page {
			if e.Type != "label" {
				continue
			}
			c := plumbline.LabelChange{ID: strconv.FormatInt(e.ID, 10), Added: e.Body == "1", Actor: e.User.Login, At: e.Created.Time}
			if e.Label != nil && e.Label.ID != 0 {
				c.Label, c.LabelID = e.Label.Name, strconv.FormatInt(e.Label.ID, 10)
			}
			out = append(out, c)
		}
		return true, nil
	})
	return out, err
}
