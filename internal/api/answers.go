package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// output is what a route gives: a status, headers and a body.
type output struct {
	status  int   // of success, when the answer does not say
	says    []int // the index of the field Status; nil: none
	body    []int // the index of the field Body; nil: none
	headers []outHeader
}

// outHeader is a field of an answer that leaves as a header.
type outHeader struct {
	index []int
	name  string
}

// outputOf reads from a struct what a route gives, and describes it in op:
// Status, an int; Body; and texts with the tag header. It panics when there is
// another field: that is a fault in a route.
func outputOf(schemas huma.Registry, op *huma.Operation, t reflect.Type) output {
	out := output{status: op.DefaultStatus}
	body, hasBody := t.FieldByName("Body")
	switch {
	case out.status != 0:
	case hasBody:
		out.status = http.StatusOK
	default:
		out.status = http.StatusNoContent
	}
	answer := &huma.Response{Description: http.StatusText(out.status), Headers: map[string]*huma.Param{}}
	op.Responses[strconv.Itoa(out.status)] = answer
	if hasBody {
		out.body = body.Index
		answer.Content = map[string]*huma.MediaType{jsonType: {
			Schema: huma.SchemaFromField(schemas, body, hint(t, body, op.OperationID+"Response")),
		}}
	}
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("header")
		switch {
		case f.Anonymous || f.Name == "Body":
		case f.Name == "Status" && f.Type.Kind() == reflect.Int:
			out.says = f.Index
		case name != "" && f.Type.Kind() == reflect.String:
			out.headers = append(out.headers, outHeader{f.Index, name})
			answer.Headers[name] = &huma.Header{Schema: huma.SchemaFromField(schemas, f, "")}
		default:
			panic("api: " + t.String() + "." + f.Name + " cannot be part of an answer")
		}
	}
	return out
}

// write sends what a handler gave: a pointer to a struct, nil for an answer
// without a body. Nothing is sent when it cannot be written as JSON.
func (o *output) write(w http.ResponseWriter, answer any) error {
	v := reflect.ValueOf(answer)
	if v.IsNil() {
		w.WriteHeader(o.status)
		return nil
	}
	v = v.Elem()
	status := o.status
	if o.says != nil && !v.FieldByIndex(o.says).IsZero() {
		status = int(v.FieldByIndex(o.says).Int())
	}
	var body []byte
	if o.body != nil && status != http.StatusNoContent && status != http.StatusNotModified {
		var err error
		if body, err = asJSON(v.FieldByIndex(o.body).Interface()); err != nil {
			return err
		}
		w.Header().Set("Content-Type", jsonType)
	}
	for _, h := range o.headers {
		if text := v.FieldByIndex(h.index).String(); text != "" {
			w.Header().Set(h.name, text)
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader may have gone
	return nil
}

// asJSON writes a value for programs: no page shows it, so < and & stay as they
// are.
func asJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}
