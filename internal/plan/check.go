package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/chance"
)

// Validate says everything that is wrong with a problem. The error is Invalid; its
// fields are the places in the file form, such as "items[2].by".
func (p *Problem) Validate() error {
	c := &checker{p: p, periods: map[string]bool{}, teams: map[string]bool{}, items: map[string]int{}}
	c.sizes()
	if c.tooMuch {
		return c.Err() // not a line for each of a million
	}
	c.rows()
	for i := range p.Items {
		c.item(i)
	}
	c.rules()
	if c.Err() == nil {
		c.cycles()
	}
	return c.Err()
}

// checker collects what is wrong with a problem.
type checker struct {
	plumbline.Problems
	p              *Problem
	periods, teams map[string]bool
	items          map[string]int
	tooMuch        bool
}

func (c *checker) sizes() {
	p := c.p
	switch {
	case len(p.Periods) == 0:
		c.Add("periods", "There is no period. Name at least one, such as 2027Q1.")
	case len(p.Periods) > MaxPeriods:
		c.Add("periods", "There are %d periods; at most %d are planned. Take longer ones.", len(p.Periods), MaxPeriods)
	case len(p.Teams) > MaxTeams:
		c.Add("teams", "There are %d teams; at most %d are planned at once.", len(p.Teams), MaxTeams)
	case len(p.Items) > MaxItems, len(p.Items)*len(p.Periods) > maxOptions:
		c.tooMuch = true
		c.Add("items", "There are %d items and %d periods; at most %d items, and %d items times periods, are planned at once. Plan fewer, such as those of one product.",
			len(p.Items), len(p.Periods), MaxItems, maxOptions)
	}
	c.links()
	if x := p.confidence(); !(x >= 0.5 && x < 1) {
		c.Add("confidence", "The confidence of fitting is from 0.5 to below 1, such as 0.85; %v is not.", x)
	}
}

// links counts what ties items to each other and to teams.
func (c *checker) links() {
	after, efforts, members := 0, 0, 0
	for _, it := range c.p.Items {
		after, efforts = after+len(it.After), efforts+len(it.Effort)
	}
	for _, g := range c.p.Exclusive {
		members += len(g)
	}
	if most := max(after, efforts, members, after*len(c.p.Periods)/8); most > maxLinks {
		c.tooMuch = true
		c.Add("items", "There are %d orders, %d efforts and %d members of groups; at most %d of each are planned at once.", after, efforts, members, maxLinks)
	}
}

func (c *checker) rows() {
	p := c.p
	for i, name := range p.Periods {
		at := fmt.Sprintf("periods[%d]", i)
		if name == "" || c.periods[name] {
			c.Add(at, "The period %q is empty or there twice.", name)
		}
		c.periods[name] = true
	}
	for i, t := range p.Teams {
		at := fmt.Sprintf("teams.%s", t.ID)
		if t.ID == "" || c.teams[t.ID] {
			c.Add(at, "The team %q (number %d) is without an id or there twice.", t.ID, i+1)
		}
		c.teams[t.ID] = true
		if len(t.Capacity) != len(p.Periods) {
			c.Add(at, "The team %s has %d capacities for %d periods; give one for each.", t.ID, len(t.Capacity), len(p.Periods))
		}
		for q, d := range t.Capacity {
			c.amount(fmt.Sprintf("%s[%d]", at, q), "The capacity of "+t.ID, d)
		}
	}
	for i, it := range p.Items {
		if _, twice := c.items[it.ID]; twice || it.ID == "" {
			c.Add(fmt.Sprintf("items[%d].id", i), "The item %q is without an id or there twice.", it.ID)
		}
		c.items[it.ID] = i
	}
}

// amount checks an effort, a cost or a capacity.
func (c *checker) amount(at, what string, d chance.Dist) {
	switch mean := d.Mean(); {
	case d.IsUnknown() || math.IsNaN(mean):
		c.Add(at, "%s is not known. Estimate it, with a range if it is a guess.", what)
	case mean < 0:
		c.Add(at, "%s is below zero. Write 0 or more.", what)
	case mean > maxNumber || d.SD() > maxNumber:
		c.Add(at, "%s is larger than can be calculated with. Take a larger unit.", what)
	}
}

