// Package staffingcsv reads who is there in teams as CSV: one row for each team and
// period.
//
// It owns these nouns. A [Sheet] is an opened file; a [Row] is what one row says, or
// why it is not taken.
//
// Laws: pure: bytes in, words out. A row is taken whole or not at all; what is not
// taken is told with its line and its column. Numbers have a point, no comma: 1,5 would
// be one and a half to some and fifteen to others.
package staffingcsv

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/format/csvdoc"
)

// The columns. Weeks may be empty or left out, for the whole period; so may the source.
const (
	Team   = "team"
	Period = "period"
	People = "people"
	Weeks  = "weeks"
	Focus  = "focus"
	Source = "source"
)

// names are the headers that are known, as [csvdoc.Plain] writes them.
var names = map[string]string{
	Team: Team, Period: Period, People: People, Weeks: Weeks, Focus: Focus, Source: Source,
	"team ref": Team, "quarter": Period, "month": Period, "week": Period, "headcount": People, "fte": People, "ftes": People, "engineers": People,
	"working weeks": Weeks, "weeks worked": Weeks, "focus factor": Focus, "note": Source, "notes": Source, "comment": Source,
}

// Sheet is an opened file.
type Sheet struct {
	table *csvdoc.Table
	at    map[string]int
}

// Row is what one row says; Skip says why it is not taken.
type Row struct {
	Line     int
	Skip     string
	Staffing plumbline.Staffing
}

// Open reads the header of a file. The error is Invalid and names what is missing.
func Open(name string, data []byte) (*Sheet, error) {
	t, err := csvdoc.OpenTable(name, data)
	if err != nil {
		return nil, err
	}
	at, err := t.Match(names, nil)
	if err != nil {
		return nil, err
	}
	var bad plumbline.Problems
	for _, want := range [...]string{Team, Period, People, Focus} {
		if _, ok := at[want]; !ok {
			bad.Add(want, "%s: no column is the %s; there have to be team, period, people and focus, and there may be weeks and source.", name, want)
		}
	}
	return &Sheet{table: t, at: at}, bad.Err()
}

// Rows goes through the rows.
func (s *Sheet) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for r := range s.table.Rows() {
			row := Row{Line: r.Line, Skip: r.Bad}
			if r.Bad == "" {
				row.Staffing, row.Skip = s.read(r.Cells)
			}
			if !yield(row) {
				return
			}
		}
	}
}

// read reads a row; what is wrong names the column.
func (s *Sheet) read(cells []string) (out plumbline.Staffing, skip string) {
	cell := func(column string) string {
		if i, ok := s.at[column]; ok {
			return cells[i]
		}
		return ""
	}
	number := func(column string) (n float64) {
		text := cell(column)
		n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
		switch {
		case skip != "":
		case text == "":
			skip = "column " + column + ": it is empty"
		case err != nil:
			skip = "column " + column + ": " + strconv.Quote(text) + " is no number; write it as 4.5"
		case strings.HasSuffix(text, "%"):
			return n / 100
		}
		return n
	}
	out.Team, out.Source = plumbline.TeamRef(strings.ToLower(cell(Team))), cell(Source)
	period, err := plumbline.ParseCalendarPeriod(cell(Period))
	if err != nil {
		return out, "column " + Period + ": " + plumbline.TextOf(err)
	}
	out.Period, out.People, out.Focus = period, number(People), number(Focus)
	if out.Weeks = period.Weeks(); cell(Weeks) != "" {
		out.Weeks = number(Weeks)
	}
	if skip != "" {
		return out, skip
	}
	fields := plumbline.FieldsOf(out.Validate())
	for _, column := range slices.Sorted(maps.Keys(fields)) {
		return out, "column " + column + ": " + strings.TrimSuffix(fields[column], ".")
	}
	return out, ""
}
