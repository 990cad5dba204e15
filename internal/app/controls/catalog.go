package controls

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/controlcsv"
	"plumbline/internal/format/oscal"
	"plumbline/internal/store"
)

// takeOSCAL takes in a catalog, a profile, a plan of action, a security plan or
// assessment results: the file says which it is.
func (r *Room) takeOSCAL(ctx context.Context, who plumbline.Actor, f sent, dry bool) (out report, err error) {
	doc, err := oscal.Read(f.data)
	if err != nil {
		return report{}, err
	}
	if err := wants(doc, f); err != nil {
		return report{}, err
	}
	err = r.within(ctx, dry, func(tx *store.Tx) (err error) {
		out = report{}
		switch {
		case doc.Catalog != nil:
			err = r.takeCatalog(tx, who, f, doc, &out)
		case doc.Profile != nil:
			err = r.takeProfile(tx, who, f, doc, &out)
		case doc.Plan != nil:
			err = r.takePlan(tx, who, f, doc, &out)
		case doc.Assessment != nil:
			err = r.takeAssessment(tx, who, f, doc, &out)
		default:
			err = r.takeSystem(tx, who, f, doc, &out)
		}
		return err
	})
	return out, err
}

// wants asks for what the document does not say itself.
func wants(doc *oscal.File, f sent) error {
	var bad plumbline.Problems
	if doc.Plan == nil && !plumbline.ValidRef(string(f.framework)) {
		bad.Add("framework", "Say what the framework is called here, for example nist-800-53-low: 1 to 60 lower-case letters, digits, dots, dashes or underscores.")
	}
	if (doc.Plan != nil || doc.System != nil || doc.Assessment != nil) && f.product == "" {
		bad.Add("product", "Say which product it is about.")
	}
	return bad.Err()
}

// takeCatalog takes in a catalog as a framework.
func (r *Room) takeCatalog(tx *store.Tx, who plumbline.Actor, f sent, doc *oscal.File, out *report) error {
	var rows []store.ControlRow
	lines := map[plumbline.ControlID]int{}
	for i, c := range doc.Catalog.Controls {
		rows = append(rows, store.ControlRow{Control: c.Control, N: int64(i + 1)})
		lines[c.ID] = c.Line
	}
	fw := plumbline.Framework{Ref: f.framework, Title: doc.Title, Version: doc.Version, Source: "OSCAL catalog", Families: doc.Catalog.Families}
	remarks := unused(doc.Remarks, func(string) bool { return false })
	return r.putFramework(tx, who, f, fw, rows, lines, remarks, out)
}

// takeProfile takes in what a profile chooses as a framework: the controls of the
// catalog that was named beside it, or their names alone.
func (r *Room) takeProfile(tx *store.Tx, who plumbline.Actor, f sent, doc *oscal.File, out *report) error {
	from := map[plumbline.ControlID]store.ControlRow{}
	var order []store.ControlRow
	var families []plumbline.ControlFamily
	if f.catalog != "" {
		base, err := tx.Framework(f.catalog)
		if err != nil {
			return err
		}
		if order, err = tx.Controls(f.catalog); err != nil {
			return err
		}
		texts, err := tx.ControlTexts(f.catalog)
		if err != nil {
			return err
		}
		for i, c := range order {
			order[i].Text, order[i].Guidance = texts[c.ID].Text, texts[c.ID].Guidance
			from[c.ID] = order[i]
		}
		families = base.Families
	}
	var rows []store.ControlRow
	lines := map[plumbline.ControlID]int{}
	for _, imp := range doc.Profile.Imports {
		if imp.All && f.catalog == "" {
			return plumbline.FieldError("catalog", "The profile takes all controls of a catalog: import that first, and say what it is called here.")
		}
		for _, id := range chosen(imp, order) {
			c, ok := from[id]
			if f.catalog != "" && !ok {
				out.add(imp.Lines[id], string(id), "", plumbline.RowSkipped, "the catalog "+string(f.catalog)+" has no control of this name")
				continue
			}
			if !ok {
				c = store.ControlRow{Control: plumbline.Control{ID: id, Label: id.Label(), Family: id.Family()}}
			}
			if _, twice := lines[id]; !twice {
				c.N, c.Gone = int64(len(rows)+1), false
				rows, lines[id] = append(rows, c), imp.Lines[id]
			}
		}
	}
	fw := plumbline.Framework{Ref: f.framework, Title: doc.Title, Version: doc.Version, Source: strings.TrimSuffix("OSCAL profile of "+string(f.catalog), " of "), Families: families}
	return r.putFramework(tx, who, f, fw, rows, lines, doc.Remarks, out)
}

