package giteatest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Webhooks are for administrators.

func (c *call) hookAdmin() bool {
	if c.right(c.who) != Admin {
		c.no(http.StatusForbidden, "user should be an owner or a collaborator with admin write of a repository")
		return false
	}
	return true
}

func (s *Server) asHook(h *Hook) map[string]any {
	content := "json"
	if h.Form {
		content = "form"
	}
	return map[string]any{
		"id": h.ID, "type": "gitea", "branch_filter": "", "config": map[string]any{"content_type": content, "url": h.URL},
		"events": h.Events, "authorization_header": "", "active": h.Active,
		"created_at": iso(s.now()), "updated_at": iso(s.now()),
	}
}

func (c *call) listHooks() {
	if !c.hookAdmin() {
		return
	}
	out := []any{}
	for _, h := range c.hooks {
		out = append(out, c.asHook(h))
	}
	c.page(out, 30)
}

func (c *call) createHook() {
	if !c.hookAdmin() {
		return
	}
	h := Hook{Events: []string{"push"}}
	var config map[string]string
	_ = json.Unmarshal(c.in["config"], &config)
	_ = json.Unmarshal(c.in["events"], &h.Events)
	_ = json.Unmarshal(c.in["active"], &h.Active)
	h.URL, h.Secret, h.Form = config["url"], config["secret"], config["content_type"] == "form"
	h.ID = c.setHook(h)
	answer(c.w, http.StatusCreated, c.asHook(c.hooks[len(c.hooks)-1]))
}

// editHook without a list of events resets the list to pushes.
func (c *call) editHook() {
	if !c.hookAdmin() {
		return
	}
	for _, h := range c.hooks {
		if strconv.FormatInt(h.ID, 10) == c.r.PathValue("id") {
			changed := *h
			changed.Events = []string{"push"}
			_ = json.Unmarshal(c.in["events"], &changed.Events)
			_ = json.Unmarshal(c.in["active"], &changed.Active)
			c.setHook(changed)
			for _, now := range c.hooks {
				if now.ID == changed.ID {
					answer(c.w, http.StatusOK, c.asHook(now))
				}
			}
			return
		}
	}
	c.no(http.StatusNotFound, notFound)
}

// createLabel makes a label of the repository; a second one of a name is fine.
func (c *call) createLabel() {
	name := c.text("name")
	switch {
	case !c.mayWrite(c.who):
		c.no(http.StatusForbidden, "user should have permission to write to a repo")
	case name == nil || *name == "":
		c.no(http.StatusUnprocessableEntity, "[Name]: Required")
	default:
		l := &label{id: c.id("label"), name: *name}
		_ = json.Unmarshal(c.in["exclusive"], &l.exclusive)
		c.repo.labels = append(c.repo.labels, l)
		answer(c.w, http.StatusCreated, c.asLabel(l))
	}
}
