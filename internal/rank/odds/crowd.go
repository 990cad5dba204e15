package odds

import (
	"math"
	"slices"
	"sort"

	"plumbline/internal/chance"
)

// crowd is G(x), the number of scores expected above x, as a table.
//
// Most scores are put into cells of (place, width), two neighbours on each axis, so
// that number, mean and variance of each stay as they were; then each width is one
// short convolution along the table. So the work is O(n) plus a few million
// additions at most, instead of one error function for each score and place.
//
// Scores too sharp for the table are counted instead, and a few that reach so far
// that the table would be too coarse for the others are asked one by one.
type crowd struct {
	from, step float64
	logs       []float64 // ln G at from, from+step, …
	sharp      []float64 // means of sharp scores, rising
	wild       []Score

	centre, tame float64 // wild is what reaches further than tame from the centre
}

const (
	places   = 256  // of the table, at least
	finest   = 1024 // at most, when the scores are sharp
	widths   = 20   // classes of standard deviation
	reach    = 3.5  // standard deviations beyond the outermost scores
	vanished = 1e-300
	mostWild = 32   // scores that are asked one by one
	coarse   = 0.25 // of a usual deviation: a table with larger steps looks for them
)

// Desk is the memory that making fields takes, for one field at a time; the zero
// value is ready. Nothing that stays is in it.
type Desk struct{ cells, total, kernel []float64 }

// cleared is a memory as a list of n zeros, a longer one when it is too short.
func cleared(memory *[]float64, n int) []float64 {
	if cap(*memory) < n {
		*memory = make([]float64, n)
	}
	out := (*memory)[:n]
	clear(out)
	return out
}

func (d *Desk) crowd(scores []Score) crowd {
	c, narrow, wide := frame(scores)
	n := len(c.logs)
	cells, total := cleared(&d.cells, widths*(n+1)), cleared(&d.total, n)
	var variances [widths]float64 // of the classes
	for w := range variances {
		sd := narrow * math.Pow(wide/narrow, float64(w)/(widths-1))
		variances[w] = sd * sd
	}
	for _, s := range scores {
		switch {
		case c.isWild(s):
			c.wild = append(c.wild, s)
		case c.isSharp(s):
			c.sharp = append(c.sharp, s.Mu)
		default:
			c.put(cells, s, &variances)
		}
	}
	slices.Sort(c.sharp)
	for w, v := range variances {
		d.blur(&c, total, cells[w*(n+1):(w+1)*(n+1)], math.Sqrt(v))
	}
	for m, g := range total {
		c.logs[m] = math.Log(math.Max(g, vanished))
	}
	return c
}

func (c *crowd) isWild(s Score) bool { return extent(s, c.centre) > c.tame }

func (c *crowd) isSharp(s Score) bool { return s.spread() < c.step/2 }

// extent is how far from the centre a score reaches.
func extent(s Score, centre float64) float64 { return math.Abs(s.Mu-centre) + reach*s.spread() }

// frame is an empty table that holds every place a rank is asked for, and the
// bounds of the standard deviations.
func frame(scores []Score) (c crowd, narrow, wide float64) {
	c.tame = math.Inf(1)
	usual, low, high := c.bounds(scores)
	if (high-low)/finest > coarse*usual {
		c.centre, c.tame = core(scores)
		usual, low, high = c.bounds(scores)
	}
	n := int(between(places, (high-low)/(coarse*usual), finest))
	c.from, c.step, c.logs = low, (high-low)/float64(n-1), make([]float64, n)
	narrow, wide = math.Inf(1), 0
	for _, s := range scores {
		if !c.isWild(s) && !c.isSharp(s) {
			narrow, wide = min(narrow, s.spread()), max(wide, s.spread())
		}
	}
	narrow = max(min(narrow, wide), c.step/4) // all may be sharp
	return c, narrow, max(wide, narrow*1.0001)
}

