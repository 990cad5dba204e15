package jsondoc

import (
	"bytes"
	"iter"
	"strings"

	"plumbline"
)

// Begins says whether a file begins as JSON does, and not as a table.
func Begins(data []byte) bool {
	head := bytes.TrimLeft(data, "\xef\xbb\xbf \t\r\n")
	return len(head) > 0 && (head[0] == '[' || head[0] == '{')
}

// Items reads the rows of a file as items. take puts what a row says into its
// item, or gives it the reason why it is none; an item without a title is none.
// under and the errors are those of [Rows].
func Items[T any](f plumbline.ImportFile, take func(T, *plumbline.Incoming), under ...string) (iter.Seq[plumbline.Incoming], error) {
	rows, err := Rows(f.Name, f.Data, under...)
	if err != nil {
		return nil, err
	}
	return func(yield func(plumbline.Incoming) bool) {
		for r := range rows {
			if _, in := Item(f.Name, r, take); !yield(in) {
				return
			}
		}
	}, nil
}

// Item is one row of a file as [Items] reads it, with what was read.
func Item[T any](file string, r Row, take func(T, *plumbline.Incoming)) (v T, in plumbline.Incoming) {
	in = plumbline.Incoming{File: file, Line: r.Line, Skip: r.Bad}
	if in.Skip == "" {
		in.Skip = r.Into(&v)
	}
	if in.Skip == "" {
		take(v, &in)
	}
	if in.Skip == "" && in.Title == "" {
		in.Skip = "it has no title"
	}
	return v, in
}

// Line is a text that is to stand in one line.
func Line(t Text) string { return strings.Join(strings.Fields(string(t)), " ") }

// User is somebody of a system that has no logins: the name is both.
type User struct {
	Name Text `json:"name"`
}

// By is somebody's login and name, both empty for nobody.
func (u *User) By() (login, name string) {
	if u == nil {
		return "", ""
	}
	return string(u.Name), string(u.Name)
}

// Vote is somebody's vote, under the names that exports have for who and when.
type Vote struct {
	User      *User  `json:"user"`
	Voter     *User  `json:"voter"`
	Created   Moment `json:"created"`
	CreatedAt Moment `json:"createdAt"`
}

// Voters are those who voted and have a name, each once.
func Voters(votes []Vote) (out []plumbline.Voter) {
	seen := map[string]bool{}
	for _, v := range votes {
		u := v.User
		if u == nil {
			u = v.Voter
		}
		if login, name := u.By(); login != "" && !seen[login] {
			seen[login] = true
			out = append(out, plumbline.Voter{Login: login, Name: name, At: plumbline.Time(max(v.Created, v.CreatedAt))})
		}
	}
	return out
}
