package csvdoc

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"plumbline"
)

// Table is an opened CSV file of anything else than items. Its cells are as
// [WriteRow] was given them: the apostrophe in front of a formula is taken off.
type Table struct {
	Heads []string // as written, without the blanks around them
	name  string
	sheet *Sheet
}

// TableRow is a row of a table: its cells, one for each head, or why it cannot
// be read.
type TableRow struct {
	Line  int
	Cells []string
	Bad   string
}

// OpenTable finds out how a file is written and reads its header. The error is
// Invalid: it has no header, or is no text.
func OpenTable(name string, data []byte) (*Table, error) {
	s, err := look(name, data)
	if err != nil {
		return nil, err
	}
	t := &Table{name: name, sheet: s}
	for _, c := range s.Columns {
		t.Heads = append(t.Heads, unescape(c.Header))
	}
	return t, nil
}

// Match says for each of the fields in which column it stands. names are the
// fields by the header, as [Plain] writes it; given are fields by the header as
// written, which go before. Of two columns that could be the same, the first one
// is. The error is Invalid: a given header is not there, or one field is given
// twice.
func (t *Table) Match(names, given map[string]string) (map[string]int, error) {
	at := map[string]int{}
	var bad plumbline.Problems
	for h := range given {
		if !slices.Contains(t.Heads, h) {
			bad.Add(h, "%s: there is no column %q; the columns are %s.", t.name, clip(h), clipAll(t.Heads))
		}
	}
	for i, h := range t.Heads {
		if field := given[h]; field != "" {
			if _, twice := at[field]; twice {
				bad.Add(h, "%s: two columns are given for %q.", t.name, field)
			}
			at[field] = i
		}
	}
	for i, h := range t.Heads {
		field := names[Plain(h)]
		_, said := given[h]
		_, taken := at[field]
		if field != "" && !said && !taken {
			at[field] = i
		}
	}
	return at, bad.Err()
}

// Rows goes through the rows. One that cannot be read is told, and those after
// it are read.
func (t *Table) Rows() iter.Seq[TableRow] {
	return func(yield func(TableRow) bool) {
		for r := range records(t.sheet.text, t.sheet.sep, t.sheet.line) {
			row := TableRow{Line: r.line, Cells: r.cells, Bad: r.bad}
			for n := len(row.Cells); n > len(t.Heads) && row.Cells[n-1] == ""; n-- {
				row.Cells = row.Cells[:n-1] // separators at the end of the line
			}
			if row.Bad == "" && len(row.Cells) != len(t.Heads) {
				row.Bad = fmt.Sprintf("it has %d cells, the header has %d", len(row.Cells), len(t.Heads))
			}
			if row.Bad != "" {
				row.Cells = nil
			}
			for i, c := range row.Cells {
				row.Cells[i] = strings.TrimSpace(unescape(c))
			}
			if !yield(row) {
				return
			}
		}
	}
}
