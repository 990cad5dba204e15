package rank

import (
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/clock"
)

// Policy is the rules that a table is made under, as data. It is made by
// [ParsePolicy] and does not change.
type Policy struct {
	Version string // "gitlab-2026"
	Name    string
	Source  string // where the rules are written down
	Top     int    // how many are wanted when nobody says
	Clocks  []clock.Policy

	severities []string // worst first
	priorities []string // most urgent first
	labels     labelBook
	rows       []rowRule // by ID; the last one takes what no other does
	families   []family
	dates      dateRules
	ages       map[plumbline.Grade]ageRule
	rates      map[string]float64
	studies    []studyRule
	urgencies  map[string]urgencyTable // by pool
	models     []*model
}

// labelBook is how the tracker writes what the rules read.
type labelBook struct {
	severity map[string]string // plain label to severity
	priority map[string]string
	scopes   map[string][]string // plain scope to the plain values that mean something, or are known to mean nothing
}

// rowRule is a row of the priority table.
type rowRule struct {
	ID     int
	Name   string
	Labels []string
}

// family is a kind of forced work.
type family struct {
	ID      string
	Name    string
	Row     int
	Labels  []string // any of them makes an item one of the family
	Classes []string // so does the item's class
	Unless  []string // none of which it may carry
	Clocks  []string // whose time orders it
	Allowed map[string][]string
	Source  string
}

// dateRules are how dates push.
type dateRules struct {
	Hard []string // the hardnesses that cannot move
	Sure float64  // how sure the latest start is to be early enough
}

// ageRule is how an estimate of one grade grows uncertain: after Fresh, its log
// variance grows by Drift² a year.
type ageRule struct {
	Fresh time.Duration
	Drift float64
}

// studyRule is a way to find something out.
type studyRule struct {
	ID, Name string
	Verb     string // "Ask", "Measure": begins the sentence
	Weeks    float64
	Noise    float64 // sd of the logarithm of what one answer says
	Answers  float64
	Factors  []plumbline.Factor // empty: all
}

// clock is the policy's clock with an id, or nil.
func (p *Policy) clock(id string) *clock.Policy {
	for i := range p.Clocks {
		if p.Clocks[i].ID == id {
			return &p.Clocks[i]
		}
	}
	return nil
}

// row is the row of the priority table with an id.
func (p *Policy) row(id int) rowRule {
	for _, r := range p.rows {
		if r.ID == id {
			return r
		}
	}
	return p.rows[len(p.rows)-1]
}

// rowOf is the first row that one of the labels names.
func (p *Policy) rowOf(labels []string) rowRule {
	for _, r := range p.rows {
		if anyLabel(labels, r.Labels) {
			return r
		}
	}
	return p.rows[len(p.rows)-1]
}

// Models are the models of the policy; the first is the one in use when nobody
// says.
func (p *Policy) Models() []ModelInfo {
	out := make([]ModelInfo, len(p.models))
	for i, m := range p.models {
		out[i] = m.ModelInfo
	}
	return out
}

// Model finds a model by its id; the empty id is the first.
func (p *Policy) Model(id string) (ModelInfo, error) {
	m, err := p.model(id)
	if err != nil {
		return ModelInfo{}, err
	}
	return m.ModelInfo, nil
}

func (p *Policy) model(id string) (*model, error) {
	if id == "" {
		return p.models[0], nil
	}
	ids := make([]string, len(p.models))
	for i, m := range p.models {
		if m.ID == id {
			return m, nil
		}
		ids[i] = m.ID
	}
	return nil, plumbline.FieldError("model", "The policy %s has no model %q; it has %s.", p.Version, id, strings.Join(ids, ", "))
}

// Fresh is how long an estimate of a grade counts as it was given; 0: the policy
// does not say.
func (p *Policy) Fresh(g plumbline.Grade) time.Duration { return p.ages[g].Fresh }

// Hard says whether a date of this hardness cannot move.
func (p *Policy) Hard(hardness string) bool { return slices.Contains(p.dates.Hard, hardness) }

// worst is the worst of some severities; empty when there is none that the
// policy knows.
func (p *Policy) worst(severities ...string) string {
	for _, s := range p.severities {
		if slices.Contains(severities, s) {
			return s
		}
	}
	return ""
}

// CheckPriority says whether an item with these labels and severity may have a
// priority: the error is Invalid, about "priority". An empty priority may.
func (p *Policy) CheckPriority(labels []string, class, severity, priority string) error {
	if priority == "" || severity == "" {
		return nil
	}
	for _, f := range p.families {
		if !f.has(labels, class) || len(f.Allowed) == 0 {
			continue
		}
		if may := f.Allowed[severity]; !slices.Contains(may, priority) {
			return plumbline.FieldError("priority", "%s of severity %s has priority %s, not %s.", f.Name, severity, either(may), priority)
		}
	}
	return nil
}

// has says whether an item with these labels and class is one of the family.
func (f family) has(labels []string, class string) bool {
	return anyLabel(labels, f.Labels) || class != "" && (strings.EqualFold(class, f.ID) || anyLabel([]string{class}, f.Classes))
}

// anyLabel says whether one of the labels is one that is wanted. Labels are
// compared without regard to case, with "::" and "/" taken as the same; a wanted
// one that ends in * stands for all that begin like it.
func anyLabel(have, want []string) bool { return firstLabel(have, want) != "" }

func firstLabel(have, want []string) string {
	for _, w := range want {
		w = clock.PlainLabel(w)
		prefix, any := strings.CutSuffix(w, "*")
		for _, h := range have {
			if l := clock.PlainLabel(h); l == w || any && strings.HasPrefix(l, prefix) {
				return h
			}
		}
	}
	return ""
}

// either is a list in words: "P1, P2 or P3".
func either(list []string) string { return joined(list, "or") }

// both is a list in words: "P1, P2 and P3".
func both(list []string) string { return joined(list, "and") }

func joined(list []string, last string) string {
	switch n := len(list); n {
	case 0:
		return "none"
	case 1:
		return list[0]
	default:
		return strings.Join(list[:n-1], ", ") + " " + last + " " + list[n-1]
	}
}
