package plumbline

import (
	"encoding/json"
	"slices"
)

// Event is one change inside, in commit order. Seq has no gaps that a reader
// could miss: an event is visible only after every event before it.
type Event struct {
	Seq   int64           `json:"seq"`
	At    Time            `json:"at"`
	Type  string          `json:"type"` // past tense: "item filed", "item moved", "evidence attached", …
	Item  ItemID          `json:"item,omitempty"`
	Key   Key             `json:"key,omitempty"`
	Actor PersonID        `json:"actor,omitempty"`
	By    string          `json:"by"` // the actor's name then
	Via   string          `json:"via,omitempty"`
	Cause string          `json:"cause,omitempty"` // delivery id, "poll", "user", op key
	Seen  Visibility      `json:"visibility"`      // who may read it; never wider than the item's
	Data  json.RawMessage `json:"data,omitempty"`  // what changed; holds nothing private
}

// ActionKind is what an action does outside.
type ActionKind string

// The kinds of action.
const (
	SetLabels   ActionKind = "set labels"   // add and remove labels on an issue
	TellComment ActionKind = "tell comment" // create, or edit in place, our one comment
	CloseIssue  ActionKind = "close issue"
	ReopenIssue ActionKind = "reopen issue"
	OpenIssue   ActionKind = "open issue" // make an issue for an item that has none
)

// ActionStatus is where an action stands.
type ActionStatus string

// The statuses of an action. Waiting and Running are live; the others are final,
// save Held, which waits for a person.
const (
	ActionWaiting ActionStatus = "waiting"
	ActionRunning ActionStatus = "running"
	ActionHeld    ActionStatus = "held"
	ActionDone    ActionStatus = "done"
	ActionStale   ActionStatus = "stale"   // somebody changed the labels first; theirs stay
	ActionIgnored ActionStatus = "ignored" // the tracker said yes and did nothing
	ActionFailed  ActionStatus = "failed"
	ActionDropped ActionStatus = "dropped" // superseded or withdrawn before it ran
)

// Action is one intended change outside, written in the transaction that
// decided it, under a key that makes it happen once.
type Action struct {
	ID        ActionID     `json:"id"`
	Key       string       `json:"key"` // link:ref:episode:step:version
	Link      LinkID       `json:"link"`
	Ref       string       `json:"ref"` // the issue; empty for OpenIssue
	Item      ItemID       `json:"item"`
	Kind      ActionKind   `json:"kind"`
	Want      WantedChange `json:"want"`
	Expect    []string     `json:"expect,omitempty"` // the workflow labels that the decision was made on, sorted
	Status    ActionStatus `json:"status"`
	Attempts  int          `json:"attempts"`
	NotBefore Time         `json:"not_before"`
	Result    string       `json:"result,omitempty"`
	Created   Time         `json:"created"`
	Done      Time         `json:"done,omitempty"`
}

// WantedChange is what an action, or a link, is asked to do to one issue. All
// of its text is public.
type WantedChange struct {
	Add     []string   `json:"add,omitempty"`    // label names
	Remove  []string   `json:"remove,omitempty"` // label names
	Marker  string     `json:"marker,omitempty"` // finds our comment, or our issue, again
	Comment PublicText `json:"comment,omitempty"`
	Close   bool       `json:"close,omitempty"`
	Reopen  bool       `json:"reopen,omitempty"`
	Title   PublicText `json:"title,omitempty"` // of an issue to open
	Body    PublicText `json:"body,omitempty"`
}

// MoveTypes are the types of event that say from which state an item went to which.
var MoveTypes = [...]string{"item filed", "item picked up", "item moved", "item handed off", "item sent back", "item closed", "item reopened", "verdict taken back"}

// Move is from where to where the event moved its item; both empty when it did not.
// From is empty where an item comes into a lane.
func (e Event) Move() (from, to State) {
	var d struct{ From, To State }
	if !slices.Contains(MoveTypes[:], e.Type) || json.Unmarshal(e.Data, &d) != nil || d.To.Lane() == "" || d.From == d.To {
		return "", ""
	}
	return d.From, d.To
}
