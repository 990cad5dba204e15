// Package csvdoc reads and writes items as CSV: RFC 4180, and what spreadsheets
// make of it. The readers of other systems' exports that are CSV stand on it.
//
// It owns these nouns. A [Sheet] is a file that was opened: its [Column]s, each
// with the field that it is taken for, and its rows. A [Guide] says which header
// means which field, when that is given or known. A [Writer] writes our own
// export.
//
// Laws: pure: bytes in, words out. A row is taken whole or not at all; what is
// not taken is told with its line and why, and the rows after it are read. Cells
// are kept to the byte. Which encoding and which separator a file has is found
// out from the file; bytes that fit no encoding are refused with their place and
// never replaced. A cell of our own export that a spreadsheet would take for a
// formula has an apostrophe in front, which reading takes off again, so that
// what was written is what is read.
package csvdoc

import (
	"strings"

	"plumbline"
)

// Limits. A file that goes beyond is cut off there with a row that says so.
const (
	maxColumns = 500
	maxCell    = 2 * plumbline.MaxBody
	maxBroken  = 1000 // rows that cannot be read; more of them mean that it is something else
)

// Column is one column of a sheet. Field is what it is taken for, "" when it is
// left out; Sample is the first text in it.
type Column struct {
	Header string `json:"header"`
	Field  string `json:"field"`
	Sample string `json:"sample,omitempty"`
}

// Sheet is an opened CSV file.
type Sheet struct {
	Columns []Column
	name    string
	text    string // UTF-8, from the first row after the header
	line    int    // of its first row
	sep     byte
	own     bool // written by Writer
}

// Open finds out how a file is written and reads its header. It fails, with an
// error of kind Invalid, when there is no header, no column is the title, or the
// file is no text.
func Open(name string, data []byte, g Guide) (*Sheet, error) {
	s, err := look(name, data)
	if err == nil {
		err = s.assign(g)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Look is Open for somebody who is about to say what the columns mean: they come
// even with the error that says why the file cannot be read as it is.
func Look(name string, data []byte, g Guide) ([]Column, error) {
	s, err := look(name, data)
	if err != nil {
		return nil, err
	}
	err = s.assign(g)
	return s.Columns, err
}

func look(name string, data []byte) (*Sheet, error) {
	text, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	s := &Sheet{name: name}
	text, s.sep, s.line = separator(text)
	head, rest := header(text, s.sep, s.line)
	switch {
	case head.bad != "":
		return nil, plumbline.Errorf(plumbline.Invalid, "%s:%d: the header cannot be read: %s.", name, head.line, head.bad)
	case len(head.cells) == 0:
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is empty: the first row must name the columns.", name)
	case len(head.cells) > maxColumns:
		return nil, plumbline.Errorf(plumbline.Invalid, "%s has %d columns; at most %d are read.", name, len(head.cells), maxColumns)
	}
	s.line += strings.Count(text[:len(text)-len(rest)], "\n")
	s.text, s.own = rest, head.cells[0] == ownID
	for _, h := range head.cells {
		s.Columns = append(s.Columns, Column{Header: h})
	}
	s.sample()
	return s, nil
}

// Own says whether the file is an export of ours.
func (s *Sheet) Own() bool { return s.own }

// sample fills the first text of every column, from the first rows.
func (s *Sheet) sample() {
	n := 0
	for r := range records(s.text, s.sep, s.line) {
		if n++; n > 20 {
			return
		}
		for i, c := range r.cells {
			if r.bad == "" && i < len(s.Columns) && s.Columns[i].Sample == "" {
				s.Columns[i].Sample = clip(strings.TrimSpace(c))
			}
		}
	}
}

// clip keeps a stranger's text short in a report.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
