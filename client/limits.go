package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
)

// Figure is a number that a judgement rests on.
type Figure struct {
	Name  string            `json:"name"`
	Value plumbline.Decimal `json:"value"`
	Unit  string            `json:"unit,omitempty"`
}

// Effect is a consequence that is in force.
type Effect struct {
	Policy   string            `json:"policy"`
	Force    plumbline.Force   `json:"force"`
	What     string            `json:"what"`
	Allow    []string          `json:"allow,omitempty"`
	Concerns []string          `json:"concerns,omitempty"`
	Share    plumbline.Decimal `json:"share,omitempty"`
	Since    plumbline.Time    `json:"since"`
	Due      plumbline.Time    `json:"due,omitempty"`
	Until    plumbline.Time    `json:"until,omitempty"`
	Lifts    string            `json:"lifts,omitempty"`
	Waived   plumbline.Time    `json:"waived,omitempty"`
	Why      string            `json:"why"`
	Source   string            `json:"source,omitempty"`
}

// Standing is how a constraint stands.
type Standing struct {
	Constraint  plumbline.ConstraintID   `json:"constraint"`
	Kind        plumbline.ConstraintKind `json:"kind"`
	Scope       plumbline.Scope          `json:"scope"`
	At          plumbline.Time           `json:"at"`
	Status      plumbline.Status         `json:"status"`
	Until       plumbline.Time           `json:"until,omitempty"`
	Headroom    plumbline.Decimal        `json:"headroom"`
	Pace        plumbline.Decimal        `json:"pace"`
	Breach      plumbline.Time           `json:"breach,omitempty"`
	Due         plumbline.Time           `json:"due,omitempty"`
	LatestStart plumbline.Time           `json:"latest_start,omitempty"`
	Forced      bool                     `json:"forced"`
	Reason      string                   `json:"reason"`
	Notes       []string                 `json:"notes,omitempty"`
	Figures     []Figure                 `json:"figures,omitempty"`
	Effects     []Effect                 `json:"consequences,omitempty"`
	Evidence    []string                 `json:"evidence,omitempty"`
	Trail       struct {
		Breached bool           `json:"breached,omitempty"`
		Since    plumbline.Time `json:"since,omitempty"`
		Good     plumbline.Time `json:"good,omitempty"`
		Firing   []struct {
			Policy string         `json:"policy"`
			Since  plumbline.Time `json:"since"`
			Good   plumbline.Time `json:"good,omitempty"`
			Over   bool           `json:"over,omitempty"`
		} `json:"firing,omitempty"`
	} `json:"trail"`
}

// Constraint is a constraint with how it stands.
type Constraint struct {
	plumbline.Constraint
	Version  int64          `json:"version"`
	By       string         `json:"by"`
	At       plumbline.Time `json:"changed"`
	Standing *Standing      `json:"standing"`
	Since    plumbline.Time `json:"since"`
	Policies string         `json:"policies"`
	Withheld bool           `json:"amounts_withheld,omitempty"`
}

// ConstraintList is a page of constraints.
type ConstraintList struct {
	Constraints []Constraint           `json:"constraints"`
	Next        plumbline.ConstraintID `json:"next,omitempty"`
}

// Testimony is a piece of evidence about a constraint; Ended is when another one took
// its place.
type Testimony struct {
	plumbline.Observation
	Ended plumbline.Time `json:"ended,omitempty"`
}

// TestimonyPage is a page of evidence about a constraint, newest first.
type TestimonyPage struct {
	Evidence []Testimony `json:"evidence"`
	Next     string      `json:"next,omitempty"`
}

// Told says what became of evidence.
type Told struct {
	New     int        `json:"new"`
	Changed int        `json:"changed"`
	Same    int        `json:"same"`
	View    Constraint `json:"constraint"`
}

// StandingChange is one change of a standing.
type StandingChange struct {
	At       plumbline.Time    `json:"at"`
	Was      plumbline.Status  `json:"was,omitempty"`
	Status   plumbline.Status  `json:"status"`
	Headroom plumbline.Decimal `json:"headroom"`
	Reason   string            `json:"reason,omitempty"`
	Fired    []string          `json:"fired"`
	Lifted   []string          `json:"lifted"`
}

// StandingTrail is a page of the changes of a standing, newest first.
type StandingTrail struct {
	Changes []StandingChange `json:"changes"`
	Next    string           `json:"next,omitempty"`
}

// Exception is an exception from a constraint.
type Exception struct {
	ID         string                 `json:"id"`
	Constraint plumbline.ConstraintID `json:"constraint"`
	Subject    string                 `json:"subject,omitempty"`
	Policy     string                 `json:"policy,omitempty"`
	Reason     string                 `json:"reason"`
	AskedBy    string                 `json:"asked_by"`
	Asked      plumbline.Time         `json:"asked"`
	From       plumbline.Time         `json:"from"`
	Until      plumbline.Time         `json:"until"`
	Needs      int64                  `json:"needs"`
	Approved   []Approval             `json:"approved"`
	State      string                 `json:"state"`
	Ended      plumbline.Time         `json:"ended,omitempty"`
	MayApprove bool                   `json:"may_approve"`
	MayEnd     bool                   `json:"may_end"`
}

