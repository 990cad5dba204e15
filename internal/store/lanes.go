package store

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/sorted"
)

// MaxLanes is how many lanes of a board are shown: those with the most items.
const MaxLanes = 24

// perWalk is how many items of each state are looked at for cards that no index
// gives lane by lane: the ones changed last. A lane whose items are older shows
// its numbers and no card.
const perWalk = 300

// laneColumn is what a board's lanes are made of.
func laneColumn(by plumbline.Grouping) string { return "i." + string(by) }

// Lanes is a board put together by team, product, assignee or priority: for each
// of them that has items a column for each state, in the order given, with its
// first cards and the number of all. There are [MaxLanes] at most, the ones with
// the most items; more is how many were left out. Of many items
// that match words they have the first stretch. It takes three statements at most,
// however many lanes and items there are.
func (tx *Tx) Lanes(who plumbline.Actor, f plumbline.Filter, by plumbline.Grouping, states []plumbline.State, perCell int) (lanes []plumbline.Swimlane, more int, err error) {
	if len(states) == 0 {
		return nil, 0, nil
	}
	if err := tx.settle(); err != nil { // of items written in this transaction
		return nil, 0, err
	}
	asked := tx.queryOf(who, lift(f, true))
	asked.states = states
	if err := tx.search(asked); err != nil {
		return nil, 0, err
	}
	if lanes, err = tx.countLanes(*asked, by, states); err != nil || len(lanes) == 0 {
		return nil, 0, err
	}
	sorted.By(lanes, func(a, b plumbline.Swimlane) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Ref, b.Ref))
	})
	more = max(0, len(lanes)-MaxLanes)
	lanes = lanes[:len(lanes)-more]
	return lanes, more, tx.fillLanes(*asked, by, states, lanes, perCell)
}

// countLanes are the lanes with their numbers: those that are kept, else counted,
// up to plumbline.TotalCap in each state.
func (tx *Tx) countLanes(q query, by plumbline.Grouping, states []plumbline.State) ([]plumbline.Swimlane, error) {
	text, kept := q.keptLanes(by)
	if !kept {
		text = q.countedLanes(by)
	}
	type cell struct {
		ref   string
		state plumbline.State
		total int
	}
	inState := map[plumbline.State]int{}
	cells, err := list(tx, func(r row) (c cell, err error) {
		err = r.Scan(&c.ref, &c.state, &c.total)
		inState[c.state] += c.total
		return c, err
	}, text, q.args...)
	if err != nil {
		return nil, err
	}
	var out []plumbline.Swimlane
	at := map[string]int{}
	for _, c := range cells {
		column := slices.Index(states, c.state)
		if c.total == 0 || column < 0 {
			continue
		}
		i, ok := at[c.ref]
		if !ok {
			i, at[c.ref] = len(out), len(out)
			out = append(out, plumbline.Swimlane{Ref: c.ref, Columns: emptyColumns(states)})
		}
		cut := q.found.cut || !kept && inState[c.state] >= plumbline.TotalCap
		out[i].Total += c.total
		out[i].AtLeast = out[i].AtLeast || cut
		out[i].Columns[column].Total, out[i].Columns[column].AtLeast = c.total, cut
	}
	return out, nil
}

func emptyColumns(states []plumbline.State) []plumbline.Column {
	out := make([]plumbline.Column, len(states))
	for i, s := range states {
		out[i].State = s
	}
	return out
}

// fillLanes reads the first cards of every cell.
func (tx *Tx) fillLanes(q query, by plumbline.Grouping, states []plumbline.State, lanes []plumbline.Swimlane, perCell int) error {
	refs := make([]string, len(lanes))
	for i, l := range lanes {
		refs[i] = l.Ref
	}
	text := q.laneCards(by, refs, perCell)
	cards, _, err := tx.cards(&q, text)
	for _, c := range cards {
		ref, _ := by.Of(c)
		i, column := slices.Index(refs, ref), slices.Index(states, c.State)
		if i >= 0 && column >= 0 {
			rows := &lanes[i].Columns[column].Rows
			*rows = append(*rows, c)
		}
	}
	return err
}

// laneCards is the select of the first limit items of each cell of the lanes.
func (q *query) laneCards(by plumbline.Grouping, refs []string, limit int) string {
	walked := !q.isSet() && !q.isNarrow()
	all := union(q.branches(func(b branch) (string, string) {
		columns := b.id + " as n, " + b.at + " as at, i.state as state, " + laneColumn(by) + " as ref"
		switch {
		case !walked:
			return columns, ""
		case b.small:
			return columns, q.order.by("at", "n") + " " + atMost(perWalk)
		}
		return columns, q.order.by(b.at, b.id) + " " + atMost(perWalk)
	}))
	in(&q.where, "ref", refs)
	defer func() { q.conds = nil }()
	return "select n, at, 0 as total from (select n, at, row_number() over (partition by ref, state" + q.order.by("at", "n") + ") as place from (" + all + ") as a " + q.text() +
		") as c where place <= " + strconv.Itoa(limit)
}

// countedLanes is the select of lane, state and number, going through the items:
// of a board that begins with a set or a narrow filter all of them, else those of
// each state up to plumbline.TotalCap.
func (q *query) countedLanes(by plumbline.Grouping) string {
	tail := " " + atMost(plumbline.TotalCap)
	if q.isSet() || q.isNarrow() {
		tail = ""
	}
	return "select ref, state, count(*) as total from (" + union(q.branches(func(branch) (string, string) {
		return laneColumn(by) + " as ref, i.state as state", tail
	})) + ") as a group by ref, state"
}

// keptLanes is the select of lane, state and number, if they are kept: those of
// each value that items are counted under, and for what has none the rest of all.
func (q *query) keptLanes(by plumbline.Grouping) (string, bool) {
	dim, _, ok := keptUnder(q.filter)
	if !ok || dim != "" {
		return "", false
	}
	q.and("dim = " + q.arg(string(by)))
	q.tallied(q.states)
	of := " from item_counts " + q.text()
	q.conds = nil
	q.and("dim = ''")
	q.tallied(q.states)
	all := " from item_counts " + q.text()
	parts := []string{"select value as ref, state, n as total" + of, "select '' as ref, state, -n as total" + of, "select '' as ref, state, n as total" + all}
	parts = append(parts, q.ownParts(laneColumn(by)+" as ref, i.state as state, count(*) as total", " group by "+laneColumn(by)+", i.state")...)
	return "select ref, state, cast(sum(total) as BIGINT) as total from (" + strings.Join(parts, " union all ") + ") as c group by ref, state", true
}
