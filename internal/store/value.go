package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"plumbline"
)

// plain turns arguments in place into the few types that both drivers treat
// alike, and refuses text that PostgreSQL cannot hold.
func plain(args []any) error {
	for i, a := range args {
		switch v := reflect.ValueOf(a); v.Kind() {
		case reflect.String:
			s := v.String()
			if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
				return plumbline.Errorf(plumbline.Invalid, textBadText)
			}
			args[i] = s
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			args[i] = v.Int()
		case reflect.Bool, reflect.Float64:
		case reflect.Slice:
			if _, ok := a.([]byte); !ok {
				return fmt.Errorf("store: a slice of %T as an argument", a)
			}
		default:
			return fmt.Errorf("store: a %T as an argument", a)
		}
	}
	return nil
}

// asJSON is v as JSON text. Only values that JSON can hold are stored.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: %T as JSON: %v", v, err))
	}
	return string(b)
}

// fromJSON scans JSON text into what to points to.
type fromJSON struct{ to any }

// Scan implements sql.Scanner.
func (f fromJSON) Scan(src any) error {
	switch s := src.(type) {
	case string:
		switch to := f.to.(type) {
		case *[]string:
			if plainList(s, to) {
				return nil
			}
		case *map[string]plumbline.Position:
			if plainStates(s, *to) {
				return nil
			}
		}
		return json.Unmarshal([]byte(s), f.to)
	case []byte:
		return json.Unmarshal(s, f.to)
	}
	return fmt.Errorf("store: JSON from a %T", src)
}

// plainList reads a JSON list of texts in which nothing is escaped, as labels
// are: a page reads hundreds of them.
func plainList(s string, to *[]string) bool {
	if s == "[]" {
		*to = nil
		return true
	}
	if len(s) < 4 || s[:2] != `["` || s[len(s)-2:] != `"]` || strings.IndexByte(s, '\\') >= 0 {
		return false
	}
	out := strings.Split(s[2:len(s)-2], `","`)
	for _, text := range out {
		if strings.IndexByte(text, '"') >= 0 {
			return false // there is more between them than a comma
		}
	}
	*to = out
	return true
}

// plainStates reads the JSON of an item's states when it stands in one lane and
// nothing is escaped, as almost all do, into a map that is there.
func plainStates(s string, to map[string]plumbline.Position) bool {
	if to == nil || strings.IndexByte(s, '\\') >= 0 {
		return false
	}
	rest, ok1 := strings.CutPrefix(s, `{"`)
	lane, rest, ok2 := strings.Cut(rest, `":{"state":"`)
	state, rest, ok3 := strings.Cut(rest, `","since":"`)
	since, ok4 := strings.CutSuffix(rest, `"}}`)
	at, err := time.Parse(time.RFC3339Nano, since)
	if !ok1 || !ok2 || !ok3 || !ok4 || err != nil || strings.IndexByte(lane+state, '"') >= 0 {
		return false
	}
	to[lane] = plumbline.Position{State: plumbline.State(state), Since: plumbline.At(at)}
	return true
}

// orEmpty is s, or an empty list for nil, so that JSON says [] and not null.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// orNil is s, or nil for an empty list: what is stored as [] is read as nil.
func orNil[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

// holes is "$from, $from+1, …", n of them.
func holes(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(from+i))
	}
	return b.String()
}
