package plumbline

import "slices"

// FindingID names a finding; it does not change when the vulnerability gets
// another name.
type FindingID string

// Verdict is what was found out about a finding, in the words of CycloneDX.
type Verdict string

// The verdicts. The empty one is none yet. Any other word is kept as it came and
// stops no clock.
const (
	Unjudged      Verdict = ""
	InTriage      Verdict = "in_triage"
	Exploitable   Verdict = "exploitable"
	Resolved      Verdict = "resolved"
	ResolvedTrace Verdict = "resolved_with_pedigree" // the change that mends it is on record
	FalsePositive Verdict = "false_positive"
	NotAffected   Verdict = "not_affected"
)

// Verdicts lists those that people choose from.
var Verdicts = [...]Verdict{InTriage, Exploitable, Resolved, ResolvedTrace, FalsePositive, NotAffected}

// Stops says whether the clocks of a finding stop with the verdict. That nobody
// will mend it, which is a response and no verdict, stops none.
func (v Verdict) Stops() bool {
	return v == Resolved || v == ResolvedTrace || v == FalsePositive || v == NotAffected
}

// Mended says whether the verdict is that it was mended.
func (v Verdict) Mended() bool { return v == Resolved || v == ResolvedTrace }

// Justifications are why something is not affected, as CycloneDX has them.
var Justifications = [...]string{"code_not_present", "code_not_reachable", "requires_configuration", "requires_dependency", "requires_environment",
	"protected_by_compiler", "protected_at_runtime", "protected_at_perimeter", "protected_by_mitigating_control"}

// Responses are what is going to be done about a finding, as CycloneDX has them.
var Responses = [...]string{"update", "rollback", "workaround_available", "can_not_fix", "will_not_fix"}

// The classes of findings, by their score (CVSS 3.1, section 5). What has no
// score is unknown, and never low.
const (
	ClassCritical = "critical" // from 9.0
	ClassHigh     = "high"     // from 7.0
	ClassMedium   = "medium"   // from 4.0
	ClassLow      = "low"      // from 0.1
	ClassNone     = "none"     // 0
	ClassUnknown  = "unknown"
)

// FindingClasses lists the classes, the worst first; unknown comes before what is
// known to be harmless.
var FindingClasses = [...]string{ClassCritical, ClassHigh, ClassMedium, ClassLow, ClassUnknown, ClassNone}

// Risk is what the deadlines of a finding follow from beside its score. What is
// empty is not known; of a finding, it is then as its product says.
type Risk struct {
	Exposed   string `json:"exposed,omitempty"`   // "yes" or "no": reachable from the internet
	Automated string `json:"automated,omitempty"` // "yes" or "no": an attack can be automated
	Impact    string `json:"impact,omitempty"`    // "total" or "partial"
	Level     int    `json:"level,omitempty"`     // of fedramp-vdr: 2 to 5
	Reach     string `json:"reach,omitempty"`     // of fedramp-vdr: "reachable", "likely" or "unlikely"
}

// Or is the risk with what it does not say taken from other.
func (r Risk) Or(other Risk) Risk {
	pick := func(a *string, b string) {
		if *a == "" {
			*a = b
		}
	}
	pick(&r.Exposed, other.Exposed)
	pick(&r.Automated, other.Automated)
	pick(&r.Impact, other.Impact)
	pick(&r.Reach, other.Reach)
	if r.Level == 0 {
		r.Level = other.Level
	}
	return r
}

// Validate checks what a risk may say.
func (r Risk) Validate() error {
	var bad Problems
	for _, f := range [...]struct{ field, value string }{{"exposed", r.Exposed}, {"automated", r.Automated}} {
		if !oneOf(f.value, "", "yes", "no") {
			bad.Add(f.field, "Say yes or no, or leave it open: not %q.", clipped(f.value))
		}
	}
	if !oneOf(r.Impact, "", "total", "partial") {
		bad.Add("impact", "The impact is total or partial, or left open: not %q.", clipped(r.Impact))
	}
	if r.Level != 0 && (r.Level < 2 || r.Level > 5) {
		bad.Add("level", "The level is 2 to 5, or left open.")
	}
	if !oneOf(r.Reach, "", "reachable", "likely", "unlikely") {
		bad.Add("reach", "The reach is reachable, likely or unlikely, or left open: not %q.", clipped(r.Reach))
	}
	return bad.Err()
}

// Judgement is a verdict with what goes with it.
type Judgement struct {
	State         Verdict  `json:"state,omitempty"`
	Justification string   `json:"justification,omitempty"` // of not_affected
	Response      []string `json:"response,omitempty"`
	Detail        string   `json:"detail,omitempty"`
	By            PersonID `json:"by,omitempty"`      // empty: a file says so
	ByName        string   `json:"by_name,omitempty"` // or the name of the file's format
	At            Time     `json:"at,omitempty"`      // when it was found out
	Ref           string   `json:"ref,omitempty"`     // of a file: its hash and the line
}

// Same says whether two judgements say the same, whoever says it and when.
func (j Judgement) Same(k Judgement) bool {
	return j.State == k.State && j.Justification == k.Justification && j.Detail == k.Detail && slices.Equal(j.Response, k.Response)
}

