package objectives

import (
	"context"
	"reflect"
	"strings"

	"plumbline"
	"plumbline/internal/format/openslo"
	"plumbline/internal/format/slodoc"
	"plumbline/internal/format/sloth"
	"plumbline/internal/format/yamldoc"
	"plumbline/internal/store"
)

// Definitions is a file of objectives.
type Definitions struct {
	Name, Hash string
	Kept       string // the id of the file as it is kept
	Product    string // that all of them are about, when the file does not say
	Days       int    // the window of Sloth's objectives; 0: 30
	DryRun     bool
	Body       []byte
}

// parse reads both forms: each document is of OpenSLO, of Sloth, or of neither.
func parse(body []byte, days int) (slodoc.Page, error) {
	var page slodoc.Page
	docs, err := yamldoc.Read(body)
	if err != nil {
		return page, err
	}
	if days == 0 {
		days = sloth.DefaultDays
	}
	var open []yamldoc.Document
	for _, d := range docs {
		switch {
		case d.Err == nil && openslo.Mine(d.Root):
			open = append(open, d)
		case d.Err != nil || sloth.Mine(d.Root):
			sloth.Read(&page, d, days)
		default:
			page.Skip(slodoc.Spot{Line: d.Line}, "it is neither a document of OpenSLO nor one of Sloth")
		}
	}
	openslo.Read(&page, open)
	if len(docs) == 0 {
		return page, plumbline.Errorf(plumbline.Invalid, "The file holds no document.")
	}
	return page, nil
}

// define takes a file of objectives in, in one transaction. What the file of the
// same name had and does not have any more is marked as missing, and kept.
func (r *Room) define(ctx context.Context, who plumbline.Actor, in Definitions) (count plumbline.ImportCount, rows []plumbline.RowReport, err error) {
	page, err := parse(in.Body, in.Days)
	if err != nil {
		return count, nil, err
	}
	work := func(tx *store.Tx) error {
		count, rows = plumbline.ImportCount{DryRun: in.DryRun}, nil
		d := definer{Room: r, tx: tx, who: who, in: in}
		if rows, err = d.all(page); err != nil {
			return err
		}
		for _, row := range rows {
			count.Add(row.Outcome)
		}
		return nil
	}
	return count, rows, r.db.Try(ctx, in.DryRun, work)
}

// definer takes one file in.
type definer struct {
	*Room
	tx       *store.Tx
	who      plumbline.Actor
	in       Definitions
	products catalog
}

func (d *definer) all(page slodoc.Page) (rows []plumbline.RowReport, err error) {
	if d.products, err = readCatalog(d.tx); err != nil {
		return nil, err
	}
	if !d.products.has(plumbline.ProductRef(d.in.Product)) && d.in.Product != "" {
		return nil, plumbline.FieldError("product", "There is no product or process %q.", clip(d.in.Product, 60))
	}
	ids := make([]string, len(page.SLOs))
	for i, s := range page.SLOs {
		ids[i] = s.ID
	}
	known, err := d.tx.SLOsByID(ids)
	if err != nil {
		return nil, err
	}
	changed := 0
	for _, s := range page.SLOs {
		row, err := d.one(known[s.ID], s, page.Notes[s.ID])
		if err != nil {
			return nil, err
		}
		if row.Outcome != plumbline.RowSame {
			changed++
		}
		rows = append(rows, row)
	}
	gone, err := d.gone(ids)
	if err != nil {
		return nil, err
	}
	if changed+len(gone) > 0 && !d.in.DryRun {
		err = d.note(d.tx, d.who, plumbline.Public, "objectives read", told{Text: clip(d.in.Name, 200), Detail: plural(changed, "objective")})
	}
	rows = append(append(rows, gone...), page.Rows...)
	for i := range rows {
		rows[i].File = d.in.Name
	}
	return rows, err
}

// one takes one objective in.
func (d *definer) one(was store.SLORow, s plumbline.SLO, notes []string) (plumbline.RowReport, error) {
	row := plumbline.RowReport{Line: s.Line, Ref: s.ID, Title: s.Title, Outcome: plumbline.RowNew}
	next := was
	if was.N > 0 && s.RuleID == "" {
		s.RuleID = was.RuleID
	}
	s.Period = was.Period
	next.SLO, next.File, next.Missing = s, d.in.Name, false
	if remark := d.products.tie(&next, d.in.Product); remark != "" {
		notes = append(notes, remark)
	}
	if _, problem := queries(s, d.step); problem != "" {
		next.Problem = problem
	} else if was.N > 0 && !reflect.DeepEqual(was.Indicator, s.Indicator) {
		next.Problem = ""
	}
	row.Reason = strings.Join(notes, "; ")
	if was.N > 0 {
		row.Outcome = plumbline.RowChanged
		if was.Hash != "" && sameDefinition(was, next) {
			row.Outcome = plumbline.RowSame
			if was.Hash == d.in.Hash {
				return row, nil
			}
		}
	}
	next.Hash, next.Kept, next.At = d.in.Hash, d.in.Kept, d.now()
	if d.in.DryRun {
		return row, nil
	}
	if was.N > 0 && !reflect.DeepEqual(was.Indicator, s.Indicator) {
		next.Burning = "" // another measure: its state is told anew
	}
	return row, d.rebind(d.tx, d.who, d.products, next)
}

// sameDefinition says whether nothing but the place in the file is different.
func sameDefinition(a, b store.SLORow) bool {
	a.Line, b.Line = 0, 0
	return reflect.DeepEqual(a.SLO, b.SLO) && a.Product == b.Product && a.File == b.File && a.Missing == b.Missing && a.Problem == b.Problem
}

// gone marks what a file of this name defined before and does not any more.
func (d *definer) gone(ids []string) (rows []plumbline.RowReport, err error) {
	there := map[string]bool{}
	for _, id := range ids {
		there[id] = true
	}
	before, err := d.tx.SLOsOfFile(d.in.Name)
	if err != nil {
		return nil, err
	}
	for _, s := range before {
		if there[s.ID] || s.Missing || d.in.Name == "" {
			continue
		}
		rows = append(rows, plumbline.RowReport{Ref: s.ID, Title: s.Title, Outcome: plumbline.RowChanged,
			Reason: "the file does not define it any more: it is kept, marked as missing, and not measured"})
		if s.Missing = true; d.in.DryRun {
			continue
		}
		if _, err := d.tx.PutSLO(s); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
