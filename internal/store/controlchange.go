package store

import "plumbline"

// FieldChange is a field that was changed, with its texts.
type FieldChange struct {
	Field string `json:"field"`
	Was   string `json:"was,omitempty"`
	Is    string `json:"is,omitempty"`
}

// ControlChange is what was changed at once about a control of a product.
type ControlChange struct {
	ID        string
	Product   plumbline.ProductRef
	Framework plumbline.FrameworkRef
	Control   plumbline.ControlID
	At        plumbline.Time
	By        plumbline.PersonID
	ByName    string
	Ref       string // the file and the line that it comes from
	Changes   []FieldChange
}

// InsertControlChanges keeps what was changed.
func (tx *Tx) InsertControlChanges(all []ControlChange) error {
	rows := make([][]any, len(all))
	for i, c := range all {
		rows[i] = []any{c.ID, c.Product, c.Framework, c.Control, c.At, c.By, c.ByName, c.Ref, asJSON(orEmpty(c.Changes))}
	}
	return tx.insertRows(`insert into control_changes (id, product, framework, control, at, person, person_name, ref, changes)`, rows, ``)
}

// ControlChanges are the last changes of a control, the newest first.
func (tx *Tx) ControlChanges(product plumbline.ProductRef, ref plumbline.FrameworkRef, id plumbline.ControlID, limit int) ([]ControlChange, error) {
	return list(tx, func(r row) (c ControlChange, err error) {
		err = r.Scan(&c.ID, &c.Product, &c.Framework, &c.Control, &c.At, &c.By, &c.ByName, &c.Ref, fromJSON{&c.Changes})
		return c, err
	}, `select id, product, framework, control, at, person, person_name, ref, changes from control_changes
		where product = $1 and framework = $2 and control = $3 order by at desc, id desc `+atMost(limit), product, ref, id)
}

// RiskRow is a risk of a product's plan of action.
type RiskRow struct {
	Product plumbline.ProductRef
	plumbline.PlanRisk
}

// PutRisks adds or replaces risks.
func (tx *Tx) PutRisks(all []RiskRow) error {
	rows := make([][]any, len(all))
	for i, x := range all {
		rows[i] = []any{x.Product, x.ID, x.Status, x.Deadline, asJSON(x.PlanRisk)}
	}
	return tx.insertRows(`insert into risks (product, id, status, deadline, body)`, rows, `
		on conflict (product, id) do update set status = excluded.status, deadline = excluded.deadline, body = excluded.body`)
}

// Risks are the risks of a product, or of all when it is empty: those that are not
// closed first, then by deadline.
func (tx *Tx) Risks(product plumbline.ProductRef) ([]RiskRow, error) {
	return list(tx, func(r row) (x RiskRow, err error) {
		err = r.Scan(&x.Product, fromJSON{&x.PlanRisk})
		return x, err
	}, `select product, body from risks where $1 = '' or product = $1
		order by product, case when status = 'closed' then 1 else 0 end, case when deadline = 0 then 1 else 0 end, deadline, id`, product)
}