// chosen are the controls that an import takes of a catalog, in order.
func chosen(imp oscal.Import, catalog []store.ControlRow) []plumbline.ControlID {
	var out []plumbline.ControlID
	if !imp.All && !imp.Children {
		out = imp.With
	} else {
		for _, c := range catalog {
			if imp.All || slices.Contains(imp.With, c.ID) || slices.Contains(imp.With, c.Parent) {
				out = append(out, c.ID)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(out), func(id plumbline.ControlID) bool { return slices.Contains(imp.Without, id) })
}

// putFramework writes a framework with its controls. Those that it does not have any
// more are kept, and are in no count.
func (r *Room) putFramework(tx *store.Tx, who plumbline.Actor, f sent, fw plumbline.Framework, rows []store.ControlRow, lines map[plumbline.ControlID]int, remarks []oscal.Remark, out *report) error {
	fw.Title, fw.Updated = cmp.Or(fw.Title, string(fw.Ref)), r.now()
	if err := fw.Validate(); err != nil {
		return err
	}
	have, err := tx.Controls(fw.Ref)
	if err != nil {
		return err
	}
	texts, err := tx.ControlTexts(fw.Ref)
	if err != nil {
		return err
	}
	known := map[plumbline.ControlID]store.ControlRow{}
	for _, c := range have {
		c.Text, c.Guidance = texts[c.ID].Text, texts[c.ID].Guidance
		known[c.ID] = c
	}
	var put []store.ControlRow
	for _, c := range rows {
		was, ok := known[c.ID]
		outcome := plumbline.RowNew
		if ok {
			c.Maps, outcome = was.Maps, plumbline.RowChanged
			if sameControl(was, c) && was.Text == c.Text && was.Guidance == c.Guidance {
				outcome = plumbline.RowSame
			}
		}
		if outcome != plumbline.RowSame {
			put = append(put, c)
		}
		delete(known, c.ID)
		out.add(lines[c.ID], c.Label, c.Title, outcome, "")
	}
	for _, c := range have {
		if _, left := known[c.ID]; left && !c.Gone {
			c.Gone = true
			put = append(put, c)
			out.add(0, c.Label, c.Title, plumbline.RowChanged, "this edition does not have it any more; it is kept, and in no count")
		}
	}
	for _, m := range remarks {
		out.add(m.Line, m.Ref, "", plumbline.RowSkipped, m.Text)
	}
	if !tx.Writes() {
		return nil
	}
	return r.writeFramework(tx, who, f, fw, put)
}

func (r *Room) writeFramework(tx *store.Tx, who plumbline.Actor, f sent, fw plumbline.Framework, put []store.ControlRow) error {
	changed, err := tx.PutFramework(fw)
	if err != nil {
		return err
	}
	if err := tx.PutControls(fw.Ref, put); err != nil {
		return err
	}
	if changed || len(put) > 0 {
		if err := r.note(tx, who, "framework changed", told{Framework: fw.Ref, Text: fw.Title, Altered: len(put)}); err != nil {
			return err
		}
	}
	if f.product != "" {
		if err := r.hold(tx, who, f.product, fw); err != nil {
			return err
		}
	}
	if len(put) == 0 {
		return nil
	}
	held, err := tx.HolderProducts(fw.Ref)
	for _, p := range held {
		if err := r.refresh(tx, who, p); err != nil {
			return err
		}
	}
	return err
}

// takeSystem takes in how a system security plan says that controls are implemented.
func (r *Room) takeSystem(tx *store.Tx, who plumbline.Actor, f sent, doc *oscal.File, out *report) error {
	b, err := r.begin(tx, who, f.product, f.framework)
	if err != nil {
		return err
	}
	for _, x := range doc.System.Records {
		outcome, why := b.take(x.ControlRecord, given{controlcsv.State: true, controlcsv.Need: true}, f.ref(x.Line))
		out.add(x.Line, x.Control.Label(), b.known[x.Control].Title, outcome, why)
	}
	for _, m := range doc.Remarks {
		out.add(m.Line, m.Ref, "", plumbline.RowSkipped, m.Text)
	}
	return b.close(tx)
}

// unused are the remarks about what has no row of its own.
func unused(all []oscal.Remark, used func(ref string) bool) (out []oscal.Remark) {
	for _, m := range all {
		if !used(m.Ref) {
			out = append(out, m)
		}
	}
	return out
}
