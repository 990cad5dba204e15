package rank

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/yamlform"
)

// MaxPolicy is how many bytes of a policy are read at most.
const MaxPolicy = 256 << 10

// The forms are a policy as it is written; the files in policies/ show all of it.
type policyForm struct {
	Version    string                  `yaml:"version"`
	Name       string                  `yaml:"name"`
	Source     string                  `yaml:"source"`
	Top        int                     `yaml:"top"`
	Severities []string                `yaml:"severities"`
	Priorities []string                `yaml:"priorities"`
	Labels     labelsForm              `yaml:"labels"`
	Rows       []rowForm               `yaml:"rows"`
	Families   []familyForm            `yaml:"families"`
	Clocks     []clock.PolicyForm      `yaml:"clocks"`
	Dates      datesForm               `yaml:"dates"`
	Ages       map[string]ageForm      `yaml:"ages"`
	Rates      map[string]float64      `yaml:"rates"`
	Studies    []studyForm             `yaml:"studies"`
	Urgencies  map[string]urgencyTable `yaml:"urgencies"`
	Models     []modelForm             `yaml:"models"`
}

type labelsForm struct {
	Severity map[string]yamlform.Words `yaml:"severity"`
	Priority map[string]yamlform.Words `yaml:"priority"`
	Scopes   map[string]yamlform.Words `yaml:"scopes"`
}

type rowForm struct {
	ID     int            `yaml:"row"`
	Name   string         `yaml:"name"`
	Labels yamlform.Words `yaml:"labels"`
}

type familyForm struct {
	ID      string                    `yaml:"id"`
	Name    string                    `yaml:"name"`
	Row     int                       `yaml:"row"`
	Labels  yamlform.Words            `yaml:"labels"`
	Classes yamlform.Words            `yaml:"classes"`
	Unless  yamlform.Words            `yaml:"unless"`
	Clocks  yamlform.Words            `yaml:"clocks"`
	Allowed map[string]yamlform.Words `yaml:"allowed"`
	Source  string                    `yaml:"source"`
}

type datesForm struct {
	Hard []string `yaml:"hard"`
	Sure float64  `yaml:"sure"`
}

type ageForm struct {
	Fresh string  `yaml:"fresh"`
	Drift float64 `yaml:"drift"`
}

type studyForm struct {
	ID      string         `yaml:"id"`
	Name    string         `yaml:"name"`
	Verb    string         `yaml:"verb"`
	Weeks   float64        `yaml:"weeks"`
	Noise   float64        `yaml:"noise"`
	Answers float64        `yaml:"answers"`
	Factors yamlform.Words `yaml:"factors"`
}

// ParsePolicy reads a policy from YAML or JSON. The error is Invalid; it lists
// everything that is wrong, a line each, with name, line and column.
func ParsePolicy(name string, src []byte) (*Policy, error) {
	var in policyForm
	form, err := yamlform.Read(name, src, MaxPolicy, &in)
	if err != nil {
		return nil, err
	}
	defaults(&in)
	r := &policyReader{Form: form, in: in, p: &Policy{
		Version: in.Version, Name: in.Name, Source: in.Source, Top: in.Top,
		severities: in.Severities, priorities: in.Priorities, rates: in.Rates, urgencies: in.Urgencies,
	}}
	r.heads()
	r.labels()
	r.rows()
	r.clocks()
	r.families()
	r.dates()
	r.studies()
	r.urgencies()
	r.models()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return r.p, nil
}

// defaults gives a policy the sections that it left out.
func defaults(in *policyForm) {
	var d policyForm
	src, err := policies.ReadFile("policies/defaults.yaml")
	if err == nil {
		_, err = yamlform.Read("defaults.yaml", src, MaxPolicy, &d)
	}
	if err != nil {
		return // a test reads it
	}
	if len(in.Severities) == 0 {
		in.Severities = d.Severities
	}
	if len(in.Priorities) == 0 {
		in.Priorities = d.Priorities
	}
	if in.Labels.Severity == nil && in.Labels.Priority == nil && in.Labels.Scopes == nil {
		in.Labels = d.Labels
	}
	if in.Dates.Hard == nil {
		in.Dates = d.Dates
	}
	if in.Ages == nil {
		in.Ages = d.Ages
	}
	if in.Rates == nil {
		in.Rates = d.Rates
	}
	if in.Studies == nil {
		in.Studies = d.Studies
	}
	if in.Urgencies == nil {
		in.Urgencies = d.Urgencies
	}
	if in.Models == nil {
		in.Models = d.Models
	}
}

