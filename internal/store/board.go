package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plumbline"
)

// Board is a column for each state, in the order given, with its first cards and
// the number of all. The states take the place of the filter's;
// its cursor and limit are not looked at. Of many items that match words it has the
// first stretch. It takes two statements at most.
func (tx *Tx) Board(who plumbline.Actor, f plumbline.Filter, states []plumbline.State, perColumn int) ([]plumbline.Column, error) {
	if len(states) == 0 || !isShared(f) {
		return tx.board(who, f, states, perColumn)
	}
	name := fmt.Sprint("board ", perColumn, states, sightOf(who), " ", f.Values().Encode())
	columns, err := Remember(tx, name, func() ([]plumbline.Column, error) { return tx.board(who, f, states, perColumn) })
	columns = slices.Clone(columns)
	for i, c := range columns {
		columns[i].Rows = slices.Clone(c.Rows)
	}
	return columns, err
}

func (tx *Tx) board(who plumbline.Actor, f plumbline.Filter, states []plumbline.State, perColumn int) ([]plumbline.Column, error) {
	if len(states) == 0 {
		return nil, nil
	}
	if err := tx.settle(); err != nil { // of items written in this transaction
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
	if err := tx.search(q); err != nil {
		return err
	}
	rows, places, err := tx.cards(q, q.columns(max(perColumn, 1))) // one at least, for the total
	for i, r := range rows {
		column := at[r.State]
		column.Total, column.AtLeast = places[i].total, q.found.cut
		if len(column.Rows) < perColumn {
			column.Rows = append(column.Rows, r)
		}
	}
	return err
}

// fillEach reads a board walking along the index of each state just as far as
// its cards go; counts are read apart.
func (tx *Tx) fillEach(q *query, at map[plumbline.State]*plumbline.Column, states []plumbline.State, perColumn int) error {
	if err := tx.countColumns(*q, at, states); err != nil {
		return err
	}
	var pages []string
	for i, s := range states {
		if at[s].Total == 0 {
			continue
		}
		q.states = []plumbline.State{s}
		pages = append(pages, "select * from ("+q.page(perColumn)+") as s"+strconv.Itoa(i))
	}
	if len(pages) == 0 {
		return nil
	}
	rows, _, err := tx.cards(q, strings.Join(pages, " union all "))
	for _, r := range rows {
		column := at[r.State]
		column.Rows = append(column.Rows, r)
	}
	return err
}

// countColumns fills in the totals of the columns: those that are kept, else
// counted up to plumbline.TotalCap.
func (tx *Tx) countColumns(q query, at map[plumbline.State]*plumbline.Column, states []plumbline.State) error {
	text, kept := q.keptColumns(states)
	if !kept {
		var counts []string
		for _, s := range states {
			q.states = []plumbline.State{s}
			counts = append(counts, "select cast("+q.arg(string(s))+" as TEXT) as state, "+q.count()+" as total")
		}
		text = strings.Join(counts, " union all ")
	}
	_, err := list(tx, func(r row) (s plumbline.State, err error) {
		var total int
		err = r.Scan(&s, &total)
		if c := at[s]; c != nil {
			c.Total += total
			if c.AtLeast = !kept && c.Total >= plumbline.TotalCap; c.AtLeast {
				c.Total = plumbline.TotalCap
			}
		}
		return s, err
	}, text, q.args...)
	return err
}
