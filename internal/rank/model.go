package rank

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/rule"
	"plumbline/internal/sorted"
	"plumbline/internal/yamlform"
)

// ModelInfo is what people see of a model.
type ModelInfo struct {
	ID       string
	Name     string
	Unit     string // of its score
	Sentence string // how it is worked out
	Source   string
	Factors  []FactorInfo
	Asks     bool // it reads the asks of accounts
}

// FactorInfo is what people see of a factor.
type FactorInfo struct {
	ID       plumbline.Factor
	Name     string
	Unit     string
	Help     string
	Also     []plumbline.Factor // other names that files may use
	Private  bool
	Share    bool    // between 0 and 1
	Hundred  float64 // what 100 % stands for in the unit; 0: per cent mean nothing here
	Max      float64 // the end of its scale; 0: none
	Optional bool    // the model can do without
	Listed   bool    // only the values of the bins are on the scale
	Bins     []Bin
}

// Bin is a word or number of a scale, and the 90 % interval that it stands for.
// Low and High are equal when it stands for one number.
type Bin struct {
	Label            string
	Value, Low, High float64
}

// The kinds of model.
const (
	kindTerms    = "terms"    // a sum of products over a size
	kindPoints   = "points"   // the mean of points given by tables
	kindCustomer = "customer" // the influence of accounts over a size
	kindFormula  = "formula"  // an expression of one's own
)

// model is a way to score, compiled.
type model struct {
	ModelInfo
	kind       string
	terms      []term
	any        bool             // of the terms, those whose factors are all given count
	whole      plumbline.Factor // given, it stands in place of the terms
	over       []plumbline.Factor
	confidence plumbline.Factor
	widen      []widening // from sure to unsure
	discounts  bool       // confidence multiplies unless the caller says otherwise
	weeks      float64    // engineer-weeks in one unit of size; 0: not known
	points     map[plumbline.Factor][]step
	short      shortFix
	sponsor    float64 // a score above it needs a sponsor; 0: none does
	formula    *rule.Formula
}

// term is a product of factors and a number.
type term struct {
	times   float64
	factors []plumbline.Factor
}

// widening says by how much a confidence multiplies spreads.
type widening struct {
	At float64 `yaml:"at"`
	By float64 `yaml:"by"`
}

// step is one line of a table of points: what is below Below gets Points. The
// last has no Below.
type step struct {
	Below  float64 `yaml:"below"`
	Points float64 `yaml:"points"`
}

// shortFix is the rule that what is done within some weeks has a fixed score.
type shortFix struct {
	Factor plumbline.Factor `yaml:"factor"`
	Below  float64          `yaml:"below"`
	Score  float64          `yaml:"score"`
}

// urgencyTable multiplies an ask by how soon and how shaky its account is.
type urgencyTable struct {
	// Months are the ends of the columns, the farthest first: what is more than
	// the first away is in the first column. What is nearer than the last end is
	// in the last column.
	Months []float64            `yaml:"months"`
	Rows   map[string][]float64 `yaml:"rows"`
}

type modelForm struct {
	ID         string           `yaml:"id"`
	Name       string           `yaml:"name"`
	Unit       string           `yaml:"unit"`
	Sentence   string           `yaml:"sentence"`
	Source     string           `yaml:"source"`
	Kind       string           `yaml:"kind"`
	Value      []yamlform.Words `yaml:"value"`
	Any        bool             `yaml:"any"`
	Whole      string           `yaml:"whole"`
	Over       yamlform.Words   `yaml:"over"`
	Confidence string           `yaml:"confidence"`
	Widen      []widening       `yaml:"widen"`
	Discounts  bool             `yaml:"discounts"`
	Weeks      float64          `yaml:"weeks"`
	Short      shortFix         `yaml:"short"`
	Sponsor    float64          `yaml:"sponsor"`
	Formula    string           `yaml:"formula"`
	Factors    []factorForm     `yaml:"factors"`
}

