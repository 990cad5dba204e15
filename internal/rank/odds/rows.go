package odds

import (
	"math"

	"plumbline"
	"plumbline/internal/chance"
)

// Rows are the scores of all items in four samples at once.
type Rows [4][]float32

// Sampler draws: it fills the rows with the scores of samples 4·quad to 4·quad+3.
// It must be a function of quad alone, and may be called from several parts at once.
type Sampler func(quad int, rows *Rows)

// Rows is the sampler of independent items and of groups: normals by a table of
// 65,536, four of each random word. They are other draws than those of [Joint], made
// for ways that need every score of every sample.
func (d Draws) Rows(scores []Score) (Sampler, error) {
	if err := checkDraws(scores, 1, 1, d); err != nil {
		return nil, err
	}
	type item struct {
		stream   chance.Stream
		mu, a, b float32
		group    int32
	}
	items := make([]item, len(scores))
	for i, s := range d.sources(scores) {
		stream := chance.NewStream(d.Seed, d.IDs[i], "rows")
		items[i] = item{stream: stream, mu: float32(s.mu), a: float32(s.a), b: float32(s.b), group: int32(s.group)}
	}
	common := make([]chance.Stream, len(d.Causes))
	for g, group := range d.Causes {
		common[g] = chance.NewStream(d.Seed, group.ID, "group rows")
	}
	return func(quad int, rows *Rows) {
		r0, r1, r2, r3 := rows[0][:len(items)], rows[1][:len(items)], rows[2][:len(items)], rows[3][:len(items)]
		for i := range items {
			s := &items[i]
			z0, z1, z2, z3 := s.stream.Normals(uint64(quad))
			r0[i], r1[i], r2[i], r3[i] = s.mu+s.b*z0, s.mu+s.b*z1, s.mu+s.b*z2, s.mu+s.b*z3
		}
		if len(common) == 0 {
			return
		}
		for i := range items {
			if s := &items[i]; s.group >= 0 {
				z0, z1, z2, z3 := common[s.group].Normals(uint64(quad))
				r0[i], r1[i], r2[i], r3[i] = r0[i]+s.a*z0, r1[i]+s.a*z1, r2[i]+s.a*z2, r3[i]+s.a*z3
			}
		}
	}, nil
}

// Sampled counts, over samples of any dependence and any shape, how often each of n
// items is among the first k. It takes whole fours of samples; items that tie at
// the last place share it. A score that is not a number counts as the worst.
//
// It looks at every score: those above a level are taken aside while they are
// compared, and where fewer than k are, the k-th best of the sample is found by a
// histogram of 4,096 bins over the bits of the numbers.
func Sampled(n, k, samples int, draw Sampler, parallel Parallel) (*Tops, error) {
	switch {
	case n < 1 || k < 1 || k > n:
		return nil, plumbline.Errorf(plumbline.Invalid, "The first %d of %d items were asked for. Ask for 1 to %d.", k, n, n)
	case samples < 1 || samples > mostSamples:
		return nil, plumbline.Errorf(plumbline.Invalid, "%d samples were asked for. Ask for 1 to %d.", samples, mostSamples)
	}
	quads := (samples + 3) / 4
	parts := make([]*sifter, min(quads, mostParts))
	parallel(len(parts), func(p int) {
		s := newSifter(n, k, quads)
		parts[p] = s
		for q := p * quads / len(parts); q < (p+1)*quads/len(parts); q++ {
			draw(q, &s.rows)
			for _, row := range s.rows {
				s.count(row)
			}
		}
	})
	t := &Tops{P: make([]float64, n), Samples: 4 * quads, Looked: int64(n) * 4 * int64(quads)}
	for _, s := range parts {
		for i, c := range s.counts {
			t.P[i] += float64(c)
		}
	}
	for i := range t.P {
		t.P[i] /= float64(parts[0].place) * float64(t.Samples)
	}
	return t, nil
}

// sifter counts the first k of one sample after another, and keeps its memory.
type sifter struct {
	k      int
	rows   Rows
	counts []uint32
	place  uint32
	level  float32 // that some more than k scores of the next sample will pass
	items  []int32 // that did
	keys   []float64
	bins   []uint32
}

func newSifter(n, k, quads int) *sifter {
	s := &sifter{k: k, counts: make([]uint32, n), place: uint32((1<<32 - 1) / (4 * uint64(quads))), bins: make([]uint32, 4096)}
	for i := range s.rows {
		s.rows[i] = make([]float32, n)
	}
	s.level = float32(math.Inf(1)) // nothing passes: the first sample sets it
	s.items = make([]int32, 0, 2*k+64)
	s.keys = make([]float64, 0, 2*k+64)
	return s
}

func (s *sifter) count(row []float32) {
	if s.level == float32(math.Inf(-1)) || !s.pass(row, s.level) {
		s.pass(row, s.edge(row))
	}
	s.keys = s.keys[:0]
	for _, i := range s.items {
		s.keys = append(s.keys, float64(row[i]))
	}
	last := float32(nthLargest(s.keys, s.k))
	above, tied := 0, 0
	for _, i := range s.items {
		if row[i] > last {
			s.counts[i] += s.place
			above++
		} else if row[i] == last {
			tied++
		}
	}
	share := uint32(uint64(s.place) * uint64(s.k-above) / uint64(tied))
	for _, i := range s.items {
		if row[i] == last {
			s.counts[i] += share
		}
	}
	s.aim(last, len(s.items))
}

// pass takes the items above the level aside, and says whether they are k at least.
func (s *sifter) pass(row []float32, level float32) bool {
	s.items = s.items[:0]
	for i, x := range row {
		if x >= level {
			s.items = append(s.items, int32(i))
		}
	}
	return len(s.items) >= s.k
}

// aim sets the next level: lower than the last edge, by a step that grows when too
// few would have passed and shrinks when too many did.
func (s *sifter) aim(last float32, passed int) {
	step := last - s.level
	switch {
	case !(step > 0): // no level yet, or it was above the edge
		s.level = last - 0.05*(1+abs(last))
	case passed > 3*s.k+64:
		s.level += (last - s.level) / 8
	case passed < s.k+s.k/4+8:
		s.level -= step / 2
	}
}

func abs(x float32) float32 { return max(x, -x) }

// edge is a level that k scores of the row pass, and few more: the lower end of the
// bin that the k-th best falls to.
func (s *sifter) edge(row []float32) float32 {
	clear(s.bins)
	for i, x := range row {
		if x != x {
			row[i] = float32(math.Inf(-1))
		}
		s.bins[key(row[i])>>20]++
	}
	met, b := 0, len(s.bins)
	for met < s.k {
		b--
		met += int(s.bins[b])
	}
	if x := unkey(uint32(b) << 20); x > float32(math.Inf(-1)) {
		return x
	}
	return float32(math.Inf(-1)) // below it the bits stand for no number
}

// key orders floats as whole numbers; unkey undoes it.
func key(x float32) uint32 {
	b := math.Float32bits(x)
	return b ^ (uint32(int32(b)>>31) | 1<<31)
}

func unkey(k uint32) float32 {
	if k>>31 == 0 {
		return math.Float32frombits(^k)
	}
	return math.Float32frombits(k ^ 1<<31)
}
