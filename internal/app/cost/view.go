package cost

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// How much a page shows at most.
const (
	linesShown    = 12 // of each breakdown
	restatedShown = 20
	monthsShown   = 120
	usualWeeks    = 16 // of days before the month, for what is usual
)

// Query says which month, currency and basis of cost are meant; what is empty is the
// latest month, its largest currency, and the basis of the budget.
type Query struct{ Month, Currency, Basis string }

// Money is an amount on both bases.
type Money struct {
	Billed    plumbline.Decimal `json:"billed"`
	Effective plumbline.Decimal `json:"effective"`
}

func moneyOf(a store.Amounts) Money { return Money{a.Billed.Decimal(), a.Effective.Decimal()} }

// On is the amount on a basis.
func (m Money) On(basis string) plumbline.Decimal {
	if basis == plumbline.Billed {
		return m.Billed
	}
	return m.Effective
}

// MonthView is what a month came to.
type MonthView struct {
	Month    string `json:"month"` // as 2026-11
	Currency string `json:"currency"`
	Rows     int64  `json:"rows"`
	Money
	Restated bool `json:"restated,omitempty"`
}

// LineView is one part of a month.
type LineView struct {
	Value string `json:"value"` // "": it has none
	Rows  int64  `json:"rows"`
	Money
	Share plumbline.Decimal `json:"share"` // of the month, on the basis of the page; not known when that is nothing
}

// BreakdownView is a month by one of its sides: "service", "account", "tag:app", …
type BreakdownView struct {
	Dim   string     `json:"dim"`
	Lines []LineView `json:"lines"` // the largest first
	More  bool       `json:"more,omitempty"`
}

// RestatedView is a month that came to another sum after it was over.
type RestatedView struct {
	Product  plumbline.ProductRef `json:"product"`
	Month    string               `json:"month"`
	Currency string               `json:"currency"`
	Was      Money                `json:"was"`
	Is       Money                `json:"is"`
	Why      string               `json:"why"`
	At       plumbline.Time       `json:"at"`
	File     FileView             `json:"file"`
}

// FileView is a bill that figures rest on.
type FileView struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Hash    string         `json:"hash"`
	At      plumbline.Time `json:"at"`
	Rows    int64          `json:"rows"`
	Skipped int64          `json:"skipped,omitempty"`
}

func fileView(f store.CostFile) FileView {
	return FileView{f.Source, f.Name, f.Hash, f.At, f.Rows, f.Skipped}
}

// PlanMonth is a month of the plan of a budget.
type PlanMonth struct {
	Month  string            `json:"month"`
	Amount plumbline.Decimal `json:"amount"`
}

// BudgetView is a budget of the product with how it stands.
type BudgetView struct {
	standing.ConstraintView
	Plan []PlanMonth `json:"plan,omitempty"`
}

// ProductCost is what one product costs.
type ProductCost struct {
	Product   plumbline.ProductRef `json:"product"`
	Name      string               `json:"name"`
	Month     string               `json:"month"` // "": nothing is known
	Currency  string               `json:"currency"`
	Basis     string               `json:"basis"` // of all amounts that have one
	Months    []MonthView          `json:"months"`
	Total     MonthView            `json:"total"`
	Parts     []BreakdownView      `json:"parts"`
	Days      []DayView            `json:"days"`
	Outlook   limit.Outlook        `json:"outlook"`
	Budgets   []BudgetView         `json:"budgets"`
	Restated  []RestatedView       `json:"restated"`
	Units     []UnitView           `json:"units"`
	Nobody    Money                `json:"unallocated"` // of the month and currency, of all products
	All       Money                `json:"all"`
	Through   string               `json:"complete_through,omitempty"` // the last day that all charges are known of
	Latest    *FileView            `json:"latest,omitempty"`
	Seq       int64                `json:"-"`
	MayManage bool                 `json:"-"`
}

