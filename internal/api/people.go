package api

import (
	"context"
	"net/http"
	"time"

	"plumbline"
	"plumbline/internal/app/people"
	"plumbline/internal/app/rights"
)

func (s *server) routePeople() {
	add(s, route{method: http.MethodGet, path: "/me", id: "getMe", tag: "people", says: "Who this request is made as"}, s.me)
	add(s, route{method: http.MethodGet, path: "/people", id: "listPeople", tag: "people", says: "Those who can sign in"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[personList], error) {
			v, err := s.app.People(ctx, who)
			return wrap(personList{some(v)}, err)
		})
	add(s, route{method: http.MethodPut, path: "/people/{handle}", id: "putPerson", tag: "people", says: "Make or change somebody who can sign in"}, s.putPerson)
	add(s, route{method: http.MethodGet, path: "/tokens", id: "listTokens", tag: "people", says: "The actor's own API tokens"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[tokenList], error) {
			v, err := s.app.Tokens(ctx, who)
			return wrap(tokenList{some(v)}, err)
		})
	add(s, route{method: http.MethodPost, path: "/tokens", id: "makeToken", tag: "people", says: "Make an API token",
		more: "The secret is in this answer and nowhere else. An Idempotency-Key does nothing here, since the answer is not kept.", status: http.StatusCreated}, s.makeToken)
	add(s, route{method: http.MethodDelete, path: "/tokens/{id}", id: "revokeToken", tag: "people", says: "End an API token", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			ID string `path:"id"`
		}) (*nothing, error) {
			return nil, s.app.RevokeToken(ctx, who, in.ID)
		})
}

type personList struct {
	People []plumbline.Person `json:"people"`
}

type tokenList struct {
	Tokens []people.TokenView `json:"tokens"`
}

// meView is who a request is made as.
type meView struct {
	Person  plumbline.PersonID `json:"person,omitempty"`
	Name    string             `json:"name"`
	Role    plumbline.Role     `json:"role"`
	Team    plumbline.TeamRef  `json:"team,omitempty"`
	Cleared bool               `json:"cleared" doc:"May read amounts and customer names."`
	Scopes  []string           `json:"scopes,omitempty" doc:"Of the token."`
	Verbs   []rights.Verb      `json:"verbs" doc:"What the role and the token allow."`
}

func (s *server) me(_ context.Context, who plumbline.Actor, _ *nothing) (*body[meView], error) {
	v := meView{Person: who.Person, Name: who.Name, Role: who.Role, Team: who.Team, Cleared: who.Cleared, Scopes: who.Scopes, Verbs: []rights.Verb{}}
	for _, verb := range rights.Verbs() {
		if rights.May(who, verb) {
			v.Verbs = append(v.Verbs, verb)
		}
	}
	return &body[meView]{v}, nil
}

// personBody is a person without the handle, which is in the address.
type personBody struct {
	Name     string            `json:"name"`
	Email    string            `json:"email,omitempty"`
	Role     plumbline.Role    `json:"role" enum:"requester,contributor,pm,admin"`
	Cleared  bool              `json:"cleared,omitempty" doc:"May read amounts and customer names."`
	Team     plumbline.TeamRef `json:"team,omitempty"`
	Password string            `json:"password,omitempty" doc:"Left out, it stays." writeOnly:"true"`
	Disabled bool              `json:"disabled,omitempty"`
}

func (s *server) putPerson(ctx context.Context, who plumbline.Actor, in *struct {
	Handle string `path:"handle"`
	Body   personBody
}) (*body[plumbline.Person], error) {
	b := in.Body
	return wrap(s.app.PutPerson(ctx, who, people.PersonInput{Handle: in.Handle, Name: b.Name, Email: b.Email, Role: b.Role,
		Cleared: b.Cleared, Team: b.Team, Password: b.Password, Disabled: b.Disabled}))
}

// newToken is a token with its secret, which is shown once.
type newToken struct {
	Secret string           `json:"secret"`
	Token  people.TokenView `json:"token"`
}

func (s *server) makeToken(ctx context.Context, who plumbline.Actor, in *struct {
	Body struct {
		Name   string   `json:"name" doc:"What it is for."`
		Scopes []string `json:"scopes" doc:"read, write or admin; each covers the ones before it."`
		Days   int      `json:"days,omitempty" minimum:"1" maximum:"366" default:"90" doc:"How long it is good for."`
	}
}) (*body[newToken], error) {
	good := time.Duration(in.Body.Days) * 24 * time.Hour
	secret, t, err := s.app.MakeToken(ctx, who, in.Body.Name, in.Body.Scopes, good)
	return wrap(newToken{secret, t}, err)
}
