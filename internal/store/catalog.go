package store

import (
	"plumbline"
)

const teamColumns = `ref, name, description, label, link, parent, source`

func scanTeam(r row) (t plumbline.Team, err error) {
	err = r.Scan(&t.Ref, &t.Name, &t.Description, &t.Label, &t.Link, &t.Parent, &t.Source)
	return t, err
}

// PutTeam adds or replaces a team and says whether that changed anything.
func (tx *Tx) PutTeam(t plumbline.Team) (changed bool, err error) {
	n, err := tx.exec(`
		insert into teams (`+teamColumns+`) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (ref) do update set name = excluded.name, description = excluded.description,
			label = excluded.label, link = excluded.link, parent = excluded.parent, source = excluded.source
		where (teams.name, teams.description, teams.label, teams.link, teams.parent, teams.source)
			<> (excluded.name, excluded.description, excluded.label, excluded.link, excluded.parent, excluded.source)`,
		t.Ref, t.Name, t.Description, t.Label, t.Link, t.Parent, t.Source)
	return n > 0, err
}

// Team is the team with the ref.
func (tx *Tx) Team(ref plumbline.TeamRef) (plumbline.Team, error) {
	return need(tx, missing("There is no team %q.", ref), scanTeam, `select `+teamColumns+` from teams where ref = $1`, ref)
}

// Teams are all teams by ref.
func (tx *Tx) Teams() ([]plumbline.Team, error) {
	return rememberAll(tx, "teams", func() ([]plumbline.Team, error) {
		return list(tx, scanTeam, `select `+teamColumns+` from teams order by ref`)
	})
}

const productColumns = `ref, name, kind, description, owner, lifecycle, links, tags, source`

func scanProduct(r row) (p plumbline.Product, err error) {
	err = r.Scan(&p.Ref, &p.Name, &p.Kind, &p.Description, &p.Owner, &p.Lifecycle, fromJSON{&p.Links}, fromJSON{&p.Tags}, &p.Source)
	p.Links, p.Tags = orNil(p.Links), orNil(p.Tags)
	return p, err
}

// PutProduct adds or replaces a product and says whether that changed anything.
func (tx *Tx) PutProduct(p plumbline.Product) (changed bool, err error) {
	n, err := tx.exec(`
		insert into products (`+productColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (ref) do update set name = excluded.name, kind = excluded.kind, description = excluded.description,
			owner = excluded.owner, lifecycle = excluded.lifecycle, links = excluded.links, tags = excluded.tags, source = excluded.source
		where (products.name, products.kind, products.description, products.owner, products.lifecycle, products.links, products.tags, products.source)
			<> (excluded.name, excluded.kind, excluded.description, excluded.owner, excluded.lifecycle, excluded.links, excluded.tags, excluded.source)`,
		p.Ref, p.Name, p.Kind, p.Description, p.Owner, p.Lifecycle, asJSON(orEmpty(p.Links)), asJSON(orEmpty(p.Tags)), p.Source)
	return n > 0, err
}

// Product is the product with the ref.
func (tx *Tx) Product(ref plumbline.ProductRef) (plumbline.Product, error) {
	return need(tx, missing("There is no product %q.", ref), scanProduct, `select `+productColumns+` from products where ref = $1`, ref)
}

// Products are all products by ref.
func (tx *Tx) Products() ([]plumbline.Product, error) {
	return rememberAll(tx, "products", func() ([]plumbline.Product, error) {
		return list(tx, scanProduct, `select `+productColumns+` from products order by ref`)
	})
}

const accountColumns = `ref, name, arr_micros, arr_currency, seats, renewal, invented`

func scanAccount(r row) (a plumbline.Account, err error) {
	var name string
	var arr plumbline.Money
	var seats int64
	var renewal plumbline.Time
	err = r.Scan(&a.Ref, &name, &arr.Micros, &arr.Currency, &seats, &renewal, &a.Invented)
	a.Name, a.ARR, a.Seats, a.Renewal = plumbline.Hide(name), plumbline.Hide(arr), plumbline.Hide(seats), plumbline.Hide(renewal)
	return a, err
}

// PutAccount adds or replaces an account and says whether that changed anything.
func (tx *Tx) PutAccount(a plumbline.Account) (changed bool, err error) {
	arr := a.ARR.Keep()
	n, err := tx.exec(`
		insert into accounts (`+accountColumns+`) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (ref) do update set name = excluded.name, arr_micros = excluded.arr_micros, arr_currency = excluded.arr_currency,
			seats = excluded.seats, renewal = excluded.renewal, invented = excluded.invented
		where (accounts.name, accounts.arr_micros, accounts.arr_currency, accounts.seats, accounts.renewal, accounts.invented)
			<> (excluded.name, excluded.arr_micros, excluded.arr_currency, excluded.seats, excluded.renewal, excluded.invented)`,
		a.Ref, a.Name.Keep(), arr.Micros, arr.Currency, a.Seats.Keep(), a.Renewal.Keep(), a.Invented)
	return n > 0, err
}

// Account is the account with the ref.
func (tx *Tx) Account(ref plumbline.AccountRef) (plumbline.Account, error) {
	return need(tx, missing("There is no account %q.", ref), scanAccount, `select `+accountColumns+` from accounts where ref = $1`, ref)
}

// Accounts are all accounts by ref.
func (tx *Tx) Accounts() ([]plumbline.Account, error) {
	return list(tx, scanAccount, `select `+accountColumns+` from accounts order by ref`)
}

// AccountsByRef are the accounts with the refs.
func (tx *Tx) AccountsByRef(refs []plumbline.AccountRef) (map[plumbline.AccountRef]plumbline.Account, error) {
	found, err := byMany(tx, scanAccount, refs, func(in string) string { return `select ` + accountColumns + ` from accounts where ref in ` + in })
	return keyed(found, func(a plumbline.Account) plumbline.AccountRef { return a.Ref }, itself), err
}
