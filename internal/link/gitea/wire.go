package gitea

import (
	"encoding/json"
	"errors"
	"strconv"

	"plumbline"
	"plumbline/internal/link"
)

// The shapes that Gitea's API sends, cut down to what is read.

type user struct {
	Login    string `json:"login"`
	FullName string `json:"full_name"`
}

type repository struct {
	ID          int64  `json:"id"`
	Path        string `json:"full_name"`
	Archived    bool   `json:"archived"`
	HasIssues   *bool  `json:"has_issues"`
	Permissions struct {
		Push bool `json:"push"`
	} `json:"permissions"`
}

type label struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// labels must not be misread: what is not a list of labels is an error.
type labels []label

func (l *labels) UnmarshalJSON(b []byte) error {
	var each []json.RawMessage
	if json.Unmarshal(b, &each) != nil {
		return errors.New("labels are not a list")
	}
	*l = nil
	for _, raw := range each {
		var one label
		if json.Unmarshal(raw, &one) != nil || one.ID == 0 || one.Name == "" {
			return errors.New("a label has no id or no name")
		}
		*l = append(*l, one)
	}
	return nil
}

func (l labels) words() []plumbline.Label {
	var out []plumbline.Label
	for _, one := range l {
		out = append(out, plumbline.Label{ID: strconv.FormatInt(one.ID, 10), Name: one.Name})
	}
	return out
}

type issue struct {
	ID         int64           `json:"id"`
	Number     int64           `json:"number"`
	Title      string          `json:"title"`
	Body       string          `json:"body"`
	State      string          `json:"state"`
	Labels     labels          `json:"labels"`
	User       user            `json:"user"`
	Assignee   user            `json:"assignee"`
	Pull       json.RawMessage `json:"pull_request"`
	URL        string          `json:"html_url"`
	Created    link.Stamp      `json:"created_at"`
	Updated    link.Stamp      `json:"updated_at"`
	Repository struct {
		ID int64 `json:"id"`
	} `json:"repository"`
}

func (it issue) isPull() bool { return len(it.Pull) > 0 && string(it.Pull) != "null" }

func (it issue) ref() string { return strconv.FormatInt(it.Number, 10) }

// snapshot is the issue in our words.
func (it issue) snapshot(raw []byte) plumbline.Snapshot {
	return plumbline.Snapshot{
		Ref: it.ref(), GlobalID: strconv.FormatInt(it.ID, 10),
		Title: it.Title, Body: it.Body, Open: it.State != "closed", Labels: it.Labels.words(),
		Author: it.User.Login, AuthorName: it.User.FullName, Assignee: it.Assignee.Login,
		PullRequest: it.isPull(), URL: it.URL,
		Created: it.Created.Time, Updated: it.Updated.Time, Raw: raw,
	}
}

type comment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
	User user   `json:"user"`
}

// entry is one of an issue's timeline. Of a label's, the body is "1" when it
// was put on and empty when it was taken off.
type entry struct {
	ID      int64      `json:"id"`
	Type    string     `json:"type"`
	User    user       `json:"user"`
	Body    string     `json:"body"`
	Label   *label     `json:"label"`
	Created link.Stamp `json:"created_at"`
}

type hook struct {
	Active bool     `json:"active"`
	Events []string `json:"events"`
	Config struct {
		URL         string `json:"url"`
		ContentType string `json:"content_type"`
	} `json:"config"`
}

func (h hook) health() (health, detail string) {
	if !h.Active {
		return "disabled", "The webhook is switched off."
	}
	sends := map[string]bool{}
	for _, e := range h.Events {
		sends[e] = true
	}
	if !sends["issues"] || !sends["issue_label"] {
		return "drifted", "The webhook does not send both issue and issue label events."
	}
	return "healthy", ""
}
