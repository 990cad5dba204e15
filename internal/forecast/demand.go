package forecast

import (
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
)

// Split is by what the items that remain multiply when they are taken apart: evenly
// between Low and High, both at least 1 (Magennis). Its zero value is no splitting.
type Split struct{ Low, High float64 }

// sizes is how many equally likely values an uncertain demand is worked with.
const sizes = 1000

// Demand is how many items are to be finished, as equally likely numbers, the
// smallest first. Make one with [NewDemand].
type Demand struct{ sizes []float64 }

// NewDemand takes what remains, above zero, and by how much it may split. The two are
// taken as independent of each other.
func NewDemand(remaining chance.Dist, split Split, seed uint64) (Demand, error) {
	if split == (Split{}) {
		split = Split{1, 1}
	}
	switch m := remaining.Mean(); {
	case !(m > 0) || m > most || remaining.Quantile(0.001) < 0:
		return Demand{}, plumbline.FieldError("remaining", "What remains is a number of items above 0 and up to %d, or an interval of such numbers.", int(most))
	case !(split.Low >= 1 && split.Low <= split.High && split.High <= 100):
		return Demand{}, plumbline.FieldError("split", "Items split into at least as many: write [1, 1.5], the first at least 1 and not above the second, both up to 100.")
	case remaining.Kind() == chance.KindKnown && split.Low == split.High && remaining.Zero() == 0:
		return Demand{[]float64{remaining.Mean() * split.Low}}, nil
	}
	order := shuffled(sizes, chance.NewStream(seed, "", "split"))
	d := Demand{make([]float64, sizes)}
	for i := range d.sizes {
		u, v := (float64(i)+0.5)/sizes, (float64(order[i])+0.5)/sizes
		d.sizes[i] = remaining.Sample(u) * (split.Low + (split.High-split.Low)*v)
	}
	slices.Sort(d.sizes)
	return d, nil
}

// most is how many items may remain.
const most = 1e9

// shuffled are the numbers from 0 to below n in an order that the stream gives.
func shuffled(n int, s chance.Stream) []int {
	out := make([]int, n)
	for i := range out {
		j := int(s.Uniform(uint64(i)) * float64(i+1))
		out[i], out[j] = out[j], i
	}
	return out
}

// Median is how many items there are, the middle of what is likely.
func (d Demand) Median() float64 { return d.sizes[(len(d.sizes)-1)/2] }

// met is the chance that a total meets the demand.
func (d Demand) met(total float64) float64 {
	n, _ := slices.BinarySearchFunc(d.sizes, total, func(size, total float64) int {
		if size <= total {
			return -1
		}
		return 1
	})
	return float64(n) / float64(len(d.sizes))
}

// spread are the sizes in an order of the history's own, for trials, which take one each.
func (d Demand) spread(name string) []float64 {
	if len(d.sizes) == 1 {
		return d.sizes
	}
	out := make([]float64, len(d.sizes))
	for i, j := range shuffled(len(d.sizes), chance.NewStream(0, name, "demand")) {
		out[i] = d.sizes[j]
	}
	return out
}

// wholes is how many whole items meet a size.
func wholes(size float64) int { return int(math.Ceil(size - 1e-9)) }
