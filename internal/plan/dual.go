package plan

import (
	"cmp"
	"math"
	"slices"
)

// dual holds the prices of everything that ties items together, and the bound that
// follows from them: for prices at or above zero, what all items earn at them, plus
// what all the room costs, is at least the value of any plan (weak duality). The
// prices that make it least are looked for by gradient steps (Adam, Kingma and Ba
// 2015) on a smooth copy, in which each item spreads itself over its periods; the
// bound itself is taken from the sharp one in every round.
type dual struct {
	m     *model
	slope []float64 // of each cell: the room that a unit of variance takes, at least
	room  []float64 // of each cell: what is left for loads that are counted so
	y     []float64 // prices: of cells, of edges by period, of groups, of shares
	best  []float64 // the prices of the least bound
	bound float64
	level float64 // the bound at the best prices, when losses were taken last

	edgeAt, groupAt, shareAt int
	step                     []float64 // the natural size of each price
	grad, m1, m2             []float64
	wide                     []float64 // slope times price, by cell
	earn                     []float64 // of each option at the prices
	part                     []float64 // of each option: how much of the item is there
	worth                    float64   // a typical value of an item
}

func newDual(m *model) *dual {
	d := &dual{m: m, bound: math.Inf(1)}
	cells := m.rows * m.periods
	d.edgeAt = cells
	d.groupAt = d.edgeAt + len(m.edges)*m.periods
	d.shareAt = d.groupAt + len(m.groups)
	n := d.shareAt + len(m.shares)
	d.y, d.best, d.step, d.grad = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	d.m1, d.m2 = make([]float64, n), make([]float64, n)
	d.wide, d.slope, d.room = make([]float64, cells), make([]float64, cells), m.whole()
	d.earn, d.part = make([]float64, len(m.value)), make([]float64, len(m.value))
	d.sizes()
	return d
}

// sizes finds how large prices will be about: in the unit of value by effort for
// what is scarce, of value for what ties items.
func (d *dual) sizes() {
	m := d.m
	var worths []float64
	dense := make([][]float64, m.rows)
	for i := range int32(m.items) {
		v := 0.0
		for q := range m.periods {
			v = max(v, m.value[int(i)*m.periods+q])
		}
		if v <= 0 {
			continue
		}
		worths = append(worths, v)
		for _, u := range m.of(i) {
			dense[u.row] = append(dense[u.row], v/float64(len(m.of(i)))/(u.mean+m.z*math.Sqrt(u.vari)))
		}
	}
	d.worth = median(worths)
	all := 0.0
	for r := range m.rows {
		price := median(dense[r])
		all = max(all, price)
		for q := range m.periods {
			d.step[r*m.periods+q], d.y[r*m.periods+q] = price, price
		}
	}
	for k := d.edgeAt; k < d.shareAt; k++ {
		d.step[k] = d.worth
	}
	for k := d.shareAt; k < len(d.step); k++ {
		d.step[k] = all
	}
}

// median is the middle of some numbers, 1 of none.
func median(xs []float64) float64 {
	if len(xs) == 0 {
		return 1
	}
	slices.SortFunc(xs, func(a, b float64) int { return cmp.Compare(a, b) })
	return xs[len(xs)/2]
}

// The schedule of a run: how far the smoothing and the steps go down, as shares of
// a typical value and of the natural size of a price.
const (
	softFirst, softLast = 0.2, 0.001
	paceFirst, paceLast = 0.03, 0.0002
	paceWarm            = 0.003
	decay1, decay2      = 0.9, 0.99
)

// improve runs rounds of descent. A warm run begins from the best prices, with
// small steps. It stops between rounds when done says so, but for the first: there is
// no plan without a bound.
func (d *dual) improve(rounds int, warm bool, done func() bool) {
	from, soft := paceFirst, softFirst
	if warm {
		from, soft = paceWarm, softFirst/20
		copy(d.y, d.best)
	}
	clear(d.m1)
	clear(d.m2)
	fine := math.Pow(min(1, 600/float64(max(rounds, 1))), 2) // a long run ends in smaller steps
	p1, p2 := 1.0, 1.0
	for k := range rounds {
		if k > 0 && k%16 == 0 && done() {
			break
		}
		t := float64(k) / float64(max(rounds-1, 1))
		tau := d.worth * soft * math.Pow(fine*softLast/soft, t)
		d.prices()
		d.gradient(tau)
		if l := d.sharp(); l < d.bound {
			d.bound = l
			copy(d.best, d.y)
		}
		p1, p2 = p1*decay1, p2*decay2
		pace := from * math.Pow(fine*paceLast/from, t)
		for j, g := range d.grad {
			d.m1[j] = decay1*d.m1[j] + (1-decay1)*g
			d.m2[j] = decay2*d.m2[j] + (1-decay2)*g*g
			if d.m2[j] > 0 {
				d.y[j] = max(0, d.y[j]-pace*d.step[j]*(d.m1[j]/(1-p1))/math.Sqrt(d.m2[j]/(1-p2)))
			}
		}
	}
}

