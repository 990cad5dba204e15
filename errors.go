package plumbline

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind says what sort of failure an [Error] is. Doors turn it into an HTTP
// status, a form message or an exit code, each by one small table.
type Kind int

// The kinds of error. Unknown errors are Internal and are never shown in full.
const (
	Internal        Kind = iota // ours to mend
	Invalid                     // the input is wrong: the text says what and where
	NotFound                    // no such thing, or not visible to this actor
	Conflict                    // it changed meanwhile, or exists already
	Denied                      // this actor may not
	Unauthenticated             // nobody is signed in, or the token is not good
	Unavailable                 // a needed system does not answer now; try again
)

var kindNames = [...]string{"internal", "invalid", "not found", "conflict", "denied", "unauthenticated", "unavailable"}

// String is the kind in lower-case words.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "internal"
	}
	return kindNames[k]
}

// Error is the one error type of the house. Text is written for the person:
// what is wrong, where, and what to do. Fields maps the name of an input to
// what is wrong with it. Err is the cause, for the log only.
type Error struct {
	Kind   Kind
	Text   string
	Fields map[string]string
	Err    error
}

// Error implements error: the text, then the fields by name, then the cause.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Text)
	if e.Text == "" {
		b.WriteString(e.Kind.String())
	}
	names := make([]string, 0, len(e.Fields))
	for n := range e.Fields {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(&b, "; %s: %s", n, e.Fields[n])
	}
	if e.Err != nil {
		fmt.Fprintf(&b, " (%v)", e.Err)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of the kind with a text for the person.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// FieldError makes an Invalid error about one input.
func FieldError(field, format string, args ...any) *Error {
	text := fmt.Sprintf(format, args...)
	return &Error{Kind: Invalid, Text: text, Fields: map[string]string{field: text}}
}

// KindOf is the kind of the first [Error] in err's chain, else Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// TextOf is the text that may be shown to a person: the Error's own text, or
// for an unknown or internal error a sentence that reveals nothing.
func TextOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Kind != Internal && e.Text != "" {
		return e.Text
	}
	return "Something went wrong on our side. It has been logged; please try again."
}

// FieldsOf returns what is wrong with each input, or nil.
func FieldsOf(err error) map[string]string {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

// Problems collects what is wrong with several inputs, so that a person sees
// all of it at once. The zero value is ready.
type Problems struct {
	fields map[string]string
	first  string
}

// Add notes a problem with the named input; the first one per input stays.
func (p *Problems) Add(field, format string, args ...any) {
	if _, ok := p.fields[field]; ok {
		return
	}
	if p.fields == nil {
		p.fields = map[string]string{}
	}
	p.fields[field] = fmt.Sprintf(format, args...)
	if p.first == "" {
		p.first = p.fields[field]
	}
}

// Merge adds the fields of an Invalid error, if err is one.
func (p *Problems) Merge(err error) {
	if err == nil {
		return
	}
	fields := FieldsOf(err)
	if len(fields) == 0 {
		p.Add("input", "%s", TextOf(err))
	}
	for f, t := range fields {
		p.Add(f, "%s", t)
	}
}

// Err is nil when there were no problems, else one Invalid error with all.
func (p *Problems) Err() error {
	switch len(p.fields) {
	case 0:
		return nil
	case 1:
		return &Error{Kind: Invalid, Text: p.first, Fields: p.fields}
	}
	return &Error{Kind: Invalid, Text: fmt.Sprintf("%d fields need attention: %s", len(p.fields), p.first), Fields: p.fields}
}
