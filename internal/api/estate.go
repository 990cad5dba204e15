package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/estate"
)

// catalogExport is where the catalog is written as descriptors.
const catalogExport = prefix + "/catalog/export"

func (s *server) routeEstate() {
	s.mux.HandleFunc("GET "+catalogExport, s.exportCatalog)
	s.openapi.AddOperation(&huma.Operation{OperationID: "exportCatalog", Method: http.MethodGet, Path: catalogExport, Tags: []string{"catalog"}, Summary: "The catalog as Backstage descriptors",
		Description: "What a file said as it came, with what was changed here; kinds and fields that are not known here as they came. Reading it again changes nothing. Customers are not in it.",
		Responses:   map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/yaml": {Schema: &huma.Schema{Type: huma.TypeString}}}}, "default": s.problemResponse()}})
	add(s, route{method: http.MethodGet, path: "/catalog", id: "listCatalog", tag: "catalog", says: "The entities of catalog files by ref, a page at a time",
		more: "Kinds that are not known here are among them."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Kind   string `query:"kind" doc:"Only of this kind: component, system, group, …"`
			Orphan bool   `query:"orphan" doc:"Only those that their file has no longer."`
			Cursor string `query:"cursor" doc:"The next of the page before."`
		}) (*body[estate.EntityPage], error) {
			return wrap(s.app.CatalogEntities(ctx, who, estate.EntityQuery{Kind: in.Kind, Orphan: in.Orphan, Cursor: in.Cursor}))
		})
	add(s, route{method: http.MethodPut, path: "/products/{ref}/facts", id: "putProductFacts", tag: "catalog", says: "Say what a product is to those who run it", status: http.StatusNoContent,
		more: "It replaces product manager, tier, class of data, users, and of what the product stands on and is part of what was said here. Without `customers` these stay; only cleared people may send them."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref  plumbline.ProductRef `path:"ref"`
			Body estate.EntryInput
		}) (*nothing, error) {
			return nil, s.app.PutFacts(ctx, who, in.Ref, in.Body)
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/maturity", id: "getMaturity", tag: "catalog", says: "How mature people say a product is, with the questions and the history"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref    plumbline.ProductRef `path:"ref"`
			Cursor string               `query:"cursor" doc:"Of the history: the next of the page before."`
		}) (*body[estate.MaturityPage], error) {
			return wrap(s.app.Maturity(ctx, who, in.Ref, in.Cursor))
		})
	add(s, route{method: http.MethodPost, path: "/products/{ref}/maturity", id: "assessMaturity", tag: "catalog", says: "Say how mature a product is", status: http.StatusNoContent,
		more: "Answers are added; what was said before stays in the history."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref  plumbline.ProductRef `path:"ref"`
			Body assessment
		}) (*nothing, error) {
			return nil, s.app.Assess(ctx, who, in.Ref, in.Body.Answers)
		})
}

type assessment struct {
	Answers []estate.AnswerInput `json:"answers"`
}

func (s *server) exportCatalog(w http.ResponseWriter, r *http.Request) {
	t := &transfer{w: w, rc: http.NewResponseController(w), kind: "application/yaml", name: "catalog.yaml"}
	t.end(s, r, s.app.ExportCatalog(r.Context(), callOf(r.Context()).who, t))
}
