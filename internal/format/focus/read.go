package focus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"plumbline"
)

// column is one that is read.
type column int

const (
	colProvider column = iota
	colIssuer
	colAccount
	colSubAccount
	colSubAccountName
	colService
	colGroup
	colRegion
	colResource
	colDescription
	colCategory
	colClass
	colFrequency
	colCommitment
	colStatus
	colInvoice
	colCurrency
	colTags
	colBillFrom
	colBillTo
	colFrom
	colTo
	colBilled
	colEffective
	colList
	colContracted
	columns
)

// columnNames are their names in small letters.
var columnNames = [columns]string{
	"providername", "invoiceissuername", "billingaccountid", "subaccountid", "subaccountname", "servicename", "servicecategory", "regionid",
	"resourceid", "chargedescription", "chargecategory", "chargeclass", "chargefrequency", "commitmentdiscountid", "commitmentdiscountstatus", "invoiceid", "billingcurrency", "tags",
	"billingperiodstart", "billingperiodend", "chargeperiodstart", "chargeperiodend", "billedcost", "effectivecost", "listcost", "contractedcost",
}

// needed are the columns without which a file says nothing about cost.
var needed = map[column]string{colBilled: "BilledCost", colEffective: "EffectiveCost", colCategory: "ChargeCategory", colFrom: "ChargePeriodStart", colCurrency: "BillingCurrency"}

// Reader takes charges from a file.
type Reader struct {
	name    string
	rows    *scanner
	heads   []string
	place   [columns]int // of each column in a row; -1: not there
	options Options
	memory  memory
	broken  int
}

// NewReader reads the header. The error is Invalid when the file is no bill.
func NewReader(name string, from io.Reader, o Options) (*Reader, error) {
	r := &Reader{name: name, rows: newScanner(from), options: o, memory: newMemory()}
	if _, err := r.rows.fill(); err != nil {
		return nil, err
	}
	head := r.rows.buf[r.rows.at:r.rows.end]
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, r.invalid(1, "the file is UTF-16; a bill is read as UTF-8")
	}
	r.rows.at += len(head) - len(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	cells, line, err := r.rows.next()
	var bad rowError
	switch {
	case err == io.EOF:
		return nil, r.invalid(1, "the file is empty: the first row must name the columns")
	case errors.As(err, &bad):
		return nil, r.invalid(line, "the header cannot be read: "+string(bad))
	case err != nil:
		return nil, err
	}
	return r, r.assign(cells, line)
}

func (r *Reader) invalid(line int, text string) error {
	return plumbline.Errorf(plumbline.Invalid, "%s:%d: %s.", r.name, line, text)
}

// assign finds the columns.
func (r *Reader) assign(cells [][]byte, line int) error {
	for i := range r.place {
		r.place[i] = -1
	}
	stray := false
	for i, c := range cells {
		head := strings.TrimSpace(string(c))
		r.heads = append(r.heads, head)
		stray = stray || strings.EqualFold(head, "ChargeType")
		for col, name := range columnNames {
			if !strings.EqualFold(name, head) {
				continue
			}
			if r.place[col] >= 0 {
				return r.invalid(line, "the column "+head+" is there twice")
			}
			r.place[col] = i
		}
	}
	var missing []string
	for col, name := range needed {
		if r.place[col] < 0 && (col != colCurrency || r.options.Currency == "") {
			missing = append(missing, name)
		}
	}
	r.rows.want = len(r.heads)
	if len(missing) == 0 {
		return nil
	}
	text := "a bill has the columns " + listed(missing) + ", and this file has not"
	if stray && r.place[colCategory] < 0 {
		text += "; ChargeType is no column of FOCUS, its name is ChargeCategory"
	}
	return r.invalid(line, text)
}

// Headers are the names of the columns as the file has them.
func (r *Reader) Headers() []string { return r.heads }

// Next is the next charge, or why a row is not taken; io.EOF comes at the end. Any
// other error ends the reading.
func (r *Reader) Next(c *Charge) (*Skipped, error) {
	cells, line, err := r.rows.next()
	var bad rowError
	if errors.As(err, &bad) {
		return r.skip(line, string(bad))
	}
	if err != nil {
		return nil, err
	}
	if len(cells) != len(r.heads) {
		return r.skip(line, fmt.Sprintf("it has %d cells, the header has %d", len(cells), len(r.heads)))
	}
	*c = Charge{Line: line}
	if err := r.take(c, cells); err != nil {
		return r.skip(line, strings.TrimSuffix(plumbline.TextOf(err), "."))
	}
	return nil, nil
}

func (r *Reader) skip(line int, reason string) (*Skipped, error) {
	if r.broken++; r.broken > maxBroken {
		return nil, r.invalid(line, fmt.Sprintf("more than %d rows cannot be read; the last one because %s", maxBroken, reason))
	}
	return &Skipped{line, reason}, nil
}

// cell is what a row has in a column; nil when it is nothing.
func (r *Reader) cell(cells [][]byte, col column) []byte {
	at := r.place[col]
	if at < 0 {
		return nil
	}
	c := bytes.TrimSpace(cells[at])
	if len(c) == 4 && (c[0] == 'N' || c[0] == 'n') && strings.EqualFold(string(c), "null") {
		return nil
	}
	return c
}

