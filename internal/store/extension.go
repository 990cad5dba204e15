package store

import "plumbline"

// ExtensionRow is more time that somebody asked for, and who approved it.
type ExtensionRow struct {
	plumbline.Extension
	ID           string
	Item         plumbline.ItemID
	AskedName    string
	At           plumbline.Time
	ApprovedName string
	ApprovedAt   plumbline.Time // 0: not yet
}

// InsertExtension keeps that more time was asked for.
func (tx *Tx) InsertExtension(x ExtensionRow) error {
	_, err := tx.exec(`
		insert into extensions (id, item, clock, days, reason, asked, asked_name, at, approved, approved_name, approved_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		x.ID, x.Item, x.Clock, x.Days, x.Reason, x.Asked, x.AskedName, x.At, x.Approved, x.ApprovedName, x.ApprovedAt)
	return err
}

// ApproveExtension notes who approved it and says whether nobody had.
func (tx *Tx) ApproveExtension(x ExtensionRow) (bool, error) {
	n, err := tx.exec(`update extensions set approved = $2, approved_name = $3, approved_at = $4, days = $5 where id = $1 and approved_at = 0`,
		x.ID, x.Approved, x.ApprovedName, x.ApprovedAt, x.Days)
	return n > 0, err
}

// Extensions are those of the items, oldest first, by item.
func (tx *Tx) Extensions(items []plumbline.ItemID) (map[plumbline.ItemID][]ExtensionRow, error) {
	found, err := byMany(tx, func(r row) (x ExtensionRow, err error) {
		err = r.Scan(&x.ID, &x.Item, &x.Clock, &x.Days, &x.Reason, &x.Asked, &x.AskedName, &x.At, &x.Approved, &x.ApprovedName, &x.ApprovedAt)
		return x, err
	}, items, func(in string) string {
		return `select id, item, clock, days, reason, asked, asked_name, at, approved, approved_name, approved_at from extensions where item in ` + in + ` order by at, id`
	})
	return grouped(found, func(x ExtensionRow) plumbline.ItemID { return x.Item }, itself), err
}
