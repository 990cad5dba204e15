package store

import "plumbline"

// ColumnLimits are the limits of a process's states, by state.
func (tx *Tx) ColumnLimits(process plumbline.ProcessID) ([]plumbline.ColumnLimit, error) {
	return list(tx, func(r row) (l plumbline.ColumnLimit, err error) {
		err = r.Scan(&l.Process, &l.State, &l.Most, &l.Hard)
		return l, err
	}, `select process, state, most, hard from column_limits where process = $1 order by state`, process)
}

// PutColumnLimit sets the limit of a state.
func (tx *Tx) PutColumnLimit(l plumbline.ColumnLimit) error {
	_, err := tx.exec(`insert into column_limits (process, state, most, hard, asked) values ($1, $2, $3, $4, 0)
		on conflict (process, state) do update set most = excluded.most, hard = excluded.hard`, l.Process, l.State, l.Most, l.Hard)
	return err
}

// DeleteColumnLimit takes the limit of a state away.
func (tx *Tx) DeleteColumnLimit(process plumbline.ProcessID, state plumbline.State) error {
	_, err := tx.exec(`delete from column_limits where process = $1 and state = $2`, process, state)
	return err
}

// Filling is how full a state with a limit is: In counts every open item there,
// seen or not.
type Filling struct {
	plumbline.ColumnLimit
	In int
}

// Filling is the limit of a state and how many items are there; false: it has no
// limit.
func (tx *Tx) Filling(process plumbline.ProcessID, state plumbline.State) (Filling, bool, error) {
	return first(tx, func(r row) (f Filling, err error) {
		err = r.Scan(&f.Process, &f.State, &f.Most, &f.Hard, &f.In)
		return f, err
	}, `
		select l.process, l.state, l.most, l.hard, cast(coalesce((
			select sum(c.n) from item_counts c
			where c.dim = '' and c.value = '' and c.process = l.process and c.state = l.state and c.done = false
		), 0) as BIGINT)
		from column_limits l where l.process = $1 and l.state = $2`, process, state)
}

// HoldFilling is Filling for one who is about to add an item: until this
// transaction ends nobody else is told of the same state, if its limit is hard.
func (tx *Tx) HoldFilling(process plumbline.ProcessID, state plumbline.State) (f Filling, limited bool, err error) {
	n, err := tx.exec(`update column_limits set asked = asked + 1 where process = $1 and state = $2 and hard`, process, state)
	if err != nil || n == 0 {
		return f, false, err
	}
	if err := tx.settle(); err != nil {
		return f, false, err
	}
	return tx.Filling(process, state)
}
