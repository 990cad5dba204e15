package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/app/ranking"
	"plumbline/internal/app/standing"
)

// This file and those that it calls (endpoint.go, params.go, bodies.go,
// answers.go, refusals.go) are the only ones that know how huma works: it makes
// the document, and holds values against schemas.

const prefix = "/api/v1"

// route is one operation of the API.
type route struct {
	method, path string
	id           string // camelCase, unique; clients are generated from it
	tag          string
	says         string // one line
	more         string // Markdown
	status       int    // of success; 0: 200
	params       []*huma.Param
	openQuery    bool // the handler checks the query itself
	etag         bool // answers 304 and takes If-Match
}

// describe begins the document, without its routes.
func (s *server) describe() *huma.OpenAPI {
	reg := huma.NewMapRegistry("#/components/schemas/", schemaName)
	reg.RegisterTypeAlias(reflect.TypeFor[plumbline.Time](), reflect.TypeFor[moment]())
	reg.RegisterTypeAlias(reflect.TypeFor[plumbline.Decimal](), reflect.TypeFor[digits]())
	reg.RegisterTypeAlias(reflect.TypeFor[standing.Number](), reflect.TypeFor[digits]())
	reg.RegisterTypeAlias(reflect.TypeFor[flowmetrics.Odds](), reflect.TypeFor[odds]())
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title:       "Plumbline",
			Version:     s.version,
			Description: apiText,
		},
		Servers: []*huma.Server{{URL: "/"}},
		Components: &huma.Components{Schemas: reg, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token":   {Type: "http", Scheme: "bearer", Description: "An API token: plt_…"},
			"session": {Type: "apiKey", In: "cookie", Name: Session, Description: "The session of the pages, for their own script."},
		}},
		Security: []map[string][]string{{"token": {}}, {"session": {}}},
		Tags:     tags(),
	}
}

const apiText = `The HTTP API of Plumbline. Send a token as ` + "`Authorization: Bearer plt_…`" + `.

Errors are RFC 9457 problems. Lists are paged by an opaque cursor: send the ` + "`next`" + ` of one page as the ` + "`cursor`" + ` of the following request.
A POST may carry an ` + "`Idempotency-Key`" + `: repeated with the same key and the same body it is answered again and done once.
An item has an ` + "`ETag`" + `; send it as ` + "`If-Match`" + ` with a change to be told (412) when somebody else was faster.`

func tags() []*huma.Tag {
	return []*huma.Tag{
		{Name: "items", Description: "What flows through the processes."},
		{Name: "lists", Description: "Items side by side: board, inbox, decisions."},
		{Name: "catalog", Description: "Teams, products, accounts and processes."},
		{Name: "people", Description: "Those who can sign in, and their tokens."},
		{Name: "links", Description: "The trackers that Plumbline follows."},
		{Name: "events", Description: "Every change, in commit order."},
		{Name: "limits", Description: "Constraints, the evidence about them, how they stand and what follows."},
		{Name: "incidents", Description: "Incidents, and the load of support."},
		{Name: "notices", Description: "What people are told, and why."},
		{Name: "evidence", Description: "Files that bear evidence, kept as they came."},
		{Name: "findings", Description: "Vulnerabilities of products."},
		{Name: "controls", Description: "What products are held to by frameworks of controls."},
		{Name: "objectives", Description: "Service level objectives, and where their figures come from."},
		{Name: "webhooks", Description: "Addresses that are told of public changes, signed as Standard Webhooks."},
	}
}

// schemaName is a type's name in the document, where two rooms have one of the
// same name.
func schemaName(t reflect.Type, hint string) string {
	if t == reflect.TypeFor[ranking.Change]() {
		return "TriedChange"
	}
	return huma.DefaultSchemaNamer(t, hint)
}

// add registers a route. I and O are pointers to structs, see [inputOf] and
// [outputOf]: all pointers are alike to the compiler, which therefore writes this
// once and not once for each route.
func add[I, O any](s *server, r route, do func(ctx context.Context, who plumbline.Actor, in I) (O, error)) {
	s.register(r, reflect.TypeFor[I]().Elem(), reflect.TypeFor[O]().Elem(),
		func(ctx context.Context, who plumbline.Actor, in any) (any, error) { return do(ctx, who, in.(I)) })
}

