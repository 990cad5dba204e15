package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plumbline"
)

// hidden holds parameters for structs that embed it.
type hidden struct {
	Ref plumbline.ProductRef `path:"ref"`
}

// kinds has a parameter of every kind.
type kinds struct {
	hidden
	Text    string            `query:"text" maxLength:"5"`
	One     string            `query:"one" enum:"a,b"`
	Words   []plumbline.Key   `query:"words"`
	Many    []string          `query:"many,explode" maxItems:"3"`
	Numbers []int32           `query:"numbers" maximum:"9"`
	Whole   int64             `query:"whole" minimum:"-5" maximum:"1000" default:"7"`
	Small   int8              `query:"small"`
	Natural uint16            `query:"natural"`
	Part    float64           `query:"part"`
	Yes     bool              `query:"yes"`
	Force   plumbline.Force   `query:"force"`
	Forces  []plumbline.Force `query:"forces"`
	Head    string            `header:"X-Head"`
	Number  int               `header:"X-Number"`
}

// bare is a server with routes and nothing else.
func bare() *server {
	s := &server{log: discard(), mux: http.NewServeMux()}
	s.openapi = s.describe()
	return s
}

func (s *server) answer(r *http.Request) answer {
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}

// problems are the fields and messages of a refusal.
func problems(t *testing.T, a answer) string {
	t.Helper()
	p := a.problem(t)
	if a.status != http.StatusUnprocessableEntity {
		return fmt.Sprintf("%d %s", a.status, p.Detail)
	}
	var all []string
	for _, f := range p.Errors {
		all = append(all, f.Field+": "+f.Message)
	}
	return strings.Join(all, "; ")
}

