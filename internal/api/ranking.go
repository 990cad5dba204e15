package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/ranking"
)

// policiesView is all editions of the policy.
type policiesView struct {
	Policies []ranking.PolicyView `json:"policies"`
}

// policyBody is the text of a policy.
type policyBody struct {
	Text string `json:"text" doc:"YAML."`
}

// Edition is a request about one edition of the policy.
type Edition struct {
	Version string `path:"version"`
}

func (s *server) routeRanking() {
	add(s, route{method: http.MethodGet, path: "/ranking", id: "getRanking", tag: "judgement", says: "What comes first",
		more: "The order is that of all open items; the filters of the list say which of them are shown, at their true places.", openQuery: true,
		params: append(filterParams(), modelParam(),
			queryParam("top", "How many are wanted; the policy's number when not said.", &huma.Schema{Type: huma.TypeInteger}),
			queryParam("what_if", "An estimate that is tried out, as REQ-1:effort:2-5; nobody keeps it.", &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString}}))}, s.ranking)
	add(s, route{method: http.MethodGet, path: "/items/{key}/rank", id: "explainRank", tag: "judgement", says: "Why an item stands where it does, and what would change it"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Keyed
			Model string `query:"model" doc:"The model that scores; the policy's first when not said."`
		}) (*body[ranking.ExplainView], error) {
			return wrap(s.app.Explain(ctx, who, in.Key, in.Model))
		})
	add(s, route{method: http.MethodGet, path: "/ranking/validate", id: "validateNext", tag: "judgement", says: "What is most worth finding out, against what it costs"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Model string `query:"model"`
			N     int    `query:"n" minimum:"1" maximum:"100" default:"20"`
		}) (*body[ranking.ValidateView], error) {
			return wrap(s.app.ValidateNext(ctx, who, in.Model, in.N))
		})
	add(s, route{method: http.MethodGet, path: "/duties", id: "listDuties", tag: "judgement", says: "Forced work with its clocks, and what it displaced",
		more: "Takes the filters of the list.", openQuery: true, params: filterParams()},
		func(ctx context.Context, who plumbline.Actor, in *queried) (*body[ranking.DutiesView], error) {
			f, err := plumbline.ParseFilter(in.query)
			if err != nil {
				return nil, err
			}
			return wrap(s.app.Duties(ctx, who, f))
		})
	s.routePolicies()
}

func (s *server) ranking(ctx context.Context, who plumbline.Actor, in *queried) (*body[ranking.RankingView], error) {
	f, err := plumbline.ParseFilter(in.query, "model", "top", "what_if")
	if err != nil {
		return nil, err
	}
	q := ranking.RankQuery{Filter: f, Model: in.query.Get("model"), Cursor: f.Cursor}
	q.Filter.Cursor = ""
	if q.Top, err = numberOf(in.query, "top", 1, 1000); err != nil {
		return nil, err
	}
	for _, text := range in.query["what_if"] {
		c, err := ranking.ParseChange(text)
		if err != nil {
			return nil, err
		}
		q.WhatIf = append(q.WhatIf, c)
	}
	return wrap(s.app.Ranking(ctx, who, q))
}

// numberOf is a number of a query; 0 when it is not there.
func numberOf(q url.Values, name string, least, most int) (int, error) {
	text := strings.TrimSpace(q.Get(name))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, plumbline.FieldError(name, "%s is a number from %d to %d, not %q.", name, least, most, text)
	}
	return n, nil
}

func (s *server) routePolicies() {
	add(s, route{method: http.MethodGet, path: "/policies", id: "listPolicies", tag: "judgement", says: "The editions of the policy of priorities"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[policiesView], error) {
			out, err := s.app.Policies(ctx, who)
			return wrap(policiesView{out}, err)
		})
	add(s, route{method: http.MethodGet, path: "/policies/{version}", id: "getPolicy", tag: "judgement", says: "An edition of the policy as it is written"},
		func(ctx context.Context, who plumbline.Actor, in *Edition) (*body[ranking.PolicyTextView], error) {
			return wrap(s.app.PolicyText(ctx, who, in.Version))
		})
	add(s, route{method: http.MethodPost, path: "/policies/check", id: "checkPolicy", tag: "judgement", says: "Say what is wrong with the text of a policy"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body policyBody }) (*body[ranking.PolicyCheck], error) {
			return wrap(s.app.CheckPolicy(ctx, who, in.Body.Text))
		})
	add(s, route{method: http.MethodPost, path: "/policies", id: "savePolicy", tag: "judgement", says: "Keep an edition of one's own",
		more: "It is not in force until it is used, and is never changed: another text takes another version."},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body policyBody }) (*body[ranking.PolicyView], error) {
			return wrap(s.app.SavePolicy(ctx, who, in.Body.Text))
		})
	add(s, route{method: http.MethodPost, path: "/policies/{version}/use", id: "usePolicy", tag: "judgement", says: "Put an edition in force from now on", status: http.StatusNoContent,
		more: "Clocks that run already keep the one that they were born under."},
		func(ctx context.Context, who plumbline.Actor, in *Edition) (*nothing, error) {
			return nil, s.app.UsePolicy(ctx, who, in.Version)
		})
	add(s, route{method: http.MethodPost, path: "/policies/replay", id: "replayPolicy", tag: "judgement", says: "Rank what is open by two policies: who would win, and who would lose"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body ranking.ReplayInput }) (*body[ranking.ReplayView], error) {
			return wrap(s.app.ReplayPolicy(ctx, who, in.Body))
		})
}
