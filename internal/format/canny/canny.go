// Package canny reads posts as Canny exports them: the CSV of its posts, whose
// headers have varied over the years, and the JSON of its API (posts/list), with
// votes and comments beside when they were asked for.
//
// Laws: pure: bytes in, items out. A post is named by its id, else by its
// address.
package canny

import (
	"bytes"
	"iter"
	"strings"

	"plumbline"
	"plumbline/internal/format/csvdoc"
	"plumbline/internal/format/jsondoc"
)

// columns are headers of Canny's CSV; what is none of these is tried by the
// usual names.
var columns = map[string]string{
	"post id": csvdoc.External, "id": csvdoc.External, "post title": csvdoc.Title, "title": csvdoc.Title, "post details": csvdoc.Body, "details": csvdoc.Body, "description": csvdoc.Body,
	"author name": csvdoc.Author, "post author name": csvdoc.Author, "author": csvdoc.Author, "created": csvdoc.Created, "post created": csvdoc.Created, "created at": csvdoc.Created,
	"status": csvdoc.Status, "post status": csvdoc.Status, "score": csvdoc.Votes, "votes": csvdoc.Votes, "vote count": csvdoc.Votes, "tags": csvdoc.Labels, "post tags": csvdoc.Labels,
	"url": csvdoc.URL, "post url": csvdoc.URL, "post link": csvdoc.URL, "owner name": csvdoc.Assignee, "owner": csvdoc.Assignee, "voters": csvdoc.Voters, "board": "", "category": "",
}

type user struct {
	ID   jsondoc.Text `json:"id"`
	Name jsondoc.Text `json:"name"`
}

type post struct {
	ID              jsondoc.Text   `json:"id"`
	Title           jsondoc.Text   `json:"title"`
	Details         jsondoc.Text   `json:"details"`
	URL             jsondoc.Text   `json:"url"`
	Author          *user          `json:"author"`
	Owner           *user          `json:"owner"`
	Board           *jsondoc.Name  `json:"board"`
	Category        *jsondoc.Name  `json:"category"`
	Created         jsondoc.Moment `json:"created"`
	StatusChangedAt jsondoc.Moment `json:"statusChangedAt"`
	Status          jsondoc.Text   `json:"status"`
	Score           int            `json:"score"`
	Tags            []jsondoc.Name `json:"tags"`
	Votes           []struct {
		Voter *user `json:"voter"`
	} `json:"votes"`
	Comments []struct {
		ID       jsondoc.Text   `json:"id"`
		Value    jsondoc.Text   `json:"value"`
		Author   *user          `json:"author"`
		Created  jsondoc.Moment `json:"created"`
		Internal bool           `json:"internal"`
		Private  bool           `json:"private"`
	} `json:"comments"`
}

// Read reads a file in either form.
func Read(f plumbline.ImportFile) (iter.Seq[plumbline.Incoming], error) {
	if head := bytes.TrimLeft(f.Data, "\xef\xbb\xbf \t\r\n"); len(head) > 0 && (head[0] == '[' || head[0] == '{') {
		rows, err := jsondoc.Rows(f.Name, f.Data, "posts")
		if err != nil {
			return nil, err
		}
		return func(yield func(plumbline.Incoming) bool) {
			for r := range rows {
				in := item(r)
				in.File = f.Name
				if !yield(in) {
					return
				}
			}
		}, nil
	}
	sheet, err := csvdoc.Open(f.Name, f.Data, csvdoc.Guide{Known: columns})
	if err != nil {
		return nil, err
	}
	return func(yield func(plumbline.Incoming) bool) {
		for in := range sheet.Items() {
			in.AuthorName = in.Author
			if in.URL != "" && strings.HasPrefix(in.External, "title-") {
				in.External = in.URL
			}
			if !yield(in) {
				return
			}
		}
	}, nil
}

func item(r jsondoc.Row) plumbline.Incoming {
	in := plumbline.Incoming{Line: r.Line, Skip: r.Bad}
	if in.Skip != "" {
		return in
	}
	var p post
	if in.Skip = r.Into(&p); in.Skip != "" {
		return in
	}
	in.Title, in.URL, in.External = strings.Join(strings.Fields(string(p.Title)), " "), string(p.URL), string(p.ID)
	if in.External == "" {
		in.External = in.URL
	}
	switch {
	case in.External == "":
		in.Skip = "it has neither an id nor an address"
		return in
	case in.Title == "":
		in.Skip = "it has no title"
		return in
	}
	p.fill(&in)
	return in
}

func (p post) fill(in *plumbline.Incoming) {
	in.Body, in.Created, in.Status, in.Votes = string(p.Details), plumbline.Time(p.Created), string(p.Status), p.Score
	if in.Ended = plumbline.EndingOf(in.Status); in.Ended != plumbline.StillOpen {
		in.Closed = plumbline.Time(p.StatusChangedAt)
	}
	in.Author, in.AuthorName = by(p.Author)
	in.Assignee, _ = by(p.Owner)
	for _, place := range []*jsondoc.Name{p.Board, p.Category} {
		if place != nil {
			p.Tags = append(p.Tags, *place)
		}
	}
	in.Labels = jsondoc.Names(p.Tags)
	for _, v := range p.Votes {
		if login, name := by(v.Voter); login != "" {
			in.Voters = append(in.Voters, plumbline.Voter{Login: login, Name: name})
		}
	}
	in.Votes = max(in.Votes, len(in.Voters))
	for _, c := range p.Comments {
		said := plumbline.IncomingComment{ID: string(c.ID), Body: string(c.Value), Internal: c.Internal || c.Private, At: plumbline.Time(c.Created)}
		said.Author, said.AuthorName = by(c.Author)
		in.Comments = append(in.Comments, said)
	}
}

// by is somebody's name, which the CSV has too, so that both mean one person.
func by(u *user) (login, name string) {
	if u == nil {
		return "", ""
	}
	return string(u.Name), string(u.Name)
}
