package limit

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/yamlform"
)

// MaxFile is how many bytes of a file or of policies are read at most.
const MaxFile = 4 << 20

//go:embed policies/*.yaml
var policies embed.FS

// Defaults are the policies that come with the product.
var Defaults = sync.OnceValue(func() *Book {
	b, err := ParsePolicies("defaults.yaml", DefaultsText())
	if err != nil {
		panic(fmt.Sprintf("the policies are compiled in, and a test reads them: %v", err))
	}
	return b
})

// DefaultsText is [Defaults] as they are written, to begin one's own from.
func DefaultsText() []byte {
	src, err := policies.ReadFile("policies/defaults.yaml")
	if err != nil {
		panic(fmt.Sprintf("the file is compiled in: %v", err))
	}
	return src
}

// Book is a set of policies, in order. It does not change.
type Book struct {
	Version  string
	Name     string
	Policies []Policy
}

// Policy says what follows from the standing of a constraint.
type Policy struct {
	ID, Name, Source string
	Kinds            []plumbline.ConstraintKind // empty: all
	Hold             time.Duration              // how long the end has to hold
	Approvers        int                        // how many an exception from it needs
	Then             []Consequence

	start, end []rule
	lasts      delay
}

// Consequence is one thing that follows.
type Consequence struct {
	Force    plumbline.Force
	Allow    []string          // of Restrict: the types of work that go on
	Concerns []string          // of RequireReview: the types that are reviewed; empty: all
	Share    plumbline.Decimal // of Reserve: how much of the capacity, 0 to 1
	What     string            // a sentence

	within delay
}

// delay is an amount of calendar or of working time.
type delay struct {
	span clock.Span
	kind string
}

// after is the moment when the time is up; 0 when there is none.
func (d delay) after(t plumbline.Time, zone *time.Location) plumbline.Time {
	if d.span.IsZero() {
		return 0
	}
	return clock.Weekdays(zone).AddSpan(t, d.span, d.kind)
}

// rule is conditions that all have to hold.
type rule struct {
	text       string
	conditions []condition
}

type condition struct {
	figure, op string
	value      Number
}

// holds asks each figure by its name; one that is not known does not hold.
func (r rule) holds(figure func(string) Number) bool {
	for _, c := range r.conditions {
		v := figure(c.figure)
		if !v.Known() || !c.compares(v.Cmp(c.value)) {
			return false
		}
	}
	return true
}

func (c condition) compares(n int) bool {
	switch c.op {
	case "<":
		return n < 0
	case "<=":
		return n <= 0
	case ">":
		return n > 0
	}
	return n >= 0
}

// anyHolds says whether one of the rules holds.
func anyHolds(rules []rule, figure func(string) Number) bool {
	return slices.ContainsFunc(rules, func(r rule) bool { return r.holds(figure) })
}

// figureNames are what rules may be about.
var figureNames = []string{
	"headroom", "remaining", "pace", "evidence_age", "unproven", "past_latest_start", "forced", "availability", "spent_minutes", "budget_minutes", "coverage", "months_over",
	"worst_incident", "incident_severity", "exhausted_in_days", "actual", "forecast", "straight_line", "over_plan", "spent", "anomalies", "month_on_month", "unallocated",
	"unallocated_share", "unused", "open", "overdue", "undated", "exempt", "overdue_critical", "oldest_days", "mended_in_time", "applicable", "met", "evidenced", "share",
	"interrupt_hours", "capacity_hours", "days_left", "days_left_early", "days_spare",
}

