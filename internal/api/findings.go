package api

import (
	"context"
	"net/http"

	"plumbline"
	found "plumbline/internal/app/findings"
)

// Found is a request about one finding; exported as Keyed is.
type Found struct {
	ID plumbline.FindingID `path:"id"`
}

// judgementBody is a verdict about a finding.
type judgementBody struct {
	State         plumbline.Verdict `json:"state" doc:"in_triage, exploitable, resolved, resolved_with_pedigree, false_positive or not_affected. Only the last four stop its clocks."`
	Justification string            `json:"justification,omitempty" doc:"Of not_affected: code_not_reachable, … as in CycloneDX."`
	Response      []string          `json:"response,omitempty" doc:"update, will_not_fix, … as in CycloneDX."`
	Detail        string            `json:"detail,omitempty"`
}

// deadlinesView is by what findings are due.
type deadlinesView struct {
	Chosen  []string       `json:"chosen"`
	Presets []found.Preset `json:"presets" doc:"All there are."`
}

type chosenBody struct {
	Chosen []string `json:"chosen"`
}

type mendedView struct {
	Mended int `json:"mended"`
}

func (s *server) routeFindings() {
	add(s, route{method: http.MethodGet, path: "/findings", id: "listFindings", tag: "findings", says: "Vulnerabilities of products, those that are due first at the beginning",
		more: "The figures are of the product, or of all, whatever the other filters are."}, s.listFindings)
	add(s, route{method: http.MethodGet, path: "/findings/{id}", id: "getFinding", tag: "findings", says: "A finding with its clocks, names, evidence and verdicts"},
		func(ctx context.Context, who plumbline.Actor, in *Found) (*body[found.FindingView], error) {
			return wrap(s.app.FindingByID(ctx, who, in.ID))
		})
	add(s, route{method: http.MethodPost, path: "/findings/{id}/judgement", id: "judgeFinding", tag: "findings", says: "Say what was found out about a finding", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Found
			Body judgementBody
		}) (*nothing, error) {
			b := in.Body
			return nil, s.app.JudgeFinding(ctx, who, in.ID, plumbline.Judgement{State: b.State, Justification: b.Justification, Response: b.Response, Detail: b.Detail})
		})
	add(s, route{method: http.MethodPut, path: "/findings/{id}/facts", id: "putFindingFacts", tag: "findings", says: "Say what the dates of a finding follow from", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Found
			Body found.FactsInput
		}) (*nothing, error) {
			return nil, s.app.SayOfFinding(ctx, who, in.ID, in.Body)
		})
	s.routeFindingsOf()
}

// routeFindingsOf are the routes about the findings of a product, and of all.
func (s *server) routeFindingsOf() {
	add(s, route{method: http.MethodPut, path: "/products/{ref}/risk", id: "putProductRisk", tag: "findings", says: "Say what the dates of a product's findings follow from, where a finding does not say", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref  plumbline.ProductRef `path:"ref"`
			Body plumbline.Risk
		}) (*nothing, error) {
			return nil, s.app.SayOfProduct(ctx, who, in.Ref, in.Body)
		})
	add(s, route{method: http.MethodPost, path: "/products/{ref}/findings/mended", id: "mendGone", tag: "findings", says: "Say that what the newest scan of a product tells of no more is mended"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref plumbline.ProductRef `path:"ref"`
		}) (*body[mendedView], error) {
			n, err := s.app.MendGone(ctx, who, in.Ref)
			return wrap(mendedView{n}, err)
		})
	add(s, route{method: http.MethodGet, path: "/deadlines", id: "getDeadlines", tag: "findings", says: "By what findings are due"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[deadlinesView], error) {
			v, err := s.app.Findings(ctx, who, found.FindingQuery{Limit: 1})
			return wrap(deadlinesView{some(v.Presets), found.DeadlinePresets()}, err)
		})
	add(s, route{method: http.MethodPut, path: "/deadlines", id: "putDeadlines", tag: "findings", says: "Choose by what findings are due", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body chosenBody }) (*nothing, error) {
			return nil, s.app.ChooseDeadlines(ctx, who, in.Body.Chosen)
		})
}

func (s *server) listFindings(ctx context.Context, who plumbline.Actor, in *struct {
	Product   plumbline.ProductRef `query:"product"`
	Class     string               `query:"class" doc:"critical, high, medium, low, unknown or none."`
	State     string               `query:"state" doc:"open, overdue, gone, closed, suppressed or all; open when not said."`
	Name      string               `query:"name" doc:"Any name of the vulnerability."`
	Exploited bool                 `query:"exploited" doc:"Only those that the KEV catalog lists."`
	Cursor    string               `query:"cursor" doc:"The next of the page before."`
	Limit     int                  `query:"limit" minimum:"1" maximum:"200" default:"50"`
}) (*body[found.FindingPage], error) {
	v, err := s.app.Findings(ctx, who, found.FindingQuery{Product: in.Product, Class: in.Class, State: in.State, Vuln: in.Name, Exploited: in.Exploited, Cursor: in.Cursor, Limit: in.Limit})
	v.Findings = some(v.Findings)
	return wrap(v, err)
}
