package gitlab

import (
	"encoding/json"
	"errors"

	"plumbline/internal/link"
)

// The shapes that GitLab's REST API sends, cut down to what is read.

type user struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
	Name     string `json:"name"`
	Admin    bool   `json:"is_admin"`
}

type project struct {
	ID           int64  `json:"id"`
	Path         string `json:"path_with_namespace"`
	Archived     bool   `json:"archived"`
	Issues       *bool  `json:"issues_enabled"`
	IssuesAccess string `json:"issues_access_level"`
	Permissions  struct {
		Project *access `json:"project_access"`
		Group   *access `json:"group_access"`
	} `json:"permissions"`
}

type access struct {
	Level int `json:"access_level"`
}

// level is our access to the project: 10 guest, 15 planner, 20 reporter and up.
func (p project) level() int {
	n := 0
	for _, a := range []*access{p.Permissions.Project, p.Permissions.Group} {
		if a != nil {
			n = max(n, a.Level)
		}
	}
	return n
}

func (p project) issuesOff() bool {
	return p.IssuesAccess == "disabled" || p.Issues != nil && !*p.Issues
}

type label struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type issue struct {
	ID           int64      `json:"id"`
	IID          int64      `json:"iid"`
	Title        string     `json:"title"`
	Description  string     `json:"description"`
	State        string     `json:"state"`
	Labels       titles     `json:"labels"`
	Author       user       `json:"author"`
	Assignees    []user     `json:"assignees"`
	Assignee     user       `json:"assignee"` // of servers that know only one
	Confidential bool       `json:"confidential"`
	MovedTo      int64      `json:"moved_to_id"`
	URL          string     `json:"web_url"`
	Created      link.Stamp `json:"created_at"`
	Updated      link.Stamp `json:"updated_at"`
}

// titles are an issue's labels: plain titles, or objects when a list was asked
// for with details. Anything else is an error: labels must not be misread.
type titles []string

func (t *titles) UnmarshalJSON(b []byte) error {
	var each []json.RawMessage
	if json.Unmarshal(b, &each) != nil {
		return errors.New("labels are not a list")
	}
	*t = nil
	for _, raw := range each {
		var title string
		var l label
		if json.Unmarshal(raw, &title) != nil {
			if json.Unmarshal(raw, &l) != nil || l.Name == "" {
				return errors.New("a label is neither a title nor an object with a name")
			}
			title = l.Name
		}
		*t = append(*t, title)
	}
	return nil
}

type note struct {
	ID     int64  `json:"id"`
	Body   string `json:"body"`
	Author user   `json:"author"`
	System bool   `json:"system"`
}

type labelEvent struct {
	ID      int64      `json:"id"`
	User    user       `json:"user"`
	Created link.Stamp `json:"created_at"`
	Action  string     `json:"action"`
	Label   *label     `json:"label"`
}

type hook struct {
	URL           string     `json:"url"`
	Issues        bool       `json:"issues_events"`
	Confidential  bool       `json:"confidential_issues_events"`
	Alert         string     `json:"alert_status"`
	DisabledUntil link.Stamp `json:"disabled_until"`
}
