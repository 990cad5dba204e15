package limit

import (
	"fmt"
	"math/big"
	"strings"

	"plumbline/internal/clock"
)

// anomaly is one or more days in a row that are unusual.
type anomaly struct {
	first, last clock.Day
	worst       *big.Rat // the largest difference from the usual amount
}

// anomalies notes the days of the last four weeks that are unusual: those whose
// difference r from the median of their weekday has 0.6745 |r| / MAD above 3.5
// and is more than a fifth of that median. Days in a row are one event.
func (b *budget) anomalies(o *outcome) {
	if len(b.complete) < anomalyDays {
		return
	}
	residuals, usual := b.residuals()
	var spread []quant
	for _, r := range residuals {
		if r != nil {
			spread = append(spread, quant{exact: new(big.Rat).Abs(r), known: true})
		}
	}
	if len(spread) < anomalyDays/2 {
		return
	}
	mad := median(spread)
	var events []anomaly
	for i, r := range residuals {
		if r == nil || i < len(residuals)-anomalyDays || !unusual(r, usual[i], mad) {
			continue
		}
		d := b.complete[i].day
		if n := len(events); n > 0 && events[n-1].last.Next() == d {
			events[n-1].last = d
			if new(big.Rat).Abs(r).Cmp(new(big.Rat).Abs(events[n-1].worst)) > 0 {
				events[n-1].worst = r
			}
			continue
		}
		events = append(events, anomaly{d, d, r})
	}
	b.tellAnomalies(o, events)
}

// residuals are the differences of the days from their usual amounts, by which
// each is compared with what came before it.
func (b *budget) residuals() (residuals, usual []*big.Rat) {
	residuals, usual = make([]*big.Rat, len(b.complete)), make([]*big.Rat, len(b.complete))
	from := max(0, len(b.complete)-lookBack)
	for i := from; i < len(b.complete); i++ {
		d := b.complete[i]
		if !d.amount.known {
			continue
		}
		var same []quant
		for j := i - 1; j >= 0 && compareDays(b.complete[j].day, d.day.Plus(-lookBack)) >= 0; j-- {
			if e := b.complete[j]; e.amount.known && e.day.Weekday() == d.day.Weekday() {
				same = append(same, e.amount)
			}
		}
		if len(same) >= 3 {
			usual[i] = median(same)
			residuals[i] = sub(d.amount.rat(), usual[i])
		}
	}
	return residuals, usual
}

// unusual compares without dividing: the spread may be nothing.
func unusual(r, usual, mad *big.Rat) bool {
	size := new(big.Rat).Abs(r)
	return mul(anomalyScale, size).Cmp(mul(anomalyAbove, mad)) > 0 && size.Cmp(mul(anomalyShare, new(big.Rat).Abs(usual))) > 0
}

func (b *budget) tellAnomalies(o *outcome, events []anomaly) {
	o.figure("anomalies", whole(int64(len(events))), "")
	var lines []string
	for _, e := range events {
		when := e.first.String()
		if e.last != e.first {
			when += " to " + e.last.String()
		}
		side := "more"
		if e.worst.Sign() < 0 {
			side = "less"
		}
		lines = append(lines, fmt.Sprintf("%s (%s %s a day than usual)", when, Number{new(big.Rat).Abs(e.worst)}.Text(), side))
	}
	if len(lines) > 0 {
		o.note("Unusual days: %s.", strings.Join(lines, ", "))
	}
}
