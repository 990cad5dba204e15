package focus

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// scanner cuts a stream into rows of cells. What it returns is good until the
// next row.
type scanner struct {
	from  io.Reader
	buf   []byte
	at    int // what is read of buf
	end   int // what is filled of buf
	line  int // of buf[at]
	eof   bool
	want  int // how many cells a row has; 0: not known yet
	cells [][]byte
}

// errLong says that a row has no end within [maxRow].
var errLong = errors.New("it has no end: a quote is opened and never closed")

// rowError is why the row that was just read cannot be taken.
type rowError string

func (e rowError) Error() string { return string(e) }

// firstRoom is how many bytes are read at once, until a row needs more.
const firstRoom = 128 << 10

func newScanner(from io.Reader) *scanner {
	return &scanner{from: from, buf: make([]byte, firstRoom), line: 1}
}

// fill reads on, moving what is left of the buffer to its front. It says whether
// there is more now.
func (s *scanner) fill() (bool, error) {
	if s.eof || s.end-s.at >= maxRow {
		return false, nil
	}
	if len(s.buf)-s.end < len(s.buf)/8 {
		room := s.buf
		if 2*(s.end-s.at) > len(room) { // a row that is longer than any before
			room = make([]byte, min(2*len(room), 2*maxRow))
		}
		copy(room, s.buf[s.at:s.end])
		s.buf, s.at, s.end = room, 0, s.end-s.at
	}
	for empty := 0; empty < 100; empty++ {
		n, err := s.from.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return false, err
		}
		if n > 0 || s.eof {
			return n > 0, nil
		}
	}
	return false, io.ErrNoProgress
}

// next is the next row that is not blank, with its line. The error is io.EOF at
// the end, a rowError when this row cannot be taken and the next one may, and
// anything else when reading failed.
func (s *scanner) next() (cells [][]byte, line int, err error) {
	for {
		row, err := s.whole()
		line = s.line
		if err == errLong {
			s.skipLine()
			return nil, line, rowError(errLong.Error())
		}
		if err != nil {
			return nil, line, err
		}
		lines := bytes.Count(row, []byte{'\n'})
		text := bytes.TrimRight(row, "\r\n")
		if bytes.IndexByte(text, '\n') < 0 {
			s.at, s.line = s.at+len(row), s.line+lines
			if len(text) == 0 {
				continue
			}
			cells, err = s.read(text)
			return cells, line, err
		}
		// A row of several lines may be one whose quote was never meant: then only
		// its first line is lost, and what follows is read again.
		if cells, err = s.read(bytes.Clone(text)); err != nil || s.want > 0 && len(cells) != s.want {
			s.skipLine()
			if err == nil {
				err = rowError("a quote in it makes several lines one, which then has too many or too few cells")
			}
			return nil, line, err
		}
		s.at, s.line = s.at+len(row), s.line+lines
		return cells, line, nil
	}
}

// read checks the bytes of a row and divides it.
func (s *scanner) read(row []byte) ([][]byte, error) {
	if bytes.IndexByte(row, 0) >= 0 {
		return nil, rowError("it has zero bytes")
	}
	if !utf8.Valid(row) {
		return nil, rowError("it has bytes that are not UTF-8 text")
	}
	return s.cut(row)
}

// whole is the bytes of the next row with its line break: up to the first one
// outside of quotes.
func (s *scanner) whole() ([]byte, error) {
	for seen, quoted := 0, false; ; {
		rest := s.buf[s.at+seen : s.end]
		n := bytes.IndexByte(rest, '\n')
		part := rest
		if n >= 0 {
			part = rest[:n+1]
		}
		if bytes.Count(part, []byte{'"'})%2 == 1 {
			quoted = !quoted
		}
		seen += len(part)
		if n >= 0 && !quoted {
			return s.buf[s.at : s.at+seen], nil
		}
		if n >= 0 && seen < maxRow {
			continue
		}
		if seen >= maxRow {
			return nil, errLong
		}
		more, err := s.fill()
		switch {
		case err != nil:
			return nil, err
		case more:
		case seen == 0:
			return nil, io.EOF
		case quoted:
			return nil, errLong
		default:
			return s.buf[s.at : s.at+seen], nil
		}
	}
}

// skipLine leaves the rest of the line out.
func (s *scanner) skipLine() {
	for {
		if n := bytes.IndexByte(s.buf[s.at:s.end], '\n'); n >= 0 {
			s.at, s.line = s.at+n+1, s.line+1
			return
		}
		s.at = s.end
		if more, err := s.fill(); err != nil || !more {
			return
		}
	}
}

// cut divides a row into cells, taking quotes off in place.
func (s *scanner) cut(row []byte) ([][]byte, error) {
	s.cells = s.cells[:0]
	for i := 0; ; {
		cell, next, err := s.cell(row, i)
		if err != nil {
			return nil, err
		}
		if len(cell) > maxCell {
			return nil, rowError("a cell of it is longer than 64 KiB")
		}
		if len(s.cells) == maxColumns {
			return nil, rowError("it has more than 500 cells")
		}
		s.cells = append(s.cells, cell)
		if next > len(row) {
			return s.cells, nil
		}
		i = next
	}
}

// cell is the cell that begins at i, and where the next one begins: behind the
// end of the row when there is none.
func (s *scanner) cell(row []byte, i int) (cell []byte, next int, err error) {
	if i >= len(row) || row[i] != '"' {
		n := bytes.IndexByte(row[i:], ',')
		if n < 0 {
			return row[i:], len(row) + 1, nil
		}
		return row[i : i+n], i + n + 1, nil
	}
	from := i + 1
	to := from // where the next byte of the cell goes
	for at := from; ; {
		n := bytes.IndexByte(row[at:], '"')
		if n < 0 {
			return nil, 0, rowError("a quote is opened and never closed")
		}
		if to != at {
			copy(row[to:], row[at:at+n])
		}
		to, at = to+n, at+n+1
		switch {
		case at == len(row):
			return row[from:to], at + 1, nil
		case row[at] == ',':
			return row[from:to], at + 1, nil
		case row[at] != '"':
			return nil, 0, rowError("text follows a closing quote")
		}
		row[to] = '"'
		to, at = to+1, at+1
	}
}
