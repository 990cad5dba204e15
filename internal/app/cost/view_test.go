package cost_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/cost"
	"plumbline/internal/store/storetest"
)

// What a product costs is shown on the basis of its budget, by its parts, with the
// outlook of the month, and each day leads to the line that it stands on.
func TestWhatAProductCosts(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t), "ci", "docs")
	w.budget("cash", plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}, plumbline.Billed)
	var rows []charge
	for day := 1; day <= 31; day++ {
		rows = append(rows, charge{day: day, billed: "2", effective: "1.5", app: "ci"}, charge{day: day, billed: "1", app: "docs", service: "Storage"})
	}
	for day := 1; day <= 20; day++ {
		rows = append(rows, charge{day: day, billed: "2.5", effective: "1.5", app: "ci", month: "2026-11"})
	}
	rows = append(rows, charge{day: 6, billed: "10", effective: "0", app: "ci", category: "Purchase", frequency: "One-Time", month: "2026-11"}, charge{day: 7, billed: "0.25", month: "2026-11"})
	w.take(bill(rows...))
	v, err := w.ProductCost(t.Context(), works, "ci", cost.Query{})
	w.ok(err)
	if v.Month != "2026-11" || v.Basis != plumbline.Billed || v.Currency != "EUR" || v.Total.Billed != "60" || v.Total.Effective != "30" || len(v.Months) != 2 {
		t.Errorf("got %s %s %s, %+v", v.Month, v.Basis, v.Currency, v.Total)
	}
	// 18 days are complete; twelve more cost what their weekday does: of days before
	// 1 November 2, since then 2.5.
	if o := v.Outlook; o.Complete != 18 || len(o.Days) != 30 || o.Actual.Decimal() != "55" || o.Low.Cmp(o.Forecast) > 0 || o.High.Cmp(o.Forecast) < 0 {
		t.Errorf("the outlook is %d of %d days, %s, %s to %s to %s", o.Complete, len(o.Days), o.Actual.Decimal(), o.Low.Decimal(), o.Forecast.Decimal(), o.High.Decimal())
	}
	if v.Nobody.Billed != "0.25" || v.All.Billed != "60.25" || v.Through != "2026-11-18" || v.Latest == nil || len(v.Budgets) != 1 {
		t.Errorf("nobody's %s of %s, complete up to %s", v.Nobody.Billed, v.All.Billed, v.Through)
	}
	if v.Parts[0].Dim != "service" || v.Parts[0].Lines[0].Value != "Compute" || v.Parts[0].Lines[0].Share != "1" || v.Days[5].OneOff != "10" || v.Days[5].Usual != "2.5" || !v.Days[19].Partial || v.Days[17].Partial {
		t.Errorf("got %+v, %+v", v.Parts[0], v.Days[5])
	}
	other, err := w.ProductCost(t.Context(), works, "ci", cost.Query{Month: "2026-10", Basis: plumbline.Effective})
	w.ok(err)
	if other.Total.Effective != "46.5" || other.Outlook.Complete != 31 || other.Outlook.Forecast.Decimal() != "46.5" {
		t.Errorf("October is %+v", other.Total)
	}
	day, err := w.DayCost(t.Context(), works, "ci", "2026-11-06")
	w.ok(err)
	if len(day.Facts) != 2 || day.Facts[0].Line != 84 || day.Facts[0].Billed != "10" || day.Facts[0].File.Name != "bill.csv" || !strings.Contains(day.Facts[0].Rule, "tag") {
		t.Errorf("got %+v", day.Facts)
	}
	all, err := w.AllCosts(t.Context(), works, cost.Query{Basis: plumbline.Billed})
	w.ok(err)
	if all.Total.Billed != "60.25" || len(all.Lines) != 1 || all.Lines[0].Before.Billed != "62" || all.Covered.ByCost != "0.995851" || all.Covered.ByRows != "0.954545" {
		t.Errorf("got %+v, %+v", all.Lines, all.Covered)
	}
	for _, q := range []cost.Query{{Month: "November"}, {Basis: "cash"}} {
		if _, err := w.ProductCost(t.Context(), works, "ci", q); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%+v gives %v", q, err)
		}
	}
	if _, err := w.ProductCost(t.Context(), asks, "ci", cost.Query{}); plumbline.KindOf(err) != plumbline.Denied {
		t.Errorf("a requester reads amounts: %v", err)
	}
}

// A budget is planned within what it allows, and a driver says what one costs.
func TestPlansAndDrivers(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t), "ci")
	w.budget("cash", plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}, plumbline.Billed)
	w.take(bill(charge{day: 1, billed: "30", effective: "21", app: "ci"}))
	plan := []cost.PlanMonth{{Month: "2026-10", Amount: "40"}, {Month: "2026-11", Amount: "60"}}
	w.ok(w.PutCostPlan(t.Context(), pm, "cash", plan))
	w.ok(w.PutCostDriver(t.Context(), pm, "ci", cost.DriverInput{Driver: "builds", Month: "2026-10", Many: "14"}))
	w.ok(w.PutCostDriver(t.Context(), pm, "ci", cost.DriverInput{Driver: "builds", Month: "2026-09", Many: "7"}))
	v, err := w.ProductCost(t.Context(), works, "ci", cost.Query{})
	w.ok(err)
	if len(v.Budgets[0].Plan) != 2 || v.Budgets[0].Plan[1].Amount != "60" || len(v.Units) != 2 || v.Units[0].Cost != "1.5" || v.Units[1].Cost.Known() {
		t.Errorf("got %+v, %+v", v.Budgets[0].Plan, v.Units)
	}
	for what, err := range map[string]error{
		"more than the budget": w.PutCostPlan(t.Context(), pm, "cash", []cost.PlanMonth{{Month: "2026-10", Amount: "100.01"}}),
		"a month twice":        w.PutCostPlan(t.Context(), pm, "cash", []cost.PlanMonth{{Month: "2026-10", Amount: "1"}, {Month: "2026-10", Amount: "1"}}),
		"no month":             w.PutCostPlan(t.Context(), pm, "cash", []cost.PlanMonth{{Month: "soon", Amount: "1"}}),
		"none of it":           w.PutCostDriver(t.Context(), pm, "ci", cost.DriverInput{Driver: "builds", Month: "2026-10", Many: "0"}),
	} {
		if plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s gives %v", what, err)
		}
	}
	if err := w.PutCostPlan(t.Context(), works, "cash", plan); plumbline.KindOf(err) != plumbline.Denied {
		t.Errorf("a contributor plans: %v", err)
	}
}

// Evidence of bills that stop coming grows old, and says so.
func TestBillsThatStopAreStale(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t), "ci")
	w.budget("cash", plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: "ci"}, plumbline.Billed)
	var rows []charge
	for day := 1; day <= 20; day++ {
		rows = append(rows, charge{day: day, billed: "1", app: "ci", month: "2026-11"})
	}
	w.take(bill(rows...))
	w.now = w.now.Add(20 * 24 * time.Hour)
	for more, err := w.limits.JudgeDue(t.Context()); ; more, err = w.limits.JudgeDue(t.Context()) {
		w.ok(err)
		if !more {
			break
		}
	}
	v, err := w.limits.Constraint(t.Context(), pm, "cash")
	w.ok(err)
	if v.Standing.Status != plumbline.StatusStale && v.Standing.Status != plumbline.StatusUnknown {
		t.Errorf("after three weeks without a bill it is %s", v.Standing.Status)
	}
}
