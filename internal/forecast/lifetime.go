package forecast

import (
	"math"
	"slices"
	"sort"

	"plumbline/internal/sorted"

	"plumbline"
)

// Lifetime is how long an item took, or, while it is open, how old it is: days, 0 or more.
type Lifetime struct {
	Days float64
	Open bool
	// From is how old the item was when it was first looked at: what was finished before
	// that age would not be among the lifetimes, so that the item says nothing of younger
	// ones. 0: it was looked at from its beginning.
	From float64
}

// Lifetimes are what is known of how long items take. Open items count too: that they
// are not finished at their age says something (Kaplan and Meier 1958; with delayed
// entry as of a table of life of one period). Make one with [NewLifetimes].
type Lifetimes struct {
	finished []float64 // the shortest first
	open     int
	steps    []step // at each time at which something was finished
	oldest   float64
}

// step is the share of items that take longer than days, and how many were that old.
type step struct {
	days, longer float64
}

// NewLifetimes reads lifetimes. It refuses what is below zero or no number, and leaves
// out what ended no later than it was first looked at.
func NewLifetimes(all []Lifetime) (Lifetimes, error) {
	var ordered []Lifetime
	var entries []float64 // ages at which items were first looked at, the lowest first
	for i, l := range all {
		if !(l.Days >= 0) || math.IsInf(l.Days, 1) || !(l.From >= 0) {
			return Lifetimes{}, plumbline.Errorf(plumbline.Invalid, "Item %d took %v days; it must be a number, 0 or more.", i+1, l.Days)
		}
		if l.From == 0 || l.From < l.Days {
			ordered, entries = append(ordered, l), append(entries, l.From)
		}
	}
	slices.Sort(entries)
	// At the same age what was finished counts before what is open, as is usual.
	sorted.By(ordered, func(a, b Lifetime) int {
		switch {
		case a.Days != b.Days:
			if a.Days < b.Days {
				return -1
			}
			return 1
		case a.Open == b.Open:
			return 0
		case b.Open:
			return -1
		}
		return 1
	})
	l := Lifetimes{}
	longer := 1.0
	for i, x := range ordered {
		l.oldest = x.Days
		if x.Open {
			l.open++
			continue
		}
		l.finished = append(l.finished, x.Days)
		looked := sort.Search(len(entries), func(j int) bool { return entries[j] > 0 && entries[j] >= x.Days })
		longer *= 1 - 1/float64(looked-i)
		if n := len(l.steps); n > 0 && l.steps[n-1].days == x.Days {
			l.steps[n-1].longer = longer
		} else {
			l.steps = append(l.steps, step{x.Days, longer})
		}
	}
	return l, nil
}

// Finished is how many items were finished.
func (l Lifetimes) Finished() int { return len(l.finished) }

// Percentile is the time within which a share p of the finished items was finished, by
// nearest rank; NaN of none. It says nothing of open items: see [Lifetimes.Longer].
func (l Lifetimes) Percentile(p float64) float64 {
	if len(l.finished) == 0 {
		return math.NaN()
	}
	return NearestRank(l.finished, p)
}

// Longer is the share of items that take longer than so many days, open ones counted as
// far as they have come (Kaplan and Meier). Beyond the oldest item it stays where it is.
func (l Lifetimes) Longer(days float64) float64 {
	i := sort.Search(len(l.steps), func(i int) bool { return l.steps[i].days > days })
	if i == 0 {
		return 1
	}
	return l.steps[i-1].longer
}

// Until is the time within which a share p of all items is finished, open ones counted
// as far as they have come; not when the oldest item does not tell.
func (l Lifetimes) Until(p float64) (float64, bool) {
	for _, s := range l.steps {
		if 1-s.longer >= p-1e-12 {
			return s.days, true
		}
	}
	return 0, false
}

// elders is how many finished items must have been older than an item, for a chance to
// be told of it.
const elders = 5

// Within is the chance that an item which is age days old and open is finished by the
// age of limit days. It is not known where fewer than five items were finished at a
// greater age; of what is over the limit already it is 0.
func (l Lifetimes) Within(age, limit float64) (Chance, bool) {
	if age >= limit {
		return 0, true
	}
	i := sort.Search(len(l.finished), func(i int) bool { return l.finished[i] > age })
	if len(l.finished)-i < elders {
		return 0, false
	}
	return Chance(1 - l.Longer(limit)/l.Longer(age)), true
}
