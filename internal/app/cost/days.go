package cost

import (
	"context"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// days are those of the month, and the outlook from them and from what came before.
func (r *Room) days(tx *store.Tx, out *ProductCost) error {
	from, to, err := monthDays(out.Month)
	if err != nil {
		return err
	}
	through, day, err := r.throughDay(tx)
	if err != nil {
		return err
	}
	out.Through = day
	rows, err := tx.CostDaysOf([]plumbline.ProductRef{out.Product}, out.Currency, from-7*usualWeeks)
	if err != nil {
		return err
	}
	c := plumbline.Constraint{ID: "outlook", Kind: plumbline.Cost, Scope: plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: string(out.Product)}, Currency: out.Currency, Basis: out.Basis,
		Window: plumbline.Window{Calendar: plumbline.WindowMonth}}
	told := observe(c, rows, through, nil)
	for i := range told {
		told[i].ID = told[i].External
		if told[i].State == unused {
			told[i].State = "" // the page shows all of it, as what it costs whoever committed to it
		}
	}
	out.Outlook = limit.Look(limit.Case{Constraint: c, Evidence: limit.Order(told)}, startOf(from), min(r.now(), startOf(to)))
	out.Days = dayViews(rows, from, to, through, out.Basis)
	return nil
}

// dayViews are the days of a month that anything is known of.
func dayViews(rows []store.CostDay, from, to, through int64, basis string) []DayView {
	type sums struct{ usual, oneOff, unused plumbline.Sum }
	byDay := map[int64]*sums{}
	for _, d := range rows {
		if d.Day < from || d.Day >= to {
			continue
		}
		s := byDay[d.Day]
		if s == nil {
			s = &sums{}
			byDay[d.Day] = s
		}
		amount := d.Effective
		if basis == plumbline.Billed {
			amount = d.Billed
		}
		put := &s.usual
		switch d.Usual {
		case oneOff:
			put = &s.oneOff
		case unused:
			put = &s.unused
		}
		*put, _ = put.Plus(amount) // parts of a month whose sum is known
	}
	out := []DayView{}
	for day := from; day < to; day++ {
		if s := byDay[day]; s != nil {
			out = append(out, DayView{Day: isoDay(day), Usual: s.usual.Decimal(), OneOff: s.oneOff.Decimal(), Unused: s.unused.Decimal(), Partial: day > through})
		}
	}
	return out
}

// FactView is what alike charges of a day come to, and where the first of them
// stands.
type FactView struct {
	File     FileView `json:"file"`
	Line     int64    `json:"line"`
	Rows     int64    `json:"rows"`
	Service  string   `json:"service"`
	Kind     string   `json:"kind"`  // "Usage", "Purchase", …
	Usual    string   `json:"usual"` // "usual", "one-off" or "unused"
	Account  string   `json:"account,omitempty"`
	Region   string   `json:"region,omitempty"`
	Rule     string   `json:"rule,omitempty"` // by which it is the product's
	Currency string   `json:"currency"`
	Money
}

// DayCost is the charges of a product on a day.
type DayCost struct {
	Product plumbline.ProductRef `json:"product"` // "": nobody's
	Name    string               `json:"name"`
	Day     string               `json:"day"`
	Facts   []FactView           `json:"facts"`
	More    bool                 `json:"more,omitempty"`
}

// factsShown is how many facts of a day are shown.
const factsShown = 100

// DayCost is what a product was charged on a day, the largest first, each with the
// file and the line that it stands on. No product: what nobody claims.
func (r *Room) DayCost(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, day string) (out DayCost, err error) {
	if err := rights.Need(who, rights.ReadCosts); err != nil {
		return out, err
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil || at.Year() < 1970 {
		return out, plumbline.FieldError("day", "Write the day as 2026-11-23, not %q.", day)
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = DayCost{Product: ref, Day: day, Facts: []FactView{}}
		if ref != "" {
			p, err := tx.Product(ref)
			if err != nil {
				return err
			}
			out.Name = p.Name
		}
		number := dayOf(plumbline.At(at))
		rows, err := tx.CostFactsOn(ref, monthOf(number), number, factsShown+1)
		if err != nil {
			return err
		}
		if out.More = len(rows) > factsShown; out.More {
			rows = rows[:factsShown]
		}
		return r.facts(tx, &out, rows)
	})
	return out, err
}

func (r *Room) facts(tx *store.Tx, out *DayCost, rows []store.CostFactRow) error {
	seen := map[string]bool{}
	var ids []string
	for _, f := range rows {
		if !seen[f.File] {
			seen[f.File], ids = true, append(ids, f.File)
		}
	}
	files, err := tx.CostFilesByID(ids)
	if err != nil {
		return err
	}
	book, err := r.rules(tx)
	if err != nil {
		return err
	}
	for _, f := range rows {
		v := FactView{File: fileView(files[f.File]), Line: f.Line, Rows: f.Rows, Service: f.Service, Kind: f.Kind, Usual: f.Usual, Account: f.Account, Region: f.Region, Currency: f.Currency, Money: moneyOf(f.Amounts)}
		if f.Rule > 0 && f.Rule <= len(book.Rules) {
			v.Rule = book.Rules[f.Rule-1].Say()
		}
		out.Facts = append(out.Facts, v)
	}
	return nil
}
