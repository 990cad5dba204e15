package gitlabtest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"
)

func (c *call) showIssue() {
	if is := c.issue(); is != nil {
		answer(c.w, http.StatusOK, c.asIssue(is))
	}
}

// createIssue is open to guests; their labels are dropped without a word.
func (c *call) createIssue() {
	p := c.open()
	if p == nil {
		return
	}
	if c.str("title") == "" {
		answer(c.w, http.StatusBadRequest, map[string]any{"error": "title is missing"})
		return
	}
	is := c.create(c.who, p, c.str("title"), c.str("description"), c.list("labels"), c.in["confidential"] == true)
	answer(c.w, http.StatusCreated, c.asIssue(is))
}

// updateIssue is for planners and up, and for who wrote the issue; the latter
// may not set metadata: labels and the like are skipped, not refused.
func (c *call) updateIssue() {
	is := c.issue()
	if is == nil {
		return
	}
	if c.level(c.who) < Planner && is.author != c.who {
		c.fail(http.StatusForbidden, "403 Forbidden")
		return
	}
	e := edit{add: c.list("add_labels"), remove: c.list("remove_labels"), state: c.str("state_event")}
	if _, ok := c.in["labels"]; ok {
		all := c.list("labels")
		e.replace = &all
	}
	if v, ok := c.in["title"].(string); ok {
		e.title = &v
	}
	if v, ok := c.in["description"].(string); ok {
		e.body = &v
	}
	if v, ok := c.in["confidential"].(bool); ok {
		e.confidential = &v
	}
	c.update(c.who, is, e)
	answer(c.w, http.StatusOK, c.asIssue(is))
}

func (c *call) listIssues() {
	p := c.open()
	if p == nil {
		return
	}
	var list []*issue
	for _, is := range p.issues {
		if c.maySee(c.who, is) && c.matches(is) {
			list = append(list, is)
		}
	}
	order, asc := c.str("order_by"), c.str("sort") == "asc"
	key := func(is *issue) time.Time {
		if order == "updated_at" {
			return is.updated
		}
		return is.created
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if !key(a).Equal(key(b)) {
			return key(a).Before(key(b)) == asc
		}
		return (a.id < b.id) == asc
	})
	if c.str("pagination") == "keyset" {
		c.keyset(list, key, asc)
		return
	}
	out := []any{}
	for _, is := range list {
		out = append(out, c.listed(is))
	}
	c.page(out)
}

func (c *call) listed(is *issue) map[string]any {
	m := c.asIssue(is)
	if c.str("with_labels_details") == "true" {
		labels := []any{}
		for _, l := range is.labels {
			labels = append(labels, map[string]any{"id": l.id, "name": l.title, "color": "#d9534f", "text_color": "#FFFFFF"})
		}
		m["labels"] = labels
	}
	return m
}

// matches applies the filters. A label that does not exist matches nothing;
// several must all be there. updated_after means at or after.
func (c *call) matches(is *issue) bool {
	switch c.str("state") {
	case "opened":
		if is.closed {
			return false
		}
	case "closed":
		if !is.closed {
			return false
		}
	}
	titles := is.titles()
	for _, want := range split(c.str("labels")) {
		switch {
		case strings.EqualFold(want, "None"):
			if len(titles) > 0 {
				return false
			}
		case strings.EqualFold(want, "Any"):
			if len(titles) == 0 {
				return false
			}
		case !contains(titles, want):
			return false
		}
	}
	for _, not := range split(c.str("not[labels]")) {
		if contains(titles, not) {
			return false
		}
	}
	if a := c.str("author_username"); a != "" && a != is.author {
		return false
	}
	if t, err := time.Parse(time.RFC3339Nano, c.str("updated_after")); err == nil && is.updated.Before(t) {
		return false
	}
	if t, err := time.Parse(time.RFC3339Nano, c.str("created_after")); err == nil && is.created.Before(t) {
		return false
	}
	return true
}

// page sends one page by number, with the headers that lead to the next.
func (c *call) page(all []any) {
	page, per := c.number("page", 1, 1<<30), c.number("per_page", 20, 100)
	from := min((page-1)*per, len(all))
	to := min(from+per, len(all))
	c.pageHeaders(page, per, len(all))
	answer(c.w, http.StatusOK, all[from:to])
}

func (c *call) pageHeaders(page, per, total int) {
	pages := (total + per - 1) / per
	h := c.w.Header()
	h.Set("X-Page", strconv.Itoa(page))
	h.Set("X-Per-Page", strconv.Itoa(per))
	h.Set("X-Next-Page", "")
	if total <= 10_000 {
		h.Set("X-Total", strconv.Itoa(total))
		h.Set("X-Total-Pages", strconv.Itoa(pages))
	}
	links := []string{c.link("first", "page", "1")}
	if page < pages {
		h.Set("X-Next-Page", strconv.Itoa(page+1))
		links = append(links, c.link("next", "page", strconv.Itoa(page+1)))
	}
	h.Set("Link", strings.Join(links, ", "))
}

func (c *call) link(rel, param, value string) string {
	q := c.r.URL.Query()
	q.Set(param, value)
	u := url.URL{Scheme: "http", Host: "gitlab.internal", Path: c.r.URL.Path, RawQuery: q.Encode()} // as behind a proxy
	return "<" + u.String() + `>; rel="` + rel + `"`
}

func (c *call) number(name string, without, most int) int {
	n, err := strconv.Atoi(c.str(name))
	if err != nil || n < 1 {
		return without
	}
	return min(n, most)
}

// keyset sends the rows after the cursor's. The cursor is the server's secret:
// here the last row's time and id.
func (c *call) keyset(list []*issue, key func(*issue) time.Time, asc bool) {
	per := c.number("per_page", 20, 100)
	if raw, err := base64.RawURLEncoding.DecodeString(c.str("cursor")); err == nil && len(raw) > 0 {
		at, id, _ := strings.Cut(string(raw), " ")
		micros, _ := strconv.ParseInt(at, 10, 64)
		last, _ := strconv.ParseInt(id, 10, 64)
		first := sort.Search(len(list), func(i int) bool {
			k := key(list[i]).UnixMicro()
			if k != micros {
				return (k > micros) == asc
			}
			return list[i].id != last && (list[i].id > last) == asc
		})
		list = list[first:]
	}
	if len(list) > per {
		list = list[:per]
		end := list[per-1]
		cursor := strconv.FormatInt(key(end).UnixMicro(), 10) + " " + strconv.FormatInt(end.id, 10)
		c.w.Header().Set("Link", c.link("next", "cursor", base64.RawURLEncoding.EncodeToString([]byte(cursor))))
	}
	out := []any{}
	for _, is := range list {
		out = append(out, c.listed(is))
	}
	answer(c.w, http.StatusOK, out)
}
