package cost

import (
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// PutCostPlan says how a budget is meant to be spent month by month, in place of
// what was planned. The months come to the budget, or stay below it.
func (r *Room) PutCostPlan(ctx context.Context, who plumbline.Actor, budget plumbline.ConstraintID, plan []PlanMonth) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Constraint(budget)
		if err != nil {
			return err
		}
		if row.Kind != plumbline.Cost {
			return plumbline.FieldError("budget", "%s is no budget: it is about %s.", budget, row.Kind)
		}
		rows, err := checkPlan(budget, row.Objective, plan)
		if err != nil {
			return err
		}
		if err := tx.PutCostPlan(budget, rows); err != nil {
			return err
		}
		return r.note(tx, who, "budget planned", map[string]any{"text": string(budget), "months": len(rows)})
	})
}

func checkPlan(budget plumbline.ConstraintID, most plumbline.Decimal, plan []PlanMonth) ([]store.CostPlan, error) {
	var bad plumbline.Problems
	var rows []store.CostPlan
	sum := plumbline.Sum{}
	for _, p := range plan {
		if _, _, err := monthDays(p.Month); err != nil {
			bad.Merge(err)
			continue
		}
		if slices.ContainsFunc(rows, func(r store.CostPlan) bool { return r.Month == p.Month }) {
			bad.Add("month", "%s is planned twice.", p.Month)
		}
		amount, ok := p.Amount.Sum()
		if !ok || amount.Compare(plumbline.Sum{}) < 0 {
			bad.Add("amount", "Say the amount of %s: a number that is not negative.", p.Month)
		}
		sum, _ = sum.Plus(amount)
		rows = append(rows, store.CostPlan{Budget: budget, Month: p.Month, Amount: p.Amount})
	}
	if limit, ok := most.Sum(); ok && sum.Compare(limit) > 0 {
		bad.Add("amount", "The months come to %s, which is more than the budget of %s.", sum, limit)
	}
	return rows, bad.Err()
}

// DriverInput says how much of something a product did in a month.
type DriverInput struct {
	Driver string            `json:"driver"` // what is counted: "builds", "clusters"
	Month  string            `json:"month"`  // as 2026-11
	Many   plumbline.Decimal `json:"many"`
	Source string            `json:"source,omitempty"` // where the number comes from
}

// PutCostDriver says how much a product did in a month, so that the page can say
// what one of it costs.
func (r *Room) PutCostDriver(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, in DriverInput) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	var bad plumbline.Problems
	in.Driver = strings.TrimSpace(in.Driver)
	if in.Driver == "" || len(in.Driver) > 60 {
		bad.Add("driver", "Say in at most 60 letters what is counted, for example builds.")
	}
	if _, _, err := monthDays(in.Month); err != nil {
		bad.Merge(err)
	}
	bad.Merge(in.Many.Validate("many"))
	if n := in.Many.Rat(); n == nil || n.Sign() <= 0 {
		bad.Add("many", "Say how many there were; more than none.")
	}
	if len(in.Source) > 200 {
		bad.Add("source", "Say in at most 200 letters where the number comes from.")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(ref); err != nil {
			return err
		}
		row := store.CostDriver{Product: ref, Driver: in.Driver, Month: in.Month, Many: in.Many, Source: in.Source, By: who.Person, At: r.now()}
		if err := tx.PutCostDriver(row); err != nil {
			return err
		}
		return r.note(tx, who, "cost driver put", map[string]any{"text": string(ref), "detail": in.Driver + " in " + in.Month})
	})
}

// units are what one of each driver costs: the effective cost of a month by how
// many there were.
func (r *Room) units(tx *store.Tx, out *ProductCost) error {
	drivers, err := tx.CostDrivers(out.Product)
	for _, d := range drivers {
		u := UnitView{Driver: d.Driver, Month: d.Month, Many: d.Many, Source: d.Source}
		for _, m := range out.Months {
			if m.Month == d.Month && (out.Currency == "" || m.Currency == out.Currency) {
				cost, many := m.Effective.Rat(), d.Many.Rat()
				if one, err := plumbline.ParseDecimal(cost.Quo(cost, many).FloatString(9)); err == nil {
					u.Cost = one
				}
			}
		}
		out.Units = append(out.Units, u)
	}
	return err
}
