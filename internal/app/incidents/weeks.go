package incidents

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

const (
	day  = 24 * time.Hour
	week = 7 * day

	toldWeeks  = 26 // weeks that constraints are told of
	shownWeeks = 12 // weeks that a page shows
)

// Week is the load of support in a week from Monday to Monday, UTC. Hours are those of
// the tickets that were made in it.
type Week struct {
	From     plumbline.Time    `json:"from"`
	To       plumbline.Time    `json:"to"`
	Arrivals int64             `json:"arrivals"`
	Closures int64             `json:"closures"`
	Open     int64             `json:"open"`            // at its end
	Hours    plumbline.Decimal `json:"interrupt_hours"` // not known: of no ticket somebody said how long it took
	Guessed  int64             `json:"guessed"`         // tickets for which the median of the others counts
	Capacity plumbline.Decimal `json:"capacity_hours"`  // not known: nobody said
	Share    plumbline.Decimal `json:"share"`           // hours of capacity
	Whole    bool              `json:"whole"`           // it is over, and tickets of later are known
}

// monday is the beginning of the week in which a moment is.
func monday(t plumbline.Time) plumbline.Time {
	const first = 4 * day // 1970-01-05 was a Monday
	const step = plumbline.Time(week / time.Microsecond)
	off := plumbline.Time(first / time.Microsecond)
	return off + floorDiv(t-off, step)*step
}

func floorDiv(a, b plumbline.Time) plumbline.Time {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// weeks are the last weeks of which tickets are known, the oldest first, with the
// tickets that they were counted from. It takes two statements.
func (r *Room) weeks(tx *store.Tx, refs []plumbline.ProductRef, n int) ([]Week, []store.TicketFact, error) {
	now := r.now()
	since := monday(now).Add(-time.Duration(n) * week)
	facts, err := tx.TicketFacts(refs, since)
	if err != nil || len(facts) == 0 {
		return nil, facts, err
	}
	capacity, err := tx.SupportCapacities(refs)
	if err != nil {
		return nil, nil, err
	}
	first, newest := facts[0].Created, plumbline.Time(0)
	for _, t := range facts {
		newest = max(newest, t.Created, t.Answered, t.Resolved)
	}
	var out []Week
	for from := max(since, monday(first)); from <= min(now, newest); from = from.Add(week) {
		w := Week{From: from, To: from.Add(week)}
		w.Whole = w.To <= now && newest >= w.To
		w.Capacity = capacityOf(capacity, w)
		out = append(out, w)
	}
	countInto(out, facts)
	return out, facts, nil
}

// countInto counts tickets into their weeks. A ticket of which nobody said how long it
// took counts with the median of the others.
func countInto(weeks []Week, facts []store.TicketFact) {
	if len(weeks) == 0 {
		return
	}
	usual := usualMinutes(facts)
	hours := make([]*big.Rat, len(weeks))
	at := func(t plumbline.Time) int {
		if t < weeks[0].From || t >= weeks[len(weeks)-1].To {
			return -1
		}
		return int(t.Sub(weeks[0].From) / week)
	}
	for _, t := range facts {
		if i := at(t.Resolved); i >= 0 && t.Resolved != 0 {
			weeks[i].Closures++
		}
		for i := range weeks {
			if t.Created < weeks[i].To && (t.Resolved == 0 || t.Resolved >= weeks[i].To) {
				weeks[i].Open++
			}
		}
		i := at(t.Created)
		if i < 0 {
			continue
		}
		weeks[i].Arrivals++
		minutes := t.Minutes.Rat()
		if minutes == nil {
			minutes = usual
			weeks[i].Guessed++
		}
		if minutes != nil {
			if hours[i] == nil {
				hours[i] = new(big.Rat)
			}
			hours[i].Add(hours[i], new(big.Rat).Quo(minutes, big.NewRat(60, 1)))
		}
	}
	for i := range weeks {
		if hours[i] == nil && weeks[i].Arrivals == 0 {
			hours[i] = new(big.Rat)
		}
		if hours[i] == nil {
			continue
		}
		weeks[i].Hours = rounded(hours[i])
		if c := weeks[i].Capacity.Rat(); c != nil && c.Sign() > 0 {
			weeks[i].Share = rounded(new(big.Rat).Quo(hours[i], c))
		}
	}
}

// usualMinutes is the median of how long tickets took; nil when nobody said of any.
func usualMinutes(facts []store.TicketFact) *big.Rat {
	var known []*big.Rat
	for _, t := range facts {
		if m := t.Minutes.Rat(); m != nil {
			known = append(known, m)
		}
	}
	if len(known) == 0 {
		return nil
	}
	slices.SortFunc(known, func(a, b *big.Rat) int { return a.Cmp(b) })
	return known[(len(known)-1)/2]
}

// capacityOf is how many hours there are in a week: of each product and process what
// holds when the week begins.
func capacityOf(all map[plumbline.ProductRef][]plumbline.SupportCapacity, w Week) plumbline.Decimal {
	var sum *big.Rat
	for _, list := range all {
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].From > w.From {
				continue
			}
			if sum == nil {
				sum = new(big.Rat)
			}
			sum.Add(sum, new(big.Rat).Mul(list[i].People.Rat(), list[i].Hours.Rat()))
			break
		}
	}
	if sum == nil || sum.Sign() == 0 {
		return ""
	}
	return rounded(sum)
}

