package plan

import (
	"math"
	"slices"

	"plumbline/internal/chance"
)

// none is the period of an item that is not done.
const none = -1

// slack is the share of a capacity by which rounding may pass it.
const slack = 1e-9

// use is what an item needs of one row: a team, or the budget.
type use struct {
	item       int32
	row        int32
	mean, vari float64
}

// edge says that the item from is done before the item to, or with it.
type edge struct{ from, to int32 }

// model is a problem as numbers. Items, rows and periods are counted from 0; a cell
// is row*periods+period, an option is item*periods+period.
type model struct {
	items, periods, rows, teams int // rows are the teams, and then the budget

	value  []float64 // of each option; -Inf where it is not allowed
	forced []bool
	uses   []use   // in the order of items
	first  []int32 // uses of item i are uses[first[i]:first[i+1]]

	room []float64 // mean capacity of each cell
	full []float64 // the same with the slack for rounding
	wide []float64 // its variance
	z    float64   // how many standard deviations are kept free
	sure bool      // no effort is uncertain

	edges         []edge
	before, after [][]int32
	groups        [][]int32
	groupsOf      [][]int32
	shares        [][]float64 // by rule and item: the plan's sum is 0 or more
	mixOf         []int       // of each of these rules: its place in Problem.Mix
}

// newModel turns a problem that is valid into numbers.
func newModel(p *Problem) *model {
	m := &model{items: len(p.Items), periods: len(p.Periods), teams: len(p.Teams), rows: len(p.Teams), sure: true}
	if p.Budget != nil {
		m.rows++
	}
	m.z = chance.Probit(p.confidence())
	m.capacities(p)
	m.efforts(p)
	ids := p.index()
	m.before, m.after = make([][]int32, m.items), make([][]int32, m.items)
	for j, it := range p.Items {
		for _, a := range it.After {
			e := edge{int32(ids[a]), int32(j)}
			m.edges = append(m.edges, e)
			m.before[e.to] = append(m.before[e.to], e.from)
			m.after[e.from] = append(m.after[e.from], e.to)
		}
	}
	m.groupsOf = make([][]int32, m.items)
	for g, group := range p.Exclusive {
		var members []int32
		for _, id := range group {
			members = append(members, int32(ids[id]))
			m.groupsOf[ids[id]] = append(m.groupsOf[ids[id]], int32(g))
		}
		m.groups = append(m.groups, members)
	}
	for k := range p.Mix {
		m.mix(p, k)
	}
	m.allow(p)
	return m
}

func (p *Problem) confidence() float64 {
	if p.Confidence == 0 {
		return DefaultConfidence
	}
	return p.Confidence
}

// index is the place of each item by its id.
func (p *Problem) index() map[string]int {
	ids := make(map[string]int, len(p.Items))
	for i, it := range p.Items {
		ids[it.ID] = i
	}
	return ids
}

func (m *model) capacities(p *Problem) {
	m.room, m.wide = make([]float64, m.rows*m.periods), make([]float64, m.rows*m.periods)
	for t, team := range p.Teams {
		for q, c := range team.Capacity {
			m.room[t*m.periods+q], m.wide[t*m.periods+q] = c.Mean(), c.SD()*c.SD()
			m.sure = m.sure && c.SD() == 0
		}
	}
	if p.Budget != nil {
		copy(m.room[m.teams*m.periods:], p.Budget.Amount)
	}
	m.full = make([]float64, len(m.room))
	for c, room := range m.room {
		m.full[c] = room + slack*(1+room)
	}
}

func (m *model) efforts(p *Problem) {
	rows := map[string]int32{}
	for t, team := range p.Teams {
		rows[team.ID] = int32(t)
	}
	m.first = make([]int32, m.items+1)
	for i, it := range p.Items {
		for _, e := range it.Effort {
			m.use(i, rows[e.Team], e.Size)
		}
		if p.Budget != nil {
			if cost, ok := p.Budget.Cost[it.ID]; ok {
				m.use(i, int32(m.teams), cost)
			}
		}
		m.first[i+1] = int32(len(m.uses))
	}
}

func (m *model) use(i int, row int32, size chance.Dist) {
	if size.Mean() == 0 && size.SD() == 0 {
		return
	}
	m.sure = m.sure && size.SD() == 0
	m.uses = append(m.uses, use{int32(i), row, size.Mean(), size.SD() * size.SD()})
}

// of is what item i needs.
func (m *model) of(i int32) []use { return m.uses[m.first[i]:m.first[i+1]] }

