package csvdoc

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"plumbline"
)

// Read reads a file whose columns are known. settle puts right what the system
// that wrote it says in its own way; it is not asked of rows that are skipped.
func Read(f plumbline.ImportFile, g Guide, settle func(*plumbline.Incoming)) (iter.Seq[plumbline.Incoming], error) {
	sheet, err := Open(f.Name, f.Data, g)
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

// Items goes through the rows of the file, each as an item or with the reason
// why it is not taken. A row without an id is named by its title, and by how
// many rows before it have the same one.
func (s *Sheet) Items() iter.Seq[plumbline.Incoming] {
	return func(yield func(plumbline.Incoming) bool) {
		named := map[string]int{}
		for r := range records(s.text, s.sep, s.line) {
			in := plumbline.Incoming{File: s.name, Line: r.line, Skip: r.bad}
			if r.bad == "" {
				in = s.item(r)
			}
			if in.Skip == "" && in.External == "" {
				n := named[in.Title]
				named[in.Title]++
				sum := sha256.Sum256([]byte(in.Title))
				in.External = fmt.Sprintf("title-%s-%d", hex.EncodeToString(sum[:8]), n+1)
			}
			if !yield(in) {
				return
			}
		}
	}
}

// item is one row. What is wrong in one cell is the reason to skip it: half a
// row would be taken for the whole later.
func (s *Sheet) item(r record) plumbline.Incoming {
	in := plumbline.Incoming{File: s.name, Line: r.line}
	cells := r.cells
	for len(cells) > len(s.Columns) && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) != len(s.Columns) {
		in.Skip = fmt.Sprintf("it has %s, the header has %d", count(len(cells), "cell"), len(s.Columns))
		return in
	}
	for i, c := range cells {
		if s.own {
			c = unescape(c)
		}
		if err := s.set(&in, s.Columns[i], c); err != nil && in.Skip == "" {
			in.Skip = s.Columns[i].Header + ": " + strings.TrimSuffix(plumbline.TextOf(err), ".")
		}
	}
	if in.Skip == "" && strings.TrimSpace(in.Title) == "" {
		in.Skip = "it has no title"
	}
	if in.Ended == plumbline.StillOpen && !in.Closed.IsZero() {
		in.Ended = plumbline.EndedDone
	}
	return in
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// set puts a cell into the item.
func (s *Sheet) set(in *plumbline.Incoming, col Column, cell string) (err error) {
	plain := strings.TrimSpace(cell)
	if s.own {
		if done, err := s.setOwn(in, col, cell); done || err != nil {
			return err
		}
	}
	if name, ok := strings.CutPrefix(col.Field, ofProcess); ok {
		if plain != "" {
			if in.Fields == nil {
				in.Fields = map[string]string{}
			}
			in.Fields[name] = plain
		}
		return nil
	}
	switch col.Field {
	case External:
		in.External = plain
	case Title:
		in.Title = strings.Join(strings.Fields(cell), " ")
	case Body:
		in.Body = cell
	case Process:
		in.Process = plumbline.ProcessID(strings.ToLower(plain))
	case Class:
		in.Class = plumbline.Class(strings.ToLower(plain))
	case Visibility:
		in.Visibility = plumbline.Visibility(strings.ToLower(plain))
	case Secret:
		if yes(plain) {
			in.Visibility = plumbline.Confidential
		}
	case Product:
		in.Product = plumbline.ProductRef(strings.ToLower(plain))
	case Priority:
		in.Priority = strings.ToUpper(plain)
	case Severity:
		in.Severity = strings.ToUpper(plain)
	case Assignee:
		in.Assignee = plain
	case OnBehalfOf:
		in.OnBehalfOf = plain
	case Author:
		in.Author = plain
	case AuthorName:
		in.AuthorName = plain
	case URL:
		in.URL = plain
	case Labels:
		in.Labels = parts(cell)
	case Voters:
		for _, v := range parts(cell) {
			in.Voters = append(in.Voters, plumbline.Voter{Login: v})
		}
	case Answer:
		if plain != "" {
			in.Comments = append(in.Comments, plumbline.IncomingComment{ID: "answer", Body: cell})
		}
	default:
		return setMeasured(in, col.Field, plain)
	}
	return nil
}

// setMeasured puts in a status, a time or a number.
func setMeasured(in *plumbline.Incoming, field, plain string) (err error) {
	switch field {
	case Status:
		in.Status, in.Ended = plain, plumbline.EndingOf(plain)
	case Created:
		in.Created, err = plumbline.ParseTime(plain)
	case Updated:
		in.Updated, err = plumbline.ParseTime(plain)
	case Closed:
		in.Closed, err = plumbline.ParseTime(plain)
	case Votes:
		if plain == "" {
			return nil
		}
		in.Votes, err = strconv.Atoi(plain)
		if err != nil || in.Votes < 0 || in.Votes > 1e9 {
			return plumbline.Errorf(plumbline.Invalid, "%q is not a number of votes.", clip(plain))
		}
	}
	return err
}

// parts are the values in a cell that may hold several: one a line, or with
// commas or semicolons between.
func parts(cell string) []string {
	cut := ",;"
	if strings.Contains(cell, "\n") {
		cut = "\r\n"
	}
	var out []string
	for _, p := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(cut, r) }) {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func yes(s string) bool {
	return slices.Contains([]string{"yes", "true", "1", "y", "t"}, strings.ToLower(s))
}
