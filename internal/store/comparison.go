package store

import "plumbline"

// InsertComparisons adds judgements between pairs of items, which are named by
// their keys; a key that is not there is NotFound.
func (tx *Tx) InsertComparisons(all []plumbline.Comparison, ids map[plumbline.Key]plumbline.ItemID) error {
	rows := make([][]any, len(all))
	for i, c := range all {
		rows[i] = []any{c.ID, ids[c.A], ids[c.B], ids[c.Winner], c.Set, c.By, c.At}
	}
	return tx.insertRows(`insert into comparisons (id, a, b, winner, chosen_of, person, at)`, rows, "")
}

// maxComparisons is how many judgements are looked at: the newest.
const maxComparisons = 20_000

// Compared is a judgement with the items' ids.
type Compared struct {
	plumbline.Comparison
	AID, BID, WinnerID plumbline.ItemID
	ByName             string
}

// Comparisons are the judgements between open items, oldest first.
func (tx *Tx) Comparisons() ([]Compared, error) {
	return list(tx, func(r row) (c Compared, err error) {
		err = r.Scan(&c.ID, &c.AID, &c.BID, &c.WinnerID, &c.Set, &c.By, &c.At, &c.A, &c.B, &c.ByName)
		switch c.WinnerID {
		case "":
		case c.AID:
			c.Winner = c.A
		default:
			c.Winner = c.B
		}
		return c, err
	}, `select * from (
		select c.id, c.a, c.b, c.winner, c.chosen_of, c.person, c.at, x.key as key_a, y.key as key_b, coalesce(p.name, '') as name
		from comparisons c join items x on x.id = c.a join items y on y.id = c.b left join people p on p.id = c.person
		where x.done = false and y.done = false
		order by c.at desc, c.id desc `+atMost(maxComparisons)+`) as n order by at, id`)
}
