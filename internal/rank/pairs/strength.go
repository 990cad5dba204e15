package pairs

import "math"

// Start says whether every item begins with one win and one loss against an opponent
// of strength 1, so that items which always won or always lost have a finite strength.
type Start uint8

// The ways to begin.
const (
	WithVirtualGames Start = iota
	WithoutVirtualGames
)

// Strengths are the strengths of the Bradley–Terry model, P(a before b) = s_a/(s_a+s_b),
// that make the comparisons likeliest, scaled to add to 1, and the logarithm of how
// likely they are (without the virtual games). A tie is half a win of each. The method
// is Newman's iteration (Journal of Machine Learning Research 24, 2023). Without
// virtual games it refuses comparisons that do not say how every item stands to
// every other, since then some strength is infinite or undetermined.
func Strengths(n int, comparisons []Comparison, start Start) (strengths []float64, logLikelihood float64, err error) {
	if n < 2 {
		return nil, 0, invalid("There is nothing to compare: at least two items are needed.")
	}
	if err := check(n, comparisons); err != nil {
		return nil, 0, err
	}
	met := tally(n, comparisons)
	virtual := 1.0
	if start == WithoutVirtualGames {
		virtual = 0
		if !connected(met, wins) || !connected(met, losses) {
			return nil, 0, invalid("Some items were never beaten by others, or never compared with them, so their strength cannot be told. Compare more pairs, or begin with virtual games.")
		}
	}
	s := make([]float64, n)
	for i := range s {
		s[i] = 1
	}
	for range 100_000 {
		if newman(s, met, virtual) < 1e-12 {
			break
		}
	}
	return scaled(s), logLikelihoodOf(s, met), nil
}

// meeting is how often one item was put before another, and the other before it.
type meeting struct {
	other     int
	won, lost float64
}

func wins(m meeting) float64   { return m.won }
func losses(m meeting) float64 { return m.lost }

// tally is the meetings of each item, in the order in which they first came.
func tally(n int, comparisons []Comparison) [][]meeting {
	met := make([][]meeting, n)
	place := map[[2]int]int{}
	note := func(a, b int, won float64) {
		at, ok := place[[2]int{a, b}]
		if !ok {
			at = len(met[a])
			place[[2]int{a, b}] = at
			met[a] = append(met[a], meeting{other: b})
		}
		met[a][at].won += won
		met[a][at].lost += 1 - won
	}
	for _, c := range comparisons {
		won := [...]float64{First: 1, Second: 0, Tie: 0.5}[c.Outcome]
		note(c.A, c.B, won)
		note(c.B, c.A, 1-won)
	}
	return met
}

// newman improves all strengths once and returns the largest change of a logarithm.
func newman(s []float64, met [][]meeting, virtual float64) (change float64) {
	for i, list := range met {
		above, below := virtual/(s[i]+1), virtual/(s[i]+1)
		for _, m := range list {
			above += m.won * s[m.other] / (s[i] + s[m.other])
			below += m.lost / (s[i] + s[m.other])
		}
		if above == 0 && below == 0 {
			continue
		}
		next := above / below
		change = max(change, math.Abs(math.Log(next/s[i])))
		s[i] = next
	}
	return change
}

// connected says that every item is reached from the first one along meetings that
// have some of what is asked for.
func connected(met [][]meeting, some func(meeting) float64) bool {
	seen := make([]bool, len(met))
	seen[0] = true
	todo, count := []int{0}, 1
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, m := range met[at] {
			if some(m) > 0 && !seen[m.other] {
				seen[m.other] = true
				todo = append(todo, m.other)
				count++
			}
		}
	}
	return count == len(met)
}

func scaled(s []float64) []float64 {
	sum := 0.0
	for _, x := range s {
		sum += x
	}
	out := make([]float64, len(s))
	for i, x := range s {
		out[i] = x / sum
	}
	return out
}

func logLikelihoodOf(s []float64, met [][]meeting) (sum float64) {
	for i, list := range met {
		for _, m := range list {
			if m.won > 0 {
				sum += m.won * math.Log(s[i]/(s[i]+s[m.other]))
			}
		}
	}
	return sum
}
