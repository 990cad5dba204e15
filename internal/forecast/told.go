package forecast

import (
	"math"

	"plumbline/internal/chance"
)

// Version names the way in which forecasts are made and scored. It changes when they
// would be others, so that a record says what it is of.
const Version = "2026-11"

// gridSize is of how many equally likely values a forecast is kept.
const gridSize = 40

// FarOff is how many days ahead a forecast of one item looks at most: two years.
const FarOff = 730.0

// Told is what a forecast says in numbers that reality can be held against.
type Told struct {
	Grid      []float64 // equally likely values, the smallest first
	Low, High float64   // between these with 85 %
	Level     float64   // at least so many with 85 %; of days, at most
	Days      bool      // they are days, else items
	// Most is of days how far reality is looked at: what takes longer counts as so long,
	// in the forecast as well, which keeps the scores honest (a censored CRPS; Gneiting
	// and Ranjan 2011).
	Most float64
	P    float64 // the chance that was told, 0 to 1; below 0: none
}

// Came is how a forecast did.
type Came struct {
	Held, Inside bool
	CRPS         float64 // of days by their logarithms
	Brier        float64 // below 0: no chance was told
	Lean         float64 // logarithm of what came over the middle of what was told
}

// least is what days, and items, are taken to be at least where their logarithm counts.
const least = 0.5

// Score holds reality against a forecast: so many days or items, and whether it was
// finished before the moment of the chance. Of days that are not over, actual is Most.
func (t Told) Score(actual float64, intime bool) Came {
	c := Came{Brier: -1, Held: actual >= t.Level, Inside: t.Low <= actual && actual <= t.High}
	grid := t.Grid
	if t.Days {
		over := actual >= t.Most // it took at least so long, and is not known to have ended then
		c.Held = actual <= t.Level && (!over || t.Level >= FarOff)
		c.Inside = t.Low <= actual && actual <= t.High && (!over || t.High >= FarOff)
		grid = make([]float64, len(t.Grid))
		for i, x := range t.Grid {
			grid[i] = logOf(min(x, t.Most))
		}
		actual = min(actual, t.Most)
	}
	middle := NearestRank(t.Grid, 0.5)
	c.Lean = logOf(actual) - logOf(middle)
	if t.Days {
		actual = logOf(actual)
	}
	c.CRPS = chance.CRPSEnsemble(grid, actual)
	if t.P >= 0 {
		came := 0.0
		if intime {
			came = 1
		}
		c.Brier = (t.P - came) * (t.P - came)
	}
	return c
}

func logOf(x float64) float64 { return math.Log(max(x, least)) }

// gridOf are equally likely values of a forecast, of which the values, the smallest
// first, say as much.
func gridOf(sorted []float64) []float64 {
	out := make([]float64, gridSize)
	for i := range out {
		out[i] = NearestRank(sorted, (float64(i)+0.5)/gridSize)
	}
	return out
}

// Recalibrated is the probability to ask for so that a share p comes true, after held of
// so many forecasts did (adaptive conformal inference, see [learned]). weight is of how
// many independent things they were: twenty forecasts of one item count as one. Without
// bounds on the way, what was learned step by step is this sum; it ends at farthest.
func Recalibrated(p, weight float64, held, of int) float64 {
	if of == 0 {
		return p
	}
	return min(max(p+gain*weight*(p-float64(held)/float64(of)), p-farthest), p+farthest)
}

// farthest is how far what is asked for moves from what is promised. Reality comes in
// months late, and what is learned so late overshoots without it.
const farthest = 0.1

// Promise is the probability of what is told first, and the one of the range.
const Promise = 0.85

// Remaining is how many days an item of an age is still open: so many are likely, with
// the probabilities asked for level and range. It is not known where fewer than eight
// items were finished, or fewer than five at a greater age.
func (l Lifetimes) Remaining(age, level, within float64) (Told, bool) {
	if l.Finished() < Least {
		return Told{}, false
	}
	if _, known := l.Within(age, math.Inf(1)); !known {
		return Told{}, false
	}
	old := l.Longer(age)
	rest := func(p float64) float64 {
		for _, s := range l.steps {
			if s.days > age && 1-s.longer/old >= p-1e-12 {
				return min(s.days-age, FarOff)
			}
		}
		return FarOff
	}
	t := Told{Days: true, Grid: make([]float64, gridSize), P: -1}
	for i := range t.Grid {
		t.Grid[i] = rest((float64(i) + 0.5) / gridSize)
	}
	t.Low, t.High, t.Level = rest((1-within)/2), rest((1+within)/2), rest(level)
	t.Most = max(t.High, t.Level)
	return t, true
}

// Told is how many items are finished in a span, in numbers that can be kept; capped at
// most items where that is above zero: then P is the chance of all of them.
func (n HowMany) Told(most int) Told {
	t := Told{Grid: n.grid, Level: float64(n.AtLeast[2].Items), Low: float64(n.Between[0]), High: float64(n.Between[1]), P: -1}
	if most <= 0 {
		return t
	}
	top := float64(most)
	all := 0
	t.Grid = make([]float64, len(n.grid))
	for i, x := range n.grid {
		if t.Grid[i] = min(x, top); x >= top {
			all++
		}
	}
	t.P = float64(all) / float64(len(n.grid))
	t.Low, t.High, t.Level = min(t.Low, top), min(t.High, top), min(t.Level, top)
	return t
}

// Asked is the probability asked for so that 85 % of such forecasts come true.
func (n HowMany) Asked() float64 { return n.asked }
