package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/controls"
)

func (s *server) routeControls() {
	s.mux.HandleFunc("GET "+prefix+"/controls/export", s.exportControls)
	table := map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
	s.openapi.AddOperation(&huma.Operation{
		OperationID: "exportControls", Method: http.MethodGet, Path: prefix + "/controls/export", Tags: []string{"controls"}, Summary: "How controls stand, as CSV that reads back the same",
		Parameters: []*huma.Param{queryParam("product", "The ref of a product; empty: all.", &huma.Schema{Type: huma.TypeString})},
		Responses:  map[string]*huma.Response{"200": {Description: "OK", Content: table}, "default": s.problemResponse()},
	})
	add(s, route{method: http.MethodGet, path: "/controls", id: "getControls", tag: "controls", says: "What all products are held to, with coverage and risks"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[controls.ControlsOverview], error) {
			return wrap(s.app.AllControls(ctx, who))
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/controls", id: "getProductControls", tag: "controls", says: "What a product is held to: coverage by family, gaps by date, risks",
		more: "Coverage is `met` by `applicable`: what is met in part is not met, and what does not apply is in neither."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref plumbline.ProductRef `path:"ref"`
		}) (*body[controls.ProductControls], error) {
			return wrap(s.app.ControlsOfProduct(ctx, who, in.Ref))
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/controls/{framework}", id: "listProductControls", tag: "controls", says: "The controls of a framework that a product is held to, in the catalog's order"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref       plumbline.ProductRef   `path:"ref"`
			Framework plumbline.FrameworkRef `path:"framework"`
			Family    string                 `query:"family"`
			State     string                 `query:"state" doc:"A state of controls, or unsaid, gap, unproven or overdue."`
			Cursor    string                 `query:"cursor"`
		}) (*body[controls.ControlList], error) {
			return wrap(s.app.ControlsOf(ctx, who, controls.ControlQuery{Product: in.Ref, Framework: in.Framework, Family: in.Family, State: in.State, Cursor: in.Cursor}))
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/controls/{framework}/{control}", id: "getProductControl", tag: "controls", says: "One control of a product: its text, how it stands, what was changed"},
		func(ctx context.Context, who plumbline.Actor, in *oneControl) (*body[controls.ControlPage], error) {
			id, err := plumbline.ParseControlID(in.Control)
			if err != nil {
				return nil, err
			}
			return wrap(s.app.ControlOf(ctx, who, in.Ref, in.Framework, id))
		})
	add(s, route{method: http.MethodPut, path: "/products/{ref}/controls/{framework}/{control}", id: "putProductControl", tag: "controls", says: "Say how a control stands for a product", status: http.StatusNoContent,
		more: "All of it is said at once. Who gives an exception approves it; somebody else asked for it."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref       plumbline.ProductRef   `path:"ref"`
			Framework plumbline.FrameworkRef `path:"framework"`
			Control   string                 `path:"control" doc:"In any spelling: ac-2.1 or AC-2(1)."`
			Version   int64                  `query:"version" doc:"Refuse when the record is not this version any more."`
			Body      controls.ControlInput
		}) (*nothing, error) {
			id, err := plumbline.ParseControlID(in.Control)
			if err != nil {
				return nil, err
			}
			return nil, s.app.PutControl(ctx, who, in.Ref, in.Framework, id, in.Body, in.Version)
		})
	add(s, route{method: http.MethodPut, path: "/products/{ref}/frameworks/{framework}", id: "holdToFramework", tag: "controls", says: "Hold a product to a framework", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *controlPath) (*nothing, error) {
			return nil, s.app.HoldToFramework(ctx, who, in.Ref, in.Framework)
		})
	add(s, route{method: http.MethodDelete, path: "/products/{ref}/frameworks/{framework}", id: "letGoOfFramework", tag: "controls", says: "End that a product is held to a framework", status: http.StatusNoContent,
		more: "What is known of its controls is kept, and is in no count."},
		func(ctx context.Context, who plumbline.Actor, in *controlPath) (*nothing, error) {
			return nil, s.app.LetGoOfFramework(ctx, who, in.Ref, in.Framework)
		})
}

// controlPath names a framework that a product is held to, and oneControl a control of it.
type controlPath struct {
	Ref       plumbline.ProductRef   `path:"ref"`
	Framework plumbline.FrameworkRef `path:"framework"`
}

type oneControl struct {
	Ref       plumbline.ProductRef   `path:"ref"`
	Framework plumbline.FrameworkRef `path:"framework"`
	Control   string                 `path:"control" doc:"In any spelling: ac-2.1 or AC-2(1)."`
}

func (s *server) exportControls(w http.ResponseWriter, r *http.Request) {
	t := &transfer{w: w, rc: http.NewResponseController(w), kind: "text/csv; charset=utf-8", name: "controls.csv"}
	t.end(s, r, s.app.ExportControls(r.Context(), callOf(r.Context()).who, plumbline.ProductRef(r.URL.Query().Get("product")), t))
}
