package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app/objectives"
)

type objectiveList struct {
	Objectives []objectives.ObjectiveLine `json:"objectives"`
	Next       string                     `json:"next,omitempty"`
}

type sourceList struct {
	Sources []plumbline.SourceState `json:"sources"`
}

// tying is which product an objective bears on.
type tying struct {
	ID      string               `json:"id" doc:"The objective's id, for example web/availability."`
	Product plumbline.ProductRef `json:"product" doc:"The ref of a product or process; empty unties it."`
}

func (s *server) routeObjectives() {
	add(s, route{method: http.MethodGet, path: "/objectives", id: "listObjectives", tag: "objectives", says: "Service level objectives, by id"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Cursor string `query:"cursor" doc:"The next of the page before."`
		}) (*body[objectiveList], error) {
			lines, next, err := s.app.AllObjectives(ctx, who, in.Cursor)
			return wrap(objectiveList{lines, next}, err)
		})
	add(s, route{method: http.MethodGet, path: "/objective", id: "getObjective", tag: "objectives", says: "An objective with how it stands, its burn rates, its days, and what it is measured by"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			ID string `query:"id" required:"true" doc:"The objective's id, for example web/availability."`
		}) (*body[objectives.ObjectiveView], error) {
			return wrap(s.app.Objective(ctx, who, in.ID))
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/objectives", id: "listProductObjectives", tag: "objectives", says: "The objectives of a product or a process, as its page shows them"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref plumbline.ProductRef `path:"ref"`
		}) (*body[objectives.ObjectivesView], error) {
			return wrap(s.app.Objectives(ctx, who, in.Ref))
		})
	add(s, route{method: http.MethodPost, path: "/objectives/tie", id: "tieObjective", tag: "objectives", says: "Say which product or process an objective bears on", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body tying }) (*struct{}, error) {
			return nil, s.app.TieObjective(ctx, who, in.Body.ID, in.Body.Product)
		})
	add(s, route{method: http.MethodGet, path: "/figure-sources", id: "listFigureSources", tag: "objectives", says: "The sources of figures, and how they are"},
		func(ctx context.Context, who plumbline.Actor, _ *struct{}) (*body[sourceList], error) {
			all, err := s.app.FigureSources(ctx, who)
			if all == nil {
				all = []plumbline.SourceState{}
			}
			return wrap(sourceList{all}, err)
		})
}
