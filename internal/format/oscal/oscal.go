// Package oscal reads what NIST's Open Security Controls Assessment Language
// writes down about controls, as JSON or YAML: catalogs, profiles, plans of
// action and milestones, how a system security plan says that controls are
// implemented, and what assessments found.
//
// It owns these nouns. A [File] holds one of them. A [Remark] is something odd
// that was found, with its line: a reference that leads nowhere, a task that
// ends behind its deadline.
//
// Laws: pure: bytes in, words out. Names of controls come in one spelling. What
// refers to something is looked up and never trusted. A part that cannot be read
// is told, and the others are read. Profiles are not resolved: a catalog that
// was resolved by its authors is read instead.
package oscal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"plumbline"
	"plumbline/internal/format/jsondoc"
	"plumbline/internal/format/yamldoc"
)

// The limits. NIST's whole catalog has 10 MB as JSON.
const (
	MaxBytes = 32 << 20
	maxNodes = 1_000_000
	maxDepth = 20 // of groups, controls and parts within each other
)

// Remark is something odd in a file. Line is 0 when it is not known.
type Remark struct {
	Line int
	Ref  string // the name of what it is about
	Text string
}

// File is one OSCAL document: one of the pointers is set.
type File struct {
	Title, Version string
	Modified       plumbline.Time
	Catalog        *Catalog
	Profile        *Profile
	Plan           *Plan
	System         *System
	Assessment     *Assessment
	Remarks        []Remark
}

// document is the outside of every OSCAL file.
type document struct {
	Catalog *catalog    `json:"catalog"`
	Profile *profile    `json:"profile"`
	Plan    *plan       `json:"plan-of-action-and-milestones"`
	System  *systemPlan `json:"system-security-plan"`
	Results *results    `json:"assessment-results"`
}

type metadata struct {
	Title    string `json:"title"`
	Version  string `json:"version"`
	Modified string `json:"last-modified"`
}

type prop struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Class string `json:"class"`
}

// Read reads a file. The error is Invalid: it is no OSCAL, too large, or of a
// kind that is not read.
func Read(data []byte) (*File, error) {
	if len(data) > MaxBytes {
		return nil, plumbline.Errorf(plumbline.Invalid, "The file has %d bytes; at most %d are read.", len(data), MaxBytes)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r := &reader{file: &File{}, seek: seeker{data: data}}
	doc, err := r.decode(data)
	if err != nil {
		return nil, err
	}
	var about metadata
	switch {
	case doc.Catalog != nil:
		about = doc.Catalog.Metadata
		r.catalog(doc.Catalog)
	case doc.Profile != nil:
		about = doc.Profile.Metadata
		r.profile(doc.Profile)
	case doc.Plan != nil:
		about = doc.Plan.Metadata
		r.plan(doc.Plan)
	case doc.System != nil:
		about = doc.System.Metadata
		r.system(doc.System)
	case doc.Results != nil:
		about = doc.Results.Metadata
		r.assessment(doc.Results)
	default:
		return nil, plumbline.Errorf(plumbline.Invalid, "The file is no OSCAL catalog, profile, plan of action and milestones, system security plan, or assessment results.")
	}
	r.file.Title, r.file.Version = clean(about.Title), clean(about.Version)
	r.file.Modified = r.time(0, "metadata", "last-modified", about.Modified)
	return r.file, nil
}

// reader is a file while it is read.
type reader struct {
	file *File
	seek seeker
}

func (r *reader) remark(line int, ref, format string, args ...any) {
	const most = 5000
	if len(r.file.Remarks) < most {
		r.file.Remarks = append(r.file.Remarks, Remark{Line: line, Ref: clip(ref), Text: fmt.Sprintf(format, args...)})
	}
}

// time reads a time, 0 when there is none or it is none.
func (r *reader) time(line int, ref, what, text string) plumbline.Time {
	t, err := plumbline.ParseTime(text)
	if err != nil {
		r.remark(line, ref, "%s: %s", what, plumbline.TextOf(err))
	}
	return t
}

// decode reads JSON, or YAML by way of it.
func (r *reader) decode(data []byte) (doc document, err error) {
	if !utf8.Valid(data) {
		return doc, plumbline.Errorf(plumbline.Invalid, "The file has bytes that are not UTF-8 text.")
	}
	if !jsondoc.Begins(data) {
		if data, err = fromYAML(data); err != nil {
			return doc, err
		}
		r.seek.off = true
	}
	err = json.Unmarshal(data, &doc)
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind) && !strings.Contains(kind.Field, "."):
		return doc, plumbline.Errorf(plumbline.Invalid, "The file is no OSCAL: %q is a %s.", clip(kind.Field), kind.Value)
	case errors.As(err, &kind): // the rest was read
		r.remark(0, kind.Field, "%s is a %s, which it cannot be; it is left out.", kind.Field, kind.Value)
		return doc, nil
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return doc, plumbline.Errorf(plumbline.Invalid, "Line %d: not valid JSON: %s.", line, strings.TrimPrefix(syntax.Error(), "json: "))
	case err != nil:
		return doc, plumbline.Errorf(plumbline.Invalid, "The file cannot be read as OSCAL.")
	}
	return doc, nil
}

