package web

import (
	"fmt"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/cost"
)

// fanChart is a month that adds up day by day: what was, and what is likely to come
// with its bounds. Paths are in a box of 100 by 100.
type fanChart struct {
	Title, Words             string
	Actual, Likely, Band     string
	Limit                    string // height of the budget; "": there is none
	Top                      string // the amount at the top of the box
	First, Last              string // days
	Rows                     []fanRow
	Forecast, Range, Finding string
}

// fanRow is a line of its data.
type fanRow struct{ Day, Amount, Usual, Sum, Low, High, Note string }

// numbered is a number that may be not known, as the judges give it.
type numbered interface{ Decimal() plumbline.Decimal }

func floatOf(n numbered) (float64, bool) {
	x := n.Decimal().Rat()
	if x == nil {
		return 0, false
	}
	f, _ := x.Float64()
	return f, true
}

// fanOf draws the outlook of a product's month.
func fanOf(c *cost.ProductCost) (f fanChart) {
	o := &c.Outlook
	if len(o.Days) == 0 {
		return f
	}
	budget := 0.0
	for _, b := range c.Budgets {
		if b.Scope.Kind == plumbline.ScopeProduct && b.Basis == c.Basis && b.Currency == c.Currency && b.Window.Calendar == plumbline.WindowMonth && !b.Withheld {
			budget, _ = floatOf(number(b.Objective))
		}
	}
	top := budget
	for _, d := range o.Days {
		for _, n := range []numbered{d.Sum, d.High} {
			if v, ok := floatOf(n); ok {
				top = max(top, v)
			}
		}
	}
	top *= 1.05
	if top <= 0 {
		top = 1
	}
	f.draw(c, top)
	f.First, f.Last = o.Days[0].Day, o.Days[len(o.Days)-1].Day
	f.Top = money(decimalOf(top))
	if budget > 0 {
		f.Limit = high(budget, top)
	}
	f.Forecast = money(o.Forecast.Decimal())
	f.Range = money(o.Low.Decimal()) + " to " + money(o.High.Decimal())
	f.say(c, budget)
	return f
}

// number makes a decimal a number of this kind.
type number plumbline.Decimal

// Decimal is the number itself.
func (n number) Decimal() plumbline.Decimal { return plumbline.Decimal(n) }

func decimalOf(f float64) plumbline.Decimal {
	d, err := plumbline.ParseDecimal(strconv.FormatFloat(f, 'f', 6, 64))
	if err != nil {
		return ""
	}
	return d
}

// draw makes the paths and the rows.
func (f *fanChart) draw(c *cost.ProductCost, top float64) {
	o := &c.Outlook
	at := func(i int) float64 { return 100 * float64(i) / float64(len(o.Days)) }
	var upper, lower []string
	actual, likely := []string{"M0 100"}, []string(nil)
	last := "0 100"
	for i, d := range o.Days {
		sum, ok := floatOf(d.Sum)
		if !ok {
			continue
		}
		point := fmt.Sprintf("%.2f %s", at(i+1), high(sum, top))
		if d.Amount.Known() {
			actual, last = append(actual, "L"+point), point
		} else {
			if likely == nil {
				likely, upper = []string{"M" + last}, []string{"M" + last}
			}
			likely = append(likely, "L"+point)
			if v, ok := floatOf(d.High); ok {
				upper = append(upper, fmt.Sprintf("L%.2f %s", at(i+1), high(v, top)))
			}
			if v, ok := floatOf(d.Low); ok {
				lower = append([]string{fmt.Sprintf("L%.2f %s", at(i+1), high(max(v, 0), top))}, lower...)
			}
		}
		row := fanRow{Day: d.Day, Amount: orDash(d.Amount), Usual: orDash(d.Usual), Sum: orDash(d.Sum), Low: orDash(d.Low), High: orDash(d.High)}
		if d.Unusual {
			row.Note = "unusual"
		}
		f.Rows = append(f.Rows, row)
	}
	f.Actual, f.Likely = strings.Join(actual, " "), strings.Join(likely, " ")
	if len(lower) > 0 {
		f.Band = strings.Join(append(upper, lower...), " ") + " Z"
	}
}