type factorForm struct {
	ID       string         `yaml:"id"`
	Name     string         `yaml:"name"`
	Unit     string         `yaml:"unit"`
	Help     string         `yaml:"help"`
	Also     yamlform.Words `yaml:"also"`
	Private  bool           `yaml:"private"`
	Share    bool           `yaml:"share"`
	Hundred  float64        `yaml:"hundred"`
	Max      float64        `yaml:"max"`
	Optional bool           `yaml:"optional"`
	Listed   bool           `yaml:"listed"`
	Bins     []binForm      `yaml:"bins"`
	Points   []step         `yaml:"points"`
}

type binForm struct {
	Label string  `yaml:"label"`
	Value float64 `yaml:"value"`
	Low   float64 `yaml:"low"`
	High  float64 `yaml:"high"`
}

func (r *policyReader) models() {
	seen := map[string]bool{}
	for i, in := range r.in.Models {
		path := fmt.Sprintf("$.models[%d]", i)
		if !plumbline.ValidRef(in.ID) || seen[in.ID] {
			r.Bad(path+".id", "A model has an id of its own in lower-case letters, digits and dashes; %q is not.", in.ID)
		}
		seen[in.ID] = true
		if in.Name == "" {
			r.Bad(path+".name", "The model has no name.")
		}
		r.p.models = append(r.p.models, r.model(path, in))
	}
	if len(r.in.Models) == 0 {
		r.Bad("$.models", "The policy needs a model to score with.")
	}
}

func (r *policyReader) model(path string, in modelForm) *model {
	m := &model{
		ModelInfo: ModelInfo{ID: in.ID, Name: in.Name, Unit: in.Unit, Sentence: in.Sentence, Source: in.Source},
		kind:      in.Kind, any: in.Any, whole: plumbline.Factor(in.Whole), widen: in.Widen, discounts: in.Discounts,
		confidence: plumbline.Factor(in.Confidence), weeks: in.Weeks, short: in.Short, sponsor: in.Sponsor,
		points: map[plumbline.Factor][]step{},
	}
	m.Asks = in.Kind == kindCustomer
	r.factors(path, in, m)
	for i, t := range in.Value {
		m.terms = append(m.terms, r.term(fmt.Sprintf("%s.value[%d]", path, i), t, m))
	}
	for i, f := range in.Over {
		r.known(fmt.Sprintf("%s.over[%d]", path, i), f, m)
		m.over = append(m.over, plumbline.Factor(f))
	}
	for at, f := range map[string]string{"whole": in.Whole, "confidence": in.Confidence, "short.factor": string(in.Short.Factor)} {
		if f != "" {
			r.known(path+"."+at, f, m)
		}
	}
	if in.Weeks < 0 {
		r.Bad(path+".weeks", "The engineer-weeks in a unit of size are above 0.")
	}
	r.widenings(path, m)
	r.kind(path, in, m)
	return m
}

// kind checks what a kind of model must have.
func (r *policyReader) kind(path string, in modelForm, m *model) {
	switch in.Kind {
	case kindTerms:
		if len(in.Value) == 0 {
			r.Bad(path+".value", "Say what the value is: a list of terms, each a list of factors.")
		}
	case kindPoints:
		for i, f := range in.Factors {
			if len(f.Points) == 0 {
				r.Bad(fmt.Sprintf("%s.factors[%d]", path, i), "A factor of this kind of model has a table of points.")
			}
		}
	case kindCustomer:
		if len(in.Over) == 0 {
			r.Bad(path+".over", "Say by which factor the demand is divided.")
		}
	case kindFormula:
		f, err := compileFormula(in)
		if err != nil {
			r.Bad(path+".formula", "%s", plumbline.TextOf(err))
		}
		m.formula = f
	default:
		r.Bad(path+".kind", "The kind of a model is terms, points, customer or formula, not %q.", in.Kind)
	}
}

func compileFormula(in modelForm) (*rule.Formula, error) {
	vars := make([]rule.Var, len(in.Factors))
	for i, f := range in.Factors {
		vars[i] = rule.Var{Name: f.ID, Type: rule.Number}
	}
	env, err := rule.NewEnv(vars...)
	if err != nil {
		return nil, err
	}
	return env.CompileFormula(in.Formula)
}

