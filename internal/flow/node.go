package flow

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"plumbline"
)

// Limits on a process file.
const (
	MaxFile  = 256 << 10 // bytes
	maxNest  = 32        // brackets within brackets
	maxNames = 2_000     // lines of problems that are reported
)

// Mistake is one thing that is wrong with a process file, and where. Line and
// Column count from 1.
type Mistake struct {
	File         string
	Line, Column int
	Text         string
}

// String is "file:line:column: text".
func (m Mistake) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Text)
}

// Mistakes are everything that is wrong with a file, in its order.
type Mistakes []Mistake

// Error implements error: how many there are. Lines has them.
func (ms Mistakes) Error() string { return fmt.Sprintf("mistakes: %d", len(ms)) }

// Lines is a line for each mistake.
func (ms Mistakes) Lines() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// file reads YAML nodes and collects what is wrong.
type file struct {
	name string
	bads Mistakes
}

// parse gives the top of a YAML document, or nil with the mistake noted.
func (f *file) parse(src []byte) ast.Node {
	if len(src) > MaxFile {
		f.at(1, 1, "the file has %d bytes; at most %d are read", len(src), MaxFile)
		return nil
	}
	if line := tooDeep(src); line > 0 {
		f.at(line, 1, "brackets are nested too deep here")
		return nil
	}
	tree, err := parser.ParseBytes(src, 0)
	if err != nil {
		f.syntax(err)
		return nil
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		f.at(1, 1, "the file is empty")
		return nil
	}
	if len(tree.Docs) > 1 {
		f.bad(tree.Docs[1].Body, "a file holds one process: take away the line ---")
		return nil
	}
	return tree.Docs[0].Body
}

// tooDeep is the line at which brackets are nested too deep, or 0. The parser's
// time grows with the square of the depth.
func tooDeep(src []byte) int {
	depth, line := 0, 1
	for _, c := range src {
		switch c {
		case '\n':
			line++
		case '[', '{':
			if depth++; depth > maxNest {
				return line
			}
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return 0
}

func (f *file) syntax(err error) {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		p := y.GetToken().Position
		f.at(p.Line, p.Column, "%s", y.GetMessage())
		return
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	f.at(1, 1, "%s", text)
}

func (f *file) at(line, column int, format string, args ...any) {
	f.bads = append(f.bads, Mistake{f.name, max(line, 1), max(column, 1), fmt.Sprintf(format, args...)})
}

// bad notes a mistake where a node is.
func (f *file) bad(n ast.Node, format string, args ...any) {
	line, column := where(n)
	f.at(line, column, format, args...)
}

// err is everything noted, in the order of the file, each once; nil for nothing.
func (f *file) err() error {
	if len(f.bads) == 0 {
		return nil
	}
	sort.SliceStable(f.bads, func(i, j int) bool {
		a, b := f.bads[i], f.bads[j]
		return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
	})
	var once Mistakes
	seen := map[Mistake]bool{}
	for _, m := range f.bads {
		if !seen[m] && len(once) < maxNames {
			once = append(once, m)
		}
		seen[m] = true
	}
	return &plumbline.Error{Kind: plumbline.Invalid, Text: once.Lines(), Err: once}
}

// where is the position of a node's first character.
func where(n ast.Node) (line, column int) {
	switch n := n.(type) {
	case nil:
		return 1, 1
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return where(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return where(n.Key)
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line, t.Position.Column
	}
	return 1, 1
}

// object is a mapping whose keys are taken one by one; what is left over at
// the end is not known.
type object struct {
	f     *file
	node  ast.Node
	wrong bool     // it is no mapping, which was said
	keys  []string // as written
	key   map[string]ast.Node
	value map[string]ast.Node
	known []string
}

// object reads a mapping. Of anything else it notes the mistake, and gives an
// empty one.
func (f *file) object(n ast.Node, what string) *object {
	o := &object{f: f, node: n, key: map[string]ast.Node{}, value: map[string]ast.Node{}}
	m, ok := n.(ast.MapNode)
	if !ok {
		f.bad(n, "%s is written as key: value lines", what)
		o.wrong = true
		return o
	}
	for it := m.MapRange(); it.Next(); {
		k, isText := it.Key().(*ast.StringNode)
		if !isText {
			f.bad(it.Key(), "a key is a word")
			continue
		}
		if _, twice := o.value[k.Value]; twice {
			f.bad(k, "the key %s is there twice", k.Value)
			continue
		}
		o.keys = append(o.keys, k.Value)
		o.key[k.Value], o.value[k.Value] = k, it.Value()
	}
	return o
}

// take gives the value of a key, or nil, and remembers that the key is known.
func (o *object) take(key string) ast.Node {
	o.known = append(o.known, key)
	v := o.value[key]
	if _, null := v.(*ast.NullNode); null {
		return nil
	}
	return v
}

// at is the node of a key's value, else that of the whole object, for mistakes.
func (o *object) at(key string) ast.Node {
	if v, ok := o.value[key]; ok {
		return v
	}
	return o.node
}

// done notes every key that nobody took.
func (o *object) done(what string) {
	for _, k := range o.keys {
		found := false
		for _, have := range o.known {
			found = found || have == k
		}
		if !found {
			known := append([]string(nil), o.known...)
			sort.Strings(known)
			o.f.bad(o.key[k], "%s has no key %q; it may have %s", what, k, strings.Join(known, ", "))
		}
	}
}

// text is the text of a key; empty when it is not there.
func (o *object) text(key string) string { return o.f.text(o.take(key), key) }

// must is the text of a key that has to be there.
func (o *object) must(key, what string) string {
	before := len(o.f.bads)
	s := o.text(key)
	switch {
	case o.wrong || len(o.f.bads) > before || strings.TrimSpace(s) != "":
	case o.value[key] == nil:
		o.f.bad(o.node, "%s has no %s", what, key)
	default:
		o.f.bad(o.value[key], "%s is empty", key)
	}
	return s
}

// text reads a scalar: as it is written for a number, without quotes for text.
func (f *file) text(n ast.Node, what string) string {
	switch n := n.(type) {
	case nil:
		return ""
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n")
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	f.bad(n, "%s is text", what)
	return ""
}

// yes reads true or false; false when it is not there.
func (o *object) yes(key string) bool {
	switch n := o.take(key).(type) {
	case nil:
		return false
	case *ast.BoolNode:
		return n.Value
	default:
		o.f.bad(n, "%s is true or false", key)
		return false
	}
}

// list reads a sequence; a single value is a list of one.
func (o *object) list(key string) []ast.Node {
	switch n := o.take(key).(type) {
	case nil:
		return nil
	case *ast.SequenceNode:
		return n.Values
	default:
		return []ast.Node{n}
	}
}

// texts reads a list of texts.
func (o *object) texts(key string) []string {
	var out []string
	for _, n := range o.list(key) {
		out = append(out, o.f.text(n, key))
	}
	return out
}

// inside is the position in the file of a place within a scalar, counted from 1.
// Within text that was folded it is where the scalar begins.
func inside(n ast.Node, line, column int) (int, int) {
	atLine, atColumn := where(n)
	switch n := n.(type) {
	case *ast.LiteralNode:
		return atLine + line, column // the indentation is not known any more
	case *ast.StringNode:
		if line > 1 {
			return atLine, atColumn
		}
		if t := n.GetToken().Type; t == token.DoubleQuoteType || t == token.SingleQuoteType {
			column++
		}
		return atLine, atColumn + column - 1
	}
	return atLine, atColumn
}