// bounds are how far the scores that are not wild reach, and their usual standard
// deviation: the geometric mean.
func (c *crowd) bounds(scores []Score) (usual, low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	logs, product, n := 0.0, 1.0, 0
	for _, s := range scores {
		if c.isWild(s) {
			continue
		}
		sd := s.spread()
		low, high = min(low, s.Mu-reach*sd), max(high, s.Mu+reach*sd)
		n++
		if product *= sd; n%16 == 0 { // one logarithm for 16; sixteen times 1e-6 or 1e9 are in range
			logs, product = logs+math.Log(product), 1
		}
	}
	return math.Exp((logs + math.Log(product)) / float64(n)), low, high
}

// core is the median of the means, and how far from it all but the few that reach
// furthest do; never more than half.
func core(scores []Score) (centre, tame float64) {
	xs := make([]float64, len(scores))
	for i, s := range scores {
		xs[i] = s.Mu
	}
	centre = nthLargest(xs, (len(xs)+1)/2)
	for i, s := range scores {
		xs[i] = extent(s, centre)
	}
	return centre, nthLargest(xs, min(mostWild, len(xs)/2)+1)
}

// put adds one score to its four cells.
func (c *crowd) put(cells []float64, s Score, variances *[widths]float64) {
	n := len(c.logs)
	at := (s.Mu - c.from) / c.step
	m := int(at)
	part := at - float64(m)
	// Two places hold what one held: the variance that this adds is taken off.
	v := s.SD*s.SD - part*(1-part)*c.step*c.step
	w := 0
	for jump := widths / 2; jump > 0; jump /= 2 {
		for w+jump <= widths-2 && variances[w+jump] <= v {
			w += jump
		}
	}
	share := between(0, (v-variances[w])/(variances[w+1]-variances[w]), 1)
	row := cells[w*(n+1):]
	row[m] += (1 - part) * (1 - share)
	row[m+1] += part * (1 - share)
	row = row[n+1:]
	row[m] += (1 - part) * share
	row[m+1] += part * share
}

// blur adds, at each place, the number of one row of cells expected above it, all
// of them having the standard deviation sd.
func (d *Desk) blur(c *crowd, total, cells []float64, sd float64) {
	n := len(total)
	half := min(int(math.Ceil(8*sd/c.step)), n)
	kernel := cleared(&d.kernel, 2*half+1)
	for to := range kernel {
		kernel[to] = chance.Q(float64(half-to) * c.step / sd) // a cell at m+to-half, seen from m
	}
	beyond := 0.0 // in cells so far up that they are above for certain
	for m := n - 1; m >= 0; m-- {
		if far := m + half + 1; far <= n {
			beyond += cells[far]
		}
		sum := beyond
		from, to := max(0, m-half), min(n, m+half)
		taps := kernel[from-m+half:]
		for i, weight := range cells[from : to+1] {
			sum += weight * taps[i]
		}
		total[m] += sum
	}
}

// above is the number expected above x.
func (c *crowd) above(x float64) float64 {
	sum := math.Exp(c.log(x)) + float64(len(c.sharp)-sort.SearchFloat64s(c.sharp, x))
	for _, s := range c.wild {
		sum += s.above(x)
	}
	return sum
}

// without is the number expected above x when s, one of the scores, is left out.
func (c *crowd) without(s Score, x float64) float64 {
	if !c.isWild(s) && c.isSharp(s) {
		if s.Mu >= x {
			return c.above(x) - 1
		}
		return c.above(x)
	}
	return c.above(x) - s.above(x)
}

// log reads the table between its places, in logarithms, so that the few at the top
// are as exact as the many below.
func (c *crowd) log(x float64) float64 {
	at := between(0, (x-c.from)/c.step, float64(len(c.logs)-1))
	m := min(int(at), len(c.logs)-2)
	part := at - float64(m)
	return c.logs[m] + part*(c.logs[m+1]-c.logs[m])
}

// where is a place above which about so many are expected: at most half a step of
// the table too low. It is -Inf when so many are not to be had.
func (c *crowd) where(want float64) float64 {
	if c.above(c.from) <= want {
		return math.Inf(-1)
	}
	m := sort.Search(len(c.logs), func(m int) bool { return c.above(c.from+c.step*float64(m)) <= want })
	return c.from + c.step*(float64(m)-0.5)
}
