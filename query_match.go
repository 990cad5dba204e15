package plumbline

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Reader is who asks and when: what a query's relative parts are resolved by.
type Reader struct {
	Handle string
	Now    Time
	States []State // that there are; "state:triage" means those of this name, whatever its case
}

// Resolve replaces what depends on the reader: "me", dates seen from now, and
// the names of states by the states. A state that does not exist, or "me" of
// somebody who is not signed in, is Invalid.
func (q Query) Resolve(r Reader) (Query, error) {
	if q.Root == nil {
		return q, nil
	}
	c, err := r.resolve(*q.Root)
	return Query{&c}, err
}

func (r Reader) resolve(c Cond) (Cond, error) {
	if len(c.Of) > 0 {
		of := make([]Cond, len(c.Of))
		for i := range c.Of {
			var err error
			if of[i], err = r.resolve(c.Of[i]); err != nil {
				return c, err
			}
		}
		c.Of = of
		return c, nil
	}
	if c.Op != CondTerm {
		return c, nil
	}
	var out []Value
	for _, v := range c.Term.Values {
		values, err := r.value(c.Term, v)
		if err != nil {
			return c, err
		}
		for _, v := range values {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	c.Term.Values = out
	return c, nil
}

func (r Reader) value(t Term, v Value) ([]Value, error) {
	f, _ := lookField(t.Field)
	switch {
	case f.sort == dateField, f.sort == processField && t.Cmp != "=":
		v.Text = fixDate(v.Text, r.Now)
	case (t.Field == "assignee" || t.Field == "requester") && v.Text == "me":
		if r.Handle == "" {
			return nil, FieldError("q", "%s:me needs somebody who is signed in as a person.", t.Field)
		}
		v.Text = r.Handle
	case t.Field == "state" && !v.Prefix && len(r.States) > 0:
		return r.state(v)
	}
	return []Value{v}, nil
}

// state are the states that a value means, by its whole name or the last part.
func (r Reader) state(v Value) (out []Value, err error) {
	var names []string
	for _, s := range r.States {
		if strings.EqualFold(string(s), v.Text) || strings.EqualFold(s.Name(), v.Text) {
			out = append(out, Value{Text: string(s)})
		}
		names = append(names, s.Name())
	}
	if len(out) > 0 {
		return out, nil
	}
	hint := "States are " + strings.Join(slices.Compact(slices.Sorted(slices.Values(names))), ", ") + "."
	if meant := nearest(v.Text, names); meant != "" {
		hint = "Did you mean " + Value{Text: meant}.String() + "?"
	}
	return nil, FieldError("q", "There is no state %q. %s", v.Text, hint)
}

// Match says whether a resolved query asks for the item, which has its body and
// fields. Requester is the handle of who asked for it; mine says that the reader
// has a part in it. Words are compared as they are written; the store finds
// other forms of a word too.
func (q Query) Match(it Row, requester string, mine bool) bool {
	return q.Root == nil || matched{it, requester, mine}.cond(*q.Root)
}

// matched is what a query is compared with.
type matched struct {
	Row
	requester string
	mine      bool
}

func (m matched) cond(c Cond) bool {
	switch c.Op {
	case CondAll:
		return !slices.ContainsFunc(c.Of, func(of Cond) bool { return !m.cond(of) })
	case CondAny:
		return slices.ContainsFunc(c.Of, m.cond)
	case CondNot:
		return !m.cond(c.Of[0])
	case CondWords:
		return m.words(c.Text)
	case CondPhrase:
		return within(m.Title, c.Text) || within(m.Body, c.Text)
	}
	return m.term(c.Term)
}

// within says whether text stands in s, whatever the case of A to Z.
func within(s, text string) bool { return strings.Contains(lowerASCII(s), lowerASCII(text)) }

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func (m matched) words(text string) bool {
	split := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	}
	var asked []string // each once, as the store asks
	for _, w := range split(text) {
		if !slices.Contains(asked, w) {
			asked = append(asked, w)
		}
	}
	have := split(string(m.Key) + " " + m.Title + " " + m.Body)
	for i, w := range asked {
		begun := i == len(asked)-1 && len(w) > 1
		if !slices.ContainsFunc(have, func(h string) bool { return h == w || begun && strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return len(asked) > 0
}

func (m matched) term(t Term) bool {
	f, _ := lookField(t.Field)
	switch {
	case t.Field == "due", f.sort == processField:
		return m.process(t)
	case f.sort == dateField:
		at := map[string]Time{"created": m.Created, "updated": m.Updated, "closed": m.Closed, "since": m.Since}[t.Field]
		return at != 0 && inRanges(t, int64(at))
	case f.sort == countField:
		n := map[string]int{"demands": m.Demands, "evidence": m.Evidence, "comments": m.Comments, "watchers": m.Watchers}[t.Field]
		return inRanges(t, int64(n))
	}
	return slices.ContainsFunc(t.Values, func(v Value) bool { return m.value(t.Field, v) })
}

func inRanges(t Term, x int64) bool {
	return slices.ContainsFunc(t.Ranges(), func(r Range) bool { return r.holds(x) })
}

func (m matched) value(field string, v Value) bool {
	same := func(s string) bool { return s == v.Text || v.Prefix && strings.HasPrefix(s, v.Text) }
	switch field {
	case "is":
		return m.is(v.Text)
	case "has":
		return m.has(v.Text)
	case "title":
		return within(m.Title, v.Text)
	case "label":
		return slices.ContainsFunc(m.Labels, same)
	case "state":
		return same(string(m.State)) || !v.Prefix && m.State.Lane() != "" && m.State.Name() == v.Text
	case "requester":
		return m.requester != "" && same(m.requester)
	case "kind":
		return same(string(m.Kind))
	case "key":
		return same(string(m.Key))
	case "process":
		return same(string(m.Process))
	case "lane":
		return same(m.State.Lane())
	case "link":
		return same(string(m.Link))
	case "ref":
		return same(m.Ref)
	case "source":
		return same(m.Source)
	}
	return same(m.Field(field))
}

func (m matched) is(what string) bool {
	switch what {
	case "open":
		return m.Open()
	case "closed":
		return !m.Open()
	case "any":
		return true
	case "mine":
		return m.mine
	case "inbox":
		return m.Open() && m.Remit == RemitUnchecked
	case "accepted":
		return m.Remit == RemitIn
	}
	return string(m.Visibility) == what
}

func (m matched) has(what string) bool {
	switch what {
	case "label":
		return len(m.Labels) > 0
	case "link":
		return m.Link != ""
	case "closed":
		return !m.Open()
	case "evidence":
		return m.Evidence > 0
	case "demands":
		return m.Demands > 0
	case "comments":
		return m.Comments > 0
	case "watchers":
		return m.Watchers > 0
	}
	if name := processFieldOf(what); name != "" {
		return m.Fields[name] != ""
	}
	return m.Field(what) != ""
}

// process compares a field of the process: with ">" and its like as numbers when
// the value is one, else as days.
func (m matched) process(t Term) bool {
	have := m.Fields[t.ProcessField()]
	if t.Field != "due" && t.Cmp == "=" {
		return slices.ContainsFunc(t.Values, func(v Value) bool { return have == v.Text })
	}
	if n, ok := t.Number(); ok {
		x, err := strconv.ParseFloat(have, 64)
		return err == nil && isNumber(have) && compare(x, t.Cmp, n)
	}
	day := []rune(have)
	if len(day) < 10 || day[4] != '-' || day[7] != '-' {
		return false
	}
	return slices.ContainsFunc(t.Ranges(), func(r Range) bool {
		from, till := r.Days()
		return string(day[:10]) >= from && (till == "" || string(day[:10]) < till)
	})
}

// Number is the number that a field of the process is compared with, if it is
// not a date.
func (t Term) Number() (float64, bool) {
	if t.Field == "due" || t.Cmp == "=" || len(t.Values) != 1 || !isNumber(t.Values[0].Text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(t.Values[0].Text, 64)
	return n, err == nil
}

func compare(x float64, cmp string, n float64) bool {
	switch cmp {
	case ">":
		return x > n
	case ">=":
		return x >= n
	case "<":
		return x < n
	}
	return x <= n
}
