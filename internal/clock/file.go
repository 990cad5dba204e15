package clock

import (
	"time"

	"plumbline"
	"plumbline/internal/yamlform"
)

// MaxFile is how many bytes [Parse] reads at most.
const MaxFile = 256 << 10

// File is a clock written down: a policy, what happened, and when to look.
type File struct {
	Policy   Policy
	Calendar *Calendar
	Events   []Event
	Now      plumbline.Time // 0: the file does not say
}

// Lookup is what [Parse] needs from outside, since this package reads nothing:
// how to find a time zone by its IANA name (time.LoadLocation), and a policy
// that the file only names. Policies may be nil.
type Lookup struct {
	Zone   func(name string) (*time.Location, error)
	Policy func(id string) (Policy, bool)
}

// Parse reads a clock from YAML or JSON:
//
//	now: 2026-11-23T12:00:00Z          # else the caller's
//	calendar:                          # else Monday to Friday, 09:00-17:00, UTC
//	  zone: Europe/Berlin
//	  days: [mon, tue, wed, thu, fri]
//	  hours: 09:00-17:00
//	  holidays: [2026-12-25]           # or a map from date to name
//	policy:                            # or the id of one that is known
//	  id: product-support
//	  version: "2026"
//	  calendar: business               # or calendar
//	  time: 5 working days             # or times: {S1: 30 d, S2: 60 d}
//	  starts: [received]
//	  stops: [answered]
//	  pauses: ["workflow-infra::Needs More Info"]
//	events:
//	  - {at: 2026-11-02T09:00:00Z, type: received}
//	  - {at: 2026-11-03T09:00:00Z, state: "workflow-infra::Needs More Info"}
//	  - {at: 2026-11-04T09:00:00Z, severity: S2}
//	  - {at: 2026-11-05T09:00:00Z, extension: 2 d, by: Mara}
//
// A time without an offset is one on the wall clock of the calendar. The error
// is Invalid; it lists everything that is wrong, a line each, with name, line
// and column. A wrong key or a wrong shape stops the reading at the first.
func Parse(name string, src []byte, look Lookup) (*File, error) {
	var in fileForm
	form, err := yamlform.Read(name, src, MaxFile, &in)
	if err != nil {
		return nil, err
	}
	r := &reader{Form: form, look: look}
	f := r.file(in)
	if err := form.Err(); err != nil {
		return nil, err
	}
	return f, nil
}

// The forms are the file as it is written.
type fileForm struct {
	Now      string       `yaml:"now"`
	Calendar calendarForm `yaml:"calendar"`
	Policy   policyForm   `yaml:"policy"`
	Events   []EventForm  `yaml:"events"`
}

type calendarForm struct {
	Name     string   `yaml:"name"`
	Zone     string   `yaml:"zone"`
	Days     []string `yaml:"days"`
	Hours    string   `yaml:"hours"`
	Holidays holidays `yaml:"holidays"`
}

type policyForm struct {
	PolicyForm
	named bool
}

// PolicyForm is a policy as it is written in YAML.
type PolicyForm struct {
	ID       string            `yaml:"id"`
	Name     string            `yaml:"name"`
	Version  string            `yaml:"version"`
	Calendar string            `yaml:"calendar"`
	Time     string            `yaml:"time"`
	Times    map[string]string `yaml:"times"`
	Starts   yamlform.Words    `yaml:"starts"`
	Stops    yamlform.Words    `yaml:"stops"`
	Pauses   yamlform.Words    `yaml:"pauses"`
	Extends  bool              `yaml:"extends"`
	Labels   yamlform.Words    `yaml:"labels"`
	Source   string            `yaml:"source"`
}

// UnmarshalYAML takes a policy, or only the id of one.
func (p *policyForm) UnmarshalYAML(decode func(any) error) error {
	var id string
	if decode(&id) == nil {
		*p = policyForm{PolicyForm{ID: id}, true}
		return nil
	}
	return decode(&p.PolicyForm)
}

// EventForm is one or more events of one moment, as they are written in YAML.
type EventForm struct {
	At        string          `yaml:"at"`
	Type      string          `yaml:"type"`
	State     plumbline.State `yaml:"state"`
	Severity  string          `yaml:"severity"`
	Extension string          `yaml:"extension"`
	By        string          `yaml:"by"`
}

// holidays are dates with names.
type holidays map[string]string

// UnmarshalYAML takes a list of dates, or a map from date to name.
func (h *holidays) UnmarshalYAML(decode func(any) error) error {
	var list []string
	if decode(&list) == nil {
		*h = holidays{}
		for _, d := range list {
			(*h)[d] = "holiday"
		}
		return nil
	}
	return decode((*map[string]string)(h))
}