// Validate checks what a person may judge.
func (j Judgement) Validate() error {
	var bad Problems
	if !slices.Contains(Verdicts[:], j.State) {
		bad.Add("state", "The verdict is in_triage, exploitable, resolved, resolved_with_pedigree, false_positive or not_affected, not %q.", clipped(string(j.State)))
	}
	if j.Justification != "" && !slices.Contains(Justifications[:], j.Justification) {
		bad.Add("justification", "%q is no justification that CycloneDX has.", clipped(j.Justification))
	}
	if j.State == NotAffected && j.Justification == "" {
		bad.Add("justification", "Say why the product is not affected.")
	}
	for _, r := range j.Response {
		if !slices.Contains(Responses[:], r) {
			bad.Add("response", "%q is no response that CycloneDX has.", clipped(r))
		}
	}
	checkText(&bad, "detail", j.Detail, 0, MaxNote)
	return bad.Err()
}

// Finding is one vulnerability in one package of one product: however often and
// under however many names scanners tell of it, it is one.
type Finding struct {
	ID      FindingID  `json:"id"`
	Product ProductRef `json:"product"`
	Vuln    string     `json:"vulnerability"`     // its canonical name: the CVE, if there is one
	Package string     `json:"package"`           // a package URL without its version, or a path
	Version string     `json:"version,omitempty"` // of the package, as last seen
	Name    string     `json:"name"`              // what evidence calls it; it never changes
	Title   string     `json:"title,omitempty"`
	Stream  string     `json:"stream"`              // the series of scans that tells of it
	Path    string     `json:"path,omitempty"`      // where in the product
	Aliases []string   `json:"aliases,omitempty"`   // other names of the vulnerability
	Merged  FindingID  `json:"merged,omitempty"`    // it is told of by that one
	Ref     string     `json:"ref,omitempty"`       // file and line that told of it last
	First   string     `json:"first_ref,omitempty"` // and first

	Detected   Time `json:"detected"` // for the first time; rescans keep it
	Seen       Time `json:"seen"`     // for the last time
	Gone       Time `json:"gone,omitempty"`
	Suppressed bool `json:"suppressed,omitempty"`

	Score   Decimal `json:"score,omitempty"`
	ScoreBy string  `json:"score_by,omitempty"` // "CVSS v3", "CVSS v2", "scanner", or whose word it is
	Class   string  `json:"class"`

	Judgement Judgement `json:"judgement"`
	Closed    Time      `json:"closed,omitempty"` // when its clocks stopped
	Risk      Risk      `json:"risk"`
	Evaluated Time      `json:"evaluated,omitempty"`
	Mitigated Time      `json:"mitigated,omitempty"`

	KEVAdded   Time `json:"kev_added,omitempty"`
	KEVDue     Time `json:"kev_due,omitempty"`
	Ransomware bool `json:"ransomware,omitempty"`

	Start Time   `json:"clock_start,omitempty"` // of the clock that ends first,
	Due   Time   `json:"due,omitempty"`         // its end,
	Clock string `json:"clock,omitempty"`       // and its preset
}

// Open says whether its clocks run.
func (f *Finding) Open() bool { return f.Closed == 0 && !f.Suppressed && f.Merged == "" }

// Overdue says whether it is open and past its date.
func (f *Finding) Overdue(now Time) bool { return f.Open() && f.Due != 0 && now > f.Due }

// Component is a part of a product, from a bill of materials.
type Component struct {
	Product ProductRef `json:"product"`
	Package string     `json:"package"` // a package URL without its version, or a name
	Version string     `json:"version,omitempty"`
	Kind    string     `json:"kind,omitempty"` // "library", "container", …
	Stream  string     `json:"stream"`         // the bill that lists it
	BOMRef  string     `json:"bom_ref,omitempty"`
	Seen    Time       `json:"seen"`
	Gone    Time       `json:"gone,omitempty"` // not in the newest bill any more
	Ref     string     `json:"ref,omitempty"`  // file and line
}

// Exploited is an entry of the catalog of known exploited vulnerabilities.
type Exploited struct {
	CVE        string `json:"cve"`
	Vendor     string `json:"vendor,omitempty"`
	Product    string `json:"product,omitempty"`
	Name       string `json:"name,omitempty"`
	Added      Time   `json:"added"`
	Due        Time   `json:"due,omitempty"` // as the catalog says: it may lie before Added
	Ransomware bool   `json:"ransomware,omitempty"`
	Action     string `json:"action,omitempty"`
	Missing    Time   `json:"missing,omitempty"` // not in the newest catalog any more
	Ref        string `json:"ref,omitempty"`
}

// Advisory is what is known of a vulnerability whatever has it.
type Advisory struct {
	Vuln      string   `json:"vulnerability"`
	Summary   string   `json:"summary,omitempty"`
	Score     Decimal  `json:"score,omitempty"`
	ScoreBy   string   `json:"score_by,omitempty"`
	Published Time     `json:"published,omitempty"`
	Withdrawn Time     `json:"withdrawn,omitempty"`
	Fixed     []string `json:"fixed,omitempty"` // "package version"
	Ref       string   `json:"ref,omitempty"`
}
