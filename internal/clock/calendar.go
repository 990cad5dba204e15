package clock

import (
	"fmt"
	"math/bits"
	"sort"
	"time"

	"plumbline"
)

// Day is a civil date, without a time zone.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf is the civil date of a moment where the location is.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day{y, m, d}
}

// ParseDay reads 2026-12-25.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, plumbline.Errorf(plumbline.Invalid, "%q is not a date: write it as 2026-12-25.", s)
	}
	return DayOf(t, time.UTC), nil
}

// String writes the date as [ParseDay] reads it.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// number counts days, one more each day.
func (d Day) number() int {
	return int(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Next is the day after.
func (d Day) Next() Day { return d.Plus(1) }

// Plus is n days later.
func (d Day) Plus(n int) Day {
	y, m, day := time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC).Date()
	return Day{y, m, day}
}

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC).Weekday()
}

// Calendar says which hours are working hours. Make one with [NewCalendar] or
// [Weekdays]; it does not change afterwards.
//
// A working day is always worth one working day. Where the clocks change within
// the working hours of a day, that day's hours are stretched or squeezed evenly,
// so that no team gains or loses part of a promise by a change to summer time.
type Calendar struct {
	name     string
	zone     *time.Location
	days     [7]bool
	from, to time.Duration // wall-clock time since midnight
	holidays map[Day]string
}

// Hours is a span of wall-clock time within a day, since midnight.
type Hours struct{ From, To time.Duration }

// NewCalendar makes a calendar. At least one day of the week must be a working
// day, and the hours must not be empty.
func NewCalendar(name string, zone *time.Location, days []time.Weekday, hours Hours, holidays map[Day]string) (*Calendar, error) {
	c := &Calendar{name: name, zone: zone, from: hours.From, to: hours.To, holidays: map[Day]string{}}
	if zone == nil {
		return nil, plumbline.FieldError("zone", "The calendar needs a time zone, for example Europe/Berlin.")
	}
	for _, d := range days {
		if d < time.Sunday || d > time.Saturday {
			return nil, plumbline.FieldError("days", "%d is not a day of the week.", int(d))
		}
		c.days[d] = true
	}
	if len(days) == 0 {
		return nil, plumbline.FieldError("days", "The calendar has no working day.")
	}
	if hours.From < 0 || hours.To > 24*time.Hour || hours.To-hours.From < time.Minute {
		return nil, plumbline.FieldError("hours", "The working hours must begin before they end, within one day.")
	}
	for d, why := range holidays {
		c.holidays[d] = why
	}
	return c, nil
}

// Weekdays is the calendar of a place without holidays: Monday to Friday, 09:00
// to 17:00.
func Weekdays(zone *time.Location) *Calendar {
	if zone == nil {
		zone = time.UTC
	}
	return &Calendar{
		name: "weekdays", zone: zone, from: 9 * time.Hour, to: 17 * time.Hour,
		days: [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true},
	}
}

// Name is what the calendar is called.
func (c *Calendar) Name() string { return c.name }

// Zone is where it holds.
func (c *Calendar) Zone() *time.Location { return c.zone }

// DayLength is how long a working day is.
func (c *Calendar) DayLength() time.Duration { return c.to - c.from }

// Holidays lists the holidays in order.
func (c *Calendar) Holidays() []Day {
	out := make([]Day, 0, len(c.holidays))
	for d := range c.holidays {
		out = append(out, d)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].String() < out[j].String() })
	return out
}

// WorkingDay says whether work is done on the day, and when not, why.
func (c *Calendar) WorkingDay(d Day) (ok bool, why string) {
	if !c.days[d.Weekday()] {
		return false, d.Weekday().String()
	}
	if why, off := c.holidays[d]; off {
		return false, why
	}
	return true, ""
}

// span is the real beginning and end of the day's working hours.
func (c *Calendar) span(d Day) (from, to time.Time) {
	at := func(w time.Duration) time.Time {
		return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, int(w), c.zone)
	}
	return at(c.from), at(c.to)
}

// worked is how much of the day's work lies before t, from 0 to DayLength.
func (c *Calendar) worked(d Day, t time.Time) time.Duration {
	if ok, _ := c.WorkingDay(d); !ok {
		return 0
	}
	from, to := c.span(d)
	switch {
	case !t.After(from):
		return 0
	case !t.Before(to):
		return c.DayLength()
	}
	return scale(t.Sub(from), c.DayLength(), to.Sub(from))
}

// Work is the working time between two moments; negative when to is before from.
func (c *Calendar) Work(from, to plumbline.Time) time.Duration {
	if to < from {
		return -c.Work(to, from)
	}
	a, b := from.Std(), to.Std()
	if from == 0 || to == 0 {
		return 0
	}
	first, last := DayOf(a, c.zone), DayOf(b, c.zone)
	return time.Duration(c.workingDays(first, last))*c.DayLength() - c.worked(first, a) + c.worked(last, b)
}

