// Package accountcsv reads customers as systems for managing them export their accounts
// in CSV: one row for each account.
//
// It owns one noun. A [Row] is an account, or why its line is not taken.
//
// Laws: pure: bytes in, words out. A row is taken whole or not at all; what is not taken
// is told with its line and why. Names and amounts are plain here, for the room that
// hides them at once; no reason repeats them. What a customer earns itself
// (AnnualRevenue) and how many people it has (NumberOfEmployees) is not what it pays us
// and how many seats it has: such columns are left out. A day with slashes, or without
// its century, is refused, since nobody knows which number is the month.
package accountcsv

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/format/csvdoc"
)

// The fields of an account.
const (
	Ref      = "ref"
	Name     = "name"
	ARR      = "arr"
	Currency = "currency"
	Seats    = "seats"
	Renewal  = "renewal"
)

// names are the headers that are known, as [csvdoc.Plain] writes them.
var names = map[string]string{
	"ref": Ref, "id": Ref, "account id": Ref, "accountid": Ref, "account ref": Ref,
	"name": Name, "account name": Name, "account": Name, "customer": Name,
	"arr": ARR, "annual recurring revenue": ARR, "arr usd": ARR, "contract value per year": ARR,
	"currency": Currency, "currency iso code": Currency, "currencyisocode": Currency, "account currency": Currency,
	"seats": Seats, "licences": Seats, "licenses": Seats, "renewal": Renewal, "renewal date": Renewal, "renews on": Renewal, "contract end date": Renewal,
}

// MaxRows is how many rows of a file are read.
const MaxRows = 50_000

// Row is an account. Given says which fields the file has.
type Row struct {
	Line    int
	Ref     plumbline.AccountRef
	Name    string
	Revenue plumbline.Money // a year; no currency: not known
	Seats   int64
	Renewal plumbline.Time
	Skip    string
}

// Sheet is an opened file.
type Sheet struct {
	Given []string // the fields that it has
	table *csvdoc.Table
	at    map[string]int
}

// Open reads the header. The error is Invalid: it is no text, or has no column for the
// account's id or its name.
func Open(name string, data []byte) (*Sheet, error) {
	t, err := csvdoc.OpenTable(name, data)
	if err != nil {
		return nil, err
	}
	s := &Sheet{table: t}
	if s.at, err = t.Match(names, nil); err != nil {
		return nil, err
	}
	for _, f := range [...]string{Ref, Name, ARR, Currency, Seats, Renewal} {
		if _, ok := s.at[f]; ok {
			s.Given = append(s.Given, f)
		}
	}
	for _, need := range [...]string{Ref, Name} {
		if !s.Has(need) {
			return nil, plumbline.Errorf(plumbline.Invalid, "%s has no column %s. An account is known by its id, and has a name.", name, need)
		}
	}
	return s, nil
}

// Has says whether the file has a field.
func (s *Sheet) Has(field string) bool { return slices.Contains(s.Given, field) }

// Rows goes through the accounts. A line that names one a second time is not taken.
func (s *Sheet) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		first, n := map[plumbline.AccountRef]int{}, 0
		for r := range s.table.Rows() {
			row := Row{Line: r.Line, Skip: r.Bad}
			if n++; n > MaxRows {
				row.Skip = fmt.Sprintf("a file has at most %d rows; the rest is left out", MaxRows)
				yield(row)
				return
			}
			if row.Skip == "" {
				row.Skip = s.read(&row, r.Cells)
			}
			if line, again := first[row.Ref]; again && row.Skip == "" {
				row.Skip = fmt.Sprintf("the account is in line %d already", line)
			} else if row.Skip == "" {
				first[row.Ref] = r.Line
			}
			if !yield(row) {
				return
			}
		}
	}
}

// read fills an account from the cells of its row, and says what is wrong without
// repeating it.
func (s *Sheet) read(row *Row, cells []string) (skip string) {
	of := func(field string) string {
		if i, ok := s.at[field]; ok {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	row.Ref, row.Name = plumbline.AccountRef(strings.ToLower(of(Ref))), of(Name)
	switch {
	case !plumbline.ValidRef(string(row.Ref)):
		return "its id is none: 1 to 60 letters, digits, dots, dashes or underscores"
	case row.Name == "" || len([]rune(row.Name)) > 200 || strings.ContainsRune(row.Name, 0):
		return "its name has 1 to 200 characters"
	}
	var err error
	if amount := of(ARR); amount != "" {
		if row.Revenue, err = plumbline.ParseMoney(amount + " " + of(Currency)); err != nil {
			return "its yearly revenue is no amount with a three-letter currency: write 120000.50 and EUR"
		}
	}
	if text := of(Seats); text != "" {
		if row.Seats, err = strconv.ParseInt(text, 10, 64); err != nil || row.Seats < 0 {
			return "its seats are no whole number"
		}
	}
	if row.Renewal, err = plumbline.ParseTime(of(Renewal)); err != nil {
		return "its renewal is no day: write 2026-11-23"
	}
	return ""
}