// take fills a charge.
func (r *Reader) take(c *Charge, cells [][]byte) error {
	for _, f := range [...]struct {
		col column
		to  *string
	}{
		{colProvider, &c.Provider}, {colIssuer, &c.Issuer}, {colAccount, &c.Account}, {colSubAccount, &c.SubAccount}, {colSubAccountName, &c.SubAccountName},
		{colService, &c.Service}, {colGroup, &c.Group}, {colRegion, &c.Region}, {colResource, &c.Resource}, {colDescription, &c.Description},
		{colFrequency, &c.Frequency}, {colCommitment, &c.Commitment}, {colInvoice, &c.Invoice},
	} {
		*f.to = r.memory.text(r.cell(cells, f.col))
	}
	if err := r.takeKind(c, cells); err != nil {
		return err
	}
	if err := r.takeTimes(c, cells); err != nil {
		return err
	}
	return r.takeAmounts(c, cells)
}

// categoryNames are the categories as they are written, by their small letters.
var categoryNames = map[string]string{"usage": Usage, "purchase": Purchase, "tax": Tax, "credit": Credit, "adjustment": Adjustment}

// takeKind says what sort of charge it is.
func (r *Reader) takeKind(c *Charge, cells [][]byte) (err error) {
	category := r.memory.text(r.cell(cells, colCategory))
	c.Category = category
	if category != Usage {
		ok := false
		if c.Category, ok = categoryNames[strings.ToLower(category)]; !ok {
			return plumbline.Errorf(plumbline.Invalid, "ChargeCategory: %q is none of Usage, Purchase, Tax, Credit and Adjustment", shorten(category))
		}
	}
	if class := r.cell(cells, colClass); len(class) > 0 {
		if c.Correction = strings.EqualFold(string(class), "correction"); !c.Correction {
			return plumbline.Errorf(plumbline.Invalid, "ChargeClass: %q is neither Correction nor nothing", shorten(string(class)))
		}
	}
	c.Unused = strings.EqualFold(string(r.cell(cells, colStatus)), "unused")
	c.Frequency = frequency(c.Frequency)
	c.Currency = r.memory.text(r.cell(cells, colCurrency))
	if c.Currency == "" {
		c.Currency = r.options.Currency
	}
	if !currency(c.Currency) {
		return plumbline.Errorf(plumbline.Invalid, "BillingCurrency: %q is no currency of three letters", shorten(c.Currency))
	}
	c.Tags, err = r.memory.tags(r.cell(cells, colTags))
	return err
}

// frequency settles on one way of writing it: bills have Usage-Based and
// Usage-based.
func frequency(text string) string {
	for _, have := range [...]string{"Usage-Based", "One-Time", "Recurring"} {
		if text == have || strings.EqualFold(text, have) {
			return have
		}
	}
	return text
}

func currency(text string) bool {
	if len(text) != 3 {
		return false
	}
	for _, c := range []byte(text) {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// takeTimes reads the billing period and the charge period.
func (r *Reader) takeTimes(c *Charge, cells [][]byte) error {
	for _, f := range [...]struct {
		col  column
		name string
		to   *plumbline.Time
	}{
		{colBillFrom, "BillingPeriodStart", &c.BillFrom}, {colBillTo, "BillingPeriodEnd", &c.BillTo}, {colFrom, "ChargePeriodStart", &c.From}, {colTo, "ChargePeriodEnd", &c.To},
	} {
		cell := r.cell(cells, f.col)
		at, ok := r.memory.time(cell)
		if !ok {
			return plumbline.Errorf(plumbline.Invalid, "%s: %q is not a time; bills write it as 2026-11-01T00:00:00Z", f.name, shorten(string(cell)))
		}
		*f.to = at
	}
	if c.From == 0 {
		return plumbline.Errorf(plumbline.Invalid, "ChargePeriodStart: it does not say from when")
	}
	if c.To != 0 && c.To < c.From || c.BillTo != 0 && c.BillTo < c.BillFrom {
		return plumbline.Errorf(plumbline.Invalid, "its period ends before it begins")
	}
	month := c.BillFrom
	if month == 0 {
		month = c.From
	}
	c.Period = r.memory.month(month)
	return nil
}

// takeAmounts reads the four costs. A bill must say what was billed and what is
// effective; the others may be empty.
func (r *Reader) takeAmounts(c *Charge, cells [][]byte) (err error) {
	for _, f := range [...]struct {
		col  column
		name string
		to   *plumbline.Sum
		has  *bool
	}{
		{colBilled, "BilledCost", &c.Billed, nil}, {colEffective, "EffectiveCost", &c.Effective, nil}, {colList, "ListCost", &c.List, new(bool)}, {colContracted, "ContractedCost", &c.Contracted, &c.HasContracted},
	} {
		cell := r.cell(cells, f.col)
		switch {
		case len(cell) > 0:
			if *f.to, err = plumbline.ParseSum(cell); err != nil {
				return plumbline.Errorf(plumbline.Invalid, "%s: %s", f.name, plumbline.TextOf(err))
			}
			if f.has != nil {
				*f.has = true
			}
		case f.has == nil:
			return plumbline.Errorf(plumbline.Invalid, "%s: there is no amount", f.name)
		}
	}
	return nil
}
