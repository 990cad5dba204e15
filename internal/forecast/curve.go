package forecast

// curve is the chance that a demand is met within 1, 2, … units after an origin; it
// never falls. It ends early once the chance is 1. used are the methods that made its
// values.
func (h *History) curve(m Method, origin int, demand Demand, d dice, horizon int) (curve []float64, used []Method) {
	var boot []float64
	donors := h.donors(origin)
	last := 0.0
	for span := 1; span <= horizon && last < 1; span++ {
		totals, by := h.spans(m, donors, origin, span)
		p := 0.0
		for _, total := range totals {
			p += demand.met(total)
		}
		p /= float64(max(len(totals), 1)) // once, so that always is 1 to the last bit
		if len(totals) == 0 {
			by = max(m, Bootstrap)
			if boot == nil {
				boot = h.bootCurve(by, origin, demand, d, horizon)
			}
			p = boot[span-1]
		}
		last = max(last, p)
		curve, used = append(curve, last), append(used, by)
	}
	return curve, used
}

// bootCurve is the same by trials: each adds units drawn from the past until its demand
// is met.
func (h *History) bootCurve(m Method, origin int, demand Demand, d dice, horizon int) []float64 {
	curve := make([]float64, horizon)
	pool := h.measured(origin, m.pool(h.unit.scale()))
	if len(pool) == 0 {
		return curve
	}
	met := d.finishes(pool, demand.spread(h.name), horizon)
	sum := 0
	for u := range curve {
		sum += met[u+1]
		curve[u] = float64(sum) / float64(d.trials)
	}
	return curve
}

// reach is the first unit within which the chance is p, or one beyond the curve.
func reach(curve []float64, p float64) int {
	for u, c := range curve {
		if c >= p-1e-12 {
			return u + 1
		}
	}
	return len(curve) + 1
}

// promise is one "done within" of a back-test: which of [told] it was, when it was due,
// and whether it came true.
type promise struct {
	level, due int
	hit        bool
}

// whenTest back-tests "done within": from each origin the demand is forecast, and the
// forecast came true if so much was finished within the units that were named. rates
// has a rate for each of [told]; at, the probabilities to ask for now.
func (h *History) whenTest(choices map[int]Method, fallback Method, demand Demand, d dice) (rates [len(told)]HitRate, at [len(told)]float64) {
	for i, p := range told {
		rates[i].P, at[i] = p, p
	}
	var open []promise
	size := Demand{[]float64{demand.Median()}}
	longest := 1
	for _, t := range h.origins() {
		open = settled(open, t, &at, len(demand.sizes) == 1)
		left := min(h.now()-t, h.unit.Horizon())
		if left == 0 {
			break
		}
		m, ok := choices[t]
		if !ok {
			m = fallback
		}
		curve, _ := h.curve(m, t, size, d, left)
		for i := range told {
			due := reach(curve, ask(at[i]))
			total, whole := h.total(t, min(due, left))
			if due > left || !whole {
				continue
			}
			longest = max(longest, due)
			hit := float64(total) >= size.sizes[0]
			rates[i].add(hit)
			open = append(open, promise{i, t + due, hit})
		}
	}
	for i := range rates {
		rates[i] = rates[i].banded(max(longest/h.unit.scale().stride(), 1))
	}
	return rates, at
}

// settled learns from the promises that are due, and gives back the others. Of an
// uncertain demand no less is asked for than is promised: the back-test is of its median,
// and knows nothing of that uncertainty.
func settled(open []promise, t int, at *[len(told)]float64, certain bool) []promise {
	kept := open[:0]
	for _, p := range open {
		if p.due > t {
			kept = append(kept, p)
			continue
		}
		least := told[p.level]
		if certain {
			least = 0
		}
		at[p.level] = learned(at[p.level], told[p.level], least, p.hit)
	}
	return kept
}

// ask keeps a nominal probability where trials can tell: away from certainty, and from
// what cannot be.
func ask(nominal float64) float64 { return min(max(nominal, 0.005), 0.995) }
