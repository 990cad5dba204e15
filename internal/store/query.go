package store

import (
	"strconv"
	"strings"

	"plumbline"
)

// query writes the statements of a list: which items, of one filter, for one
// actor.
//
// Most lists walk along an index: the items are those of a few branches that do
// not overlap (open or closed; seen by all of the role, or for having a part),
// each in the order of the list, so that the first rows of each, merged, are the
// first rows of all and little is read that is not shown. A list of what matches
// words, or is one's own, has no such index: it begins with the set of these
// items, goes through all of it once, and sorts.
//
// "cross join" with its condition in the where clause is a join like any other
// that SQLite carries out in the order written.
type query struct {
	dialect dialect
	sight   sight
	filter  plumbline.Filter
	order   order
	after   *place
	states  []plumbline.State // of a board: instead of the filter's
	where                     // all arguments, and the conditions of the branch being written
}

func (tx *Tx) newQuery(who plumbline.Actor, f plumbline.Filter) *query {
	return &query{dialect: tx.db.dialect, sight: sightOf(who), filter: f, order: orderOf(f), states: f.States}
}

// isSet says that the list begins with a set rather than walking an index.
func (q *query) isSet() bool { return q.filter.Text != "" || q.filter.Mine }

// branch is where the rows of a branch come from and what its order is called
// there.
type branch struct{ from, at, id string }

// branches writes all branches and joins them; each is a select of the columns
// and ends with the tail that write returns.
func (q *query) branches(write func(b branch) (columns, tail string)) string {
	var out []string
	add := func(b branch) {
		q.narrow(b)
		columns, tail := write(b)
		out = append(out, "select * from (select "+columns+" from "+b.from+" "+q.text()+tail+") as b"+strconv.Itoa(len(out)))
		q.conds = nil
	}
	if q.isSet() {
		add(q.set())
		return out[0]
	}
	for _, done := range q.statuses() {
		add(q.walk(done))
		if len(q.sight.part) > 0 {
			add(q.ownPart(done))
		}
	}
	return strings.Join(out, " union all ")
}

// walk begins a branch with the items of a status that who sees without having
// a part in them.
func (q *query) walk(done string) branch {
	b := branch{from: "items i", at: "i." + q.order.column, id: "i.n"}
	if q.filter.Label != "" {
		b.from = "item_labels l cross join items i"
		q.and("l.label = " + q.arg(q.filter.Label))
		q.and("l.done = " + done)
		q.and("i.n = l.item")
		if q.order.column == "updated" { // then the index of labels gives the order
			b.at, b.id = "l.updated", "l.item"
		}
	}
	q.and("i.done = " + done)
	if !q.sight.all() {
		q.and("i.visibility in " + quoted(q.sight.open))
	}
	return b
}

// ownPart begins a branch with those that who sees for having a part.
func (q *query) ownPart(done string) branch {
	b := q.from(parts(q.arg(q.sight.who)))
	q.and("i.done = " + done)
	q.and("i.visibility in " + quoted(q.sight.part))
	q.labelled()
	return b
}

// set begins the only branch with the items that match, or with one's own.
func (q *query) set() branch {
	var b branch
	if q.filter.Mine {
		b = q.from(parts(q.arg(q.sight.who)))
		if q.filter.Text != "" {
			q.and("i.n in (" + q.matching() + ")")
		}
		if q.sight.who == "" { // Plumbline itself, or nobody
			q.and("1 = 0")
		}
	} else {
		b = q.from(q.matching())
	}
	if s := q.statuses(); len(s) == 1 {
		q.and("i.done = " + s[0])
	}
	q.seenItem(q.sight)
	q.labelled()
	return b
}

// from is a branch of the items whose numbers a select returns.
func (q *query) from(set string) branch {
	q.and("i.n = s.item")
	return branch{from: "(" + set + ") as s cross join items i", at: "i." + q.order.column, id: "i.n"}
}

// labelled asks for the filter's label, for few items.
func (q *query) labelled() {
	if q.filter.Label != "" {
		q.and("exists (select 1 from item_labels l where l.item = i.n and l.label = " + q.arg(q.filter.Label) + ")")
	}
}

// statuses are the values of done that the filter asks for.
func (q *query) statuses() []string {
	switch {
	case q.filter.Inbox || q.filter.Status == "" || q.filter.Status == "open":
		return []string{"false"}
	case q.filter.Status == "closed":
		return []string{"true"}
	}
	return []string{"false", "true"}
}

// narrow adds what the filter asks of every item, and leaves out what earlier
// pages have shown.
func (q *query) narrow(b branch) {
	f := q.filter
	if len(q.states) > 0 {
		in(&q.where, "i.state", q.states)
	}
	q.equal("i.process", string(f.Process))
	q.equal("i.kind", string(f.Kind))
	q.equal("i.lane", f.Lane)
	q.equal("i.team", string(f.Team))
	q.equal("i.product", string(f.Product))
	q.equal("i.class", string(f.Class))
	q.equal("i.assignee", f.Assignee)
	if f.Inbox {
		q.and("i.remit = ''")
	}
	if q.after != nil {
		sign := " < "
		if !q.order.down {
			sign = " > "
		}
		q.and("(" + b.at + ", " + b.id + ")" + sign + "(" + q.arg(q.after.value) + ", " + q.arg(q.after.n) + ")")
	}
}

// page is the select of the first limit items: their number n, the value of the
// order at, and a total of 0, which others count.
func (q *query) page(limit int) string {
	end := " limit " + strconv.Itoa(limit)
	return "select * from (" + q.branches(func(b branch) (string, string) {
		return b.id + " as n, " + b.at + " as at, 0 as total", q.order.by(b.at, b.id) + end
	}) + ") as p" + q.order.by("at", "n") + end
}

// count is the select of how many items there are, up to TotalCap.
func (q *query) count() string {
	end := " limit " + strconv.Itoa(TotalCap)
	return "select count(*) from (select * from (" + q.branches(func(branch) (string, string) {
		return "1 as one", end
	}) + ") as a" + end + ") as c"
}

// columns is the select of the first limit items of each state, with the number
// of all of them, going once through all.
func (q *query) columns(limit int) string {
	return "select n, at, total from (select n, at, count(*) over (partition by state) as total, row_number() over (partition by state" +
		q.order.by("at", "n") + ") as place from (" +
		q.branches(func(b branch) (string, string) {
			return b.id + " as n, " + b.at + " as at, i.state as state", ""
		}) + ") as a) as c where place <= " + strconv.Itoa(limit)
}