// effort is the mean effort of an item for a team, or for all teams with -1.
func (m *model) effort(i int32, team int) (sum float64) {
	for _, u := range m.of(i) {
		if int(u.row) == team || team < 0 && int(u.row) < m.teams {
			sum += u.mean
		}
	}
	return sum
}

// mix adds the rules of one share: sum over the category of e, less Min times the
// sum over all, is 0 or more; and the other way round with Max.
func (m *model) mix(p *Problem, k int) {
	team, s := -1, p.Mix[k]
	if s.Team != "" {
		team = slices.IndexFunc(p.Teams, func(t Team) bool { return t.ID == s.Team })
	}
	rule := func(sign, bound float64) {
		coef := make([]float64, m.items)
		for i, it := range p.Items {
			share := -bound
			if it.Category == s.Category {
				share = 1 - bound
			}
			coef[i] = sign * share * m.effort(int32(i), team)
		}
		m.shares, m.mixOf = append(m.shares, coef), append(m.mixOf, k)
	}
	if s.Min > 0 {
		rule(1, s.Min)
	}
	if s.Max > 0 {
		rule(-1, s.Max)
	}
}

// allow fills the values of the options that are allowed: by deadline, freeze and
// order, so that an item never begins a period for which one before it has no
// place. What a forced item comes after is forced too.
func (m *model) allow(p *Problem) {
	m.value, m.forced = make([]float64, m.items*m.periods), make([]bool, m.items)
	for i, it := range p.Items {
		copy(m.value[i*m.periods:], it.Values)
		m.forced[i] = it.Forced
		last := m.periods - 1
		if it.By != "" {
			last = slices.Index(p.Periods, it.By)
		}
		for q := range m.periods {
			if it.Out || q > last || frozen(p, it, p.Periods[q]) {
				m.value[i*m.periods+q] = math.Inf(-1)
			}
		}
	}
	m.narrow()
}

// narrow takes from items the periods in which those before or after them leave
// them none.
func (m *model) narrow() {
	order := m.ordered()
	for k := len(order) - 1; k >= 0; k-- { // from the last: forced, and its deadline, go back
		j := order[k]
		if !m.forced[j] {
			continue
		}
		_, last := m.window(j)
		for _, i := range m.before[j] {
			m.forced[i] = true
			for q := last + 1; q < m.periods; q++ {
				m.value[int(i)*m.periods+q] = math.Inf(-1)
			}
		}
	}
	for _, i := range order {
		from, _ := m.window(i)
		for _, j := range m.after[i] {
			for q := range min(from, m.periods) {
				m.value[int(j)*m.periods+q] = math.Inf(-1)
			}
		}
	}
}

// window is the first and the last period that are allowed to an item: periods and
// -1 if there is none.
func (m *model) window(i int32) (first, last int) {
	first, last = m.periods, none
	for q := range m.periods {
		if m.allowed(i, q) {
			first, last = min(first, q), q
		}
	}
	return first, last
}

func (m *model) allowed(i int32, q int) bool {
	return !math.IsInf(m.value[int(i)*m.periods+q], -1)
}

// ordered are all items, each after those that come before it.
func (m *model) ordered() []int32 {
	open := make([]int, m.items)
	var order []int32
	for i := range m.items {
		if open[i] = len(m.before[i]); open[i] == 0 {
			order = append(order, int32(i))
		}
	}
	for k := 0; k < len(order); k++ {
		for _, j := range m.after[order[k]] {
			if open[j]--; open[j] == 0 {
				order = append(order, j)
			}
		}
	}
	return order
}

func frozen(p *Problem, it Item, period string) bool {
	for _, f := range p.Frozen {
		if f.Product == it.Product && f.Product != "" && slices.Contains(f.Periods, period) && !slices.Contains(f.Except, it.Category) {
			return true
		}
	}
	return false
}

// needs is the room that a load of this mean and variance takes in a cell.
func (m *model) needs(cell int, mean, vari float64) float64 {
	if vari += m.wide[cell]; vari > 0 {
		return mean + m.z*math.Sqrt(vari)
	}
	return mean
}

// fits says that a load has room in a cell. An empty cell always fits, even where
// the reserve alone passes the capacity.
func (m *model) fits(cell int, mean, vari float64) bool {
	if m.sure {
		return mean <= 0 || mean <= m.full[cell]
	}
	return mean <= 0 && vari <= 0 || m.needs(cell, mean, vari) <= m.full[cell]
}
