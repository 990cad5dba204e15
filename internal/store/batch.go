package store

import "plumbline"

// Batch is a change of many items at once.
type Batch struct {
	ID     string
	Person plumbline.PersonID
	At     plumbline.Time
	What   string         // in words
	Undone plumbline.Time // zero: it was not taken back
}

// BatchItem is what a batch changed of one item: the values before and after, by
// the name of what was changed.
type BatchItem struct {
	Item        plumbline.ItemID
	Key         plumbline.Key
	Was, Became map[string]string
}

// InsertBatch adds a batch without items.
func (tx *Tx) InsertBatch(b Batch) error {
	_, err := tx.exec(`insert into batches (id, person, at, what, undone) values ($1, $2, $3, $4, $5)`, b.ID, b.Person, b.At, b.What, b.Undone)
	return err
}

// InsertBatchItem adds what a batch changed of an item.
func (tx *Tx) InsertBatchItem(batch string, c BatchItem) error {
	_, err := tx.exec(`insert into batch_items (batch, item, was, became) values ($1, $2, $3, $4)`, batch, c.Item, asJSON(c.Was), asJSON(c.Became))
	return err
}

// Batch is the batch with the id and what it changed, by key.
func (tx *Tx) Batch(id string) (b Batch, items []BatchItem, err error) {
	b, err = need(tx, missing("There is no batch with the id %q.", id), func(r row) (b Batch, err error) {
		err = r.Scan(&b.ID, &b.Person, &b.At, &b.What, &b.Undone)
		return b, err
	}, `select id, person, at, what, undone from batches where id = $1`, id)
	if err != nil {
		return b, nil, err
	}
	items, err = list(tx, func(r row) (c BatchItem, err error) {
		err = r.Scan(&c.Item, &c.Key, fromJSON{&c.Was}, fromJSON{&c.Became})
		return c, err
	}, `select c.item, i.key, c.was, c.became from batch_items c join items i on i.id = c.item where c.batch = $1 order by i.n`, id)
	return b, items, err
}

// EndBatch notes that a batch was taken back and says whether it was not yet.
func (tx *Tx) EndBatch(id string, at plumbline.Time) (bool, error) {
	n, err := tx.exec(`update batches set undone = $2 where id = $1 and undone = 0`, id, at)
	return n > 0, err
}
