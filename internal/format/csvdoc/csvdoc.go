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
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

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

// record is one row: where it begins, and its cells or what is wrong with it.
type record struct {
	line  int
	cells []string
	bad   string
}

// header reads the first row and gives what follows it.
func header(text string, sep byte, line int) (record, string) {
	sc := scanner{text: text, sep: sep, line: line}
	for sc.more() {
		if r, blank := sc.next(); !blank {
			for i, c := range r.cells {
				r.cells[i] = strings.TrimSpace(c)
			}
			return r, text[sc.at:]
		}
	}
	return record{}, ""
}

// records goes through the rows. After one that cannot be read it goes on with
// the line after the one where it began.
func records(text string, sep byte, line int) iter.Seq[record] {
	return func(yield func(record) bool) {
		sc := scanner{text: text, sep: sep, line: line}
		for broken := 0; sc.more(); {
			r, blank := sc.next()
			if blank {
				continue
			}
			if r.bad != "" {
				if broken++; broken > maxBroken {
					yield(record{line: r.line, bad: fmt.Sprintf("more than %d rows cannot be read; the rest of the file is left out", maxBroken)})
					return
				}
			}
			if !yield(r) {
				return
			}
		}
	}
}

// scanner cuts text into rows.
type scanner struct {
	text string
	sep  byte
	at   int
	line int
}

func (s *scanner) more() bool { return s.at < len(s.text) }

// next is the next row; blank says that the line holds nothing.
func (s *scanner) next() (r record, blank bool) {
	begin, line := s.at, s.line
	r.line = line
	for {
		cell, end, bad := s.cell()
		if bad != "" {
			s.at, s.line = begin, line
			s.skipLine()
			return record{line: line, bad: bad}, false
		}
		r.cells = append(r.cells, cell)
		if len(r.cells) > maxColumns+1 {
			s.at, s.line = begin, line
			s.skipLine()
			return record{line: line, bad: fmt.Sprintf("it has more than %d cells", maxColumns)}, false
		}
		if end {
			break
		}
	}
	if !utf8.ValidString(s.text[begin:s.at]) {
		return record{line: line, bad: "it has bytes that are not UTF-8 text"}, false
	}
	return r, len(r.cells) == 1 && r.cells[0] == ""
}

func (s *scanner) skipLine() {
	i := strings.IndexByte(s.text[s.at:], '\n')
	if i < 0 {
		s.at = len(s.text)
		return
	}
	s.at += i + 1
	s.line++
}

// cell reads one cell; end says that the row ends with it.
func (s *scanner) cell() (cell string, end bool, bad string) {
	if s.at < len(s.text) && s.text[s.at] == '"' {
		return s.quoted()
	}
	from := s.at
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == s.sep:
			s.at++
			return s.text[from : s.at-1], false, ""
		case c == '\n' || c == '\r' && s.at+1 < len(s.text) && s.text[s.at+1] == '\n' || c == '\r' && s.at+1 == len(s.text):
			cell = s.text[from:s.at]
			s.newline()
			return cell, true, ""
		}
		if s.at++; s.at-from > maxCell {
			return "", false, "a cell is longer than two mebibytes"
		}
	}
	return s.text[from:], true, ""
}

// quoted reads a cell in quotes, in which two stand for one.
func (s *scanner) quoted() (cell string, end bool, bad string) {
	s.at++
	from, doubled := s.at, false
	for {
		window := s.text[s.at:min(len(s.text), from+maxCell)]
		i := strings.IndexByte(window, '"')
		if i < 0 && len(s.text)-from > maxCell {
			return "", false, "a cell in quotes is longer than two mebibytes; is a closing quote missing?"
		}
		if i < 0 {
			return "", false, "a quote is opened and never closed"
		}
		s.at += i + 1
		if s.at < len(s.text) && s.text[s.at] == '"' {
			s.at++
			doubled = true
			continue
		}
		break
	}
	cell = s.text[from : s.at-1]
	s.line += strings.Count(cell, "\n")
	if doubled {
		cell = strings.ReplaceAll(cell, `""`, `"`)
	}
	switch {
	case s.at == len(s.text):
		return cell, true, ""
	case s.text[s.at] == s.sep:
		s.at++
		return cell, false, ""
	case s.text[s.at] == '\n' || s.text[s.at] == '\r':
		s.newline()
		return cell, true, ""
	}
	return "", false, "text follows a closing quote"
}

// newline steps over the end of a line.
func (s *scanner) newline() {
	if s.text[s.at] == '\r' {
		s.at++
	}
	if s.at < len(s.text) && s.text[s.at] == '\n' {
		s.at++
	}
	s.line++
}

// clip keeps a stranger's text short in a report.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
