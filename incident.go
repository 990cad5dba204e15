package plumbline

import (
	"strconv"
	"strings"
)

// IncidentRecord is an incident: something that people rely on and that does not work, told by
// alarms or by people. Times that nobody knows are 0.
type IncidentRecord struct {
	N          int64            `json:"id"`
	Title      string           `json:"title"`
	Products   []ProductRef     `json:"products"`
	Severity   string           `json:"severity,omitempty"` // "S1" to "S4"
	Started    Time             `json:"started,omitempty"`
	Detected   Time             `json:"detected,omitempty"`
	Mitigated  Time             `json:"mitigated,omitempty"` // it does not hurt any more
	Resolved   Time             `json:"resolved,omitempty"`
	Dismissed  string           `json:"dismissed,omitempty"` // why it was no incident
	Cause      string           `json:"cause,omitempty"`     // one of Causes
	Deployment string           `json:"deployment,omitempty"`
	Share      Decimal          `json:"budget_share,omitempty"` // of the error budget that it burnt; 1 is all of it
	PostMortem string           `json:"post_mortem,omitempty"`  // an address
	Item       ItemID           `json:"-"`                      // of the incident process
	Actions    []IncidentAction `json:"actions,omitempty"`
	Kept       []string         `json:"kept,omitempty"` // fields that people said: alarms do not change them
	Source     LinkID           `json:"source,omitempty"`
	Changed    Time             `json:"changed"`
}

// IncidentAction is what is to be done so that it does not happen again.
type IncidentAction struct {
	Text string `json:"text"`
	Due  Time   `json:"due,omitempty"`
	Done Time   `json:"done,omitempty"`
}

// Causes are the classes of what caused an incident.
var Causes = [...]string{"change", "capacity", "dependency", "security", "unknown"}

// Open says whether an incident goes on. One that nobody resolved is open, however
// old it is.
func (i IncidentRecord) Open() bool { return i.Resolved == 0 && i.Dismissed == "" }

// Began is when it began to hurt, or else when it was seen.
func (i IncidentRecord) Began() Time {
	if i.Started != 0 {
		return i.Started
	}
	return i.Detected
}

// State is "open", "mitigated", "resolved" or "dismissed".
func (i IncidentRecord) State() string {
	switch {
	case i.Dismissed != "":
		return "dismissed"
	case i.Resolved != 0:
		return "resolved"
	case i.Mitigated != 0:
		return "mitigated"
	}
	return "open"
}

// Name is how evidence and events call it.
func (i IncidentRecord) Name() string { return "incident " + strconv.FormatInt(i.N, 10) }

// maxActions is how many actions an incident has at most, and how many products.
const maxActions = 50

// Validate checks what an incident must have.
func (i IncidentRecord) Validate() error {
	var bad Problems
	checkText(&bad, "title", i.Title, 1, 300)
	checkText(&bad, "deployment", i.Deployment, 0, 200)
	checkText(&bad, "dismissed", i.Dismissed, 0, 1000)
	if !oneOf(i.Severity, "", "S1", "S2", "S3", "S4") {
		bad.Add("severity", "The severity is S1 to S4, not %q.", clipped(i.Severity))
	}
	if i.Cause != "" && !oneOf(i.Cause, Causes[:]...) {
		bad.Add("cause", "The cause is %s, not %q.", strings.Join(Causes[:], ", "), clipped(i.Cause))
	}
	if i.PostMortem != "" && !strings.HasPrefix(i.PostMortem, "https://") && !strings.HasPrefix(i.PostMortem, "http://") {
		bad.Add("post_mortem", "The post-mortem is an address that begins with https:// or http://.")
	}
	checkText(&bad, "post_mortem", i.PostMortem, 0, 2000)
	bad.Merge(i.Share.Validate("budget_share"))
	if i.Share.Known() && i.Share.Rat().Sign() < 0 {
		bad.Add("budget_share", "A share of the budget cannot be negative.")
	}
	i.checkTimes(&bad)
	if len(i.Products) > maxActions || len(i.Actions) > maxActions {
		bad.Add("actions", "An incident has at most %d products and %d actions.", maxActions, maxActions)
	}
	for _, a := range i.Actions {
		checkText(&bad, "actions", a.Text, 1, 300)
	}
	return bad.Err()
}

// checkTimes says which times are not in order.
func (i IncidentRecord) checkTimes(bad *Problems) {
	for _, t := range [...]struct {
		field, text   string
		first, second Time
	}{
		{"detected", "It cannot be detected before it began.", i.Started, i.Detected},
		{"mitigated", "It cannot be mitigated before it began.", i.Began(), i.Mitigated},
		{"resolved", "It cannot be resolved before it began.", i.Began(), i.Resolved},
		{"resolved", "It cannot be resolved before it was mitigated.", i.Mitigated, i.Resolved},
	} {
		if t.first != 0 && t.second != 0 && t.second < t.first {
			bad.Add(t.field, "%s", t.text)
		}
	}
}
