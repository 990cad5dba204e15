package controls

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plumbline"
	cac "plumbline/internal/format/complianceascode"
	"plumbline/internal/format/controlcsv"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// sent is a file that is being taken in.
type sent struct {
	name      string
	data      []byte
	product   plumbline.ProductRef
	framework plumbline.FrameworkRef
	catalog   plumbline.FrameworkRef // that a profile chooses from
	ref       func(line int) string  // as evidence refers to a line
}

// within runs fn in a transaction: one that only reads for a look.
func (r *Room) within(ctx context.Context, dry bool, fn func(tx *store.Tx) error) error {
	if dry {
		return r.db.Read(ctx, fn)
	}
	return r.db.Write(ctx, fn)
}

// takeCSV takes in our own CSV: a transaction for each product and framework in it.
func (r *Room) takeCSV(ctx context.Context, who plumbline.Actor, f sent, dry bool) (report, error) {
	sheet, err := controlcsv.Open(f.name, f.data, plumbline.ControlRecord{Product: f.product, Framework: f.framework}, nil)
	if err != nil {
		return report{}, err
	}
	says := given{}
	for _, name := range sheet.Given {
		says[name] = true
	}
	says[controlcsv.Need] = says[controlcsv.Need] || says[controlcsv.State]
	type place struct {
		product   plumbline.ProductRef
		framework plumbline.FrameworkRef
	}
	rows, order := map[place][]controlcsv.Row{}, []place{}
	var out report
	for row := range sheet.Rows() {
		if row.Skip != "" {
			out.add(row.Line, row.Ref, "", plumbline.RowSkipped, row.Skip)
			continue
		}
		at := place{row.Record.Product, row.Record.Framework}
		if _, ok := rows[at]; !ok {
			order = append(order, at)
		}
		rows[at] = append(rows[at], row)
	}
	for _, at := range order {
		var part report
		err := r.within(ctx, dry, func(tx *store.Tx) error {
			part = report{}
			b, err := r.begin(tx, who, at.product, at.framework)
			if plumbline.KindOf(err) == plumbline.NotFound {
				part.skipAll(rows[at], strings.TrimSuffix(plumbline.TextOf(err), "."))
				return nil
			}
			if err != nil {
				return err
			}
			for _, row := range rows[at] {
				b.takeRow(&part, row, says, f.ref(row.Line))
			}
			return b.close(tx)
		})
		if err != nil {
			return out, err
		}
		out.rows = append(out.rows, part.rows...)
		out.count = sum(out.count, part.count)
	}
	sorted.By(out.rows, func(a, b plumbline.RowReport) int { return cmp.Compare(a.Line, b.Line) })
	return out, nil
}

func (p *report) skipAll(rows []controlcsv.Row, why string) {
	for _, row := range rows {
		p.add(row.Line, row.Ref, "", plumbline.RowSkipped, why)
	}
}

func sum(a, b plumbline.ImportCount) plumbline.ImportCount {
	return plumbline.ImportCount{New: a.New + b.New, Changed: a.Changed + b.Changed, Same: a.Same + b.Same, Skipped: a.Skipped + b.Skipped}
}

// takeRow takes in a row. A file that has any column of exceptions says them whole.
func (b *batch) takeRow(out *report, row controlcsv.Row, says given, ref string) {
	mine := given{exceptionField: says[controlcsv.Reason] && row.Remark == ""}
	for name := range says {
		mine[name] = true
	}
	outcome, why := b.take(row.Record, mine, ref)
	if why == "" {
		why = row.Remark
	}
	out.add(row.Line, row.Ref, b.known[row.Record.Control].Title, outcome, why)
}

// takeControlFile takes in a file of ComplianceAsCode: its controls are a framework
// of their own unless another one is named.
func (r *Room) takeControlFile(ctx context.Context, who plumbline.Actor, f sent, dry bool) (out report, err error) {
	p, err := cac.Read(f.data)
	if err != nil {
		return report{}, err
	}
	ref := f.framework
	if ref == "" {
		ref = plumbline.FrameworkRef(strings.ToLower(p.ID))
	}
	if !plumbline.ValidRef(string(ref)) {
		return report{}, plumbline.FieldError("framework", "Say what the framework is called: the file's own id %q is no name for it.", clip(p.ID))
	}
	err = r.within(ctx, dry, func(tx *store.Tx) error {
		out = report{}
		b, err := r.begin(tx, who, f.product, ref)
		if err != nil {
			return err
		}
		b.own(p)
		for _, e := range p.Entries {
			if e.Skip != "" {
				out.add(e.Line, e.Ref, "", plumbline.RowSkipped, e.Skip)
				continue
			}
			in := plumbline.ControlRecord{Control: e.Control.ID, State: e.State, Need: e.Need, Note: e.Note}
			outcome, why := b.take(in, given{controlcsv.State: true, controlcsv.Need: true, controlcsv.Note: e.Note != ""}, f.ref(e.Line))
			out.add(e.Line, e.Ref, e.Control.Title, outcome, cmp.Or(why, e.Remark))
		}
		return b.close(tx)
	})
	return out, err
}

// fromControlFile begins the source of a framework that is a control file.
const fromControlFile = "ComplianceAsCode: "

// own has a framework that no catalog gave take the names of the file's controls.
func (b *batch) own(p *cac.Policy) {
	if b.framework.Source != fromRows && !strings.HasPrefix(b.framework.Source, fromControlFile) {
		return
	}
	b.fresh = true // write it, should anything else be written
	b.framework.Title, b.framework.Version, b.framework.Source, b.framework.Updated = cmp.Or(p.Title, string(b.framework.Ref)), p.Version, fromControlFile+p.Source, b.now
	for i, e := range p.Entries {
		if e.Skip != "" {
			continue
		}
		c := store.ControlRow{Control: e.Control, N: int64(i + 1), Maps: b.known[e.Control.ID].Maps}
		have, ok := b.known[c.ID]
		b.known[c.ID] = c
		if !ok || !sameControl(have, c) {
			b.controls = append(b.controls, c)
		}
	}
}

// sameControl says whether two rows say the same of a control, but for its texts.
func sameControl(a, b store.ControlRow) bool {
	a.Text, a.Guidance, b.Text, b.Guidance = "", "", "", ""
	return a.N == b.N && a.Gone == b.Gone && a.Control == b.Control && slices.Equal(a.Maps, b.Maps)
}