// register hangs a route up and describes it. The handler gets the actor as an
// argument; its error becomes a problem.
func (s *server) register(r route, in, out reflect.Type, do func(ctx context.Context, who plumbline.Actor, in any) (any, error)) {
	op := &huma.Operation{
		OperationID: r.id, Method: r.method, Path: prefix + r.path, Summary: r.says, Description: r.more,
		Tags: []string{r.tag}, DefaultStatus: r.status, Parameters: r.params, SkipValidateParams: r.openQuery,
		Responses: map[string]*huma.Response{"default": s.problemResponse()},
	}
	if r.method == http.MethodPost {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header",
			Description: "Makes the request happen once, however often it is sent.", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	if r.etag {
		op.Responses["304"] = &huma.Response{Description: "Not modified"}
	}
	schemas := s.openapi.Components.Schemas
	e := &endpoint{server: s, do: do, takes: inputOf(schemas, op, in), gives: outputOf(schemas, op, out)}
	s.openapi.AddOperation(op)
	s.mux.Handle(r.method+" "+op.Path, e)
}

func (s *server) problemResponse() *huma.Response {
	schemas := s.openapi.Components.Schemas
	return &huma.Response{Description: "A problem, see RFC 9457.", Content: map[string]*huma.MediaType{
		problemType: {Schema: schemas.Schema(reflect.TypeFor[Problem](), true, "")},
	}}
}

// moment is how a plumbline.Time looks in JSON.
type moment struct{}

// Schema implements huma.SchemaProvider.
func (moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true, Description: "RFC 3339 in UTC; null: not known, or not yet."}
}

// finishSchemas mends what huma's reflection does not see as encoding/json
// does: it matches embedded fields by their Go name, encoding/json by the name
// in JSON. It also lets what we answer grow: only what we are sent is closed.
func (s *server) finishSchemas() {
	reg := s.openapi.Components.Schemas
	sent := map[string]bool{}
	for _, item := range s.openapi.Paths {
		for _, op := range []*huma.Operation{item.Post, item.Put, item.Patch} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, m := range op.RequestBody.Content {
				mark(reg, m.Schema, sent)
			}
		}
	}
	for name, schema := range reg.Map() {
		if schema.Type != huma.TypeObject || sent[name] {
			continue
		}
		schema.AdditionalProperties = nil
		completeSchema(reg, schema, reg.TypeFromRef("#/components/schemas/"+name))
	}
}

// mark notes the names of the schemas that a request body consists of.
func mark(reg huma.Registry, sc *huma.Schema, sent map[string]bool) {
	if sc == nil {
		return
	}
	if name, ok := strings.CutPrefix(sc.Ref, "#/components/schemas/"); ok {
		if sent[name] {
			return
		}
		sent[name] = true
		sc = reg.SchemaFromRef(sc.Ref)
	}
	for _, p := range sc.Properties {
		mark(reg, p, sent)
	}
	mark(reg, sc.Items, sent)
}

// completeSchema adds the properties that encoding/json would write and huma
// left out.
func completeSchema(reg huma.Registry, sc *huma.Schema, t reflect.Type) {
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "" || name == "-" || sc.Properties[name] != nil {
			continue
		}
		sc.Properties[name] = reg.Schema(f.Type, true, "")
	}
	// A field that is hidden by another of the same Go name is not visible;
	// look into the embedded types for it.
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && f.Tag.Get("json") == "" {
			completeSchema(reg, sc, f.Type)
		}
	}
}

// document is the OpenAPI document, written out when it is first asked for.
type document struct {
	once sync.Once
	body []byte
	err  error
}

func (s *server) serveDocument(w http.ResponseWriter, r *http.Request) {
	s.doc.once.Do(func() { s.doc.body, s.doc.err = json.MarshalIndent(s.openapi, "", "  ") })
	if s.doc.err != nil {
		s.fail(w, r, s.doc.err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(s.doc.body) // the reader may have gone
}
