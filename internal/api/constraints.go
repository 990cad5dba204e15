package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/standing"
)

// digits is how a number looks in JSON that is exact: a plumbline.Decimal or a
// standing.Number.
type digits struct{}

// Schema implements huma.SchemaProvider.
func (digits) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "An exact number, digit by digit; as text when it is sent, if you like. null: not known."}
}

// Limited is a request about one constraint; exported as Keyed is.
type Limited struct {
	ID plumbline.ConstraintID `path:"id" doc:"The constraint's id, for example api-availability."`
}

// Excepted is a request about one exception; exported as Keyed is.
type Excepted struct {
	ID string `path:"id" doc:"The exception's id."`
}

// constraintBody is a constraint as it is written; Version is the one that was seen.
type constraintBody struct {
	plumbline.Constraint
	ID      *plumbline.ConstraintID `json:"id,omitempty"` // that of the path, if it is said at all
	Version int64                   `json:"version,omitempty" doc:"The version that was seen: the change is refused with 409 when it changed since."`
}

type evidenceBody struct {
	Evidence []plumbline.Observation `json:"evidence"`
}

type exceptionBody struct {
	Subject string         `json:"subject,omitempty" doc:"A control or a finding; empty: the whole constraint."`
	Policy  string         `json:"policy,omitempty" doc:"Only what this policy asks for; empty: the whole judgement."`
	Reason  string         `json:"reason"`
	From    plumbline.Time `json:"from,omitempty"`
	Until   plumbline.Time `json:"until" doc:"At most 90 days after it began."`
}

type exceptionsView struct {
	Exceptions []standing.ExceptionView `json:"exceptions"`
}

type gatesView struct {
	Scope plumbline.Scope `json:"scope"`
	Gates []standing.Gate `json:"gates"`
}

type reservesView struct {
	Reserves []standing.ReserveView `json:"reserves"`
}

type limitPoliciesView struct {
	Policies []standing.PolicyEdition `json:"policies"`
}

type keyBody struct {
	Key plumbline.Key `json:"key" doc:"The item that mends it."`
}

func (s *server) routeConstraints() {
	const tag = "limits"
	add(s, route{method: http.MethodGet, path: "/constraints", id: "listConstraints", tag: tag, says: "Constraints with how they stand", more: "By id. With a scope, those that it inherits from groups too."}, s.listConstraints)
	add(s, route{method: http.MethodGet, path: "/constraints/{id}", id: "getConstraint", tag: tag, says: "A constraint with how it stands, why, and what is tied to it",
		more: "Of evidence and trail it has the first page."},
		func(ctx context.Context, who plumbline.Actor, in *Limited) (*body[standing.ConstraintPageView], error) {
			return wrap(s.app.ConstraintPage(ctx, who, in.ID))
		})
	add(s, route{method: http.MethodPut, path: "/constraints/{id}", id: "putConstraint", tag: tag, says: "Make or change a constraint",
		more: "It is judged at once. What it is about and holds for cannot change. Durations are in nanoseconds."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Limited
			Body constraintBody
		}) (*body[standing.ConstraintView], error) {
			if in.Body.ID != nil && *in.Body.ID != in.ID {
				return nil, plumbline.FieldError("id", "The body says %q and the address %q: leave the id out of the body.", *in.Body.ID, in.ID)
			}
			c := in.Body.Constraint
			c.ID = in.ID
			return wrap(s.app.PutConstraint(ctx, who, c, in.Body.Version))
		})
	add(s, route{method: http.MethodGet, path: "/constraints/{id}/evidence", id: "listConstraintEvidence", tag: tag, says: "Evidence about a constraint, newest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Limited
			Subject    string `query:"subject" doc:"Only about this control, finding or incident."`
			Superseded bool   `query:"superseded" doc:"With what other evidence took the place of."`
			Cursor     string `query:"cursor" doc:"The next of the page before."`
			Limit      int    `query:"limit" minimum:"1" maximum:"200"`
		}) (*body[standing.EvidencePage], error) {
			return wrap(s.app.ConstraintEvidence(ctx, who, in.ID, standing.EvidenceQuery{Subject: in.Subject, Superseded: in.Superseded, Cursor: in.Cursor, Limit: in.Limit}))
		})
	add(s, route{method: http.MethodPost, path: "/constraints/{id}/evidence", id: "giveEvidence", tag: tag, says: "Give evidence about a constraint",
		more: "It is judged again at once. Evidence with the same source, external name, subject and window as another takes its place; the other is kept. Giving it again changes nothing."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Limited
			Body evidenceBody
		}) (*body[standing.Told], error) {
			return wrap(s.app.GiveEvidence(ctx, who, in.ID, in.Body.Evidence))
		})
	add(s, route{method: http.MethodGet, path: "/constraints/{id}/trail", id: "listConstraintTrail", tag: tag, says: "How a constraint stood before, newest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Limited
			Cursor string `query:"cursor" doc:"The next of the page before."`
		}) (*body[standing.TrailPage], error) {
			return wrap(s.app.ConstraintTrail(ctx, who, in.ID, in.Cursor))
		})
	s.routeMending()
	s.routeExceptions()
	s.routeStandings()
	s.routeLimitPolicies()
}