// Approval is one person's yes to an exception.
type Approval struct {
	By string         `json:"by"`
	At plumbline.Time `json:"at"`
}

// ExceptionInput asks for an exception.
type ExceptionInput struct {
	Subject string         `json:"subject,omitempty"`
	Policy  string         `json:"policy,omitempty"`
	Reason  string         `json:"reason"`
	From    plumbline.Time `json:"from,omitempty"`
	Until   plumbline.Time `json:"until"`
}

// Mending is an item that mends a constraint.
type Mending struct {
	Key    plumbline.Key   `json:"key"`
	Title  string          `json:"title"`
	State  plumbline.State `json:"state"`
	Open   bool            `json:"open"`
	ByName string          `json:"tied_by"`
	At     plumbline.Time  `json:"tied_at"`
}

// HeadroomDay is the headroom at the end of a day.
type HeadroomDay struct {
	Day      string            `json:"day"`
	Headroom plumbline.Decimal `json:"headroom"`
}

// LimitDuty is what a constraint forces.
type LimitDuty struct {
	Policy string         `json:"policy,omitempty"`
	Rule   string         `json:"rule"`
	Since  plumbline.Time `json:"since"`
	Due    plumbline.Time `json:"due,omitempty"`
	Why    string         `json:"why"`
}

// ConstraintText is a version of a constraint that was replaced.
type ConstraintText struct {
	plumbline.Constraint
	Version int64          `json:"version"`
	By      string         `json:"by"`
	At      plumbline.Time `json:"changed"`
}

// ConstraintPage is all there is to see of a constraint.
type ConstraintPage struct {
	Constraint
	OwnerName    string            `json:"owner_name,omitempty"`
	ApproverName string            `json:"approver_name,omitempty"`
	Duty         *LimitDuty        `json:"duty"`
	Days         []HeadroomDay     `json:"days"`
	Evidence     TestimonyPage     `json:"evidence_page"`
	Trail        StandingTrail     `json:"trail_page"`
	Exceptions   []Exception       `json:"exceptions"`
	Items        []Mending         `json:"items"`
	Members      []plumbline.Scope `json:"members"`
	Earlier      []ConstraintText  `json:"earlier"`
}

// Gate says whether a type of work may go on in a scope.
type Gate struct {
	Scope   plumbline.Scope `json:"scope"`
	Work    string          `json:"work"`
	Result  string          `json:"result"` // "allow", "needs_review" or "blocked"
	Allowed []string        `json:"allowed,omitempty"`
	By      []GateCause     `json:"by,omitempty"`
}

// GateCause is a consequence that stands in the way.
type GateCause struct {
	Constraint plumbline.ConstraintID `json:"constraint"`
	Scope      plumbline.Scope        `json:"scope"`
	Status     plumbline.Status       `json:"status"`
	Headroom   plumbline.Decimal      `json:"headroom"`
	Effect     Effect                 `json:"consequence"`
	Override   plumbline.PersonID     `json:"override,omitempty"`
}

// LimitPolicy is an edition of the policies about constraints.
type LimitPolicy struct {
	Version  string         `json:"version"`
	Name     string         `json:"name"`
	Active   bool           `json:"active"`
	Builtin  bool           `json:"builtin"`
	At       plumbline.Time `json:"at,omitempty"`
	By       string         `json:"by,omitempty"`
	Policies int            `json:"policies"`
	Text     string         `json:"text,omitempty"`
}

// LimitPreview says what policies would change if they were in force now.
type LimitPreview struct {
	Version string         `json:"version"`
	Judged  int            `json:"judged"`  // constraints
	Changes int            `json:"changes"` // how many of them would be different
	Changed []PreviewLimit `json:"changed"` // those, by id; the first 200
}

// PreviewLimit is a constraint for which other policies would have an effect.
type PreviewLimit struct {
	Constraint plumbline.ConstraintID `json:"constraint"`
	Name       string                 `json:"name"`
	Scope      plumbline.Scope        `json:"scope"`
	Begin      []string               `json:"begin"` // names of policies
	End        []string               `json:"end"`
}

func constraint(id plumbline.ConstraintID) string {
	return "/constraints/" + url.PathEscape(string(id))
}

// ConstraintQuery narrows a list of constraints.
type ConstraintQuery struct {
	Kind, Scope, Status string
	Forced              bool
	Cursor              plumbline.ConstraintID
}

// Constraints is a page of the constraints with how they stand.
func (c *Client) Constraints(ctx context.Context, in ConstraintQuery) (ConstraintList, error) {
	q := url.Values{}
	for name, v := range map[string]string{"kind": in.Kind, "scope": in.Scope, "status": in.Status, "cursor": string(in.Cursor)} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if in.Forced {
		q.Set("forced", strconv.FormatBool(in.Forced))
	}
	return call[ConstraintList](ctx, c, request{method: http.MethodGet, path: "/constraints", query: q})
}

