package limit

import (
	"fmt"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/yamlform"
)

// The bounds of a file, after its short forms were written out.
const (
	maxEvidence   = 20_000
	maxExceptions = 1_000
)

// File is constraints with their evidence, written down.
type File struct {
	Now    plumbline.Time // 0: the file does not say
	Cases  []Case
	Book   *Book
	Groups Groups
	Work   []string // types of work that the gates are asked for
}

// Zones finds a time zone by its IANA name: time.LoadLocation. This package reads
// nothing itself.
type Zones func(name string) (*time.Location, error)

// Result is what a file comes to.
type Result struct {
	At          plumbline.Time `json:"at"`
	Policies    string         `json:"policies"` // their version
	Constraints []Standing     `json:"constraints"`
	Gates       []Gate         `json:"gates,omitempty"`
}

// Judge replays the evidence of every constraint until now, and asks the gates of
// every scope for every type of work that the file names.
func (f *File) Judge(now plumbline.Time) Result {
	r := Result{At: now, Policies: f.Book.Version}
	for _, c := range f.Cases {
		r.Constraints = append(r.Constraints, f.Book.Replay(c, now))
	}
	for _, s := range f.scopes() {
		for _, work := range f.Work {
			r.Gates = append(r.Gates, f.Groups.Pass(s, work, r.Constraints))
		}
	}
	return r
}

