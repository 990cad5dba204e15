package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app/cost"
)

// CostQuery says which month, currency and basis of cost are meant.
type CostQuery struct {
	Month    string `query:"month" doc:"As 2026-11; the latest that is known when not said."`
	Currency string `query:"currency" doc:"Three letters; the month's first when not said."`
	Basis    string `query:"basis" enum:"billed,effective" doc:"billed: cash, as invoiced. effective: prepayments spread over what they pay for. When not said, that of the product's budget."`
}

func (q CostQuery) query() cost.Query {
	return cost.Query{Month: q.Month, Currency: q.Currency, Basis: q.Basis}
}

// rulesText is the text of rules.
type rulesText struct {
	Text string `json:"text" doc:"YAML."`
}

// costPlanBody is a budget month by month.
type costPlanBody struct {
	Plan []cost.PlanMonth `json:"plan"`
}

func (s *server) routeCost() {
	add(s, route{method: http.MethodGet, path: "/cost", id: "getCosts", tag: "cost", says: "What all products cost in a month, with what nobody claims"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ CostQuery }) (*body[cost.AllCosts], error) {
			return wrap(s.app.AllCosts(ctx, who, in.query()))
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/cost", id: "getProductCost", tag: "cost", says: "What a product costs: a month of it by day and by its parts, its budgets, and what is likely to come"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref plumbline.ProductRef `path:"ref"`
			CostQuery
		}) (*body[cost.ProductCost], error) {
			return wrap(s.app.ProductCost(ctx, who, in.Ref, in.query()))
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/cost/{day}", id: "getDayCost", tag: "cost", says: "What a product was charged on a day, each with the file and the line"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref plumbline.ProductRef `path:"ref"`
			Day string               `path:"day" doc:"As 2026-11-23."`
		}) (*body[cost.DayCost], error) {
			return wrap(s.app.DayCost(ctx, who, in.Ref, in.Day))
		})
	add(s, route{method: http.MethodPut, path: "/products/{ref}/cost-drivers", id: "putCostDriver", tag: "cost", says: "Say how much a product did in a month, for what one of it costs", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref  plumbline.ProductRef `path:"ref"`
			Body cost.DriverInput
		}) (*nothing, error) {
			return nil, s.app.PutCostDriver(ctx, who, in.Ref, in.Body)
		})
	add(s, route{method: http.MethodPut, path: "/cost-plans/{budget}", id: "putCostPlan", tag: "cost", says: "Plan a budget month by month", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Budget plumbline.ConstraintID `path:"budget"`
			Body   costPlanBody
		}) (*nothing, error) {
			return nil, s.app.PutCostPlan(ctx, who, in.Budget, in.Body.Plan)
		})
	add(s, route{method: http.MethodGet, path: "/cost-rules", id: "getCostRules", tag: "cost", says: "The rules that say whose cost a charge is"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[cost.RulesView], error) {
			return wrap(s.app.CostRules(ctx, who))
		})
	add(s, route{method: http.MethodPut, path: "/cost-rules", id: "putCostRules", tag: "cost", says: "Put a version of those rules in force, for what is known already too"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body rulesText }) (*body[cost.RulesView], error) {
			return wrap(s.app.PutCostRules(ctx, who, in.Body.Text))
		})
	add(s, route{method: http.MethodPost, path: "/cost-rules/allot", id: "allotCosts", tag: "cost", says: "Allot what is known once more, to products that came since", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*nothing, error) {
			return nil, s.app.AllotCosts(ctx, who)
		})
}