// recall takes the bound of prices that were good for a problem of the same cells, if it
// is the better one: who has no time to find others has these.
func (d *dual) recall(prices []float64) {
	if len(prices) != len(d.y) {
		return
	}
	copy(d.y, prices)
	d.prices()
	if l := d.sharp(); l < d.bound {
		d.bound = l
		copy(d.best, d.y)
	}
}

// sharp is the bound at the prices for which prices was called last: the room at
// its price, and what each item earns in its best period.
func (d *dual) sharp() float64 {
	m, sum := d.m, 0.0
	for c := range d.edgeAt {
		sum += d.y[c] * d.room[c]
	}
	for g := d.groupAt; g < d.shareAt; g++ {
		sum += d.y[g]
	}
	for i := range m.items {
		best := 0.0
		if m.forced[i] {
			best = math.Inf(-1)
		}
		for _, r := range d.earn[i*m.periods : (i+1)*m.periods] {
			best = max(best, r)
		}
		sum += best
	}
	return sum
}

// prices fills in what each option earns once everything that it uses is paid for.
func (d *dual) prices() {
	m := d.m
	n := m.periods
	copy(d.earn, m.value)
	for c := range d.wide {
		d.wide[c] = d.y[c] * d.slope[c]
	}
	for k := range m.uses {
		u := &m.uses[k]
		out := d.earn[int(u.item)*n : int(u.item)*n+n]
		price := d.y[int(u.row)*n:][:len(out)]
		if m.sure {
			for q := range out {
				out[q] -= price[q] * u.mean
			}
			continue
		}
		wide := d.wide[int(u.row)*n:][:len(out)]
		for q := range out {
			out[q] -= price[q]*u.mean + wide[q]*u.vari
		}
	}
	for e, edge := range m.edges {
		from, to, sum := d.earn[int(edge.from)*n:][:n], d.earn[int(edge.to)*n:][:n], 0.0
		price := d.y[d.edgeAt+e*n:][:n]
		for q := n - 1; q >= 0; q-- {
			sum += price[q]
			from[q] += sum
			to[q] -= sum
		}
	}
	for g, group := range m.groups {
		for _, i := range group {
			d.add(int(i), -d.y[d.groupAt+g])
		}
	}
	for s, coef := range m.shares {
		if nu := d.y[d.shareAt+s]; nu > 0 {
			for i, c := range coef {
				d.add(i, nu*c)
			}
		}
	}
}

func (d *dual) add(i int, x float64) {
	for q := range d.m.periods {
		d.earn[i*d.m.periods+q] += x
	}
}

// gradient fills grad with the slope of the smooth bound.
func (d *dual) gradient(tau float64) {
	m, n := d.m, d.m.periods
	clear(d.grad)
	copy(d.grad, d.room)
	for i := range m.items {
		spread(d.earn[i*n:(i+1)*n], d.part[i*n:(i+1)*n], m.forced[i], tau)
	}
	for k := range m.uses {
		u := &m.uses[k]
		w := d.part[int(u.item)*n : int(u.item)*n+n]
		g := d.grad[int(u.row)*n:][:len(w)]
		if m.sure {
			for q, x := range w {
				g[q] -= x * u.mean
			}
			continue
		}
		slope := d.slope[int(u.row)*n:][:len(w)]
		for q, x := range w {
			g[q] -= x * (u.mean + slope[q]*u.vari)
		}
	}
	for e, edge := range m.edges {
		sum := 0.0
		g := d.grad[d.edgeAt+e*n:][:n]
		for q := range n {
			sum += d.part[int(edge.from)*n+q] - d.part[int(edge.to)*n+q]
			g[q] = sum
		}
	}
	for k, group := range m.groups {
		sum := 1.0
		for _, i := range group {
			sum -= d.planned(int(i))
		}
		d.grad[d.groupAt+k] = sum
	}
	for s, coef := range m.shares {
		sum := 0.0
		for i, c := range coef {
			sum += c * d.planned(i)
		}
		d.grad[d.shareAt+s] = sum
	}
}

// planned is how much of an item is in the smooth plan, 0 to 1.
func (d *dual) planned(i int) (sum float64) {
	for _, w := range d.part[i*d.m.periods : (i+1)*d.m.periods] {
		sum += w
	}
	return sum
}

// spread divides an item over its periods, and over being left out unless it is
// forced, in proportion to exp(earned/tau).
func spread(earn, part []float64, forced bool, tau float64) {
	best := 0.0
	if forced {
		best = math.Inf(-1)
	}
	for _, r := range earn {
		best = max(best, r)
	}
	sum := 0.0
	if !forced && best < 20*tau {
		sum = math.Exp(-best / tau)
	}
	for q, r := range earn {
		part[q] = 0
		if x := (r - best) / tau; x > -20 {
			part[q] = math.Exp(x)
			sum += part[q]
		}
	}
	for q := range part {
		part[q] /= sum
	}
}
