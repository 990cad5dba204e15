package store

import (
	"strconv"
	"strings"

	"plumbline"
)

// where gathers conditions and the arguments of a whole statement.
type where struct {
	conds []string
	args  []any
}

// arg adds an argument and returns its placeholder.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

func (w *where) and(cond string) { w.conds = append(w.conds, cond) }

// equal asks that a column has the value, if there is one.
func (w *where) equal(column, value string) {
	if value != "" {
		w.and(column + " = " + w.arg(value))
	}
}

// in asks that a column has one of the values.
func in[T ~string](w *where, column string, values []T) {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = w.arg(string(v))
	}
	w.and(column + " in (" + strings.Join(marks, ", ") + ")")
}

// text is the where clause, empty when there are no conditions.
func (w *where) text() string {
	if len(w.conds) == 0 {
		return ""
	}
	return "where " + strings.Join(w.conds, " and ")
}

// sight is what an actor sees, of all items and of those they have a part in;
// it is [plumbline.Actor.Sees] as a database can use it.
type sight struct {
	open []string // visibilities seen without a part
	part []string // those seen only with one
	who  plumbline.PersonID
}

func sightOf(who plumbline.Actor) sight {
	s := sight{who: who.Person}
	for _, v := range []plumbline.Visibility{plumbline.Public, plumbline.InternalOnly, plumbline.Confidential} {
		switch {
		case who.Sees(v, false):
			s.open = append(s.open, string(v))
		case who.Person != "" && who.Sees(v, true):
			s.part = append(s.part, string(v))
		}
	}
	return s
}

// all says that there is nothing the actor does not see.
func (s sight) all() bool { return len(s.open) == 3 }

// String is the same for all who see the same.
func (s sight) String() string {
	if s.all() {
		return "all"
	}
	return strings.Join(s.open, " ") + "/" + strings.Join(s.part, " ") + "/" + string(s.who)
}

// quoted lists visibilities, which are constants of ours, as SQL text.
func quoted(values []string) string {
	if len(values) == 0 {
		return "('')"
	}
	return "('" + strings.Join(values, "', '") + "')"
}

// hasPart is the condition that the person with the placeholder asked for item
// i, is assigned to it, or watches it.
func hasPart(person string) string {
	return `(i.requester = ` + person + `
		or i.assignee <> '' and i.assignee = (select handle from people where id = ` + person + `)
		or exists (select 1 from watchers x where x.item = i.n and x.person = ` + person + `))`
}

// parts is the select of the items, by their numbers, that the person has a part
// in.
func parts(person string) string {
	return `select n as item from items where requester = ` + person + `
		union select y.n from people x cross join items y where x.id = ` + person + ` and y.assignee = x.handle and y.assignee <> ''
		union select item from watchers where person = ` + person
}

// seenItem asks that who sees item i, for lists that do not begin with items.
func (w *where) seenItem(s sight) {
	switch {
	case s.all():
	case len(s.part) == 0:
		w.and("i.visibility in " + quoted(s.open))
	default:
		w.and("(i.visibility in " + quoted(s.open) + " or i.visibility in " + quoted(s.part) + " and " + hasPart(w.arg(s.who)) + ")")
	}
}

// seenEvent asks that who sees event e and its item i. A part in the item shows
// the events that are as open as the item; what was said internally of it stays
// with those who read that.
func (w *where) seenEvent(who plumbline.Actor) {
	s := sightOf(who)
	if s.all() {
		return
	}
	open := quoted(s.open)
	cond := "e.seen in " + open + " and (e.item = '' or i.visibility in " + open + ")"
	if len(s.part) > 0 {
		cond += " or (e.seen in " + open + " or e.seen = i.visibility) and " + hasPart(w.arg(s.who))
	}
	w.and("(" + cond + ")")
}

// HasPart says whether the person asked for the item, is assigned to it, or
// watches it; it is the part of [plumbline.Actor.Sees].
func (tx *Tx) HasPart(item plumbline.ItemID, p plumbline.PersonID) (bool, error) {
	if p == "" {
		return false, nil
	}
	n, err := number(tx, `select count(*) from items i where i.id = $1 and `+hasPart("$2"), item, p)
	return n > 0, err
}

// pageSize is how many rows a page has when limit were asked for.
func pageSize(limit int) int {
	if limit <= 0 {
		return plumbline.PageSize
	}
	return min(limit, plumbline.MaxPage)
}