// DayView is what a day came to on the basis of the page.
type DayView struct {
	Day     string            `json:"day"`
	Usual   plumbline.Decimal `json:"usual"` // with what is shared
	OneOff  plumbline.Decimal `json:"one_off"`
	Unused  plumbline.Decimal `json:"unused"`
	Partial bool              `json:"partial,omitempty"` // charges of it may still come
}

// UnitView is what one of a driver costs in a month.
type UnitView struct {
	Driver string            `json:"driver"` // "builds"
	Month  string            `json:"month"`
	Many   plumbline.Decimal `json:"many"`
	Cost   plumbline.Decimal `json:"cost"` // of one, effective; not known when there was no cost
	Source string            `json:"source,omitempty"`
}

// ProductCost is what a product costs: a month of it, by day and by its parts.
func (r *Room) ProductCost(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, q Query) (out ProductCost, err error) {
	if err := rights.Need(who, rights.ReadCosts); err != nil {
		return out, err
	}
	scope := plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: string(ref)}
	limits, err := r.standing.Constraints(ctx, who, standing.ConstraintQuery{Kind: plumbline.Cost, Scope: &scope})
	if err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		p, err := tx.Product(ref)
		if err != nil {
			return err
		}
		out = ProductCost{Product: ref, Name: p.Name, Months: []MonthView{}, Parts: []BreakdownView{}, Days: []DayView{}, Budgets: []BudgetView{}, Units: []UnitView{}, MayManage: rights.May(who, rights.ManageCatalog)}
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		if err := r.budgets(tx, &out, limits.Constraints); err != nil {
			return err
		}
		if err := r.months(tx, &out, q); err != nil {
			return err
		}
		return r.fill(tx, &out)
	})
	return out, err
}

// budgets are those of the product itself and those it is under.
func (r *Room) budgets(tx *store.Tx, out *ProductCost, limits []standing.ConstraintView) error {
	ids := make([]plumbline.ConstraintID, len(limits))
	for i, c := range limits {
		ids[i] = c.ID
	}
	plans, err := tx.CostPlans(ids)
	for _, c := range limits {
		b := BudgetView{ConstraintView: c}
		for _, p := range plans[c.ID] {
			b.Plan = append(b.Plan, PlanMonth{p.Month, p.Amount})
		}
		out.Budgets = append(out.Budgets, b)
	}
	return err
}

// months chooses what is shown.
func (r *Room) months(tx *store.Tx, out *ProductCost, q Query) error {
	if q.Month != "" {
		if _, _, err := monthDays(q.Month); err != nil {
			return err
		}
	}
	if q.Basis != "" && q.Basis != plumbline.Billed && q.Basis != plumbline.Effective {
		return plumbline.FieldError("basis", "The basis is billed or effective, not %q.", q.Basis)
	}
	out.Basis = q.Basis
	for _, b := range out.Budgets {
		if out.Basis == "" && b.Scope.Kind == plumbline.ScopeProduct && (q.Currency == "" || q.Currency == b.Currency) {
			out.Basis, q.Currency = b.Basis, b.Currency
		}
	}
	out.Basis = cmp.Or(out.Basis, plumbline.Effective)
	found, err := tx.CostMonthsFor(out.Product)
	if err != nil {
		return err
	}
	if out.Restated, err = r.restated(tx, out.Product); err != nil {
		return err
	}
	for _, p := range found {
		m := MonthView{Month: p.Month, Currency: p.Currency, Rows: p.Rows, Money: moneyOf(p.Amounts)}
		m.Restated = slices.ContainsFunc(out.Restated, func(r RestatedView) bool { return r.Month == m.Month && r.Currency == m.Currency })
		out.Months = append(out.Months, m)
		if out.Month == "" && (q.Month == "" || q.Month == m.Month) && (q.Currency == "" || q.Currency == m.Currency) {
			out.Month, out.Currency, out.Total = m.Month, m.Currency, m
		}
	}
	if out.Month == "" {
		out.Month, out.Currency = q.Month, q.Currency
	}
	return nil
}

