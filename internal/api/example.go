package api

import (
	_ "embed"
	"encoding/json"
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
)

//go:embed examples.json
var exampleFile []byte

// example is a request that works: one of a list that tells a story, in which
// each follows those before it. A test sends them all.
type example struct {
	ID    string            `json:"id"`    // of the operation
	As    plumbline.Role    `json:"as"`    // who sends it; a product manager when not said
	Path  map[string]string `json:"path"`  // values of the parameters in the path
	Query map[string]string `json:"query"` // and in the query
	Body  json.RawMessage   `json:"body"`
	File  string            `json:"file"` // sent as a part of a multipart form in the body's place
}

func examples() []example {
	var all []example
	if err := json.Unmarshal(exampleFile, &all); err != nil {
		panic(err) // it is embedded
	}
	return all
}

// showExamples puts the examples into the document: the body with the request,
// the values with the parameters.
func showExamples(doc *huma.OpenAPI) {
	byID := map[string]example{}
	for _, e := range examples() {
		if _, ok := byID[e.ID]; !ok {
			byID[e.ID] = e
		}
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			showExample(op, byID[op.OperationID])
		}
	}
}

func showExample(op *huma.Operation, e example) {
	for _, p := range op.Parameters {
		if v, ok := e.Path[p.Name]; ok && p.In == "path" {
			p.Example = v
		}
		if v, ok := e.Query[p.Name]; ok && p.In == "query" {
			p.Example = v
		}
	}
	if op.RequestBody == nil || len(e.Body) == 0 {
		return
	}
	for _, m := range op.RequestBody.Content {
		m.Example = e.Body
	}
}
