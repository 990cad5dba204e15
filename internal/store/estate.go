package store

import "plumbline"

// ProductFacts are what a product is to those who run it.
type ProductFacts struct {
	Product   plumbline.ProductRef
	Manager   string // the product manager's handle; "": nobody
	Tier      string
	DataClass string
}

func scanFacts(r row) (f ProductFacts, err error) {
	err = r.Scan(&f.Product, &f.Manager, &f.Tier, &f.DataClass)
	return f, err
}

// PutProductFacts adds or replaces the facts of a product.
func (tx *Tx) PutProductFacts(f ProductFacts) error {
	_, err := tx.exec(`
		insert into product_facts (product, manager, tier, data_class) values ($1, $2, $3, $4)
		on conflict (product) do update set manager = excluded.manager, tier = excluded.tier, data_class = excluded.data_class`,
		f.Product, f.Manager, f.Tier, f.DataClass)
	return err
}

// ProductFacts are the facts of the products by ref; of "" those of all.
func (tx *Tx) ProductFacts(p plumbline.ProductRef) ([]ProductFacts, error) {
	return list(tx, scanFacts, `select product, manager, tier, data_class from product_facts where $1 = '' or product = $1 order by product`, p)
}

// The kinds of user of a product.
const (
	UserTeam    = "team"
	UserAccount = "account"
)

// ProductUser is a team or a customer that uses a product.
type ProductUser struct {
	Product plumbline.ProductRef
	Kind    string // "team" or "account"
	Ref     string
}

func scanUser(r row) (u ProductUser, err error) {
	err = r.Scan(&u.Product, &u.Kind, &u.Ref)
	return u, err
}

// SetProductUsers replaces the users of one kind of a product.
func (tx *Tx) SetProductUsers(p plumbline.ProductRef, kind string, refs []string) error {
	if _, err := tx.exec(`delete from product_users where product = $1 and kind = $2`, p, kind); err != nil {
		return err
	}
	for _, ref := range refs {
		if _, err := tx.exec(`insert into product_users (product, kind, ref) values ($1, $2, $3) on conflict (product, kind, ref) do nothing`, p, kind, ref); err != nil {
			return err
		}
	}
	return nil
}

// ProductUsers are the users of a product; of "" those of all, by product.
func (tx *Tx) ProductUsers(p plumbline.ProductRef) ([]ProductUser, error) {
	return list(tx, scanUser, `select product, kind, ref from product_users where $1 = '' or product = $1 order by product, kind, ref`, p)
}

// SetLocators replaces what says where evidence about a product is, by the name
// of the annotation.
func (tx *Tx) SetLocators(p plumbline.ProductRef, values map[string]string) error {
	if _, err := tx.exec(`delete from locators where product = $1`, p); err != nil {
		return err
	}
	for name, v := range values {
		if _, err := tx.exec(`insert into locators (product, name, value) values ($1, $2, $3)`, p, name, v); err != nil {
			return err
		}
	}
	return nil
}

// Locators say where evidence about a product is, by the name of the annotation.
func (tx *Tx) Locators(p plumbline.ProductRef) (map[string]string, error) {
	found, err := list(tx, scanPair[string, string], `select name, value from locators where product = $1 order by name`, p)
	return keyed(found, keyOf, valueOf), err
}

// Located are the values of one annotation by product.
func (tx *Tx) Located(name string) (map[plumbline.ProductRef]string, error) {
	found, err := list(tx, scanPair[plumbline.ProductRef, string], `select product, value from locators where name = $1 order by product`, name)
	return keyed(found, keyOf, valueOf), err
}

// MaturityAnswer is how far somebody said that a product is in one aspect.
type MaturityAnswer struct {
	ID       string
	Product  plumbline.ProductRef
	Aspect   string
	Level    int64  // 1 to 4
	Edition  string // of the questions
	Evidence string
	By       plumbline.PersonID
	ByName   string
	At       plumbline.Time
	Invented bool // made up for the demo
}

func scanMaturity(r row) (a MaturityAnswer, err error) {
	err = r.Scan(&a.ID, &a.Product, &a.Aspect, &a.Level, &a.Edition, &a.Evidence, &a.By, &a.ByName, &a.At, &a.Invented)
	return a, err
}

const maturityColumns = `id, product, aspect, level, edition, evidence, person, person_name, at, invented`

// InsertMaturityAnswer adds an answer.
func (tx *Tx) InsertMaturityAnswer(a MaturityAnswer) error {
	_, err := tx.exec(`insert into maturity_answers (`+maturityColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Product, a.Aspect, a.Level, a.Edition, a.Evidence, a.By, a.ByName, a.At, a.Invented)
	return err
}

// MaturityNow are the newest answers of a product, one for each aspect.
func (tx *Tx) MaturityNow(p plumbline.ProductRef) ([]MaturityAnswer, error) {
	return list(tx, scanMaturity, `
		select `+maturityColumns+` from maturity_answers a where product = $1
			and not exists (select 1 from maturity_answers b where b.product = a.product and b.aspect = a.aspect and (b.at > a.at or b.at = a.at and b.id > a.id))
		order by aspect`, p)
}

// MaturityAnswers are some answers of a product, newest first: those before a
// moment and an id, or the newest when the moment is 0.
func (tx *Tx) MaturityAnswers(p plumbline.ProductRef, before plumbline.Time, id string, limit int) ([]MaturityAnswer, error) {
	return list(tx, scanMaturity, `
		select `+maturityColumns+` from maturity_answers
		where product = $1 and ($2 = 0 or at < $2 or at = $2 and id < $3) order by at desc, id desc limit $4`, p, before, id, limit)
}
