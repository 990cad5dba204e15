package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app/saved"
)

func (s *server) routeViews() {
	add(s, route{method: http.MethodGet, path: "/views", id: "listViews", tag: "views", says: "The actor's saved views and the shared ones, by name"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[viewList], error) {
			v, err := s.app.Views(ctx, who)
			return wrap(viewList{some(v)}, err)
		})
	add(s, route{method: http.MethodPost, path: "/views", id: "makeView", tag: "views", says: "Save a view",
		more: "The filter is the query part of an address of items: q=team%3Aa&status=all.", status: http.StatusCreated},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body saved.ViewInput }) (*body[plumbline.View], error) {
			return wrap(s.app.MakeView(ctx, who, in.Body))
		})
	add(s, route{method: http.MethodGet, path: "/views/{id}", id: "getView", tag: "views", says: "One view"},
		func(ctx context.Context, who plumbline.Actor, in *viewNamed) (*body[plumbline.View], error) {
			return wrap(s.app.View(ctx, who, in.ID))
		})
	add(s, route{method: http.MethodPatch, path: "/views/{id}", id: "changeView", tag: "views", says: "Change a view",
		more: "What is left out stays as it is."},
		func(ctx context.Context, who plumbline.Actor, in *viewChange) (*body[plumbline.View], error) {
			return wrap(s.app.ChangeView(ctx, who, in.ID, in.Body))
		})
	add(s, route{method: http.MethodDelete, path: "/views/{id}", id: "deleteView", tag: "views", says: "Delete a view", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *viewNamed) (*nothing, error) {
			return nil, s.app.DeleteView(ctx, who, in.ID)
		})
	add(s, route{method: http.MethodPost, path: "/views/{id}/default", id: "beginWithView", tag: "views", says: "Begin the list of items with this view", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *viewChosen) (*nothing, error) {
			return nil, s.app.BeginWith(ctx, who, in.ID, true)
		})
	add(s, route{method: http.MethodDelete, path: "/views/{id}/default", id: "endBeginningWithView", tag: "views", says: "Begin the list of items as usual again", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *viewNamed) (*nothing, error) {
			return nil, s.app.BeginWith(ctx, who, in.ID, false)
		})
}

func (s *server) routeLimits() {
	add(s, route{method: http.MethodGet, path: "/processes/{id}/limits", id: "listLimits", tag: "catalog", says: "The limits of work in progress of a process's states"},
		func(ctx context.Context, who plumbline.Actor, in *processNamed) (*body[limitList], error) {
			v, err := s.app.Limits(ctx, who, in.ID)
			return wrap(limitList{some(v)}, err)
		})
	add(s, route{method: http.MethodPut, path: "/processes/{id}/limits", id: "putLimit", tag: "catalog", says: "Set the limit of a state, or take it away",
		more: "A soft limit is shown when it is passed. A hard one refuses the move that would pass it; who may set limits moves all the same with `despite`, the reason. `most` 0 takes the limit away.", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			ID   plumbline.ProcessID `path:"id"`
			Body limitInput
		}) (*nothing, error) {
			return nil, s.app.SetLimit(ctx, who, plumbline.ColumnLimit{Process: in.ID, State: in.Body.State, Most: in.Body.Most, Hard: in.Body.Hard})
		})
}

type limitInput struct {
	State plumbline.State `json:"state"`
	Most  int             `json:"most" minimum:"0" maximum:"1000"`
	Hard  bool            `json:"hard,omitempty"`
}

type limitList struct {
	Limits []plumbline.ColumnLimit `json:"limits"`
}

type processNamed struct {
	ID plumbline.ProcessID `path:"id"`
}

type viewList struct {
	Views []plumbline.View `json:"views"`
}

type viewNamed struct {
	ID plumbline.ViewID `path:"id"`
}

// viewChosen is viewNamed where clients may send an empty object.
type viewChosen struct {
	ID plumbline.ViewID `path:"id"`
	NoBody
}

type viewChange struct {
	ID   plumbline.ViewID `path:"id"`
	Body saved.ViewInput
}
