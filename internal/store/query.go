package store

import (
	"fmt"
	"slices"
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
// items, of many that match with a stretch of them, goes through all of it once,
// and sorts.
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
	edge    int64             // where the stretch of what matches the words begins; 0: at the first
	found   *stretched        // what matches them, once it is known
	where                     // all arguments, and the conditions of the branch being written
}

func (tx *Tx) newQuery(who plumbline.Actor, f plumbline.Filter) *query {
	return tx.queryOf(who, lift(f, false))
}

func (tx *Tx) queryOf(who plumbline.Actor, f plumbline.Filter) *query {
	return &query{dialect: tx.db.dialect, sight: sightOf(who), filter: f, order: orderOf(f), states: f.States}
}

// isSet says that the list begins with a set rather than walking an index.
func (q *query) isSet() bool { return q.filter.Mine || q.filter.Text != "" }

// branch is where the rows of a branch come from and what its order is called
// there. A small one is read as a whole before it is sorted: told of the limit,
// PostgreSQL would rather walk along all items until it has met enough of them.
type branch struct {
	from, at, id string
	small        bool
}

// branches writes all branches; each is a select of the columns and ends with
// the tail that write returns.
func (q *query) branches(write func(b branch) (columns, tail string)) []string {
	var out []string
	add := func(b branch) {
		q.narrow()
		columns, tail := write(b)
		text := "select " + columns + " from " + b.from + " " + q.text()
		if b.small {
			text = "with few as materialized (" + text + ") select * from few"
		}
		out = append(out, text+tail)
		q.conds = nil
	}
	if q.isSet() {
		add(q.set())
		return out
	}
	for _, done := range q.statuses() {
		for _, states := range q.walks() {
			add(q.walk(done, states))
		}
		if len(q.sight.part) > 0 {
			add(q.ownPart(done))
		}
	}
	return out
}

// union joins branches.
func union(branches []string) string {
	var out []string
	for i, b := range branches {
		out = append(out, "select * from ("+b+") as b"+strconv.Itoa(i))
	}
	return strings.Join(out, " union all ")
}

// isNarrow says that the filter has a column whose index leaves so few items
// that going through them all is better than walking along each state.
func (q *query) isNarrow() bool {
	f := q.filter
	return f.Team != "" || f.Product != "" || f.Assignee != "" || f.Label != "" || f.Inbox
}

// walks are the states to be walked along one by one, since an index orders
// the items of one only.
func (q *query) walks() [][]plumbline.State {
	if len(q.states) < 2 || q.isNarrow() {
		return [][]plumbline.State{q.states}
	}
	var out [][]plumbline.State
	for _, s := range slices.Compact(slices.Sorted(slices.Values(q.states))) {
		out = append(out, []plumbline.State{s})
	}
	return out
}

// walk begins a branch with the items of a status, in the states, that who sees
// without having a part in them.
func (q *query) walk(done string, states []plumbline.State) branch {
	if q.filter.Label != "" {
		return q.walkLabel(done, states)
	}
	q.labelled()
	q.and("i.done = " + done)
	q.inStates(states)
	if !q.sight.all() {
		q.and("i.visibility in " + quoted(q.sight.open))
	}
	return branch{from: "items i", at: "i." + q.order.column, id: "i.n"}
}

// walkLabel is walk for the items that have a label, whose own index knows what
// a list needs unless the filter asks for more.
func (q *query) walkLabel(done string, states []plumbline.State) branch {
	q.and("l.label = " + q.arg(q.filter.Label))
	q.and("l.done = " + done)
	if !q.sight.all() {
		q.and("l.visibility in " + quoted(q.sight.open))
	}
	b := branch{from: "item_labels l", at: "l.updated", id: "l.item"}
	f := q.filter
	f.Label, f.Status, f.Sort, f.Limit, f.Cursor, f.States = "", "", "", 0, "", nil
	if len(states) > 0 || q.order.column != "updated" || len(f.Values()) > 0 || !f.Query.IsZero() {
		b.from = "item_labels l cross join items i"
		q.and("i.n = l.item")
		q.inStates(states)
	}
	if q.order.column != "updated" {
		b.at, b.id = "i."+q.order.column, "i.n"
	}
	return b
}

