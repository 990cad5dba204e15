package objectives

import (
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// How long sums are kept: the fine ones for the short burn windows, those of an
// hour for the long ones, those of a day for windows of a year.
const (
	fineFor  = 12 * time.Hour
	hoursFor = 8 * 24 * time.Hour
	daysFor  = 430 * 24 * time.Hour
)

// counts are the sums of one objective around a moment, each list in order.
type counts struct{ fine, hours, days []store.SLOSum }

// Rate is how fast a budget burns over a window: 1 is what the target allows.
type Rate struct {
	Window time.Duration `json:"window_ns"`
	Times  float64       `json:"times"`
	Known  bool          `json:"known"` // half of the window was measured, and there was traffic
	Bad    float64       `json:"bad"`
	Total  float64       `json:"total"`
}

// rate is the burn rate over a window that ends at a moment.
func (c counts) rate(target plumbline.Decimal, to plumbline.Time, window time.Duration) Rate {
	list, from := c.fine, to.Add(-window)
	if window > 6*time.Hour {
		list = c.hours
		from -= from % (store.GrainHour * 1_000_000)
	}
	s := sum(list, from, to)
	r := Rate{Window: window, Bad: s.Bad, Total: s.Total}
	allowed := failing(target)
	if r.Known = s.Total > 0 && allowed > 0 && 2*time.Duration(s.Covered)*time.Second >= window; r.Known {
		r.Times = s.Bad / s.Total / allowed
	}
	return r
}

// failing is the share that may fail, 1 - target.
func failing(target plumbline.Decimal) float64 {
	x := target.Rat()
	if x == nil {
		return 0
	}
	f, _ := x.Float64()
	return 1 - f
}

// Alarm is a pair of burn windows with the rates over them.
type Alarm struct {
	Pair   plumbline.BurnWindow `json:"pair"`
	Factor float64              `json:"factor"` // at which it burns too fast
	Long   Rate                 `json:"long"`
	Short  Rate                 `json:"short"`
	Firing bool                 `json:"firing"` // both rates are over the factor
}

// alarms are all pairs, for an objective over a period. Both rates have to be
// greater than the factor, not equal to it.
func (c counts) alarms(target plumbline.Decimal, period time.Duration, at plumbline.Time) []Alarm {
	out := make([]Alarm, len(plumbline.BurnWindows))
	for i, b := range plumbline.BurnWindows {
		a := Alarm{Pair: b, Long: c.rate(target, at, b.Long), Short: c.rate(target, at, b.Short)}
		a.Factor, _ = b.Factor(period).Float64()
		const noise = 1e-9 // of floats: 14.4 is not over 14.4
		a.Firing = a.Long.Known && a.Short.Known && min(a.Long.Times, a.Short.Times) > a.Factor*(1+noise)
		out[i] = a
	}
	return out
}

// remaining is the share of the budget that is left in a window, 1 for all of it;
// ok is false when nothing was counted.
func remaining(target plumbline.Decimal, s store.SLOSum) (left float64, ok bool) {
	allowed := failing(target) * s.Total
	if allowed <= 0 {
		return 0, false
	}
	return 1 - s.Bad/allowed, true
}

// periodOf is the length of a window, months being 30 days.
func periodOf(w plumbline.Window) time.Duration {
	days := map[string]int{plumbline.WindowMonth: 30, plumbline.WindowQuarter: 90, plumbline.WindowYear: 365}[w.Calendar]
	return time.Duration(max(w.Days, days)) * 24 * time.Hour
}

// beginOf is where the window begins that a moment is in, on a whole day.
func beginOf(w plumbline.Window, now plumbline.Time) plumbline.Time {
	y, m, _ := now.Std().Date()
	switch w.Calendar {
	case plumbline.WindowMonth:
	case plumbline.WindowQuarter:
		m -= (m - 1) % 3
	case plumbline.WindowYear:
		m = time.January
	default:
		return floor(now.Add(-periodOf(w)), 24*time.Hour)
	}
	return plumbline.At(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC))
}

// state says in a word how an objective stands: which pairs fire, and whether its
// budget is over (o), low (l), fine (f) or not known (u). When it changes, the
// constraint is told at once.
func (c counts) state(s plumbline.SLO, at plumbline.Time) (word string, alarms []Alarm) {
	alarms = c.alarms(s.Target, periodOf(s.Window), at)
	for _, a := range alarms {
		if a.Firing {
			word += "1"
		} else {
			word += "0"
		}
	}
	switch left, ok := remaining(s.Target, sum(c.days, beginOf(s.Window, at), at)); {
	case !ok:
		word += "u"
	case left < 0:
		word += "o"
	case left < 0.25:
		word += "l"
	default:
		word += "f"
	}
	return word, alarms
}
