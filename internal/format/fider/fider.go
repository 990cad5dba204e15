// Package fider reads posts as Fider exports them: the CSV of its posts, and the
// JSON of its API or of a backup's posts.
//
// Laws: pure: bytes in, items out. A post is named by its number. Fider's CSV
// says how many voted and not who; its JSON may say who.
package fider

import (
	"bytes"
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

type user struct {
	ID   jsondoc.Text `json:"id"`
	Name jsondoc.Text `json:"name"`
}

type post struct {
	Number      int            `json:"number"`
	Title       jsondoc.Text   `json:"title"`
	Slug        jsondoc.Text   `json:"slug"`
	Description jsondoc.Text   `json:"description"`
	CreatedAt   jsondoc.Moment `json:"createdAt"`
	User        *user          `json:"user"`
	VotesCount  int            `json:"votesCount"`
	Status      jsondoc.Text   `json:"status"`
	Tags        []jsondoc.Name `json:"tags"`
	Response    *struct {
		Text        jsondoc.Text   `json:"text"`
		RespondedAt jsondoc.Moment `json:"respondedAt"`
		User        *user          `json:"user"`
	} `json:"response"`
	Votes []struct {
		User *user `json:"user"`
	} `json:"votes"`
	Comments []struct {
		ID        jsondoc.Text   `json:"id"`
		Content   jsondoc.Text   `json:"content"`
		CreatedAt jsondoc.Moment `json:"createdAt"`
		User      *user          `json:"user"`
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
	sheet, err := csvdoc.Open(f.Name, f.Data, csvdoc.Guide{Known: columns, Only: true})
	if err != nil {
		return nil, err
	}
	return func(yield func(plumbline.Incoming) bool) {
		for in := range sheet.Items() {
			if in.Skip == "" {
				settle(&in)
			}
			if !yield(in) {
				return
			}
		}
	}, nil
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

func item(r jsondoc.Row) plumbline.Incoming {
	in := plumbline.Incoming{Line: r.Line, Skip: r.Bad}
	if in.Skip != "" {
		return in
	}
	var p post
	if in.Skip = r.Into(&p); in.Skip != "" {
		return in
	}
	in.Title = strings.Join(strings.Fields(string(p.Title)), " ")
	switch {
	case p.Number <= 0:
		in.Skip = "it has no number"
		return in
	case in.Title == "":
		in.Skip = "it has no title"
		return in
	}
	in.External, in.Body, in.Labels = strconv.Itoa(p.Number), string(p.Description), jsondoc.Names(p.Tags)
	in.Created, in.Votes, in.Status = plumbline.Time(p.CreatedAt), p.VotesCount, string(p.Status)
	in.Ended = plumbline.EndingOf(in.Status)
	in.Author, in.AuthorName = by(p.User)
	if a := p.Response; a != nil && strings.TrimSpace(string(a.Text)) != "" {
		c := plumbline.IncomingComment{ID: "answer", Body: string(a.Text), At: plumbline.Time(a.RespondedAt)}
		c.Author, c.AuthorName = by(a.User)
		in.Comments = append(in.Comments, c)
		if in.Ended != plumbline.StillOpen {
			in.Closed = c.At
		}
	}
	for _, c := range p.Comments {
		said := plumbline.IncomingComment{ID: string(c.ID), Body: string(c.Content), At: plumbline.Time(c.CreatedAt)}
		said.Author, said.AuthorName = by(c.User)
		in.Comments = append(in.Comments, said)
	}
	for _, v := range p.Votes {
		if login, name := by(v.User); login != "" {
			in.Voters = append(in.Voters, plumbline.Voter{Login: login, Name: name})
		}
	}
	in.Votes = max(in.Votes, len(in.Voters))
	return in
}

// by is somebody's name: Fider has no logins, and its ids are not in its CSV.
func by(u *user) (login, name string) {
	if u == nil {
		return "", ""
	}
	return string(u.Name), string(u.Name)
}
