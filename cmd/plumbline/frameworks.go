package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"plumbline"
	"plumbline/client"
)

// frameworks are the ways to score that have a table of their own, as people keep it
// in spreadsheets: a row for each item, a column for each factor.
var frameworks = [...]string{"rice", "rice-intercom", "customer", "cd3", "infrafin", "wsjf", "ice"}

// exportFramework writes what is thought of open items as a table: the range that all
// think together, or with own what the actor said. Amounts that the actor may not
// read are left empty.
func (s *shell) exportFramework(ctx context.Context, d *desk, f plumbline.Filter, model string, mine bool, out io.Writer) error {
	w := csv.NewWriter(out)
	f.Limit = plumbline.MaxPage
	for first := true; first || f.Cursor != ""; first = false {
		v, err := d.Grid(ctx, f, model)
		if err != nil {
			return err
		}
		if first {
			head := []string{"key", "title"}
			for _, c := range v.Factors {
				head = append(head, string(c.Factor))
			}
			if err := w.Write(append(head, "score", "place")); err != nil {
				return err
			}
		}
		for _, r := range v.Rows {
			if err := w.Write(frameworkRow(r, mine)); err != nil {
				return err
			}
		}
		f.Cursor = v.Next
	}
	w.Flush()
	return w.Error()
}

func frameworkRow(r client.GridRow, mine bool) []string {
	row := []string{string(r.Key), plainCell(r.Title)}
	for _, c := range r.Cells {
		text := c.Text
		if mine {
			text = c.Mine
		}
		if c.Withheld || text == "?" {
			text = ""
		}
		row = append(row, text)
	}
	place := ""
	if r.Position > 0 {
		place = fmt.Sprint(r.Position)
	}
	return append(row, r.Score, place)
}

// plainCell keeps a spreadsheet from taking a text for a formula.
func plainCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// maxAtOnce is how many cells the server takes at once.
const maxAtOnce = 500

// sheetRow is a row of a framework's table: its cells, and what became of it.
type sheetRow struct {
	importedRow
	cells []client.CellInput
}

// sheetImport says which framework's table is taken in; dry only looks.
type sheetImport struct {
	model string
	dry   bool
}

// importFramework takes in a framework's table as what the actor thinks. Columns are
// the factors' ids or names; an empty cell says nothing, and columns of other names
// are left out. What one says already stays as it is, so twice is the same.
func (s *shell) importFramework(ctx context.Context, d *desk, in sheetImport, files []plumbline.ImportFile) error {
	v, err := d.Grid(ctx, plumbline.Filter{Limit: 1}, in.model)
	if err != nil {
		return err
	}
	give := d.EstimateMany
	if in.dry {
		give = d.TryEstimates
	}
	rep := imported{DryRun: in.dry, Rows: []importedRow{}}
	for _, f := range files {
		rows, err := readSheet(f, v.Factors)
		if err != nil {
			return err
		}
		if err := giveSheet(ctx, give, rows); err != nil {
			return err
		}
		for _, r := range rows {
			rep.Rows = append(rep.Rows, r.importedRow)
			switch r.Outcome {
			case "new":
				rep.New++
			case "changed":
				rep.Changed++
			case "same":
				rep.Same++
			default:
				rep.Skipped++
			}
			if !s.flags.json {
				printRow(s.out, r.importedRow)
			}
		}
	}
	return s.show(rep, func(w io.Writer) { printCounts(w, rep) })
}

// readSheet reads a framework's table.
func readSheet(f plumbline.ImportFile, factors []client.FactorView) ([]*sheetRow, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	if first, _, _ := bytes.Cut(f.Data, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	}
	head, err := r.Read()
	if err != nil {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is no table with a row of heads.", f.Name)
	}
	columns, key := map[int]plumbline.Factor{}, -1
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		at := slices.IndexFunc(factors, func(v client.FactorView) bool {
			return h == string(v.Factor) || h == strings.ToLower(v.Name) || strings.ReplaceAll(h, " ", "_") == string(v.Factor)
		})
		switch {
		case h == "key":
			key = i
		case at >= 0:
			columns[i] = factors[at].Factor
		}
	}
	if key < 0 || len(columns) == 0 {
		var names []string
		for _, v := range factors {
			names = append(names, string(v.Factor))
		}
		return nil, plumbline.Errorf(plumbline.Invalid, "%s needs a column \"key\" and at least one of %s.", f.Name, strings.Join(names, ", "))
	}
	var out []*sheetRow
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, plumbline.Errorf(plumbline.Invalid, "%s is no CSV: %s.", f.Name, err)
		}
		line, _ := r.FieldPos(0)
		out = append(out, sheetRowOf(f.Name, line, cells, key, columns))
	}
}

func sheetRowOf(file string, line int, cells []string, key int, columns map[int]plumbline.Factor) *sheetRow {
	row := &sheetRow{importedRow: importedRow{File: file, Line: line, Outcome: "skipped"}}
	if key < len(cells) {
		row.Key = strings.TrimSpace(cells[key])
	}
	for i, text := range cells {
		if factor, ok := columns[i]; ok && strings.TrimSpace(text) != "" && row.Key != "" {
			row.cells = append(row.cells, client.CellInput{Key: plumbline.Key(row.Key), UnlessSame: true, EstimateInput: client.EstimateInput{Factor: factor, Text: strings.TrimSpace(text)}})
		}
	}
	switch {
	case row.Key == "":
		row.Reason = "it has no key"
	case len(row.cells) == 0:
		row.Reason = "it says nothing"
	}
	return row
}

// giveSheet gives the cells of rows, many at once, and writes down what became of
// each row.
func giveSheet(ctx context.Context, give func(context.Context, []client.CellInput) ([]client.CellResult, error), rows []*sheetRow) error {
	var cells []client.CellInput
	var of []*sheetRow
	flush := func() error {
		if len(cells) == 0 {
			return nil
		}
		results, err := give(ctx, cells)
		if err != nil {
			return err
		}
		for i, r := range results {
			of[i].became(r)
		}
		cells, of = nil, nil
		return nil
	}
	for _, row := range rows {
		if len(cells)+len(row.cells) > maxAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
		for _, c := range row.cells {
			cells, of = append(cells, c), append(of, row)
		}
	}
	return flush()
}

// became adds what became of one of its cells. A row is changed when one of its cells
// is; what is wrong with a cell is its reason, and the others are kept.
func (r *sheetRow) became(c client.CellResult) {
	now := "new"
	switch {
	case c.Error != "":
		if why := oneLine(c.Error); !strings.Contains(r.Reason, why) { // the item may be what is wrong, with all its cells
			r.Reason = strings.TrimSpace(fmt.Sprintf("%s %s: %s", r.Reason, c.Factor, why))
		}
		return
	case c.Same:
		now = "same"
	case c.Was != "":
		now = "changed"
	}
	rank := []string{"skipped", "same", "new", "changed"}
	if slices.Index(rank, now) > slices.Index(rank, r.Outcome) {
		r.Outcome = now
	}
}
