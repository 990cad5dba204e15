package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app/capacity"
)

// CapacityQuery says which periods of capacity are meant.
type CapacityQuery struct {
	By      string `query:"by" enum:"week,month,quarter" doc:"What a period is; a quarter when not said."`
	From    string `query:"from" doc:"The first period, as 2027Q1, 2027-01 or 2027-W05; the one before this one when not said."`
	Periods int    `query:"periods" minimum:"0" maximum:"26" doc:"How many; four when not said."`
}

func (q CapacityQuery) query() (out capacity.Query, err error) {
	out = capacity.Query{Unit: plumbline.CalendarUnit(q.By), Periods: q.Periods}
	if q.From != "" {
		out.From, err = plumbline.ParseCalendarPeriod(q.From)
	}
	return out, err
}

// capacityRulesBody is the text of rules.
type capacityRulesBody struct {
	Text string `json:"text" doc:"YAML."`
}

// capacityMixBody is a planned mix; without one, the team goes back to the rules' mix.
type capacityMixBody struct {
	Mix map[string]float64 `json:"mix" doc:"Shares from 0 to 1 of features, upkeep, tech debt and support; together 1. Empty: the rules' mix."`
}

// StaffingPath is a period of a team.
type StaffingPath struct {
	Team   plumbline.TeamRef `path:"team"`
	Period string            `path:"period" doc:"As 2027Q1, 2027-01 or 2027-W05."`
}

func (s *server) routeCapacity() {
	add(s, route{method: http.MethodGet, path: "/capacity", id: "getCapacity", tag: "capacity", says: "What all teams can do by period, in person-weeks: what is taken off and why, and where their work went against what they planned"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ CapacityQuery }) (*body[capacity.CapacityView], error) {
			q, err := in.query()
			if err != nil {
				return nil, err
			}
			return wrap(s.app.Capacity(ctx, who, q))
		})
	add(s, route{method: http.MethodGet, path: "/capacity/{team}", id: "getTeamCapacity", tag: "capacity", says: "What one team can do, likewise"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Team plumbline.TeamRef `path:"team"`
			CapacityQuery
		}) (*body[capacity.CapacityView], error) {
			q, err := in.query()
			if err != nil {
				return nil, err
			}
			return wrap(s.app.TeamCapacity(ctx, who, in.Team, q))
		})
	add(s, route{method: http.MethodPut, path: "/capacity/{team}/periods/{period}", id: "putCapacity", tag: "capacity", says: "Say who is there in a team for a period"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			StaffingPath
			Body capacity.StaffingInput
		}) (*body[plumbline.Staffing], error) {
			p, err := plumbline.ParseCalendarPeriod(in.Period)
			if err != nil {
				return nil, err
			}
			return wrap(s.app.PutCapacity(ctx, who, in.Team, p, in.Body))
		})
	add(s, route{method: http.MethodDelete, path: "/capacity/{team}/periods/{period}", id: "dropCapacity", tag: "capacity", says: "Take that back", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct{ StaffingPath }) (*nothing, error) {
			p, err := plumbline.ParseCalendarPeriod(in.Period)
			if err != nil {
				return nil, err
			}
			return nil, s.app.DropCapacity(ctx, who, in.Team, p)
		})
	add(s, route{method: http.MethodPut, path: "/capacity/{team}/mix", id: "putCapacityMix", tag: "capacity", says: "Say how a team means to divide its work", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Team plumbline.TeamRef `path:"team"`
			Body capacityMixBody
		}) (*nothing, error) {
			mix := capacity.Mix{}
			for share, part := range in.Body.Mix {
				mix[plumbline.WorkShare(share)] = part
			}
			return nil, s.app.PutCapacityMix(ctx, who, in.Team, mix)
		})
	add(s, route{method: http.MethodGet, path: "/capacity-rules", id: "getCapacityRules", tag: "capacity", says: "The rules of capacity: what is kept free, the planned mix, and when leaving it is told"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[capacity.CapacityRulesView], error) {
			return wrap(s.app.CapacityRules(ctx, who))
		})
	add(s, route{method: http.MethodPut, path: "/capacity-rules", id: "putCapacityRules", tag: "capacity", says: "Put a version of those rules in force"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body capacityRulesBody }) (*body[capacity.CapacityRulesView], error) {
			return wrap(s.app.PutCapacityRules(ctx, who, in.Body.Text))
		})
}
