package csvdoc

import (
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"
)

// record is one row: where it begins, and its cells or what is wrong with it.
type record struct {
	line  int
	cells []string
	bad   string
}

// whole is what is wrong with a row that can be told from the next one all the
// same: reading goes on behind it, and not within its text.
const whole = "a cell is longer than two mebibytes"

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
	far  int // bytes looked through for the end of cells that are too long
}

func (s *scanner) more() bool { return s.at < len(s.text) }

// next is the next row; blank says that the line holds nothing.
func (s *scanner) next() (r record, blank bool) {
	begin, line := s.at, s.line
	r.line = line
	long := false
	for {
		cell, end, bad := s.cell()
		if bad == whole {
			long, bad = true, ""
		}
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
	if long {
		return record{line: line, bad: whole}, false
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
	if cell, end = s.bare(); len(cell) > maxCell {
		return "", end, whole
	}
	return cell, end, ""
}

// bare reads a cell without quotes.
func (s *scanner) bare() (cell string, end bool) {
	from := s.at
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == s.sep:
			s.at++
			return s.text[from : s.at-1], false
		case c == '\n' || c == '\r' && s.at+1 < len(s.text) && s.text[s.at+1] == '\n' || c == '\r' && s.at+1 == len(s.text):
			cell = s.text[from:s.at]
			s.newline()
			return cell, true
		}
		s.at++
	}
	return s.text[from:], true
}

// quoted reads a cell in quotes, in which two stand for one.
func (s *scanner) quoted() (cell string, end bool, bad string) {
	s.at++
	from, doubled := s.at, false
	for {
		i := strings.IndexByte(s.text[s.at:max(s.at, min(len(s.text), from+maxCell))], '"')
		if i < 0 && len(s.text)-from > maxCell {
			i = s.farther()
		}
		switch {
		case i < 0 && len(s.text)-from > maxCell:
			return "", false, "a cell in quotes is longer than two mebibytes; is a closing quote missing?"
		case i < 0:
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
	if len(cell) > maxCell {
		doubled, cell, bad = false, "", whole
	}
	if doubled {
		cell = strings.ReplaceAll(cell, `""`, `"`)
	}
	switch {
	case s.at == len(s.text):
		return cell, true, bad
	case s.text[s.at] == s.sep:
		s.at++
		return cell, false, bad
	case s.text[s.at] == '\n' || s.text[s.at] == '\r':
		s.newline()
		return cell, true, bad
	}
	return "", false, "text follows a closing quote"
}

// farther finds the next quote in a cell that is too long, so that its row is
// left out whole. A file with many quotes that are never closed is not gone
// through again and again: what is looked at in this way is four times the file
// at most.
func (s *scanner) farther() int {
	if s.far > 4*len(s.text) {
		return -1
	}
	i := strings.IndexByte(s.text[s.at:], '"')
	if i < 0 {
		s.far += len(s.text) - s.at
		return -1
	}
	s.far += i
	return i
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
