// Package githubissues reads issues as GitHub exports them: the JSON array of
// the REST API's "List repository issues", and what "gh issue list --json …"
// prints. Comments are read where they stand in the issue, and from a file of
// their own ("List issue comments for a repository") beside it.
//
// Laws: pure: bytes in, items out. In the REST API a pull request is an issue
// too; it is skipped and that is the reason. An issue is named owner/repo#number,
// or #number when nothing says the repository.
package githubissues

import (
	"encoding/json"
	"iter"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

// user is somebody, in both forms.
type user struct {
	Login jsondoc.Text `json:"login"`
	Name  jsondoc.Text `json:"name"`
}

// issue has the names of the REST API and, after them, those of gh.
type issue struct {
	Number      int             `json:"number"`
	HTMLURL     jsondoc.Text    `json:"html_url"`
	URL         jsondoc.Text    `json:"url"`
	IssueURL    jsondoc.Text    `json:"issue_url"` // of a comment only
	Title       jsondoc.Text    `json:"title"`
	Body        jsondoc.Text    `json:"body"`
	State       jsondoc.Text    `json:"state"`
	StateReason jsondoc.Text    `json:"state_reason"`
	Reason      jsondoc.Text    `json:"stateReason"`
	User        *user           `json:"user"`
	Author      *user           `json:"author"`
	Assignee    *user           `json:"assignee"`
	Assignees   []user          `json:"assignees"`
	Labels      []jsondoc.Name  `json:"labels"`
	CreatedAt   jsondoc.Moment  `json:"created_at"`
	Created     jsondoc.Moment  `json:"createdAt"`
	UpdatedAt   jsondoc.Moment  `json:"updated_at"`
	Updated     jsondoc.Moment  `json:"updatedAt"`
	ClosedAt    jsondoc.Moment  `json:"closed_at"`
	Closed      jsondoc.Moment  `json:"closedAt"`
	PullRequest *struct{}       `json:"pull_request"`
	IsPull      bool            `json:"isPullRequest"`
	Reactions   reactions       `json:"reactions"`
	Groups      []group         `json:"reactionGroups"`
	Comments    json.RawMessage `json:"comments"` // how many, or from gh the comments themselves
	ID          jsondoc.Text    `json:"id"`
}

// Read reads the files together: comments in one belong to issues in another.
func Read(files ...plumbline.ImportFile) (iter.Seq[plumbline.Incoming], error) {
	said := map[string][]plumbline.IncomingComment{}
	var all []iter.Seq[jsondoc.Row]
	for _, f := range files {
		rows, err := jsondoc.Rows(f.Name, f.Data, "items", "issues")
		if err != nil {
			return nil, err
		}
		all = append(all, rows)
		for r := range rows {
			var c issue
			if r.Bad == "" && r.Into(&c) == "" && c.isComment() {
				at := reference(string(c.IssueURL), 0)
				said[at] = append(said[at], c.comment())
			}
		}
	}
	return func(yield func(plumbline.Incoming) bool) {
		for i, rows := range all {
			for r := range rows {
				issue, in := jsondoc.Item(files[i].Name, r, issue.take)
				if issue.isComment() {
					continue
				}
				if in.Skip == "" {
					in.Comments = append(in.Comments, said[in.External]...)
				}
				if !yield(in) {
					return
				}
			}
		}
	}, nil
}

func (i issue) isComment() bool { return i.IssueURL != "" && i.Title == "" }

func (i issue) comment() plumbline.IncomingComment {
	login, name := i.by()
	return plumbline.IncomingComment{ID: string(i.ID), Author: login, AuthorName: name, Body: string(i.Body), At: either(i.CreatedAt, i.Created)}
}

func (i issue) by() (login, name string) {
	for _, u := range []*user{i.User, i.Author} {
		if u != nil && u.Login != "" {
			return string(u.Login), string(u.Name)
		}
	}
	return "", ""
}

// take puts the issue into an item.
func (i issue) take(in *plumbline.Incoming) {
	in.URL = string(i.HTMLURL)
	if in.URL == "" {
		in.URL = string(i.URL)
	}
	in.Title, in.External = jsondoc.Line(i.Title), reference(in.URL, i.Number)
	switch {
	case in.External == "":
		in.Skip = "it has neither a number nor an address"
	case i.PullRequest != nil || i.IsPull || strings.Contains(in.URL, "/pull/"):
		in.Skip = "it is a pull request"
	default:
		i.fill(in)
	}
}

func (i issue) fill(in *plumbline.Incoming) {
	in.Body, in.Labels = string(i.Body), jsondoc.Names(i.Labels)
	in.Author, in.AuthorName = i.by()
	if i.Assignee != nil {
		in.Assignee = string(i.Assignee.Login)
	} else if len(i.Assignees) > 0 {
		in.Assignee = string(i.Assignees[0].Login)
	}
	in.Created, in.Updated, in.Closed = either(i.CreatedAt, i.Created), either(i.UpdatedAt, i.Updated), either(i.ClosedAt, i.Closed)
	in.Status = strings.ToLower(string(i.State))
	if in.Status == "closed" {
		in.Ended = plumbline.EndedDone
		if strings.EqualFold(string(i.StateReason)+string(i.Reason), "not_planned") || strings.EqualFold(string(i.StateReason)+string(i.Reason), "duplicate") {
			in.Ended = plumbline.EndedDropped
		}
	}
	i.votes(in)
	in.Comments = i.within()
}

// either is the time under the name that the file has.
func either(a, b jsondoc.Moment) plumbline.Time {
	if a != 0 {
		return plumbline.Time(a)
	}
	return plumbline.Time(b)
}

// within are the comments that stand in the issue, as gh writes them.
func (i issue) within() []plumbline.IncomingComment {
	var list []issue
	if len(i.Comments) == 0 || i.Comments[0] != '[' || json.Unmarshal(i.Comments, &list) != nil {
		return nil
	}
	var out []plumbline.IncomingComment
	for _, c := range list {
		out = append(out, c.comment())
	}
	return out
}

// reference is an issue's name: owner/repo#number, of its address on the site or
// in the API.
func reference(address string, number int) string {
	if u, err := url.Parse(address); err == nil {
		parts := strings.Split(strings.Trim(u.Path, "/"), "/")
		if n := len(parts); n >= 4 && (parts[n-2] == "issues" || parts[n-2] == "pull" || parts[n-2] == "pulls") {
			return parts[n-4] + "/" + parts[n-3] + "#" + parts[n-1]
		}
	}
	if number <= 0 {
		return ""
	}
	return "#" + strconv.Itoa(number)
}
