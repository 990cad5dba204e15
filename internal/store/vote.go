package store

import "plumbline"

// Voter is somebody who voted for an item.
type Voter struct {
	Person plumbline.PersonID
	Name   string
	At     plumbline.Time
}

// Vote adds a person's vote for an item and says whether it was not counted
// there yet, for the item itself or for what was merged into it.
func (tx *Tx) Vote(item plumbline.ItemID, p plumbline.PersonID, at plumbline.Time) (bool, error) {
	n, err := tx.exec(tree+`
		insert into votes (item, person, at) select n, $2, $3 from items where id = $1
			and not exists (select 1 from votes v join tree t on t.n = v.item where v.person = $2)
		on conflict (item, person) do nothing`, item, p, at)
	if err != nil {
		return false, err
	}
	if n > 0 {
		return true, tx.count("n_votes", item, 1)
	}
	there, err := number(tx, `select count(*) from items where id = $1`, item)
	if err == nil && there == 0 {
		err = missing("There is no item with the id %q.", item)
	}
	return false, err
}

// Unvote takes a person's vote back, for the item and for what was merged into
// it, and says whether there was one.
func (tx *Tx) Unvote(item plumbline.ItemID, p plumbline.PersonID) (bool, error) {
	gone, err := change(tx, column[int64], tree+`
		delete from votes where person = $2 and item in (select n from tree) returning item`, item, p)
	for _, n := range gone {
		if err != nil {
			break
		}
		var id plumbline.ItemID
		if id, _, err = first(tx, column[plumbline.ItemID], `select id from items where n = $1`, n); err == nil {
			err = tx.count("n_votes", id, -1)
		}
	}
	return len(gone) > 0, err
}

// Voters are those who voted for an item or what was merged into it, each once
// with their first vote: one person first, if they did, then the earliest, at most
// limit of them; and how many there are.
func (tx *Tx) Voters(f Family, ahead plumbline.PersonID, limit int) (out []Voter, total int, err error) {
	out, err = list(tx, func(r row) (v Voter, err error) {
		err = r.Scan(&v.Person, &v.Name, &v.At, &total)
		return v, err
	}, f.tree()+`
		select p.id, p.name, min(v.at), count(*) over () from votes v join tree t on t.n = v.item join people p on p.id = v.person
		group by p.id, p.name order by p.id <> $2, min(v.at), p.id `+atMost(limit), f.Item, ahead)
	return out, total, err
}
