package plumbline

// Quality says how a piece of evidence about a constraint came about.
type Quality string

// The qualities. Partial is of a time that is not over, or not fully reported:
// it is shown and not counted.
const (
	ByMeasuring Quality = "measured"
	ByEstimate  Quality = "estimated"
	ByHand      Quality = "manual"
	Partial     Quality = "partial"
)

// States of what an observation is about. Others are kept and count as open.
const (
	StateMet           = "met"            // a control is met; a promise is kept
	StateNotApplicable = "not_applicable" // out of every count
	StateClosed        = "closed"         // a finding is mended or is none; an incident is over
	StateOpen          = "open"
	StateOneOff        = "one-off" // an amount that says nothing about other days
	StateExempt        = "exempt"  // a control or a risk whose deviation was approved: it rests until Due, and is open from then on
	StateUnused        = "unused"  // paid ahead and not used: the cost of whoever committed to it
)

// Subjects of observations that are not about a constraint as a whole. Any
// other subject is the name of a control, a finding or an incident.
const (
	SubjectQueue       = "queue"       // of support: Bad arrivals, Total closures
	SubjectUnallocated = "unallocated" // of cost: the part that nobody claims
)

// Observation is one piece of evidence about a constraint. It is append-only: a
// later one that supersedes it ends it, and it is kept. Which fields count
// depends on the kind of the constraint.
type Observation struct {
	ID         string       `json:"id,omitempty"`
	Constraint ConstraintID `json:"constraint,omitempty"`
	Subject    string       `json:"subject,omitempty"` // empty: the constraint as a whole
	From       Time         `json:"from,omitempty"`    // what it covers: from here,
	To         Time         `json:"to,omitempty"`      // until just before here
	At         Time         `json:"at"`                // when it was observed; its age counts from here
	Bad        Decimal      `json:"bad,omitempty"`     // bad events or slices, interrupt hours, arrivals
	Total      Decimal      `json:"total,omitempty"`   // all of them, hours there are, closures
	Amount     Decimal      `json:"amount,omitempty"`  // of cost
	Currency   string       `json:"currency,omitempty"`
	Basis      string       `json:"basis,omitempty"`
	State      string       `json:"state,omitempty"`
	Severity   string       `json:"severity,omitempty"` // "S1" to "S4" of an incident; "critical", "kev", … of a finding
	Opened     Time         `json:"opened,omitempty"`   // when its clock began
	Due        Time         `json:"due,omitempty"`      // of a control that is met: of its next evidence; At itself when nothing shows that it is
	Forecast   Time         `json:"forecast,omitempty"` // saturation, as likely as not; finish, with a chance of 85 %
	Early      Time         `json:"early,omitempty"`    // saturation, if it comes early (one chance in five)
	Source     string       `json:"source,omitempty"`
	Ref        string       `json:"ref,omitempty"`      // the query, or the file's hash and the row
	External   string       `json:"external,omitempty"` // its name there
	Ingested   Time         `json:"ingested,omitempty"`
	Quality    Quality      `json:"quality,omitempty"` // empty: measured
	Supersedes string       `json:"supersedes,omitempty"`
}

// Validate checks what an observation must have whatever the kind is.
func (o Observation) Validate() error {
	var bad Problems
	if o.At == 0 {
		bad.Add("at", "Say when it was observed.")
	}
	if o.To != 0 && o.To <= o.From {
		bad.Add("to", "What it covers ends before it begins.")
	}
	for _, n := range [...]struct {
		field string
		value Decimal
	}{{"bad", o.Bad}, {"total", o.Total}, {"amount", o.Amount}} {
		bad.Merge(n.value.Validate(n.field))
		if n.field != "amount" && n.value.Known() && n.value[0] == '-' {
			bad.Add(n.field, "A count cannot be negative.")
		}
	}
	if !oneOf(string(o.Quality), "", string(ByMeasuring), string(ByEstimate), string(ByHand), string(Partial)) {
		bad.Add("quality", "The quality is measured, estimated, manual or partial, not %q.", clipped(string(o.Quality)))
	}
	if !oneOf(o.Basis, "", Billed, Effective) {
		bad.Add("basis", "The basis is billed or effective, not %q.", clipped(o.Basis))
	}
	if o.Supersedes != "" && o.Supersedes == o.ID {
		bad.Add("supersedes", "It cannot supersede itself.")
	}
	for _, t := range [...]struct{ field, text string }{
		{"subject", o.Subject}, {"source", o.Source}, {"ref", o.Ref}, {"external", o.External}, {"state", o.State}, {"severity", o.Severity},
	} {
		checkText(&bad, t.field, t.text, 0, 2000)
	}
	return bad.Err()
}

// Status says how a constraint stands. It is worked out, never typed.
type Status string

// The states of a constraint. Unknown evidence and stale evidence are neither
// met nor breached: they ask for a review and block nothing.
const (
	StatusMet      Status = "met"
	StatusAtRisk   Status = "at_risk"
	StatusBreached Status = "breached"
	StatusUnknown  Status = "unknown" // no evidence, or too little
	StatusStale    Status = "stale"   // the evidence is older than two of its rounds
	StatusExempt   Status = "exempt"  // by an exception, until it ends
)

// Force is what a consequence does, in rising order.
type Force int

// The forces.
const (
	Inform        Force = iota + 1 // the owner is told
	RequireReview                  // somebody looks before it goes on
	Reserve                        // a share of capacity is kept for mending
	ForceRank                      // the mending work is forced
	Restrict                       // only some types of work go on
)

var forceNames = [...]string{"", "inform", "require_review", "reserve_capacity", "force_rank", "restrict_work_types"}

// String is the name as policies write it.
func (f Force) String() string {
	if f < 0 || int(f) >= len(forceNames) {
		return ""
	}
	return forceNames[f]
}

// ParseForce reads a name; 0 when it is none.
func ParseForce(name string) Force {
	for i, n := range forceNames {
		if i > 0 && n == name {
			return Force(i)
		}
	}
	return 0
}

// MarshalText writes the name.
func (f Force) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads a name.
func (f *Force) UnmarshalText(b []byte) error {
	if *f = ParseForce(string(b)); *f == 0 {
		return Errorf(Invalid, "A consequence is inform, require_review, reserve_capacity, force_rank or restrict_work_types, not %q.", clipped(string(b)))
	}
	return nil
}

// WorkTypes are the types of work that a restriction lets through or not.
var WorkTypes = [...]string{"feature", "launch", "reliability", "incident", "security", "data-loss", "bug", "compliance", "cost", "toil", "maintenance", "support"}

// ValidWorkType says whether there is such a type.
func ValidWorkType(t string) bool { return oneOf(t, WorkTypes[:]...) }
