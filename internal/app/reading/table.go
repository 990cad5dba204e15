package reading

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Table is a page of the items that match, with the fields of their processes
// as far as who may read them; Items leaves them out.
func (a *Reader) Table(ctx context.Context, who plumbline.Actor, f plumbline.Filter) (ListView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return ListView{}, err
	}
	asked, err := a.Asked(who, f)
	if err != nil {
		return ListView{}, err
	}
	out := ListView{Filter: f}
	err = a.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Rows, err = tx.List(who, asked); err != nil {
			return err
		}
		if err := a.loadFields(tx, who, out.Rows.Rows); err != nil {
			return err
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	return out, err
}

func (a *Reader) loadFields(tx *store.Tx, who plumbline.Actor, rows []plumbline.Row) error {
	ids := make([]plumbline.ItemID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	fields, err := tx.FieldsOf(ids)
	if err != nil {
		return err
	}
	for i := range rows {
		def, err := a.Process(rows[i].Process)
		if err != nil {
			return err
		}
		rows[i].Fields = fields[rows[i].ID]
		HideFields(who, def, &rows[i].Item)
	}
	return nil
}
