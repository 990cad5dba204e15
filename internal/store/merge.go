package store

import "plumbline"

// Family is an item with all that were merged into it.
type Family struct {
	Item  plumbline.ItemID
	Alone bool // it is known that nothing was merged into it, which spares looking
}

// tree begins a statement with the family of the item $1.
func (f Family) tree() string {
	if f.Alone {
		return `with tree (id, n, key) as (select id, n, key from items where id = $1) `
	}
	return tree
}

// tree begins a statement with the item $1 and all that were merged into it,
// directly or by way of others.
const tree = `with recursive tree (id, n, key) as (
		select id, n, key from items where id = $1
		union select i.id, i.n, i.key from tree t join items i on i.merged = t.key and i.merged <> ''
	) `

// Merge is the record of an item that was merged into another: where it stood
// and when it had closed, so that an end of the merge gives that back.
type Merge struct {
	Item, Target plumbline.ItemID
	State        plumbline.State
	Closed       plumbline.Time
	By           plumbline.PersonID
	ByName       string
	At           plumbline.Time
}

const mergeColumns = `item, target, state, closed, person, person_name, at`

// TakeMergeTurn makes transactions that merge, or relate items, wait for each
// other: each then sees what the one before it did and none closes a circle.
func (tx *Tx) TakeMergeTurn() error {
	_, err := tx.reserve("merges", 1)
	return err
}

// InsertMerge records a merge; the item has been updated with the key that it
// was merged into. The counts of the target, and of what that was merged into,
// are made anew.
func (tx *Tx) InsertMerge(m Merge) error {
	_, err := tx.exec(`insert into merges (`+mergeColumns+`) values ($1, $2, $3, $4, $5, $6, $7)`,
		m.Item, m.Target, m.State, m.Closed, m.By, m.ByName, m.At)
	if err != nil {
		return err
	}
	return tx.joined(m.Target, 1)
}

// DeleteMerge ends a merge, once the item was updated without the key.
func (tx *Tx) DeleteMerge(m Merge) error {
	n, err := tx.exec(`delete from merges where item = $1 and target = $2`, m.Item, m.Target)
	if err != nil {
		return err
	}
	if n == 0 {
		return missing("There is no merge of the item %q.", m.Item)
	}
	return tx.joined(m.Target, -1)
}

func (tx *Tx) joined(target plumbline.ItemID, by int) error {
	if _, err := tx.exec(`update items set n_merged = n_merged + $2 where id = $1`, target, by); err != nil {
		return err
	}
	return tx.recount(target)
}

// Merge is the record of the item's merge.
func (tx *Tx) Merge(item plumbline.ItemID) (Merge, error) {
	return need(tx, missing("The item %q was not merged.", item), func(r row) (m Merge, err error) {
		err = r.Scan(&m.Item, &m.Target, &m.State, &m.Closed, &m.By, &m.ByName, &m.At)
		return m, err
	}, `select `+mergeColumns+` from merges where item = $1`, item)
}

// recount makes the counts of an item anew from all that hangs on it and on what
// was merged into it, each person, team and account once; then those of the items
// that it was merged into.
func (tx *Tx) recount(item plumbline.ItemID) error {
	for item != "" {
		above, err := change(tx, column[plumbline.Key], tree+`
			update items set
				n_votes = (select count(distinct v.person) from votes v join tree t on t.n = v.item),
				n_watchers = (select count(distinct w.person) from watchers w join tree t on t.n = w.item),
				n_demands = (select count(distinct case when d.team <> '' then 't ' || d.team else 'a ' || d.account end)
					from demands d join tree t on t.id = d.item),
				n_evidence = (select count(*) from evidence e join tree t on t.id = e.item),
				n_comments = (select count(*) from comments c join tree t on t.id = c.item where c.deleted = 0)
			where id = $1 returning merged`, item)
		if err != nil || len(above) == 0 || above[0] == "" {
			return err
		}
		if item, _, err = first(tx, column[plumbline.ItemID], `select id from items where key = $1`, above[0]); err != nil {
			return err
		}
	}
	return nil
}

// Mention is an item as others name it.
type Mention struct {
	ID    plumbline.ItemID
	Key   plumbline.Key
	Title string
	State plumbline.State
	Open  bool
}

func scanMention(r row) (m Mention, err error) {
	err = r.Scan(&m.ID, &m.Key, &m.Title, &m.State, &m.Open)
	return m, err
}

const mentionColumns = `i.id, i.key, i.title, i.state, i.done = false`

// MergedInto is the chain of items that an item was merged into: its target, the
// target of that, and so on. Empty: it was not merged.
func (tx *Tx) MergedInto(item plumbline.ItemID) ([]Mention, error) {
	return list(tx, scanMention, `
		with recursive up (key, depth) as (
			select merged, 1 from items where id = $1 and merged <> ''
			union select i.merged, u.depth + 1 from up u join items i on i.key = u.key where i.merged <> ''
		)
		select `+mentionColumns+` from up u join items i on i.key = u.key order by u.depth`, item)
}

// Heads are, of those items that were merged into others, the items at the end of their
// chains: where what is said of them counts.
func (tx *Tx) Heads(ids []plumbline.ItemID) (map[plumbline.ItemID]plumbline.ItemID, error) {
	all, err := byMany(tx, scanPair[plumbline.ItemID, plumbline.ItemID], ids, func(in string) string {
		return `with recursive up (id, next) as (
				select id, merged from items where merged <> '' and id in ` + in + `
				union select u.id, i.merged from up u join items i on i.key = u.next where i.merged <> ''
			)
			select u.id, i.id from up u join items i on i.key = u.next where i.merged = ''`
	})
	return keyed(all, keyOf, valueOf), err
}

// Under are the items that were merged into some, directly or by way of others, each
// with the one of them that it counts for.
func (tx *Tx) Under(ids []plumbline.ItemID) (map[plumbline.ItemID]plumbline.ItemID, error) {
	all, err := byMany(tx, scanPair[plumbline.ItemID, plumbline.ItemID], ids, func(in string) string {
		return `with recursive under (root, id, key) as (
				select id, id, key from items where n_merged > 0 and id in ` + in + `
				union select u.root, i.id, i.key from under u join items i on i.merged = u.key and i.merged <> ''
			)
			select id, root from under where id <> root`
	})
	return keyed(all, keyOf, valueOf), err
}

// Joined are the items that were merged into an item, directly or by way of
// others, that who may see, in the order they were filed.
func (tx *Tx) Joined(who plumbline.Actor, f Family) ([]Mention, error) {
	if f.Alone {
		return nil, nil
	}
	var w where
	id := w.arg(f.Item)
	w.and("i.id <> " + id)
	w.seenItem(sightOf(who))
	w.and("i.n in (select n from tree)") // not a join: SQLite would go through all items, in their order
	return list(tx, scanMention, tree+`select `+mentionColumns+` from items i `+w.text()+` order by i.n`, w.args...)
}

// MentionOf is an item as others name it, if who may see it.
func (tx *Tx) MentionOf(who plumbline.Actor, key plumbline.Key) (Mention, bool, error) {
	var w where
	w.and("i.key = " + w.arg(key))
	w.seenItem(sightOf(who))
	return first(tx, scanMention, `select `+mentionColumns+` from items i `+w.text(), w.args...)
}
