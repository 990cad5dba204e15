package store

import "plumbline"

// Related is an item that another has a relation with, as that one sees it.
type Related struct {
	Mention
	Kind plumbline.RelationKind
	From bool // the relation is read from here to there: this one blocks, or is the parent
	At   plumbline.Time
}

// Relate records a relation and says whether it was not there.
func (tx *Tx) Relate(r plumbline.Relation) (bool, error) {
	n, err := tx.exec(`insert into relations (item, kind, other, person, at) values ($1, $2, $3, $4, $5) on conflict (item, kind, other) do nothing`,
		r.Item, r.Kind, r.Other, r.By, r.At)
	return n > 0, err
}

// Unrelate ends a relation and says whether there was one.
func (tx *Tx) Unrelate(r plumbline.Relation) (bool, error) {
	n, err := tx.exec(`delete from relations where item = $1 and kind = $2 and other = $3`, r.Item, r.Kind, r.Other)
	return n > 0, err
}

// Relations are those of an item, from both ends, with the items that who may
// see, by kind and then in the order the items were filed.
func (tx *Tx) Relations(who plumbline.Actor, item plumbline.ItemID) ([]Related, error) {
	var w where
	id := w.arg(item)
	w.seenItem(sightOf(who))
	return list(tx, func(r row) (v Related, err error) {
		err = r.Scan(&v.ID, &v.Key, &v.Title, &v.State, &v.Open, &v.Kind, &v.From, &v.At)
		return v, err
	}, `
		select `+mentionColumns+`, r.kind, r.here, r.at from (
			select other as there, kind, true as here, at from relations where item = `+id+`
			union all select item, kind, false, at from relations where other = `+id+`
		) as r join items i on i.id = r.there `+w.text()+` order by r.kind, r.here desc, i.n`, w.args...)
}

// Leads says whether relations of a kind lead from one item to another, directly
// or by way of others.
func (tx *Tx) Leads(kind plumbline.RelationKind, from, to plumbline.ItemID) (bool, error) {
	n, err := number(tx, `
		with recursive reached (id) as (
			select id from items where id = $2
			union select r.other from reached x join relations r on r.item = x.id and r.kind = $1
		)
		select count(*) from reached where id = $3`, kind, from, to)
	return n > 0, err
}

// Parent is the parent of an item, if it has one.
func (tx *Tx) Parent(item plumbline.ItemID) (plumbline.ItemID, bool, error) {
	return first(tx, column[plumbline.ItemID], `select item from relations where other = $1 and kind = $2`, item, plumbline.ParentOf)
}
