package client

import (
	"time"

	"plumbline"
)

// Field is a field that a process defines.
type Field struct {
	Name    string            `json:"name"`
	Label   string            `json:"label"`
	Help    string            `json:"help"`
	Type    string            `json:"type"`
	Choices []Choice          `json:"choices"`
	Private bool              `json:"private"`
	Above   *float64          `json:"above"`
	Unit    string            `json:"unit"`
	Group   string            `json:"group"`
	Classes []plumbline.Class `json:"classes"`
	Event   string            `json:"event"`
}

// Choice is one value of a choice field.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Help  string `json:"help"`
}

// Reason says why a move is refused, and which input would mend it.
type Reason struct {
	Text  string `json:"text"`
	Field string `json:"field,omitempty"`
}

// Target is a state that an item could be moved to.
type Target struct {
	State   plumbline.State `json:"state"`
	Lane    string          `json:"lane"`
	Name    string          `json:"name"`
	Allowed bool            `json:"allowed"`
	Reasons []Reason        `json:"reasons,omitempty"`
}

// State is one state of a lane.
type State struct {
	State plumbline.State `json:"state"`
	Name  string          `json:"name"`
	Help  string          `json:"help,omitempty"`
	Kind  string          `json:"kind"`
	Here  bool            `json:"here,omitempty"`
	Since plumbline.Time  `json:"since,omitempty"`
}

// Lane is a lane with its states in order.
type Lane struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	States []State `json:"states"`
}

// Process is a process with its lanes and fields.
type Process struct {
	ID      plumbline.ProcessID `json:"id"`
	Name    string              `json:"name"`
	Kind    plumbline.ItemKind  `json:"kind"`
	Prefix  string              `json:"prefix"`
	Version string              `json:"version"`
	Trigger string              `json:"trigger,omitempty"`
	Lanes   []Lane              `json:"lanes"`
	Fields  []Field             `json:"fields"`
}

// Demand is who wants an item, as far as the actor may read.
type Demand struct {
	ID          string         `json:"id"`
	Who         string         `json:"who"`
	Internal    bool           `json:"internal"`
	Account     string         `json:"account,omitempty"`
	Strength    string         `json:"strength,omitempty"`
	Points      int            `json:"points"`
	Users       int64          `json:"users,omitempty"`
	Worth       string         `json:"worth,omitempty"`
	Seats       int64          `json:"seats,omitempty"`
	Stage       string         `json:"stage,omitempty"`
	Probability string         `json:"probability,omitempty"`
	Close       plumbline.Time `json:"close,omitempty"`
	Note        string         `json:"note,omitempty"`
	More        []Named        `json:"more,omitempty"`
	ByName      string         `json:"by_name"`
	At          plumbline.Time `json:"at"`
	Invented    bool           `json:"invented,omitempty"`
	Withheld    bool           `json:"withheld,omitempty"`
}

// Named is a value under a name that people read.
type Named struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Redirection is where an item went that is nobody's here.
type Redirection struct {
	plumbline.Redirection
	Whose   string `json:"whose"`
	Opening bool   `json:"opening"`
}

// Template is what a class of request, or a question, is asked with.
type Template struct {
	plumbline.Template
	Source   string            `json:"source"`
	Shipped  bool              `json:"shipped"`
	By       string            `json:"by,omitempty"`
	At       plumbline.Time    `json:"at"`
	Versions []TemplateVersion `json:"versions,omitempty"`
}

// TemplateVersion is one version of a template.
type TemplateVersion struct {
	Version int64          `json:"version"`
	Shipped bool           `json:"shipped"`
	By      string         `json:"by"`
	At      plumbline.Time `json:"at"`
}

// Mine is what the actor asked for and follows.
type Mine struct {
	Asked    []MineRow     `json:"asked"`
	Followed []MineRow     `json:"followed"`
	Accounts []AccountMine `json:"accounts"`
}

