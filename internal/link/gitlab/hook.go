package gitlab

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/link"
)

// payload is what is read of a webhook. GitLab announces issues as "issue" and,
// newer, as "work_item", both under the header "Issue Hook"; the project of a
// work item may be left out.
type payload struct {
	Kind    string `json:"object_kind"`
	Event   string `json:"event_name"`
	User    user   `json:"user"`
	Project struct {
		ID   int64  `json:"id"`
		Path string `json:"path_with_namespace"`
	} `json:"project"`
	ProjectID  int64 `json:"project_id"`
	Attributes struct {
		IID       int64      `json:"iid"`
		ProjectID int64      `json:"project_id"`
		Action    string     `json:"action"`
		Noteable  string     `json:"noteable_type"`
		Updated   link.Stamp `json:"updated_at"`
	} `json:"object_attributes"`
	Issue *struct {
		IID       int64 `json:"iid"`
		ProjectID int64 `json:"project_id"`
	} `json:"issue"`
}

// Parse verifies a delivery and says which issue to look at. With a signing
// token configured, only a delivery signed with one is accepted, whatever else
// it carries; else the secret in X-Gitlab-Token must be ours; without either,
// none is. Its id is Idempotency-Key, which stays the same when GitLab repeats
// a delivery; X-Gitlab-Event-UUID does not name one, since a chain of hooks
// shares it.
func (t *Tracker) Parse(header http.Header, body []byte) (plumbline.Delivery, error) {
	var none plumbline.Delivery
	switch {
	case len(t.keys) > 0:
		if err := link.CheckSigned(header, body, t.keys, t.cfg.Now()); err != nil {
			return none, err
		}
	case len(t.cfg.Secrets) == 0:
		return none, link.Refused("This link has no secret for webhooks, so it accepts none: set one here and in GitLab's webhook.")
	case !link.SameSecret(header.Get("X-Gitlab-Token"), t.cfg.Secrets):
		return none, link.Refused("The delivery's X-Gitlab-Token is missing or is not the secret of this link.")
	}
	var p payload
	if err := link.Object(body, &p); err != nil {
		return none, err
	}
	d := plumbline.Delivery{
		Link:  t.cfg.ID,
		ID:    link.DeliveryID(body, header.Get("Idempotency-Key"), header.Get("webhook-id"), header.Get("X-Gitlab-Webhook-UUID")),
		Event: strings.TrimSpace(p.name() + " " + p.Attributes.Action),
		Actor: p.User.Username,
		At:    p.Attributes.Updated.Time,
	}
	if d.At.IsZero() {
		d.At = plumbline.At(t.cfg.Now())
	}
	if iid, project := p.issue(); iid > 0 && t.ours(project, p.Project.Path) {
		d.Ref = strconv.FormatInt(iid, 10)
	}
	return d, nil
}

// name is the kind of event; system hooks, which tell nothing of issues, have
// another field for it.
func (p payload) name() string {
	if p.Kind != "" {
		return p.Kind
	}
	return p.Event
}

// issue is the number of the issue that the payload is about, and its project.
func (p payload) issue() (iid, project int64) {
	switch {
	case p.Kind == "issue" || p.Kind == "work_item":
		return p.Attributes.IID, cmp.Or(p.Attributes.ProjectID, p.Project.ID, p.ProjectID)
	case p.Kind == "note" && p.Issue != nil && p.Attributes.Noteable == "Issue":
		return p.Issue.IID, cmp.Or(p.Issue.ProjectID, p.ProjectID, p.Project.ID)
	}
	return 0, 0
}

// ours says whether the project is the one of this link: a group's webhook
// announces all of its projects, and every project has an issue 1.
func (t *Tracker) ours(project int64, path string) bool {
	t.mu.Lock()
	id := t.id
	t.mu.Unlock()
	number := strconv.FormatInt(project, 10)
	if id != "" {
		return number == id
	}
	return number == t.cfg.Project || path != "" && strings.EqualFold(path, t.cfg.Project)
}
