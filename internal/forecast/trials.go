package forecast

import (
	"slices"

	"plumbline/internal/chance"
)

// Trials is how many trials a bootstrap takes.
const Trials = 10_000

// dice are the random numbers of one history: which unit of the pool trial i takes in
// its unit u is the same however many other trials and histories there are.
type dice struct {
	stream chance.Stream
	trials int
}

func (h *History) dice(seed uint64, trials int) dice {
	return dice{stream: chance.NewStream(seed, h.name, "throughput"), trials: trials}
}

// ahead is more units than any trial looks ahead: trials take words of their own.
const ahead = 1 << 10

// pick is two numbers from 0 to below n, of one random word. That n does not divide
// 2^32 makes one of them likelier than another by less than n in 4 billion.
func pick(word, n uint64) (a, b uint64) {
	return (word >> 32) * n >> 32, (word & (1<<32 - 1)) * n >> 32
}

// totals are the sums of span units drawn from the pool, a sum for each trial, the
// smallest first.
func (d dice) totals(pool []int, span int) []float64 {
	sums := make([]int, d.trials)
	n := uint64(len(pool))
	for i := range sums {
		sum, at := 0, uint64(i)*ahead
		for u := 0; u < span; u += 2 {
			a, b := pick(d.stream.Uint64(at), n)
			at++
			sum += pool[a]
			if u+1 < span {
				sum += pool[b]
			}
		}
		sums[i] = sum
	}
	return ordered(sums, span*slices.Max(pool))
}

// ordered are numbers from 0 to most, the smallest first: counted where that is less
// work than sorting.
func ordered(sums []int, most int) []float64 {
	out := make([]float64, 0, len(sums))
	if most > 4*len(sums) {
		slices.Sort(sums)
		for _, s := range sums {
			out = append(out, float64(s))
		}
		return out
	}
	count := make([]int, most+1)
	for _, s := range sums {
		count[s]++
	}
	for s, n := range count {
		for range n {
			out = append(out, float64(s))
		}
	}
	return out
}

// finishes counts in how many trials the demand was met in unit 1, 2, … of horizon,
// with units drawn from the pool. Trial i takes the demand i of the list, round and
// round. What is not met within the horizon is counted nowhere.
func (d dice) finishes(pool []int, demand []float64, horizon int) []int {
	met := make([]int, horizon+1)
	n := uint64(len(pool))
	k := 0
	for i := range d.trials {
		want := wholes(demand[k])
		if k++; k == len(demand) {
			k = 0
		}
		if u := d.finish(uint64(i)*ahead, pool, n, want, horizon); u <= horizon {
			met[u]++
		}
	}
	return met
}

// finish is the unit in which a trial has drawn as much as is wanted, or one more than
// the horizon.
func (d dice) finish(at uint64, pool []int, n uint64, want, horizon int) int {
	sum := 0
	for u := 1; u <= horizon; u += 2 {
		a, b := pick(d.stream.Uint64(at), n)
		at++
		if sum += pool[a]; sum >= want {
			return u
		}
		if sum += pool[b]; sum >= want {
			return min(u+1, horizon+1)
		}
	}
	return horizon + 1
}
