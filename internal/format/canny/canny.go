// Package canny reads posts as Canny exports them: the CSV of its posts, whose
// headers have varied over the years, and the JSON of its API (posts/list), with
// votes and comments beside when they were asked for.
//
// Laws: pure: bytes in, items out. A post is named by its id, else by its
// address.
package canny

import (
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

type post struct {
	ID              jsondoc.Text   `json:"id"`
	Title           jsondoc.Text   `json:"title"`
	Details         jsondoc.Text   `json:"details"`
	URL             jsondoc.Text   `json:"url"`
	Author          *jsondoc.User  `json:"author"`
	Owner           *jsondoc.User  `json:"owner"`
	Board           *jsondoc.Name  `json:"board"`
	Category        *jsondoc.Name  `json:"category"`
	Created         jsondoc.Moment `json:"created"`
	StatusChangedAt jsondoc.Moment `json:"statusChangedAt"`
	Status          jsondoc.Text   `json:"status"`
	Score           int            `json:"score"`
	Tags            []jsondoc.Name `json:"tags"`
	Votes           []jsondoc.Vote `json:"votes"`
	Comments        []struct {
		ID       jsondoc.Text   `json:"id"`
		Value    jsondoc.Text   `json:"value"`
		Author   *jsondoc.User  `json:"author"`
		Created  jsondoc.Moment `json:"created"`
		Internal bool           `json:"internal"`
		Private  bool           `json:"private"`
	} `json:"comments"`
}

// Read reads a file in either form.
func Read(f plumbline.ImportFile) (iter.Seq[plumbline.Incoming], error) {
	if jsondoc.Begins(f.Data) {
		return jsondoc.Items(f, post.take, "posts")
	}
	return csvdoc.Read(f, csvdoc.Guide{Known: columns}, settle)
}

// settle names a row of the CSV that has no id by its address.
func settle(in *plumbline.Incoming) {
	in.AuthorName = in.Author
	if in.URL != "" && strings.HasPrefix(in.External, "title-") {
		in.External = in.URL
	}
}

// take puts the post into an item.
func (p post) take(in *plumbline.Incoming) {
	in.Title, in.URL, in.External = jsondoc.Line(p.Title), string(p.URL), string(p.ID)
	if in.External == "" {
		in.External = in.URL
	}
	if in.External == "" {
		in.Skip = "it has neither an id nor an address"
		return
	}
	in.Body, in.Created, in.Status = string(p.Details), plumbline.Time(p.Created), string(p.Status)
	if in.Ended = plumbline.EndingOf(in.Status); in.Ended != plumbline.StillOpen {
		in.Closed = plumbline.Time(p.StatusChangedAt)
	}
	in.Author, in.AuthorName = p.Author.By()
	in.Assignee, _ = p.Owner.By()
	for _, place := range []*jsondoc.Name{p.Board, p.Category} {
		if place != nil {
			p.Tags = append(p.Tags, *place)
		}
	}
	in.Labels = jsondoc.Names(p.Tags)
	in.Voters = jsondoc.Voters(p.Votes)
	in.Votes = max(p.Score, len(in.Voters))
	for _, c := range p.Comments {
		said := plumbline.IncomingComment{ID: string(c.ID), Body: string(c.Value), Internal: c.Internal || c.Private, At: plumbline.Time(c.Created)}
		said.Author, said.AuthorName = c.Author.By()
		in.Comments = append(in.Comments, said)
	}
}
