package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sort"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
)

// Problem is the body of every error: RFC 9457, with the kind of error and one
// entry for each input that is wrong.
type Problem struct {
	Title   string         `json:"title" doc:"The HTTP status in words."`
	Status  int            `json:"status" doc:"The HTTP status."`
	Detail  string         `json:"detail" doc:"What is wrong, where, and what to do; written for a person."`
	Kind    string         `json:"kind" enum:"internal,invalid,not found,conflict,denied,unauthenticated,unavailable" doc:"The kind of error."`
	Errors  []FieldProblem `json:"errors,omitempty" doc:"What is wrong with each input."`
	Request string         `json:"request,omitempty" doc:"Finds the request in the server's log."`
}

// FieldProblem is what is wrong with one input.
type FieldProblem struct {
	Field   string `json:"field" doc:"The name of the input."`
	Message string `json:"message" doc:"What is wrong with it."`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// statuses is the one table from kinds of error to HTTP.
var statuses = map[plumbline.Kind]int{
	plumbline.Internal:        http.StatusInternalServerError,
	plumbline.Invalid:         http.StatusUnprocessableEntity,
	plumbline.NotFound:        http.StatusNotFound,
	plumbline.Conflict:        http.StatusConflict,
	plumbline.Denied:          http.StatusForbidden,
	plumbline.Unauthenticated: http.StatusUnauthorized,
	plumbline.Unavailable:     http.StatusServiceUnavailable,
}

// problemOf is the problem that an error of the house leaves as. An unknown or
// internal one reveals nothing.
func problemOf(err error) Problem {
	kind := plumbline.KindOf(err)
	p := Problem{Status: statuses[kind], Kind: kind.String(), Detail: plumbline.TextOf(err)}
	if kind == plumbline.Internal {
		return p
	}
	fields := plumbline.FieldsOf(err)
	for name, text := range fields {
		p.Errors = append(p.Errors, FieldProblem{Field: name, Message: text})
	}
	sort.Slice(p.Errors, func(i, j int) bool { return p.Errors[i].Field < p.Errors[j].Field })
	return p
}

// writeProblem answers with a problem.
func writeProblem(w http.ResponseWriter, p Problem) {
	p.Title = http.StatusText(p.Status)
	h := w.Header()
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="plumbline"`)
	case http.StatusServiceUnavailable:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "2")
		}
	}
	h.Set("Content-Type", problemType)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the reader may have gone; there is nobody to tell
}

// fail answers a request that does not go through a route of huma's.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.note(r.Context(), err)
	p := problemOf(err)
	p.Request = callOf(r.Context()).id
	writeProblem(w, p)
}

// note logs what is ours to mend, with its cause.
func (s *server) note(ctx context.Context, err error) {
	level := slog.LevelDebug
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
	case plumbline.KindOf(err) == plumbline.Internal:
		level = slog.LevelError
	case plumbline.KindOf(err) == plumbline.Unavailable:
		level = slog.LevelWarn
	}
	c := callOf(ctx)
	s.log.Log(ctx, level, "request failed", "request", c.id, "method", c.method, "path", c.path, "kind", plumbline.KindOf(err).String(), "error", err)
}

// transform turns huma's own errors into problems, on their way out.
func (s *server) transform(ctx huma.Context, _ string, v any) (any, error) {
	if m, ok := v.(*huma.ErrorModel); ok {
		v = s.fromHuma(ctx.Context(), m)
	}
	if p, ok := v.(*Problem); ok {
		p.Title = http.StatusText(p.Status)
		p.Request = callOf(ctx.Context()).id
	}
	return v, nil
}

// fromHuma says in our words what huma found wrong with a request.
func (s *server) fromHuma(ctx context.Context, m *huma.ErrorModel) *Problem {
	if m.Status >= 500 {
		s.note(ctx, fmt.Errorf("%s: %v", m.Detail, m.Errors))
		p := problemOf(m)
		return &p
	}
	p := &Problem{Status: m.Status, Kind: plumbline.Invalid.String(), Detail: m.Detail}
	if m.Status == http.StatusBadRequest && len(m.Errors) > 0 {
		p.Detail = "The body is not valid JSON: " + m.Errors[0].Message + "."
		return p
	}
	for _, e := range m.Errors {
		p.Errors = append(p.Errors, plainly(e))
	}
	switch len(p.Errors) {
	case 0:
		p.Detail = upperFirst(p.Detail) + "."
	case 1:
		p.Detail = p.Errors[0].Message
	default:
		p.Detail = fmt.Sprintf("%d fields need attention: %s", len(p.Errors), p.Errors[0].Message)
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
