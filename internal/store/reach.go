package store

import "plumbline"

const reachColumns = `id, product, unit, many, source, person, person_name, at`

func scanReachUnit(r row) (u plumbline.ReachUnit, err error) {
	err = r.Scan(&u.ID, &u.Product, &u.Unit, &u.Many, &u.Source, &u.By, &u.ByName, &u.At)
	return u, err
}

// PutReachUnit says what a product's reach is counted in from now on, and ends
// what was said before; an empty unit takes it away.
func (tx *Tx) PutReachUnit(u plumbline.ReachUnit) error {
	if _, err := tx.exec(`update reach_units set ended = $2 where product = $1 and ended = 0`, u.Product, u.At); err != nil {
		return err
	}
	_, err := tx.exec(`insert into reach_units (`+reachColumns+`, ended) values ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
		u.ID, u.Product, u.Unit, u.Many, u.Source, u.By, u.ByName, u.At)
	return err
}

// ReachUnits are what the reach of products is counted in now, by product.
func (tx *Tx) ReachUnits() ([]plumbline.ReachUnit, error) {
	return rememberAll(tx, "reach units", func() ([]plumbline.ReachUnit, error) {
		return list(tx, scanReachUnit, `select `+reachColumns+` from reach_units where ended = 0 and unit <> '' order by product`)
	})
}

// ReachHistory is what was said of a product's reach, the newest first: so many
// at most.
func (tx *Tx) ReachHistory(p plumbline.ProductRef, limit int) ([]plumbline.ReachUnit, error) {
	return list(tx, scanReachUnit, `select `+reachColumns+` from reach_units where product = $1 order by at desc, id desc limit $2`, p, limit)
}

// ReachSaid are the products of which something was said, even that their reach is
// counted in nothing any more.
func (tx *Tx) ReachSaid() (map[plumbline.ProductRef]bool, error) {
	all, err := list(tx, scanReachUnit, `select `+reachColumns+` from reach_units where ended = 0`)
	out := make(map[plumbline.ProductRef]bool, len(all))
	for _, u := range all {
		out[u.Product] = true
	}
	return out, err
}
