package api

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"plumbline"
)

// order is a body with what bodies have.
type order struct {
	Name  string         `json:"name" maxLength:"5"`
	Days  int            `json:"days,omitempty" minimum:"1" default:"90"`
	How   string         `json:"how,omitempty" default:"post"`
	When  plumbline.Time `json:"when,omitempty"`
	Lines []struct {
		Count *int `json:"count"`
	} `json:"lines,omitempty"`
}

func TestBodies(t *testing.T) {
	s := bare()
	add(s, route{method: "POST", path: "/orders/{id}", id: "order"}, func(_ context.Context, _ plumbline.Actor, in *struct {
		ID   int `path:"id"`
		Body order
	}) (*body[string], error) {
		text := fmt.Sprint(in.ID, " ", in.Body.Name, " ", in.Body.Days, " ", in.Body.How)
		for _, l := range in.Body.Lines {
			if l.Count == nil {
				text += " nil"
				continue
			}
			text += fmt.Sprint(" ", *l.Count)
		}
		return &body[string]{text}, nil
	})
	add(s, route{method: "POST", path: "/maybe", id: "maybe"}, func(_ context.Context, _ plumbline.Actor, in *struct {
		Body *struct {
			Name string `json:"name"`
		}
	}) (*body[string], error) {
		if in.Body == nil {
			return &body[string]{"none"}, nil
		}
		return &body[string]{in.Body.Name}, nil
	})
	tests := []struct{ path, body, want, problems string }{
		{"/orders/1", `{"name":"a"}`, "1 a 90 post", ""},
		{"/orders/1", " {\"name\":\"a\",\"days\":3,\"how\":\"\"}\n", "1 a 3 ", ""},
		{"/orders/1", `{"name":"a","lines":[{"count":2},{"count":null}]}`, "1 a 90 post 2 nil", ""},
		{"/orders/1", ``, "", "400 Request body is required."},
		{"/orders/1", `{"name":"a"`, "", "400 The body is not valid JSON: unexpected end of JSON input, at line 1, column 11."},
		{"/orders/1", "{\"name\":\"ä\",\n \"ö\":\"ü\" x}", "", "400 The body is not valid JSON: invalid character 'x' after object key:value pair, at line 2, column 10."},
		{"/orders/1", `{"name":"a"}{}`, "", "400 The body is not valid JSON: invalid character '{' after top-level value, at line 1, column 13."},
		{"/orders/x", `{"name"`, "", "400 The body is not valid JSON: unexpected end of JSON input, at line 1, column 7."},
		{"/orders/1", `[]`, "", `body: "body" must be: object.`},
		{"/orders/1", `null`, "", `body: "body" must be: object.`},
		{"/orders/1", `{}`, "", "name: Name is missing."},
		{"/orders/1", `{"name":1}`, "", `name: "name" must be: string.`},
		{"/orders/1", `{"name":"abcdef","days":0}`, "", `days: "days" must be: number >= 1.; name: "name" must be: length <= 5.`},
		{"/orders/1", `{"name":"a","days":1.5}`, "", `days: "days" must be: integer.`},
		{"/orders/1", `{"name":"a","colour":"red"}`, "", `colour: "colour" is not a field here.`},
		{"/orders/1", `{"name":"a","lines":[{"count":1},{}]}`, "", `lines[1].count: Count is missing.`},
		{"/orders/1", `{"name":"a","lines":[{"count":"1"}]}`, "", `lines[0].count: "lines[0].count" must be: integer.`},
		{"/orders/1", `{"name":"a","when":"2026-02-30T00:00:00Z"}`, "", `when: "when" must be: string to be RFC 3339 date-time.`},
		{"/orders/x", `{"name":1}`, "", `id: "id" must be: integer.; name: "name" must be: string.`},
		{"/maybe", ``, "none", ""},
		{"/maybe", `{"name":"a"}`, "a", ""},
		{"/maybe", `{}`, "", "name: Name is missing."},
	}
	for _, tt := range tests {
		a := s.answer(httptest.NewRequest("POST", prefix+tt.path, strings.NewReader(tt.body)))
		a.holds(t, tt.path+" "+tt.body, tt.want, tt.problems)
	}
}

// TestBodyBreaks answers for a body that ends before it should.
func TestBodyBreaks(t *testing.T) {
	s := bare()
	add(s, route{method: "POST", path: "/x", id: "x"}, func(context.Context, plumbline.Actor, *struct{ Body order }) (*nothing, error) {
		t.Error("the handler was called")
		return nil, nil
	})
	r := httptest.NewRequest("POST", prefix+"/x", broken{})
	if got, want := problems(t, s.answer(r)), "400 The body could not be read to its end."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("secret") }
