package gitlab

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// Get reads one issue.
func (t *Tracker) Get(ctx context.Context, ref string) (plumbline.Snapshot, error) {
	if err := link.CheckRef(ref); err != nil {
		return plumbline.Snapshot{}, err
	}
	base, err := t.project(ctx)
	if err != nil {
		return plumbline.Snapshot{}, err
	}
	a, err := t.call.Send(ctx, link.Call{Path: base + "/issues/" + ref})
	if err != nil {
		return plumbline.Snapshot{}, err
	}
	var it issue
	if err := a.Into(&it); err != nil {
		return plumbline.Snapshot{}, err
	}
	if strconv.FormatInt(it.IID, 10) != ref {
		return plumbline.Snapshot{}, &link.Fault{Kind: link.Invalid, Status: a.Status, Text: "GitLab sent something else than issue " + ref + "."}
	}
	if it.MovedTo != 0 {
		return plumbline.Snapshot{}, t.moved(ctx, ref, it.MovedTo)
	}
	return t.snapshot(ctx, it, a.Body)
}

// moved asks where a moved issue is now. The old one only holds the new one's
// global id, which the REST API resolves for administrators only; GraphQL
// answers a GET for anybody who may see the issue.
func (t *Tracker) moved(ctx context.Context, ref string, global int64) error {
	var found struct {
		Data struct {
			Issue *struct {
				Reference string `json:"reference"`
			} `json:"issue"`
		} `json:"data"`
	}
	query := `{issue(id:"gid://gitlab/Issue/` + strconv.FormatInt(global, 10) + `"){reference(full:true)}}`
	f := &link.Fault{Kind: link.Moved, Text: "#" + ref + " was moved to a place that our token may not see."}
	if err := t.read(ctx, "/graphql", url.Values{"query": {query}}, &found); err == nil && found.Data.Issue != nil {
		f.To = found.Data.Issue.Reference
		f.Text = "#" + ref + " was moved to " + f.To + "."
	}
	return f
}

// moment is how GitLab reads a time in a query: UTC with Z, since a plus sign
// would become a space. Its answers are cut to the millisecond, and
// updated_after means at or after.
const moment = "2006-01-02T15:04:05.000Z"

// Changed lists the issues that changed since the cursor, or to begin with the
// open ones that carry one of the labels. It seeks: after each page it asks for
// page one again, from the last time it saw, so that an issue which changes
// meanwhile and jumps to the end pushes no other off the page.
func (t *Tracker) Changed(ctx context.Context, cursor string, labels []string) (link.Batch, error) {
	base, err := t.project(ctx)
	if err != nil {
		return link.Batch{}, err
	}
	s := seeker{t: t, path: base + "/issues", pass: &link.Pass{}}
	if cursor != "" {
		since, err := link.Since(cursor)
		if err == nil {
			err = s.run(ctx, url.Values{"state": {"all"}}, since, nil)
		}
		return s.pass.Batch(cursor), err
	}
	for _, name := range link.Wanted(labels) { // several labels in one query would all have to be there
		if err := s.run(ctx, url.Values{"state": {"opened"}, "labels": {name}}, time.Time{}, []string{name}); err != nil {
			return link.Batch{}, err
		}
	}
	if s.pass.Mark().IsZero() {
		a, err := s.page(ctx, url.Values{"per_page": {"1"}}) // for the server's clock
		if err != nil {
			return link.Batch{}, err
		}
		s.pass.Began(a)
	}
	return s.pass.Batch(cursor), nil
}

// seeker walks through a list that is ordered by time of change.
type seeker struct {
	t    *Tracker
	path string
	pass *link.Pass
}

func (s seeker) page(ctx context.Context, query url.Values) (link.Answer, error) {
	a, err := s.t.call.Send(ctx, link.Call{Path: s.path, Query: query})
	s.pass.Began(a)
	return a, err
}

// run lists from a moment on. Only issues that carry one of the labels count,
// when some are given: the server's filter is not believed. It ends at the end of
// the list, or where the list has overtaken the moment at which the pass began:
// what changes later is for the next pass.
func (s seeker) run(ctx context.Context, filter url.Values, from time.Time, labels []string) error {
	for tries := 0; ; {
		filter.Set("page", "1")
		last, more, fresh, err := s.step(ctx, filter, from, labels)
		if err != nil || !more || !s.pass.Mark().IsZero() && last.After(s.pass.Mark().Add(time.Minute)) {
			return err
		}
		if last.After(from) {
			from = last
			continue
		}
		// More issues than fit on a page share one moment: walk on by page until
		// it passes, and once more while that still finds new ones, since page
		// numbers can skip.
		for page := 2; more && !last.After(from); page++ {
			filter.Set("page", strconv.Itoa(page))
			var news bool
			if last, more, news, err = s.step(ctx, filter, from, labels); err != nil {
				return err
			}
			fresh = fresh || news
		}
		if !fresh || tries == 5 {
			if !last.After(from) {
				return nil
			}
			from, tries = last, 0
			continue
		}
		tries++
	}
}

// step reads one page. It returns the last time of change on it, whether more
// pages follow and whether an issue was new to the pass.
func (s seeker) step(ctx context.Context, filter url.Values, from time.Time, labels []string) (last time.Time, more, fresh bool, err error) {
	filter.Set("scope", "all")
	filter.Set("order_by", "updated_at")
	filter.Set("sort", "asc")
	filter.Set("per_page", "100")
	if !from.IsZero() {
		filter.Set("updated_after", from.UTC().Format(moment))
	}
	a, err := s.page(ctx, filter)
	if err != nil {
		return last, false, false, err
	}
	var list []issue
	if err := a.Into(&list); err != nil {
		return last, false, false, err
	}
	last = from
	for _, it := range list {
		if it.IID == 0 || it.Updated.IsZero() {
			return last, false, false, &link.Fault{Kind: link.Invalid, Text: "GitLab listed an issue without a number or a time."}
		}
		last = it.Updated.Std()
		if labels == nil || carries(it.Labels, labels) {
			fresh = s.pass.Add(strconv.FormatInt(it.IID, 10), it.Updated.Time) || fresh
		}
	}
	return last, len(list) > 0 && a.Next() != nil, fresh, nil
}

func carries(titles, names []string) bool {
	for _, title := range titles {
		for _, n := range names {
			if title == n {
				return true
			}
		}
	}
	return false
}

// History is who put on or took off which label when, oldest first. The label
// of an entry is empty when it was deleted since.
func (t *Tracker) History(ctx context.Context, ref string) ([]plumbline.LabelChange, error) {
	if err := link.CheckRef(ref); err != nil {
		return nil, err
	}
	base, err := t.project(ctx)
	if err != nil {
		return nil, err
	}
	var out []plumbline.LabelChange
	path := base + "/issues/" + ref + "/resource_label_events"
	err = link.Pages(ctx, t.call.Send, path, url.Values{"per_page": {"100"}}, func(a link.Answer) (bool, error) {
		var page []labelEvent
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, e := range page {
			c := plumbline.LabelChange{
				ID: strconv.FormatInt(e.ID, 10), Added: e.Action == "add", Actor: e.User.Username, At: e.Created.Time,
			}
			if e.Label != nil {
				c.Label, c.LabelID = e.Label.Name, strconv.FormatInt(e.Label.ID, 10)
			}
			out = append(out, c)
		}
		return true, nil
	})
	return out, err
}
