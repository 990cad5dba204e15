package cost

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// ProductLine is what a product costs in a month.
type ProductLine struct {
	Product plumbline.ProductRef `json:"product"` // "": nobody's
	Name    string               `json:"name"`
	Rows    int64                `json:"rows"`
	Money
	Share  plumbline.Decimal `json:"share"`  // of all, on the basis of the page
	Before Money             `json:"before"` // in the month before
}

// AllCosts is what all products cost in a month.
type AllCosts struct {
	Month    string          `json:"month"` // "": nothing is known
	Currency string          `json:"currency"`
	Basis    string          `json:"basis"`
	Months   []MonthView     `json:"months"` // of all products together
	Total    Money           `json:"total"`
	Nobody   Money           `json:"unallocated"`
	Covered  CoveredView     `json:"covered"`
	Lines    []ProductLine   `json:"products"` // the largest first
	Parts    []BreakdownView `json:"unallocated_by"`
	Restated []RestatedView  `json:"restated"`
	Files    []FileView      `json:"files"`
	Through  string          `json:"complete_through,omitempty"`
	Rules    RulesView       `json:"rules"`
	Seq      int64           `json:"-"`
}

// CoveredView is how much of a month is somebody's: by cost and by rows, which are
// not the same.
type CoveredView struct {
	ByCost plumbline.Decimal `json:"by_cost"` // not known when what nobody claims is less than nothing
	ByRows plumbline.Decimal `json:"by_rows"`
}

// filesShown is how many bills are listed.
const filesShown = 10

// AllCosts is what all products cost in a month, with what nobody claims.
func (r *Room) AllCosts(ctx context.Context, who plumbline.Actor, q Query) (out AllCosts, err error) {
	if err := rights.Need(who, rights.ReadCosts); err != nil {
		return out, err
	}
	if q.Basis != "" && q.Basis != plumbline.Billed && q.Basis != plumbline.Effective {
		return out, plumbline.FieldError("basis", "The basis is billed or effective, not %q.", q.Basis)
	}
	rules, err := r.CostRules(ctx, who)
	if err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = AllCosts{Basis: cmp.Or(q.Basis, plumbline.Effective), Rules: rules, Months: []MonthView{}, Lines: []ProductLine{}, Parts: []BreakdownView{}, Files: []FileView{}}
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		if err := r.allMonths(tx, &out, q); err != nil {
			return err
		}
		files, err := tx.CostFiles(filesShown)
		for _, f := range files {
			out.Files = append(out.Files, fileView(f))
		}
		if err != nil {
			return err
		}
		if _, out.Through, err = r.throughDay(tx); err != nil {
			return err
		}
		if out.Restated, err = r.restated(tx, "*"); err != nil || out.Month == "" {
			return err
		}
		out.Parts, err = r.parts(tx, "", out.Currency, out.Month, out.Basis, out.Nobody)
		return err
	})
	return out, err
}

// allMonths chooses the month, and puts what each product costs in it.
func (r *Room) allMonths(tx *store.Tx, out *AllCosts, q Query) error {
	months, err := tx.CostMonthSums(monthsShown)
	if err != nil {
		return err
	}
	for _, p := range months {
		out.Months = append(out.Months, MonthView{Month: p.Month, Currency: p.Currency, Rows: p.Rows, Money: moneyOf(p.Amounts)})
		if out.Month == "" && (q.Month == "" || q.Month == p.Month) && (q.Currency == "" || q.Currency == p.Currency) {
			out.Month, out.Currency, out.Total = p.Month, p.Currency, moneyOf(p.Amounts)
		}
	}
	if out.Month == "" {
		return nil
	}
	from, _, err := monthDays(out.Month)
	if err != nil {
		return err
	}
	parts, err := tx.CostTotals([]string{out.Month, monthOf(from - 1)})
	if err != nil {
		return err
	}
	products, err := tx.Products()
	if err != nil {
		return err
	}
	out.lines(parts, products)
	return nil
}

func (out *AllCosts) lines(parts []store.CostPart, products []plumbline.Product) {
	names, before := map[plumbline.ProductRef]string{}, map[plumbline.ProductRef]Money{}
	for _, p := range products {
		names[p.Ref] = p.Name
	}
	rows, free := int64(0), int64(0)
	for _, p := range parts {
		switch {
		case p.Currency != out.Currency:
		case p.Month != out.Month:
			before[p.Product] = moneyOf(p.Amounts)
		default:
			m := moneyOf(p.Amounts)
			rows += p.Rows
			if p.Product == "" {
				out.Nobody, free = m, p.Rows
				continue
			}
			out.Lines = append(out.Lines, ProductLine{Product: p.Product, Name: cmp.Or(names[p.Product], string(p.Product)), Rows: p.Rows, Money: m, Share: shareOf(m.On(out.Basis), out.Total.On(out.Basis))})
		}
	}
	for i, l := range out.Lines {
		out.Lines[i].Before = before[l.Product]
	}
	sorted.By(out.Lines, func(a, b ProductLine) int {
		return b.On(out.Basis).Rat().Cmp(a.On(out.Basis).Rat())
	})
	byCost := restOf(shareOf(out.Nobody.On(out.Basis), out.Total.On(out.Basis)))
	if strings.HasPrefix(string(out.Nobody.On(out.Basis)), "-") {
		byCost = "" // credits that nobody claims make no share
	}
	out.Covered = CoveredView{ByCost: byCost, ByRows: restOf(shareOf(countOf(free), countOf(rows)))}
}

func countOf(n int64) plumbline.Decimal { return plumbline.Decimal(strconv.FormatInt(n, 10)) }

// restOf is what a share leaves of the whole.
func restOf(share plumbline.Decimal) plumbline.Decimal {
	s, ok := share.Sum()
	if !ok {
		return ""
	}
	one, _ := plumbline.SumOf(1_000_000, 0, 0)
	rest, _ := one.Plus(s.Negated())
	return rest.Decimal()
}
