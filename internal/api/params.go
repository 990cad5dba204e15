package api

import (
	"encoding"
	"errors"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// param is a field of an input that comes from the path, the query or a header.
type param struct {
	index    []int  // of the field
	in, name string // in: path, query or header
	required bool
	fallback string // stands for what was not sent; "" for nothing
	explode  bool   // a list as name=a&name=b; otherwise as name=a,b
	schema   *huma.Schema
}

// paramsOf finds the parameters of an input by the tags of its fields, those of
// embedded structs among them, and describes them in op:
//
//	path:"name"           always required
//	query:"name"          with ",explode" for a list that is sent as name=a&name=b
//	header:"Name"
//	default:"text"        stands for what was not sent
//	required:"true"
//
// and those by which huma.SchemaFromField makes the schema that values are held
// against: doc, enum, minimum, maxLength and so on.
func paramsOf(schemas huma.Registry, op *huma.Operation, t reflect.Type) []param {
	var all []param
	for _, f := range reflect.VisibleFields(t) {
		p := param{index: f.Index, fallback: f.Tag.Get("default")}
		for _, in := range []string{"path", "query", "header"} {
			if f.Tag.Get(in) != "" {
				p.in = in
			}
		}
		if p.in == "" || f.Anonymous {
			continue
		}
		name, how, _ := strings.Cut(f.Tag.Get(p.in), ",")
		p.name, p.explode = name, how == "explode"
		p.required = p.in == "path" || f.Tag.Get("required") == "true"
		if !f.IsExported() || !readable(f.Type) {
			panic("api: " + t.String() + "." + f.Name + " cannot be a parameter")
		}
		p.schema = huma.SchemaFromField(schemas, f, "")
		all = append(all, p)
		op.Parameters = append(op.Parameters, p.describe())
	}
	return all
}

func (p *param) describe() *huma.Param {
	d := &huma.Param{Name: p.name, In: p.in, Description: p.schema.Description, Required: p.required, Schema: p.schema}
	if p.in == "query" {
		d.Explode = &p.explode
	}
	return d
}

// read sets the parameter's field of an input.
func (p *param) read(in *input, v reflect.Value, r *http.Request, query url.Values, found *findings) {
	sent := p.sent(r, query)
	if len(sent) == 0 {
		if p.required && !in.openQuery {
			found.add("required parameter is missing", p.in, p.name)
		}
		return
	}
	f := v.FieldByIndex(p.index)
	value, err := p.set(f, sent)
	if err != nil {
		found.add(err.Error(), p.in, p.name)
		return
	}
	if !in.openQuery {
		found.validate(in.schemas, p.schema, value, p.in, p.name)
	}
}

// sent are the texts that a request has for the parameter, or its default. An
// empty text counts as none.
func (p *param) sent(r *http.Request, query url.Values) []string {
	var text string
	switch p.in {
	case "path":
		text = r.PathValue(p.name)
	case "query":
		if all := query[p.name]; p.explode && len(all) > 0 {
			return all
		}
		text = query.Get(p.name)
		// ?unread says yes, as it does in the head of a shell command.
		if text == "" && p.schema.Type == huma.TypeBoolean && slices.Contains(strings.Split(r.URL.RawQuery, "&"), p.name) {
			text = "true"
		}
	case "header":
		text = r.Header.Get(p.name)
	}
	if text == "" {
		text = p.fallback
	}
	if text == "" {
		return nil
	}
	if p.schema.Type == huma.TypeArray {
		return strings.Split(text, ",")
	}
	return []string{text}
}

// set parses what was sent into the field, and gives it as huma.Validate wants
// it.
func (p *param) set(f reflect.Value, sent []string) (any, error) {
	if p.schema.Type != huma.TypeArray {
		return parse(f, sent[0])
	}
	list := reflect.MakeSlice(f.Type(), len(sent), len(sent))
	values := make([]any, len(sent))
	for i, text := range sent {
		var err error
		if values[i], err = parse(list.Index(i), text); err != nil {
			return nil, err
		}
	}
	f.Set(list)
	return values, nil
}

// parse reads a text into a value of a type that is readable. The errors are in
// huma's words, see plainly.
func parse(v reflect.Value, text string) (any, error) {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return nil, err
		}
		return text, nil
	}
	switch {
	case v.CanInt():
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return nil, errors.New("expected integer")
		}
		v.SetInt(n)
		return n, nil
	case v.CanUint():
		n, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil {
			return nil, errors.New("expected integer of 0 or more")
		}
		v.SetUint(n)
		return n, nil
	case v.CanFloat():
		n, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, errors.New("expected number")
		}
		v.SetFloat(n)
		return n, nil
	case v.Kind() == reflect.Bool:
		yes, err := strconv.ParseBool(text)
		if err != nil {
			return nil, errors.New("expected boolean")
		}
		v.SetBool(yes)
		return yes, nil
	}
	v.SetString(text)
	return text, nil
}

// readable says whether a parameter may have the type: a text, a number, a
// boolean, what reads itself from a text, or a list of these.
func readable(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return true
	}
	switch t.Kind() {
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Slice && readable(t.Elem())
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}
