package api

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
)

// findings is what is wrong with one request, as huma says it.
type findings struct {
	at  *huma.PathBuffer
	res huma.ValidateResult
}

// add notes what is wrong at a place: query and a name, or body.
func (f *findings) add(message string, place ...string) {
	f.res.Add(f.to(place), nil, message)
}

// validate holds a value against a schema, and says whether there is something
// wrong with it.
func (f *findings) validate(schemas huma.Registry, sc *huma.Schema, v any, place ...string) bool {
	before := len(f.res.Errors)
	huma.Validate(schemas, sc, f.to(place), huma.ModeWriteToServer, v, &f.res)
	return len(f.res.Errors) > before
}

func (f *findings) to(place []string) *huma.PathBuffer {
	f.at.Reset()
	for _, p := range place {
		f.at.Push(p)
	}
	return f.at
}

// strangers notes the parameters of a query that a route does not have.
func (f *findings) strangers(query url.Values, known []param) {
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !slices.ContainsFunc(known, func(p param) bool { return p.in == "query" && p.name == name }) {
			f.add("unknown query parameter", "query", name)
		}
	}
}

// problem says it all in our words.
func (f *findings) problem() *Problem {
	p := &Problem{Status: http.StatusUnprocessableEntity, Kind: plumbline.Invalid.String()}
	for _, err := range f.res.Errors {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			d = &huma.ErrorDetail{Message: err.Error()}
		}
		p.Errors = append(p.Errors, plainly(d))
	}
	p.Detail = p.Errors[0].Message
	if n := len(p.Errors); n > 1 {
		p.Detail = fmt.Sprintf("%d fields need attention: %s", n, p.Detail)
	}
	return p
}

// plainly is one of huma's findings as a sentence. The value itself is left
// out: it may be a secret.
func plainly(e *huma.ErrorDetail) FieldProblem {
	in, field, _ := strings.Cut(e.Location, ".")
	if field == "" {
		field = in
	}
	var name string
	if n, _ := fmt.Sscanf(e.Message, "expected required property %s to be present", &name); n == 1 {
		if field == "body" {
			field = name
		} else {
			field += "." + name
		}
		return FieldProblem{Field: field, Message: upperFirst(name) + " is missing."}
	}
	switch e.Message {
	case "required parameter is missing":
		return FieldProblem{Field: field, Message: upperFirst(field) + " is missing."}
	case "unexpected property":
		return FieldProblem{Field: field, Message: fmt.Sprintf("%q is not a field here.", field)}
	case "unknown query parameter":
		return FieldProblem{Field: field, Message: fmt.Sprintf("%q is not a parameter here.", field)}
	}
	text := strings.TrimPrefix(e.Message, "expected ")
	if text != e.Message {
		text = fmt.Sprintf("%q must be: %s.", field, text)
	}
	return FieldProblem{Field: field, Message: upperFirst(text)}
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
