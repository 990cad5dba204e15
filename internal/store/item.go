package store

import (
	"slices"

	"plumbline"
)

// NextNumber is the next number under the prefix, from 1; see [Tx.Reserve].
func (tx *Tx) NextNumber(prefix string) (int64, error) { return tx.Reserve(prefix, 1) }

// rowColumns are the columns that lists show; the rest of an item is long.
const rowColumns = `i.id, i.key, i.kind, i.process, i.title, i.class, i.visibility, i.state, i.since, i.states, i.remit,
	i.team, i.product, i.requester, i.on_behalf_of, i.assignee, i.priority, i.severity, i.labels, i.link, i.ref, i.url,
	i.source, i.created, i.updated, i.closed, i.version, i.merged`

func rowFields(to []any, it *plumbline.Item) []any {
	return append(to, &it.ID, &it.Key, &it.Kind, &it.Process, &it.Title, &it.Class, &it.Visibility, &it.State, &it.Since,
		fromJSON{&it.States}, &it.Remit, &it.Team, &it.Product, &it.Requester, &it.OnBehalfOf, &it.Assignee, &it.Priority,
		&it.Severity, fromJSON{&it.Labels}, &it.Link, &it.Ref, &it.URL, &it.Source, &it.Created, &it.Updated, &it.Closed,
		&it.Version, &it.Merged)
}

const selectItem = `select ` + rowColumns + `, b.fields, b.body from items i join item_bodies b on b.n = i.n `

// scanItem makes the maps of an item ready to be written to, even when empty.
func scanItem(r row) (it plumbline.Item, err error) {
	it.States, it.Fields = map[string]plumbline.Position{}, map[string]string{}
	err = r.Scan(append(rowFields(nil, &it), fromJSON{&it.Fields}, &it.Body)...)
	it.Labels = orNil(it.Labels)
	return it, err
}

// itemValues are the columns of an item that an update may change, but for the
// long ones, in the order of both statements below.
func itemValues(it plumbline.Item) []any {
	states := it.States
	if states == nil {
		states = map[string]plumbline.Position{}
	}
	return []any{it.Kind, it.Process, it.Title, it.Class, it.Visibility, it.State, it.State.Lane(), it.Since,
		asJSON(states), it.Remit, it.Team, it.Product, it.Requester, it.OnBehalfOf, it.Assignee, it.Priority, it.Severity,
		asJSON(orEmpty(it.Labels)), it.Link, it.Ref, it.URL, it.Source, it.Created, it.Updated, it.Closed, !it.Open(),
		it.Version, it.Merged}
}

// InsertItem adds an item with the version it has. A key, or an issue, that
// another item has is a Conflict.
func (tx *Tx) InsertItem(it plumbline.Item) error { return tx.InsertItems([]NewItem{{Item: it}}) }

const insertItems = `
	insert into items (n, id, key, kind, process, title, class, visibility, state, lane, since, states, remit, team,
		product, requester, on_behalf_of, assignee, priority, severity, labels, link, ref, url, source, created, updated,
		closed, done, version, merged, n_demands, n_evidence, n_comments, n_watchers, n_votes)`

func fieldsJSON(it plumbline.Item) string {
	if it.Fields == nil {
		return "{}"
	}
	return asJSON(it.Fields)
}

// UpdateItem replaces everything but the id and the key, if the item still has
// the version was; else it is a Conflict. It writes it.Version, which the caller
// has made to grow.
func (tx *Tx) UpdateItem(it plumbline.Item, was int64) error {
	old, err := tx.old(it)
	if err != nil {
		return err
	}
	changed, err := tx.exec(`
		update items set kind = $3, process = $4, title = $5, class = $6, visibility = $7, state = $8, lane = $9,
			since = $10, states = $11, remit = $12, team = $13, product = $14, requester = $15, on_behalf_of = $16,
			assignee = $17, priority = $18, severity = $19, labels = $20, link = $21, ref = $22, url = $23, source = $24,
			created = $25, updated = $26, closed = $27, done = $28, version = $29, merged = $30
		where n = $1 and version = $2`,
		append([]any{old.n, was}, itemValues(it)...)...)
	if err != nil {
		return err
	}
	if changed == 0 {
		return plumbline.Errorf(plumbline.Conflict, "%s was changed by somebody else meanwhile. Load it again, look at the change, and repeat yours.", it.Key)
	}
	tx.tally(old.item, -1)
	tx.tally(it, 1)
	tx.pass(old.item, it, false)
	if err := tx.moveLabels(old, it); err != nil {
		return err
	}
	if !old.sameBody {
		_, err := tx.exec(`update item_bodies set fields = $2, body = $3 where n = $1`, old.n, fieldsJSON(it), it.Body)
		if err != nil {
			return err
		}
	}
	if !old.sameWords {
		tx.putWords(old.n, it)
	}
	return nil
}

