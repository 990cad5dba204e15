package store

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"plumbline"
)

// tally is a row of item_counts without its number.
type tally struct {
	dim, value                 string // "" and "": every item once
	process, state, kind, lane string
	visibility                 string
	done, inbox                bool
}

// counted says under which rows an item is counted.
func counted(it plumbline.Item) []tally {
	base := tally{
		process: string(it.Process), state: string(it.State), kind: string(it.Kind), lane: it.State.Lane(),
		visibility: string(it.Visibility), done: !it.Open(), inbox: it.Remit == plumbline.RemitUnchecked,
	}
	out := []tally{base}
	add := func(dim, value string) {
		if value != "" {
			t := base
			t.dim, t.value = dim, value
			out = append(out, t)
		}
	}
	add("team", string(it.Team))
	add("product", string(it.Product))
	add("class", string(it.Class))
	add("assignee", it.Assignee)
	add("priority", it.Priority)
	labels := slices.Sorted(slices.Values(it.Labels))
	for _, l := range slices.Compact(labels) {
		t := base
		t.dim, t.value = "label", l
		out = append(out, t)
	}
	return out
}

// tally moves the counts of an item by 1 or -1; they are written at the end.
func (tx *Tx) tally(it plumbline.Item, by int64) {
	if tx.tallies == nil {
		tx.tallies = map[tally]int64{}
	}
	for _, t := range counted(it) {
		tx.tallies[t] += by
	}
}

// writeTallies writes what tally has moved, in an order that is the same in all
// transactions, so that none waits for another that waits for it.
func (tx *Tx) writeTallies() error {
	var rows [][]any
	for _, t := range slices.SortedFunc(maps.Keys(tx.tallies), compareTallies) {
		if by := tx.tallies[t]; by != 0 {
			rows = append(rows, []any{t.dim, t.value, t.process, t.state, t.kind, t.done, t.inbox, t.visibility, t.lane, by})
		}
	}
	tx.tallies = nil
	return tx.insertRows("insert into item_counts (dim, value, process, state, kind, done, inbox, visibility, lane, n)", rows,
		"on conflict (dim, value, process, state, kind, done, inbox, visibility) do update set n = item_counts.n + excluded.n")
}

func compareTallies(a, b tally) int {
	return cmp.Or(
		cmp.Compare(a.dim, b.dim), cmp.Compare(a.value, b.value), cmp.Compare(a.process, b.process),
		cmp.Compare(a.state, b.state), cmp.Compare(a.kind, b.kind), cmp.Compare(a.visibility, b.visibility),
		compareBools(a.done, b.done), compareBools(a.inbox, b.inbox),
	)
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// kept is the condition for the rows of item_counts whose sum is the number of
// items that the filter asks for and the actor sees without having a part. It is
// false for a filter that asks for more than is kept.
func (q *query) kept(states []plumbline.State) bool {
	dim, value, ok := keptUnder(q.filter)
	if !ok {
		return false
	}
	q.and("dim = " + q.arg(dim))
	q.and("value = " + q.arg(value))
	q.tallied(states)
	return true
}

// tallied asks of rows of item_counts what the filter, the states and the
// actor's sight ask of items, except what they are counted under.
func (q *query) tallied(states []plumbline.State) {
	f := q.filter
	q.equal("process", string(f.Process))
	q.equal("kind", string(f.Kind))
	q.equal("lane", f.Lane)
	if len(states) > 0 {
		in(&q.where, "state", states)
	}
	if s := q.statuses(); len(s) == 1 {
		q.and("done = " + s[0])
	}
	if f.Inbox {
		q.and("inbox = true")
	}
	if !q.sight.all() {
		q.and("visibility in " + quoted(q.sight.open))
	}
}

// keptUnder is what the items of a filter are counted under. What is left of the
// filter when all that counts know of is taken out must be nothing.
func keptUnder(f plumbline.Filter) (dim, value string, ok bool) {
	for name, v := range map[string]string{
		"team": string(f.Team), "product": string(f.Product), "class": string(f.Class), "assignee": f.Assignee, "label": f.Label,
	} {
		if v == "" {
			continue
		}
		if dim != "" {
			return "", "", false
		}
		dim, value = name, v
	}
	f.Team, f.Product, f.Class, f.Assignee, f.Label = "", "", "", "", ""
	f.Process, f.Kind, f.Lane, f.States, f.Inbox = "", "", "", nil, false
	f.Status, f.Sort, f.Limit, f.Cursor = "", "", 0, ""
	return dim, value, f.Query.IsZero() && len(f.Values()) == 0
}

// keptTotal is an expression for the number of all items of the list, if it is
// kept: the sum of the counts, and the few that the actor sees for having a part.
func (q *query) keptTotal() (string, bool) {
	if !q.kept(q.states) {
		return "", false
	}
	sum := "(select cast(coalesce(sum(n), 0) as BIGINT) from item_counts " + q.text() + ")"
	for _, own := range q.ownParts("1 as one", "") {
		sum += " + (select count(*) from (" + own + ") as own)"
	}
	return sum, true
}

// keptColumns is the select of state and number for the columns of a board, if
// they are kept.
func (q *query) keptColumns(states []plumbline.State) (string, bool) {
	if !q.kept(states) {
		return "", false
	}
	parts := []string{"select state, n as total from item_counts " + q.text()}
	q.states = states
	parts = append(parts, q.ownParts("i.state as state, count(*) as total", " group by i.state")...)
	return "select state, cast(sum(total) as BIGINT) as total from (" + strings.Join(parts, " union all ") + ") as c group by state", true
}

// ownParts are selects of the items seen for having a part, one for each status.
func (q *query) ownParts(columns, tail string) (out []string) {
	q.conds = nil
	if len(q.sight.part) == 0 {
		return nil
	}
	for _, done := range q.statuses() {
		q.narrow()
		b := q.ownPart(done)
		out = append(out, "select "+columns+" from "+b.from+" "+q.text()+tail)
		q.conds = nil
	}
	return out
}

// LabelsFrom are labels that begin so, at most limit, of items that who sees
// without having a part in them. They are read from the counts, where a label
// has a few rows and not one for each item.
func (tx *Tx) LabelsFrom(who plumbline.Actor, prefix string, limit int) ([]string, error) {
	w := where{}
	w.and("dim = 'label'")
	w.and("value >= " + w.arg(prefix))
	w.and("value < " + w.arg(prefix+"\uffff"))
	w.and("n > 0")
	if s := sightOf(who); !s.all() {
		w.and("visibility in " + quoted(s.open))
	}
	return list(tx, func(r row) (l string, err error) {
		err = r.Scan(&l)
		return l, err
	}, `select distinct value from item_counts `+w.text()+` order by value `+atMost(limit), w.args...)
}
