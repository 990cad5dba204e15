package plumbline

// Framework is a set of controls that products can be held to: a catalog, or the
// baseline that somebody chose from one.
type Framework struct {
	Ref      FrameworkRef    `json:"ref"`
	Title    string          `json:"title"`
	Version  string          `json:"version,omitempty"`
	Source   string          `json:"source,omitempty"` // where it came from
	Updated  Time            `json:"updated"`
	Families []ControlFamily `json:"families,omitempty"` // in the catalog's order
}

// ControlFamily is a group of controls: "ac", "Access Control".
type ControlFamily struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Control is one control of a framework. Text is what it asks for and Guidance
// what its authors say about it; both are empty where only names may be handed
// on.
type Control struct {
	ID        ControlID `json:"id"`
	Label     string    `json:"label"` // as its authors write the name
	Family    string    `json:"family"`
	Parent    ControlID `json:"parent,omitempty"` // of an enhancement
	Title     string    `json:"title"`
	Text      string    `json:"text,omitempty"`
	Guidance  string    `json:"guidance,omitempty"`
	Withdrawn bool      `json:"withdrawn,omitempty"` // in no count
}

// The limits of a framework and of the text of one of its controls, in bytes.
const (
	MaxControls    = 20_000
	MaxControlText = 100_000
)

// Validate checks what a framework must have.
func (f Framework) Validate() error {
	var bad Problems
	if !ValidRef(string(f.Ref)) {
		bad.Add("framework", "A framework is named by 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q.", clipped(string(f.Ref)))
	}
	checkText(&bad, "title", f.Title, 1, 400)
	checkText(&bad, "version", f.Version, 0, 120)
	checkText(&bad, "source", f.Source, 0, 2000)
	return bad.Err()
}

// RiskStatus says where a risk of a plan of action stands, in the words of OSCAL.
type RiskStatus string

// The statuses of a risk. One whose deviation was approved is not closed: it
// rests until its deadline.
const (
	RiskOpen      RiskStatus = "open"
	RiskDeviation RiskStatus = "deviation-approved"
	RiskClosed    RiskStatus = "closed"
)

// RiskStatuses lists all of them.
var RiskStatuses = [...]RiskStatus{RiskOpen, "investigating", "remediating", "deviation-requested", RiskDeviation, RiskClosed}

// Valid says whether there is such a status.
func (s RiskStatus) Valid() bool {
	for _, have := range RiskStatuses {
		if s == have {
			return true
		}
	}
	return false
}

// PlanRisk is a risk of a plan of action and milestones, or an item of such a plan
// that names no risk.
type PlanRisk struct {
	ID        string     `json:"id"` // its UUID there
	Title     string     `json:"title"`
	Text      string     `json:"text,omitempty"`
	Status    RiskStatus `json:"status"`
	Opened    Time       `json:"opened,omitempty"` // when it was first observed
	Deadline  Time       `json:"deadline,omitempty"`
	Tasks     []RiskTask `json:"tasks,omitempty"`
	Items     []string   `json:"items,omitempty"`    // titles of the plan's items about it
	Controls  []string   `json:"controls,omitempty"` // that it names
	Remarks   []string   `json:"remarks,omitempty"`  // what is odd about it
	Ref       string     `json:"ref,omitempty"`      // the file and the line
	Updated   Time       `json:"updated,omitempty"`
	Submitted Time       `json:"submitted,omitempty"` // the time of the plan that says so
}

// RiskTask is a step of what is done about a risk.
type RiskTask struct {
	Title string `json:"title"`
	Start Time   `json:"start,omitempty"`
	End   Time   `json:"end,omitempty"`
}

// Validate checks what a risk must have.
func (r PlanRisk) Validate() error {
	var bad Problems
	checkText(&bad, "id", r.ID, 1, 200)
	checkText(&bad, "title", r.Title, 1, 1000)
	if !r.Status.Valid() {
		bad.Add("status", "A risk is open, investigating, remediating, deviation-requested, deviation-approved or closed, not %q.", clipped(string(r.Status)))
	}
	return bad.Err()
}

// Exempt says that the risk rests at a moment: its deviation was approved, and
// its deadline has not come.
func (r PlanRisk) Exempt(now Time) bool {
	return r.Status == RiskDeviation && r.Deadline != 0 && now < r.Deadline
}

// Overdue says that the risk should have been closed.
func (r PlanRisk) Overdue(now Time) bool {
	return r.Status != RiskClosed && r.Deadline != 0 && now > r.Deadline
}