// TestParameters sends each kind of parameter, right and wrong. What was read is
// written as Go does, without what is empty.
func TestParameters(t *testing.T) {
	s := bare()
	add(s, route{method: "GET", path: "/kinds/{ref}", id: "kinds"}, func(_ context.Context, _ plumbline.Actor, in *kinds) (*body[string], error) {
		var got []string
		note := func(name string, v any) {
			if text := fmt.Sprint(v); text != "" && text != "0" && text != "[]" && text != "false" {
				got = append(got, name+"="+text)
			}
		}
		for _, f := range []struct {
			name string
			v    any
		}{{"ref", in.Ref}, {"text", in.Text}, {"one", in.One}, {"words", in.Words}, {"many", strings.Join(in.Many, "|")}, {"numbers", in.Numbers}, {"whole", in.Whole},
			{"small", in.Small}, {"natural", in.Natural}, {"part", in.Part}, {"yes", in.Yes}, {"force", in.Force}, {"forces", in.Forces}, {"head", in.Head}, {"number", in.Number}} {
			note(f.name, f.v)
		}
		return &body[string]{strings.Join(got, " ")}, nil
	})
	add(s, route{method: "GET", path: "/needs", id: "needs"}, func(_ context.Context, _ plumbline.Actor, in *struct {
		Need string `query:"need" required:"true"`
		Also string `header:"Also" required:"true"`
	}) (*body[string], error) {
		return &body[string]{in.Need + in.Also}, nil
	})
	tests := []struct{ path, header, want, problems string }{
		{"/kinds/ci", "", "ref=ci whole=7", ""},
		{"/kinds/a%2Fb", "", "ref=a/b whole=7", ""},
		{"/kinds/ci?text=%C3%A4%20b", "", "ref=ci text=ä b whole=7", ""},
		{"/kinds/ci?text=", "", "ref=ci whole=7", ""},
		{"/kinds/ci?text=a&text=b", "", "ref=ci text=a whole=7", ""},
		{"/kinds/ci?text=%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4", "", "ref=ci text=äääää whole=7", ""},
		{"/kinds/ci?text=abcdef", "", "", `text: "text" must be: length <= 5.`},
		{"/kinds/ci?one=b", "", "ref=ci one=b whole=7", ""},
		{"/kinds/ci?one=c", "", "", `one: "one" must be: value to be one of "a, b".`},
		{"/kinds/ci?words=REQ-1,REQ-2", "", "ref=ci words=[REQ-1 REQ-2] whole=7", ""},
		{"/kinds/ci?many=a,b&many=c", "", "ref=ci many=a,b|c whole=7", ""},
		{"/kinds/ci?many=a&many=b&many=c&many=d", "", "", `many: "many" must be: array length <= 3.`},
		{"/kinds/ci?numbers=1,-2,9", "", "ref=ci numbers=[1 -2 9] whole=7", ""},
		{"/kinds/ci?numbers=1,10", "", "", `numbers[1]: "numbers[1]" must be: number <= 9.`},
		{"/kinds/ci?numbers=1,x", "", "", `numbers: "numbers" must be: integer.`},
		{"/kinds/ci?numbers=1,", "", "", `numbers: "numbers" must be: integer.`},
		{"/kinds/ci?whole=-5", "", "ref=ci whole=-5", ""},
		{"/kinds/ci?whole=0", "", "ref=ci", ""},
		{"/kinds/ci?whole=", "", "ref=ci whole=7", ""},
		{"/kinds/ci?whole=1001", "", "", `whole: "whole" must be: number <= 1000.`},
		{"/kinds/ci?whole=1.5", "", "", `whole: "whole" must be: integer.`},
		{"/kinds/ci?whole=ten", "", "", `whole: "whole" must be: integer.`},
		{"/kinds/ci?whole=9223372036854775808", "", "", `whole: "whole" must be: integer.`},
		{"/kinds/ci?small=127", "", "ref=ci whole=7 small=127", ""},
		{"/kinds/ci?small=128", "", "", `small: "small" must be: integer.`},
		{"/kinds/ci?natural=65535", "", "ref=ci whole=7 natural=65535", ""},
		{"/kinds/ci?natural=-1", "", "", `natural: "natural" must be: integer of 0 or more.`},
		{"/kinds/ci?part=-0.25", "", "ref=ci whole=7 part=-0.25", ""},
		{"/kinds/ci?part=NaN", "", "", `part: "part" must be: number.`},
		{"/kinds/ci?part=1e400", "", "", `part: "part" must be: number.`},
		{"/kinds/ci?yes=1", "", "ref=ci whole=7 yes=true", ""},
		{"/kinds/ci?yes", "", "ref=ci whole=7 yes=true", ""},
		{"/kinds/ci?text=a&yes", "", "ref=ci text=a whole=7 yes=true", ""},
		{"/kinds/ci?yes=", "", "ref=ci whole=7", ""},
		{"/kinds/ci?yes=perhaps", "", "", `yes: "yes" must be: boolean.`},
		{"/kinds/ci?text", "", "ref=ci whole=7", ""},
		{"/kinds/ci?force=inform", "", "ref=ci whole=7 force=inform", ""},
		{"/kinds/ci?forces=inform,restrict_work_types", "", "ref=ci whole=7 forces=[inform restrict_work_types]", ""},
		{"/kinds/ci?force=shout", "", "", "force: A consequence is inform, require_review, reserve_capacity, force_rank or restrict_work_types, not \"shout\"."},
		{"/kinds/ci", "X-Head: a, b", "ref=ci whole=7 head=a, b", ""},
		{"/kinds/ci", "X-Number: 3", "ref=ci whole=7 number=3", ""},
		{"/kinds/ci", "X-Number: three", "", `X-Number: "X-Number" must be: integer.`},
		{"/kinds/ci?zebra=1&ant=2&whole=x", "", "", `ant: "ant" is not a parameter here.; zebra: "zebra" is not a parameter here.`},
		{"/kinds/ci?X-Head=1", "", "", `X-Head: "X-Head" is not a parameter here.`},
		{"/kinds/ci?whole=x&part=y", "", "", `whole: "whole" must be: integer.; part: "part" must be: number.`},
		{"/needs?need=a", "Also: b", "ab", ""},
		{"/needs?need=a", "", "", "Also: Also is missing."},
		{"/needs", "", "", "need: Need is missing.; Also: Also is missing."},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", prefix+tt.path, nil)
		if name, value, ok := strings.Cut(tt.header, ": "); ok {
			r.Header.Set(name, value)
		}
		a := s.answer(r)
		if tt.problems != "" {
			if got := problems(t, a); got != tt.problems {
				t.Errorf("%s %s: got %s, want %s", tt.path, tt.header, got, tt.problems)
			}
			continue
		}
		if got := read[string](t, a); got != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.path, tt.header, got, tt.want)
		}
	}
}