// Times are how long something took: the median and the time within which nine of ten
// were done. What goes on counts with the time so far; then a value that it may still
// raise is at least so long.
type Times struct {
	N        int           `json:"n"`
	Going    int           `json:"going_on"` // of these N
	Median   time.Duration `json:"median_ns"`
	P90      time.Duration `json:"p90_ns"`
	MedianUp bool          `json:"median_at_least,omitempty"`
	P90Up    bool          `json:"p90_at_least,omitempty"`
}

// timesOf works them out of those that are done and of those that go on.
func timesOf(done, going []time.Duration) Times {
	all := slices.Concat(done, going)
	slices.Sort(all)
	t := Times{N: len(all), Going: len(going)}
	if t.N == 0 {
		return t
	}
	at := func(tenths int) (time.Duration, bool) {
		v := all[max((t.N*tenths+9)/10-1, 0)]
		return v, slices.ContainsFunc(going, func(g time.Duration) bool { return g <= v })
	}
	t.Median, t.MedianUp = at(5)
	t.P90, t.P90Up = at(9)
	return t
}

// Category is the tickets of one category.
type Category struct {
	Name     string            `json:"category"` // empty: none was said
	Tickets  int64             `json:"tickets"`
	Reopened int64             `json:"reopened"`
	Hours    plumbline.Decimal `json:"interrupt_hours"`
	Guessed  int64             `json:"guessed"`
	Resolve  Times             `json:"resolve"`
}

// categories are the tickets that were made since a time by category, the one with
// the most first.
func categories(facts []store.TicketFact, since, now plumbline.Time) []Category {
	usual := usualMinutes(facts)
	at := map[string]int{}
	out := []Category{}
	var done, going [][]time.Duration
	hours := []*big.Rat{}
	for _, t := range facts {
		if t.Created < since {
			continue
		}
		i, ok := at[t.Category]
		if !ok {
			i = len(out)
			at[t.Category] = i
			out, done, going, hours = append(out, Category{Name: t.Category}), append(done, nil), append(going, nil), append(hours, nil)
		}
		out[i].Tickets++
		out[i].Reopened += t.Reopened
		if t.Resolved != 0 {
			done[i] = append(done[i], t.Resolved.Sub(t.Created))
		} else {
			going[i] = append(going[i], now.Sub(t.Created))
		}
		m := t.Minutes.Rat()
		if m == nil {
			m = usual
			out[i].Guessed++
		}
		if m != nil {
			if hours[i] == nil {
				hours[i] = new(big.Rat)
			}
			hours[i].Add(hours[i], new(big.Rat).Quo(m, big.NewRat(60, 1)))
		}
	}
	for i := range out {
		out[i].Resolve = timesOf(done[i], going[i])
		if hours[i] != nil {
			out[i].Hours = rounded(hours[i])
		}
	}
	sorted.By(out, func(a, b Category) int { return cmp.Or(cmp.Compare(b.Tickets, a.Tickets), cmp.Compare(a.Name, b.Name)) })
	return out
}
