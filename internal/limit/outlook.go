package limit

import (
	"math/big"
	"time"

	"plumbline"
)

// Outlook is a period of cost day by day: what was, and what is likely to come. It
// needs no budget, only a window, a currency and a basis.
type Outlook struct {
	Days     []OutlookDay `json:"days"`     // of the period, in order
	Complete int          `json:"complete"` // days of it that are known
	Actual   Number       `json:"actual"`   // of the complete days
	Forecast Number       `json:"forecast"` // of the whole period
	Low      Number       `json:"low"`      // of the whole period: 90 of 100 lie between Low and High,
	High     Number       `json:"high"`     // when days go on to differ from what is usual as they did
	Straight Number       `json:"straight"` // what it would come to if all days were as the average so far
	Unusual  int          `json:"unusual"`  // complete days of it that are
}

// OutlookDay is a day of it.
type OutlookDay struct {
	Day     string `json:"day"`     // as 2026-11-23
	Amount  Number `json:"amount"`  // not known: not complete, or to come
	Usual   Number `json:"usual"`   // the median of its weekday
	Unusual bool   `json:"unusual"` // far from it; see the formula at anomalies
	Sum     Number `json:"sum"`     // from the first day on: as it was, then as it is likely
	Low     Number `json:"low"`     // bounds of Sum, on days to come
	High    Number `json:"high"`
}

// How far 90 of 100 lie from the middle of a normal distribution, in median
// absolute deviations: 1.6449 times 1.4826.
var outlookReach = ratio(24387, 10000)

// Look is the outlook of the period of a cost constraint that a moment lies in, as
// it is known now. An outlook without days says that nothing is known.
func Look(c Case, in, now plumbline.Time) Outlook {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	b := &budget{Case: c, now: now, window: windowAt(c.Constraint.Window, in, c.Zone)}
	b.read()
	var out Outlook
	if len(b.complete) == 0 {
		return out
	}
	known := map[int]dayCost{}
	for _, d := range b.complete {
		known[d.number] = d
	}
	odd, spread := b.unusualDays()
	medians := b.medians()
	sum, ahead := whole(0), int64(0)
	first, end := b.window.days(b.Zone)
	for n := first; n < end; n++ {
		day := OutlookDay{Day: dayOf(n).String(), Unusual: odd[n]}
		if m := medians[weekdayOf(n)]; m.known {
			day.Usual = mul(m.number(), ratio(1, 2))
		}
		switch have, ok := known[n]; {
		case ok:
			day.Amount = have.all.number()
			sum = add(sum, have.all.number())
			out.Complete++
			out.Actual = add(orNothing(out.Actual), have.all.number())
			if day.Unusual {
				out.Unusual++
			}
		case day.Usual.Known():
			sum = add(sum, day.Usual)
			ahead++
			reach := mul(mul(outlookReach, spread), root(ahead))
			day.Low, day.High = sub(sum, reach), add(sum, reach)
		}
		day.Sum = sum
		out.Days = append(out.Days, day)
	}
	out.finish(b, sum, spread, ahead)
	return out
}

// finish puts what the period comes to. Amounts that are known and are still to
// come stand on no day.
func (o *Outlook) finish(b *budget, sum, spread Number, ahead int64) {
	sum = add(sum, b.oneOffs.number())
	reach := mul(mul(outlookReach, spread), root(ahead))
	o.Forecast, o.Low, o.High = sum, sub(sum, reach), add(sum, reach)
	if o.Complete > 0 {
		o.Straight = mul(o.Actual, ratio(int64(len(o.Days)), int64(o.Complete)))
	}
}

func orNothing(n Number) Number {
	if !n.Known() {
		return whole(0)
	}
	return n
}

// unusualDays are the numbers of the days that are unusual, and the median absolute
// deviation of days from what is usual.
func (b *budget) unusualDays() (map[int]bool, Number) {
	days := b.oddities(nil)
	if len(days) == 0 {
		return nil, whole(0)
	}
	sizes := make([]quant, len(days))
	for i, d := range days {
		sizes[i] = d.off.abs()
	}
	spread := twiceMedian(sizes)
	out := map[int]bool{}
	if len(b.complete) >= anomalyDays && len(days) >= anomalyDays/2 {
		for _, d := range days {
			out[d.number] = d.unusual(spread)
		}
	}
	return out, mul(spread.number(), ratio(1, 4))
}

// root is the square root of a number, to three digits behind the point.
func root(n int64) Number {
	return ratio(new(big.Int).Sqrt(big.NewInt(n*1_000_000)).Int64(), 1000)
}
