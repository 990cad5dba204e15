package plumbline

import (
	"fmt"
	"strings"
	"time"
)

// CalendarUnit is what a [CalendarPeriod] is a stretch of.
type CalendarUnit string

// The units that people plan in.
const (
	InWeeks    CalendarUnit = "week"
	InMonths   CalendarUnit = "month"
	InQuarters CalendarUnit = "quarter"
)

// CalendarPeriod is a week, a month or a quarter of the calendar, in UTC. Weeks are
// those of ISO 8601: they begin on Monday, and Year is the year of the week. The zero
// value is none. Two periods of one unit are the same or do not overlap.
type CalendarPeriod struct {
	Unit CalendarUnit
	Year int
	N    int // of the year, from 1
}

// CalendarPeriodOf is the period of a unit that a moment lies in.
func CalendarPeriodOf(unit CalendarUnit, at Time) CalendarPeriod {
	t := at.Std().UTC()
	switch unit {
	case InWeeks:
		year, week := t.ISOWeek()
		return CalendarPeriod{unit, year, week}
	case InMonths:
		return CalendarPeriod{unit, t.Year(), int(t.Month())}
	}
	return CalendarPeriod{InQuarters, t.Year(), (int(t.Month())-1)/3 + 1}
}

// ParseCalendarPeriod reads "2027Q1", "2027-01" or "2027-W05", of the years 2000 to 2199.
func ParseCalendarPeriod(text string) (CalendarPeriod, error) {
	clean := strings.ToUpper(strings.TrimSpace(text))
	for _, form := range [...]struct {
		unit  CalendarUnit
		print string
	}{{InQuarters, "%4dQ%1d"}, {InQuarters, "%4d-Q%1d"}, {InMonths, "%4d-%2d"}, {InWeeks, "%4d-W%2d"}} {
		p := CalendarPeriod{Unit: form.unit}
		if n, err := fmt.Sscanf(clean, form.print, &p.Year, &p.N); n != 2 || err != nil || p.Year < 2000 || p.Year > 2199 {
			continue
		}
		if form.print = strings.NewReplacer("%4d", "%04d", "%2d", "%02d", "%1d", "%d").Replace(form.print); clean != fmt.Sprintf(form.print, p.Year, p.N) {
			continue
		}
		if p.N >= 1 && CalendarPeriodOf(p.Unit, p.From()) == p {
			return p, nil
		}
	}
	return CalendarPeriod{}, Errorf(Invalid, "%q is no period: write a quarter as 2027Q1, a month as 2027-01, a week as 2027-W05.", clipped(text))
}

// String writes the period as it is read.
func (p CalendarPeriod) String() string {
	switch p.Unit {
	case InWeeks:
		return fmt.Sprintf("%04d-W%02d", p.Year, p.N)
	case InMonths:
		return fmt.Sprintf("%04d-%02d", p.Year, p.N)
	case InQuarters:
		return fmt.Sprintf("%04dQ%d", p.Year, p.N)
	}
	return ""
}

// From is the first moment of the period.
func (p CalendarPeriod) From() Time { return At(p.begin(0)) }

// To is the first moment after the period.
func (p CalendarPeriod) To() Time { return At(p.begin(1)) }

// Add is the period so many after this one, or before it.
func (p CalendarPeriod) Add(n int) CalendarPeriod {
	if p.Unit == "" {
		return p
	}
	return CalendarPeriodOf(p.Unit, At(p.begin(n)))
}

func (p CalendarPeriod) begin(after int) time.Time {
	switch p.Unit {
	case InWeeks: // the fourth of January is always in the first week
		first := time.Date(p.Year, 1, 4, 0, 0, 0, 0, time.UTC)
		return first.AddDate(0, 0, 7*(p.N-1+after)-(int(first.Weekday())+6)%7)
	case InMonths:
		return time.Date(p.Year, time.Month(p.N+after), 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(p.Year, time.Month(3*(p.N-1+after)+1), 1, 0, 0, 0, 0, time.UTC)
}

// Weeks is how long the period is, in weeks of seven days.
func (p CalendarPeriod) Weeks() float64 {
	return p.To().Sub(p.From()).Hours() / (7 * 24)
}

// Overlaps says whether two periods share a day.
func (p CalendarPeriod) Overlaps(q CalendarPeriod) bool {
	return p.From() < q.To() && q.From() < p.To()
}

// MarshalText writes the period as it is read.
func (p CalendarPeriod) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a period; no text is none.
func (p *CalendarPeriod) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*p = CalendarPeriod{}
		return nil
	}
	*p, err = ParseCalendarPeriod(string(text))
	return err
}

// CalendarPeriods are n periods on end, from the first on.
func CalendarPeriods(first CalendarPeriod, n int) []CalendarPeriod {
	out := make([]CalendarPeriod, n)
	for i := range out {
		out[i] = first.Add(i)
	}
	return out
}