func (c *checker) item(i int) {
	it := c.p.Items[i]
	at := fmt.Sprintf("items[%d]", i)
	if len(it.Values) != len(c.p.Periods) {
		c.Add(at+".values", "%s has %d values for %d periods; give one for each.", it.ID, len(it.Values), len(c.p.Periods))
	}
	for q, v := range it.Values {
		if math.IsNaN(v) || math.Abs(v) > maxNumber {
			c.Add(fmt.Sprintf("%s.values[%d]", at, q), "A value of %s is no number that can be calculated with.", it.ID)
		}
	}
	if it.By != "" && !c.periods[it.By] {
		c.Add(at+".by", "%s is due by %s, which is not one of the periods %s. A deadline before the first period cannot be planned: take it away, or begin the plan earlier.", it.ID, it.By, listed(c.p.Periods))
	}
	if it.Forced && it.Out {
		c.Add(at+".forced", "%s is forced in and forced out.", it.ID)
	}
	seen := map[string]bool{}
	for _, e := range it.Effort {
		switch {
		case !c.teams[e.Team]:
			c.Add(at+".effort."+e.Team, "%s needs the team %s, which is not among the teams.", it.ID, e.Team)
		case seen[e.Team]:
			c.Add(at+".effort."+e.Team, "%s has two efforts of the team %s.", it.ID, e.Team)
		}
		seen[e.Team] = true
		c.amount(at+".effort."+e.Team, "The effort of "+it.ID+" for "+e.Team, e.Size)
	}
	for k, id := range it.After {
		other, ok := c.items[id]
		switch place := fmt.Sprintf("%s.after[%d]", at, k); {
		case !ok:
			c.Add(place, "%s comes after %s, which is not among the items.", it.ID, id)
		case it.Forced && c.p.Items[other].Out:
			c.Add(place, "%s is forced in and comes after %s, which is forced out.", it.ID, id)
		}
	}
}

func (c *checker) rules() {
	p := c.p
	for g, group := range p.Exclusive {
		at, seen := fmt.Sprintf("exclusive[%d]", g), map[string]bool{}
		for k, id := range group {
			if _, ok := c.items[id]; !ok || seen[id] {
				c.Add(fmt.Sprintf("%s[%d]", at, k), "%q is not among the items, or there twice.", id)
			}
			seen[id] = true
		}
	}
	c.budget()
	for i, s := range p.Mix {
		at := fmt.Sprintf("mix[%d]", i)
		if s.Category == "" || !(s.Min >= 0 && s.Min <= 1) || !(s.Max >= 0 && s.Max <= 1) || s.Max > 0 && s.Min > s.Max {
			c.Add(at, "A share of the mix has a category, and a min and a max from 0 to 1, such as 0.4.")
		}
		if s.Team != "" && !c.teams[s.Team] {
			c.Add(at+".team", "The team %s is not among the teams.", s.Team)
		}
	}
	for i, f := range p.Frozen {
		at := fmt.Sprintf("frozen[%d]", i)
		if f.Product == "" {
			c.Add(at, "A freeze names its product.")
		}
		for k, name := range f.Periods {
			if !c.periods[name] {
				c.Add(fmt.Sprintf("%s.periods[%d]", at, k), "%s is not one of the periods %s.", name, listed(p.Periods))
			}
		}
	}
}

func (c *checker) budget() {
	b := c.p.Budget
	if b == nil {
		return
	}
	if len(b.Amount) != len(c.p.Periods) {
		c.Add("budget.amount", "The budget has %d amounts for %d periods; give one for each.", len(b.Amount), len(c.p.Periods))
	}
	for q, x := range b.Amount {
		if !(x >= 0 && x <= maxNumber) {
			c.Add(fmt.Sprintf("budget.amount[%d]", q), "An amount is 0 or more; %v is not.", x)
		}
	}
	for id, d := range b.Cost {
		if _, ok := c.items[id]; !ok {
			c.Add("budget.cost."+id, "%s costs money, and is not among the items.", id)
		}
		c.amount("budget.cost."+id, "The cost of "+id, d)
	}
}

// cycles names one round of items that all come after each other.
func (c *checker) cycles() {
	const open, done = 1, 2
	mark := make([]int8, len(c.p.Items))
	var path []string
	var visit func(i int) bool
	visit = func(i int) bool {
		mark[i] = open
		path = append(path, c.p.Items[i].ID)
		for k, id := range c.p.Items[i].After {
			j := c.items[id]
			if mark[j] == open {
				round := append(slices.Clone(path[slices.Index(path, id):]), id)
				if len(round) > 12 {
					round = append(round[:11:11], "… after "+id)
				}
				c.Add(fmt.Sprintf("items[%d].after[%d]", i, k), "These come after each other in a circle: %s. Take one of these orders away.", strings.Join(round, " after "))
				return true
			}
			if mark[j] == 0 && visit(j) {
				return true
			}
		}
		mark[i] = done
		path = path[:len(path)-1]
		return false
	}
	for i := range c.p.Items {
		if mark[i] == 0 && visit(i) {
			return
		}
	}
}

// listed is a list for people, cut where it becomes long.
func listed(names []string) string {
	if len(names) > 8 {
		return strings.Join(names[:7], ", ") + ", … " + names[len(names)-1]
	}
	return strings.Join(names, ", ")
}
