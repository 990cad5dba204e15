package rule

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"

	"plumbline"
)

// Mistake is one thing that is wrong with an expression. Line and Column count
// from 1, in characters.
type Mistake struct {
	Line, Column int
	Text         string
	Excerpt      string // the line, and below it a caret at the column
}

// String is the mistake with its position and the place marked.
func (m Mistake) String() string {
	return fmt.Sprintf("line %d, column %d: %s\n%s", m.Line, m.Column, m.Text, m.Excerpt)
}

// Mistakes are everything that is wrong with an expression, in order.
type Mistakes []Mistake

// Error implements error: how many there are. Lines has them.
func (ms Mistakes) Error() string { return fmt.Sprintf("mistakes: %d", len(ms)) }

// Lines is every mistake with its position and the place marked.
func (ms Mistakes) Lines() string {
	parts := make([]string, len(ms))
	for i, m := range ms {
		parts[i] = m.String()
	}
	return strings.Join(parts, "\n")
}

func invalid(ms Mistakes) error {
	return &plumbline.Error{Kind: plumbline.Invalid, Text: "The expression is wrong at " + ms.Lines(), Err: ms}
}

// whole is a mistake that no single place of the expression has.
func whole(src, text string) error {
	return invalid(Mistakes{{Line: 1, Column: 1, Text: text, Excerpt: excerpt(src, 1, 1)}})
}

// explain turns what CEL says into our words.
func (e *Env) explain(src string, errs []*cel.Error) error {
	var ms Mistakes
	for _, err := range errs {
		line, col := max(err.Location.Line(), 1), max(err.Location.Column()+1, 1)
		ms = append(ms, Mistake{Line: line, Column: col, Text: e.inWords(err.Message), Excerpt: excerpt(src, line, col)})
	}
	return invalid(ms)
}

// inWords says a message of CEL for somebody who does not know CEL.
func (e *Env) inWords(msg string) string {
	msg = plain(msg)
	if name, ok := between(msg, "undeclared reference to '", "'"); ok {
		if near := e.nearest(name); near != "" {
			return fmt.Sprintf("%s is not a fact or a field; did you mean %s?", name, near)
		}
		return fmt.Sprintf("%s is not a fact or a field", name)
	}
	if types, ok := between(msg, "applied to '(", ")'"); ok && strings.Contains(msg, "no matching overload") {
		op, _ := between(msg, "overload for '", "'")
		text := fmt.Sprintf("%s cannot be used between %s", strings.Trim(op, "_"), strings.ReplaceAll(types, ", ", " and "))
		if types == "double, int" || types == "int, double" {
			text += "; write the number with a point, for example 1.0"
		}
		return text
	}
	return msg
}

// plain takes away what only a programmer wants to see.
func plain(msg string) string {
	msg = strings.TrimSuffix(msg, " (in container '')")
	return strings.TrimPrefix(msg, "ERROR: <input>:")
}

func between(s, before, after string) (string, bool) {
	_, s, ok := strings.Cut(s, before)
	if !ok {
		return "", false
	}
	return cutEnd(s, after)
}

func cutEnd(s, after string) (string, bool) {
	s, _, ok := strings.Cut(s, after)
	return s, ok
}

// excerpt is a line of the source with a caret below the column.
func excerpt(src string, line, col int) string {
	lines := strings.Split(src, "\n")
	if line > len(lines) {
		return ""
	}
	text := strings.ReplaceAll(strings.TrimRight(lines[line-1], "\r"), "\t", " ")
	if len(text) > 500 {
		return ""
	}
	return "  " + text + "\n  " + strings.Repeat(" ", col-1) + "^"
}

func typeName(t *cel.Type) string {
	switch t.String() {
	case "string":
		return "text"
	case "int", "double", "uint":
		return "number"
	case "timestamp", "google.protobuf.Timestamp":
		return "time"
	}
	return t.String()
}

// nearest is the declared name that a misspelt one was meant to be; empty when
// none is near.
func (e *Env) nearest(name string) string {
	best, limit := "", min(3, len(name)/2+1)
	for _, n := range e.names {
		if d := distance(name, n); d < limit {
			best, limit = n, d
		}
	}
	return best
}

// distance is the number of letters to add, drop or change to make b of a
// (Levenshtein).
func distance(a, b string) int {
	if len(a) > 60 || len(b) > 60 {
		return 60
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
