package client

import "plumbline"

// FileInput is a new item. Title is needed; the rest may be empty.
type FileInput struct {
	Process    plumbline.ProcessID  `json:"process,omitempty"`
	Title      string               `json:"title"`
	Body       string               `json:"body,omitempty"`
	Class      plumbline.Class      `json:"class,omitempty"`
	Visibility plumbline.Visibility `json:"visibility,omitempty"`
	Product    plumbline.ProductRef `json:"product,omitempty"`
	OnBehalfOf string               `json:"on_behalf_of,omitempty"`
	Severity   string               `json:"severity,omitempty"`
	Fields     map[string]string    `json:"fields,omitempty"` // of the process, and of the template of the class
	Links      []AttachmentInput    `json:"links,omitempty"`

	Mends plumbline.ConstraintID `json:"mends,omitempty"` // the limit that it is the work for
}

// AttachmentInput is a link that belongs to an item.
type AttachmentInput struct {
	Name string `json:"name,omitempty"`
	URL  string `json:"url"`
}

// EditInput changes an item: nil leaves a column as it is. Version is the one
// that was seen; 0 takes the newest.
type EditInput struct {
	Version    int64                 `json:"version,omitempty"`
	Title      *string               `json:"title,omitempty"`
	Body       *string               `json:"body,omitempty"`
	Class      *plumbline.Class      `json:"class,omitempty"`
	Visibility *plumbline.Visibility `json:"visibility,omitempty"`
	Team       *plumbline.TeamRef    `json:"team,omitempty"` // until it is handed off
	Product    *plumbline.ProductRef `json:"product,omitempty"`
	Assignee   *string               `json:"assignee,omitempty"`
	Priority   *string               `json:"priority,omitempty"`
	Severity   *string               `json:"severity,omitempty"`
	OnBehalfOf *string               `json:"on_behalf_of,omitempty"`
	Fields     map[string]string     `json:"fields,omitempty"`
}

// MoveInput moves an item to a state; what the move needs may come with it. A
// Note is internal, the Message is read by the requester.
type MoveInput struct {
	To       plumbline.State      `json:"to"`
	Version  int64                `json:"version,omitempty"`
	Note     string               `json:"note,omitempty"`
	Message  plumbline.PublicText `json:"message,omitempty"`
	Assignee *string              `json:"assignee,omitempty"`
	Priority *string              `json:"priority,omitempty"`
	Team     *plumbline.TeamRef   `json:"team,omitempty"`
	Fields   map[string]string    `json:"fields,omitempty"`
	Despite  string               `json:"despite,omitempty"` // why a full column takes it all the same
}

// DemandInput records that a team or an account wants an item.
type DemandInput struct {
	Team        plumbline.TeamRef    `json:"team,omitempty"`
	Account     plumbline.AccountRef `json:"account,omitempty"`
	Strength    string               `json:"strength,omitempty"`
	Points      int                  `json:"points,omitempty"`
	Users       int64                `json:"users,omitempty"`
	Worth       string               `json:"worth,omitempty"`
	Currency    string               `json:"currency,omitempty"`
	Seats       int64                `json:"seats,omitempty"`
	Stage       string               `json:"stage,omitempty"`
	Probability *float64             `json:"probability,omitempty"`
	Close       plumbline.Time       `json:"close,omitempty"`
	Note        string               `json:"note,omitempty"`
}

// EvidenceInput attaches evidence; without Observed it was seen now.
type EvidenceInput struct {
	Grade    plumbline.Grade `json:"grade"`
	Text     string          `json:"text"`
	Source   string          `json:"source,omitempty"`
	Observed plumbline.Time  `json:"observed,omitempty"`
	Internal bool            `json:"internal,omitempty"`
}

// DecisionInput settles an item; with the outcome pursue and a team it is
// handed off in the same step.
type DecisionInput struct {
	Version  int64                `json:"version,omitempty"`
	Outcome  plumbline.Outcome    `json:"outcome"`
	Code     string               `json:"code,omitempty"`
	Sentence plumbline.PublicText `json:"sentence"`
	Reason   string               `json:"reason,omitempty"`
	Reopen   string               `json:"reopen,omitempty"`
	Team     plumbline.TeamRef    `json:"team,omitempty"`
	Place    string               `json:"place,omitempty"`
	PlaceURL string               `json:"place_url,omitempty"`
	Despite  string               `json:"despite,omitempty"`
}

// HandOffInput gives the work to one team.
type HandOffInput struct {
	Team    plumbline.TeamRef `json:"team"`
	Despite string            `json:"despite,omitempty"` // why a full column takes it all the same
}

// CommentInput says something about an item.
type CommentInput struct {
	Body     string `json:"body"`
	Internal bool   `json:"internal,omitempty"`
}

// AccountInput makes or changes an account.
type AccountInput struct {
	Name     string         `json:"name"`
	ARR      string         `json:"arr,omitempty"`
	Currency string         `json:"currency,omitempty"`
	Seats    int64          `json:"seats,omitempty"`
	Renewal  plumbline.Time `json:"renewal,omitempty"`
}

// PersonInput makes or changes somebody who can sign in; an empty password
// leaves it.
type PersonInput struct {
	Name     string            `json:"name"`
	Email    string            `json:"email,omitempty"`
	Role     plumbline.Role    `json:"role"`
	Cleared  bool              `json:"cleared,omitempty"`
	Team     plumbline.TeamRef `json:"team,omitempty"`
	Password string            `json:"password,omitempty"`
	Disabled bool              `json:"disabled,omitempty"`
}

type teamInput struct {
	Name        string           `json:"name"`
	Description string           `json:"description,omitempty"`
	Label       string           `json:"label,omitempty"`
	Link        plumbline.LinkID `json:"link,omitempty"`
	Parent      string           `json:"parent,omitempty"`
	Source      string           `json:"source,omitempty"`
}

type productInput struct {
	Name        string            `json:"name"`
	Kind        string            `json:"kind"`
	Description string            `json:"description,omitempty"`
	Owner       plumbline.TeamRef `json:"owner,omitempty"`
	Lifecycle   string            `json:"lifecycle,omitempty"`
	Links       []string          `json:"links,omitempty"`
	Tags        []string          `json:"tags,omitempty"`
	Source      string            `json:"source,omitempty"`
}

type tokenInput struct {
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
	Days   int      `json:"days,omitempty"`
}