// Constraint is all there is to see of one.
func (c *Client) Constraint(ctx context.Context, id plumbline.ConstraintID) (ConstraintPage, error) {
	return call[ConstraintPage](ctx, c, request{method: http.MethodGet, path: constraint(id)})
}

// PutConstraint makes or changes a constraint.
func (c *Client) PutConstraint(ctx context.Context, in plumbline.Constraint) (Constraint, error) {
	return call[Constraint](ctx, c, request{method: http.MethodPut, path: constraint(in.ID), in: in})
}

// GiveEvidence gives evidence about a constraint.
func (c *Client) GiveEvidence(ctx context.Context, id plumbline.ConstraintID, list []plumbline.Observation) (Told, error) {
	return call[Told](ctx, c, request{method: http.MethodPost, path: constraint(id) + "/evidence", in: map[string]any{"evidence": list}})
}

// ConstraintEvidence is a page of the evidence about a constraint, with what was
// superseded if that is wanted.
func (c *Client) ConstraintEvidence(ctx context.Context, id plumbline.ConstraintID, superseded bool, cursor string) (TestimonyPage, error) {
	q := url.Values{"superseded": {strconv.FormatBool(superseded)}}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return call[TestimonyPage](ctx, c, request{method: http.MethodGet, path: constraint(id) + "/evidence", query: q})
}

// TieItem says that an item mends a constraint; UntieItem ends that.
func (c *Client) TieItem(ctx context.Context, id plumbline.ConstraintID, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodPost, path: constraint(id) + "/items", in: map[string]plumbline.Key{"key": key}})
}

// UntieItem says that an item does not mend a constraint.
func (c *Client) UntieItem(ctx context.Context, id plumbline.ConstraintID, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodDelete, path: constraint(id) + "/items/" + url.PathEscape(string(key))})
}

// Exceptions are those from a constraint, or, for "", all that have not ended.
func (c *Client) Exceptions(ctx context.Context, of plumbline.ConstraintID) ([]Exception, error) {
	out, err := call[struct{ Exceptions []Exception }](ctx, c, request{method: http.MethodGet, path: "/exceptions", query: values("constraint", string(of))})
	return out.Exceptions, err
}

// AskException asks for an exception from a constraint.
func (c *Client) AskException(ctx context.Context, id plumbline.ConstraintID, in ExceptionInput) (Exception, error) {
	return call[Exception](ctx, c, request{method: http.MethodPost, path: constraint(id) + "/exceptions", in: in})
}

// ApproveException approves an exception that somebody else asked for.
func (c *Client) ApproveException(ctx context.Context, id string) (Exception, error) {
	return call[Exception](ctx, c, request{method: http.MethodPost, path: "/exceptions/" + url.PathEscape(id) + "/approve"})
}

// EndException refuses an exception or takes it back.
func (c *Client) EndException(ctx context.Context, id string) (Exception, error) {
	return call[Exception](ctx, c, request{method: http.MethodPost, path: "/exceptions/" + url.PathEscape(id) + "/end"})
}

// Gates says whether types of work may go on in a scope; "" are all types.
func (c *Client) Gates(ctx context.Context, scope, work string) ([]Gate, error) {
	q := url.Values{"scope": {scope}}
	if work != "" {
		q.Set("work", work)
	}
	out, err := call[struct{ Gates []Gate }](ctx, c, request{method: http.MethodGet, path: "/gates", query: q})
	return out.Gates, err
}

// LimitPolicies are the editions of the policies about constraints.
func (c *Client) LimitPolicies(ctx context.Context) ([]LimitPolicy, error) {
	out, err := call[struct{ Policies []LimitPolicy }](ctx, c, request{method: http.MethodGet, path: "/limit-policies"})
	return out.Policies, err
}

// LimitPolicy is an edition with its text; "" is the one in force.
func (c *Client) LimitPolicy(ctx context.Context, version string) (LimitPolicy, error) {
	if version == "" {
		all, err := c.LimitPolicies(ctx)
		for _, p := range all {
			if p.Active {
				version = p.Version
			}
		}
		if err != nil {
			return LimitPolicy{}, err
		}
	}
	return call[LimitPolicy](ctx, c, request{method: http.MethodGet, path: "/limit-policies/" + url.PathEscape(version)})
}

// PreviewLimitPolicy says for which constraints a text would have other consequences
// than the policies in force. It changes nothing.
func (c *Client) PreviewLimitPolicy(ctx context.Context, text string) (LimitPreview, error) {
	return call[LimitPreview](ctx, c, request{method: http.MethodPost, path: "/limit-policies/preview", in: map[string]string{"text": text}})
}

// SaveLimitPolicy keeps an edition of one's own.
func (c *Client) SaveLimitPolicy(ctx context.Context, text string) (LimitPolicy, error) {
	return call[LimitPolicy](ctx, c, request{method: http.MethodPost, path: "/limit-policies", in: map[string]string{"text": text}})
}

// UseLimitPolicy puts an edition in force from now on.
func (c *Client) UseLimitPolicy(ctx context.Context, version string) error {
	return c.do(ctx, request{method: http.MethodPost, path: "/limit-policies/" + url.PathEscape(version) + "/use"})
}
