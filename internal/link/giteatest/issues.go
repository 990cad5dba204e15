package giteatest

import (
	"encoding/json"
	"net/http"
	"sort"
	"strconv"
	"time"
)

func (c *call) showIssue() {
	if is := c.issue(); is != nil {
		answer(c.w, http.StatusOK, c.asIssue(is, is.labels))
	}
}

// listIssues passes over names of labels that the repository itself does not
// have, so that a filter by such a name filters nothing. The order cannot be
// chosen.
func (c *call) listIssues() {
	q := c.r.URL.Query()
	var labels []*label
	for _, name := range split(q.Get("labels")) {
		for _, l := range c.byName(name) {
			if !l.org {
				labels = append(labels, l)
			}
		}
	}
	since, err := time.Parse(time.RFC3339, q.Get("since"))
	if err != nil && q.Get("since") != "" {
		c.no(http.StatusUnprocessableEntity, err.Error())
		return
	}
	var list []*issue
	for _, is := range c.repo.issues {
		state := q.Get("state")
		keep := state == "all" || is.closed == (state == "closed")
		keep = keep && (q.Get("type") == "" || is.pull == (q.Get("type") == "pulls"))
		keep = keep && (since.IsZero() || !is.updated.Before(since))
		keep = keep && (q.Get("created_by") == "" || is.author == q.Get("created_by"))
		for _, l := range labels {
			keep = keep && has(is.labels, l)
		}
		if keep {
			list = append(list, is)
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		if !list[i].created.Equal(list[j].created) {
			return list[i].created.After(list[j].created)
		}
		return list[i].id > list[j].id
	})
	out := []any{}
	for _, is := range list {
		out = append(out, c.asIssue(is, is.labels))
	}
	c.page(out, 30)
}

func (c *call) createIssue() {
	title, body := c.text("title"), c.text("body")
	if title == nil || *title == "" {
		c.no(http.StatusUnprocessableEntity, "[Title]: Required")
		return
	}
	if body == nil {
		body = new(string)
	}
	var ids []int64
	_ = json.Unmarshal(c.in["labels"], &ids)
	is := c.create(c.who, *title, *body, c.byIDs(ids), false)
	answer(c.w, http.StatusCreated, c.asIssue(is, is.labels))
}

// editIssue is for writers and for who wrote the issue.
func (c *call) editIssue() {
	is := c.issue()
	if is == nil {
		return
	}
	if !c.mayWrite(c.who) && is.author != c.who {
		c.no(http.StatusForbidden, "user should have permission to write to a repo")
		return
	}
	if title, body := c.text("title"), c.text("body"); title != nil || body != nil {
		c.edit(c.who, is, title, body)
	}
	if state := c.text("state"); state != nil {
		c.setState(c.who, is, *state == "closed")
	}
	answer(c.w, http.StatusCreated, c.asIssue(is, is.labels))
}

func (c *call) byIDs(ids []int64) []*label {
	var out []*label
	for _, id := range ids {
		for _, l := range c.all() {
			if l.id == id {
				out = append(out, l)
			}
		}
	}
	return out
}

// wanted reads names or ids, not both. What does not exist is passed over; a
// name means every label that is called so.
func (c *call) wanted() ([]*label, bool) {
	var ids []int64
	if json.Unmarshal(c.in["labels"], &ids) == nil {
		return c.byIDs(ids), true
	}
	var names []string
	if json.Unmarshal(c.in["labels"], &names) != nil {
		c.no(http.StatusBadRequest, "labels should be an array of strings or integers")
		return nil, false
	}
	var out []*label
	for _, n := range names {
		out = append(out, c.byName(n)...)
	}
	return out, true
}

func (c *call) issueLabels() {
	if is := c.issue(); is != nil {
		answer(c.w, http.StatusOK, c.asLabels(is.labels))
	}
}

func (c *call) addLabels() {
	is := c.writer()
	if is == nil {
		return
	}
	if labels, ok := c.wanted(); ok {
		c.add(c.who, is, labels)
		answer(c.w, http.StatusOK, c.asLabels(is.labels))
	}
}

func (c *call) replaceLabels() {
	is := c.writer()
	if is == nil {
		return
	}
	if labels, ok := c.wanted(); ok {
		c.replace(c.who, is, labels)
		answer(c.w, http.StatusOK, c.asLabels(is.labels))
	}
}

func (c *call) clearLabels() {
	if is := c.writer(); is != nil {
		c.clear(c.who, is)
		c.w.WriteHeader(http.StatusNoContent)
	}
}

// removeLabel takes ids only. A label that the issue does not have is removed
// all the same, and announced.
func (c *call) removeLabel() {
	is := c.writer()
	if is == nil {
		return
	}
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	found := c.byIDs([]int64{id})
	if err != nil || len(found) == 0 {
		c.no(http.StatusUnprocessableEntity, "label does not exist [label_id: "+c.r.PathValue("id")+"]")
		return
	}
	c.remove(c.who, is, found[0])
	c.w.WriteHeader(http.StatusNoContent)
}

// listComments has no pages.
func (c *call) listComments() {
	is := c.issue()
	if is == nil {
		return
	}
	out := []any{}
	for _, e := range is.line {
		if e.kind == "comment" {
			out = append(out, c.asComment(is, e))
		}
	}
	c.w.Header().Set("X-Total-Count", strconv.Itoa(len(out)))
	answer(c.w, http.StatusOK, out)
}

func (c *call) createComment() {
	is, body := c.issue(), c.text("body")
	if is == nil {
		return
	}
	if body == nil || *body == "" {
		c.no(http.StatusUnprocessableEntity, "[Body]: Required")
		return
	}
	answer(c.w, http.StatusCreated, c.asComment(is, c.comment(c.who, is, *body)))
}

func (c *call) showComment() {
	is, e := c.findComment(c.r.PathValue("comment"))
	if e == nil {
		c.no(http.StatusNotFound, notFound)
		return
	}
	answer(c.w, http.StatusOK, c.asComment(is, e))
}

// editComment is for who wrote it, and administrators.
func (c *call) editComment() {
	is, e := c.findComment(c.r.PathValue("comment"))
	body := c.text("body")
	switch {
	case e == nil:
		c.no(http.StatusNotFound, notFound)
	case e.who != c.who && c.right(c.who) != Admin:
		c.no(http.StatusForbidden, "")
	default:
		if body != nil {
			e.body, e.updated = *body, c.now()
			c.announceComment(c.who, is, e, "edited")
		}
		answer(c.w, http.StatusOK, c.asComment(is, e))
	}
}

func (c *call) timeline() {
	is := c.issue()
	if is == nil {
		return
	}
	out := []any{}
	for _, e := range is.line {
		var l any
		if e.label != nil && !e.label.gone {
			l = c.asLabel(e.label)
		}
		out = append(out, map[string]any{
			"id": e.id, "type": e.kind, "user": c.asUser(e.who), "body": e.body, "label": l, "created_at": iso(e.created), "updated_at": iso(e.updated),
			"issue_url": c.URL + "/" + c.repo.path + "/issues/" + strconv.FormatInt(is.number, 10),
		})
	}
	c.page(out, 30)
}
