package store

import (
	"encoding/json"

	"plumbline"
)

// RecordRow is how a control stands for a product, as it is kept. Ref is the file
// and the line that said it last, empty when a person did.
type RecordRow struct {
	plumbline.ControlRecord
	Ref     string
	Version int64
}

const recordColumns = `r.product, r.framework, r.control, r.state, r.need, r.owner, r.cadence, r.passed, r.evidence, r.assessed, r.opened, r.due, r.note, r.exception, r.ref, r.version`

// exceptionJSON is an exception as it is kept; none is the empty text.
type exceptionJSON struct{ to *plumbline.ControlException }

// Scan implements sql.Scanner.
func (e exceptionJSON) Scan(src any) error {
	text, _ := src.(string)
	if b, ok := src.([]byte); ok {
		text = string(b)
	}
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), e.to)
}

func (x *RecordRow) parts() []any {
	return []any{&x.Product, &x.Framework, &x.Control, &x.State, &x.Need, &x.Owner, &x.Cadence, &x.Passed, &x.Evidence, &x.Assessed, &x.Opened, &x.Due, &x.Note, exceptionJSON{&x.Exception}, &x.Ref, &x.Version}
}

func scanRecord(r row) (x RecordRow, err error) {
	err = r.Scan(x.parts()...)
	return x, err
}

// PutRecords adds or replaces how controls stand.
func (tx *Tx) PutRecords(all []RecordRow) error {
	rows := make([][]any, len(all))
	for i, x := range all {
		exception := ""
		if x.Exception != (plumbline.ControlException{}) {
			exception = asJSON(x.Exception)
		}
		rows[i] = []any{x.Product, x.Framework, x.Control, x.State, x.Need, x.Owner, x.Cadence, x.Passed, x.GoodUntil(), x.Evidence, x.Assessed, x.Opened, x.Due, x.Note, exception, x.Exception.Until, x.Ref, x.Version}
	}
	return tx.insertRows(`insert into control_records (product, framework, control, state, need, owner, cadence, passed, good, evidence, assessed, opened, due, note, exception, rests, ref, version)`, rows, `
		on conflict (product, framework, control) do update set state = excluded.state, need = excluded.need, owner = excluded.owner, cadence = excluded.cadence, passed = excluded.passed, good = excluded.good,
			evidence = excluded.evidence, assessed = excluded.assessed, opened = excluded.opened, due = excluded.due, note = excluded.note, exception = excluded.exception, rests = excluded.rests,
			ref = excluded.ref, version = excluded.version`)
}

// Records are what is known about the controls of a framework for a product, by
// control.
func (tx *Tx) Records(product plumbline.ProductRef, ref plumbline.FrameworkRef) (map[plumbline.ControlID]RecordRow, error) {
	all, err := list(tx, scanRecord, `select `+recordColumns+` from control_records r where r.product = $1 and r.framework = $2`, product, ref)
	return keyed(all, func(x RecordRow) plumbline.ControlID { return x.Control }, itself), err
}

// Record is what is known about one control for a product; the zero value when
// nobody has said anything.
func (tx *Tx) Record(product plumbline.ProductRef, ref plumbline.FrameworkRef, id plumbline.ControlID) (RecordRow, error) {
	x, _, err := first(tx, scanRecord, `select `+recordColumns+` from control_records r where r.product = $1 and r.framework = $2 and r.control = $3`, product, ref, id)
	return x, err
}
