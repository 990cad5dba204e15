package plumbline

import (
	"strings"
	"unicode/utf8"
)

// OpenWord is what is being written at the end of an unfinished query: the name
// of a field, or a value of one.
type OpenWord struct {
	Field *QueryField // whose value it is; nil: the name of a field, or a word to search for
	Typed string      // of it so far, without quotes
	From  int         // byte of the query at which it begins, an opening quote included
}

// OpenQueryWord finds what is being written at the end of a text that people
// type into the search box. ok is false where nothing can be completed: within a
// phrase, and after what is no field.
func OpenQueryWord(text string) (w OpenWord, ok bool) {
	token, value := openToken(text)
	token += len(text[token:]) - len(strings.TrimLeft(text[token:], "-"))
	n := 0
	for token+n < len(text) && nameByte(text[token+n]) {
		n++
	}
	name, rest := text[token:token+n], text[token+n:]
	if rest == "" {
		return OpenWord{Typed: name, From: token}, true
	}
	cmp := rest[:len(rest)-len(strings.TrimLeft(rest, ":=!<>"))]
	f, known := lookField(strings.ToLower(name))
	if cmp == "" || !known {
		return w, false
	}
	from := max(value, token+n+len(cmp))
	typed, quoted := strings.CutPrefix(text[from:], `"`)
	if quoted && strings.HasSuffix(typed, `"`) {
		return w, false // it is written to its end
	}
	return OpenWord{Field: &f, Typed: typed, From: from}, true
}

// openToken is where the last token of a text begins, and the last value of its
// list; a quote that is open holds both.
func openToken(text string) (token, value int) {
	quoted := false
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case quoted && r == '\\':
			n += min(1, len(text)-i-n)
		case r == '"':
			quoted = !quoted
		case quoted:
		case isBlank(r) || r == '(' || r == ')':
			token, value = i+n, i+n
		case r == ',':
			value = i + n
		}
		i += n
	}
	return token, value
}

// QueryText writes a value as it stands in a query, in quotes where it needs
// them.
func QueryText(value string) string { return Value{Text: value}.String() }
