// Package jsondoc reads JSON from strangers as rows: an array of objects, one
// object a line, or an object that holds the array under a known name. The
// readers of other systems' JSON exports stand on it.
//
// Laws: pure: bytes in, rows out, each with the line where it begins. A line of
// one-object-a-line that is no JSON is told and the others are read; an array
// that breaks off is read up to there and then told. It judges nothing of what a
// row says.
package jsondoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"plumbline"
)

// Row is one object, or why it cannot be read.
type Row struct {
	Line int
	JSON json.RawMessage
	Bad  string
}

// Into reads the row into v, and says why it cannot: "" when it can.
func (r Row) Into(v any) string {
	err := json.Unmarshal(r.JSON, v)
	var kind *json.UnmarshalTypeError
	var ours *plumbline.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &kind) && kind.Field != "":
		field := kind.Field
		if outer, inner, ok := strings.Cut(field, "."); ok && unicode.IsUpper(rune(outer[0])) {
			field = inner // it stands in a struct of ours, which the file does not know
		}
		return fmt.Sprintf("%s is a %s, which it cannot be", field, kind.Value)
	case errors.As(err, &ours):
		return strings.TrimSuffix(ours.Text, ".")
	}
	return "it is not what this format has"
}

// Rows opens a file. under are the names under which an object may hold the
// array. It fails, with an error of kind Invalid, when the file is no JSON or
// holds something else.
func Rows(name string, data []byte, under ...string) (iter.Seq[Row], error) {
	if len(data) > plumbline.MaxImport {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s has %d bytes; at most %d are read. Split it.", name, len(data), plumbline.MaxImport)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	start := bytes.IndexFunc(data, func(r rune) bool { return !strings.ContainsRune(" \t\r\n", r) })
	switch {
	case start < 0:
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is empty.", name)
	case data[start] == '[':
		return elements(data), nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is written in UTF-16; JSON is UTF-8. Save it as UTF-8.", name)
	case data[start] != '{':
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is no JSON: it begins with neither [ nor {.", name)
	}
	if at, ok := inside(data, under); ok {
		return at, nil
	}
	return lines(data), nil
}

// inside finds the array that an object holds under one of the names.
func inside(data []byte, under []string) (iter.Seq[Row], bool) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return nil, false
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, false
		}
		name, _ := key.(string)
		after := bytes.TrimLeft(data[dec.InputOffset():], ": \t\r\n")
		if slices.Contains(under, name) && len(after) > 0 && after[0] == '[' {
			skipped := len(data) - len(after)
			return elementsAt(data, skipped), true
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, false
		}
	}
	return nil, false
}

func elements(data []byte) iter.Seq[Row] { return elementsAt(data, 0) }

// elementsAt goes through the array that begins at an offset.
func elementsAt(data []byte, at int) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		count := counter{data: data}
		dec := json.NewDecoder(bytes.NewReader(data[at:]))
		if _, err := dec.Token(); err != nil {
			yield(Row{Line: count.line(at), Bad: "the list cannot be read"})
			return
		}
		for dec.More() {
			from := at + int(dec.InputOffset())
			from += len(data[from:]) - len(bytes.TrimLeft(data[from:], ", \t\r\n"))
			r := Row{Line: count.line(from)}
			if err := dec.Decode(&r.JSON); err != nil {
				r.JSON, r.Bad = nil, "the file cannot be read from here on: "+why(err)
				yield(r)
				return
			}
			if !yield(object(r)) {
				return
			}
		}
		if _, err := dec.Token(); err != nil {
			yield(Row{Line: count.line(len(data)), Bad: "the file breaks off: the list is not closed"})
		}
	}
}

func why(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it breaks off"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// object refuses what is no object, and bytes that are no text: decoding would
// put other characters in their place.
func object(r Row) Row {
	if !utf8.Valid(r.JSON) {
		r.JSON, r.Bad = nil, "it has bytes that are not UTF-8 text"
		return r
	}
	if len(r.JSON) == 0 || r.JSON[0] != '{' {
		r.JSON, r.Bad = nil, "it is no object"
	}
	return r
}

// lines goes through a file with one object a line. A single object over several
// lines is one row.
func lines(data []byte) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		if json.Valid(data) {
			line := 1 + bytes.Count(data[:bytes.IndexByte(data, '{')], []byte("\n"))
			yield(object(Row{Line: line, JSON: bytes.TrimSpace(data)}))
			return
		}
		n := 0
		for text := range bytes.Lines(data) {
			n++
			if text = bytes.TrimSpace(text); len(text) == 0 {
				continue
			}
			r := Row{Line: n, JSON: text}
			if !json.Valid(text) {
				r.JSON, r.Bad = nil, "this line is no JSON"
			} else {
				r = object(r)
			}
			if !yield(r) {
				return
			}
		}
	}
}

// counter counts lines up to offsets that grow.
type counter struct {
	data []byte
	at   int
	n    int
}

func (c *counter) line(at int) int {
	c.n += bytes.Count(c.data[c.at:at], []byte("\n"))
	c.at = at
	return c.n + 1
}

// Text is a text that other systems also write as null or as a number.
type Text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	switch {
	case string(b) == "null":
	case len(b) > 0 && b[0] == '"':
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		s = string(b)
	default:
		return plumbline.Errorf(plumbline.Invalid, "Text is wanted where something else is.")
	}
	*t = Text(s)
	return nil
}

// Moment is a time as exports write it.
type Moment plumbline.Time

// UnmarshalJSON implements json.Unmarshaler.
func (m *Moment) UnmarshalJSON(b []byte) error {
	var s Text
	if err := s.UnmarshalJSON(b); err != nil {
		return err
	}
	t, err := plumbline.ParseTime(string(s))
	*m = Moment(t)
	return err
}

// Name is the name of a label or a tag: a text, or an object with a name or a
// title.
type Name string

// UnmarshalJSON implements json.Unmarshaler.
func (n *Name) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '{' {
		return (*Text)(n).UnmarshalJSON(b)
	}
	var o struct{ Name, Title Text }
	if err := json.Unmarshal(b, &o); err != nil {
		return err
	}
	*n = Name(o.Name)
	if *n == "" {
		*n = Name(o.Title)
	}
	return nil
}

// Names are labels without the empty ones, each once.
func Names(list []Name) []string {
	var out []string
	for _, n := range list {
		if s := strings.TrimSpace(string(n)); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
