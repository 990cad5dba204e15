package plan

import (
	"fmt"
	"math"
	"math/rand/v2"

	"plumbline/internal/chance"
)

// size is how large an instance is made, and how tangled.
type size struct {
	items, teams, periods, edges int
	spread                       float64 // standard deviation of the logarithm of efforts; 0 for known ones
	plain                        bool    // no budget and no freeze
}

// made is a random problem with every kind of rule: about half of what is asked
// for fits. The same seed gives the same problem.
func made(z size, seed uint64) *Problem {
	rng := rand.New(rand.NewPCG(seed, 7))
	p := &Problem{Seed: seed, Mix: []Share{{Category: "maintenance", Min: 0.4}}}
	for q := range z.periods {
		p.Periods = append(p.Periods, fmt.Sprintf("P%d", q))
	}
	asked := make([]float64, z.teams)
	for i := range z.items {
		p.Items = append(p.Items, madeItem(z, i, rng, asked))
	}
	for t := range z.teams {
		team := Team{ID: fmt.Sprintf("T%d", t)}
		for range z.periods {
			team.Capacity = append(team.Capacity, known(asked[t]*0.5/float64(z.periods)*(0.85+0.3*rng.Float64())))
		}
		p.Teams = append(p.Teams, team)
	}
	for range z.edges {
		a, b := rng.IntN(z.items), rng.IntN(z.items)
		if a > b {
			a, b = b, a
		}
		if a != b {
			p.Items[b].After = append(p.Items[b].After, p.Items[a].ID)
		}
	}
	madeDemands(p, z, rng)
	return p
}

func madeItem(z size, i int, rng *rand.Rand, asked []float64) Item {
	it := Item{ID: fmt.Sprintf("I%04d", i), Category: "feature", Product: fmt.Sprintf("S%d", rng.IntN(10))}
	if rng.Float64() < 0.4 {
		it.Category = "maintenance"
	}
	total := 0.0
	for k, t := range rng.Perm(z.teams)[:1+rng.IntN(min(3, z.teams))] {
		e := math.Round(10*math.Exp(1.2+0.5*rng.NormFloat64())/float64(k+1)) / 10
		if e == 0 {
			continue
		}
		total += e
		asked[t] += e
		d := known(e)
		if z.spread > 0 {
			d, _ = chance.LognormalOf(math.Log(e), z.spread)
		}
		it.Effort = append(it.Effort, Effort{fmt.Sprintf("T%d", t), d})
	}
	v := total * 15 * math.Exp(0.6*rng.NormFloat64())
	fade := 0.8 + 0.2*rng.Float64()
	for q := range z.periods {
		it.Values = append(it.Values, math.Round(v*math.Pow(fade, float64(q))*10)/10)
	}
	return it
}

func madeDemands(p *Problem, z size, rng *rand.Rand) {
	for k := range z.items * 3 / 100 {
		i := rng.IntN(z.items)
		p.Items[i].Forced = true
		if k%2 == 0 {
			p.Items[i].By = p.Periods[z.periods/2+rng.IntN(z.periods-z.periods/2)]
		}
	}
	for range z.items * 4 / 100 {
		a, b := rng.IntN(z.items), rng.IntN(z.items)
		if a != b && !(p.Items[a].Forced && p.Items[b].Forced) {
			p.Exclusive = append(p.Exclusive, []string{p.Items[a].ID, p.Items[b].ID})
		}
	}
	if z.plain {
		return
	}
	p.Frozen = []Freeze{{Product: "S0", Periods: p.Periods[:1], Except: []string{"maintenance"}}}
	p.Budget = &Budget{Cost: map[string]chance.Dist{}}
	total := 0.0
	for i := range p.Items {
		if rng.Float64() < 0.2 {
			c := math.Round(5 + 30*rng.Float64())
			p.Budget.Cost[p.Items[i].ID] = known(c)
			total += c
		}
	}
	for range p.Periods {
		p.Budget.Amount = append(p.Budget.Amount, math.Round(total*0.5/float64(z.periods)))
	}
}

func known(x float64) chance.Dist {
	d, err := chance.Known(x)
	if err != nil {
		panic(err)
	}
	return d
}
