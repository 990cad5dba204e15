package plumbline

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// field reads the name of a field and how it is compared; ok says that there is
// one. What looks like one and is not, is an error, unless nothing follows it.
func (p *queryParser) field() (f QueryField, cmp string, ok bool, err error) {
	start := p.at
	n := 0
	for n < len(p.text)-start && nameByte(p.text[start+n]) {
		n++
	}
	name, rest := p.text[start:start+n], p.text[start+n:]
	for _, op := range []string{"!=", ">=", "<=", ":", "=", ">", "<"} {
		if strings.HasPrefix(rest, op) {
			cmp = op
			break
		}
	}
	if n == 0 || cmp == "" {
		return f, "", false, nil
	}
	f, known := lookField(strings.ToLower(name))
	after := rest[len(cmp):]
	if r, _ := utf8.DecodeRuneInString(after); !known && (after == "" || isBlank(r) || r == ')') {
		return f, "", false, nil // "Error: it broke" are words
	}
	if !known {
		return f, "", false, p.unknown(start, name, cmp+after)
	}
	p.at = start + n + len(cmp)
	if strings.EqualFold(name, "no") {
		switch cmp {
		case ":", "=":
			cmp = "!="
		case "!=":
			cmp = ":"
		}
	}
	return f, cmp, true, nil
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

func (p *queryParser) unknown(at int, name, rest string) error {
	var names []string
	for _, f := range QueryFields() {
		names = append(names, f.Name)
	}
	hint := ""
	if meant := nearest(strings.ToLower(name), names); meant != "" {
		hint = " Did you mean " + meant + "?"
	}
	if strings.HasPrefix(rest, "::") {
		hint = ` A state is written state:"` + name + `::…", a label label:` + name + "::…"
	}
	return p.wrong(at, "%q is not a field.%s Fields are %s and field.NAME for a field of the process; to search for the text itself, put it in quotes.", name, hint, strings.Join(names, ", "))
}

// term reads the values of a field.
func (p *queryParser) term(start int, f QueryField, cmp string) (Cond, error) {
	t := Term{Field: f.Name, Cmp: cmp}
	not := cmp == "!="
	if not || cmp == ":" {
		t.Cmp = "="
	}
	if t.Cmp != "=" && f.sort != dateField && f.sort != countField && f.sort != processField {
		return Cond{}, p.wrong(start, "%s is not a date or a number and takes a colon only: %s:VALUE.", f.Name, f.Name)
	}
	for {
		at := p.at
		v, err := p.value(f)
		if err != nil {
			return Cond{}, err
		}
		if v, err = p.checked(at, f, t.Cmp, v); err != nil {
			return Cond{}, err
		}
		if !slices.Contains(t.Values, v) {
			t.Values = append(t.Values, v)
		}
		if len(t.Values) > maxListed {
			return Cond{}, p.wrong(at, "%s has more than %d values.", f.Name, maxListed)
		}
		if !p.take(',') {
			break
		}
		if t.Cmp != "=" {
			return Cond{}, p.wrong(p.at-1, "%s%s takes one value, not a list.", f.Name, t.Cmp)
		}
	}
	c := Cond{Op: CondTerm, Term: t}
	if not {
		c = negate(c)
	}
	return c, nil
}

// value reads one value, in quotes or up to a blank, a comma or a parenthesis.
func (p *queryParser) value(f QueryField) (v Value, err error) {
	start := p.at
	if !p.done() && p.text[p.at] == '"' {
		if v.Text, err = p.quoted(); err != nil {
			return v, err
		}
		v.Prefix = p.take('*')
	} else {
		v.Text = p.bare(`(),"`)
		if rest, ok := strings.CutSuffix(v.Text, "*"); ok && f.sort == textField {
			v.Text, v.Prefix = rest, true
		}
	}
	switch {
	case strings.TrimSpace(v.Text) == "" && f.sort == dateField:
		return v, p.wrong(start, "a date is expected after %s.", f.Name)
	case strings.TrimSpace(v.Text) == "" && slices.Contains(presences(), f.Name):
		return v, p.wrong(start, "a value is expected after %s; no:%s finds items without one.", f.Name, f.Name)
	case strings.TrimSpace(v.Text) == "":
		return v, p.wrong(start, "a value is expected after %s.", f.Name)
	case v.Prefix && f.sort != textField:
		return v, p.wrong(start, "%s takes no star.", f.Name)
	}
	return v, nil
}

// checked is a value as its field wants it.
func (p *queryParser) checked(at int, f QueryField, cmp string, v Value) (Value, error) {
	switch f.sort {
	case choiceField:
		return p.choice(at, f, v)
	case dateField:
		v.Text = strings.ToUpper(v.Text)
		if !span(v.Text, cmp == "=", isDay) {
			return v, p.wrong(at, `%q is not a date: write 2026-11-22, 2026-11, 2026, 2026-11-22T13:00, today, 7d for seven days ago (h, d, w, m, y), +7d for in seven days%s.`, v.Text, orSpan(cmp))
		}
		v.Text = dateCase(v.Text)
	case countField:
		if !span(v.Text, cmp == "=", isCount) {
			return v, p.wrong(at, "%q is not a whole number%s.", v.Text, orSpan(cmp))
		}
	case processField:
		if cmp != "=" && !isNumber(v.Text) && !isDay(strings.ToUpper(v.Text)) {
			return v, p.wrong(at, "%q is neither a number nor a date, and %s compares those.", v.Text, cmp)
		}
	}
	return v, nil
}

func orSpan(cmp string) string {
	if cmp == "=" {
		return ", or FROM..TO"
	}
	return ""
}

// span says whether s is what one says it is, or two of it with .. between,
// where that is allowed.
func span(s string, allowed bool, one func(string) bool) bool {
	if from, till, ok := strings.Cut(s, ".."); ok && allowed {
		return one(from) && one(till)
	}
	return one(s)
}

func isCount(s string) bool {
	n, err := strconv.ParseUint(s, 10, 31)
	return err == nil && strconv.FormatUint(n, 10) == s
}

// choice finds the value that is meant, whatever its case.
func (p *queryParser) choice(at int, f QueryField, v Value) (Value, error) {
	for _, c := range f.Choices {
		if strings.EqualFold(c, v.Text) {
			return Value{Text: c}, nil
		}
	}
	if f.Name == "has" {
		if name := strings.ToLower(v.Text); strings.HasPrefix(name, processPrefix) && processFieldOf(name) != "" && processName(processFieldOf(name)) {
			return Value{Text: name}, nil
		}
		for _, c := range f.Choices { // "demand", "comment"
			if strings.EqualFold(c, v.Text+"s") {
				return Value{Text: c}, nil
			}
		}
	}
	hint := ""
	if meant := nearest(strings.ToLower(v.Text), f.Choices); meant != "" {
		hint = " Did you mean " + meant + "?"
	}
	return v, p.wrong(at, "%s is one of %s, not %q.%s", f.Name, strings.Join(f.Choices, ", "), v.Text, hint)
}
