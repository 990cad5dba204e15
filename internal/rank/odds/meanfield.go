package odds

import (
	"math"
	"sort"

	"plumbline/internal/chance"
)

// level is the score t above which want items are expected: the sum over all of
// Q((t-mu)/sd) is want. -Inf for all of them or more.
//
// Newton's method on the logarithm of the sum, which is nearly straight; a step
// that leaves the bracket is halved instead, so that no more than 60 passes over
// the scores are made; from a good guess two are usual.
func level(scores []Score, want, guess float64) float64 {
	if want >= float64(len(scores)) {
		return math.Inf(-1)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range scores {
		low = min(low, s.Mu-9*s.spread())
		high = max(high, s.Mu+9*s.spread())
	}
	t, target := guess, math.Log(want)
	for range 60 {
		if t <= low || t >= high {
			t = (low + high) / 2
		}
		sum, slope := tail(scores, t)
		if sum > want {
			low = t
		} else {
			high = t
		}
		step := (math.Log(sum) - target) * sum / slope // slope is how fast sum falls
		if math.Abs(sum-want) <= 1e-7*want || high-low <= 1e-15*(1+math.Abs(t)) {
			break
		}
		if math.IsNaN(step) || math.IsInf(step, 0) {
			t = (low + high) / 2
			continue
		}
		t += step
	}
	return t
}

// firstGuess takes all scores for one normal crowd.
func firstGuess(scores []Score, want float64) float64 {
	n, mean, square := float64(len(scores)), 0.0, 0.0
	for _, s := range scores {
		mean += s.Mu / n
	}
	for _, s := range scores {
		d := s.Mu - mean
		square += (d*d + s.SD*s.SD) / n
	}
	return mean + math.Sqrt(square)*chance.Probit(1-want/n)
}

// tail is the number of scores expected above t, and the density of the scores at t.
func tail(scores []Score, t float64) (sum, density float64) {
	for _, s := range scores {
		sd := s.spread()
		x := (t - s.Mu) / sd
		switch {
		case x > 9: // 1e-19
		case x < -9:
			sum++
		default:
			sum += chance.Q(x)
			density += chance.Density(x) / sd
		}
	}
	return sum, density
}

// crowd is G(x), the number of scores expected above x, as a table.
//
// The scores are put into cells of (place, width), two neighbours on each axis, so
// that number, mean and variance of each stay as they were; then each width is one
// short convolution along the table. So the work is O(n) plus a few million
// additions at most, instead of one error function for each score and place.
type crowd struct {
	from, step float64
	logs       []float64 // ln G at from, from+step, …
}

const (
	places   = 256  // of the table, at least
	finest   = 1024 // at most, when the scores are sharp
	widths   = 20   // classes of standard deviation
	reach    = 3.5  // standard deviations beyond the outermost scores
	vanished = 1e-300
)

func newCrowd(scores []Score) crowd {
	c, narrow, wide := frame(scores)
	n := len(c.logs)
	cells := make([]float64, widths*(n+1))
	var variances [widths]float64 // of the classes
	for w := range variances {
		sd := narrow * math.Pow(wide/narrow, float64(w)/(widths-1))
		variances[w] = sd * sd
	}
	for _, s := range scores {
		c.put(cells, s, &variances)
	}
	total := make([]float64, n)
	for w, v := range variances {
		c.blur(total, cells[w*(n+1):(w+1)*(n+1)], math.Sqrt(v))
	}
	for m, g := range total {
		c.logs[m] = math.Log(math.Max(g, vanished))
	}
	return c
}

// frame is an empty table that holds every place a rank is asked for, and the
// bounds of the standard deviations.
func frame(scores []Score) (c crowd, narrow, wide float64) {
	low, high, logs, product := math.Inf(1), math.Inf(-1), 0.0, 1.0
	narrow, wide = math.Inf(1), 0
	for i, s := range scores {
		sd := s.spread()
		low, high = min(low, s.Mu-reach*sd), max(high, s.Mu+reach*sd)
		narrow, wide = min(narrow, sd), max(wide, sd)
		if product *= sd; i%16 == 15 { // one logarithm for 16; sixteen times 1e-6 or 1e9 are in range
			logs, product = logs+math.Log(product), 1
		}
	}
	usual := math.Exp((logs + math.Log(product)) / float64(len(scores)))
	n := int(between(places, 4*(high-low)/usual, finest))
	c = crowd{from: low, step: (high - low) / float64(n-1), logs: make([]float64, n)}
	narrow = math.Max(narrow, c.step/4) // what is narrower than the table can show
	return c, narrow, math.Max(wide, narrow*1.0001)
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
func (c *crowd) blur(total, cells []float64, sd float64) {
	n := len(total)
	half := min(int(math.Ceil(8*sd/c.step)), n)
	kernel := make([]float64, 2*half+1)
	for d := range kernel {
		kernel[d] = chance.Q(float64(half-d) * c.step / sd) // a cell at m+d-half, seen from m
	}
	beyond := 0.0 // in cells so far up that they are above for certain
	for m := n - 1; m >= 0; m-- {
		if far := m + half + 1; far <= n {
			beyond += cells[far]
		}
		sum := beyond
		from, to := max(0, m-half), min(n, m+half)
		taps := kernel[from-m+half:]
		for d, weight := range cells[from : to+1] {
			sum += weight * taps[d]
		}
		total[m] += sum
	}
}

// above reads the table between its places, in logarithms, so that the few at the
// top are as exact as the many below.
func (c *crowd) above(x float64) float64 {
	at := between(0, (x-c.from)/c.step, float64(len(c.logs)-1))
	m := min(int(at), len(c.logs)-2)
	part := at - float64(m)
	return math.Exp(c.logs[m] + part*(c.logs[m+1]-c.logs[m]))
}

// where is the place above which want items are expected, by the table alone.
func (c *crowd) where(want float64) float64 {
	target := math.Log(want)
	m := sort.Search(len(c.logs), func(m int) bool { return c.logs[m] <= target })
	if m == 0 || m == len(c.logs) {
		return c.from + c.step*float64(m)
	}
	return c.from + c.step*(float64(m)-(target-c.logs[m])/(c.logs[m-1]-c.logs[m]))
}
