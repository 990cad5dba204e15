package planning

import (
	"slices"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/limit"
	"plumbline/internal/plan"
)

// gate closes the periods in which a limit stops an item's type of work: as many as
// the scenario says, from the first on that is not over.
func (m *maker) gate(t *task, item *plan.Item, it plumbline.Item) {
	g, ok := m.gateOf(it)
	if !ok || g.Result != limit.Blocked || m.scenario.Shut == 0 {
		return
	}
	t.Shut = g.By[0].Effect.What
	if why := g.By[0].Effect.Why; why != "" {
		t.Shut += ": " + why
	}
	item.Product = string(it.Product) + " " + g.Work
	if slices.ContainsFunc(m.problem.Frozen, func(f plan.Freeze) bool { return f.Product == item.Product }) {
		return
	}
	m.problem.Frozen = append(m.problem.Frozen, plan.Freeze{Product: item.Product, Periods: m.names[:min(m.over+m.scenario.Shut, len(m.names))]})
}

// gateOf asks the gate of an item's product about its type of work.
func (m *maker) gateOf(it plumbline.Item) (limit.Gate, bool) {
	p, ok := m.owners[it.Product]
	if !ok {
		return limit.Gate{}, false
	}
	work := limit.WorkOf(it, m.mends[it.ID]...)
	key := string(p.Ref) + " " + work
	g, known := m.passes[key]
	if !known {
		g = m.gates(plumbline.Scope{Kind: p.Kind, Ref: string(p.Ref)}, work)
		m.passes[key] = g
	}
	return g, true
}

// rules adds what ties tasks to each other, and takes out what waits for something
// that is not in the problem.
func (m *maker) rules() {
	m.leaveWaiting()
	at := map[plumbline.Key]string{}
	for _, t := range m.tasks {
		i, _ := m.world.At(t.Item)
		at[m.world.Fact(i).Item.Key] = string(t.Item)
	}
	for _, group := range m.scenario.Exclusive {
		var ids []string
		for _, key := range group {
			if id := at[key]; id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if len(ids) > 1 {
			m.problem.Exclusive = append(m.problem.Exclusive, ids)
		}
	}
	for _, x := range m.scenario.Mix {
		if x.Team == "" || m.has[x.Team] {
			m.problem.Mix = append(m.problem.Mix, plan.Share{Category: string(x.Work), Team: string(x.Team), Min: x.Min, Max: x.Max})
		}
	}
	m.budget(at)
}

// leaveWaiting leaves out what comes after something that cannot be planned, again
// and again until nothing does.
func (m *maker) leaveWaiting() {
	for {
		in := map[string]bool{}
		for _, t := range m.tasks {
			in[string(t.Item)] = true
		}
		gone := func(t task) bool { return slices.ContainsFunc(t.After, func(id string) bool { return !in[id] }) }
		if !slices.ContainsFunc(m.tasks, gone) {
			return
		}
		var tasks []task
		var items []plan.Item
		for i, t := range m.tasks {
			if gone(t) {
				m.unready = append(m.unready, unready{t.Item, "It waits for something that blocks it and is not in the plan.", m.problem.Items[i].Forced})
				continue
			}
			tasks, items = append(tasks, t), append(items, m.problem.Items[i])
		}
		m.tasks, m.problem.Items = tasks, items
	}
}

func (m *maker) budget(at map[plumbline.Key]string) {
	b := m.scenario.Budget
	if b == nil {
		return
	}
	m.problem.Budget = &plan.Budget{Cost: map[string]chance.Dist{}}
	for _, a := range b.Amounts {
		x, _ := a.Rat().Float64()
		m.problem.Budget.Amount = append(m.problem.Budget.Amount, x)
	}
	for key, c := range b.Costs {
		x, _ := c.Rat().Float64()
		if d, err := chance.Known(x); err == nil && at[key] != "" {
			m.problem.Budget.Cost[at[key]] = d
		}
	}
}
