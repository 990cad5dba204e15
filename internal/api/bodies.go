package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
)

const jsonType = "application/json"

// requestBody is the field Body of an input: JSON.
type requestBody struct {
	index    []int // of the field
	required bool
	schema   *huma.Schema
	defaults []fallback
}

// fallback is what a field of a body holds when it was not sent.
type fallback struct {
	index []int // in the body
	value reflect.Value
}

// requestBodyOf finds the body of an input and describes it in op; nil when the
// input has none. A pointer may be absent.
func requestBodyOf(schemas huma.Registry, op *huma.Operation, t reflect.Type) *requestBody {
	f, ok := t.FieldByName("Body")
	if !ok {
		return nil
	}
	b := &requestBody{index: f.Index, required: f.Type.Kind() != reflect.Pointer}
	b.schema = huma.SchemaFromField(schemas, f, hint(t, f, op.OperationID+"Request"))
	b.schema.PrecomputeMessages()
	if f.Type.Kind() == reflect.Struct {
		b.defaults = fallbacks(f.Type)
	}
	op.RequestBody = &huma.RequestBody{Required: b.required, Content: map[string]*huma.MediaType{jsonType: {Schema: b.schema}}}
	return b
}

// fallbacks are what the tag default says of the fields of a body. It panics
// when the tag is no JSON of the field's type; a text needs no quotes.
func fallbacks(t reflect.Type) []fallback {
	var all []fallback
	for _, f := range reflect.VisibleFields(t) {
		text := f.Tag.Get("default")
		if text == "" {
			continue
		}
		v := reflect.New(f.Type)
		if f.Type.Kind() == reflect.String {
			v.Elem().SetString(text)
		} else if err := json.Unmarshal([]byte(text), v.Interface()); err != nil {
			panic(fmt.Sprintf("api: the default of %s.%s: %v", t, f.Name, err))
		}
		all = append(all, fallback{f.Index, v.Elem()})
	}
	return all
}

// read fills the body of an input. What does not fit the schema is added to
// found; what cannot be read at all is the problem that comes back.
func (b *requestBody) read(schemas huma.Registry, sent []byte, in reflect.Value, found *findings) *Problem {
	if len(sent) == 0 {
		if b.required {
			return &Problem{Status: http.StatusBadRequest, Kind: plumbline.Invalid.String(), Detail: "Request body is required."}
		}
		return nil
	}
	var plain any
	if err := json.Unmarshal(sent, &plain); err != nil {
		return &Problem{Status: http.StatusBadRequest, Kind: plumbline.Invalid.String(), Detail: "The body is not valid JSON: " + whereJSON(sent, err) + "."}
	}
	if found.validate(schemas, b.schema, plain, "body") {
		return nil
	}
	v := in.FieldByIndex(b.index)
	for _, d := range b.defaults {
		v.FieldByIndex(d.index).Set(d.value)
	}
	if err := json.Unmarshal(sent, v.Addr().Interface()); err != nil {
		found.add(err.Error(), "body") // a type is stricter than its schema says
	}
	return nil
}

// whereJSON is an error of encoding/json with the place: lines and columns are
// counted from 1, columns in characters.
func whereJSON(sent []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return err.Error()
	}
	before := string(sent[:max(0, min(int(syntax.Offset)-1, len(sent)))])
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("%v, at line %d, column %d", err, line, column)
}
