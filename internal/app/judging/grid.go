package judging

import (
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// Grid is items by the factors of a model: a page of the items that match, as
// lists are paged.
func (j *Judge) Grid(ctx context.Context, who plumbline.Actor, q GridQuery) (GridView, error) {
	if err := rights.Need(who, rights.ReadEstimates); err != nil {
		return GridView{}, err
	}
	asked, err := j.read.Asked(who, q.Filter)
	if err != nil {
		return GridView{}, err
	}
	var out GridView
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		out = GridView{}
		return j.fillGrid(tx, who, asked, q.Model, &out)
	})
	return out, err
}

func (j *Judge) fillGrid(tx *store.Tx, who plumbline.Actor, f plumbline.Filter, model string, out *GridView) error {
	p, err := j.order.Policy(tx)
	if err != nil {
		return err
	}
	m, err := p.Model(model)
	if err != nil {
		return err
	}
	out.Model, out.Models = Model(m), Models(p)
	out.Factors = out.Model.Factors
	rows, err := tx.List(who, f)
	if err != nil {
		return err
	}
	out.Next, out.Total = rows.Next, int64(rows.Total)
	items, err := withFields(tx, rows.Rows)
	if err != nil {
		return err
	}
	l, err := j.look(tx, who, p, items)
	if err != nil {
		return err
	}
	for _, it := range items {
		row := GridRow{Key: it.Key, Title: it.Title, State: it.State}
		for _, f := range m.Factors {
			row.Cells = append(row.Cells, cell(l.factor(it, f)))
		}
		out.Rows = append(out.Rows, row)
	}
	if slices.ContainsFunc(m.Factors, ofAll) {
		out.Reaches = l.reachesOf(items)
	}
	if err := j.openFor(tx, who, out); err != nil {
		return err
	}
	return j.places(tx, who, m, out.Rows)
}

// withFields are the items of rows with what their processes ask.
func withFields(tx *store.Tx, rows []plumbline.Row) ([]plumbline.Item, error) {
	items, ids := make([]plumbline.Item, len(rows)), make([]plumbline.ItemID, len(rows))
	for i, r := range rows {
		items[i], ids[i] = r.Item, r.ID
	}
	fields, err := tx.FieldsOf(ids)
	for i := range items {
		items[i].Fields = fields[items[i].ID]
	}
	return items, err
}

func cell(v FactorView) Cell {
	return Cell{
		Factor: v.Factor, Text: v.Text, Mine: v.Mine, Known: v.Known, Stale: v.Stale, People: v.People, Disagree: v.Disagree != "",
		Withheld: v.Withheld, Blind: v.Blind, Amounts: v.Amounts,
	}
}

// openFor adds the open rounds that ask the reader.
func (j *Judge) openFor(tx *store.Tx, who plumbline.Actor, out *GridView) error {
	all, err := tx.Rounds()
	if err != nil {
		return err
	}
	var open []plumbline.Round
	for _, r := range all {
		if r.Closed.IsZero() && asks(r, who) {
			open = append(open, r)
		}
	}
	out.Rounds, err = j.headRounds(tx, who, open)
	return err
}

// places adds where the rows stand.
func (j *Judge) places(tx *store.Tx, who plumbline.Actor, m rank.ModelInfo, rows []GridRow) error {
	w, release, err := j.order.World(tx)
	if err != nil {
		return err
	}
	defer release()
	t, err := j.order.Table(w, m.ID, 0)
	if err != nil {
		return err
	}
	for i := range rows {
		_, at, ok := w.Find(rows[i].Key)
		if !ok {
			continue
		}
		e := t.Entry(at)
		rows[i].Position = e.Position
		if e.Score != nil && ReadsScore(who, m) {
			rows[i].Score = order.NumberText(e.Score.Median)
		}
	}
	return nil
}

// ReadsScore says whether the reader may read the scores of a model: those that
// rest on amounts are for cleared people.
func ReadsScore(who plumbline.Actor, m rank.ModelInfo) bool {
	private := m.Asks
	for _, f := range m.Factors {
		private = private || f.Private
	}
	return mayRead(who, private)
}
