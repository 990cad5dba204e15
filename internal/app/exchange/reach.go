package exchange

import (
	"plumbline"
	"plumbline/internal/store"
)

// counted takes in what the reach of the rows' products was counted in there, under
// the name of who said so, where nobody here has said anything of it. It takes two
// statements, and two for each product of which it is new.
func (r *run) counted(tx *store.Tx, rows []*row) error {
	there := map[plumbline.ProductRef]*plumbline.ReachUnit{}
	for _, w := range rows {
		if c := w.in.Counted; c != nil && w.item.Product != "" && w.report.Outcome != plumbline.RowSkipped {
			there[w.item.Product] = c
		}
	}
	if len(there) == 0 || r.in.DryRun {
		return nil
	}
	said, err := tx.ReachSaid()
	if err != nil {
		return err
	}
	for _, w := range rows {
		c := there[w.item.Product]
		if c == nil || said[w.item.Product] {
			continue
		}
		said[w.item.Product] = true
		u := plumbline.ReachUnit{ID: store.NewID(), Product: w.item.Product, Unit: c.Unit, Many: c.Many, Source: c.Source, ByName: nameOf(c.ByName, ""), At: within(c.At, r.now(), r.now())}
		if err := u.Validate(); err != nil || u.Unit == "" {
			continue
		}
		if err := tx.PutReachUnit(u); err != nil {
			return err
		}
		if err := r.note(tx, plumbline.Item{Visibility: plumbline.Confidential}, "reach unit changed", map[string]any{"product": u.Product, "detail": u.Product}); err != nil {
			return err
		}
	}
	return nil
}
