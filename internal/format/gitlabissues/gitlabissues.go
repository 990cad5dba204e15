// Package gitlabissues reads issues as GitLab exports them: the JSON array of
// the issues API, the issues.ndjson of a project export, and the CSV that the
// list of issues sends by mail.
//
// Laws: pure: bytes in, items out. A confidential issue stays confidential, an
// internal note internal. Notes that GitLab itself wrote are left out. An issue
// is named group/project#iid, or #iid when nothing says the project.
package gitlabissues

import (
	"iter"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/format/csvdoc"
	"plumbline/internal/format/jsondoc"
)

type user struct {
	Username jsondoc.Text `json:"username"`
	Name     jsondoc.Text `json:"name"`
}

// issue has the names of the API and, after them, those of the project export.
type issue struct {
	IID          int            `json:"iid"`
	WebURL       jsondoc.Text   `json:"web_url"`
	Title        jsondoc.Text   `json:"title"`
	Description  jsondoc.Text   `json:"description"`
	State        jsondoc.Text   `json:"state"`
	Author       *user          `json:"author"`
	Assignee     *user          `json:"assignee"`
	Assignees    []user         `json:"assignees"`
	Labels       []jsondoc.Name `json:"labels"`
	CreatedAt    jsondoc.Moment `json:"created_at"`
	UpdatedAt    jsondoc.Moment `json:"updated_at"`
	ClosedAt     jsondoc.Moment `json:"closed_at"`
	Confidential bool           `json:"confidential"`
	Upvotes      int            `json:"upvotes"`
	MovedTo      *int           `json:"moved_to_id"`
	References   struct {
		Full string `json:"full"`
	} `json:"references"`
	LabelLinks []struct {
		Label jsondoc.Name `json:"label"`
	} `json:"label_links"`
	Notes []note `json:"notes"`
	Award []struct {
		Name      string         `json:"name"`
		User      *user          `json:"user"`
		CreatedAt jsondoc.Moment `json:"created_at"`
	} `json:"award_emoji"`
}

type note struct {
	ID           jsondoc.Text   `json:"id"`
	Note         jsondoc.Text   `json:"note"`
	Body         jsondoc.Text   `json:"body"`
	Author       *user          `json:"author"`
	CreatedAt    jsondoc.Moment `json:"created_at"`
	System       bool           `json:"system"`
	Internal     bool           `json:"internal"`
	Confidential bool           `json:"confidential"`
}

// columns are the headers of GitLab's CSV.
var columns = map[string]string{
	"issue id": csvdoc.External, "url": csvdoc.URL, "title": csvdoc.Title, "state": csvdoc.Status, "description": csvdoc.Body,
	"author": csvdoc.AuthorName, "author username": csvdoc.Author, "assignee username": csvdoc.Assignee, "confidential": csvdoc.Secret,
	"created at utc": csvdoc.Created, "updated at utc": csvdoc.Updated, "closed at utc": csvdoc.Closed, "labels": csvdoc.Labels,
}

// Read reads a file in any of the three forms.
func Read(f plumbline.ImportFile) (iter.Seq[plumbline.Incoming], error) {
	if jsondoc.Begins(f.Data) {
		return jsondoc.Items(f, issue.take, "issues")
	}
	return csvdoc.Read(f, csvdoc.Guide{Known: columns, Only: true}, settle)
}

// settle names a row of the CSV.
func settle(in *plumbline.Incoming) {
	number, err := strconv.Atoi(in.External)
	if err != nil {
		in.Skip = "it has no issue id"
		return
	}
	in.External = reference("", in.URL, number)
}

// take puts the issue into an item.
func (i issue) take(in *plumbline.Incoming) {
	in.Title, in.URL = jsondoc.Line(i.Title), string(i.WebURL)
	in.External = reference(i.References.Full, in.URL, i.IID)
	switch {
	case in.External == "":
		in.Skip = "it has neither an iid nor an address"
	case strings.Contains(in.URL, "/merge_requests/"):
		in.Skip = "it is a merge request"
	case i.MovedTo != nil && *i.MovedTo != 0:
		in.Skip = "it was moved to another project"
	default:
		i.fill(in)
	}
}

func (i issue) fill(in *plumbline.Incoming) {
	in.Body, in.Status = string(i.Description), string(i.State)
	in.Created, in.Updated, in.Closed = plumbline.Time(i.CreatedAt), plumbline.Time(i.UpdatedAt), plumbline.Time(i.ClosedAt)
	if in.Ended = plumbline.EndingOf(in.Status); in.Ended == plumbline.StillOpen {
		in.Closed = 0
	}
	if i.Confidential {
		in.Visibility = plumbline.Confidential
	}
	in.Author, in.AuthorName = by(i.Author)
	if i.Assignee != nil {
		in.Assignee = string(i.Assignee.Username)
	} else if len(i.Assignees) > 0 {
		in.Assignee = string(i.Assignees[0].Username)
	}
	for _, l := range i.LabelLinks {
		i.Labels = append(i.Labels, l.Label)
	}
	in.Labels = jsondoc.Names(i.Labels)
	i.votes(in)
	for _, n := range i.Notes {
		text := string(n.Note) + string(n.Body)
		if n.System || strings.TrimSpace(text) == "" {
			continue
		}
		c := plumbline.IncomingComment{ID: string(n.ID), Body: text, Internal: n.Internal || n.Confidential, At: plumbline.Time(n.CreatedAt)}
		c.Author, c.AuthorName = by(n.Author)
		in.Comments = append(in.Comments, c)
	}
}

// votes counts the thumbs up; the API has their number too, and a project export
// no names.
func (i issue) votes(in *plumbline.Incoming) {
	thumbs := 0
	for _, a := range i.Award {
		if a.Name != "thumbsup" {
			continue
		}
		thumbs++
		if login, name := by(a.User); login != "" {
			in.Voters = append(in.Voters, plumbline.Voter{Login: login, Name: name, At: plumbline.Time(a.CreatedAt)})
		}
	}
	in.Votes = max(i.Upvotes, thumbs)
}

// by is somebody's login and name; a project export has the name alone.
func by(u *user) (login, name string) {
	switch {
	case u == nil:
		return "", ""
	case u.Username == "":
		return string(u.Name), string(u.Name)
	}
	return string(u.Username), string(u.Name)
}

// reference is an issue's name, from what GitLab calls its full reference, else
// from its address.
func reference(full, address string, iid int) string {
	if full != "" {
		return full
	}
	if u, err := url.Parse(address); err == nil {
		path, number, ok := strings.Cut(strings.Trim(u.Path, "/"), "/-/issues/")
		if !ok {
			path, number, ok = strings.Cut(strings.Trim(u.Path, "/"), "/issues/")
		}
		if _, err := strconv.Atoi(number); ok && err == nil {
			return path + "#" + number
		}
	}
	if iid <= 0 {
		return ""
	}
	return "#" + strconv.Itoa(iid)
}