// TestOpenQuery leaves the query to the handler, as it was sent.
func TestOpenQuery(t *testing.T) {
	s := bare()
	add(s, route{method: "GET", path: "/open", id: "open", openQuery: true}, func(_ context.Context, _ plumbline.Actor, in *queried) (*body[string], error) {
		return &body[string]{in.query.Encode()}, nil
	})
	if got := read[string](t, s.answer(httptest.NewRequest("GET", prefix+"/open?b=2&a=1&b=3", nil))); got != "a=1&b=2&b=3" {
		t.Errorf("got %s", got)
	}
}

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
		if tt.problems != "" {
			if got := problems(t, a); got != tt.problems {
				t.Errorf("%s %s: got %s, want %s", tt.path, tt.body, got, tt.problems)
			}
			continue
		}
		if got := read[string](t, a); got != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.path, tt.body, got, tt.want)
		}
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

// TestAnswers writes what handlers give.
func TestAnswers(t *testing.T) {
	type full struct {
		Status int
		ETag   string `header:"ETag"`
		Place  string `header:"Location"`
		Body   any
	}
	conflict := plumbline.Errorf(plumbline.Conflict, "Somebody was faster.")
	tests := []struct {
		name   string
		status int // that the route has
		gives  *full
		err    error
		want   string
	}{
		{"body", 0, &full{Body: map[string]string{"a": "<b>"}}, nil, `200 type=application/json {"a":"<b>"}`},
		{"status and headers", 201, &full{Status: 202, ETag: `"3"`, Place: "/x", Body: 1}, nil, `202 type=application/json etag="3" location=/x 1`},
		{"not modified", 0, &full{Status: 304, ETag: `"3"`, Body: 1}, nil, `304 type= etag="3"`},
		{"nil", 202, nil, nil, "202 type="},
		{"an error", 0, &full{Status: 200, ETag: "secret", Body: "secret"}, conflict, `409 type=application/problem+json Somebody was faster.`},
		{"no JSON", 0, &full{Status: 200, ETag: "secret", Body: math.Inf(1)}, nil, "500 type=application/problem+json Something went wrong on our side. It has been logged; please try again."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := bare()
			add(s, route{method: "GET", path: "/x", id: "x", status: tt.status}, func(context.Context, plumbline.Actor, *struct{}) (*full, error) {
				return tt.gives, tt.err
			})
			a := s.answer(httptest.NewRequest("GET", prefix+"/x", nil))
			got := fmt.Sprintf("%d type=%s", a.status, a.header.Get("Content-Type"))
			for _, h := range []string{"ETag", "Location"} {
				if v := a.header.Get(h); v != "" {
					got += " " + strings.ToLower(h) + "=" + v
				}
			}
			text := strings.TrimSpace(string(a.body))
			if a.status >= 400 {
				text = a.problem(t).Detail
			}
			if got += strings.TrimSuffix(" "+text, " "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if strings.Contains(string(a.body)+fmt.Sprint(a.header), "secret") {
				t.Errorf("leaks: %s %v", a.body, a.header)
			}
		})
	}
}

// TestFaultsOfRoutes refuses at the start what no request could ever use.
func TestFaultsOfRoutes(t *testing.T) {
	type fault struct {
		name string
		hang func(s *server)
	}
	get := route{method: "GET", path: "/x", id: "x"}
	tests := []fault{
		{"a pointer", func(s *server) {
			add(s, get, func(context.Context, plumbline.Actor, *struct {
				A *int `query:"a"`
			}) (*nothing, error) {
				return nil, nil
			})
		}},
		{"a map", func(s *server) {
			add(s, get, func(context.Context, plumbline.Actor, *struct {
				A map[string]string `query:"a"`
			}) (*nothing, error) {
				return nil, nil
			})
		}},
		{"lists of lists", func(s *server) {
			add(s, get, func(context.Context, plumbline.Actor, *struct {
				A [][]string `query:"a"`
			}) (*nothing, error) {
				return nil, nil
			})
		}},
		{"no default of its type", func(s *server) {
			add(s, get, func(context.Context, plumbline.Actor, *struct {
				Body struct {
					A int `json:"a" default:"many"`
				}
			}) (*nothing, error) {
				return nil, nil
			})
		}},
		{"an answer with more", func(s *server) {
			add(s, get, func(context.Context, plumbline.Actor, *nothing) (*struct{ A int }, error) { return nil, nil })
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("the route was taken")
				}
			}()
			tt.hang(bare())
		})
	}
}
