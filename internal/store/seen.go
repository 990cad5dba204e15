package store

import "plumbline"

// SeenAmong says which of the items who may see. It takes one statement for some
// hundred of them.
func (tx *Tx) SeenAmong(who plumbline.Actor, items []plumbline.ItemID) (map[plumbline.ItemID]bool, error) {
	s := sightOf(who)
	cond := "1 = 1"
	var before []any
	switch {
	case s.all():
	case len(s.part) == 0:
		cond = "i.visibility in " + quoted(s.open)
	default:
		cond = "(i.visibility in " + quoted(s.open) + " or i.visibility in " + quoted(s.part) + " and " + hasPart("$1") + ")"
		before = []any{s.who}
	}
	found, err := byMany(tx, column[plumbline.ItemID], items, func(in string) string {
		return `select i.id from items i where ` + cond + ` and i.id in ` + in
	}, before...)
	return keyed(found, itself, func(plumbline.ItemID) bool { return true }), err
}

// Matching are the ids of all items that the filter asks for and who may see; of
// many that match words the first stretch. It takes two statements at most.
func (tx *Tx) Matching(who plumbline.Actor, f plumbline.Filter) ([]plumbline.ItemID, error) {
	if err := tx.settle(); err != nil { // of items written in this transaction
		return nil, err
	}
	q := tx.newQuery(who, f)
	if err := tx.search(q); err != nil {
		return nil, err
	}
	all := union(q.branches(func(b branch) (string, string) { return b.id + " as n", "" }))
	return list(tx, column[plumbline.ItemID], `select i.id from (`+all+`) as a join items i on i.n = a.n`, q.args...)
}

// Opened are all open items, with their fields and without their texts, in the
// order of filing; with ids only those of them.
func (tx *Tx) Opened(ids ...plumbline.ItemID) ([]plumbline.Item, error) {
	if len(ids) > 0 {
		return byMany(tx, scanOpened, ids, func(in string) string {
			return selectOpened + ` where i.done = false and i.id in ` + in + ` order by i.n`
		})
	}
	return list(tx, scanOpened, selectOpened+` where i.done = false order by i.n`)
}

// ClosedSince are the items that were closed since a time, as [Tx.Opened] gives the
// open ones: the newest of them when there are more than most.
func (tx *Tx) ClosedSince(since plumbline.Time, most int) ([]plumbline.Item, error) {
	return list(tx, scanOpened, selectOpened+` where i.done = true and i.updated >= $1 and i.closed >= $1 order by i.closed desc, i.n desc `+atMost(most), since)
}

const selectOpened = `select ` + rowColumns + `, b.fields from items i join item_bodies b on b.n = i.n`

func scanOpened(r row) (it plumbline.Item, err error) {
	it.States, it.Fields = map[string]plumbline.Position{}, map[string]string{}
	err = r.Scan(append(rowFields(nil, &it), fromJSON{&it.Fields})...)
	it.Labels = orNil(it.Labels)
	return it, err
}

// apart are the types of events about no item after which every item is as it was:
// what a constraint forces is told to its items one by one.
const apart = `('constraint put', 'standing changed', 'consequence began', 'consequence ended', 'evidence given', 'exception asked', 'exception approved',
	'exception refused', 'exception taken back', 'exception over', 'constraint policies saved', 'constraint policies used')`

// Touched are the items that events after one are about, with no id for events
// about none that may matter to all of them, and the last of all; many: there are more than most, and they are not
// told.
func (tx *Tx) Touched(after int64, most int) (items []plumbline.ItemID, last int64, many bool, err error) {
	if last, err = tx.LastSeq(); err != nil || last == after {
		return nil, last, false, err
	}
	items, err = list(tx, column[plumbline.ItemID], `
		select distinct item from (select item, type from events where seq > $1 order by seq `+atMost(most)+`) as e
		where e.item <> '' or e.type not in `+apart, after)
	return items, last, last-after > int64(most), err
}
