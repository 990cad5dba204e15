package odds

import (
	"math"
)

// found is a score that passed the level of its sample.
type found struct {
	x    float64
	item int32
	at   uint32 // the sample, in its block
}

// scan finds, block after block, the scores at the top of each sample. One part of
// the work has one scan; it keeps its memory from block to block.
type scan struct {
	all     *run
	level   [block]float64 // that scores of each sample must pass; +Inf: not asked for now
	common  [][block]float64
	active  []hopeful
	list    []found
	starts  [block + 1]int
	pick    []float64
	slopes  slopes
	looked  int64
	pending [block]bool
}

func newScan(r *run) *scan {
	expect := int(r.levels.expect*block*1.05) + block
	return &scan{all: r, list: make([]found, 0, min(expect, mostFound)), common: make([][block]float64, len(r.common)), slopes: newSlopes(r)}
}

// mostFound bounds the scores that are held at once; where more would pass, a block
// is worked through a few samples at a time.
const mostFound = 1 << 19

// run calls each for every sample of block b: with the number of the sample in the
// block, at least the k+1 best scores in no order (all, when there are no more), the
// k-th best and the best after it (-Inf when there is none).
func (s *scan) run(b int, each func(sample int, found []found, last, next float64)) {
	for g, stream := range s.all.common {
		normals(&s.common[g], stream, b)
	}
	width := block
	for width > 1 && float64(width)*s.all.levels.expect > mostFound {
		width /= 2
	}
	for from := 0; from < block; from += width {
		for at := range s.pending {
			s.pending[at] = at >= from && at < from+width
		}
		for try := 0; s.try(b, try, each); try++ {
		}
	}
}

// try looks for the pending samples with the level of this try, and says whether
// some have to be tried again, lower. The last try has no level at all.
func (s *scan) try(b, try int, each func(int, []found, float64, float64)) (again bool) {
	for at := range s.level {
		s.level[at] = math.Inf(1)
		if s.pending[at] {
			s.level[at] = s.all.levels.of(s.common, at, try)
		}
	}
	s.collect(b, s.hopefuls(try))
	s.bySample()
	need := min(s.all.k+1, len(s.all.sources))
	for at := range s.pending {
		if !s.pending[at] {
			continue
		}
		got := s.list[s.starts[at]:s.starts[at+1]]
		if len(got) < need {
			again = true
			continue
		}
		s.pending[at] = false
		last, next := s.edge(got)
		each(at, got, last, next)
	}
	return again
}

func (s *scan) hopefuls(try int) []hopeful {
	if len(s.all.common) == 0 && try == 0 {
		return s.all.active
	}
	s.slopes.fit(&s.level, s.common)
	if s.active == nil {
		s.active = make([]hopeful, 0, len(s.all.sources))
	}
	s.active = s.all.hopefuls(s.active, s.slopes.low)
	return s.active
}

// collect lists every score of block b that passes the level of its sample.
func (s *scan) collect(b int, active []hopeful) {
	s.list = s.list[:0]
	for _, h := range active {
		src, most := &s.all.sources[h.item], float64(h.p)
		tail := tailAt(src.stream, b, 0)
		s.looked++
		if tail > most {
			continue // in most blocks, most items: not even the best draw passes
		}
		o := orderAt(src.stream, b)
		for j := uint32(0); ; {
			s.look(h.item, src, o.sample(j), tail)
			if j++; j == block || float64(j) > most*block {
				break
			}
			tail = tailAt(src.stream, b, j)
			if s.looked++; tail > most {
				break
			}
		}
	}
}

// look lists one draw, exceeded with the chance tail, if it passes the level.
func (s *scan) look(item int32, src *source, at uint32, tail float64) {
	level, common := s.level[at], 0.0
	if level == math.Inf(1) {
		return
	}
	if src.group >= 0 {
		common = src.a * s.common[src.group][at]
		gap := level - src.mu - common
		if src.b > sharpest && tail > s.all.levels.tails.above((gap-1e-9*(1+math.Abs(gap)))/src.b) {
			return // surely too low, and much cheaper to know than the draw itself
		}
	}
	if x := src.mu + src.b*normalAbove(tail) + common; x >= level {
		s.list = append(s.list, found{x: x, item: item, at: at})
	}
}

// bySample puts what was found in the order of samples, in place: each goes to
// where its sample stands now, and what stood there goes on.
func (s *scan) bySample() {
	var counts, next [block]int
	for i := range s.list {
		counts[s.list[i].at]++
	}
	for at, n := range counts {
		next[at] = s.starts[at]
		s.starts[at+1] = s.starts[at] + n
	}
	for at := range uint32(block) {
		for next[at] < s.starts[at+1] {
			f := s.list[next[at]]
			for f.at != at {
				f, s.list[next[f.at]], next[f.at] = s.list[next[f.at]], f, next[f.at]+1
			}
			s.list[next[at]] = f
			next[at]++
		}
	}
}

// edge is the k-th best of what was found in one sample, and the best after it.
func (s *scan) edge(got []found) (last, next float64) {
	s.pick = s.pick[:0]
	for i := range got {
		s.pick = append(s.pick, got[i].x)
	}
	last = nthLargest(s.pick, s.all.k)
	next = math.Inf(-1)
	for _, x := range s.pick[s.all.k:] {
		next = max(next, x)
	}
	return last, next
}

// nthLargest is the n-th largest of xs, n from 1. It moves the n largest to the
// front (Hoare's selection, the median of three as pivot).
func nthLargest(xs []float64, n int) float64 {
	low, high := 0, len(xs)-1
	for low < high {
		a, b, c := xs[low], xs[(low+high)/2], xs[high]
		pivot := max(min(a, b), min(max(a, b), c))
		i, j := low, high
		for i <= j {
			for xs[i] > pivot {
				i++
			}
			for xs[j] < pivot {
				j--
			}
			if i <= j {
				xs[i], xs[j] = xs[j], xs[i]
				i++
				j--
			}
		}
		switch {
		case n-1 <= j:
			high = j
		case n-1 >= i:
			low = i
		default:
			return xs[n-1]
		}
	}
	return xs[n-1]
}