// before is what an update needs to know of an item as it is stored: its number,
// what need not be written again, and what it is counted under.
type before struct {
	n                               int64
	sameWords, sameBody, sameLabels bool
	item                            plumbline.Item
}

func (tx *Tx) old(it plumbline.Item) (before, error) {
	return need(tx, missing("There is no item with the id %q.", it.ID), func(r row) (b before, err error) {
		was := &b.item
		err = r.Scan(&b.n, &b.sameWords, &b.sameBody, &b.sameLabels, &was.Kind, &was.Process, &was.State, &was.Class, &was.Visibility,
			&was.Remit, &was.Team, &was.Product, &was.Assignee, &was.Priority, &was.Closed, fromJSON{&was.Labels})
		return b, err
	}, `
		select i.n, i.title = $2 and b.body = $3, b.body = $3 and b.fields = $4, i.labels = $5, i.kind, i.process, i.state, i.class,
			i.visibility, i.remit, i.team, i.product, i.assignee, i.priority, i.closed, i.labels
		from items i join item_bodies b on b.n = i.n where i.id = $1`,
		it.ID, it.Title, it.Body, fieldsJSON(it), asJSON(orEmpty(it.Labels)))
}

// moveLabels brings the item's rows of the label list up to date.
func (tx *Tx) moveLabels(old before, it plumbline.Item) error {
	if old.sameLabels {
		if len(it.Labels) == 0 {
			return nil
		}
		_, err := tx.exec(`update item_labels set done = $2, updated = $3, visibility = $4 where item = $1`,
			old.n, !it.Open(), it.Updated, it.Visibility)
		return err
	}
	if _, err := tx.exec(`delete from item_labels where item = $1`, old.n); err != nil {
		return err
	}
	return tx.putLabels(old.n, it)
}

func (tx *Tx) putLabels(n int64, it plumbline.Item) error {
	return tx.insertRows(insertLabels, labelRows(n, it), "")
}

const insertLabels = `insert into item_labels (label, item, done, updated, visibility)`

// labelRows are the rows of the label list for an item.
func labelRows(n int64, it plumbline.Item) (rows [][]any) {
	for _, l := range slices.Compact(slices.Sorted(slices.Values(it.Labels))) {
		rows = append(rows, []any{l, n, !it.Open(), it.Updated, it.Visibility})
	}
	return rows
}

// Item is the item with the id.
func (tx *Tx) Item(id plumbline.ItemID) (plumbline.Item, error) {
	return need(tx, missing("There is no item with the id %q.", id), scanItem,
		selectItem+`where i.id = $1`, id)
}

// ItemByKey is the item with the key.
func (tx *Tx) ItemByKey(key plumbline.Key) (plumbline.Item, error) {
	return need(tx, missing("There is no %s.", key), scanItem,
		selectItem+`where i.key = $1`, key)
}

// ItemByRef is the item that lives in an issue.
func (tx *Tx) ItemByRef(link plumbline.LinkID, ref string) (plumbline.Item, error) {
	absent := missing("No item belongs to the issue %s of %s.", ref, link)
	if ref == "" {
		return plumbline.Item{}, absent
	}
	return need(tx, absent, scanItem,
		selectItem+`where i.link = $1 and i.ref = $2 and i.ref <> ''`, link, ref)
}
