package trackers

import (
	"plumbline"
)

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
