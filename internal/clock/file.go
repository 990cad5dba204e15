package clock

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"plumbline"
)

// Limits on what [Parse] reads.
const (
	MaxFile = 256 << 10 // bytes
	maxNest = 32        // brackets within brackets; the YAML parser's time grows with their square
)

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
	if len(src) > MaxFile {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s:1:1: the file has %d bytes; at most %d are read.", name, len(src), MaxFile)
	}
	if tooDeep(src) {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s:1:1: brackets are nested too deep", name)
	}
	tree, err := parser.ParseBytes(src, 0)
	if err != nil {
		return nil, located(name, err)
	}
	var in fileForm
	if err := yaml.NewDecoder(strings.NewReader(string(src)), yaml.Strict()).Decode(&in); err != nil {
		return nil, located(name, err)
	}
	r := &reader{name: name, tree: tree, look: look}
	f := r.file(in)
	if len(r.problems) > 0 {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s", strings.Join(r.problems, "\n"))
	}
	return f, nil
}

func tooDeep(src []byte) bool {
	depth := 0
	for _, c := range src {
		switch c {
		case '[', '{':
			if depth++; depth > maxNest {
				return true
			}
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return false
}

// located turns an error of the YAML library into ours.
func located(name string, err error) error {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		p := y.GetToken().Position
		return &plumbline.Error{Kind: plumbline.Invalid, Text: fmt.Sprintf("%s:%d:%d: %s", name, p.Line, p.Column, y.GetMessage()), Err: err}
	}
	return &plumbline.Error{Kind: plumbline.Invalid, Text: fmt.Sprintf("%s:1:1: %s", name, firstLine(err.Error())), Err: err}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// The forms are the file as it is written.
type fileForm struct {
	Now      string       `yaml:"now"`
	Calendar calendarForm `yaml:"calendar"`
	Policy   policyForm   `yaml:"policy"`
	Events   []eventForm  `yaml:"events"`
}

type calendarForm struct {
	Name     string   `yaml:"name"`
	Zone     string   `yaml:"zone"`
	Days     []string `yaml:"days"`
	Hours    string   `yaml:"hours"`
	Holidays holidays `yaml:"holidays"`
}

type policyForm struct {
	ID       string            `yaml:"id"`
	Name     string            `yaml:"name"`
	Version  string            `yaml:"version"`
	Calendar string            `yaml:"calendar"`
	Time     string            `yaml:"time"`
	Times    map[string]string `yaml:"times"`
	Starts   []string          `yaml:"starts"`
	Stops    []string          `yaml:"stops"`
	Pauses   []plumbline.State `yaml:"pauses"`
	Extends  bool              `yaml:"extends"`
	Labels   []string          `yaml:"labels"`
	Source   string            `yaml:"source"`
	named    bool
}

// UnmarshalYAML takes a policy, or only the id of one.
func (p *policyForm) UnmarshalYAML(decode func(any) error) error {
	var id string
	if decode(&id) == nil {
		*p = policyForm{ID: id, named: true}
		return nil
	}
	type plain policyForm
	return decode((*plain)(p))
}

type eventForm struct {
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

// position finds where a path of the file is; of something left out, where its
// nearest parent is.
func position(tree *ast.File, path string) (line, column int) {
	for path != "$" && path != "" {
		if p, err := yaml.PathString(path); err == nil {
			if n, err := p.FilterFile(tree); err == nil && n.GetToken() != nil {
				return n.GetToken().Position.Line, n.GetToken().Position.Column
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 1, 1
}