type policyReader struct {
	*yamlform.Form
	in policyForm
	p  *Policy
}

func (r *policyReader) heads() {
	if !plumbline.ValidRef(r.in.Version) {
		r.Bad("$.version", "A policy's version is 1 to 60 lower-case letters, digits, dots, dashes or underscores, for example gitlab-2026, not %q.", r.in.Version)
	}
	if r.in.Name == "" {
		r.Bad("$.name", "The policy has no name.")
	}
	if r.p.Top == 0 {
		r.p.Top = 10
	}
	if r.p.Top < 0 {
		r.Bad("$.top", "The number of items that are wanted is 1 or more, not %d.", r.in.Top)
	}
	for i, s := range r.in.Severities {
		if !slices.Contains([]string{"S1", "S2", "S3", "S4"}, s) {
			r.Bad(fmt.Sprintf("$.severities[%d]", i), "The severity is S1 to S4, not %q.", s)
		}
	}
	if len(r.in.Severities) == 0 {
		r.Bad("$.severities", "List the severities, the worst first.")
	}
}

// labels turns {S1: ["severity::1"]} around.
func (r *policyReader) labels() {
	turn := func(path string, in map[string]yamlform.Words, known []string) map[string]string {
		out := map[string]string{}
		for _, value := range slices.Sorted(maps.Keys(in)) {
			if !slices.Contains(known, value) {
				r.Bad(path+"."+value, "%q is not in the list at the top.", value)
			}
			for _, l := range in[value] {
				if other, twice := out[clock.PlainLabel(l)]; twice {
					r.Bad(path+"."+value, "The label %q means %s already.", l, other)
				}
				out[clock.PlainLabel(l)] = value
			}
		}
		return out
	}
	r.p.labels = labelBook{
		severity: turn("$.labels.severity", r.in.Labels.Severity, r.in.Severities),
		priority: turn("$.labels.priority", r.in.Labels.Priority, r.in.Priorities),
		scopes:   map[string][]string{},
	}
	for scope, values := range r.in.Labels.Scopes {
		for _, v := range values {
			r.p.labels.scopes[clock.PlainLabel(scope)] = append(r.p.labels.scopes[clock.PlainLabel(scope)], clock.PlainLabel(v))
		}
	}
}

func (r *policyReader) rows() {
	seen := map[int]bool{}
	for i, in := range r.in.Rows {
		path := fmt.Sprintf("$.rows[%d]", i)
		switch {
		case in.ID < 1:
			r.Bad(path+".row", "A row has a number from 1 on.")
		case seen[in.ID]:
			r.Bad(path+".row", "There are two rows %d.", in.ID)
		case i > 0 && in.ID < r.in.Rows[i-1].ID:
			r.Bad(path+".row", "The rows are not in order: %d comes after %d.", in.ID, r.in.Rows[i-1].ID)
		}
		if in.Name == "" {
			r.Bad(path+".name", "The row has no name.")
		}
		seen[in.ID] = true
		r.p.rows = append(r.p.rows, rowRule(rowRule{in.ID, in.Name, in.Labels}))
	}
	if len(r.in.Rows) == 0 {
		r.Bad("$.rows", "The policy needs a priority table, if only of one row.")
	}
}

func (r *policyReader) clocks() {
	for i, in := range r.in.Clocks {
		path := fmt.Sprintf("$.clocks[%d]", i)
		if in.Version == "" {
			in.Version = r.in.Version
		}
		if in.Calendar == "" {
			in.Calendar = clock.CalendarTime
		}
		if r.p.clock(in.ID) != nil {
			r.Bad(path+".id", "There are two clocks called %q.", in.ID)
		}
		r.p.Clocks = append(r.p.Clocks, in.Read(r.Form, path))
	}
}