func (s *server) listConstraints(ctx context.Context, who plumbline.Actor, in *struct {
	Kind   string `query:"kind" doc:"reliability, cost, compliance, security, support, capacity or commitment."`
	Scope  string `query:"scope" doc:"For example product:ci."`
	Status string `query:"status" doc:"met, at_risk, breached, unknown, stale or exempt."`
	Forced bool   `query:"forced" doc:"Only those that force work."`
	Cursor string `query:"cursor" doc:"The next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500"`
}) (*body[standing.ConstraintList], error) {
	q := standing.ConstraintQuery{Kind: plumbline.ConstraintKind(in.Kind), Status: plumbline.Status(in.Status), Forced: in.Forced, After: plumbline.ConstraintID(in.Cursor), Limit: in.Limit}
	if in.Scope != "" {
		scope, err := plumbline.ParseScope(in.Scope)
		if err != nil {
			return nil, err
		}
		q.Scope = &scope
	}
	return wrap(s.app.Constraints(ctx, who, q))
}

func (s *server) routeMending() {
	add(s, route{method: http.MethodPost, path: "/constraints/{id}/items", id: "tieItem", tag: "limits", says: "Say that an item mends a constraint", status: http.StatusNoContent,
		more: "While the constraint forces work, the item is forced."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Limited
			Body keyBody
		}) (*nothing, error) {
			return nil, s.app.TieItem(ctx, who, in.ID, in.Body.Key)
		})
	add(s, route{method: http.MethodDelete, path: "/constraints/{id}/items/{key}", id: "untieItem", tag: "limits", says: "Say that an item does not mend a constraint", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Limited
			Keyed
		}) (*nothing, error) {
			return nil, s.app.UntieItem(ctx, who, in.Limited.ID, in.Key)
		})
	add(s, route{method: http.MethodGet, path: "/items/{key}/gate", id: "getItemGate", tag: "limits", says: "What stands in the way of an item",
		more: "By its product and the type of work that it is."},
		func(ctx context.Context, who plumbline.Actor, in *Keyed) (*body[standing.ItemGate], error) {
			return wrap(s.app.ItemGate(ctx, who, in.Key))
		})
}

func (s *server) routeExceptions() {
	add(s, route{method: http.MethodGet, path: "/exceptions", id: "listExceptions", tag: "limits", says: "Exceptions that have not ended, by when they end"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Constraint string `query:"constraint" doc:"All from this constraint, also those that ended."`
		}) (*body[exceptionsView], error) {
			out, err := s.app.Exceptions(ctx, who, plumbline.ConstraintID(in.Constraint))
			return wrap(exceptionsView{out}, err)
		})
	add(s, route{method: http.MethodPost, path: "/constraints/{id}/exceptions", id: "askException", tag: "limits", says: "Ask for an exception from a constraint", status: http.StatusCreated,
		more: "It holds once enough others have approved it, and ends by itself."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Limited
			Body exceptionBody
		}) (*body[standing.ExceptionView], error) {
			b := in.Body
			return wrap(s.app.AskException(ctx, who, standing.ExceptionInput{Constraint: in.ID, Subject: b.Subject, Policy: b.Policy, Reason: b.Reason, From: b.From, Until: b.Until}))
		})
	add(s, route{method: http.MethodPost, path: "/exceptions/{id}/approve", id: "approveException", tag: "limits", says: "Approve an exception that somebody else asked for"},
		func(ctx context.Context, who plumbline.Actor, in *Excepted) (*body[standing.ExceptionView], error) {
			return wrap(s.app.ApproveException(ctx, who, in.ID))
		})
	add(s, route{method: http.MethodPost, path: "/exceptions/{id}/end", id: "endException", tag: "limits", says: "Refuse an exception, or take it back"},
		func(ctx context.Context, who plumbline.Actor, in *Excepted) (*body[standing.ExceptionView], error) {
			return wrap(s.app.EndException(ctx, who, in.ID))
		})
}

