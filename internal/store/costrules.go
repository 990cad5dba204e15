package store

import "plumbline"

// CostRestated is a month that came to another sum after it was over.
type CostRestated struct {
	Product         plumbline.ProductRef
	Currency, Month string
	File            string // that changed it
	At              plumbline.Time
	Why             string
	Was, Is         Amounts
}

// InsertCostRestated keeps that a month was restated.
func (tx *Tx) InsertCostRestated(list []CostRestated) error {
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{r.Product, r.Currency, r.Month, r.File, r.At, r.Why, string(r.Was.Billed.Decimal()), string(r.Is.Billed.Decimal()), string(r.Was.Effective.Decimal()), string(r.Is.Effective.Decimal())}
	}
	return tx.insertRows(`insert into cost_restated (product, currency, month, file, at, why, billed_was, billed, effective_was, effective)`, rows, `on conflict (product, currency, month, file) do nothing`)
}

// CostRestatedOf is how the months of a product were restated, the latest first, at
// most n; of all products for "*".
func (tx *Tx) CostRestatedOf(product plumbline.ProductRef, n int) ([]CostRestated, error) {
	return list(tx, func(r row) (c CostRestated, err error) {
		var texts [4]plumbline.Decimal
		err = r.Scan(&c.Product, &c.Currency, &c.Month, &c.File, &c.At, &c.Why, &texts[0], &texts[1], &texts[2], &texts[3])
		for i, to := range [...]*plumbline.Sum{&c.Was.Billed, &c.Is.Billed, &c.Was.Effective, &c.Is.Effective} {
			*to, _ = texts[i].Sum() // written from one
		}
		return c, err
	}, `
		select product, currency, month, file, at, why, billed_was, billed, effective_was, effective
		from cost_restated where product = $1 or $1 = '*' order by at desc, month desc, product, currency limit $2`, product, n)
}

// CostRules is a version of the rules that say whose cost a charge is.
type CostRules struct {
	Version, Body string
	By            plumbline.PersonID
	ByName        string
	At            plumbline.Time
}

// InsertCostRules adds a version. One that there is already is a Conflict.
func (tx *Tx) InsertCostRules(r CostRules) error {
	_, err := tx.exec(`insert into cost_rules (version, body, person, person_name, at) values ($1, $2, $3, $4, $5)`, r.Version, r.Body, r.By, r.ByName, r.At)
	return err
}

// CostRulesKept are the versions, the latest first.
func (tx *Tx) CostRulesKept() ([]CostRules, error) {
	return rememberAll(tx, "cost rules", func() ([]CostRules, error) {
		return list(tx, func(r row) (c CostRules, err error) {
			err = r.Scan(&c.Version, &c.Body, &c.By, &c.ByName, &c.At)
			return c, err
		}, `select version, body, person, person_name, at from cost_rules order by at desc, version desc`)
	})
}

// CostPlan is what a budget allows for one month.
type CostPlan struct {
	Budget plumbline.ConstraintID
	Month  string
	Amount plumbline.Decimal
}

// PutCostPlan replaces the plan of a budget.
func (tx *Tx) PutCostPlan(budget plumbline.ConstraintID, plan []CostPlan) error {
	if _, err := tx.exec(`delete from cost_plans where budget = $1`, budget); err != nil {
		return err
	}
	rows := make([][]any, len(plan))
	for i, p := range plan {
		rows[i] = []any{budget, p.Month, string(p.Amount)}
	}
	return tx.insertRows(`insert into cost_plans (budget, month, amount)`, rows, "")
}

// CostPlans are the plans of budgets, by month.
func (tx *Tx) CostPlans(budgets []plumbline.ConstraintID) (map[plumbline.ConstraintID][]CostPlan, error) {
	found, err := byMany(tx, func(r row) (p CostPlan, err error) {
		err = r.Scan(&p.Budget, &p.Month, &p.Amount)
		return p, err
	}, budgets, func(in string) string {
		return `select budget, month, amount from cost_plans where budget in ` + in + ` order by budget, month`
	})
	return grouped(found, func(p CostPlan) plumbline.ConstraintID { return p.Budget }, itself), err
}

// CostDriver is how much of something a product did in a month.
type CostDriver struct {
	Product       plumbline.ProductRef
	Driver, Month string
	Many          plumbline.Decimal
	Source        string
	By            plumbline.PersonID
	At            plumbline.Time
}

// PutCostDriver adds or replaces a month of a driver.
func (tx *Tx) PutCostDriver(d CostDriver) error {
	_, err := tx.exec(`
		insert into cost_drivers (product, driver, month, many, source, person, at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (product, driver, month) do update set many = excluded.many, source = excluded.source, person = excluded.person, at = excluded.at`,
		d.Product, d.Driver, d.Month, string(d.Many), d.Source, d.By, d.At)
	return err
}

// CostDrivers are the drivers of a product, the latest months first.
func (tx *Tx) CostDrivers(product plumbline.ProductRef) ([]CostDriver, error) {
	return list(tx, func(r row) (d CostDriver, err error) {
		err = r.Scan(&d.Product, &d.Driver, &d.Month, &d.Many, &d.Source, &d.By, &d.At)
		return d, err
	}, `select product, driver, month, many, source, person, at from cost_drivers where product = $1 order by month desc, driver limit 500`, product)
}
