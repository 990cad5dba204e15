package plan

import (
	"maps"
	"slices"

	"plumbline/internal/chance"
	"plumbline/internal/yamlform"
)

// MaxFile is the most that [Parse] reads, in bytes.
const MaxFile = 4 << 20

// The forms are the file as it is written.
type fileForm struct {
	Periods    []string              `yaml:"periods"`
	Teams      map[string][]quantity `yaml:"teams"`
	Items      []itemForm            `yaml:"items"`
	Exclusive  [][]string            `yaml:"exclusive"`
	Budget     *budgetForm           `yaml:"budget"`
	Mix        []mixForm             `yaml:"mix"`
	Frozen     []frozenForm          `yaml:"frozen"`
	Confidence float64               `yaml:"confidence"`
	Seed       uint64                `yaml:"seed"`
}

type itemForm struct {
	ID       string              `yaml:"id"`
	Values   []quantity          `yaml:"values"`
	Effort   map[string]quantity `yaml:"effort"`
	After    yamlform.Words      `yaml:"after"`
	By       string              `yaml:"by"`
	Forced   bool                `yaml:"forced"`
	Out      bool                `yaml:"out"`
	Category string              `yaml:"category"`
	Product  string              `yaml:"product"`
}

type budgetForm struct {
	Amount []float64           `yaml:"amount"`
	Cost   map[string]quantity `yaml:"cost"`
}

type mixForm struct {
	Category string  `yaml:"category"`
	Team     string  `yaml:"team"`
	Min      float64 `yaml:"min"`
	Max      float64 `yaml:"max"`
}

type frozenForm struct {
	Product string         `yaml:"product"`
	Periods []string       `yaml:"periods"`
	Except  yamlform.Words `yaml:"except"`
}

// Parse reads a problem from YAML or JSON:
//
//	periods: [2027Q1, 2027Q2]
//	teams: {T0: [6, 5], T1: [5, 4]}           # net capacity by period
//	items:
//	  - {id: A, values: [122, 61], effort: {T0: 5}, category: feature, product: ci}
//	  - {id: B, values: [94, 47], effort: {T0: 4, T1: 2}, after: [A], by: 2027Q2, forced: true}
//	  - {id: C, values: [86, 43], effort: {T1: [3, 7]}, out: true}
//	exclusive: [[A, C]]
//	budget: {amount: [100, 100], cost: {A: 20}}
//	mix: [{category: maintenance, min: 0.4, team: T0}]
//	frozen: [{product: ci, periods: [2027Q1]}]
//	confidence: 0.85
//	seed: 1
//
// A number may be a quantity: 5, [2, 8], {low, high, dist, mode} or "2-8"; of a
// value only the mean counts. A freeze lets reliability and security through unless
// it says what else (except). The error is Invalid; it lists everything that is
// wrong, a line each, with name, line and column.
func Parse(name string, src []byte) (*Problem, error) {
	var in fileForm
	form, err := yamlform.Read(name, src, MaxFile, &in)
	if err != nil {
		return nil, err
	}
	p := &Problem{Periods: in.Periods, Exclusive: in.Exclusive, Confidence: in.Confidence, Seed: in.Seed}
	for _, id := range slices.Sorted(maps.Keys(in.Teams)) {
		t := Team{ID: id}
		for _, c := range in.Teams[id] {
			t.Capacity = append(t.Capacity, c.Dist)
		}
		p.Teams = append(p.Teams, t)
	}
	for _, it := range in.Items {
		p.Items = append(p.Items, it.item())
	}
	if b := in.Budget; b != nil {
		p.Budget = &Budget{Amount: b.Amount, Cost: map[string]chance.Dist{}}
		for id, c := range b.Cost {
			p.Budget.Cost[id] = c.Dist
		}
	}
	for _, m := range in.Mix {
		p.Mix = append(p.Mix, Share(m))
	}
	for _, f := range in.Frozen {
		if f.Except == nil {
			f.Except = []string{"reliability", "security"}
		}
		p.Frozen = append(p.Frozen, Freeze{f.Product, f.Periods, f.Except})
	}
	if err := p.Validate(); err != nil {
		form.Fields("$", err)
		return nil, form.Err()
	}
	return p, nil
}

func (in itemForm) item() Item {
	it := Item{ID: in.ID, After: in.After, By: in.By, Forced: in.Forced, Out: in.Out, Category: in.Category, Product: in.Product}
	for _, v := range in.Values {
		it.Values = append(it.Values, v.Mean())
	}
	for _, t := range slices.Sorted(maps.Keys(in.Effort)) {
		it.Effort = append(it.Effort, Effort{t, in.Effort[t].Dist})
	}
	return it
}
