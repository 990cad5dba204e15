// Package yamldoc reads streams of YAML documents from people we do not know
// into small trees that remember their line numbers, so that a report can say
// where something is wrong.
//
// Nouns: a [Document] is what stands between two "---" lines; a [Node] is a
// scalar, a list or a mapping in it. Every scalar keeps its text as written, so
// that 1.30 stays "1.30" and an impossible date is still readable.
//
// Laws: pure; bounded in bytes, documents, nesting and nodes; aliases are
// refused, since they are how a small file becomes an enormous one; one broken
// document does not take the others with it.
package yamldoc

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"plumbline"
)

// The bounds. A catalog of 2,000 entities is about 2 MB; a document is one
// entity or one proposal.
const (
	MaxBytes     = 16 << 20
	MaxDocument  = 256 << 10
	MaxDocuments = 20_000
	MaxDepth     = 40
	MaxNodes     = 20_000 // per document
)

// Document is one document of a stream. Root is nil when it is empty or when
// Err says why it could not be read.
type Document struct {
	Line int    // of its first line, from 1
	Text string // the document as it came, without its marks; lines end in \n
	Root *Node
	Err  error // a *plumbline.Error of kind Invalid whose text names the line
}

// Read splits a stream into its documents and reads each. It fails as a whole
// only when the stream is too large, has too many documents or is not text.
// Empty documents are left out.
func Read(src []byte) ([]Document, error) { return ReadWithin(src, Bounds{MaxDocument, MaxNodes}) }

// Bounds are how large one document may be: bytes, and nodes.
type Bounds struct{ Bytes, Nodes int }

// ReadWithin is Read for documents of another size than usual: a file of controls
// is one document.
func ReadWithin(src []byte, most Bounds) ([]Document, error) {
	if len(src) > MaxBytes {
		return nil, plumbline.Errorf(plumbline.Invalid, "The file has %d bytes; at most %d are read. Split it.", len(src), MaxBytes)
	}
	if !utf8.Valid(src) {
		return nil, plumbline.Errorf(plumbline.Invalid, "The file is not UTF-8 text: line %d is the first that is not.", firstBadLine(src))
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	var docs []Document
	for _, c := range split(src) {
		if blank(c.text) {
			continue
		}
		if len(docs) == MaxDocuments {
			return nil, plumbline.Errorf(plumbline.Invalid, "The file has more than %d documents; split it.", MaxDocuments)
		}
		root, err := parse(c, most)
		if root == nil && err == nil {
			continue
		}
		docs = append(docs, Document{Line: c.firstLine(), Text: c.clean(), Root: root, Err: err})
	}
	return docs, nil
}

// chunk is the text of one document and the line that it begins on.
type chunk struct {
	text []byte
	line int
}

// firstLine is the line of the first thing in the chunk that is not a comment.
func (c chunk) firstLine() int {
	line := c.line
	for l := range bytes.Lines(c.text) {
		if !ignorable(l) {
			return line
		}
		line++
	}
	return c.line
}

// clean is the text from its first line that says something to its last one.
func (c chunk) clean() string {
	text := c.text
	for range c.firstLine() - c.line {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return string(bytes.TrimRight(text, " \t\n")) + "\n"
}

// split cuts at lines that begin with "---" or "...": YAML reads these as
// document marks wherever they stand, even inside block text. What follows the
// mark on its line stays, three blanks in.
func split(src []byte) []chunk {
	var out []chunk
	start, line := 0, 1
	cur := chunk{line: 1}
	pos := 0
	for l := range bytes.Lines(src) {
		if isMark(l) {
			cur.text = append(cur.text, src[start:pos]...)
			out = append(out, cur)
			cur = chunk{text: append([]byte("   "), l[3:]...), line: line}
			if l[0] == '.' {
				cur.text = []byte("\n")
			}
			start = pos + len(l)
		}
		pos += len(l)
		line++
	}
	cur.text = append(cur.text, src[start:]...)
	return append(out, cur)
}

func isMark(l []byte) bool {
	if !bytes.HasPrefix(l, []byte("---")) && !bytes.HasPrefix(l, []byte("...")) {
		return false
	}
	return len(l) == 3 || l[3] == ' ' || l[3] == '\t' || l[3] == '\n'
}

// blank says that a chunk holds nothing but comments, directives and blanks.
func blank(text []byte) bool {
	for l := range bytes.Lines(text) {
		if !ignorable(l) {
			return false
		}
	}
	return true
}

func ignorable(l []byte) bool {
	l = bytes.TrimSpace(l)
	return len(l) == 0 || l[0] == '#' || l[0] == '%'
}

func firstBadLine(src []byte) int {
	line := 1
	for l := range bytes.Lines(src) {
		if !utf8.Valid(l) {
			break
		}
		line++
	}
	return line
}

// lineError is an Invalid error that names a line of the file.
func lineError(line int, format string, args ...any) error {
	return plumbline.Errorf(plumbline.Invalid, "Line %d: %s", line, fmt.Sprintf(format, args...))
}
