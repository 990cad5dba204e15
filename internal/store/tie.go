package store

import "plumbline"

// Tie says that an item is the work that mends a constraint.
type Tie struct {
	Constraint plumbline.ConstraintID
	Item       plumbline.ItemID
	By         plumbline.PersonID
	ByName     string
	At         plumbline.Time
}

const tieColumns = `t.limit_id, t.item, t.person, t.person_name, t.at`

func scanTie(r row) (t Tie, err error) {
	err = r.Scan(&t.Constraint, &t.Item, &t.By, &t.ByName, &t.At)
	return t, err
}

// InsertTie ties an item to a constraint and says whether it was not yet.
func (tx *Tx) InsertTie(t Tie) (bool, error) {
	n, err := tx.exec(`insert into constraint_items (limit_id, item, person, person_name, at) values ($1, $2, $3, $4, $5) on conflict (limit_id, item) do nothing`,
		t.Constraint, t.Item, t.By, t.ByName, t.At)
	return n > 0, err
}

// DeleteTie ends that and says whether it was there.
func (tx *Tx) DeleteTie(of plumbline.ConstraintID, item plumbline.ItemID) (bool, error) {
	n, err := tx.exec(`delete from constraint_items where limit_id = $1 and item = $2`, of, item)
	return n > 0, err
}

// TiesOf are the items that mend constraints, oldest tie first.
func (tx *Tx) TiesOf(ids []plumbline.ConstraintID) (map[plumbline.ConstraintID][]Tie, error) {
	found, err := byMany(tx, scanTie, ids, func(in string) string {
		return `select ` + tieColumns + ` from constraint_items t where t.limit_id in ` + in + ` order by t.at, t.item`
	})
	return grouped(found, func(t Tie) plumbline.ConstraintID { return t.Constraint }, itself), err
}

// Unsettled are the promises with items of which all are closed, and nothing of that
// source says so, or of which one is open, and it says that they are not; by id.
func (tx *Tx) Unsettled(source string) ([]ConstraintRow, error) {
	const open = `exists (select 1 from constraint_items t join items i on i.id = t.item where t.limit_id = c.id and i.done = false)`
	return list(tx, scanConstraint, `select `+constraintColumns+` from constraints c where c.kind = $2
		and exists (select 1 from constraint_items t where t.limit_id = c.id)
		and `+open+` = exists (select 1 from observations o where o.limit_id = c.id and o.source = $1 and o.state = 'met' and o.ended = 0)
		order by c.id`, source, plumbline.Commitment)
}

// TiedTo are the constraints that an item mends, by id.
func (tx *Tx) TiedTo(item plumbline.ItemID) ([]ConstraintRow, error) {
	return list(tx, scanConstraint, `select `+constraintColumns+` from constraints c join constraint_items t on t.limit_id = c.id where t.item = $1 order by c.id`, item)
}

// ForcedTie is an item that mends a constraint that is forced, with both.
type ForcedTie struct {
	Item       plumbline.ItemID
	Constraint plumbline.Constraint
	Standing   string // as its writer writes it
	Policies   string // the edition that it was judged by
}

// ForcedTies are the items that mend constraints that are forced, by constraint.
func (tx *Tx) ForcedTies() ([]ForcedTie, error) {
	return list(tx, func(r row) (f ForcedTie, err error) {
		err = r.Scan(&f.Item, fromJSON{&f.Constraint}, &f.Standing, &f.Policies)
		return f, err
	}, `
		select t.item, c.body, s.body, s.policies from standings s
		join constraints c on c.id = s.limit_id join constraint_items t on t.limit_id = s.limit_id
		where s.forced order by c.id, t.at, t.item`)
}

// Untended are the constraints that are forced and that no open item mends, by id.
func (tx *Tx) Untended() ([]ConstraintRow, error) {
	return list(tx, scanConstraint, `
		select `+constraintColumns+` from standings s join constraints c on c.id = s.limit_id
		where s.forced and not exists (
			select 1 from constraint_items t join items i on i.id = t.item where t.limit_id = s.limit_id and i.closed = 0 and i.merged = '')
		order by c.id`)
}

// MendedKinds are the kinds of the constraints that open items mend, by item.
func (tx *Tx) MendedKinds() (map[plumbline.ItemID][]plumbline.ConstraintKind, error) {
	found, err := list(tx, scanPair[plumbline.ItemID, plumbline.ConstraintKind], `
		select t.item, c.kind from constraint_items t join constraints c on c.id = t.limit_id join items i on i.id = t.item
		where i.done = false order by t.item, c.id`)
	return grouped(found, keyOf, valueOf), err
}
