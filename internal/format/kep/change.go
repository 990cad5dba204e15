package kep

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"plumbline"
)

// MaxChanges is how many rows a table of changes may have.
const MaxChanges = 500_000

// FieldChange says that a commit changed one field of one proposal. Old and New
// are as written there; Old is empty when the field is new, New when it went.
type FieldChange struct {
	Path   string
	At     plumbline.Time // when it was committed
	Commit string         // abbreviated hash
	Field  string         // "status", "stage", "latest-milestone", "owning-sig", …
	Old    string
	New    string
	Line   int // in the table
}

// ReadChanges reads a table with the columns path, committed_at (RFC 3339),
// commit, field, old and new, in any order. It fails when a column is missing or
// the table is no CSV from its first line; a bad row is noted and left out.
// The order of the rows stays.
func ReadChanges(name string, data []byte) ([]FieldChange, []Note, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return nil, nil, plumbline.Errorf(plumbline.Invalid, "%s: this is not a table of changes: its first line names no columns.", name)
	}
	col := map[string]int{}
	for i, h := range head {
		col[strings.ToLower(strings.TrimSpace(h))] = i
	}
	columns := []string{"path", "committed_at", "commit", "field", "old", "new"}
	for _, want := range columns {
		if _, ok := col[want]; !ok {
			return nil, nil, plumbline.Errorf(plumbline.Invalid, "%s: the column %q is missing; it has to have %s.", name, want, strings.Join(columns, ", "))
		}
	}
	t := table{name: name, col: col, width: len(head)}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return slices.Clip(t.changes), t.notes, nil
		}
		var pe *csv.ParseError
		switch {
		case errors.As(err, &pe):
			t.leave(pe.Line, "this row is not CSV")
		case err != nil:
			return nil, nil, plumbline.Errorf(plumbline.Invalid, "%s: the table cannot be read.", name)
		case len(t.changes) == MaxChanges:
			return nil, nil, plumbline.Errorf(plumbline.Invalid, "%s: more than %d rows; split it.", name, MaxChanges)
		default:
			line, _ := r.FieldPos(0)
			t.row(row, line)
		}
	}
}

// table gathers the rows.
type table struct {
	name    string
	col     map[string]int
	width   int
	changes []FieldChange
	notes   []Note
}

func (t *table) leave(line int, reason string) {
	t.notes = append(t.notes, Note{File: t.name, Line: line, Field: "row", Reason: reason + "; left out"})
}

func (t *table) row(row []string, line int) {
	if len(row) != t.width {
		t.leave(line, "this row has another number of columns than the first")
		return
	}
	at, err := time.Parse(time.RFC3339, row[t.col["committed_at"]])
	if err != nil {
		t.leave(line, "committed_at is not a time such as 2026-07-14T19:27:18+00:00")
		return
	}
	c := FieldChange{
		Path: row[t.col["path"]], At: plumbline.At(at), Commit: row[t.col["commit"]], Field: row[t.col["field"]],
		Old: row[t.col["old"]], New: row[t.col["new"]], Line: line,
	}
	if c.Path == "" || c.Field == "" {
		t.leave(line, "path and field are needed")
		return
	}
	t.changes = append(t.changes, c)
}
