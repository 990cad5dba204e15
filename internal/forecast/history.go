package forecast

import (
	"slices"
	"sort"
	"time"

	"plumbline"
)

// Missing stands in a history for a unit of which nothing is known: nobody counted,
// or the tracker was away. It is not a zero, which says that nothing was finished.
const Missing = -1

// Limits of a history.
const (
	Least = 8       // measured units, below which there is no forecast
	Most  = 2000    // units
	Huge  = 1 << 20 // items finished in one unit
)

// History is how many items were finished in each unit of time, the oldest first.
// Make one with [NewHistory].
type History struct {
	name   string
	unit   Unit
	counts []int
	sums   []int // sums[t] is what was finished before unit t
	seen   []int // seen[t] is how many of the units before t were measured
	phases []int // whole units since the last event when unit t began, -1 unknown; one more than counts
}

// NewHistory takes counts, Missing where there is none. The name is that of the team
// or the process: it tells random numbers apart. start is the day on which the unit
// after the last count begins; events are the days on which the calendar of this team
// begins again, such as releases, in any order, also those to come. Both may be left out.
func NewHistory(name string, unit Unit, counts []int, start time.Time, events []time.Time) (*History, error) {
	if len(counts) > Most {
		return nil, plumbline.Errorf(plumbline.Invalid, "The throughput has %d counts; at most %d are read.", len(counts), Most)
	}
	h := &History{name: name, unit: unit, counts: slices.Clone(counts)}
	h.sums, h.seen = make([]int, len(counts)+1), make([]int, len(counts)+1)
	for t, c := range counts {
		if c < Missing || c > Huge {
			return nil, plumbline.Errorf(plumbline.Invalid, "The count %d of the throughput is %d; it must be between 0 and %d, or missing.", t+1, c, Huge)
		}
		h.sums[t+1], h.seen[t+1] = h.sums[t], h.seen[t]
		if c != Missing {
			h.sums[t+1] += c
			h.seen[t+1]++
		}
	}
	h.phases = phasesOf(unit, len(counts), start, events)
	return h, nil
}

// Before is a history as it was so many units before its end, without its calendar.
func (h *History) Before(units int) (*History, error) {
	return NewHistory(h.name, h.unit, h.counts[:max(len(h.counts)-units, 0)], time.Time{}, nil)
}

// phasesOf is the phase of every unit, and of the one that comes next.
func phasesOf(unit Unit, n int, start time.Time, events []time.Time) []int {
	sorted := slices.Clone(events)
	slices.SortFunc(sorted, time.Time.Compare)
	phases := make([]int, n+1)
	for t := range phases {
		phases[t] = -1
		if start.IsZero() {
			continue
		}
		day := unit.After(start, t-n)
		i := sort.Search(len(sorted), func(i int) bool { return sorted[i].After(day) })
		if i > 0 {
			phases[t] = unit.Between(sorted[i-1], day)
		}
	}
	return phases
}

// now is the origin of a forecast of what comes after the history.
func (h *History) now() int { return len(h.counts) }

// Measured is how many units were counted.
func (h *History) Measured() int { return h.seen[h.now()] }

// Gaps is how many units are missing.
func (h *History) Gaps() int { return len(h.counts) - h.Measured() }

// Finished is how many items were finished in all.
func (h *History) Finished() int { return h.sums[h.now()] }

// phased says whether the phase of an origin is known.
func (h *History) phased(origin int) bool { return h.phases[origin] >= 0 }

// total is what was finished in the units from origin on; not if one is missing, or
// lies beyond what is known.
func (h *History) total(origin, span int) (int, bool) {
	end := origin + span
	if origin < 0 || end > h.now() || h.seen[end]-h.seen[origin] != span {
		return 0, false
	}
	return h.sums[end] - h.sums[origin], true
}

// level is the mean count of the year before an origin; not when less than half a year
// of it was measured.
func (h *History) level(origin int) (float64, bool) {
	year := h.unit.scale().year
	from := max(0, origin-year)
	n := h.seen[origin] - h.seen[from]
	if 2*n < year {
		return 0, false
	}
	return float64(h.sums[origin]-h.sums[from]) / float64(n), true
}

// measured are the counts of the last units before an origin, without what is missing.
func (h *History) measured(origin, units int) []int {
	var out []int
	for _, c := range h.counts[max(0, origin-units):origin] {
		if c != Missing {
			out = append(out, c)
		}
	}
	return out
}
