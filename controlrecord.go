package plumbline

import "strings"

// The ways in which a control can be like one of another framework, seen from
// the first: all of what it asks for, a part of it, more, or some of it.
const (
	MapsEqual      = "equal"
	MapsSubset     = "subset"
	MapsSuperset   = "superset"
	MapsIntersects = "intersects"
)

// ControlMapping says that a control is like one of another framework.
type ControlMapping struct {
	Kind      string       `json:"kind"`
	Framework FrameworkRef `json:"framework"`
	Control   ControlID    `json:"control"`
}

// String is "kind framework control".
func (m ControlMapping) String() string {
	return m.Kind + " " + string(m.Framework) + " " + string(m.Control)
}

// ParseControlMapping reads what String writes.
func ParseControlMapping(text string) (ControlMapping, error) {
	words := strings.Fields(text)
	if len(words) != 3 || !oneOf(words[0], MapsEqual, MapsSubset, MapsSuperset, MapsIntersects) || !ValidRef(words[1]) {
		return ControlMapping{}, Errorf(Invalid, "%q is not a mapping; write it as \"subset iso-27001 a.5.15\", with equal, subset, superset or intersects.", clipped(text))
	}
	id, err := ParseControlID(words[2])
	return ControlMapping{Kind: words[0], Framework: FrameworkRef(words[1]), Control: id}, err
}

// ControlRecord is how one control stands for one product, as somebody or a file
// says it.
type ControlRecord struct {
	Product   ProductRef       `json:"product"`
	Framework FrameworkRef     `json:"framework"`
	Control   ControlID        `json:"control"`
	State     ControlState     `json:"state"`
	Need      string           `json:"need,omitempty"`     // the source's own word for how it is met
	Owner     string           `json:"owner,omitempty"`    // a team, a role or a person
	Cadence   string           `json:"cadence,omitempty"`  // how often evidence is expected, ISO 8601: "P90D"; empty: DefaultCadence
	Passed    Time             `json:"passed,omitempty"`   // when evidence last showed that it is met
	Evidence  string           `json:"evidence,omitempty"` // where that is: an address or a sentence
	Assessed  Time             `json:"assessed,omitempty"` // when the state was said
	Opened    Time             `json:"opened,omitempty"`   // since when it is a gap
	Due       Time             `json:"due,omitempty"`      // by when the gap is to be closed
	Note      string           `json:"note,omitempty"`
	Exception ControlException `json:"exception,omitzero"`
	Maps      []ControlMapping `json:"maps,omitempty"` // of the control itself, whatever the product
}

// ControlException lets a gap rest until a date. Who asks for it does not
// approve it. The zero value is none.
type ControlException struct {
	Reason    string `json:"reason,omitempty"`
	Requester string `json:"requester,omitempty"`
	Approver  string `json:"approver,omitempty"`
	From      Time   `json:"from,omitempty"`
	Until     Time   `json:"until,omitempty"`
}

// Validate checks what an exception must have; the rules are those of
// [Exception].
func (e ControlException) Validate() error {
	if e == (ControlException{}) {
		return nil
	}
	return Exception{
		Reason: e.Reason, Requester: PersonID(e.Requester), Approvers: []PersonID{PersonID(e.Approver)}, From: e.From, Until: e.Until,
	}.Validate()
}

// DefaultCadence is how often evidence of a control is expected when nothing is
// said.
const DefaultCadence = "P90D"

// Validate checks what a record must have.
func (r ControlRecord) Validate() error {
	var bad Problems
	if !ValidRef(string(r.Product)) {
		bad.Add("product", "Say which product it is about.")
	}
	if !ValidRef(string(r.Framework)) {
		bad.Add("framework", "A framework is named by 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q.", clipped(string(r.Framework)))
	}
	if id, err := ParseControlID(string(r.Control)); err != nil || id != r.Control {
		bad.Add("control", "%q is not the name of a control; write it as ac-2.1.", clipped(string(r.Control)))
	}
	if r.State != "" && !oneOf(string(r.State), string(ControlImplemented), string(ControlAlternative), string(ControlPartial), string(ControlPlanned), string(ControlMissing), string(ControlNotApplicable)) {
		bad.Add("state", "The state is implemented, alternative, partial, planned, missing or not_applicable, not %q.", clipped(string(r.State)))
	}
	if _, err := ParsePeriod(r.Cadence); err != nil {
		bad.Add("cadence", "%s", TextOf(err))
	}
	if r.Due != 0 && r.Opened != 0 && r.Due < r.Opened {
		bad.Add("due", "The gap is due before it was opened.")
	}
	checkText(&bad, "need", r.Need, 0, 60)
	checkText(&bad, "owner", r.Owner, 0, 120)
	checkText(&bad, "evidence", r.Evidence, 0, 2000)
	checkText(&bad, "note", r.Note, 0, MaxNote)
	bad.Merge(r.Exception.Validate())
	return bad.Err()
}

// GoodUntil is when the evidence of a control is too old: one round after it
// passed; 0 when there is none.
func (r ControlRecord) GoodUntil() Time {
	if r.Passed == 0 {
		return 0
	}
	text := r.Cadence
	if text == "" {
		text = DefaultCadence
	}
	p, err := ParsePeriod(text)
	if err != nil {
		return 0
	}
	return p.After(r.Passed)
}
