package plan

import (
	"math"
	"math/rand/v2"
	"testing"

	"plumbline/internal/chance"
)

// Efforts overrun as those of Kubernetes' enhancements did: the logarithm of the
// ratio has a standard deviation of 0.52. Plans that are full to the brim are drawn
// 2,000 times: how often a team in a period fits is the figure to show a boss.
func TestHowOftenPlansFit(t *testing.T) {
	z := size{items: 500, teams: 8, periods: 4, edges: 25, spread: 0.52}
	uncertain := made(z, 1)
	medians := made(z, 1)
	for i := range medians.Items {
		for k, e := range medians.Items[i].Effort {
			medians.Items[i].Effort[k].Size = known(e.Size.Median())
		}
	}
	means := made(z, 1)
	means.Confidence = 0.5
	uncertain.Confidence = 0.85
	full := 0.0
	for _, c := range []struct {
		what            string
		p               *Problem
		low, high       float64 // share of cells that fit
		least, most     float64 // value, as a share of that of the plan on medians
		allLow, allHigh float64 // all cells at once
	}{
		{"medians", medians, 0.15, 0.45, 1, 1, 0, 0.001},
		{"means", means, 0.5, 0.66, 0.86, 0.99, 0, 0.001},
		{"85 %", uncertain, 0.84, 0.92, 0.75, 0.93, 0, 0.1},
	} {
		got := solved(t, c.p, Work{Searches: 1, Parallel: together})
		at := checked(t, c.p, got)
		each, all := drawn(uncertain, at, 2000)
		if full == 0 {
			full = got.Value
		}
		t.Logf("%-8s value %5.1f %%, a team in a period fits %.2f, all of them %.3f, gap %.2f %%", c.what, 100*got.Value/full, each, all, 100*got.Gap)
		if v := got.Value / full; each < c.low || each > c.high || v < c.least || v > c.most || all < c.allLow || all > c.allHigh {
			t.Errorf("%s: fits %v, all %v, value %v", c.what, each, all, v)
		}
	}
}

// drawn is how often the cells of a plan fit, each and all at once.
func drawn(p *Problem, at []int, times int) (each, all float64) {
	rng := rand.New(rand.NewPCG(9, 9))
	row := map[string]int{}
	for t, team := range p.Teams {
		row[team.ID] = t
	}
	n := len(p.Periods)
	for range times {
		load := make([]float64, len(p.Teams)*n)
		for i, it := range p.Items {
			for _, e := range it.Effort {
				if at[i] >= 0 {
					load[row[e.Team]*n+at[i]] += e.Size.Median() * math.Exp(overrun(e.Size)*rng.NormFloat64())
				}
			}
		}
		fit := 0
		for c, l := range load {
			if l <= p.Teams[c/n].Capacity[c%n].Mean() {
				fit++
			}
		}
		each += float64(fit) / float64(len(load)*times)
		if fit == len(load) {
			all += 1 / float64(times)
		}
	}
	return each, all
}

// overrun is the standard deviation of the logarithm.
func overrun(d chance.Dist) float64 {
	_, sd, err := d.Log()
	if err != nil {
		panic(err)
	}
	return sd
}
