// Package fider reads posts as Fider exports them: the CSV of its posts, and the
// JSON of its API or of a backup's posts.
//
// Laws: pure: bytes in, items out. A post is named by its number. Fider's CSV
// says how many voted and not who; its JSON may say who.
package fider

import (
	"iter"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/format/csvdoc"
	"plumbline/internal/format/jsondoc"
)

// columns are the headers of Fider's CSV.
var columns = map[string]string{
	"number": csvdoc.External, "title": csvdoc.Title, "description": csvdoc.Body, "created at": csvdoc.Created, "created by": csvdoc.Author,
	"total votes": csvdoc.Votes, "status": csvdoc.Status, "responded at": csvdoc.Closed, "response": csvdoc.Answer, "tags": csvdoc.Labels,
}

type post struct {
	Number      int            `json:"number"`
	Title       jsondoc.Text   `json:"title"`
	Slug        jsondoc.Text   `json:"slug"`
	Description jsondoc.Text   `json:"description"`
	CreatedAt   jsondoc.Moment `json:"createdAt"`
	User        *jsondoc.User  `json:"user"`
	VotesCount  int            `json:"votesCount"`
	Status      jsondoc.Text   `json:"status"`
	Tags        []jsondoc.Name `json:"tags"`
	Response    *struct {
		Text        jsondoc.Text   `json:"text"`
		RespondedAt jsondoc.Moment `json:"respondedAt"`
		User        *jsondoc.User  `json:"user"`
	} `json:"response"`
	Votes    []jsondoc.Vote `json:"votes"`
	Comments []struct {
		ID        jsondoc.Text   `json:"id"`
		Content   jsondoc.Text   `json:"content"`
		CreatedAt jsondoc.Moment `json:"createdAt"`
		User      *jsondoc.User  `json:"user"`
	} `json:"comments"`
}

// Read reads a file in either form.
func Read(f plumbline.ImportFile) (iter.Seq[plumbline.Incoming], error) {
	if jsondoc.Begins(f.Data) {
		return jsondoc.Items(f, post.take, "posts")
	}
	return csvdoc.Read(f, csvdoc.Guide{Known: columns, Only: true}, settle)
}

// settle reads what a row of the CSV says about its answer. Its time is that of
// the end only when the post has ended, and otherwise of the answer alone.
func settle(in *plumbline.Incoming) {
	answered := in.Closed
	if _, err := strconv.Atoi(in.External); err != nil {
		in.Skip = "it has no number"
		return
	}
	if in.Ended = plumbline.EndingOf(in.Status); in.Ended == plumbline.StillOpen {
		in.Closed = 0
	}
	for i := range in.Comments {
		in.Comments[i].At = answered
	}
	in.AuthorName = in.Author
}

// take puts the post into an item.
func (p post) take(in *plumbline.Incoming) {
	in.Title, in.External = jsondoc.Line(p.Title), strconv.Itoa(p.Number)
	if p.Number <= 0 {
		in.External, in.Skip = "", "it has no number"
		return
	}
	in.Body, in.Labels, in.Created, in.Status = string(p.Description), jsondoc.Names(p.Tags), plumbline.Time(p.CreatedAt), string(p.Status)
	in.Ended = plumbline.EndingOf(in.Status)
	in.Author, in.AuthorName = p.User.By()
	if a := p.Response; a != nil && strings.TrimSpace(string(a.Text)) != "" {
		c := plumbline.IncomingComment{ID: "answer", Body: string(a.Text), At: plumbline.Time(a.RespondedAt)}
		c.Author, c.AuthorName = a.User.By()
		in.Comments = append(in.Comments, c)
		if in.Ended != plumbline.StillOpen {
			in.Closed = c.At
		}
	}
	for _, c := range p.Comments {
		said := plumbline.IncomingComment{ID: string(c.ID), Body: string(c.Content), At: plumbline.Time(c.CreatedAt)}
		said.Author, said.AuthorName = c.User.By()
		in.Comments = append(in.Comments, said)
	}
	in.Voters = jsondoc.Voters(p.Votes)
	in.Votes = max(p.VotesCount, len(in.Voters))
}
