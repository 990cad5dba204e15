package gitlab

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/link"
)

// Access levels of GitLab: from Planner on, issues' metadata may be set.
const planner = 15

// Resolve finds the project, who we are and what we may, by reading only.
func (t *Tracker) Resolve(ctx context.Context) (link.Container, error) {
	var c link.Container
	p, err := t.find(ctx)
	if err != nil {
		return c, err
	}
	if p.issuesOff() {
		return c, &link.Fault{Kind: link.Archived, Text: "Issues are switched off in " + p.Path + "."}
	}
	var u user
	if err := t.read(ctx, "/v4/user", nil, &u); err != nil {
		return c, err
	}
	t.mu.Lock()
	t.bot = u.Username
	t.mu.Unlock()
	c = link.Container{ID: strconv.FormatInt(p.ID, 10), Path: p.Path, Bot: u.Username, Archived: p.Archived}
	if err := t.resolveToken(ctx, &c); err != nil {
		return c, err
	}
	c.MayWrite = mayUse(c.Scopes, "api") && !p.Archived && (p.level() >= planner || u.Admin)
	if c.Labels, err = t.shelf(ctx); err != nil {
		return c, err
	}
	var v struct {
		Version string `json:"version"`
	}
	if err := optional(t.read(ctx, "/v4/version", nil, &v)); err != nil {
		return c, err
	}
	c.Version, c.Exclusive = v.Version, "none"
	if strings.Contains(v.Version, "-ee") {
		c.Exclusive = "unknown" // only a licence makes scopes exclusive, and the licence is for administrators to see
	}
	c.HookHealth, c.HookDetail, err = t.hookHealth(ctx)
	return c, err
}

// resolveToken reads what the token may and how long it lasts. An OAuth token
// or an old server has no answer to that.
func (t *Tracker) resolveToken(ctx context.Context, c *link.Container) error {
	var self struct {
		Scopes  []string   `json:"scopes"`
		Expires link.Stamp `json:"expires_at"`
	}
	if err := optional(t.read(ctx, "/v4/personal_access_tokens/self", nil, &self)); err != nil {
		return err
	}
	c.Scopes, c.Expires = self.Scopes, self.Expires.Time
	return nil
}

func mayUse(scopes []string, scope string) bool {
	for _, s := range scopes {
		if s == scope {
			return true
		}
	}
	return len(scopes) == 0 // not known
}

// optional forgives the answers that mean "not for you" or "not here".
func optional(err error) error {
	if link.IsKind(err, link.NotFound) || link.IsKind(err, link.Forbidden) || link.IsKind(err, link.Invalid) {
		return nil
	}
	return err
}

// hookHealth looks for the project's webhook to us: its address ends with
// /hooks/ and the name of this link. Only maintainers may see it. GitLab
// switches a webhook off after four failures in a row, for a minute and
// then for longer, and for good after forty.
func (t *Tracker) hookHealth(ctx context.Context) (health, detail string, err error) {
	base, err := t.project(ctx)
	if err != nil {
		return "unknown", "", err
	}
	health, detail = "missing", "The project has no webhook to this link."
	err = link.Pages(ctx, t.call.Send, base+"/hooks", url.Values{"per_page": {"100"}}, func(a link.Answer) (bool, error) {
		var page []hook
		if err := a.Into(&page); err != nil {
			return false, err
		}
		for _, h := range page {
			if strings.HasSuffix(strings.TrimRight(h.URL, "/"), "/hooks/"+string(t.cfg.ID)) {
				health, detail = h.health()
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		return "unknown", "Our token may not see the project's webhooks.", optional(err)
	}
	return health, detail, nil
}

func (h hook) health() (health, detail string) {
	switch {
	case h.Alert == "disabled":
		return "disabled", "GitLab has switched the webhook off after too many failures; test it there to switch it on."
	case h.Alert == "temporarily_disabled" || h.Alert != "executable" && !h.DisabledUntil.IsZero():
		return "disabled", "GitLab has switched the webhook off until " + h.DisabledUntil.Std().Format("2006-01-02 15:04:05 UTC") + " after failures."
	case !h.Issues:
		return "drifted", "The webhook does not send issue events."
	case !h.Confidential:
		return "healthy", "Confidential issues are not announced; polling finds them."
	}
	return "healthy", ""
}

// snapshot is the issue in our words.
func (t *Tracker) snapshot(ctx context.Context, it issue, raw []byte) (plumbline.Snapshot, error) {
	labels, err := t.identify(ctx, it.Labels)
	if err != nil {
		return plumbline.Snapshot{}, err
	}
	s := plumbline.Snapshot{
		Ref: strconv.FormatInt(it.IID, 10), GlobalID: strconv.FormatInt(it.ID, 10),
		Title: it.Title, Body: it.Description, Open: it.State != "closed", Labels: labels,
		Author: it.Author.Username, AuthorName: it.Author.Name, Confidential: it.Confidential,
		URL: it.URL, Created: it.Created.Time, Updated: it.Updated.Time, Raw: raw,
		Assignee: it.Assignee.Username,
	}
	if len(it.Assignees) > 0 {
		s.Assignee = it.Assignees[0].Username
	}
	return s, nil
}
