package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sort"

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
	body, _ := asJSON(p) // texts and numbers can always be written
	_, _ = w.Write(body) // the reader may have gone; there is nobody to tell
}

// fail answers a request with an error.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.note(r.Context(), err)
	p := problemOf(err)
	p.Request = callOf(r.Context()).id
	writeProblem(w, p)
}

// failRoute answers a request with the error of a route's handler: there a
// conflict means that If-Match, if there was one, did not match.
func (s *server) failRoute(w http.ResponseWriter, r *http.Request, err error) {
	s.note(r.Context(), err)
	p := problemOf(err)
	p.Request = callOf(r.Context()).id
	if callOf(r.Context()).ifMatch && p.Status == http.StatusConflict {
		p.Status = http.StatusPreconditionFailed
	}
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