// orDash is a number for a table.
func orDash(n numbered) string {
	if n.Decimal() == "" {
		return "–"
	}
	return money(n.Decimal())
}

// say puts the finding into words.
func (f *fanChart) say(c *cost.ProductCost, budget float64) {
	o := &c.Outlook
	is := "is likely to end at "
	if o.Complete == len(o.Days) {
		is = "ended at "
	}
	f.Title = c.Month + " " + is + f.Forecast + " " + c.Currency
	f.Words = fmt.Sprintf("%d of %d days are complete and come to %s %s (%s).", o.Complete, len(o.Days), money(o.Actual.Decimal()), c.Currency, c.Basis)
	if o.Complete < len(o.Days) {
		f.Words += " 9 times of 10 the month ends at " + f.Range + "."
	}
	if end, ok := floatOf(o.Forecast); ok && budget > 0 {
		side := "under"
		if end > budget {
			side = "over"
		}
		f.Title += fmt.Sprintf(", %s %% %s the budget", strconv.FormatFloat(100*abs(end-budget)/budget, 'f', 1, 64), side)
	}
}

func abs(f float64) float64 { return max(f, -f) }

// high is where an amount stands in the box, from the top.
func high(v, top float64) string { return strconv.FormatFloat(100-100*v/top, 'f', 2, 64) }

// barChart is a month day by day.
type barChart struct {
	Title string
	Bars  []dayBar
}

// dayBar is a day: heights of what is usual and of the rest, in a box of 100.
type dayBar struct {
	X, Width                            string
	UsualY, UsualH, OtherY, OtherH      string
	Day, Href, Words                    string
	Unusual, Partial                    bool
	Usual, OneOff, Unused, Total, State string
}

// barsOf draws the days of a product's month.
func barsOf(c *cost.ProductCost) (out barChart) {
	top, odd := 0.0, map[string]bool{}
	for _, d := range c.Outlook.Days {
		odd[d.Day] = d.Unusual
	}
	sum := func(d cost.DayView) (usual, other float64) {
		one, _ := floatOf(number(d.OneOff))
		spare, _ := floatOf(number(d.Unused))
		usual, _ = floatOf(number(d.Usual))
		return max(usual, 0), max(one+spare, 0)
	}
	for _, d := range c.Days {
		usual, other := sum(d)
		top = max(top, usual+other)
	}
	if top == 0 {
		top = 1
	}
	unusual := 0
	for _, d := range c.Days {
		usual, other := sum(d)
		x := 100 * float64(dayNumber(d.Day)-1) / 31
		b := dayBar{X: fmt.Sprintf("%.2f", x+0.3), Width: "2.6", Day: d.Day, Href: productCostAddress(c.Product) + "/" + d.Day, Unusual: odd[d.Day], Partial: d.Partial,
			UsualY: high(usual, top), UsualH: fmt.Sprintf("%.2f", 100*usual/top), OtherY: high(usual+other, top), OtherH: fmt.Sprintf("%.2f", 100*other/top),
			Usual: money(d.Usual), OneOff: money(d.OneOff), Unused: money(d.Unused)}
		b.State = "complete"
		if d.Partial {
			b.State = "not complete"
		}
		if b.Unusual {
			unusual++
			b.State += ", unusual"
		}
		out.Bars = append(out.Bars, b)
	}
	out.Title = "No day is unusual"
	switch {
	case unusual == 1:
		out.Title = "1 day is unusual"
	case unusual > 1:
		out.Title = strconv.Itoa(unusual) + " days are unusual"
	case c.Outlook.Complete < 28:
		out.Title = "Too few days are known to call one unusual"
	}
	return out
}

// dayNumber is the day of the month of 2026-11-23.
func dayNumber(day string) int {
	n, _ := strconv.Atoi(day[max(len(day)-2, 0):])
	return n
}
