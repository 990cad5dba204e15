package plumbline

import (
	"slices"
	"strings"
)

// Limits of a query, so that no filter is a burden for the database.
const (
	MaxQuery      = 2000 // bytes
	maxQueryTerms = 60   // terms and texts together
	maxQueryDepth = 20   // groups within groups
	maxListed     = 100  // values of one term
)

// Query is a filter written as people write it: "team:sig-node -label:x
// (priority:P1 or updated>2026-01-01) memory". It is a tree of conditions; the
// zero value asks for nothing and matches everything.
//
// A parsed query may hold what depends on the reader and the moment, such as
// "me" and "7d"; [Query.Resolve] replaces that.
type Query struct {
	Root *Cond
}

// CondOp is the sort of a condition.
type CondOp int

// The sorts of condition.
const (
	CondTerm   CondOp = iota // a field compared with values
	CondAll                  // all of Of hold
	CondAny                  // any of Of holds
	CondNot                  // Of[0] does not hold
	CondWords                // the words are in key, title or body, the last one perhaps only begun
	CondPhrase               // the text stands in title or body, letter for letter but for A to Z
)

// Cond is one condition of a query, or several joined.
type Cond struct {
	Op   CondOp
	Of   []Cond // of CondAll and CondAny two or more, of CondNot one
	Text string // of CondWords and CondPhrase
	Term Term   // of CondTerm
}

// Term compares a field with values; any of them will do.
type Term struct {
	Field  string // "team", "is", "has", "field.reach": a name that [QueryFields] lists
	Cmp    string // "=", ">", ">=", "<", "<="
	Values []Value
}

// Value is what a term compares with. A Prefix matches what begins with Text.
type Value struct {
	Text   string
	Prefix bool
}

// IsZero says that the query asks for nothing.
func (q Query) IsZero() bool { return q.Root == nil }

// All joins queries: what matches every one of them.
func (q Query) All(others ...Query) Query {
	var of []Cond
	for _, o := range append([]Query{q}, others...) {
		if o.Root != nil {
			of = append(of, *o.Root)
		}
	}
	if len(of) == 0 {
		return Query{}
	}
	c := join(CondAll, of)
	return Query{&c}
}

// join makes one condition of several in canonical form: what is joined alike
// is flat, and the words of one conjunction are one text at its end.
func join(op CondOp, of []Cond) Cond {
	var flat []Cond
	var words []string
	var take func(of []Cond)
	take = func(of []Cond) {
		for _, c := range of {
			switch {
			case c.Op == op:
				take(c.Of)
			case op == CondAll && c.Op == CondWords:
				words = append(words, c.Text)
			default:
				flat = append(flat, c)
			}
		}
	}
	take(of)
	if len(words) > 0 {
		flat = append(flat, Cond{Op: CondWords, Text: strings.Join(words, " ")})
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return Cond{Op: op, Of: flat}
}

// negate is the opposite of a condition.
func negate(c Cond) Cond {
	if c.Op == CondNot {
		return c.Of[0]
	}
	return Cond{Op: CondNot, Of: []Cond{c}}
}

// Terms calls see with every term of the query, negated or not.
func (q Query) Terms(see func(t Term)) {
	var walk func(c Cond)
	walk = func(c Cond) {
		if c.Op == CondTerm {
			see(c.Term)
		}
		for _, of := range c.Of {
			walk(of)
		}
	}
	if q.Root != nil {
		walk(*q.Root)
	}
}

// SaysStatus says whether the query itself speaks of open and closed items; if
// not, lists show the open ones.
func (q Query) SaysStatus() (says bool) {
	q.Terms(func(t Term) {
		says = says || t.Field == "closed" || t.Field == "is" && slices.ContainsFunc(t.Values, func(v Value) bool {
			return oneOf(v.Text, "open", "closed", "any")
		}) || t.Field == "has" && slices.Contains(t.Values, Value{Text: "closed"})
	})
	return says
}

// Conjuncts are the conditions that must all hold.
func (q Query) Conjuncts() []Cond {
	switch {
	case q.Root == nil:
		return nil
	case q.Root.Op == CondAll:
		return q.Root.Of
	}
	return []Cond{*q.Root}
}

// QueryOf is the query that asks for all the conditions.
func QueryOf(of []Cond) Query {
	if len(of) == 0 {
		return Query{}
	}
	c := join(CondAll, of)
	return Query{&c}
}

// String writes the query in canonical form; [ParseQuery] reads it back.
func (q Query) String() string {
	if q.Root == nil {
		return ""
	}
	return q.Root.write()
}

func (c Cond) write() string {
	switch c.Op {
	case CondAll:
		return c.list(" ", CondAny)
	case CondAny:
		return c.list(" or ")
	case CondNot:
		return c.Of[0].writeNot()
	case CondPhrase:
		return quote(c.Text)
	case CondWords:
		return c.Text
	}
	return c.Term.String()
}

// list writes the conditions with something between; those of the sorts in wrap
// stand in parentheses.
func (c Cond) list(between string, wrap ...CondOp) string {
	out := make([]string, len(c.Of))
	for i, of := range c.Of {
		out[i] = of.write()
		if slices.Contains(wrap, of.Op) {
			out[i] = "(" + out[i] + ")"
		}
	}
	return strings.Join(out, between)
}

func (c Cond) writeNot() string {
	switch {
	case c.Op == CondTerm && c.Term.Field == "has":
		t := c.Term
		t.Field = "no"
		return t.String()
	case c.Op == CondAll || c.Op == CondAny || c.Op == CondWords && strings.Contains(c.Text, " "):
		return "-(" + c.write() + ")"
	}
	return "-" + c.write()
}

// String writes the term as it is read.
func (t Term) String() string {
	var b strings.Builder
	b.WriteString(t.Field)
	if t.Cmp == "=" {
		b.WriteString(":")
	} else {
		b.WriteString(t.Cmp)
	}
	for i, v := range t.Values {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(v.String())
	}
	return b.String()
}

// String writes the value, in quotes when it must be.
func (v Value) String() string {
	switch {
	case v.Prefix && plain(v.Text):
		return v.Text + "*"
	case v.Prefix:
		return quote(v.Text) + "*"
	case plain(v.Text) && !strings.HasSuffix(v.Text, "*"):
		return v.Text
	}
	return quote(v.Text)
}

// plain says that a value can be written without quotes.
func plain(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return isBlank(r) || strings.ContainsRune(`"(),\`, r) }) && !strings.ContainsAny(s[:1], "=<>:")
}

func isBlank(r rune) bool { return strings.ContainsRune(" \t\n\r\v\f\u00a0\u3000", r) }

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
