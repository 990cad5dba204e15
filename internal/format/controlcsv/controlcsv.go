// Package controlcsv reads and writes how the controls of products stand, as
// CSV: one row for each control of each product.
//
// It owns these nouns. A [Sheet] is an opened file: which fields it has, and its
// [Row]s. [Write] writes one that reads back the same.
//
// Laws: pure: bytes in, words out. A row is taken whole or not at all; what is
// not taken is told with its line and why. A day with slashes is refused, since
// nobody knows which number is the month. A cell that a spreadsheet would take
// for a formula is written so that it is none.
package controlcsv

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/format/csvdoc"
)

// The fields, as the header of our own export names them.
const (
	Product   = "product"
	Framework = "framework"
	Control   = "control"
	State     = "state"
	Need      = "need"
	Owner     = "owner"
	Cadence   = "cadence"
	Passed    = "passed"
	Evidence  = "evidence"
	Assessed  = "assessed"
	Opened    = "opened"
	Due       = "due"
	Note      = "note"
	Reason    = "exception reason"
	Requester = "exception requester"
	Approver  = "exception approver"
	From      = "exception from"
	Until     = "exception until"
	Maps      = "maps"
)

// fields are all of them, in the order of our own export.
var fields = [...]string{Product, Framework, Control, State, Need, Owner, Cadence, Passed, Evidence, Assessed, Opened, Due, Note, Reason, Requester, Approver, From, Until, Maps}

// names are the headers that are known, as [csvdoc.Plain] writes them, beside
// the fields themselves.
var names = map[string]string{
	"component": Product, "system": Product, "service": Product, "standard": Framework, "catalog": Framework, "catalogue": Framework,
	"control id": Control, "id": Control, "requirement": Control, "status": State, "implementation status": State, "implementation state": State, "responsible": Owner,
	"frequency": Cadence, "evidence cadence": Cadence, "last passing evidence": Passed, "last evidence": Passed, "evidence date": Passed, "evidence link": Evidence, "evidence url": Evidence,
	"assessed at": Assessed, "assessed on": Assessed, "gap opened": Opened, "due date": Due, "gap due": Due, "gap due date": Due, "deadline": Due, "notes": Note, "comment": Note, "remarks": Note,
	"exception": Reason, "exception approved by": Approver, "exception expires": Until, "mapping": Maps, "mappings": Maps,
}

// MaxRows is how many rows of a file are read.
const MaxRows = 200_000

// Sheet is an opened file.
type Sheet struct {
	Given []string // the fields that it has, in the order of our own export
	table *csvdoc.Table
	at    map[string]int
	usual plumbline.ControlRecord
}

// Row is a record, and the line where it begins. Skip says why it is not taken;
// Remark is what was left out of one that is.
type Row struct {
	Line   int
	Ref    string
	Skip   string
	Remark string
	Record plumbline.ControlRecord
}

// Open reads the header of a file. usual says the product and the framework of
// the rows that name none; given maps headers as written to fields. The error is
// Invalid: it is no text, has no column of controls, or nothing says which
// product or framework its rows are about.
func Open(name string, data []byte, usual plumbline.ControlRecord, given map[string]string) (*Sheet, error) {
	t, err := csvdoc.OpenTable(name, data)
	if err != nil {
		return nil, err
	}
	known := maps.Clone(names)
	for _, f := range fields {
		known[f] = f
	}
	at, err := t.Match(known, given)
	if err != nil {
		return nil, err
	}
	s := &Sheet{table: t, at: at, usual: usual}
	for _, f := range fields {
		if _, ok := at[f]; ok {
			s.Given = append(s.Given, f)
		}
	}
	for field, have := range map[string]string{Control: "", Product: string(usual.Product), Framework: string(usual.Framework)} {
		if !slices.Contains(s.Given, field) && have == "" {
			return nil, plumbline.FieldError(field, "%s: no column is the %s, and nothing else says which it is.", name, field)
		}
	}
	return s, nil
}

// Has says whether the file has a field.
func (s *Sheet) Has(field string) bool { return slices.Contains(s.Given, field) }