// MineRow is one request as whoever asked for it wants to know of it.
type MineRow struct {
	plumbline.Row
	Where string         `json:"where"`
	Why   string         `json:"why,omitempty"`
	When  string         `json:"when"`
	Due   plumbline.Time `json:"due"`
	Need  string         `json:"need,omitempty"`
	Lacks bool           `json:"lacks"`
	Ended string         `json:"ended,omitempty"`
	Again string         `json:"again,omitempty"`
}

// AccountMine is what one customer asked for.
type AccountMine struct {
	Name  string        `json:"name"`
	Items []AccountLine `json:"items"`
}

// AccountLine is one of a customer's requests, with a sentence to send.
type AccountLine struct {
	Key     plumbline.Key        `json:"key"`
	Title   string               `json:"title"`
	State   plumbline.State      `json:"state"`
	Open    bool                 `json:"open"`
	Updated plumbline.Time       `json:"updated"`
	Say     plumbline.PublicText `json:"say"`
}

// Evidence is evidence with its author's name.
type Evidence struct {
	plumbline.Evidence
	ByName string `json:"by_name"`
}

// Clock is one running or stopped clock of an item.
type Clock struct {
	Name     string         `json:"name"`
	Due      plumbline.Time `json:"due"`
	State    string         `json:"state"`
	Policy   string         `json:"policy"`
	Sentence string         `json:"sentence"`
	Stood    time.Duration  `json:"stood,omitempty"` // how long it stood still, in nanoseconds
}

// Tracker is what the house knows of an item's issue.
type Tracker struct {
	Link    plumbline.LinkID   `json:"link"`
	Ref     string             `json:"ref"`
	URL     string             `json:"url"`
	Labels  []string           `json:"labels"`
	Episode int                `json:"episode"`
	Seen    plumbline.Time     `json:"seen"`
	Gone    plumbline.Time     `json:"gone,omitempty"`
	Actions []plumbline.Action `json:"actions,omitempty"`
}

// History is one event in words.
type History struct {
	plumbline.Event
	Sentence string `json:"sentence"`
	Detail   string `json:"detail,omitempty"`
}

// ItemView is everything the actor may see of an item.
type ItemView struct {
	plumbline.Row
	Sentence  string               `json:"sentence"`
	Process   Process              `json:"process_view"`
	Lanes     []Lane               `json:"lanes"`
	Targets   []Target             `json:"targets"`
	Wanted    []Demand             `json:"wanted_by"`
	Proof     []Evidence           `json:"evidence_list"`
	Decisions []plumbline.Decision `json:"decisions"`
	Said      []plumbline.Comment  `json:"comment_list"`
	Clocks    []Clock              `json:"clocks"`
	Tracker   *Tracker             `json:"tracker,omitempty"`
	History   []History            `json:"history"`
	Watching  bool                 `json:"watching"`

	Together   Together                  `json:"together"`
	Links      []plumbline.Attachment    `json:"links,omitempty"`
	Lacking    []plumbline.TemplateField `json:"lacking,omitempty"`
	Redirected *Redirection              `json:"redirected,omitempty"`
	Plan       *ItemPlan                 `json:"plan,omitempty"`

	Followers []Follower        `json:"followers"`
	Stays     map[string][]Stay `json:"stays"`
	Wait      *plumbline.Wait   `json:"wait,omitempty"`
	Earlier   []EarlierText     `json:"earlier,omitempty"`
	Older     int64             `json:"older,omitempty"`
	Verbs     map[string]bool   `json:"verbs"`
}

// List is a page of items.
type List struct {
	plumbline.Rows
	Filter plumbline.Filter `json:"filter"`
	Seq    int64            `json:"seq"`
}

// Board is a board.
type Board struct {
	Process Process            `json:"process"`
	Filter  plumbline.Filter   `json:"filter"`
	Columns []plumbline.Column `json:"columns"`
	Seq     int64              `json:"seq"`

	Limits []plumbline.ColumnLimit `json:"limits,omitempty"`
	Group  plumbline.Grouping      `json:"group,omitempty"`
	Lanes  []plumbline.Swimlane    `json:"lanes,omitempty"` // with the cards, when there is a group
	More   int                     `json:"more_lanes,omitempty"`
}