func (s *server) routeStandings() {
	add(s, route{method: http.MethodGet, path: "/standings", id: "listStandings", tag: "limits", says: "How products and processes stand, by kind of constraint", more: "With what needs somebody, the most urgent first."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Group  string                   `query:"group" doc:"Only what is in the group."`
			Kind   plumbline.ConstraintKind `query:"kind" doc:"Only constraints of the kind."`
			Status plumbline.Status         `query:"status" doc:"Only constraints that stand so; the counts are of all."`
		}) (*body[standing.CockpitView], error) {
			return wrap(s.app.Cockpit(ctx, who, standing.CockpitQuery{Group: in.Group, Kind: in.Kind, Status: in.Status}))
		})
	add(s, route{method: http.MethodGet, path: "/gates", id: "listGates", tag: "limits", says: "Whether types of work may go on in a scope, and what stands in their way"}, s.gates)
	add(s, route{method: http.MethodGet, path: "/reserves", id: "listReserves", tag: "limits", says: "Shares of capacity that limits keep for the work that mends them"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[reservesView], error) {
			out, err := s.app.Reserves(ctx, who)
			return wrap(reservesView{out}, err)
		})
}

func (s *server) gates(ctx context.Context, who plumbline.Actor, in *struct {
	Scope string `query:"scope" required:"true" doc:"For example product:ci."`
	Work  string `query:"work" doc:"One type of work; all of them when not said."`
}) (*body[gatesView], error) {
	scope, err := plumbline.ParseScope(in.Scope)
	if err != nil {
		return nil, err
	}
	if in.Work != "" {
		g, err := s.app.WorkGate(ctx, who, scope, in.Work)
		return wrap(gatesView{scope, []standing.Gate{g}}, err)
	}
	all, err := s.app.WorkGates(ctx, who, scope)
	return wrap(gatesView{scope, all}, err)
}

func (s *server) routeLimitPolicies() {
	const tag = "limits"
	add(s, route{method: http.MethodGet, path: "/limit-policies", id: "listLimitPolicies", tag: tag, says: "The editions of the policies about constraints"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[limitPoliciesView], error) {
			out, err := s.app.LimitPolicies(ctx, who)
			return wrap(limitPoliciesView{out}, err)
		})
	add(s, route{method: http.MethodGet, path: "/limit-policies/{version}", id: "getLimitPolicy", tag: tag, says: "An edition as it is written"},
		func(ctx context.Context, who plumbline.Actor, in *Edition) (*body[standing.PolicyEdition], error) {
			return wrap(s.app.LimitPolicy(ctx, who, in.Version))
		})
	add(s, route{method: http.MethodPost, path: "/limit-policies/check", id: "checkLimitPolicy", tag: tag, says: "Say what is wrong with the text of policies about constraints"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body policyBody }) (*body[standing.PolicyEdition], error) {
			return wrap(s.app.CheckLimitPolicy(ctx, who, in.Body.Text))
		})
	add(s, route{method: http.MethodPost, path: "/limit-policies/preview", id: "previewLimitPolicy", tag: tag, says: "Say for which constraints a text would have other consequences",
		more: "It changes nothing."},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body policyBody }) (*body[standing.LimitPreview], error) {
			return wrap(s.app.PreviewLimitPolicy(ctx, who, in.Body.Text))
		})
	add(s, route{method: http.MethodPost, path: "/limit-policies", id: "saveLimitPolicy", tag: tag, says: "Keep an edition of one's own",
		more: "It is not in force until it is used, and is never changed: another text takes another version."},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body policyBody }) (*body[standing.PolicyEdition], error) {
			return wrap(s.app.SaveLimitPolicy(ctx, who, in.Body.Text))
		})
	add(s, route{method: http.MethodPost, path: "/limit-policies/{version}/use", id: "useLimitPolicy", tag: tag, says: "Put an edition in force from now on", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *Edition) (*nothing, error) {
			return nil, s.app.UseLimitPolicy(ctx, who, in.Version)
		})
}
