// Package flow holds the processes that items go through, as data, and judges
// what may happen next: the new states, or every reason why not.
//
// It owns these nouns. A [Definition] is one process: its [Lane]s, each a track of
// states ([StateDef]) of which an item holds at most one; the [Guard]s that must
// hold for a move; the [Field]s that an item carries; the clocks that run; and
// the [HandOff] from the product manager's lane to the engineers'. [Facts] are
// what guards may read of an item. A [Step] is what a move does; a [Reason] is
// one thing that stands in its way. [Reconcile] judges what an issue in a tracker
// means for its item. A [Book] is a set of processes.
//
// Laws: pure, and data first. A process is a YAML file; nothing here knows the
// name of a state. Loading a file finds everything that is wrong with it, with
// line and column. A state is written "lane::name", as the label that means it
// in the tracker; a tracker whose exclusive labels use "/" has "lane/name".
// Labels on an issue belong to people: what they do there is followed, and a
// guard that it breaks becomes a warning.
//
// The processes that come with the product are in the folder processes. The
// request is the GitLab handbook's: product development flow (2022), the
// infrastructure product management page, and the infrastructure teams'
// workflow labels (2022).
package flow

import (
	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/rule"
)

// Definition is one process. It is made by [Load] and does not change.
type Definition struct {
	ID      plumbline.ProcessID
	Name    string
	Prefix  string // of its items' keys: "REQ"
	Kind    plumbline.ItemKind
	Version string
	Source  string          // where the process is written down, in words
	Trigger string          // the tracker label that asks for it: "infrapm"; empty: none
	Start   plumbline.State // where an item begins
	Lanes   []Lane          // the leading one last
	Fields  []Field
	Rules   []Guard // hold for every move that Guard.On names, and are shown when an item is edited
	Clocks  []clock.Policy
	HandOff HandOff

	index
}

// Lane is one track of states; an item holds at most one state of each. ID is
// the scope of its labels: "workflow", "workflow-infra".
type Lane struct {
	ID       string
	Name     string
	Roles    []plumbline.Role // who may move in it; empty: everybody who may move
	States   []StateDef
	OnClosed plumbline.State // where an item goes when people close its issue; empty: nowhere
}

// The kinds of state.
const (
	Open    = "open"
	Waiting = "waiting" // open, but on somebody or something else
	Done    = "done"    // an end: what was wanted happened
	Dropped = "dropped" // an end: it will not happen
)

// StateDef is one state of a lane.
type StateDef struct {
	State    plumbline.State
	Label    string // in the tracker, written with "::"; empty: no label means it
	Kind     string
	DRI      string // who is directly responsible
	Help     string
	Optional bool              // a path may leave it out
	Next     []plumbline.State // where an item may go; see also Back and Any
	Back     bool              // also to the state it came from; when that is not known, to every open one
	Any      bool              // also to every state of the lane
	Anywhere bool              // may be entered from every state of the lane that is no end
	Roles    []plumbline.Role  // who may enter it, when not those of the lane
	Enter    []Guard
	Leave    []Guard
	Stale    Stale
	OnClosed plumbline.State // overrides the lane's
	OnReopen plumbline.State // where an item goes whose issue people open again; empty: it stays
}

// End says whether the state is an end of its lane.
func (s *StateDef) End() bool { return s.Kind == Done || s.Kind == Dropped }

// Guard is a condition that must hold.
type Guard struct {
	When  string // CEL over the facts, see [Facts]
	Else  string // the sentence for the person when it does not hold
	Field string // the input that mends it; empty: none
	On    string // which moves it is for; empty: all

	expr   func() (*rule.Expr, error) // compiled once
	moving bool                       // it reads where the item comes from or goes to
}

// The directions of a move, for [Guard.On].
const (
	Forward = "forward" // to a later state that is open or done, or across the hand-off
	Backing = "back"    // to an earlier state
	Drop    = "drop"    // to an end where it will not happen
)

// Stale says what happens to an item that nobody touched. The zero value says
// nothing.
type Stale struct {
	After   clock.Span      // calendar time without an update
	To      plumbline.State // where it goes
	Mention string          // who is told: "engineering manager"
}

// HandOff is the passage from the product manager's lane to the engineers'. Its
// zero value means that the process has none.
type HandOff struct {
	To    plumbline.State   // where the engineers' lane begins
	From  []plumbline.State // the states from which work may be handed off
	Ends  plumbline.State   // where the lane that is left ends
	Needs []Guard
}

// Reason is one thing that stands in the way, written for the person. Field
// names the input that mends it, if one does.
type Reason struct {
	Text  string `json:"text"`
	Field string `json:"field,omitempty"`
}

// index finds things by name; it is made by [Load].
type index struct {
	lanes  map[string]*Lane
	states map[plumbline.State]*place
	labels map[string]map[string]plumbline.State // by separator, then by label
	fields map[string]*Field
}

// place is a state with where it is.
type place struct {
	*StateDef
	lane *Lane
	pos  int // in its lane
}

// Lane finds a lane by id.
func (d *Definition) Lane(id string) (*Lane, bool) { l, ok := d.lanes[id]; return l, ok }

// State finds a state.
func (d *Definition) State(s plumbline.State) (*StateDef, bool) {
	p, ok := d.states[s]
	if !ok {
		return nil, false
	}
	return p.StateDef, true
}

// Field finds a field.
func (d *Definition) Field(name string) (*Field, bool) { f, ok := d.fields[name]; return f, ok }

// Clock finds a clock by id.
func (d *Definition) Clock(id string) (clock.Policy, bool) {
	for _, p := range d.Clocks {
		if p.ID == id {
			return p, true
		}
	}
	return clock.Policy{}, false
}

// leads is the lane that leads when work was handed off: the engineers'. Without
// a hand-off it is the only lane that matters, that of Start.
func (d *Definition) leads() string {
	if d.HandOff.To != "" {
		return d.HandOff.To.Lane()
	}
	return d.Start.Lane()
}