func (r *policyReader) families() {
	seen := map[string]bool{}
	for i, in := range r.in.Families {
		path := fmt.Sprintf("$.families[%d]", i)
		if !plumbline.ValidRef(in.ID) || seen[in.ID] {
			r.Bad(path+".id", "A family has an id of its own in lower-case letters, digits and dashes; %q is not.", in.ID)
		}
		seen[in.ID] = true
		if in.Name == "" {
			r.Bad(path+".name", "The family has no name.")
		}
		if len(in.Labels) == 0 {
			r.Bad(path+".labels", "Say which labels make an item one of this family.")
		}
		if !slices.ContainsFunc(r.p.rows, func(w rowRule) bool { return w.ID == in.Row }) {
			r.Bad(path+".row", "There is no row %d in the priority table.", in.Row)
		}
		for j, id := range in.Clocks {
			if r.p.clock(id) == nil {
				r.Bad(fmt.Sprintf("%s.clocks[%d]", path, j), "There is no clock called %q.", id)
			}
		}
		f := family{ID: in.ID, Name: in.Name, Row: in.Row, Labels: in.Labels, Classes: in.Classes, Unless: in.Unless, Clocks: in.Clocks, Source: in.Source}
		f.Allowed = r.allowed(path+".allowed", in.Allowed)
		r.p.families = append(r.p.families, f)
	}
}

func (r *policyReader) allowed(path string, in map[string]yamlform.Words) map[string][]string {
	out := map[string][]string{}
	for _, sev := range slices.Sorted(maps.Keys(in)) {
		if !slices.Contains(r.in.Severities, sev) {
			r.Bad(path+"."+sev, "%q is not one of the severities.", sev)
		}
		for _, p := range in[sev] {
			if !slices.Contains(r.in.Priorities, p) {
				r.Bad(path+"."+sev, "%q is not one of the priorities.", p)
			}
		}
		out[sev] = in[sev]
	}
	return out
}

func (r *policyReader) dates() {
	r.p.dates = dateRules{Hard: r.in.Dates.Hard, Sure: r.in.Dates.Sure}
	if r.p.dates.Sure == 0 {
		r.p.dates.Sure = 0.85
	}
	if s := r.p.dates.Sure; !(s > 0 && s < 1) {
		r.Bad("$.dates.sure", "How sure the latest start is lies between 0 and 1, not %g.", s)
	}
	r.p.ages = map[plumbline.Grade]ageRule{}
	for _, grade := range slices.Sorted(maps.Keys(r.in.Ages)) {
		in, path := r.in.Ages[grade], "$.ages."+grade
		if !slices.Contains(plumbline.Grades[:], plumbline.Grade(grade)) {
			r.Bad(path, "The grade is opinion, anecdote, sampled or measured, not %q.", grade)
		}
		fresh, err := clock.ParseSpan(in.Fresh, clock.CalendarTime)
		r.Fields(path+".fresh", err)
		if !(in.Drift >= 0 && in.Drift < 10) {
			r.Bad(path+".drift", "The drift is the standard deviation of the logarithm that a year adds, 0 or more, not %g.", in.Drift)
		}
		r.p.ages[plumbline.Grade(grade)] = ageRule{Fresh: day*time.Duration(fresh.Days) + fresh.Rest, Drift: in.Drift}
	}
}

func (r *policyReader) studies() {
	for i, in := range r.in.Studies {
		path := fmt.Sprintf("$.studies[%d]", i)
		if in.ID == "" || in.Name == "" || in.Verb == "" {
			r.Bad(path, "A study has an id, a name and a verb that begins its sentence.")
		}
		if !(in.Weeks > 0) || !(in.Noise >= 0) || !(in.Answers > 0) {
			r.Bad(path, "A study has weeks above 0, answers above 0, and noise of 0 or more.")
		}
		s := studyRule{ID: in.ID, Name: in.Name, Verb: in.Verb, Weeks: in.Weeks, Noise: in.Noise, Answers: in.Answers}
		for _, f := range in.Factors {
			s.Factors = append(s.Factors, plumbline.Factor(f))
		}
		r.p.studies = append(r.p.studies, s)
	}
}
