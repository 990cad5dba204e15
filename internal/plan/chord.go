package plan

import (
	"cmp"
	"math"
	"slices"
)

// candidate is an item that may stand in a cell.
type candidate struct{ mean, vari float64 }

// chords makes the constraint of fitting, mean + z·√variance ≤ capacity, linear for
// the dual, so that the bound stays one: the root is concave, so it lies above its
// chord between the least variance of a full cell and the largest that has room.
// Between them, mean + slope·variance never passes what is left of the capacity;
// a cell of less variance than the least is less than full. Candidates are
// the options that lose no more than within: others are in no plan that is better
// than one known to be worth within less than the bound.
func (d *dual) chords(within float64) {
	m := d.m
	if m.sure {
		return
	}
	loss := []float64(nil)
	if !math.IsInf(within, 1) {
		loss = d.losses()
	}
	lists := make([][]candidate, len(d.room))
	for _, u := range m.uses {
		for q := range m.periods {
			o := int(u.item)*(m.periods+1) + q
			if m.allowed(u.item, q) && (loss == nil || loss[o] <= within) {
				c := int(u.row)*m.periods + q
				lists[c] = append(lists[c], candidate{u.mean, u.vari})
			}
		}
	}
	for c := range lists {
		d.slope[c], d.room[c] = m.chord(c, lists[c])
	}
}

// chord is the slope for the variance, and the room for mean + slope·variance.
func (m *model) chord(c int, list []candidate) (slope, room float64) {
	left := func(w float64) float64 { return m.room[c] - m.z*math.Sqrt(w+m.wide[c]) }
	if left(0) <= 0 {
		return 0, 0 // only nothing fits
	}
	total := 0.0
	for _, k := range list {
		total += k.vari
	}
	calm := newFilling(list, func(k candidate) (cost, gain float64) { return k.vari, k.mean })
	wild := newFilling(list, func(k candidate) (cost, gain float64) { return k.mean, k.vari })
	low := crossing(total, func(w float64) bool { return calm.most(w) >= left(w) })
	high := crossing(total, func(w float64) bool { return left(w) < 0 || wild.most(left(w)) <= w })
	if high <= low*(1+slack) {
		return 0, max(left(low), calm.most(low))
	}
	slope = m.z * (math.Sqrt(high+m.wide[c]) - math.Sqrt(low+m.wide[c])) / (high - low)
	return slope, left(low) + slope*low
}

// crossing is where in 0..top a condition that stays true becomes true; top if it
// never does.
func crossing(top float64, passed func(x float64) bool) float64 {
	low, high := 0.0, top
	if passed(0) {
		return 0
	}
	for range 60 {
		if mid := (low + high) / 2; passed(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// filling is the fractional knapsack: costs and gains added up in the order of gain
// by cost, from nothing.
type filling struct{ cost, gain []float64 }

func newFilling(list []candidate, of func(candidate) (cost, gain float64)) filling {
	order := slices.Clone(list)
	slices.SortFunc(order, func(a, b candidate) int {
		ca, ga := of(a)
		cb, gb := of(b)
		return cmp.Or(cmp.Compare(gb*ca, ga*cb), cmp.Compare(ca, cb), cmp.Compare(ga, gb))
	})
	f := filling{cost: make([]float64, 1, len(order)+1), gain: make([]float64, 1, len(order)+1)}
	for _, k := range order {
		c, g := of(k)
		f.cost, f.gain = append(f.cost, f.cost[len(f.cost)-1]+c), append(f.gain, f.gain[len(f.gain)-1]+g)
	}
	return f
}

// most is the largest gain for a cost, the last one in part.
func (f filling) most(cost float64) float64 {
	k, _ := slices.BinarySearchFunc(f.cost, cost, func(c, cost float64) int {
		if c <= cost {
			return -1
		}
		return 1
	}) // the first that costs more
	if k == len(f.cost) {
		return f.gain[k-1]
	}
	if k == 0 {
		return 0
	}
	return f.gain[k-1] + (f.gain[k]-f.gain[k-1])*(cost-f.cost[k-1])/(f.cost[k]-f.cost[k-1])
}
