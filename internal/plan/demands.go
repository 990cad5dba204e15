package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxNodes is how many places are tried to prove that some demands have none, in
// one go and altogether.
const maxNodes, maxTried = 50_000, 1_000_000

// demands are the forced items of a model, with the periods that are open to each.
type demands struct {
	m           *model
	forced      []int32
	first, last map[int32]int
	left        int // places that may still be tried
}

func newDemands(m *model) *demands {
	d := &demands{m: m, first: map[int32]int{}, last: map[int32]int{}, left: maxTried}
	for i := range int32(m.items) {
		if m.forced[i] {
			d.forced = append(d.forced, i)
			d.first[i], d.last[i] = m.window(i)
		}
	}
	return d
}

// violations are the demands that were given up and are not in the plan, each with
// the fewest cells that are known not to hold what is demanded of them.
func (s *solver) violations() []Violation {
	out := []Violation{}
	if len(s.gave)+len(s.mix) == 0 {
		return out
	}
	all := newDemands(newModel(s.p))
	slices.Sort(s.gave)
	for _, i := range s.gave {
		if s.best.at[i] == none {
			out = append(out, s.blocked(all, int32(i)))
		}
	}
	slices.Sort(s.mix)
	for _, k := range slices.Compact(s.mix) {
		rule := s.p.Mix[k]
		out = append(out, Violation{Mix: rule.Category,
			Why: fmt.Sprintf("No plan was found in which %s has its share of the effort and everything forced is done.", rule.Category)})
	}
	return out
}

// blocked says what keeps a forced item out.
func (s *solver) blocked(d *demands, i int32) Violation {
	m := d.m
	v := Violation{ID: s.p.Items[i].ID}
	first, last := m.window(i)
	if first == m.periods {
		v.Proven, v.Why = true, "It must be done, and no period is open to it: its deadline, a freeze, or what comes before it closes them all."
		return v
	}
	for _, g := range m.groupsOf[i] {
		for _, other := range m.groups[g] {
			if other != i && m.forced[other] {
				v.Proven, v.With = true, []string{s.p.Items[other].ID}
				v.Why = fmt.Sprintf("It must be done, and so must %s, which excludes it.", s.p.Items[other].ID)
				return v
			}
		}
	}
	cells, with := d.tooSmall(i, first, last)
	if cells == nil {
		v.Why = "It must be done, and no place was found for it beside everything else that must be; that there is none is not proven."
		return v
	}
	v.Proven = true
	var names []string
	for _, c := range cells {
		cell := Cell{s.row(c / m.periods), s.p.Periods[c%m.periods]}
		v.Cells = append(v.Cells, cell)
		names = append(names, cell.Team+" in "+cell.Period)
	}
	for _, j := range with {
		if j != i {
			v.With = append(v.With, s.p.Items[j].ID)
		}
	}
	v.Why = fmt.Sprintf("It must be done, and %s cannot hold it", listedBy(names, " and "))
	if len(v.With) > 0 {
		v.Why += " together with " + listed(v.With) + ", which must be done as well"
	}
	v.Why += ". Make room there, move a deadline, or take back a demand."
	return v
}

func listedBy(names []string, and string) string {
	if len(names) < 2 || len(names) > 8 {
		return listed(names)
	}
	return strings.Join(names[:len(names)-1], ", ") + and + names[len(names)-1]
}

// tooSmall finds the fewest cells that cannot hold what must be done in them,
// item i among it: of one team in a stretch of periods if that is the reason, else
// of all teams, taken away one by one while the rest is still too small.
func (d *demands) tooSmall(i int32, first, last int) (cells []int, with []int32) {
	for length := 1; length <= d.m.periods; length++ {
		for from := max(0, last-length+1); from <= first && from+length <= d.m.periods; from++ {
			for _, u := range d.m.of(i) {
				members := d.within(int(u.row), from, from+length-1)
				row := d.m.cellsOf(int(u.row), from, from+length-1)
				if d.m.overloaded(int(u.row), row, members) || !d.holds(row, members) {
					return row, d.fewest(row, members, i)
				}
			}
		}
	}
	members := d.within(-1, 0, d.m.periods-1)
	for r := range d.m.rows {
		cells = append(cells, d.m.cellsOf(r, 0, d.m.periods-1)...)
	}
	if d.holds(cells, members) {
		return nil, nil
	}
	for k := len(cells) - 1; k >= 0; k-- {
		if less := slices.Delete(slices.Clone(cells), k, k+1); !d.holds(less, members) {
			cells = less
		}
	}
	return cells, d.fewest(cells, members, i)
}

