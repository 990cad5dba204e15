package api

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
)

// endpoint serves one route: it reads the request into the struct that the
// handler takes, calls the handler, and writes the struct that comes back.
//
// It is written on reflection and not on type parameters, because a function of
// this size, once for each of more than a hundred routes, was a twentieth of the
// program.
type endpoint struct {
	server *server
	takes  input
	gives  output
	do     func(ctx context.Context, who plumbline.Actor, in any) (any, error)
}

// ServeHTTP implements http.Handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, p := e.takes.read(w, r)
	if p != nil {
		p.Request = callOf(r.Context()).id
		writeProblem(w, *p)
		return
	}
	out, err := e.do(r.Context(), callOf(r.Context()).who, in)
	if err == nil {
		err = e.gives.write(w, out)
	}
	if err != nil {
		e.server.failRoute(w, r, err)
	}
}

// input is what a route takes.
type input struct {
	of        reflect.Type // a struct
	params    []param
	body      *requestBody // nil: none
	openQuery bool         // the handler checks the query itself
	schemas   huma.Registry
}

// queryReader is an input that wants the whole query, as it was sent.
type queryReader interface{ readQuery(url.Values) }

// inputOf reads from a struct what a route takes, and describes it in op. It
// panics when a field has a type that cannot be read: that is a fault in a route.
func inputOf(schemas huma.Registry, op *huma.Operation, t reflect.Type) input {
	in := input{of: t, schemas: schemas, openQuery: op.SkipValidateParams}
	in.params = paramsOf(schemas, op, t)
	in.body = requestBodyOf(schemas, op, t)
	return in
}

// read makes a pointer to a new input from a request, or says what is wrong.
func (in *input) read(w http.ResponseWriter, r *http.Request) (any, *Problem) {
	p := reflect.New(in.of)
	query := r.URL.Query()
	found := findings{at: huma.NewPathBuffer(nil, 0)}
	if !in.openQuery {
		found.strangers(query, in.params)
		if len(found.res.Errors) > 0 {
			return nil, found.problem()
		}
	}
	for i := range in.params {
		in.params[i].read(in, p.Elem(), r, query, &found)
	}
	if in.body != nil {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, &Problem{Status: http.StatusBadRequest, Kind: plumbline.Invalid.String(), Detail: "The body could not be read to its end."}
		}
		// The time for sending a request is over with its body; answering may
		// take longer. A connection without deadlines is none the worse.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		if p := in.body.read(in.schemas, sent, p.Elem(), &found); p != nil {
			return nil, p
		}
	}
	if len(found.res.Errors) > 0 {
		return nil, found.problem()
	}
	if q, ok := p.Interface().(queryReader); ok {
		q.readQuery(query)
	}
	return p.Interface(), nil
}

// hint names the schema of a field whose type has no name.
func hint(parent reflect.Type, f reflect.StructField, otherwise string) string {
	if parent.Name() != "" {
		return parent.Name() + f.Name
	}
	return otherwise
}
