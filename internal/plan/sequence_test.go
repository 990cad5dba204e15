package plan

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// chained are jobs in chains: lengths say how many wait one for the other, in turn.
func chained(lengths []int, late, size []float64) []job {
	jobs := make([]job, len(late))
	for i := range jobs {
		jobs[i] = job{late: late[i], value: late[i], size: size[i]}
	}
	at := 0
	for _, n := range lengths {
		for i := at + 1; i < at+n; i++ {
			jobs[i].after = []int{i - 1}
		}
		at += n
	}
	return jobs
}

// delayCost is what an order costs: for each job what its delay costs until it is done.
func delayCost(jobs []job, order []int) (cost float64) {
	end := 0.0
	for _, i := range order {
		end += jobs[i].size
		cost += jobs[i].late * end
	}
	return cost
}

// leastCost is what the best of all orders that wait costs.
func leastCost(jobs []job, done []int) float64 {
	if len(done) == len(jobs) {
		return delayCost(jobs, done)
	}
	least := math.Inf(1)
	for i, j := range jobs {
		if !slices.Contains(done, i) && !slices.ContainsFunc(j.after, func(b int) bool { return !slices.Contains(done, b) }) {
			least = min(least, leastCost(jobs, append(slices.Clone(done), i)))
		}
	}
	return least
}

// TestT17T18 are oracles T17, of jobs that wait for none, and T18, of two chains (Pinedo,
// example 3.1.5), with what the same jobs cost without them.
func TestT17T18(t *testing.T) {
	w, p := []float64{6, 18, 12, 8, 8, 17, 18}, []float64{3, 6, 6, 5, 4, 8, 10}
	for _, c := range []struct {
		jobs []job
		want string
		cost float64
	}{
		{chained(nil, []float64{3, 8, 2, 10, 5}, []float64{5, 2, 4, 3, 6}), "[1 3 4 0 2]", 209},
		{chained([]int{4, 3}, w, p), "[0 1 4 5 2 6 3]", 1967},
		{chained(nil, w, p), "", 1942},
	} {
		order := sequence(c.jobs)
		if c.want != "" && fmt.Sprint(order) != c.want || delayCost(c.jobs, order) != c.cost || leastCost(c.jobs, nil) != c.cost {
			t.Errorf("the order %v costs %v, any order %v or more; want %s at %v", order, delayCost(c.jobs, order), leastCost(c.jobs, nil), c.want, c.cost)
		}
	}
}

// Chains are done in the best of all orders; of any other waiting it holds that each
// job is there once and none is before what it waits for.
func TestSequenceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "jobs")
		whole := func(name string, from int) []float64 {
			out := make([]float64, n)
			for i := range out {
				out[i] = float64(rapid.IntRange(from, 9).Draw(t, name))
			}
			return out
		}
		var lengths []int
		for left := n; left > 0; left -= lengths[len(lengths)-1] {
			lengths = append(lengths, rapid.IntRange(1, left).Draw(t, "chain"))
		}
		jobs := chained(lengths, whole("late", 0), whole("size", 1))
		if got, want := delayCost(jobs, sequence(jobs)), leastCost(jobs, nil); got > want {
			t.Fatalf("the chains %v cost %v, want %v", lengths, got, want)
		}
		for i := range jobs {
			jobs[i].forced, jobs[i].after = rapid.Bool().Draw(t, "forced"), nil
			for b := range i {
				if rapid.IntRange(0, 2).Draw(t, "waits") == 0 {
					jobs[i].after = append(jobs[i].after, b)
				}
			}
		}
		order := sequence(jobs)
		for at, i := range order {
			if slices.Contains(order[:at], i) || slices.ContainsFunc(jobs[i].after, func(b int) bool { return !slices.Contains(order[:at], b) }) {
				t.Fatalf("the order is %v, and %d waits for %v", order, i, jobs[i].after)
			}
		}
		if len(order) != n {
			t.Fatalf("%d of %d jobs are in the order", len(order), n)
		}
	})
}

// A chain as long as a file can hold is put in its order at once.
func TestLongChain(t *testing.T) {
	jobs := make([]job, MaxItems)
	for i := range jobs[1:] {
		jobs[i].after = []int{i + 1}
	}
	if order := sequence(jobs); order[0] != MaxItems-1 || !slices.IsSortedFunc(order, func(a, b int) int { return b - a }) {
		t.Errorf("the order begins %v", order[:5])
	}
}
