package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/app/foretold"
)

// odds is how a chance looks in JSON.
type odds struct {
	P     float64 `json:"p" doc:"0.05 to 0.95: nothing beyond is told."`
	Words string  `json:"words" doc:"62 %, >95 % or <5 %."`
}

// FlowQuery says whose flow is meant; exported as Keyed is.
type FlowQuery struct {
	Process plumbline.ProcessID  `query:"process" doc:"Only of this process."`
	Team    plumbline.TeamRef    `query:"team" doc:"Only of this team; not with a product."`
	Product plumbline.ProductRef `query:"product" doc:"Only of this product; not with a team."`
	// Of the forecast.
	Remaining string `query:"remaining" doc:"Items to be finished: 12, or 12-18, a range of 90 %. All that is open there when not said."`
	By        string `query:"by" doc:"A day, as 2027-01-14: what is the chance by then?"`
}

func (q FlowQuery) place() flowmetrics.Place {
	return flowmetrics.Place{Process: q.Process, Team: q.Team, Product: q.Product}
}

func (s *server) routeFlow() {
	add(s, route{method: http.MethodGet, path: "/forecast-record", id: "getForecastRecord", tag: "flow", says: "How the forecasts that were kept did when reality came in, by kind, and what the next ones learn"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Team plumbline.TeamRef `query:"team" doc:"Only of this team and its items."`
		}) (*body[foretold.ForecastRecords], error) {
			return wrap(s.app.ForecastRecord(ctx, who, in.Team))
		})
	add(s, route{method: http.MethodGet, path: "/flow", id: "getFlow", tag: "flow", says: "How work flows: stock by day, what was finished by week, times by state, what grows old, and a forecast"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			FlowQuery
			Weeks int `query:"weeks" doc:"4 to 104; 26 when not said."`
		}) (*body[flowmetrics.Flow], error) {
			return wrap(s.app.Flow(ctx, who, flowmetrics.Query{Place: in.place(), Weeks: in.Weeks, Remaining: in.Remaining, By: in.By}))
		})
	add(s, route{method: http.MethodGet, path: "/forecast", id: "getForecast", tag: "flow", says: "When what remains is done, and how much by when, with how often such forecasts came true"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			FlowQuery
			Items []string `query:"items" doc:"Keys of items: when are they done with all that blocks them? Then no place and nothing that remains is said."`
			Seed  int64    `query:"seed" doc:"The same seed gives the same answer."`
		}) (*body[flowmetrics.Ahead], error) {
			q := flowmetrics.AheadQuery{Place: in.place(), Remaining: in.Remaining, By: in.By, Seed: uint64(in.Seed)}
			for _, k := range in.Items {
				q.Items = append(q.Items, plumbline.Key(k))
			}
			return wrap(s.app.Forecast(ctx, who, q))
		})
}
