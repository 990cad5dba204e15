package reading

import (
	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/wording"
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
	Clocks     []agenda.ClockView        `json:"clocks"`
	Tracker    *TrackerView              `json:"tracker,omitempty"`
	History    []wording.HistoryEntry    `json:"history"`
	Watching   bool                      `json:"watching"`
	Together   TogetherView              `json:"together"`
	Links      []plumbline.Attachment    `json:"links,omitempty"`
	Lacking    []plumbline.TemplateField `json:"lacking,omitempty"` // what has to be found out before it is decided
	Redirected *RedirectionView          `json:"redirected,omitempty"`
	Plan       *ItemPlan                 `json:"plan,omitempty"` // nil: no plan in force has it and nobody escalated it, or the reader may not read plans

	Followers []Follower               `json:"followers"`
	Stays     map[string][]agenda.Stay `json:"stays"`             // time in each state, by lane
	Wait      *plumbline.Wait          `json:"wait,omitempty"`    // why it is out of the inbox
	Earlier   []EarlierText            `json:"earlier,omitempty"` // what comments said before
	Older     int64                    `json:"older,omitempty"`   // there is history before this event
	Named     Named                    `json:"-"`                 // what its texts name
	Seq       int64                    `json:"-"`                 // the last event it shows
	Verbs     map[rights.Verb]bool     `json:"verbs"`             // what this actor may do with it
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
