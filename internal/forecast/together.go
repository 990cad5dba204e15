package forecast

// AllOf is the chance that several things all come, each with its own chance, which
// have nothing to do with each other: four at 85 % are 52 %.
func AllOf(chances ...float64) float64 {
	p := 1.0
	for _, c := range chances {
		p *= c
	}
	return p
}

// Together is when the demands of several forecasts are all met: what waits for all of
// them is done with the last. They are taken as independent of each other; where the same
// causes hold up several teams, all are done by then at least as likely as this says.
type Together struct {
	When  []When   `json:"when"` // without hit rates
	By    *Chance  `json:"by,omitempty"`
	Notes []string `json:"notes"`
}

// All puts forecasts of the same unit together; by is in units, 0 if it is not asked.
func All(forecasts []Forecast, by int) Together {
	t := Together{When: []When{}, Notes: []string{}}
	longest := 0
	for _, f := range forecasts {
		if len(f.curve) == 0 {
			t.Notes = append(t.Notes, "One of the teams has no forecast, so there is none of all together.")
			return t
		}
		longest = max(longest, len(f.curve))
	}
	curve := make([]float64, longest)
	for u := range curve {
		curve[u] = allWithin(forecasts, u+1)
	}
	for _, p := range told {
		w := When{P: p, Units: reach(curve, p)}
		if w.Units > longest {
			w = When{P: p, Beyond: true}
		}
		t.When = append(t.When, w)
	}
	if by > 0 {
		c := Chance(allWithin(forecasts, by))
		t.By = &c
	}
	return t
}

func allWithin(forecasts []Forecast, units int) float64 {
	ps := make([]float64, len(forecasts))
	for i, f := range forecasts {
		ps[i] = f.within(units)
	}
	return AllOf(ps...)
}
