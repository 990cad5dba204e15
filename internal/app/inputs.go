package app

import (
	"plumbline"
)

// AccountView is an account as a cleared reader sees it; for others Name, ARR
// and Seats are empty.
type AccountView struct {
	Ref      plumbline.AccountRef `json:"ref"`
	Name     string               `json:"name,omitempty"`
	ARR      string               `json:"arr,omitempty"`
	Seats    int64                `json:"seats,omitempty"`
	Renewal  plumbline.Time       `json:"renewal,omitempty"`
	Invented bool                 `json:"invented,omitempty"`
}

// FileInput is a new item. Title is needed; the rest may be empty. Fields are
// those of the process and of the template of its class, private ones too: these
// are kept with the demand. OnBehalfOf is a name, or the handle of a colleague,
// "@jonas", who then is the one who asks.
type FileInput struct {
	Process    plumbline.ProcessID  `json:"process,omitempty"` // "" = request
	Title      string               `json:"title"`
	Body       string               `json:"body,omitempty"`
	Class      plumbline.Class      `json:"class,omitempty"`
	Visibility plumbline.Visibility `json:"visibility,omitempty"` // "" = public
	Product    plumbline.ProductRef `json:"product,omitempty"`
	OnBehalfOf string               `json:"on_behalf_of,omitempty"`
	Severity   string               `json:"severity,omitempty"`
	Fields     map[string]string    `json:"fields,omitempty"`
	Links      []AttachmentInput    `json:"links,omitempty"`

	Mends  plumbline.ConstraintID `json:"mends,omitempty"` // the limit that it is the work for; for those who may edit any item
	Source string                 `json:"-"`               // "form", "api", "cli"
}

// DemandInput records that a team or an account wants an item.
type DemandInput struct {
	Team        plumbline.TeamRef    `json:"team,omitempty"`
	Account     plumbline.AccountRef `json:"account,omitempty"`
	Strength    string               `json:"strength,omitempty"`
	Points      int                  `json:"points,omitempty"` // 0 = 1
	Users       int64                `json:"users,omitempty"`
	Worth       string               `json:"worth,omitempty"`    // a decimal number of whole units
	Currency    string               `json:"currency,omitempty"` // with Worth
	Seats       int64                `json:"seats,omitempty"`
	Stage       string               `json:"stage,omitempty"`
	Probability *float64             `json:"probability,omitempty"` // 0 to 1
	Close       plumbline.Time       `json:"close,omitempty"`
	Note        string               `json:"note,omitempty"`
}

// EvidenceInput attaches evidence.
type EvidenceInput struct {
	Grade    plumbline.Grade `json:"grade"`
	Text     string          `json:"text"`
	Source   string          `json:"source,omitempty"`
	Observed plumbline.Time  `json:"observed,omitempty"` // zero = now
	Internal bool            `json:"internal,omitempty"`
}

// DecisionInput settles an item. With the outcome pursue and a team it hands
// off in the same transaction.
type DecisionInput struct {
	Version  int64                `json:"version,omitempty"`
	Outcome  plumbline.Outcome    `json:"outcome"`
	Code     string               `json:"code,omitempty"`
	Sentence plumbline.PublicText `json:"sentence"`
	Reason   string               `json:"reason,omitempty"`
	Reopen   string               `json:"reopen,omitempty"`
	Team     plumbline.TeamRef    `json:"team,omitempty"`      // of redirect: whose it is
	Place    string               `json:"place,omitempty"`     // of redirect: whose it is, when it is no team of ours
	PlaceURL string               `json:"place_url,omitempty"` // of redirect: where they take requests
	Despite  string               `json:"despite,omitempty"`   // of a hand-off: why a full column takes it all the same
}

// HandOffInput gives the work to one team.
type HandOffInput struct {
	Team    plumbline.TeamRef `json:"team" doc:"The team's ref."`
	Despite string            `json:"despite,omitempty"` // why a full column takes it all the same
}

// CommentInput says something about an item.
type CommentInput struct {
	Body     string `json:"body"`
	Internal bool   `json:"internal,omitempty"`
}

// AccountInput makes or changes an account.
type AccountInput struct {
	Ref      plumbline.AccountRef `json:"ref"`
	Name     string               `json:"name"`
	ARR      string               `json:"arr,omitempty"`
	Currency string               `json:"currency,omitempty"`
	Seats    int64                `json:"seats,omitempty"`
	Renewal  plumbline.Time       `json:"renewal,omitempty"`
}

// Reply is a stored answer to a request that carried an idempotency key. With
// the status 0 it was carried out, but its answer got lost; Body is then the key
// of the item that it was about, if any.
type Reply struct {
	Status int
	Body   []byte
	Hash   string // of the request, so that a key is not used for another one
}
