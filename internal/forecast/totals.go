package forecast

import "slices"

// Method is a way to forecast how much will be finished in a span of units.
type Method uint8

// The methods. A method that has fewer than eight cases to go by gives way to the
// next: analogues to windows, windows to the bootstrap.
const (
	// Analogues are past spans that began at about the same phase of the calendar, each
	// multiplied by the level of now over the level of then.
	Analogues Method = iota
	// Windows are all overlapping spans of the last two years.
	Windows
	// Bootstrap draws units of the last year independently of each other.
	Bootstrap
	// BootstrapHalf draws from the last half year.
	BootstrapHalf
	// BootstrapShort draws from the last eight weeks, as most tools do.
	BootstrapShort
)

// enough is how many past spans a forecast from spans needs. Windows that overlap say
// little more than those that do not, so that they have to be three for each unit of the
// span as well: a history four times as long as what is forecast.
const enough = 8

var methodNames = [...]string{"analogues", "windows", "bootstrap", "bootstrap of half a year", "bootstrap of 8 weeks"}

// String is the method in lower case.
func (m Method) String() string { return methodNames[m] }

// pool is how many units before the origin the bootstrap draws from.
func (m Method) pool(s scale) int {
	switch m {
	case BootstrapHalf:
		return s.year / 2
	case BootstrapShort:
		return max(8*s.year/52, 2)
	}
	return s.year
}

// donor is an origin of the past that is like the one forecast from, and by what its
// totals are multiplied: the level of now over the level of then.
type donor struct {
	origin int
	factor float64
}

// donors are the past origins at a phase like that of this one (science 8b).
func (h *History) donors(origin int) []donor {
	level, ok := h.level(origin)
	if !ok || !h.phased(origin) {
		return nil
	}
	var out []donor
	near := h.unit.scale().near
	for t := range origin {
		if !h.phased(t) || h.phases[t]-h.phases[origin] > near || h.phases[origin]-h.phases[t] > near {
			continue
		}
		if then, known := h.level(t); known && then > 0 {
			out = append(out, donor{t, level / then})
		}
	}
	return out
}

// analogues are the totals of the spans of donors that ended before the origin.
func (h *History) analogues(donors []donor, origin, span int) []float64 {
	var out []float64
	for _, d := range donors {
		if d.origin+span > origin {
			break
		}
		if total, whole := h.total(d.origin, span); whole {
			out = append(out, float64(total)*d.factor)
		}
	}
	return out
}

// windows are the totals of the spans of the last two years before an origin.
func (h *History) windows(origin, span int) []float64 {
	var out []float64
	for t := max(0, origin-2*h.unit.scale().year); t+span <= origin; t++ {
		if total, whole := h.total(t, span); whole {
			out = append(out, float64(total))
		}
	}
	return out
}

// spans are the totals of past spans that a method goes by, in no order, and the method
// that made them: another one where there are too few. There are none when only the
// bootstrap is left. donors are those of the origin.
func (h *History) spans(m Method, donors []donor, origin, span int) ([]float64, Method) {
	for ; m <= Windows; m++ {
		var out []float64
		if m == Analogues {
			out = h.analogues(donors, origin, span)
		} else {
			out = h.windows(origin, span)
		}
		if len(out) >= enough && (m == Analogues || len(out) >= 3*span) {
			return out, m
		}
	}
	return nil, m
}

// totals are equally likely totals of a span, the smallest first, and the method that
// made them. There are none when nothing was measured.
func (h *History) totals(m Method, origin, span int, d dice) ([]float64, Method) {
	if out, used := h.spans(m, h.donors(origin), origin, span); len(out) > 0 {
		slices.Sort(out)
		return out, used
	}
	m = max(m, Bootstrap)
	pool := h.measured(origin, m.pool(h.unit.scale()))
	if len(pool) == 0 {
		return nil, m
	}
	return d.totals(pool, span), m
}
