package gitlabtest

import (
	"net/http"
	"sort"
	"strconv"
)

// listNotes cuts the page first and drops hidden notes from it afterwards, so
// that a page may be short, or empty, with more to follow.
func (c *call) listNotes() {
	is := c.issue()
	if is == nil {
		return
	}
	list := append([]*note(nil), is.notes...)
	asc := c.str("sort") == "asc"
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		ta, tb := a.created, b.created
		if c.str("order_by") == "updated_at" {
			ta, tb = a.updated, b.updated
		}
		if !ta.Equal(tb) {
			return ta.Before(tb) == asc
		}
		return (a.id < b.id) == asc
	})
	page, per := c.number("page", 1, 1<<30), c.number("per_page", 20, 100)
	c.pageHeaders(page, per, len(list))
	out := []any{}
	for i := (page - 1) * per; i < min(page*per, len(list)); i++ {
		if !list[i].hidden {
			out = append(out, asNote(c.Server, is, list[i]))
		}
	}
	answer(c.w, http.StatusOK, out)
}

func (c *call) createNote() {
	is := c.issue()
	if is == nil {
		return
	}
	if c.str("body") == "" {
		answer(c.w, http.StatusBadRequest, map[string]any{"error": "body is missing"})
		return
	}
	n, did := c.comment(c.who, is, c.str("body"))
	if n == nil {
		answer(c.w, http.StatusAccepted, map[string]any{"commands_changes": map[string]any{}, "summary": []string{did}})
		return
	}
	answer(c.w, http.StatusCreated, asNote(c.Server, is, n))
}

func (c *call) note() (*issue, *note) {
	is := c.issue()
	if is == nil {
		return nil, nil
	}
	for _, n := range is.notes {
		if strconv.FormatInt(n.id, 10) == c.r.PathValue("note") && !n.hidden {
			return is, n
		}
	}
	c.fail(http.StatusNotFound, "404 Note Not Found")
	return nil, nil
}

func (c *call) showNote() {
	if is, n := c.note(); n != nil {
		answer(c.w, http.StatusOK, asNote(c.Server, is, n))
	}
}

// updateNote is for who wrote the note, and maintainers. Commands in the new
// text run too.
func (c *call) updateNote() {
	is, n := c.note()
	if n == nil {
		return
	}
	if n.author != c.who && c.level(c.who) < Maintainer {
		c.fail(http.StatusForbidden, "403 Forbidden")
		return
	}
	rest, done := c.commands(is.project, c.str("body"))
	n.body, n.updated = rest, c.now()
	if c.level(c.who) >= Planner {
		c.update(c.who, is, done)
	}
	answer(c.w, http.StatusOK, asNote(c.Server, is, n))
}

func (c *call) listLabelEvents() {
	is := c.issue()
	if is == nil {
		return
	}
	out := []any{}
	for _, ch := range is.changes {
		if ch.state != "" {
			continue
		}
		var l any
		if !ch.label.gone {
			l = map[string]any{"id": ch.label.id, "name": ch.label.title, "color": "#34495E", "description": ""}
		}
		action := "remove"
		if ch.added {
			action = "add"
		}
		out = append(out, map[string]any{
			"id": ch.id, "user": asUser(c.Server, ch.who), "created_at": iso(ch.at), "resource_type": "Issue", "resource_id": is.id, "label": l, "action": action,
		})
	}
	c.page(out)
}

func (c *call) listStateEvents() {
	is := c.issue()
	if is == nil {
		return
	}
	out := []any{}
	for _, ch := range is.changes {
		if ch.state != "" {
			out = append(out, map[string]any{"id": ch.id, "user": asUser(c.Server, ch.who), "created_at": iso(ch.at), "resource_type": "Issue", "resource_id": is.id, "state": ch.state})
		}
	}
	c.page(out)
}
