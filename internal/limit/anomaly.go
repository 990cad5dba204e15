package limit

import (
	"fmt"
	"strings"
)

// anomaly is one or more days in a row that are unusual.
type anomaly struct {
	first, last int   // numbers of days
	worst       quant // twice the largest difference from the usual amount
}

// oddity is how far a day is from usual, both in halves.
type oddity struct {
	number       int
	off, typical quant
}

// anomalies notes the days of the last four weeks that are unusual: those whose
// difference r from the median of their weekday in the eight weeks before has
// 0.6745 |r| / MAD above 3.5 and is more than a fifth of that median. Days in a
// row are one event.
func (b *budget) anomalies(o *outcome) {
	if len(b.complete) < anomalyDays {
		return
	}
	var room [lookBack]oddity
	days := b.oddities(room[:0])
	if len(days) < anomalyDays/2 {
		return
	}
	var off [lookBack]quant
	sizes := off[:len(days)]
	for i, d := range days {
		sizes[i] = d.off.abs()
	}
	spread := twiceMedian(sizes)
	recent := b.complete[len(b.complete)-1].number - anomalyDays
	var events []anomaly
	for _, d := range days {
		if d.number <= recent || !d.unusual(spread) {
			continue
		}
		if n := len(events); n > 0 && events[n-1].last+1 == d.number {
			events[n-1].last = d.number
			if d.off.abs().compare(events[n-1].worst.abs()) > 0 {
				events[n-1].worst = d.off
			}
			continue
		}
		events = append(events, anomaly{d.number, d.number, d.off})
	}
	b.tellAnomalies(o, events)
}

// oddities compares each day of the last eight weeks with what came before it;
// one with fewer than three days to compare with is left out. They are put into room
// that the caller has.
func (b *budget) oddities(out []oddity) []oddity {
	var past [7]sameDays
	from := b.complete[len(b.complete)-1].number - lookBack
	for at := range b.complete {
		d := &b.complete[at]
		if !d.usual.known {
			continue
		}
		same := &past[weekdayOf(d.number)]
		same.forget(d.number - lookBack)
		if d.number > from && same.n >= 3 {
			before := *same // since looking for the middle sorts
			typical := twiceMedian(before.list())
			out = append(out, oddity{d.number, together(d.usual, d.usual).minus(typical), typical})
		}
		same.add(d)
	}
	return out
}

// sameDays are the usual amounts of one weekday in the last eight weeks, oldest first.
type sameDays struct {
	number [lookBack/7 + 1]int
	usual  [lookBack/7 + 1]quant
	n      int
}

func (s *sameDays) list() []quant { return s.usual[:s.n] }

// forget lets go of the days before one.
func (s *sameDays) forget(before int) {
	old := 0
	for old < s.n && s.number[old] < before {
		old++
	}
	copy(s.number[:], s.number[old:s.n])
	copy(s.usual[:], s.usual[old:s.n])
	s.n -= old
}

// add puts a later day behind the others; the oldest goes when there is no room.
func (s *sameDays) add(d *dayCost) {
	if s.n == len(s.usual) {
		s.forget(s.number[0] + 1)
	}
	s.number[s.n], s.usual[s.n] = d.number, d.usual
	s.n++
}

// unusual compares without dividing, since the spread may be nothing; spread is in
// quarters. Most days are within five spreads, less than the bound, which is found
// out by adding.
func (d oddity) unusual(spread quant) bool {
	size := d.off.abs()
	double := together(spread, spread)
	if together(size, size).compare(together(spread, together(double, double))) <= 0 {
		return false
	}
	r, mad := mul(size.number(), ratio(1, 2)), mul(spread.number(), ratio(1, 4))
	return mul(anomalyScale, r).Cmp(mul(anomalyAbove, mad)) > 0 && r.Cmp(mul(anomalyShare, mul(d.typical.abs().number(), ratio(1, 2)))) > 0
}

func (b *budget) tellAnomalies(o *outcome, events []anomaly) {
	o.figure("anomalies", whole(int64(len(events))), "")
	var lines []string
	for _, e := range events {
		when := dayOf(e.first).String()
		if e.last != e.first {
			when += " to " + dayOf(e.last).String()
		}
		side, half := "more", e.worst.number()
		if half.Sign() < 0 {
			side = "less"
		}
		lines = append(lines, fmt.Sprintf("%s (%s %s a day than usual)", when, mul(abs(half), ratio(1, 2)).Text(), side))
	}
	if len(lines) > 0 {
		o.note("Unusual days: %s.", strings.Join(lines, ", "))
	}
}
