// Package yamlform reads YAML and JSON written by people into Go structs:
// strictly, and with the line and column of everything that is wrong.
//
// It owns one noun. A [Form] is a file while it is read: the caller decodes it
// into a struct, checks the struct, and notes each problem at a path of the
// file ("$.items[2].effort"). At the end, Err says all of them at once.
//
// Laws: pure. A key that the struct does not have is an error. What is read is
// limited in size and in depth.
package yamlform

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"plumbline"
)

// maxNest is how deep brackets may be nested: the YAML parser's time grows with
// the square of the depth.
const maxNest = 32

// maxProblems is how many problems are told at once.
const maxProblems = 200

// Form is a file while it is read.
type Form struct {
	name     string
	tree     *ast.File
	problems []string
}

// Read decodes a file into a pointer to a struct whose fields have yaml tags. A
// wrong key or a wrong shape stops at the first; the error is Invalid and has
// name, line and column. limit is the most bytes that are read.
func Read(name string, src []byte, limit int, into any) (*Form, error) {
	if len(src) > limit {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s:1:1: the file has %d bytes; at most %d are read.", name, len(src), limit)
	}
	if tooDeep(src) {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s:1:1: brackets are nested too deep", name)
	}
	tree, err := parser.ParseBytes(src, 0)
	if err != nil {
		return nil, located(name, err)
	}
	if err := decode(src, into, yaml.Strict()); err != nil {
		return nil, located(name, err)
	}
	return &Form{name: name, tree: tree}, nil
}

// decode turns what the YAML library stumbles over into an error: a list that is
// written as "!tag 0" makes it read through a nil pointer.
func decode(src []byte, into any, options ...yaml.DecodeOption) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("the file cannot be read: %v", broken)
		}
	}()
	return yaml.NewDecoder(strings.NewReader(string(src)), options...).Decode(into)
}

// Loose decodes a file that [Read] has read into another struct, which may leave
// keys out: for entries whose other keys are read one by one.
func (f *Form) Loose(src []byte, into any) error {
	if err := decode(src, into); err != nil {
		return located(f.name, err)
	}
	return nil
}

// Bad notes a problem at a path of the file.
func (f *Form) Bad(path, format string, args ...any) {
	if len(f.problems) >= maxProblems {
		return
	}
	line, column := f.position(path)
	f.problems = append(f.problems, fmt.Sprintf("%s:%d:%d: %s", f.name, line, column, fmt.Sprintf(format, args...)))
}

// Fields notes every problem of an Invalid error below a path, and one of
// another kind of error at the path itself.
func (f *Form) Fields(path string, err error) {
	if err == nil {
		return
	}
	fields := plumbline.FieldsOf(err)
	if len(fields) == 0 {
		f.Bad(path, "%s", plumbline.TextOf(err))
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f.Bad(path+"."+name, "%s", fields[name])
	}
}

// Good says that nothing has been wrong so far.
func (f *Form) Good() bool { return len(f.problems) == 0 }

// Problems is how many problems there are so far.
func (f *Form) Problems() int { return len(f.problems) }

// Err is Invalid with a line for each problem, or nil.
func (f *Form) Err() error {
	if len(f.problems) == 0 {
		return nil
	}
	return plumbline.Errorf(plumbline.Invalid, "%s", strings.Join(f.problems, "\n"))
}

// position finds where a path of the file is; of something left out, where its
// nearest parent is.
func (f *Form) position(path string) (line, column int) {
	for path != "$" && path != "" {
		if p, err := yaml.PathString(path); err == nil {
			if n, err := p.FilterFile(f.tree); err == nil && n.GetToken() != nil {
				return n.GetToken().Position.Line, n.GetToken().Position.Column
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 1, 1
}

func tooDeep(src []byte) bool {
	depth := 0
	for _, c := range src {
		switch c {
		case '[', '{':
			if depth++; depth > maxNest {
				return true
			}
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return false
}

// located turns an error of the YAML library into ours.
func located(name string, err error) error {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		p := y.GetToken().Position
		return &plumbline.Error{Kind: plumbline.Invalid, Text: fmt.Sprintf("%s:%d:%d: %s", name, p.Line, p.Column, y.GetMessage()), Err: err}
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return &plumbline.Error{Kind: plumbline.Invalid, Text: fmt.Sprintf("%s:1:1: %s", name, first), Err: err}
}

// Words are one text or a list of them.
type Words []string

// UnmarshalYAML takes a text, or a list of texts.
func (w *Words) UnmarshalYAML(decode func(any) error) error {
	var one string
	if decode(&one) == nil {
		*w = Words{one}
		return nil
	}
	return decode((*[]string)(w))
}
