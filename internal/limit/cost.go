package limit

import (
	"fmt"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/sorted"
)

// How many days the usual amount of a weekday is looked for in, and how many a
// budget has to have before a day can be called unusual.
const (
	lookBack    = 8 * 7
	anomalyDays = 28
)

// The bounds beyond which a day is unusual: the modified z-score of Iglewicz and
// Hoaglin, and a share of the usual amount.
var (
	anomalyScale = ratio(6745, 10000)
	anomalyAbove = ratio(7, 2)
	anomalyShare = ratio(1, 5)
)

// dayCost is a complete day. number counts days, one more each day.
type dayCost struct {
	number int
	usual  quant // without one-offs; not known when there is nothing else
	all    quant
	nobody quant // the part that nobody claims
}

func numberOf(d clock.Day) int {
	return int(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func dayOf(number int) clock.Day {
	return clock.DayOf(time.Unix(int64(number)*24*60*60, 0), time.UTC)
}

func weekdayOf(number int) int { return (number%7 + 4 + 7) % 7 }

// budget is a cost constraint while it is judged.
type budget struct {
	Case
	now       plumbline.Time
	window    period
	complete  []dayCost // in order, of all evidence
	oneOffs   sum       // known amounts of the period that are still to come
	unused    sum
	otherKind int // evidence in another currency or on another basis
	ids       []string
}

// cost judges a budget: h = (budget - forecast) / budget. The forecast is what the
// complete days of the period came to, one-off amounts that are known, and for
// every other day the median of the same weekday in the last eight weeks. Days
// that are not complete are left out: bills come in late.
func cost(c Case, now plumbline.Time) (o outcome) {
	b := &budget{Case: c, now: now, window: windowAt(c.Constraint.Window, now, c.Zone)}
	b.read()
	o.ids, o.due = b.ids, b.window.to
	if b.otherKind > 0 {
		o.note("%s in another currency or on another basis: amounts are never added up across either.", plural(b.otherKind, "observation"))
	}
	if len(b.complete) == 0 {
		o.unknown = "No complete day of cost is known on the basis " + c.Constraint.Basis + "."
		return o
	}
	b.forecast(&o)
	b.unallocated(&o)
	b.anomalies(&o)
	o.more = b.monthOnMonth
	return o
}

// read sorts the evidence into days: those of the period, and of the months
// before it that its usual amounts come from.
func (b *budget) read() {
	since := min(b.window.from, b.now.Add(-2*lookBack*day))
	b.complete = make([]dayCost, 0, min(len(b.Evidence.whole), 2*lookBack+31))
	b.ids = make([]string, 0, 31)
	for _, list := range [...][]entry{b.Evidence.whole, b.Evidence.subjects[plumbline.SubjectUnallocated]} {
		for i := range list {
			if list[i].To > since && list[i].At <= b.now && list[i].amount.known && list[i].Quality != plumbline.Partial {
				b.take(&list[i])
			}
		}
	}
	byDay := func(x, y dayCost) int { return x.number - y.number }
	if !slices.IsSortedFunc(b.complete, byDay) {
		sorted.By(b.complete, byDay)
	}
	merged := b.complete[:0]
	for _, d := range b.complete {
		if n := len(merged); n > 0 && merged[n-1].number == d.number {
			have := &merged[n-1]
			have.usual, have.all, have.nobody = together(have.usual, d.usual), together(have.all, d.all), together(have.nobody, d.nobody)
			continue
		}
		merged = append(merged, d)
	}
	b.complete = slices.DeleteFunc(merged, func(d dayCost) bool { return !d.all.known })
}

func (b *budget) take(en *entry) {
	k := b.Constraint
	switch {
	case en.Currency != "" && en.Currency != k.Currency || en.Basis != "" && en.Basis != k.Basis:
		b.otherKind++
		return
	case en.State == plumbline.StateUnused && k.Scope.Kind != plumbline.ScopeGroup:
		if en.To > b.window.from && en.To <= b.window.to {
			b.unused.add(en.amount)
		}
		return
	case en.State == plumbline.StateOneOff && en.To > b.now:
		if en.From >= b.window.from && en.From < b.window.to {
			b.oneOffs.add(en.amount)
		}
		return
	case en.To > b.now:
		return // the day is not over
	}
	d := dayCost{number: numberOf(clock.DayOf(en.From.Std(), b.Zone))}
	switch {
	case en.Subject == plumbline.SubjectUnallocated:
		d.nobody = en.amount
	case en.State == plumbline.StateOneOff:
		d.all = en.amount
	default:
		d.all, d.usual = en.amount, en.amount
	}
	if en.Subject == "" && en.From >= b.window.from && en.From < b.window.to {
		b.ids = append(b.ids, en.ID)
	}
	b.complete = append(b.complete, d)
}

// together is the sum of two amounts; one that is not known adds nothing.
func together(a, b quant) quant {
	switch {
	case !a.known:
		return b
	case !b.known:
		return a
	}
	var s sum
	s.add(a)
	s.add(b)
	if s.rest == nil {
		return quant{micros: s.micros, known: true}
	}
	return quant{exact: s.rat(), known: true}
}

// forecast works out what the period will come to, in halves, so that the mean of
// two amounts is a whole number of them.
func (b *budget) forecast(o *outcome) {
	limit := exact(b.Constraint.Objective)
	bound := quantOf(b.Constraint.Objective)
	bound = together(bound, bound)
	medians, end := b.medians(), b.complete[len(b.complete)-1].number
	first, after := b.window.days(b.Zone)
	at, _ := slices.BinarySearchFunc(b.complete, first, func(d dayCost, n int) int { return d.number - n })
	actual, halves := quant{known: true}, together(quant{known: true}, b.oneOffs.quant())
	halves = together(halves, halves)
	broke, elapsed, guessed := -1, 0, 0
	for n := first; n < after; n++ {
		more := medians[weekdayOf(n)]
		if at < len(b.complete) && b.complete[at].number == n {
			more = together(b.complete[at].all, b.complete[at].all)
			actual = together(actual, b.complete[at].all)
			elapsed++
			at++
		} else if n < end && more.known {
			guessed++
		}
		if halves = together(halves, more); broke < 0 && halves.compare(bound) > 0 {
			broke = n
		}
	}
	if guessed > 0 {
		o.note("%s without complete evidence: the usual amount of the weekday stands in.", plural(guessed, "day"))
	}
	forecast := mul(halves.number(), ratio(1, 2))
	o.headroom = quo(sub(limit, forecast), limit)
	if broke >= 0 {
		d := dayOf(broke)
		o.breach = midnight(d.Year, d.Month, d.Day, b.Zone)
	}
	b.say(o, amounts{limit, actual.number(), forecast, elapsed, after - first})
}

// medians is twice the usual amount of each weekday in the eight weeks up to the
// last complete day; of a weekday that has none, that of all days.
func (b *budget) medians() (out [7]quant) {
	end := b.complete[len(b.complete)-1].number + 1
	var same [7]sameDays
	var room [lookBack]quant
	every := room[:0]
	for i := range b.complete {
		if d := &b.complete[i]; d.usual.known && d.number >= end-lookBack {
			same[weekdayOf(d.number)].add(d)
			every = append(every, d.usual)
		}
	}
	for w := range same {
		if list := same[w].list(); len(list) > 0 {
			out[w] = twiceMedian(list)
		} else if len(every) > 0 {
			out[w] = twiceMedian(every)
		}
	}
	return out
}

// amounts are what a budget came to; the days are of the period.
type amounts struct {
	limit, actual, forecast Number
	elapsed, days           int
}

// say puts the figures and the sentence.
func (b *budget) say(o *outcome, a amounts) {
	k := b.Constraint
	over := quo(sub(a.forecast, a.limit), a.limit)
	o.figure("budget", a.limit, k.Currency)
	o.figure("actual", a.actual, k.Currency)
	o.figure("forecast", a.forecast, k.Currency)
	o.figure("over_plan", over, "")
	o.figure("spent", quo(a.actual, a.limit), "")
	if a.elapsed > 0 {
		done := ratio(int64(a.elapsed), int64(a.days))
		o.pace = quo(quo(a.actual, a.limit), done)
		o.figure("straight_line", quo(a.actual, done), k.Currency)
	}
	if b.unused != (sum{}) {
		o.figure("unused", b.unused.number(), k.Currency)
		o.note("What was paid ahead and not used is the cost of whoever committed to it, and is not counted here.")
	}
	side := abs(over).Percent() + " under"
	if over.Sign() > 0 {
		side = over.Percent() + " over"
	}
	o.reason = fmt.Sprintf("The %s is likely to end at %s %s (%s), %s the budget of %s.",
		k.Window.Calendar, a.forecast.Text(), k.Currency, k.Basis, side, a.limit.Text())
}

// between are the complete days of a period.
func (b *budget) between(p period) []dayCost {
	first, last := numberOf(clock.DayOf(p.from.Std(), b.Zone)), numberOf(clock.DayOf(p.to.Std(), b.Zone))
	find := func(d dayCost, n int) int { return d.number - n }
	from, _ := slices.BinarySearchFunc(b.complete, first, find)
	to, _ := slices.BinarySearchFunc(b.complete, last, find)
	return b.complete[from:to]
}

// unallocated notes the share of the period's cost that nobody claims. It is a
// line of its own and never spread silently.
func (b *budget) unallocated(o *outcome) {
	var all, nobody quant
	for _, d := range b.between(b.window) {
		all, nobody = together(all, d.all), together(nobody, d.nobody)
	}
	if !nobody.known {
		return
	}
	o.figure("unallocated", nobody.number(), b.Constraint.Currency)
	if x := all.number(); x.Sign() > 0 {
		o.figure("unallocated_share", quo(nobody.number(), x), "")
	}
}

// monthOnMonth answers "month_on_month": the last full month by the one before.
// A month that is not complete answers nothing.
func (b *budget) monthOnMonth(name string) Number {
	if name != "month_on_month" {
		return Number{}
	}
	var totals [2]quant
	for i := range totals {
		m := month(b.now, i+1, b.Zone)
		list := b.between(m)
		if first, end := m.days(b.Zone); len(list) == 0 || len(list) < end-first {
			return Number{}
		}
		for _, d := range list {
			totals[i] = together(totals[i], d.all)
		}
	}
	if before := totals[1].number(); before.Sign() > 0 {
		return quo(totals[0].number(), before)
	}
	return Number{}
}
