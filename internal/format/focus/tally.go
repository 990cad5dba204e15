package focus

import (
	"cmp"

	"plumbline"
	"plumbline/internal/sorted"
)

// Total is what charges come to.
type Total struct {
	Rows, Negative, NoContracted        int
	Billed, Effective, List, Contracted plumbline.Sum
	Overflow                            bool // an amount was too large to be added
}

// Add adds a charge.
func (t *Total) Add(c *Charge) {
	t.Rows++
	if c.Billed.Compare(plumbline.Sum{}) < 0 {
		t.Negative++
	}
	if !c.HasContracted {
		t.NoContracted++
	}
	for _, p := range [...]struct {
		to *plumbline.Sum
		by plumbline.Sum
	}{{&t.Billed, c.Billed}, {&t.Effective, c.Effective}, {&t.List, c.List}, {&t.Contracted, c.Contracted}} {
		sum, ok := p.to.Plus(p.by)
		if !ok {
			t.Overflow = true
			continue
		}
		*p.to = sum
	}
}

// Group is a part of a tally: the amounts in one currency under one name.
type Group struct {
	Name, Currency string
	Total
}

// Tally adds charges up under names. Amounts in different currencies are never
// added.
type Tally struct {
	by     func(c *Charge) string
	groups map[[2]string]*Total
}

// NewTally makes a tally by a name of each charge.
func NewTally(by func(c *Charge) string) *Tally {
	return &Tally{by, map[[2]string]*Total{}}
}

// Add adds a charge.
func (t *Tally) Add(c *Charge) {
	key := [2]string{t.by(c), c.Currency}
	total := t.groups[key]
	if total == nil {
		total = &Total{}
		t.groups[key] = total
	}
	total.Add(c)
}

// Groups are the parts, by name.
func (t *Tally) Groups() []Group {
	out := make([]Group, 0, len(t.groups))
	for key, total := range t.groups {
		out = append(out, Group{key[0], key[1], *total})
	}
	sorted.By(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Currency, b.Currency))
	})
	return out
}

// Cell is a value of a row with its column.
type Cell struct {
	Column string `json:"column"`
	Value  string `json:"value"`
}

// Cells is the row that [Reader.Next] is about to read, as it stands in the file,
// with the columns that mean nothing here too.
func (r *Reader) Cells() (line int, cells []Cell, err error) {
	row, line, err := r.rows.next()
	if err != nil {
		return line, nil, err
	}
	for i, c := range row {
		if i < len(r.heads) {
			cells = append(cells, Cell{r.heads[i], string(c)})
		}
	}
	return line, cells, nil
}
