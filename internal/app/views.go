package app

import (
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
)

// FieldDef is a field that a process defines, as forms need it.
type FieldDef = flow.Field

// Reason says why a move is refused, and which input would mend it.
type Reason = flow.Reason

// Target is a state that an item could be moved to: whether it may be now, or
// every reason why not.
type Target struct {
	State   plumbline.State `json:"state"`
	Lane    string          `json:"lane"`
	Name    string          `json:"name"`
	Allowed bool            `json:"allowed"`
	Reasons []Reason        `json:"reasons,omitempty"`
}

// StateView is one state of a lane as an item page or a board shows it.
type StateView struct {
	State plumbline.State `json:"state"`
	Name  string          `json:"name"`
	Help  string          `json:"help,omitempty"`
	Kind  string          `json:"kind"` // "open", "waiting", "done", "dropped"
	Here  bool            `json:"here,omitempty"`
	Since plumbline.Time  `json:"since,omitempty"`
}

// LaneView is a lane with its states in order.
type LaneView struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	States []StateView `json:"states"`
}

// ProcessView is a process as pages and the API show it.
type ProcessView struct {
	ID      plumbline.ProcessID `json:"id"`
	Name    string              `json:"name"`
	Kind    plumbline.ItemKind  `json:"kind"`
	Prefix  string              `json:"prefix"`
	Version string              `json:"version"`
	Trigger string              `json:"trigger,omitempty"`
	Lanes   []LaneView          `json:"lanes"`
	Fields  []FieldDef          `json:"fields"`
	HandOff plumbline.State     `json:"-"` // the state that a hand-off enters; "": the process has none
}

// DemandView is who wants an item. Account, Worth, Seats, Stage, Probability,
// Close and Note are filled for cleared readers only; for others Who says "A
// customer".
type DemandView struct {
	ID          string            `json:"id"`
	Team        plumbline.TeamRef `json:"-"` // which of our own teams
	Who         string            `json:"who"`
	Internal    bool              `json:"internal"` // one of our own teams
	Account     string            `json:"account,omitempty"`
	Strength    string            `json:"strength,omitempty"`
	Points      int               `json:"points"`
	Users       int64             `json:"users,omitempty"`
	Worth       string            `json:"worth,omitempty"`
	Seats       int64             `json:"seats,omitempty"`
	Stage       string            `json:"stage,omitempty"`
	Probability string            `json:"probability,omitempty"` // "40 %"
	Close       plumbline.Time    `json:"close,omitempty"`
	Note        string            `json:"note,omitempty"`
	More        []Labelled        `json:"more,omitempty"` // what else its template keeps private
	ByName      string            `json:"by_name"`
	At          plumbline.Time    `json:"at"`
	Invented    bool              `json:"invented,omitempty"`
	Withheld    bool              `json:"withheld,omitempty"` // there is more, for cleared readers
}

// Labelled is a value under a name that people read.
type Labelled struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// EvidenceView is evidence with its author's name.
type EvidenceView struct {
	plumbline.Evidence
	ByName string `json:"by_name"`
}

// ClockView is one running or stopped clock of an item.
type ClockView struct {
	Name     string         `json:"name"`
	Due      plumbline.Time `json:"due"`
	State    string         `json:"state"` // "running", "paused", "breached", "met", "met late"
	Policy   string         `json:"policy"`
	Sentence string         `json:"sentence"`        // "First answer due in 5 h", …
	Stood    time.Duration  `json:"stood,omitempty"` // how long it stood still, in nanoseconds
}

// TrackerView is what the house knows of an item's issue.
type TrackerView struct {
	Link    plumbline.LinkID   `json:"link"`
	Ref     string             `json:"ref"`
	URL     string             `json:"url"`
	Labels  []string           `json:"labels"`
	Episode int                `json:"episode"`
	Seen    plumbline.Time     `json:"seen"`
	Gone    plumbline.Time     `json:"gone,omitempty"`
	Actions []plumbline.Action `json:"actions,omitempty"` // newest first: what was, is and will be written
}

// HistoryEntry is one event in words.
type HistoryEntry struct {
	plumbline.Event
	Sentence string `json:"sentence"` // "moved to Triage"
	Detail   string `json:"detail,omitempty"`
}

// ItemView is everything one actor may see of an item.
type ItemView struct {
	plumbline.Row
	Sentence   string                    `json:"sentence"` // where it stands and what comes next
	Process    ProcessView               `json:"process_view"`
	Lanes      []LaneView                `json:"lanes"`
	Targets    []Target                  `json:"targets"`
	Wanted     []DemandView              `json:"wanted_by"`
	Proof      []EvidenceView            `json:"evidence_list"`
	Decisions  []plumbline.Decision      `json:"decisions"` // newest first; Reason is empty for those who may not read it
	Said       []plumbline.Comment       `json:"comment_list"`
	Clocks     []ClockView               `json:"clocks"`
	Tracker    *TrackerView              `json:"tracker,omitempty"`
	History    []HistoryEntry            `json:"history"`
	Watching   bool                      `json:"watching"`
	Together   TogetherView              `json:"together"`
	Links      []plumbline.Attachment    `json:"links,omitempty"`
	Lacking    []plumbline.TemplateField `json:"lacking,omitempty"` // what has to be found out before it is decided
	Redirected *RedirectionView          `json:"redirected,omitempty"`

	Followers []Follower           `json:"followers"`
	Stays     map[string][]Stay    `json:"stays"`             // time in each state, by lane
	Wait      *plumbline.Wait      `json:"wait,omitempty"`    // why it is out of the inbox
	Earlier   []EarlierText        `json:"earlier,omitempty"` // what comments said before
	Older     int64                `json:"older,omitempty"`   // there is history before this event
	Named     Named                `json:"-"`                 // what its texts name
	Seq       int64                `json:"-"`                 // the last event it shows
	Verbs     map[rights.Verb]bool `json:"verbs"`             // what this actor may do with it
}

