package limit

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/clock"
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

// dayCost is a complete day.
type dayCost struct {
	day         clock.Day
	amount      quant // without one-offs
	everything  *sum
	unallocated *sum
}

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

// read sorts the evidence into days.
func (b *budget) read() {
	k := b.Constraint
	byDay := map[clock.Day]*dayCost{}
	for _, list := range [][]entry{b.Evidence.whole, b.Evidence.subjects[plumbline.SubjectUnallocated]} {
		for _, en := range list {
			switch {
			case en.At > b.now || !en.amount.known || en.Quality == plumbline.Partial:
				continue
			case en.Currency != "" && en.Currency != k.Currency || en.Basis != "" && en.Basis != k.Basis:
				b.otherKind++
				continue
			case en.State == plumbline.StateUnused && k.Scope.Kind != plumbline.ScopeGroup:
				if en.To > b.window.from && en.To <= b.window.to {
					b.unused.add(en.amount)
				}
				continue
			case en.State == plumbline.StateOneOff && en.To > b.now:
				if en.From >= b.window.from && en.From < b.window.to {
					b.oneOffs.add(en.amount)
				}
				continue
			case en.To > b.now:
				continue // the day is not over
			}
			b.put(byDay, en)
		}
	}
	for _, d := range byDay {
		if d.everything != nil {
			b.complete = append(b.complete, *d)
		}
	}
	slices.SortFunc(b.complete, func(x, y dayCost) int { return compareDays(x.day, y.day) })
}

func (b *budget) put(byDay map[clock.Day]*dayCost, en entry) {
	d := clock.DayOf(en.From.Std(), b.Zone)
	have := byDay[d]
	if have == nil {
		have = &dayCost{day: d}
		byDay[d] = have
	}
	if en.Subject == plumbline.SubjectUnallocated {
		if have.unallocated == nil {
			have.unallocated = &sum{}
		}
		have.unallocated.add(en.amount)
		return
	}
	if have.everything == nil {
		have.everything = &sum{}
	}
	have.everything.add(en.amount)
	if en.State != plumbline.StateOneOff {
		have.amount = together(have.amount, en.amount)
	}
	if en.From >= b.window.from && en.From < b.window.to {
		b.ids = append(b.ids, en.ID)
	}
}

// together is the sum of two amounts as one.
func together(a, b quant) quant {
	if !a.known {
		return b
	}
	var s sum
	s.add(a)
	s.add(b)
	if s.rest == nil {
		return quant{micros: s.micros, known: true}
	}
	return quant{exact: s.rat(), known: true}
}

func compareDays(a, b clock.Day) int {
	return (a.Year-b.Year)*10000 + (int(a.Month)-int(b.Month))*100 + a.Day - b.Day
}

// usual is the same weekday's amounts in the eight weeks that end before a day,
// and all of them when there are none of that weekday.
func (b *budget) usual(before clock.Day, weekday time.Weekday) []quant {
	first := before.Plus(-lookBack)
	var same, all []quant
	for _, d := range b.complete {
		if !d.amount.known || compareDays(d.day, first) < 0 || compareDays(d.day, before) >= 0 {
			continue
		}
		all = append(all, d.amount)
		if d.day.Weekday() == weekday {
			same = append(same, d.amount)
		}
	}
	if len(same) > 0 {
		return same
	}
	return all
}

// forecast works out what the period will come to.
func (b *budget) forecast(o *outcome) {
	limit := b.Constraint.Objective.Rat()
	known := map[clock.Day]*big.Rat{}
	for _, d := range b.complete {
		known[d.day] = d.everything.rat()
	}
	medians, end := b.medians(), b.complete[len(b.complete)-1].day.Next()
	actual, forecast := new(big.Rat), b.oneOffs.rat()
	var broke clock.Day
	elapsed, guessed := 0, 0
	all := b.window.days(b.Zone)
	for _, d := range all {
		if v, ok := known[d]; ok {
			actual.Add(actual, v)
			forecast.Add(forecast, v)
			elapsed++
		} else if m := medians[d.Weekday()]; m != nil {
			forecast.Add(forecast, m)
			if compareDays(d, end) < 0 {
				guessed++
			}
		}
		if broke == (clock.Day{}) && forecast.Cmp(limit) > 0 {
			broke = d
		}
	}
	if guessed > 0 {
		o.note("%s without complete evidence: the usual amount of the weekday stands in.", plural(guessed, "day"))
	}
	o.headroom = quo(sub(limit, forecast), limit)
	if broke != (clock.Day{}) {
		o.breach = midnight(broke.Year, broke.Month, broke.Day, b.Zone)
	}
	b.say(o, amounts{limit, actual, forecast, elapsed, len(all)})
}

// medians is the usual amount of each weekday after the last complete day.
func (b *budget) medians() (out [7]*big.Rat) {
	end := b.complete[len(b.complete)-1].day.Next()
	for w := range out {
		if list := b.usual(end, time.Weekday(w)); len(list) > 0 {
			out[w] = median(list)
		}
	}
	return out
}

// amounts are what a budget came to; the days are of the period.
type amounts struct {
	limit, actual, forecast *big.Rat
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
		o.figure("unused", b.unused.rat(), k.Currency)
		o.note("What was paid ahead and not used is the cost of whoever committed to it, and is not counted here.")
	}
	side := Number{new(big.Rat).Abs(over)}.Percent() + " under"
	if over.Sign() > 0 {
		side = Number{over}.Percent() + " over"
	}
	o.reason = fmt.Sprintf("The %s is likely to end at %s %s (%s), %s the budget of %s.",
		k.Window.Calendar, Number{a.forecast}.Text(), k.Currency, k.Basis, side, Number{a.limit}.Text())
}

// unallocated notes the share of the period's cost that nobody claims. It is a
// line of its own and never spread silently.
func (b *budget) unallocated(o *outcome) {
	all, nobody, told := new(big.Rat), new(big.Rat), false
	for _, d := range b.complete {
		from := midnight(d.day.Year, d.day.Month, d.day.Day, b.Zone)
		if from < b.window.from || from >= b.window.to {
			continue
		}
		all.Add(all, d.everything.rat())
		if d.unallocated != nil {
			nobody.Add(nobody, d.unallocated.rat())
			told = true
		}
	}
	if !told {
		return
	}
	o.figure("unallocated", nobody, b.Constraint.Currency)
	if all.Sign() > 0 {
		o.figure("unallocated_share", quo(nobody, all), "")
	}
}

// monthOnMonth answers "month_on_month": the last full month by the one before.
func (b *budget) monthOnMonth(name string) *big.Rat {
	if name != "month_on_month" {
		return nil
	}
	var totals [2]*big.Rat
	for i, m := range months(b.now, 2, b.Zone) {
		totals[i] = new(big.Rat)
		days := 0
		for _, d := range b.complete {
			if from := midnight(d.day.Year, d.day.Month, d.day.Day, b.Zone); from >= m.from && from < m.to {
				totals[i].Add(totals[i], d.everything.rat())
				days++
			}
		}
		if days < len(m.days(b.Zone)) {
			return nil
		}
	}
	if totals[1].Sign() <= 0 {
		return nil
	}
	return quo(totals[0], totals[1])
}
