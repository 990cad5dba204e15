package store

import "plumbline"

// ClosedWork is an item that ended, as far as it matters for capacity.
type ClosedWork struct {
	N       int64 // its place, to page on
	Item    plumbline.Item
	Decided bool                       // somebody decided to pursue it
	Actual  plumbline.Private[float64] // what its effort turned out to be; 0: not known
}

// ClosedAfter are items of teams that ended at a moment or later, by when they did and
// then by their order; n at most, those after the last one of a page before. Items have
// what lists show. It takes one statement; effort is the factor that Actual is of.
func (tx *Tx) ClosedAfter(from plumbline.Time, last int64, effort plumbline.Factor, n int) ([]ClosedWork, error) {
	return list(tx, func(r row) (c ClosedWork, err error) {
		var actual float64
		err = r.Scan(rowFields([]any{&c.N, &c.Decided, &actual}, &c.Item)...)
		c.Actual = plumbline.Hide(actual)
		return c, err
	}, `
		select i.n, exists (select 1 from decisions d where d.item = i.id and d.outcome = 'pursue'),
			coalesce(r.value, 0), `+rowColumns+`
		from items i left join realities r on r.item = i.id and r.factor = $4
		where i.closed > 0 and (i.closed > $1 or i.closed = $1 and i.n > $2) and i.team <> '' and i.merged = ''
		order by i.closed, i.n limit $3`, from, last, n, effort)
}

// OpenPursued are the open items that somebody decided to pursue.
func (tx *Tx) OpenPursued() (map[plumbline.ItemID]bool, error) {
	ids, err := list(tx, func(r row) (id plumbline.ItemID, err error) { return id, r.Scan(&id) }, `
		select distinct d.item from decisions d join items i on i.id = d.item where d.outcome = 'pursue' and i.closed = 0`)
	out := make(map[plumbline.ItemID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// CapacityWeek is what a team finished in a week of one kind of work: the week by its
// Monday, effort in person-weeks.
type CapacityWeek struct {
	Team    plumbline.TeamRef
	Week    plumbline.Time
	Share   plumbline.WorkShare
	Load    string // as which it came by itself; "": it was planned
	Items   int64
	Effort  float64
	Squares float64 // the sum of the squares of the efforts
	Unsaid  int64   // items whose effort nobody said: it was taken from others
}

// CapacityWeeks are the weeks of a team, or of all for "", from one on, by team and week.
func (tx *Tx) CapacityWeeks(team plumbline.TeamRef, from plumbline.Time) ([]CapacityWeek, error) {
	return list(tx, func(r row) (w CapacityWeek, err error) {
		err = r.Scan(&w.Team, &w.Week, &w.Share, &w.Load, &w.Items, &w.Effort, &w.Squares, &w.Unsaid)
		return w, err
	}, `
		select team, week, share, load, n, effort, squares, unsaid from capacity_weeks
		where (team = $1 or $1 = '') and week >= $2 order by team, week, share, load`, team, from)
}

// PutCapacityWeeks writes weeks in place of all that there are.
func (tx *Tx) PutCapacityWeeks(all []CapacityWeek) error {
	if _, err := tx.exec(`delete from capacity_weeks`); err != nil {
		return err
	}
	rows := make([][]any, len(all))
	for i, w := range all {
		rows[i] = []any{w.Team, w.Week, w.Share, w.Load, w.Items, w.Effort, w.Squares, w.Unsaid}
	}
	return tx.insertRows(`insert into capacity_weeks (team, week, share, load, n, effort, squares, unsaid)`, rows, "")
}