// ownPart begins a branch with those that who sees for having a part.
func (q *query) ownPart(done string) branch {
	b := q.from(parts(q.arg(q.sight.who)))
	b.small = true
	q.and("i.done = " + done)
	q.inStates(q.states)
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
			q.and(q.matches(q.filter.Text))
		}
		if q.sight.who == "" { // Plumbline itself, or nobody
			q.and("1 = 0")
		}
	} else {
		b = branch{at: "i." + q.order.column, id: "i.n"}
		b.from = fmt.Sprintf(q.dialect.search.these, q.arg(q.found.items))
		q.and(q.dialect.search.thisOne)
	}
	if s := q.statuses(); len(s) == 1 {
		q.and("i.done = " + s[0])
	}
	q.inStates(q.states)
	if s := q.sight; q.filter.Mine && !s.all() { // what matches words was met because it is seen
		seen := "i.visibility in " + quoted(s.open)
		if len(s.part) > 0 {
			seen = "(" + seen + " or i.n in (" + parts(q.arg(s.who)) + "))"
		}
		q.and(seen)
	}
	q.labelled()
	return b
}

func (q *query) inStates(states []plumbline.State) {
	if len(states) > 0 {
		in(&q.where, "i.state", states)
	}
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

// narrow adds what the filter asks of every item.
func (q *query) narrow() {
	f := q.filter
	q.equal("i.process", string(f.Process))
	q.equal("i.kind", string(f.Kind))
	q.equal("i.lane", f.Lane)
	q.equal("i.team", string(f.Team))
	q.equal("i.product", string(f.Product))
	q.equal("i.class", string(f.Class))
	if f.Assignee != "" {
		q.and("i.assignee <> ''") // as its index says
		q.equal("i.assignee", f.Assignee)
	}
	if f.Inbox {
		q.and("i.remit = ''")
	}
	if !f.Query.IsZero() {
		q.and(q.condition(*f.Query.Root))
	}
}

// beyond leaves out what earlier pages have shown, of rows with the columns.
func (q *query) beyond(at, id string) {
	if q.after == nil {
		return
	}
	sign := " < "
	if !q.order.down {
		sign = " > "
	}
	q.and("(" + at + ", " + id + ")" + sign + "(" + q.arg(q.after.value) + ", " + q.arg(q.after.n) + ")")
}

// page is the select of the first limit items: their number n and, under the
// name at, the value of the order. A set, of which all items are read anyway, has
// its total too; else it is 0.
func (q *query) page(limit int) string {
	end := q.order.by("at", "n") + " " + atMost(limit)
	if !q.isSet() {
		return "select n, at, 0 as total from (" + union(q.branches(func(b branch) (string, string) {
			q.beyond(b.at, b.id)
			tail := q.order.by(b.at, b.id)
			if b.small {
				tail = q.order.by("at", "n")
			}
			return b.id + " as n, " + b.at + " as at", tail + " " + atMost(limit)
		})) + ") as p" + end
	}
	all := union(q.branches(func(b branch) (string, string) { return b.id + " as n, " + b.at + " as at", "" }))
	q.beyond("at", "n")
	defer func() { q.conds = nil }()
	return "select n, at, total from (select n, at, count(*) over () as total from (" + all + ") as a) as p " + q.text() + end
}

// count is an expression, how many items there are: of each branch up to
// plumbline.TotalCap.
func (q *query) count() string {
	counts := q.branches(func(branch) (string, string) { return "1 as one", " " + atMost(plumbline.TotalCap) })
	for i, b := range counts {
		counts[i] = "(select count(*) from (" + b + ") as b" + strconv.Itoa(i) + ")"
	}
	return strings.Join(counts, " + ")
}

// columns is the select of the first limit items of each state, with the number
// of all of them, going once through all.
func (q *query) columns(limit int) string {
	return "select n, at, total from (select n, at, count(*) over (partition by state) as total, row_number() over (partition by state" +
		q.order.by("at", "n") + ") as place from (" +
		union(q.branches(func(b branch) (string, string) {
			return b.id + " as n, " + b.at + " as at, i.state as state", ""
		})) + ") as a) as c where place <= " + strconv.Itoa(limit)
}
