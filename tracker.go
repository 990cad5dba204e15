package plumbline

import (
	"encoding/json"
	"sort"
)

// Label is a tracker's label. The id is the tracker's own, in text.
type Label struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

// Snapshot is an issue as the tracker says it is, read by a GET, never taken
// from a hook.
type Snapshot struct {
	Ref          string          `json:"ref"`       // what addresses the issue within its container: the iid or number
	GlobalID     string          `json:"global_id"` // survives a move where the tracker has one
	Title        string          `json:"title"`
	Body         string          `json:"body"`
	Open         bool            `json:"open"`
	Labels       []Label         `json:"labels"`
	Author       string          `json:"author"` // login
	AuthorName   string          `json:"author_name"`
	Assignee     string          `json:"assignee"`
	Confidential bool            `json:"confidential"`
	PullRequest  bool            `json:"pull_request"`
	MovedTo      string          `json:"moved_to,omitempty"`
	URL          string          `json:"url"`
	Created      Time            `json:"created"`
	Updated      Time            `json:"updated"` // server time
	Raw          json.RawMessage `json:"-"`
}

// LabelNames returns the labels' names, sorted.
func (s Snapshot) LabelNames() []string {
	out := make([]string, len(s.Labels))
	for i, l := range s.Labels {
		out[i] = l.Name
	}
	sort.Strings(out)
	return out
}

// HasLabel says whether a label of exactly this name is on the issue.
func (s Snapshot) HasLabel(name string) bool {
	for _, l := range s.Labels {
		if l.Name == name {
			return true
		}
	}
	return false
}

// LabelChange is one entry of a tracker's own label history.
type LabelChange struct {
	ID      string `json:"id"` // the tracker's
	Label   string `json:"label"`
	LabelID string `json:"label_id,omitempty"`
	Added   bool   `json:"added"`
	Actor   string `json:"actor"` // login; empty: unknown
	At      Time   `json:"at"`
}

// Delivery is a hook call that passed verification: a hint to look at an issue.
type Delivery struct {
	Link  LinkID `json:"link"`
	ID    string `json:"id"` // stable over retries of the same delivery
	Event string `json:"event"`
	Ref   string `json:"ref"` // empty: nothing to look at
	Actor string `json:"actor,omitempty"`
	At    Time   `json:"at"`
}

// LinkState is what the house knows of a configured tracker.
type LinkState struct {
	ID        LinkID `json:"id"`
	Kind      string `json:"kind"` // "gitlab", "gitea"
	URL       string `json:"url"`
	Project   string `json:"project"`    // path as configured
	Container string `json:"container"`  // the tracker's stable id, once resolved
	Separator string `json:"separator"`  // between scope and value in label names: "::" or "/"
	ReadOnly  bool   `json:"read_only"`  // never writes
	KeepLabel bool   `json:"keep_label"` // keep the workflow:: label at hand-off
	OnDecline string `json:"on_decline"` // "close" or "leave"
	Confirmed Time   `json:"confirmed"`  // when a person (or the empty tracker) released the backfill
	Filled    Time   `json:"filled"`     // when the backfill was complete
	Paused    string `json:"paused"`     // why; empty: running
	Health    string `json:"health"`     // "new", "healthy", "degraded", "paused"
	Detail    string `json:"detail"`     // of the health, in words
	Bot       string `json:"bot"`        // our login there
	Version   string `json:"version"`    // of the server
	Cursor    string `json:"-"`          // of the poll
	Polled    Time   `json:"polled"`     // last complete pass
	Hooked    Time   `json:"hooked"`     // last good delivery
	Rejected  int64  `json:"rejected"`   // deliveries refused
	Expires   Time   `json:"expires"`    // of the token; 0: never or unknown
}

// Mirror is our copy of one issue, and which item it belongs to.
type Mirror struct {
	Link         LinkID
	Ref          string
	Item         ItemID // empty: seen, not picked up
	Snapshot     Snapshot
	Episode      int  // how often it was picked up; 0: never
	Active       bool // the current episode runs
	Missing      int  // times not found in a row
	FirstMissing Time
	Gone         Time // when it was declared removed or hidden
	Seen         Time // when we last read it
}
