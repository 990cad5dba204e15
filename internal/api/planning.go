package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/planning"
)

// Planned is a request about one scenario.
type Planned struct {
	ID string `path:"id" doc:"The scenario's id, or current for the committed one, else the newest."`
}

// scenario is the id as the application reads it.
func (p Planned) scenario() string {
	if p.ID == "current" {
		return ""
	}
	return p.ID
}

type planReason struct {
	Reason string `json:"reason" doc:"It is kept with the decision."`
}

type planDecisions struct {
	Decisions []planning.DecisionView `json:"decisions"`
}

func (s *server) routePlanning() {
	add(s, route{method: http.MethodGet, path: "/plans", id: "comparePlans", tag: "planning", says: "Scenarios side by side",
		more: "Repeat `scenario` for those that are wanted; the newest when not said.", openQuery: true,
		params: []*huma.Param{queryParam("scenario", "The id of a scenario; may be repeated, four times at most.", &huma.Schema{Type: huma.TypeString})}},
		func(ctx context.Context, who plumbline.Actor, in *queried) (*body[planning.CompareView], error) {
			return wrap(s.app.CompareScenarios(ctx, who, in.query["scenario"]))
		})
	add(s, route{method: http.MethodPost, path: "/plans", id: "makeScenario", tag: "planning", says: "Make a scenario", status: http.StatusCreated,
		more: "What is left out is as usual: four quarters from this one on, fitting with 85 %."},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body planning.ScenarioInput }) (*body[plumbline.Scenario], error) {
			return wrap(s.app.MakeScenario(ctx, who, in.Body))
		})
	add(s, route{method: http.MethodGet, path: "/plans/{id}", id: "getPlan", tag: "planning", says: "A scenario with its newest plan: who does what and when, what is left out and why"},
		func(ctx context.Context, who plumbline.Actor, in *Planned) (*body[planning.PlanView], error) {
			return wrap(s.app.PlanOf(ctx, who, in.scenario()))
		})
	add(s, route{method: http.MethodPatch, path: "/plans/{id}", id: "changeScenario", tag: "planning", says: "Change what is set of a scenario"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Planned
			Body planning.ScenarioInput
		}) (*body[plumbline.Scenario], error) {
			return wrap(s.app.ChangeScenario(ctx, who, in.scenario(), in.Body))
		})
	add(s, route{method: http.MethodDelete, path: "/plans/{id}", id: "putAwayScenario", tag: "planning", says: "Put a scenario away", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *Planned) (*nothing, error) {
			return nil, s.app.PutAwayScenario(ctx, who, in.scenario())
		})
	add(s, route{method: http.MethodPost, path: "/plans/{id}/make", id: "makePlan", tag: "planning", says: "Plan a scenario",
		more: "Begins with the plan before it and ends when the scenario's seconds are over, or somebody stops it; whoever hangs up cancels it."},
		func(ctx context.Context, who plumbline.Actor, in *Planned) (*body[planning.PlanView], error) {
			return wrap(s.app.MakePlan(ctx, who, in.scenario()))
		})
	add(s, route{method: http.MethodPost, path: "/plans/{id}/stop", id: "stopPlan", tag: "planning", says: "Take the best plan found so far of a scenario that is being planned", status: http.StatusNoContent,
		more: "Whichever server plans it stops within about a second, and keeps and answers what it has found, with its bound."},
		func(ctx context.Context, who plumbline.Actor, in *Planned) (*nothing, error) {
			return nil, s.app.StopPlan(ctx, who, in.scenario())
		})
	add(s, route{method: http.MethodPost, path: "/plans/{id}/pins", id: "pinItem", tag: "planning", says: "Force an item into the plans of a scenario, or out of them", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Planned
			Body planning.PinInput
		}) (*nothing, error) {
			return nil, s.app.PinItem(ctx, who, in.scenario(), in.Body)
		})
	s.routePlanDecisions()
}

func (s *server) routePlanDecisions() {
	add(s, route{method: http.MethodPost, path: "/plans/{id}/commit", id: "commitPlan", tag: "planning", says: "Take the newest plan of a scenario as what we will do"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Planned
			Body planning.CommitInput
		}) (*body[planning.DecisionView], error) {
			return wrap(s.app.Commit(ctx, who, in.scenario(), in.Body))
		})
	add(s, route{method: http.MethodPost, path: "/plan-decisions/withdraw", id: "withdrawPlan", tag: "planning", says: "Say that the committed plan does not hold any more"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body planReason }) (*body[planning.DecisionView], error) {
			return wrap(s.app.Withdraw(ctx, who, in.Body.Reason))
		})
	add(s, route{method: http.MethodGet, path: "/plan-decisions", id: "listPlanDecisions", tag: "planning", says: "What was decided about plans, newest first"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[planDecisions], error) {
			all, err := s.app.PlanDecisions(ctx, who)
			return wrap(planDecisions{all}, err)
		})
	add(s, route{method: http.MethodGet, path: "/plans/{id}/displacement", id: "displace", tag: "planning", says: "What drops out of a plan when an item goes in, whose promise breaks, and what that costs", openQuery: true,
		params: []*huma.Param{
			queryParam("item", "The key of the item.", &huma.Schema{Type: huma.TypeString}),
			queryParam("way", "in, or out for what is done without it.", &huma.Schema{Type: huma.TypeString}),
			queryParam("keep", "The key of an item that must not drop out; may be repeated.", &huma.Schema{Type: huma.TypeString}),
			queryParam("effort", "Of an item that nobody estimated: person-weeks, as 4 or 2-6.", &huma.Schema{Type: huma.TypeString}),
			queryParam("team", "Of an item that no team is said to do.", &huma.Schema{Type: huma.TypeString}),
		}},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Planned
			queried
		}) (*body[planning.DisplaceView], error) {
			return wrap(s.app.Displace(ctx, who, displacementOf(in.scenario(), in.query)))
		})
	add(s, route{method: http.MethodPost, path: "/plans/{id}/displacement", id: "escalate", tag: "planning", says: "Write down what was picked when something was escalated"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Planned
			Body planning.EscalateInput
		}) (*body[planning.DecisionView], error) {
			in.Body.Scenario = in.scenario()
			return wrap(s.app.Escalate(ctx, who, in.Body))
		})
}

func displacementOf(scenario string, q url.Values) planning.AskedFor {
	out := planning.AskedFor{Scenario: scenario, Item: plumbline.Key(q.Get("item")), Way: q.Get("way"), Effort: q.Get("effort"), Team: plumbline.TeamRef(q.Get("team"))}
	for _, k := range q["keep"] {
		out.Keep = append(out.Keep, plumbline.Key(k))
	}
	return out
}
