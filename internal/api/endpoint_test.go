package api

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plumbline"
)

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

// holds compares a text that was answered, or the problems that stand for it.
func (a answer) holds(t *testing.T, request, want, wrong string) {
	t.Helper()
	if wrong != "" {
		if got := problems(t, a); got != wrong {
			t.Errorf("%s: got %s, want %s", request, got, wrong)
		}
		return
	}
	if got := read[string](t, a); got != want {
		t.Errorf("%s: got %s, want %s", request, got, want)
	}
}

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