// restated are the months of a product that were, the latest first.
func (r *Room) restated(tx *store.Tx, product plumbline.ProductRef) ([]RestatedView, error) {
	rows, err := tx.CostRestatedOf(product, restatedShown)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.File)
	}
	files, err := tx.CostFilesByID(ids)
	out := []RestatedView{}
	for _, row := range rows {
		out = append(out, RestatedView{Product: row.Product, Month: row.Month, Currency: row.Currency, Was: moneyOf(row.Was), Is: moneyOf(row.Is), Why: row.Why, At: row.At, File: fileView(files[row.File])})
	}
	return out, err
}

// fill puts the parts, the days and the outlook.
func (r *Room) fill(tx *store.Tx, out *ProductCost) error {
	files, err := tx.CostFiles(1)
	if err != nil {
		return err
	}
	if len(files) > 0 {
		f := fileView(files[0])
		out.Latest = &f
	}
	if err := r.units(tx, out); err != nil || out.Month == "" {
		return err
	}
	if out.Parts, err = r.parts(tx, out.Product, out.Currency, out.Month, out.Basis, out.Total.Money); err != nil {
		return err
	}
	if out.All, out.Nobody, err = totalsOf(tx, out.Month, out.Currency); err != nil {
		return err
	}
	return r.days(tx, out)
}

// totalsOf is what everybody cost in a month, and what of it is nobody's.
func totalsOf(tx *store.Tx, month, currency string) (all, nobody Money, err error) {
	list, err := tx.CostTotals([]string{month})
	var sum, free store.Amounts
	for _, p := range list {
		if p.Currency != currency {
			continue
		}
		if p.Product == "" {
			free = p.Amounts
		}
		sum, err = both(sum, p.Amounts, err)
	}
	return moneyOf(sum), moneyOf(free), err
}

// parts are the breakdowns of a month, those that say something.
func (r *Room) parts(tx *store.Tx, product plumbline.ProductRef, currency, month, basis string, total Money) ([]BreakdownView, error) {
	rows, err := tx.CostPartsOf(product, currency, month, linesShown+1)
	if err != nil {
		return nil, err
	}
	out := []BreakdownView{}
	for _, p := range rows {
		if p.Dim == store.CostTotal {
			continue
		}
		if n := len(out); n == 0 || out[n-1].Dim != p.Dim {
			out = append(out, BreakdownView{Dim: p.Dim})
		}
		b := &out[len(out)-1]
		if len(b.Lines) == linesShown {
			b.More = true
			continue
		}
		m := moneyOf(p.Amounts)
		b.Lines = append(b.Lines, LineView{Value: p.Value, Rows: p.Rows, Money: m, Share: shareOf(m.On(basis), total.On(basis))})
	}
	sorted.By(out, func(a, b BreakdownView) int { return cmp.Compare(sideOrder(a.Dim), sideOrder(b.Dim)) })
	return out, nil
}

// sideOrder is the order in which the sides of a month are shown: services first,
// then tags.
func sideOrder(dim string) int {
	if strings.HasPrefix(dim, store.CostTag) {
		return 1
	}
	return 2 * slices.Index([]string{store.CostService, store.CostShare, store.CostAccount, store.CostRegion, store.CostCategory, store.CostKind, store.CostUsual}, dim)
}

// shareOf is a part of a whole; not known when the whole is nothing.
func shareOf(part, whole plumbline.Decimal) plumbline.Decimal {
	p, w := part.Rat(), whole.Rat()
	if p == nil || w == nil || w.Sign() <= 0 {
		return ""
	}
	d, err := plumbline.ParseDecimal(p.Quo(p, w).FloatString(6))
	if err != nil {
		return "" // more digits than a share has
	}
	return d
}
