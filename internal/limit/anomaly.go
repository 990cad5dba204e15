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
	days := b.oddities()
	if len(days) < anomalyDays/2 {
		return
	}
	sizes := make([]quant, len(days))
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
// one with fewer than three days to compare with is left out.
func (b *budget) oddities() []oddity {
	var past [7][]int // of complete
	from := b.complete[len(b.complete)-1].number - lookBack
	out := make([]oddity, 0, lookBack)
	same := make([]quant, 0, lookBack/7)
	for at := range b.complete {
		d := &b.complete[at]
		if !d.usual.known {
			continue
		}
		w := weekdayOf(d.number)
		if past[w] == nil {
			past[w] = make([]int, 0, len(b.complete)/7+1)
		}
		for len(past[w]) > 0 && b.complete[past[w][0]].number < d.number-lookBack {
			past[w] = past[w][1:]
		}
		if d.number > from && len(past[w]) >= 3 {
			same = same[:0]
			for _, p := range past[w] {
				same = append(same, b.complete[p].usual)
			}
			typical := twiceMedian(same)
			out = append(out, oddity{d.number, together(d.usual, d.usual).minus(typical), typical})
		}
		past[w] = append(past[w], at)
	}
	return out
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
