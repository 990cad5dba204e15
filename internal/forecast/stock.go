package forecast

import (
	"cmp"
	"slices"
	"time"

	"plumbline/internal/sorted"

	"plumbline"
)

// Change says that an item came into a state, as a label event does. The empty state is
// outside of the process.
type Change struct {
	Item  string
	At    plumbline.Time
	State plumbline.State
}

// Stock is how many items stood in each state at one time.
type Stock struct {
	At plumbline.Time
	// In has a number for each state, in the order of the process. Reached has how many
	// stood in that state or a later one: the lines of a cumulative flow diagram.
	In, Reached []int
	// Elsewhere is how many had come into the process and stood in no state of the list.
	Elsewhere int
}

// Load is how many items stood in states from first to last, by their place in the
// list: the flow load, when those are the states of work in progress.
func (s Stock) Load(first, last int) (n int) {
	for _, in := range s.In[first : last+1] {
		n += in
	}
	return n
}

// Flow counts, at each of the given times, the items by the state in which they stood.
// Changes and times may come in any order; of changes of one item at the same time the
// later in the list counts. An item that goes back is counted where it went: the lines
// of the diagram may fall.
func Flow(changes []Change, states []plumbline.State, times []plumbline.Time) []Stock {
	ordered := slices.Clone(changes)
	sorted.By(ordered, func(a, b Change) int { return cmp.Compare(a.At, b.At) })
	order := slices.Clone(times)
	slices.Sort(order)
	stands := map[string]plumbline.State{}
	count := map[plumbline.State]int{}
	out := make([]Stock, 0, len(order))
	next := 0
	for _, at := range order {
		for ; next < len(ordered) && ordered[next].At <= at; next++ {
			c := ordered[next]
			if before := stands[c.Item]; before != "" {
				count[before]--
			}
			stands[c.Item] = c.State
			count[c.State]++
		}
		out = append(out, stockOf(at, states, count))
	}
	return out
}

func stockOf(at plumbline.Time, states []plumbline.State, count map[plumbline.State]int) Stock {
	s := Stock{At: at, In: make([]int, len(states)), Reached: make([]int, len(states))}
	sum := 0
	for i := len(states) - 1; i >= 0; i-- {
		s.In[i] = count[states[i]]
		sum += s.In[i]
		s.Reached[i] = sum
	}
	for state, n := range count {
		if state != "" && !slices.Contains(states, state) {
			s.Elsewhere += n
		}
	}
	return s
}

// Throughput counts the items that were finished in each of the last n units before
// start, for [NewHistory]. An item counts where it came into a done state for the last
// time and stayed in one; what was opened again is not finished.
func Throughput(changes []Change, done []plumbline.State, unit Unit, start time.Time, n int) []int {
	ordered := slices.Clone(changes)
	sorted.By(ordered, func(a, b Change) int { return cmp.Compare(a.At, b.At) })
	finished := map[string]plumbline.Time{}
	for _, c := range ordered {
		if c.At >= plumbline.At(start) {
			break
		}
		_, is := finished[c.Item]
		switch now := slices.Contains(done, c.State); {
		case now && !is:
			finished[c.Item] = c.At
		case !now:
			delete(finished, c.Item)
		}
	}
	counts := make([]int, n)
	for _, at := range finished {
		for t := n - 1; t >= 0; t-- {
			if at >= plumbline.At(unit.After(start, t-n)) {
				counts[t]++
				break
			}
		}
	}
	return counts
}
