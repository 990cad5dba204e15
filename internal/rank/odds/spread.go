package odds

import (
	"math"

	"plumbline"
)

// Ranks is the whole distribution of each item's rank, in at most 64 spans of ranks
// that widen downward: 1, 2, 3 and so on, and later each a few parts in a hundred
// wider than the last. It takes 128 bytes an item.
type Ranks struct {
	Samples int
	first   []int    // rank that each span begins with, and n+1 at the end
	counts  []uint16 // spans of item 0, of item 1, …
}

// mostRanked keeps the counts in 16 bits.
const mostRanked = 1<<16 - 4

// spans is how many spans of ranks are told apart.
const spans = 64

// Spread ranks n items in every sample, by a radix sort of three passes. It takes
// whole fours of samples, at most 65,532. Items that tie share their ranks by the
// order in which they stand.
func Spread(n, samples int, draw Sampler, parallel Parallel) (*Ranks, error) {
	if n < 1 {
		return nil, plumbline.Errorf(plumbline.Invalid, "There is nothing to rank.")
	}
	if samples < 1 || samples > mostRanked {
		return nil, plumbline.Errorf(plumbline.Invalid, "%d samples were asked for. Ask for 1 to %d.", samples, mostRanked)
	}
	quads := (samples + 3) / 4
	r := &Ranks{Samples: 4 * quads, first: spanStarts(n)}
	width := len(r.first) - 1
	r.counts = make([]uint16, n*width)
	var rows Rows
	var span [4][]uint8 // of each item, in each of the four samples
	for at := range rows {
		rows[at], span[at] = make([]float32, n), make([]uint8, n)
	}
	sorts := [2]*sorter{newSorter(n), newSorter(n)}
	for q := range quads {
		draw(q, &rows)
		parallel(len(sorts), func(p int) {
			for at := 2 * p; at < 2*p+2; at++ {
				sorts[p].mark(span[at], rows[at], r.first)
			}
		})
		for i := range n {
			own := r.counts[i*width : (i+1)*width]
			own[span[0][i]]++
			own[span[1][i]]++
			own[span[2][i]]++
			own[span[3][i]]++
		}
	}
	return r, nil
}

func spanStarts(n int) []int {
	first := []int{1}
	for b := 1; b < spans; b++ {
		next := max(first[b-1]+1, int(math.Round(math.Pow(float64(n)+1, float64(b)/spans))))
		if next > n {
			break
		}
		first = append(first, next)
	}
	return append(first, n+1)
}

// Spans are the ranks that spans begin with, and n+1.
func (r *Ranks) Spans() []int { return r.first }

// At is the chance that item i has a rank in each span.
func (r *Ranks) At(i int) []float64 {
	width := len(r.first) - 1
	p := make([]float64, width)
	for b, c := range r.counts[i*width : (i+1)*width] {
		p[b] = float64(c) / float64(r.Samples)
	}
	return p
}

// Quantile is the rank that item i stays at or before with the chance p, in (0,1).
// Within a span ranks are taken to be equally likely.
func (r *Ranks) Quantile(i int, p float64) float64 {
	width := len(r.first) - 1
	want, met := p*float64(r.Samples), 0.0
	for b, c := range r.counts[i*width : (i+1)*width] {
		if c == 0 || met+float64(c) < want {
			met += float64(c)
			continue
		}
		ranks := r.first[b+1] - r.first[b]
		return float64(r.first[b]) + math.Floor(between(0, (want-met)/float64(c)*float64(ranks), float64(ranks-1)))
	}
	return float64(r.first[width] - 1)
}

// sorter orders one row, and keeps its memory.
type sorter struct{ keys, next []entry }

// entry is a score as bits whose order is that of ranks, and whose it is.
type entry struct {
	bits uint32
	item int32
}

func newSorter(n int) *sorter { return &sorter{make([]entry, n), make([]entry, n)} }

const digit = 11 // bits that one pass sorts by

// mark writes the span of ranks that each item of the row falls to.
func (s *sorter) mark(span []uint8, row []float32, first []int) {
	var counts [3][1 << digit]int32
	for i, x := range row {
		if x != x {
			x = float32(math.Inf(-1)) // what is no number ranks last
		}
		k := ^key(x) // the best first
		s.keys[i] = entry{k, int32(i)}
		counts[0][k&(1<<digit-1)]++
		counts[1][k>>digit&(1<<digit-1)]++
		counts[2][k>>(2*digit)]++
	}
	for pass := range counts {
		starts, sum := &counts[pass], int32(0)
		for d, c := range starts {
			starts[d], sum = sum, sum+c
		}
		shift := pass * digit
		for _, e := range s.keys {
			d := e.bits >> shift & (1<<digit - 1)
			s.next[starts[d]] = e
			starts[d]++
		}
		s.keys, s.next = s.next, s.keys
	}
	for b := range len(first) - 1 {
		for _, e := range s.keys[first[b]-1 : first[b+1]-1] {
			span[e.item] = uint8(b)
		}
	}
}
