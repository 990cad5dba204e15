package store

import (
	"strconv"
	"strings"

	"plumbline"
)

// Board is a column for each state, in the order given, with its first cards and
// the number of all, up to plumbline.TotalCap. The states take the place of the filter's;
// its cursor and limit are not looked at. It takes two statements at most.
func (tx *Tx) Board(who plumbline.Actor, f plumbline.Filter, states []plumbline.State, perColumn int) ([]plumbline.Column, error) {
	if len(states) == 0 {
		return nil, nil
	}
	if err := tx.writeWords(); err != nil { // of items written in this transaction
		return nil, err
	}
	columns := make([]plumbline.Column, len(states))
	at := map[plumbline.State]*plumbline.Column{}
	for i, s := range states {
		columns[i].State = s
		at[s] = &columns[i]
	}
	q := tx.queryOf(who, lift(f, true))
	if q.isSet() || q.isNarrow() {
		return columns, tx.fillOnce(q, at, states, perColumn)
	}
	return columns, tx.fillEach(q, at, states, perColumn)
}

// fillOnce reads a board going through all its items once, for those that no
// index gives in the order of each state.
func (tx *Tx) fillOnce(q *query, at map[plumbline.State]*plumbline.Column, states []plumbline.State, perColumn int) error {
	q.states = states
	cards, err := tx.cards(q, q.columns(max(perColumn, 1))) // one at least, for the total
	for _, c := range cards {
		column := at[c.State]
		column.Total = min(c.total, plumbline.TotalCap)
		if len(column.Rows) < perColumn {
			column.Rows = append(column.Rows, c.Row)
		}
	}
	return err
}

// fillEach reads a board walking along the index of each state just as far as
// its cards go; counts are read apart.
func (tx *Tx) fillEach(q *query, at map[plumbline.State]*plumbline.Column, states []plumbline.State, perColumn int) error {
	var counts, pages []string
	count := *q
	for i, s := range states {
		count.states, q.states = []plumbline.State{s}, []plumbline.State{s}
		counts = append(counts, "select "+strconv.Itoa(i)+" as place, "+count.count()+" as total")
		pages = append(pages, "select * from ("+q.page(perColumn)+") as s"+strconv.Itoa(i))
	}
	_, err := list(tx, func(r row) (total int, err error) {
		var place int
		err = r.Scan(&place, &total)
		at[states[place]].Total = min(total, plumbline.TotalCap)
		return total, err
	}, strings.Join(counts, " union all "), count.args...)
	if err != nil {
		return err
	}
	cards, err := tx.cards(q, strings.Join(pages, " union all "))
	for _, c := range cards {
		column := at[c.State]
		column.Rows = append(column.Rows, c.Row)
	}
	return err
}