// parseRule reads "over_plan >= 10 % and pace > 1".
func parseRule(text string) (rule, error) {
	r := rule{text: text}
	for _, part := range strings.Split(text, " and ") {
		words := strings.Fields(part)
		at := slices.IndexFunc(words, func(w string) bool { return slices.Contains([]string{"<", "<=", ">", ">="}, w) })
		if at < 1 || at+1 >= len(words) {
			return r, plumbline.Errorf(plumbline.Invalid, "%q is no rule: write for example headroom < 25 %%, with spaces around <, <=, > or >=.", part)
		}
		c := condition{figure: strings.Join(words[:at], " "), op: words[at]}
		value, err := share(strings.Join(words[at+1:], " "))
		if err != nil || !value.Known() {
			return r, plumbline.Errorf(plumbline.Invalid, "In %q, what comes after %s is not a number.", part, c.op)
		}
		c.value = exact(value)
		if err := c.check(); err != nil {
			return r, err
		}
		r.conditions = append(r.conditions, c)
	}
	return r, nil
}

func (c condition) check() error {
	if windows, ok := strings.CutPrefix(c.figure, "burn "); ok {
		long, short, _ := strings.Cut(windows, "/")
		if _, err := parseWindow(long); err != nil {
			return err
		}
		_, err := parseWindow(short)
		return err
	}
	if !slices.Contains(figureNames, c.figure) {
		return plumbline.Errorf(plumbline.Invalid, "There is no figure %q; there are %s, and burn 1h/5m.", c.figure, strings.Join(figureNames, ", "))
	}
	return nil
}

// parseWindow reads a short stretch of time: 5m, 30m, 1h, 3d.
func parseWindow(text string) (time.Duration, error) {
	digits := strings.TrimRight(text, "mhd")
	n, err := strconv.ParseUint(digits, 10, 16)
	var unit time.Duration
	switch text[len(digits):] {
	case "m":
		unit = time.Minute
	case "h":
		unit = time.Hour
	case "d":
		unit = day
	}
	if err == nil && unit > 0 && n > 0 && n <= 400 {
		return time.Duration(n) * unit, nil
	}
	return 0, plumbline.Errorf(plumbline.Invalid, "%q is not a window: write for example burn 1h/5m, with m, h and d.", text)
}

// share reads a number, or a percentage as the share that it is.
func share(text string) (plumbline.Decimal, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	d, err := plumbline.ParseDecimal(number)
	if err != nil || !percent || !d.Known() {
		return d, err
	}
	return plumbline.ParseDecimal(string(d) + "e-2")
}

// The forms are policies as they are written.
type bookForm struct {
	Version  string       `yaml:"version"`
	Name     string       `yaml:"name"`
	Policies []policyForm `yaml:"policies"`
}

type policyForm struct {
	ID        string            `yaml:"id"`
	Name      string            `yaml:"name"`
	Source    string            `yaml:"source"`
	Kinds     yamlform.Words    `yaml:"kinds"`
	Start     yamlform.Words    `yaml:"start"`
	End       yamlform.Words    `yaml:"end"`
	Hold      string            `yaml:"hold"`
	Lasts     string            `yaml:"lasts"`
	Approvers int               `yaml:"approvers"`
	Then      []consequenceForm `yaml:"then"`
}

type consequenceForm struct {
	Force    string         `yaml:"force"`
	Allow    yamlform.Words `yaml:"allow"`
	Concerns yamlform.Words `yaml:"concerns"`
	Share    numberForm     `yaml:"share"`
	Within   string         `yaml:"within"`
	What     string         `yaml:"what"`
}

// ParsePolicies reads policies from YAML or JSON; policies/defaults.yaml shows the
// form. The error is Invalid, with a line for everything that is wrong.
func ParsePolicies(name string, src []byte) (*Book, error) {
	var in bookForm
	form, err := yamlform.Read(name, src, MaxFile, &in)
	if err != nil {
		return nil, err
	}
	r := &reader{Form: form}
	b := &Book{Version: in.Version, Name: in.Name, Policies: r.policies("$.policies", in.Policies)}
	if !plumbline.ValidRef(in.Version) {
		r.Bad("$.version", "A version is 1 to 60 lower-case letters, digits, dots, dashes or underscores, for example \"2026\", not %q.", in.Version)
	}
	if len(in.Policies) == 0 {
		r.Bad("$.policies", "There is no policy in it.")
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return b, nil
}
