package odds

import (
	"math"

	"plumbline"
	"plumbline/internal/chance"
)

// Draws says how scores are drawn: under which seed, by which names, and what
// they have in common. A draw is a function of the seed, the id of the item and the
// number of the sample, and of nothing else.
type Draws struct {
	Seed uint64
	IDs  []string // of the items, one for each score

	// Item i hangs on the cause In[i], or on none when that is below 0. Both are
	// empty when the items are independent.
	Causes []Cause
	In     []int
}

// Cause is what a group of items has in common, such as the team whose estimates
// they are: Rho, in [0,1), is the share of each score's variance that comes from it.
type Cause struct {
	ID  string
	Rho float64
}

// block is the number of samples that are drawn together, each item's as a Latin
// hypercube: one in each of 256 equally likely strata, in an order of its own.
const block = 256

// Blocks is the number of blocks that hold so many samples.
func Blocks(samples int) int { return (samples + block - 1) / block }

func (d Draws) check(n int) error {
	if len(d.IDs) != n {
		return plumbline.Errorf(plumbline.Invalid, "There are %d scores and %d ids.", n, len(d.IDs))
	}
	if len(d.In) != 0 && len(d.In) != n {
		return plumbline.Errorf(plumbline.Invalid, "There are %d scores, and %d items have a cause.", n, len(d.In))
	}
	for g, group := range d.Causes {
		if !(group.Rho >= 0 && group.Rho < 1) {
			return plumbline.Errorf(plumbline.Invalid, "Cause %q (%d) makes %g of the variance; it must be at least 0 and below 1.", group.ID, g, group.Rho)
		}
	}
	for i, g := range d.In {
		if g >= len(d.Causes) {
			return plumbline.Errorf(plumbline.Invalid, "Item %d has the cause %d of %d.", i, g, len(d.Causes))
		}
	}
	return nil
}

// source is one item as it is drawn: its score is mu + a·Z + b·E, with Z of its
// group and E its own, both standard normal.
type source struct {
	stream   chance.Stream
	mu, a, b float64
	group    int // below 0: none, and a is 0
}

func (d Draws) sources(scores []Score) []source {
	all := make([]source, len(scores))
	for i, s := range scores {
		all[i] = source{stream: chance.NewStream(d.Seed, d.IDs[i], "score"), mu: s.Mu, b: s.SD, group: -1}
		if len(d.In) > 0 && d.In[i] >= 0 {
			rho := d.Causes[d.In[i]].Rho
			all[i].group = d.In[i]
			all[i].a, all[i].b = s.SD*math.Sqrt(rho), s.SD*math.Sqrt(1-rho)
		}
	}
	return all
}

func (d Draws) common() []chance.Stream {
	all := make([]chance.Stream, len(d.Causes))
	for g, group := range d.Causes {
		all[g] = chance.NewStream(d.Seed, group.ID, "group")
	}
	return all
}

// order is a keyed permutation of the 256 samples of a block: two rounds of a
// multiplication by an odd number, an addition and a shift, and a third without
// the shift. All six numbers come from one random word.
type order struct{ m1, a1, m2, a2, m3, a3 uint32 }

func orderOf(word uint64) order {
	w := uint32(word)
	v := uint32(word >> 32)
	return order{w | 1, w >> 8, w>>16 | 1, w >> 24, v | 1, v >> 8}
}

// sample is the sample that stratum j falls to.
func (o order) sample(j uint32) uint32 {
	j = (j*o.m1 + o.a1) & (block - 1)
	j ^= j >> 4
	j = (j*o.m2 + o.a2) & (block - 1)
	j ^= j >> 3
	return (j*o.m3 + o.a3) & (block - 1)
}

// orderAt is the order of a stream's samples in block b.
func orderAt(s chance.Stream, b int) order { return orderOf(s.Uint64(uint64(b))) }

// tailAt is the chance of being above the draw in stratum j of block b, between
// j/256 and (j+1)/256: stratum 0 has the highest draws.
func tailAt(s chance.Stream, b int, j uint32) float64 {
	return (float64(j) + s.Uniform(1<<40|uint64(b)<<8|uint64(j))) * (1.0 / block)
}

// normalAbove is the standard normal that is exceeded with the chance p.
func normalAbove(p float64) float64 {
	if p < 1e-5 {
		return -chance.Probit(p)
	}
	return math.Sqrt2 * math.Erfinv(1-2*p) // 1-2p costs p ten digits at most here
}

// normals fills z with the 256 standard normals of block b.
func normals(z *[block]float64, s chance.Stream, b int) {
	o := orderAt(s, b)
	for j := range uint32(block) {
		z[o.sample(j)] = normalAbove(tailAt(s, b, j))
	}
}

// Parallel runs part(0) to part(n-1) in any order, at once if it likes, and returns
// when all are done. The answers do not hang on how it does.
type Parallel func(n int, part func(i int))

// InTurn is the Parallel that runs one part after the other.
func InTurn(n int, part func(i int)) {
	for i := range n {
		part(i)
	}
}