// scopes are those of the constraints and the members of the groups, each once.
func (f *File) scopes() []plumbline.Scope {
	seen := map[plumbline.Scope]bool{}
	var out []plumbline.Scope
	add := func(s plumbline.Scope) {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	for _, c := range f.Cases {
		add(c.Constraint.Scope)
		for _, m := range f.Groups[c.Constraint.Scope] {
			add(m)
		}
	}
	return out
}

// The forms are a file as it is written.
type fileForm struct {
	Now         string              `yaml:"now"`
	Zone        string              `yaml:"zone"`
	Groups      map[string][]string `yaml:"groups"`
	Constraints []constraintForm    `yaml:"constraints"`
	Exceptions  []exceptionForm     `yaml:"exceptions"`
	Policies    []policyForm        `yaml:"policies"`
	Work        yamlform.Words      `yaml:"work"`
}

type constraintForm struct {
	ID        string            `yaml:"id"`
	Name      string            `yaml:"name"`
	Kind      string            `yaml:"kind"`
	Scope     string            `yaml:"scope"`
	Objective numberForm        `yaml:"objective"`
	Currency  string            `yaml:"currency"`
	Basis     string            `yaml:"basis"`
	Method    string            `yaml:"method"`
	Window    string            `yaml:"window"`
	Opened    string            `yaml:"opened"`
	Due       string            `yaml:"due"`
	Cadence   string            `yaml:"cadence"`
	Lead      string            `yaml:"lead"`
	Cycle     string            `yaml:"cycle"`
	Hard      bool              `yaml:"hard"`
	Owner     string            `yaml:"owner"`
	Approver  string            `yaml:"approver"`
	Source    string            `yaml:"source"`
	From      string            `yaml:"from"`
	To        string            `yaml:"to"`
	Presets   yamlform.Words    `yaml:"presets"`
	Evidence  []observationForm `yaml:"evidence"`
}

type observationForm struct {
	ID         string       `yaml:"id"`
	Subject    string       `yaml:"subject"`
	Count      int          `yaml:"count"`
	From       string       `yaml:"from"`
	To         string       `yaml:"to"`
	Last       string       `yaml:"last"`
	Each       string       `yaml:"each"`
	On         []string     `yaml:"on"`
	At         string       `yaml:"at"`
	Bad        numberForm   `yaml:"bad"`
	Total      numberForm   `yaml:"total"`
	Amount     numberForm   `yaml:"amount"`
	Currency   string       `yaml:"currency"`
	Basis      string       `yaml:"basis"`
	State      string       `yaml:"state"`
	Severity   string       `yaml:"severity"`
	Opened     string       `yaml:"opened"`
	Due        string       `yaml:"due"`
	Forecast   string       `yaml:"forecast"`
	Early      string       `yaml:"early"`
	Source     string       `yaml:"source"`
	Ref        string       `yaml:"ref"`
	External   string       `yaml:"external"`
	Ingested   string       `yaml:"ingested"`
	Quality    string       `yaml:"quality"`
	Supersedes string       `yaml:"supersedes"`
	Finding    *findingForm `yaml:"finding"`
}

type findingForm struct {
	CVSS      numberForm `yaml:"cvss"`
	Detected  string     `yaml:"detected"`
	Evaluated string     `yaml:"evaluated"`
	Mitigated string     `yaml:"mitigated"`
	KEVAdded  string     `yaml:"kev_added"`
	KEVDue    string     `yaml:"kev_due"`
	Exposed   bool       `yaml:"exposed"`
	Automated bool       `yaml:"automatable"`
	Impact    string     `yaml:"impact"`
	Level     int        `yaml:"level"`
	Reach     string     `yaml:"reach"`
}

type exceptionForm struct {
	Constraint string         `yaml:"constraint"`
	Subject    string         `yaml:"subject"`
	Policy     string         `yaml:"policy"`
	Reason     string         `yaml:"reason"`
	Requester  string         `yaml:"requester"`
	Approvers  yamlform.Words `yaml:"approvers"`
	From       string         `yaml:"from"`
	Until      string         `yaml:"until"`
}

// numberForm is a number as it is written, digit by digit.
type numberForm string

// UnmarshalYAML keeps the digits, which reading a float would not.
func (n *numberForm) UnmarshalYAML(src []byte) error {
	*n = numberForm(strings.Trim(strings.TrimSpace(string(src)), `"'`))
	return nil
}

// fileReading is what is known of a file while it is read.
type fileReading struct {
	zone     *time.Location
	zones    Zones
	ids      map[plumbline.ConstraintID]bool
	evidence int
}

// Parse reads a file from YAML or JSON; "plumbline help limits" shows the form.
// Times without an offset are on the wall clock of the zone. The error is
// Invalid, with a line for everything that is wrong, each with name, line and
// column.
func Parse(name string, src []byte, zones Zones) (*File, error) {
	var in fileForm
	form, err := yamlform.Read(name, src, MaxFile, &in)
	if err != nil {
		return nil, err
	}
	r := &reader{Form: form, file: fileReading{zone: time.UTC, zones: zones, ids: map[plumbline.ConstraintID]bool{}}}
	f := &File{Book: Defaults(), Work: in.Work}
	r.head(in, f)
	for i, c := range in.Constraints {
		f.Cases = append(f.Cases, r.constraint(fmt.Sprintf("$.constraints[%d]", i), c))
	}
	if len(in.Constraints) == 0 {
		r.Bad("$.constraints", "There is no constraint in the file.")
	}
	r.exceptions(in.Exceptions, f)
	if err := r.Err(); err != nil {
		return nil, err
	}
	return f, nil
}

// head reads what holds for the whole file.
func (r *reader) head(in fileForm, f *File) {
	if in.Zone != "" {
		z, err := r.file.zones(in.Zone)
		if err != nil {
			r.Bad("$.zone", "%q is not a time zone: write its IANA name, for example Europe/Berlin.", in.Zone)
		} else {
			r.file.zone = z
		}
	}
	f.Now = r.time("$.now", in.Now)
	for _, w := range in.Work {
		if !plumbline.ValidWorkType(w) {
			r.Bad("$.work", "The type of work is one of %s, not %q.", strings.Join(plumbline.WorkTypes[:], ", "), w)
		}
	}
	f.Groups = r.groups(in.Groups)
	if len(in.Policies) > 0 {
		f.Book = &Book{Version: "file", Name: "Policies of the file", Policies: r.policies("$.policies", in.Policies)}
	}
}

func (r *reader) exceptions(in []exceptionForm, f *File) {
	if len(in) > maxExceptions {
		r.Bad("$.exceptions", "There are %d exceptions; at most %d are read.", len(in), maxExceptions)
		return
	}
	for i, x := range in {
		at := fmt.Sprintf("$.exceptions[%d]", i)
		e := plumbline.Exception{
			Constraint: plumbline.ConstraintID(x.Constraint), Subject: x.Subject, Policy: x.Policy, Reason: x.Reason, Requester: plumbline.PersonID(x.Requester),
			From: r.time(at+".from", x.From), Until: r.time(at+".until", x.Until),
		}
		for _, a := range x.Approvers {
			e.Approvers = append(e.Approvers, plumbline.PersonID(a))
		}
		r.Fields(at, e.Validate())
		if !r.file.ids[e.Constraint] {
			r.Bad(at+".constraint", "There is no constraint %q in the file.", x.Constraint)
		}
		for j := range f.Cases {
			if f.Cases[j].Constraint.ID == e.Constraint {
				f.Cases[j].Exceptions = append(f.Cases[j].Exceptions, e)
			}
		}
	}
}