// fewest leaves away members, though not item i, as long as the rest has no place.
func (d *demands) fewest(cells []int, members []int32, i int32) []int32 {
	for k := len(members) - 1; k >= 0 && len(members) > 1; k-- {
		if members[k] == i {
			continue
		}
		if less := slices.Delete(slices.Clone(members), k, k+1); d.m.overloaded(cells[0]/d.m.periods, oneRow(cells, d.m.periods), less) || !d.holds(cells, less) {
			members = less
		}
	}
	return members
}

// oneRow are the cells if they are all of one row, else none.
func oneRow(cells []int, periods int) []int {
	if cells[0]/periods != cells[len(cells)-1]/periods {
		return nil
	}
	return cells
}

// within are the forced items that need a row (any, with -1) and may be done only
// from one period to another.
func (d *demands) within(row, from, to int) (out []int32) {
	for _, i := range d.forced {
		if d.first[i] < from || d.last[i] > to {
			continue
		}
		if row < 0 || slices.ContainsFunc(d.m.of(i), func(u use) bool { return int(u.row) == row }) {
			out = append(out, i)
		}
	}
	return out
}

func (m *model) cellsOf(row, from, to int) (out []int) {
	for q := from; q <= to; q++ {
		out = append(out, row*m.periods+q)
	}
	return out
}

// overloaded says that the members need more of a row than its cells have, however
// they are divided: roots of variances add up to no less than the root of their sum.
func (m *model) overloaded(row int, cells []int, members []int32) bool {
	mean, vari, room := 0.0, 0.0, 0.0
	for _, c := range cells {
		room += m.room[c]
		vari += m.wide[c]
	}
	for _, i := range members {
		for _, u := range m.of(i) {
			if int(u.row) == row {
				mean, vari = mean+u.mean, vari+u.vari
			}
		}
	}
	return len(cells) > 0 && mean > 0 && mean+m.z*math.Sqrt(vari) > room+slack*(1+room)
}

// holds says that the members have places, as far as these cells, their windows and
// their order go; it is true as well when that takes too long to find out.
func (d *demands) holds(cells []int, members []int32) bool {
	if d.left <= 0 {
		return true
	}
	n := len(d.m.room)
	p := &packing{m: d.m, counts: make([]bool, n), mean: make([]float64, n), vari: make([]float64, n), at: map[int32]int{}}
	for _, c := range cells {
		p.counts[c] = true
	}
	p.members = slices.Clone(members)
	slices.SortStableFunc(p.members, func(a, b int32) int {
		return cmp.Or(cmp.Compare(d.last[a]-d.first[a], d.last[b]-d.first[b]), cmp.Compare(d.m.effort(b, -1), d.m.effort(a, -1)))
	})
	ok := p.place(0)
	d.left -= p.nodes
	return ok
}

// packing is a search for places by trying all.
type packing struct {
	m          *model
	members    []int32
	counts     []bool // cells that are looked at
	mean, vari []float64
	at         map[int32]int
	nodes      int
}

func (p *packing) place(k int) bool {
	if p.nodes++; k == len(p.members) || p.nodes > maxNodes {
		return true
	}
	i := p.members[k]
	for q := range p.m.periods {
		if !p.m.allowed(i, q) || !p.inOrder(i, q) {
			continue
		}
		before := p.add(i, q)
		if before != nil {
			p.at[i] = q
			if p.place(k + 1) {
				return true
			}
			delete(p.at, i)
			p.restore(i, q, before)
		}
	}
	return false
}

// add puts an item into its cells and gives what was in them, or nil if it does not
// fit.
func (p *packing) add(i int32, q int) [][2]float64 {
	before := make([][2]float64, 0, 4)
	for _, u := range p.m.of(i) {
		c := int(u.row)*p.m.periods + q
		if p.counts[c] && !p.m.fits(c, p.mean[c]+u.mean, p.vari[c]+u.vari) {
			return nil
		}
		before = append(before, [2]float64{p.mean[c], p.vari[c]})
	}
	for _, u := range p.m.of(i) {
		c := int(u.row)*p.m.periods + q
		p.mean[c], p.vari[c] = p.mean[c]+u.mean, p.vari[c]+u.vari
	}
	return before
}

func (p *packing) restore(i int32, q int, before [][2]float64) {
	for k, u := range p.m.of(i) {
		c := int(u.row)*p.m.periods + q
		p.mean[c], p.vari[c] = before[k][0], before[k][1]
	}
}

func (p *packing) inOrder(i int32, q int) bool {
	for _, h := range p.m.before[i] {
		if at, ok := p.at[h]; ok && at > q {
			return false
		}
	}
	for _, j := range p.m.after[i] {
		if at, ok := p.at[j]; ok && at < q {
			return false
		}
	}
	return true
}
