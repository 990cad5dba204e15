package limit_test

import (
	"fmt"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/limit"
)

// june is a month of days on effective basis: 1,000, and 1,250 from Monday on but
// for Wednesdays and weekends, up to the tenth of June.
func june(t *testing.T, known int) limit.Case {
	t.Helper()
	var list []plumbline.Observation
	from := time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)
	for d := from; d.Before(time.Date(2026, 6, 1+known, 0, 0, 0, 0, time.UTC)); d = d.AddDate(0, 0, 1) {
		amount := "1250"
		switch d.Weekday() {
		case time.Wednesday, time.Saturday, time.Sunday:
			amount = "1000"
		}
		if d.Month() == time.June {
			amount = "1200"
		}
		list = append(list, plumbline.Observation{ID: d.String(), From: plumbline.At(d), To: plumbline.At(d.AddDate(0, 0, 1)), At: plumbline.At(d.AddDate(0, 0, 1)), Amount: plumbline.Decimal(amount), Currency: "USD", Basis: plumbline.Effective})
	}
	return limit.Case{Constraint: plumbline.Constraint{Kind: plumbline.Cost, Currency: "USD", Basis: plumbline.Effective, Window: plumbline.Window{Calendar: plumbline.WindowMonth}}, Evidence: limit.Order(list)}
}

// Example 6 without a budget: the outlook is what the judge says.
func TestOutlook(t *testing.T) {
	o := limit.Look(june(t, 10), plumbline.At(time.Date(2026, 6, 11, 0, 0, 0, 0, time.UTC)), plumbline.At(time.Date(2026, 6, 11, 0, 0, 0, 0, time.UTC)))
	got := fmt.Sprintf("%d of %d days, %s, %s, %s", o.Complete, len(o.Days), o.Actual.Decimal(), o.Forecast.Decimal(), o.Straight.Decimal())
	if got != "10 of 30 days, 12000, 35000, 36000" {
		t.Errorf("got %s", got)
	}
	last := o.Days[29]
	if last.Sum.Decimal() != "35000" || last.Amount.Known() || !o.Days[9].Amount.Known() || o.Days[9].Low.Known() || o.Days[0].Usual.Decimal() != "1250" {
		t.Errorf("got %+v", last)
	}
	if last.Low.Cmp(last.Sum) > 0 || last.High.Cmp(last.Sum) < 0 || o.Low.Cmp(o.High) > 0 {
		t.Errorf("the forecast is not within its bounds: %s to %s", o.Low.Text(), o.High.Text())
	}
}

// A month that is over is known to its last day.
func TestOutlookOfAMonthThatIsOver(t *testing.T) {
	july := plumbline.At(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	o := limit.Look(june(t, 30), july-1, july)
	if o.Complete != 30 || o.Forecast.Decimal() != "36000" || o.Low.Decimal() != "36000" || o.Actual.Decimal() != "36000" {
		t.Errorf("got %d days, %s", o.Complete, o.Forecast.Decimal())
	}
}

// A day far from its weekday is unusual; nothing is known of nothing.
func TestOutlookSaysWhatIsUnusual(t *testing.T) {
	c := june(t, 20)
	spike := time.Date(2026, 6, 21, 0, 0, 0, 0, time.UTC)
	list := []plumbline.Observation{{ID: "spike", From: plumbline.At(spike), To: plumbline.At(spike.AddDate(0, 0, 1)), At: plumbline.At(spike.AddDate(0, 0, 1)), Amount: "9000", Currency: "USD", Basis: plumbline.Effective}}
	for d := time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC); d.Before(spike); d = d.AddDate(0, 0, 1) {
		list = append(list, plumbline.Observation{ID: d.String(), From: plumbline.At(d), To: plumbline.At(d.AddDate(0, 0, 1)), At: plumbline.At(d.AddDate(0, 0, 1)), Amount: plumbline.Decimal(fmt.Sprint(1000 + d.Day())), Currency: "USD", Basis: plumbline.Effective})
	}
	c.Evidence = limit.Order(list)
	o := limit.Look(c, plumbline.At(spike), plumbline.At(spike.AddDate(0, 0, 1)))
	if o.Unusual != 1 || !o.Days[20].Unusual || o.Days[19].Unusual {
		t.Errorf("%d days are unusual", o.Unusual)
	}
	c.Evidence = limit.Order(nil)
	if o := limit.Look(c, plumbline.At(spike), plumbline.At(spike)); len(o.Days) != 0 || o.Forecast.Known() {
		t.Errorf("nothing known gives %+v", o)
	}
}
