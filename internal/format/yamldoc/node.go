package yamldoc

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Kind is the shape of a node.
type Kind int

// The kinds of node.
const (
	Scalar Kind = iota
	List
	Mapping
)

// String is the kind in words.
func (k Kind) String() string {
	return [...]string{"a value", "a list", "a mapping"}[k]
}

// Node is a value, a list or a mapping. A nil *Node stands for "not there" and
// answers every question with nothing.
type Node struct {
	Kind  Kind
	Line  int
	Text  string // of a Scalar, as written; empty for null
	Null  bool
	Quote bool     // a Scalar in quotes or a block: it is text, whatever it looks like
	Items []*Node  // of a List, or the values of a Mapping
	Keys  []string // of a Mapping, in the order written; each once
	Again []Repeat // keys written more than once; the first one counts
}

// Repeat is a key that was written again.
type Repeat struct {
	Key  string
	Line int
}

// Get follows mapping keys; it is nil when one of them is not there.
func (n *Node) Get(path ...string) *Node {
	for _, key := range path {
		n = n.get(key)
	}
	return n
}

func (n *Node) get(key string) *Node {
	if n == nil || n.Kind != Mapping {
		return nil
	}
	for i, k := range n.Keys {
		if k == key {
			return n.Items[i]
		}
	}
	return nil
}

// Has says whether a mapping has the key, even with a null value.
func (n *Node) Has(key string) bool { return n.get(key) != nil }

// Str is the text of a scalar without the blanks around it; empty otherwise.
func (n *Node) Str() string {
	if n == nil || n.Kind != Scalar {
		return ""
	}
	return strings.TrimSpace(n.Text)
}

// Scalars are the scalars of a list that are not null, or the node itself when
// it is a single value.
func (n *Node) Scalars() []*Node {
	if n == nil || n.Null {
		return nil
	}
	if n.Kind == Scalar {
		return []*Node{n}
	}
	var out []*Node
	for _, it := range n.Items {
		if n.Kind == List && it.Kind == Scalar && !it.Null {
			out = append(out, it)
		}
	}
	return out
}

// LineOf is the node's line, or the given one when it is not there.
func (n *Node) LineOf(fallback int) int {
	if n == nil {
		return fallback
	}
	return n.Line
}

// parse reads one document. The parser is third-party code reading a stranger's
// bytes, so a panic in it becomes an error of this one document.
func parse(c chunk, most Bounds) (root *Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, lineError(c.firstLine(), "this document cannot be read as YAML.")
		}
	}()
	if len(c.text) > most.Bytes {
		return nil, lineError(c.firstLine(), "this document has %d bytes; at most %d are read.", len(c.text), most.Bytes)
	}
	tokens := lexer.Tokenize(string(c.text))
	if err := screen(tokens, c.line-1); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(err, c)
	}
	t := tree{offset: c.line - 1, left: most.Nodes, most: most.Nodes}
	for _, d := range file.Docs {
		if d.Body == nil || root != nil {
			continue
		}
		if root, err = t.node(d.Body, 0); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// screen refuses, before the recursive parser sees them, aliases and nesting
// that is too deep. Nesting by indentation needs no check: d levels take d²/2
// bytes, so a document of the usual size has fewer than 750, and one of 4 MiB
// fewer than 3,000.
func screen(tokens token.Tokens, offset int) error {
	flow, inLine, line := 0, 0, 0
	for _, t := range tokens {
		at := t.Position.Line + offset
		if t.Position.Line != line {
			line, inLine = t.Position.Line, 0
		}
		switch t.Type {
		case token.AliasType:
			return lineError(at, "an alias (*name) is not read here; write the value out.")
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			inLine++
		}
		if flow > MaxDepth || inLine > MaxDepth {
			return lineError(at, "this is nested more than %d deep.", MaxDepth)
		}
	}
	return nil
}

func syntaxError(err error, c chunk) error {
	var se yaml.Error
	if errors.As(err, &se) && se.GetToken() != nil {
		return lineError(se.GetToken().Position.Line+c.line-1, "not valid YAML: %s.", strings.TrimSuffix(se.GetMessage(), "."))
	}
	return lineError(c.firstLine(), "not valid YAML.")
}

// tree builds nodes under a budget.
type tree struct {
	offset int
	left   int
	most   int
}

func (t *tree) node(n ast.Node, depth int) (*Node, error) {
	line := t.line(n)
	if t.left--; t.left < 0 {
		return nil, lineError(line, "this document has more than %d values.", t.most)
	}
	if depth > MaxDepth {
		return nil, lineError(line, "this is nested more than %d deep.", MaxDepth)
	}
	switch v := n.(type) {
	case *ast.AnchorNode:
		return t.node(v.Value, depth+1)
	case *ast.TagNode:
		out, err := t.node(v.Value, depth+1)
		if err == nil && out.Kind == Scalar && v.Start.Value == "!!str" {
			out.Quote = true
		}
		return out, err
	case *ast.MappingNode:
		return t.mapping(v.Values, line, depth)
	case *ast.MappingValueNode:
		return t.mapping([]*ast.MappingValueNode{v}, line, depth)
	case *ast.SequenceNode:
		out := &Node{Kind: List, Line: line}
		for _, it := range v.Values {
			c, err := t.node(it, depth+1)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, c)
		}
		return out, nil
	case *ast.StringNode:
		quote := v.Token.Type == token.SingleQuoteType || v.Token.Type == token.DoubleQuoteType
		return &Node{Line: line, Text: v.Value, Quote: quote}, nil
	case *ast.LiteralNode:
		return &Node{Line: line, Text: v.Value.Value, Quote: true}, nil
	case *ast.NullNode, nil:
		return &Node{Line: line, Null: true}, nil
	}
	return &Node{Line: line, Text: n.GetToken().Value}, nil
}

func (t *tree) mapping(values []*ast.MappingValueNode, line, depth int) (*Node, error) {
	out := &Node{Kind: Mapping, Line: line}
	seen := make(map[string]bool, len(values))
	for _, mv := range values {
		if mv.Key.IsMergeKey() {
			return nil, lineError(t.line(mv), "a merge key (<<) is not read here; write the values out.")
		}
		key, at := keyText(mv.Key), t.line(mv.Key)
		if seen[key] {
			out.Again = append(out.Again, Repeat{Key: key, Line: at})
			continue
		}
		seen[key] = true
		c, err := t.node(mv.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if c.Kind != Scalar || c.Null {
			c.Line = at // a list or mapping is looked for at its key
		}
		out.Keys, out.Items = append(out.Keys, key), append(out.Items, c)
	}
	return out, nil
}

func (t *tree) line(n ast.Node) int {
	if n == nil {
		return t.offset + 1
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line + t.offset
	}
	return t.offset + 1
}

func keyText(k ast.MapKeyNode) string {
	if s, ok := k.(*ast.StringNode); ok {
		return s.Value
	}
	if tk := k.GetToken(); tk != nil {
		return tk.Value
	}
	return ""
}
