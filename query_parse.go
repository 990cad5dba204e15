package plumbline

import (
	"strings"
	"unicode/utf8"
)

// ParseQuery reads a query. Words find text; "name:value" asks for a field,
// "name:a,b" for any of several values, "name:begins*" for a beginning; dates and
// numbers take > >= < <= and a..b; "-" or "not" negates, "or" offers a choice,
// parentheses group, quotes keep text together. An error is Invalid and says at
// which column, counted in characters from 1, what was expected.
func ParseQuery(text string) (Query, error) {
	p := &queryParser{text: text}
	switch {
	case len(text) > MaxQuery:
		return Query{}, FieldError("q", "The filter has %d bytes; at most %d fit.", len(text), MaxQuery)
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return Query{}, FieldError("q", "The filter is not valid text: it must be UTF-8 without NUL.")
	}
	p.blank()
	if p.done() {
		return Query{}, nil
	}
	c, err := p.any(0)
	if err != nil {
		return Query{}, err
	}
	if !p.done() {
		return Query{}, p.wrong(p.at, "there is a closing parenthesis without an opening one.")
	}
	if c.Op == CondAll && len(c.Of) == 0 {
		return Query{}, nil
	}
	return Query{&c}, nil
}

// WordsQuery is the query for plain words: nothing in them is an operator.
func WordsQuery(text string) Query {
	var of []Cond
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return isBlank(r) || strings.ContainsRune(`"():<>=,\`, r) || r == 0 }) {
		w = strings.TrimLeft(strings.ToValidUTF8(w, ""), "-")
		if w != "" && !oneOf(strings.ToLower(w), "or", "and", "not") {
			of = append(of, Cond{Op: CondWords, Text: w})
		}
	}
	return QueryOf(of)
}

// queryParser goes through the text once, from left to right.
type queryParser struct {
	text  string
	at    int // byte
	terms int
}

func (p *queryParser) done() bool { return p.at >= len(p.text) }

func (p *queryParser) blank() {
	for !p.done() {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if !isBlank(r) {
			return
		}
		p.at += n
	}
}

// wrong is the error at a byte of the text.
func (p *queryParser) wrong(at int, format string, args ...any) error {
	column := utf8.RuneCountInString(p.text[:at]) + 1
	e := FieldError("q", format, args...)
	text := "Column " + itoa(column) + ": " + e.Text
	e.Text, e.Fields["q"] = text, text
	return e
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// any reads conditions with "or" between them.
func (p *queryParser) any(depth int) (Cond, error) {
	var of []Cond
	for {
		c, err := p.all(depth)
		if err != nil {
			return c, err
		}
		of = append(of, c)
		if !p.word("or") {
			return join(CondAny, of), nil
		}
	}
}

// all reads conditions that follow each other, up to "or", a closing
// parenthesis or the end.
func (p *queryParser) all(depth int) (Cond, error) {
	var of []Cond
	for {
		p.blank()
		if p.done() || p.text[p.at] == ')' || p.next("or") {
			if len(of) == 0 {
				return Cond{}, p.wrong(p.at, "a word, a field such as team:NAME, or a group is expected here.")
			}
			return join(CondAll, of), nil
		}
		if start := p.at; p.word("and") {
			if len(of) == 0 {
				return Cond{}, p.wrong(start, `"and" stands between two conditions; in quotes it is a word.`)
			}
			if p.blank(); p.done() || p.text[p.at] == ')' || p.next("or") || p.next("and") {
				return Cond{}, p.wrong(p.at, `a condition is expected after "and".`)
			}
			continue
		}
		c, err := p.one(depth)
		if err != nil {
			return c, err
		}
		of = append(of, c)
	}
}

// next says whether the keyword comes next, as a word of its own.
func (p *queryParser) next(keyword string) bool {
	rest := p.text[p.at:]
	if len(rest) < len(keyword) || !strings.EqualFold(rest[:len(keyword)], keyword) {
		return false
	}
	rest = rest[len(keyword):]
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || isBlank(r) || strings.ContainsRune(`()"`, r)
}

// word takes the keyword, if it comes next.
func (p *queryParser) word(keyword string) bool {
	if !p.next(keyword) {
		return false
	}
	p.at += len(keyword)
	p.blank()
	return true
}

// one reads a condition: a negated one, a group, a phrase, a term or a word.
func (p *queryParser) one(depth int) (Cond, error) {
	if depth > maxQueryDepth {
		return Cond{}, p.wrong(p.at, "groups are nested more than %d deep.", maxQueryDepth)
	}
	start := p.at
	switch {
	case p.word("not"), p.take('-'):
		if p.blank(); p.done() || p.text[p.at] == ')' || p.next("or") || p.next("and") {
			return Cond{}, p.wrong(start, "a condition is expected after the negation; in quotes it is text.")
		}
		c, err := p.one(depth + 1)
		return negate(c), err
	case p.take('('):
		c, err := p.any(depth + 1)
		if err == nil && !p.take(')') {
			err = p.wrong(start, "this parenthesis is never closed.")
		}
		return c, err
	}
	if p.terms++; p.terms > maxQueryTerms {
		return Cond{}, p.wrong(start, "the filter has more than %d parts; make it simpler.", maxQueryTerms)
	}
	if p.text[p.at] == '"' {
		text, err := p.quoted()
		if err == nil && strings.TrimSpace(text) == "" {
			err = p.wrong(start, "there is nothing between the quotes.")
		}
		return Cond{Op: CondPhrase, Text: text}, err
	}
	if f, cmp, ok, err := p.field(); err != nil || ok {
		if err != nil {
			return Cond{}, err
		}
		return p.term(start, f, cmp)
	}
	return Cond{Op: CondWords, Text: p.bare(`()"`)}, nil
}

func (p *queryParser) take(c byte) bool {
	if p.done() || p.text[p.at] != c {
		return false
	}
	p.at++
	return true
}

// bare reads up to a blank or one of the characters in until.
func (p *queryParser) bare(until string) string {
	start := p.at
	for !p.done() {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if isBlank(r) || strings.ContainsRune(until, r) {
			break
		}
		p.at += n
	}
	return p.text[start:p.at]
}

// quoted reads a text in quotes, in which \" and \\ stand for " and \.
func (p *queryParser) quoted() (string, error) {
	start := p.at
	p.at++
	var b strings.Builder
	for ; !p.done(); p.at++ {
		switch c := p.text[p.at]; c {
		case '"':
			p.at++
			return b.String(), nil
		case '\\':
			if p.at+1 < len(p.text) && strings.IndexByte(`"\`, p.text[p.at+1]) >= 0 {
				p.at++
			}
			b.WriteByte(p.text[p.at])
		default:
			b.WriteByte(c)
		}
	}
	return "", p.wrong(start, "this quote is never closed.")
}
