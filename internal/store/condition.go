package store

import (
	"slices"
	"strconv"
	"strings"

	"plumbline"
)

// condition writes a resolved condition about item i: true or false, never
// null, so that negation means what it says.
func (q *query) condition(c plumbline.Cond) string {
	switch c.Op {
	case plumbline.CondAll:
		return q.joined(c.Of, " and ")
	case plumbline.CondAny:
		return q.joined(c.Of, " or ")
	case plumbline.CondNot:
		return "not " + q.condition(c.Of[0])
	case plumbline.CondWords:
		return "(" + q.matches(c.Text) + ")"
	case plumbline.CondPhrase:
		return "(" + q.within("i.title", c.Text) + " or exists (select 1 from item_bodies b where b.n = i.n and " + q.within("b.body", c.Text) + "))"
	}
	return "(" + q.term(c.Term) + ")"
}

func (q *query) joined(of []plumbline.Cond, word string) string {
	out := make([]string, len(of))
	for i, c := range of {
		out[i] = q.condition(c)
	}
	return "(" + strings.Join(out, word) + ")"
}

// within asks that the text stands in the column, whatever the case of A to Z;
// lower knows no other letters in either database.
func (q *query) within(column, text string) string {
	text = strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
	return "lower(" + column + ") like " + q.arg(pattern) + ` escape '\'`
}

// typed is a placeholder whose type PostgreSQL need not guess.
func (q *query) typed(s string) string { return "cast(" + q.arg(s) + " as text)" }

// plainColumns are the fields that are columns of an item.
func plainColumn(field string) string {
	switch field {
	case "key", "kind", "process", "lane", "team", "product", "class", "assignee", "priority", "severity", "link", "ref", "source":
		return "i." + field
	}
	return ""
}

func (q *query) term(t plumbline.Term) string {
	if column := plainColumn(t.Field); column != "" {
		return q.oneOf(column, t.Values)
	}
	switch t.Field {
	case "state":
		return q.state(t.Values)
	case "label":
		return "exists (select 1 from item_labels l where l.item = i.n and (" + q.oneOf("l.label", t.Values) + "))"
	case "requester":
		return "i.requester in (select x.id from people x where " + q.oneOf("x.handle", t.Values) + ")"
	case "title":
		return q.each(t.Values, func(v plumbline.Value) string { return q.within("i.title", v.Text) })
	case "is":
		return q.each(t.Values, func(v plumbline.Value) string { return q.is(v.Text) })
	case "has":
		return q.each(t.Values, func(v plumbline.Value) string { return q.has(v.Text) })
	case "created", "updated", "closed", "since":
		return "i." + t.Field + " <> 0 and (" + q.ranges("i."+t.Field, t) + ")"
	case "demands", "evidence", "comments", "watchers":
		return q.ranges("i.n_"+t.Field, t)
	}
	return q.processField(t)
}

// each writes something for every value; one of them will do.
func (q *query) each(values []plumbline.Value, write func(plumbline.Value) string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = write(v)
	}
	return strings.Join(out, " or ")
}

// oneOf asks that a column is one of the values, or begins as one.
func (q *query) oneOf(column string, values []plumbline.Value) string {
	var out, exact []string
	for _, v := range values {
		if v.Prefix {
			out = append(out, "("+column+" >= "+q.arg(v.Text)+" and "+column+" < "+q.arg(v.Text+"\U0010FFFF")+")")
			continue
		}
		exact = append(exact, q.arg(v.Text))
	}
	if len(exact) > 0 {
		out = append(out, column+" in ("+strings.Join(exact, ", ")+")")
	}
	return strings.Join(out, " or ")
}

// state asks for states, or for the last parts of some.
func (q *query) state(values []plumbline.Value) string {
	out := []string{q.oneOf("i.state", values)}
	for _, v := range values {
		if !v.Prefix {
			out = append(out, "i.lane <> '' and i.state = i.lane || '::' || "+q.typed(v.Text))
		}
	}
	return strings.Join(out, " or ")
}

func (q *query) is(what string) string {
	switch what {
	case "open":
		return "not i.done"
	case "closed":
		return "i.done"
	case "any":
		return "1 = 1"
	case "mine":
		if q.sight.who == "" {
			return "1 = 0"
		}
		return hasPart(q.arg(q.sight.who))
	case "inbox":
		return "(not i.done and i.remit = '')"
	case "accepted":
		return "i.remit = 'in'"
	}
	return "i.visibility = " + q.arg(what)
}

func (q *query) has(what string) string {
	switch what {
	case "closed":
		return "i.done"
	case "label":
		return "exists (select 1 from item_labels l where l.item = i.n)"
	case "evidence", "demands", "comments", "watchers":
		return "i.n_" + what + " > 0"
	case "body":
		return "exists (select 1 from item_bodies b where b.n = i.n and b.body <> '')"
	}
	if column := plainColumn(what); column != "" {
		return column + " <> ''"
	}
	name := plumbline.Term{Field: what}.ProcessField()
	return "exists (select 1 from item_bodies b where b.n = i.n and " + q.field(name) + " <> '')"
}

// ranges asks that a column lies in one of the term's ranges.
func (q *query) ranges(column string, t plumbline.Term) string {
	var out []string
	for _, r := range t.Ranges() {
		var ends []string
		from, till := r.Limits()
		if from {
			ends = append(ends, column+" >= "+strconv.FormatInt(r.From, 10))
		}
		if till {
			ends = append(ends, column+" < "+strconv.FormatInt(r.Till, 10))
		}
		out = append(out, "("+strings.Join(ends, " and ")+")")
	}
	return strings.Join(out, " or ")
}

// field is the text of a field of the process, of item_bodies b; null if the
// item has none.
func (q *query) field(name string) string {
	return strings.ReplaceAll(q.dialect.field, "?", q.typed(name))
}

// processField asks for a field of the process: its text, or a number or a day.
func (q *query) processField(t plumbline.Term) string {
	value := q.field(t.ProcessField())
	return "exists (select 1 from (select " + value + " as v from item_bodies b where b.n = i.n) as f where " + q.fieldValue(t) + ")"
}

func (q *query) fieldValue(t plumbline.Term) string {
	if t.Field != "due" && t.Cmp == "=" {
		var marks []string
		for _, v := range t.Values {
			marks = append(marks, q.arg(v.Text))
		}
		cond := "v in (" + strings.Join(marks, ", ") + ")"
		return cond
	}
	if n, ok := t.Number(); ok && slices.Contains([]string{"<", "<=", ">", ">="}, t.Cmp) {
		return q.dialect.number + " " + t.Cmp + " " + strconv.FormatFloat(n, 'f', -1, 64)
	}
	const aDay = "length(v) >= 10 and substr(v, 5, 1) = '-' and substr(v, 8, 1) = '-'"
	var out []string
	for _, r := range t.Ranges() {
		from, till := r.Days()
		cond := "substr(v, 1, 10) >= " + q.arg(from)
		if till != "" {
			cond += " and substr(v, 1, 10) < " + q.arg(till)
		}
		out = append(out, "("+cond+")")
	}
	return aDay + " and (" + strings.Join(out, " or ") + ")"
}
