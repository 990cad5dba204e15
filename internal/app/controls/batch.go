package controls

import (
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// fromRows is the source of a framework that was never read as a catalog: its
// controls are those that rows were about.
const fromRows = "the rows about its controls"

// report is what became of the rows of a file.
type report struct {
	rows  []plumbline.RowReport
	count plumbline.ImportCount
}

func (p *report) add(line int, ref, title string, outcome plumbline.RowOutcome, reason string) {
	p.rows = append(p.rows, plumbline.RowReport{Line: line, Ref: ref, Title: title, Outcome: outcome, Reason: reason})
	p.count.Add(outcome)
}

// batch is the controls of one framework for one product, while what a file or a
// person says about them is taken in.
type batch struct {
	room      *Room
	who       plumbline.Actor
	product   plumbline.Product
	framework plumbline.Framework
	fresh     bool // the framework is not known yet
	known     map[plumbline.ControlID]store.ControlRow
	have      map[plumbline.ControlID]store.RecordRow
	now       plumbline.Time

	seen     map[plumbline.ControlID]bool
	controls []store.ControlRow
	records  []store.RecordRow
	changes  []store.ControlChange
	added    int
}

// begin reads what is known. A framework that is not known yet begins with the rows.
func (r *Room) begin(tx *store.Tx, who plumbline.Actor, product plumbline.ProductRef, ref plumbline.FrameworkRef) (*batch, error) {
	p, err := tx.Product(product)
	if err != nil {
		return nil, err
	}
	b := &batch{room: r, who: who, product: p, now: r.now(), known: map[plumbline.ControlID]store.ControlRow{}, seen: map[plumbline.ControlID]bool{}}
	b.framework, err = tx.Framework(ref)
	if plumbline.KindOf(err) == plumbline.NotFound {
		b.framework, b.fresh, err = plumbline.Framework{Ref: ref, Title: string(ref), Source: fromRows, Updated: b.now}, true, nil
	}
	if err != nil {
		return nil, err
	}
	if !b.fresh {
		all, err := tx.Controls(ref)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			b.known[c.ID] = c
		}
	}
	b.have, err = tx.Records(product, ref)
	return b, err
}

// take takes in what is said about a control. ref is where it is said, empty for
// a person. The outcome is Skipped with a reason when it cannot be.
func (b *batch) take(in plumbline.ControlRecord, says given, ref string) (plumbline.RowOutcome, string) {
	in.Product, in.Framework = b.product.Ref, b.framework.Ref
	switch {
	case b.seen[in.Control]:
		return plumbline.RowSkipped, "the control is in the file twice; the first row counts"
	case !b.knows(in):
		return plumbline.RowSkipped, "the framework " + string(b.framework.Ref) + " has no control of this name"
	}
	b.seen[in.Control] = true
	have, known := b.have[in.Control]
	out, changes := over(have.ControlRecord, in, says, b.now)
	if err := out.Validate(); err != nil {
		return plumbline.RowSkipped, strings.TrimSuffix(plumbline.TextOf(err), ".")
	}
	mapped := b.mapped(in)
	if known && len(changes) == 0 {
		if mapped {
			return plumbline.RowChanged, ""
		}
		return plumbline.RowSame, ""
	}
	b.records = append(b.records, store.RecordRow{ControlRecord: out, Ref: ref, Version: have.Version + 1})
	b.changes = append(b.changes, store.ControlChange{
		ID: store.NewID(), Product: b.product.Ref, Framework: b.framework.Ref, Control: in.Control, At: b.now, By: b.who.Person, ByName: b.who.Name, Ref: ref, Changes: changes,
	})
	if !known {
		b.added++
		return plumbline.RowNew, ""
	}
	return plumbline.RowChanged, ""
}

// knows says whether the framework has the control; one that began with rows gets
// it.
func (b *batch) knows(in plumbline.ControlRecord) bool {
	if _, ok := b.known[in.Control]; ok {
		return true
	}
	if b.framework.Source != fromRows || len(b.known) >= plumbline.MaxControls {
		return false
	}
	c := store.ControlRow{N: int64(len(b.known) + 1), Control: plumbline.Control{ID: in.Control, Label: in.Control.Label(), Family: in.Control.Family()}}
	b.known[in.Control] = c
	b.controls = append(b.controls, c)
	return true
}

// mapped adds to the control what it is like, and says whether that is new.
func (b *batch) mapped(in plumbline.ControlRecord) bool {
	c, added := b.known[in.Control], false
	for _, m := range in.Maps {
		if !contains(c.Maps, m) {
			c.Maps, added = append(c.Maps, m), true
		}
	}
	if added {
		b.known[in.Control] = c
		b.controls = append(b.controls, c)
	}
	return added
}

func contains(list []plumbline.ControlMapping, m plumbline.ControlMapping) bool {
	for _, have := range list {
		if have == m {
			return true
		}
	}
	return false
}

// close writes what was taken in, holds the product to the framework, and has its
// constraints judged again. Nothing is written in a transaction that only reads.
func (b *batch) close(tx *store.Tx) error {
	if !tx.Writes() || len(b.records)+len(b.controls) == 0 {
		return nil
	}
	if b.fresh {
		if _, err := tx.PutFramework(b.framework); err != nil {
			return err
		}
	}
	if err := tx.PutControls(b.framework.Ref, lastOf(b.controls)); err != nil {
		return err
	}
	if err := tx.PutRecords(b.records); err != nil {
		return err
	}
	if err := tx.InsertControlChanges(b.changes); err != nil {
		return err
	}
	if _, err := tx.Hold(store.HeldTo{Product: b.product.Ref, Framework: b.framework.Ref, Since: b.now, By: b.who.Person, ByName: b.who.Name}); err != nil {
		return err
	}
	if err := b.room.note(tx, b.who, "controls changed", b.says()); err != nil {
		return err
	}
	return b.room.refresh(tx, b.who, b.product)
}

// says is what the event says: of one control, how it moved; of many, how many.
func (b *batch) says() told {
	d := told{Product: b.product.Ref, Framework: b.framework.Ref, Text: b.framework.Title, New: b.added, Altered: len(b.records) - b.added}
	if len(b.records) == 1 {
		x := b.records[0]
		d.Control, d.From, d.To, d.Changed = x.Control, b.have[x.Control].State, x.State, names(b.changes[0].Changes)
	}
	return d
}

// lastOf keeps of controls that were changed twice what came last.
func lastOf(all []store.ControlRow) []store.ControlRow {
	at := map[plumbline.ControlID]int{}
	var out []store.ControlRow
	for _, c := range all {
		if i, twice := at[c.ID]; twice {
			out[i] = c
			continue
		}
		at[c.ID] = len(out)
		out = append(out, c)
	}
	return out
}