// BoardView is a board: the columns that the filter's process (and lane) has.
type BoardView struct {
	Process ProcessView        `json:"process"`
	Filter  plumbline.Filter   `json:"filter"`
	Columns []plumbline.Column `json:"columns"`
	Seq     int64              `json:"seq"` // the last event it shows

	// Targets is where each card may go, or what stands in the way as far as the
	// card itself shows; a decision is looked up when the move is made.
	Targets map[plumbline.Key][]Target `json:"-"`
}

// ListView is a page of items with the sequence number of the last event.
type ListView struct {
	plumbline.Rows
	Filter plumbline.Filter `json:"filter"`
	Seq    int64            `json:"seq"`
}

// DecisionEntry is a line of the docket.
type DecisionEntry struct {
	plumbline.Decision
	Key   plumbline.Key   `json:"key"`
	Title string          `json:"title"`
	State plumbline.State `json:"state"`
	Team  string          `json:"team_name,omitempty"`
}

// Docket is a page of decisions, newest first.
type Docket struct {
	Entries []DecisionEntry `json:"decisions"`
	Next    string          `json:"next,omitempty"`
	Seq     int64           `json:"-"` // the last event it shows
}

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

// LinkView is a tracker on the settings page.
type LinkView struct {
	plumbline.LinkState
	Mirrors int                            `json:"mirrors"`
	Queue   int                            `json:"queue"` // issues waiting to be read
	Actions map[plumbline.ActionStatus]int `json:"actions"`
	Waiting []PlannedAction                `json:"waiting"`          // what would be written, held or waiting, up to 100
	Pickups []PlannedPickup                `json:"pickups"`          // issues that a release of the backfill would pick up, up to 100
	Asked   *LinkQuestion                  `json:"asked,omitempty"`  // still open
	Answer  *LinkAnswer                    `json:"answer,omitempty"` // the newest
}

// PlannedAction is an outside change in words.
type PlannedAction struct {
	plumbline.Action
	Sentence string        `json:"sentence"`
	ItemKey  plumbline.Key `json:"item_key,omitempty"`
}

// PlannedPickup is an issue that would be picked up.
type PlannedPickup struct {
	Ref   string `json:"ref"`
	Title string `json:"title"`
	URL   string `json:"url"`
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
	Source     string               `json:"-"` // "form", "api", "cli"
}

// EditInput changes an item. A nil pointer leaves a column as it is; Fields
// sets the named ones ("" clears). Version is the one that the actor saw; 0
// takes the newest.
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

// MoveInput moves an item to a state. What the move needs may come with it: a
// Note is internal, the Message is read by the requester. Version as in
// [EditInput].
type MoveInput struct {
	To       plumbline.State      `json:"to"`
	Version  int64                `json:"version,omitempty"`
	Note     string               `json:"note,omitempty"`
	Message  plumbline.PublicText `json:"message,omitempty"`
	Assignee *string              `json:"assignee,omitempty"`
	Priority *string              `json:"priority,omitempty"`
	Team     *plumbline.TeamRef   `json:"team,omitempty"`
	Fields   map[string]string    `json:"fields,omitempty"`
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

// Sighting is what the worker read of one issue.
type Sighting struct {
	Link     plumbline.LinkID
	Ref      string
	Snapshot plumbline.Snapshot
	History  []plumbline.LabelChange // may be empty: then the actor stays unknown
	Cause    string                  // delivery id, "poll", "sweep", "op:KEY"
	Asked    plumbline.Time          // when the tracker was asked for it; zero: just now
}

// Observed is what a sighting led to.
type Observed struct {
	Item     plumbline.Key
	PickedUp bool
	Changed  bool
	Ignored  string   // why nothing was done, when something might have been
	Planned  []string // in a dry run: what would be done, in words
}

// Refresh is one issue that ought to be read again.
type Refresh struct {
	Link     plumbline.LinkID
	Ref      string
	Cause    string
	Attempts int
	Stamp    string
}

// Go says what the worker must do with a claimed action.
type Go struct {
	Action  plumbline.Action
	Proceed bool // false: it was settled (stale, already so, paused); do nothing
}

// Result is how carrying out an action went.
type Result struct {
	Status    plumbline.ActionStatus // done, ignored, failed, held; waiting = try again after NotBefore
	Detail    string
	NotBefore plumbline.Time
	After     *plumbline.Snapshot // as read back, when it was
}

// LinkQuestion is something asked of the worker about one tracker: "test",
// "plan" or "sync".
type LinkQuestion struct {
	Link plumbline.LinkID `json:"link"`
	What string           `json:"what"`
	At   plumbline.Time   `json:"at"`
}

// LinkAnswer is what the worker found.
type LinkAnswer struct {
	LinkQuestion
	Lines    []string       `json:"lines"`
	Answered plumbline.Time `json:"answered"`
}

// Reply is a stored answer to a request that carried an idempotency key. With
// the status 0 it was carried out, but its answer got lost; Body is then the key
// of the item that it was about, if any.
type Reply struct {
	Status int
	Body   []byte
	Hash   string // of the request, so that a key is not used for another one
}