// Timeline is a page of items as bars.
type Timeline struct {
	Filter  plumbline.Filter     `json:"filter"`
	Group   plumbline.Grouping   `json:"group,omitempty"`
	Now     plumbline.Time       `json:"now"`
	Groups  []plumbline.BarGroup `json:"groups"`
	Shown   int                  `json:"shown"`
	Total   int                  `json:"total"`
	AtLeast bool                 `json:"at_least,omitempty"`
	Stretch int                  `json:"stretch,omitempty"` // as of a list
	About   int                  `json:"about,omitempty"`   // as of a list
	Next    string               `json:"next,omitempty"`
	Seq     int64                `json:"seq"`
}

// Inbox is what waits for a first look.
type Inbox struct {
	Rows  plumbline.Rows `json:"items"`
	Front *ItemView      `json:"front,omitempty"`
	Seq   int64          `json:"seq"`

	Similar []Like                  `json:"similar,omitempty"` // to the item in front
	Clocks  map[plumbline.Key]Clock `json:"clocks,omitempty"`
	Waiting []WaitingItem           `json:"waiting,omitempty"`
	Last    *Verdict                `json:"last,omitempty"`
	Turn    *Turn                   `json:"on_triage,omitempty"`
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
}

// Account is an account as far as the actor may read.
type Account struct {
	Ref      plumbline.AccountRef `json:"ref"`
	Name     string               `json:"name,omitempty"`
	ARR      string               `json:"arr,omitempty"`
	Seats    int64                `json:"seats,omitempty"`
	Renewal  plumbline.Time       `json:"renewal,omitempty"`
	Invented bool                 `json:"invented,omitempty"`
}

// AuditPage is a page of the audit log; Before is where the following begins.
type AuditPage struct {
	Entries []History `json:"entries"`
	Before  int64     `json:"before,omitempty"`
}

// EventPage is some of the changes; Next is the after of what follows.
type EventPage struct {
	Events []plumbline.Event `json:"events"`
	Next   int64             `json:"next"`
}

// Me is who a request is made as.
type Me struct {
	Person  plumbline.PersonID `json:"person,omitempty"`
	Name    string             `json:"name"`
	Role    plumbline.Role     `json:"role"`
	Team    plumbline.TeamRef  `json:"team,omitempty"`
	Cleared bool               `json:"cleared"`
	Scopes  []string           `json:"scopes,omitempty"`
	Verbs   []string           `json:"verbs"`
}

// Token is an API token without its secret.
type Token struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Scopes  []string       `json:"scopes"`
	Created plumbline.Time `json:"created"`
	Expires plumbline.Time `json:"expires"`
	Used    plumbline.Time `json:"used"`
}

// NewToken is a token with its secret.
type NewToken struct {
	Secret string `json:"secret"`
	Token  Token  `json:"token"`
}

// Link is a tracker and how it is.
type Link struct {
	plumbline.LinkState
	Mirrors int                            `json:"mirrors"`
	Queue   int                            `json:"queue"`
	Actions map[plumbline.ActionStatus]int `json:"actions"`
	Waiting []PlannedAction                `json:"waiting"`
	Pickups []PlannedPickup                `json:"pickups"`
	Asked   *Question                      `json:"asked,omitempty"`
	Answer  *Answer                        `json:"answer,omitempty"`
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

// Question is something asked of the worker about a tracker.
type Question struct {
	Link plumbline.LinkID `json:"link"`
	What string           `json:"what"`
	At   plumbline.Time   `json:"at"`
}

// Answer is what the worker found.
type Answer struct {
	Question
	Lines    []string       `json:"lines"`
	Answered plumbline.Time `json:"answered"`
}