func (r *policyReader) widenings(path string, m *model) {
	sorted.By(m.widen, func(a, b widening) int { return int(math.Copysign(1, b.At-a.At)) })
	for i, w := range m.widen {
		if !(w.At > 0 && w.At <= 1) || !(w.By >= 1 && w.By <= 100) || i > 0 && w.By < m.widen[i-1].By {
			r.Bad(path+".widen", "A confidence lies between 0 and 1 and multiplies spreads by 1 or more, the lower the more; %g by %g does not.", w.At, w.By)
		}
	}
	if m.confidence != "" && len(m.widen) == 0 && !m.discounts {
		r.Bad(path+".widen", "Say by how much each confidence widens.")
	}
}

// term reads a product: factors, and names of rates with a $ before them.
func (r *policyReader) term(path string, words []string, m *model) term {
	t := term{times: 1}
	for i, w := range words {
		at := fmt.Sprintf("%s[%d]", path, i)
		if name, rate := strings.CutPrefix(w, "$"); rate {
			x, ok := r.in.Rates[name]
			if !ok || !(x > 0) || math.IsInf(x, 0) {
				r.Bad(at, "There is no rate called %q above 0.", name)
			}
			t.times *= x
			continue
		}
		r.known(at, w, m)
		t.factors = append(t.factors, plumbline.Factor(w))
	}
	return t
}

func (r *policyReader) known(path, factor string, m *model) {
	if m.factor(plumbline.Factor(factor)) == nil {
		r.Bad(path, "The model %s has no factor called %q.", m.ID, factor)
	}
}

func (r *policyReader) factors(path string, in modelForm, m *model) {
	for i, f := range in.Factors {
		at := fmt.Sprintf("%s.factors[%d]", path, i)
		info := FactorInfo{
			ID: plumbline.Factor(f.ID), Name: f.Name, Unit: f.Unit, Help: f.Help, Private: f.Private, Share: f.Share,
			Hundred: f.Hundred, Max: f.Max, Optional: f.Optional, Listed: f.Listed,
		}
		for _, a := range f.Also {
			info.Also = append(info.Also, plumbline.Factor(a))
		}
		if f.ID == "" || f.Name == "" {
			r.Bad(at, "A factor has an id and a name.")
		}
		if m.factor(info.ID) != nil {
			r.Bad(at+".id", "There are two factors called %q.", f.ID)
		}
		for j, b := range f.Bins {
			if b.Low == 0 && b.High == 0 {
				b.Low, b.High = b.Value, b.Value
			}
			if !(b.Low > 0 && b.Low <= b.High) || math.IsInf(b.High, 0) {
				r.Bad(fmt.Sprintf("%s.bins[%d]", at, j), "The interval of a bin goes from above 0 upward; %g to %g does not.", b.Low, b.High)
			}
			info.Bins = append(info.Bins, Bin(b))
		}
		if r.steps(at, f.Points); len(f.Points) > 0 {
			m.points[info.ID] = f.Points
		}
		m.Factors = append(m.Factors, info)
	}
}

func (r *policyReader) steps(path string, steps []step) {
	for i, s := range steps {
		if last := i == len(steps)-1; last != (s.Below == 0) || i > 0 && !last && s.Below <= steps[i-1].Below {
			r.Bad(path+".points", "A table of points goes upward; the last line has no \"below\".")
			return
		}
	}
}

// urgencies checks the tables of urgency.
func (r *policyReader) urgencies() {
	for pool, t := range r.in.Urgencies {
		path := "$.urgencies." + pool
		if pool != Retention && pool != Growth {
			r.Bad(path, "The pools are %s and %s, not %q.", Retention, Growth, pool)
		}
		if !slices.IsSortedFunc(t.Months, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
			r.Bad(path+".months", "The months go from far to near.")
		}
		for name, row := range t.Rows {
			if len(row) != len(t.Months) || slices.ContainsFunc(row, func(x float64) bool { return !(x > 0) }) {
				r.Bad(path+".rows."+name, "The row has a number above 0 for each of the %d columns.", len(t.Months))
			}
		}
	}
}

// factor is what a model says of a factor, under its id or another name; nil if
// it has none.
func (m *model) factor(id plumbline.Factor) *FactorInfo {
	for i := range m.Factors {
		if m.Factors[i].ID == id || slices.Contains(m.Factors[i].Also, id) {
			return &m.Factors[i]
		}
	}
	return nil
}