// Rows goes through the rows.
func (s *Sheet) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		n := 0
		for r := range s.table.Rows() {
			if n++; n > MaxRows {
				yield(Row{Line: r.Line, Skip: fmt.Sprintf("the file has more than %d rows; those from here on are left out", MaxRows)})
				return
			}
			row := Row{Line: r.Line, Skip: r.Bad}
			if row.Skip == "" {
				s.read(&row, r.Cells)
			}
			if !yield(row) {
				return
			}
		}
	}
}

// cells are the cells of a row by field, while they are read; bad is the first
// thing that is wrong.
type cells struct {
	of  func(field string) string
	bad string
}

func (c *cells) fail(field string, err error) {
	if err != nil && c.bad == "" {
		c.bad = field + ": " + strings.TrimSuffix(plumbline.TextOf(err), ".")
	}
}

func (c *cells) time(field string) plumbline.Time {
	t, err := plumbline.ParseTime(c.of(field))
	c.fail(field, err)
	return t
}

func (s *Sheet) read(row *Row, list []string) {
	c := &cells{of: func(field string) string {
		if i, ok := s.at[field]; ok {
			return list[i]
		}
		return ""
	}}
	row.Ref = clip(c.of(Control))
	r := s.usual
	if v := c.of(Product); v != "" {
		r.Product = plumbline.ProductRef(strings.ToLower(v))
	}
	if v := c.of(Framework); v != "" {
		r.Framework = plumbline.FrameworkRef(strings.ToLower(v))
	}
	var err error
	r.Control, err = plumbline.ParseControlID(c.of(Control))
	c.fail(Control, err)
	r.State, r.Need, err = plumbline.ParseControlState(c.of(State))
	c.fail(State, err)
	if v := c.of(Need); v != "" {
		r.Need = v
	}
	r.Owner, r.Evidence, r.Note = c.of(Owner), c.of(Evidence), c.of(Note)
	r.Cadence = strings.ToUpper(c.of(Cadence))
	_, err = plumbline.ParsePeriod(r.Cadence)
	c.fail(Cadence, err)
	r.Passed, r.Assessed, r.Opened, r.Due = c.time(Passed), c.time(Assessed), c.time(Opened), c.time(Due)
	for text := range strings.SplitSeq(c.of(Maps), ";") {
		if text = strings.TrimSpace(text); text != "" {
			m, err := plumbline.ParseControlMapping(text)
			c.fail(Maps, err)
			r.Maps = append(r.Maps, m)
		}
	}
	e := plumbline.ControlException{Reason: c.of(Reason), Requester: c.of(Requester), Approver: c.of(Approver), From: c.time(From), Until: c.time(Until)}
	if err := e.Validate(); err != nil {
		row.Remark = "its exception is left out: " + strings.TrimSuffix(plumbline.TextOf(err), ".")
		e = plumbline.ControlException{}
	}
	r.Exception = e
	if c.bad == "" {
		c.fail("row", r.Validate())
		c.bad = strings.TrimPrefix(c.bad, "row: ")
	}
	row.Record, row.Skip = r, c.bad
}

func clip(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Write writes records as CSV in UTF-8, with lines that end in CRLF.
func Write(w io.Writer, records iter.Seq2[plumbline.ControlRecord, error]) error {
	out := bufio.NewWriter(w)
	if err := csvdoc.WriteRow(out, fields[:]); err != nil {
		return err
	}
	for r, err := range records {
		if err != nil {
			return err
		}
		var maps []string
		for _, m := range r.Maps {
			maps = append(maps, m.String())
		}
		e := r.Exception
		err = csvdoc.WriteRow(out, []string{
			string(r.Product), string(r.Framework), string(r.Control), string(r.State), r.Need, r.Owner, r.Cadence, moment(r.Passed), r.Evidence, moment(r.Assessed), moment(r.Opened), moment(r.Due), r.Note,
			e.Reason, e.Requester, e.Approver, moment(e.From), moment(e.Until), strings.Join(maps, "; "),
		})
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

// moment is a time as a cell: a day when it is the start of one.
func moment(t plumbline.Time) string {
	switch std := t.Std().UTC(); {
	case t == 0:
		return ""
	case std.Equal(std.Truncate(24 * time.Hour)):
		return std.Format(time.DateOnly)
	default:
		return std.Format(time.RFC3339Nano)
	}
}