// lineKey is the name under which a mapping of YAML says its line.
const lineKey = "#line"

// fromYAML writes a YAML document as JSON, in which each mapping says its line.
func fromYAML(data []byte) ([]byte, error) {
	docs, err := yamldoc.ReadWithin(data, yamldoc.Bounds{Bytes: yamldoc.MaxBytes, Nodes: maxNodes})
	switch {
	case err != nil:
		return nil, err
	case len(docs) != 1:
		return nil, plumbline.Errorf(plumbline.Invalid, "The file is no OSCAL: it has %d documents, and one is wanted.", len(docs))
	case docs[0].Err != nil:
		return nil, docs[0].Err
	}
	var b bytes.Buffer
	if err := writeNode(&b, docs[0].Root); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writeNode(b *bytes.Buffer, n *yamldoc.Node) error {
	switch {
	case n == nil || n.Null:
		b.WriteString("null")
	case n.Kind == yamldoc.Scalar:
		return writeText(b, n.Text)
	case n.Kind == yamldoc.List:
		b.WriteByte('[')
		for i, it := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeNode(b, it); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	default:
		fmt.Fprintf(b, `{"%s":%d`, lineKey, n.Line)
		for i, it := range n.Items {
			b.WriteByte(',')
			if err := writeText(b, n.Keys[i]); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := writeNode(b, it); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	}
	return nil
}

func writeText(b *bytes.Buffer, s string) error {
	text, err := json.Marshal(s)
	b.Write(text)
	return err
}

// clean is a stranger's text as it can be kept.
func clean(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\x00", "\ufffd"))
}

// clip keeps a stranger's text short in a report.
func clip(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// seeker finds the lines of things by their names, in the order in which they
// stand in a JSON file.
type seeker struct {
	data   []byte
	off    bool // the lines are known already
	at     int
	line   int // of at, less one
	missed int
}

// again goes back to the beginning.
func (s *seeker) again() { s.at, s.line, s.missed = 0, 0, 0 }

// find is the line of the next object with the name under the key; have is what
// is known already. Names that are not found are given up on after some.
func (s *seeker) find(key, name string, have int) int {
	const misses = 5
	if s.off || name == "" || s.missed > misses {
		return have
	}
	from := s.at
	for {
		i := bytes.Index(s.data[from:], []byte(`"`+name+`"`))
		if i < 0 {
			s.missed++
			return have
		}
		before := bytes.TrimRight(s.data[s.at:from+i], " \t\r\n")
		from += i + len(name) + 1
		before, colon := bytes.CutSuffix(before, []byte(":"))
		if colon && bytes.HasSuffix(bytes.TrimRight(before, " \t\r\n"), []byte(`"`+key+`"`)) {
			s.line += bytes.Count(s.data[s.at:from], []byte("\n"))
			s.at = from
			return s.line + 1
		}
	}
}