// workingDays is how many there are from a day on until before another: whole
// weeks are counted and not walked, since an item may have waited for years.
func (c *Calendar) workingDays(from, until Day) int {
	weeks, inWeek, n := (until.number()-from.number())/7, 0, 0
	for _, works := range c.days {
		if works {
			inWeek++
		}
	}
	n = weeks * inWeek
	for d := from.Plus(7 * weeks); d != until; d = d.Next() {
		if c.days[d.Weekday()] {
			n++
		}
	}
	for d := range c.holidays {
		if c.days[d.Weekday()] && d.number() >= from.number() && d.number() < until.number() {
			n--
		}
	}
	return n
}

// Add is the first moment at which the given working time after from has
// passed. From outside working hours it counts from the next working moment;
// zero and negative amounts give from itself.
func (c *Calendar) Add(from plumbline.Time, work time.Duration) plumbline.Time {
	if work <= 0 || from == 0 {
		return from
	}
	t := from.Std()
	d := DayOf(t, c.zone)
	work += c.worked(d, t)
	for range maxDays * 8 {
		if ok, _ := c.WorkingDay(d); ok {
			if work <= c.DayLength() {
				return c.moment(d, work)
			}
			work -= c.DayLength()
		}
		d = d.Next()
	}
	return plumbline.At(t.AddDate(maxDays/365, 0, 0)) // a calendar of holidays only
}

// moment is when the given amount of the day's work is done.
func (c *Calendar) moment(d Day, work time.Duration) plumbline.Time {
	from, to := c.span(d)
	real := to.Sub(from)
	return plumbline.At(from.Add(scaleUp(work, real, c.DayLength())))
}

// AddSpan is from plus the span in the given kind of time. Calendar days are
// civil days where the calendar holds: the same time of day, n days later.
func (c *Calendar) AddSpan(from plumbline.Time, s Span, kind string) plumbline.Time {
	if from == 0 {
		return 0
	}
	if kind == BusinessTime {
		return c.Add(from, time.Duration(s.Days)*c.DayLength()+s.Rest)
	}
	t := from.Std()
	if s.Days != 0 {
		t = civilAdd(t.In(c.zone), s.Days)
	}
	return plumbline.At(t.Add(s.Rest))
}

// Between is the time from one moment to another in the given kind of time.
func (c *Calendar) Between(from, to plumbline.Time, kind string) time.Duration {
	if kind == BusinessTime {
		return c.Work(from, to)
	}
	return to.Sub(from)
}

// push moves a moment later by an amount of the given kind of time.
func (c *Calendar) push(t plumbline.Time, by time.Duration, kind string) plumbline.Time {
	if kind == BusinessTime {
		return c.Add(t, by)
	}
	return t.Add(by)
}

// civilAdd is the same wall-clock time n days later. A time that the change to
// summer time leaves out is moved to the first moment after the gap plus what
// was missing, as the clock on the wall would show; of a time that comes twice
// it is the first.
func civilAdd(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	h, mi, s := t.Clock()
	got := time.Date(y, m, d+n, h, mi, s, t.Nanosecond(), t.Location())
	if gh, gm, _ := got.Clock(); gh != h || gm != mi {
		// In a gap: both readings are valid in one of the two offsets; take the later.
		_, before := got.Add(-24 * time.Hour).Zone()
		naive := time.Date(y, m, d+n, h, mi, s, t.Nanosecond(), time.UTC)
		return naive.Add(-time.Duration(before) * time.Second).In(t.Location())
	}
	if earlier := got.Add(-time.Hour); sameWall(earlier, got) {
		return earlier
	}
	return got
}

func sameWall(a, b time.Time) bool {
	return a.Format("2006-01-02 15:04:05") == b.Format("2006-01-02 15:04:05")
}

// scale is x·num/den without overflow, rounded down; x ≤ den.
func scale(x, num, den time.Duration) time.Duration {
	if num == den || den <= 0 {
		return x
	}
	hi, lo := bits.Mul64(uint64(x), uint64(num))
	q, _ := bits.Div64(hi, lo, uint64(den))
	return time.Duration(q)
}

// scaleUp is x·num/den without overflow, rounded up to a whole microsecond.
func scaleUp(x, num, den time.Duration) time.Duration {
	if num == den {
		return x
	}
	hi, lo := bits.Mul64(uint64(x), uint64(num))
	q, r := bits.Div64(hi, lo, uint64(den))
	if r != 0 {
		q++
	}
	if over := q % 1000; over != 0 {
		q += 1000 - over
	}
	return time.Duration(q)
}
