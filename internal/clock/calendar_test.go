package clock

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones of these tests, whatever the machine has

	"pgregory.net/rapid"

	"plumbline"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// berlin has Monday to Friday, 09:00 to 17:00, and three holidays.
func berlin(t testing.TB) *Calendar {
	t.Helper()
	return calendar(t, "Europe/Berlin", "09:00-17:00", "2026-12-25", "2026-12-26", "2027-01-01")
}

func calendar(t testing.TB, place, hours string, holidays ...string) *Calendar {
	t.Helper()
	h, err := ParseHours(hours)
	if err != nil {
		t.Fatal(err)
	}
	off := map[Day]string{}
	for _, text := range holidays {
		d, err := ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		off[d] = "holiday"
	}
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	c, err := NewCalendar("test", zone(t, place), week, h, off)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at reads a time on the wall clock of a zone.
func at(t testing.TB, z *time.Location, text string) plumbline.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if m, err := time.ParseInLocation(layout, text, z); err == nil {
			return plumbline.At(m)
		}
	}
	t.Fatalf("%q is no time", text)
	return 0
}

func TestAddWorkingTime(t *testing.T) {
	c := berlin(t)
	for _, tt := range []struct{ name, from, span, want string }{
		{"within a day", "2026-11-02 09:00", "4 h", "2026-11-02 13:00"},
		{"over night", "2026-11-02 15:00", "1 d", "2026-11-03 15:00"},
		{"over the weekend", "2026-11-06 15:00", "1 d", "2026-11-09 15:00"},
		{"five working days are a week", "2026-11-04 10:30", "5 d", "2026-11-11 10:30"},
		{"seven working days", "2026-11-04 10:30", "7 d", "2026-11-13 10:30"},
		{"from before work begins", "2026-11-02 03:00", "1 h", "2026-11-02 10:00"},
		{"from after work ended", "2026-11-02 20:00", "1 d", "2026-11-03 17:00"},
		{"from the weekend", "2026-11-07 12:00", "1 d", "2026-11-09 17:00"},
		{"from the last moment of work", "2026-11-06 17:00", "1 h", "2026-11-09 10:00"},
		{"up to the last moment of work", "2026-11-06 16:00", "1 h", "2026-11-06 17:00"},
		{"over Christmas", "2026-12-23 12:00", "2 d", "2026-12-28 12:00"},
		{"from a holiday", "2026-12-25 12:00", "1 h", "2026-12-28 10:00"},
		{"over New Year", "2026-12-31 16:00", "1 d", "2027-01-04 16:00"},
		{"over the change to summer time", "2026-03-27 16:00", "1 d", "2026-03-30 16:00"},
		{"over the change to winter time", "2026-10-23 16:00", "1 d", "2026-10-26 16:00"},
		{"nothing, on a weekend", "2026-11-07 12:00", "0 d", "2026-11-07 12:00"},
		{"half a year", "2026-01-05 09:00", "130 d", "2026-07-03 17:00"},
	} {
		s, err := ParseSpan(tt.span, BusinessTime)
		if err != nil {
			t.Fatal(err)
		}
		got := c.AddSpan(at(t, c.Zone(), tt.from), s, BusinessTime)
		if want := at(t, c.Zone(), tt.want); got != want {
			t.Errorf("%s: got %s, want %s", tt.name, got.Std().In(c.Zone()).Format(time.DateTime), tt.want)
		}
	}
}

// Counting by weeks gives what counting day by day gives.
func TestWorkingDaysByWeeks(t *testing.T) {
	h, err := ParseHours("09:00-17:00")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		start := Day{rapid.IntRange(1960, 2030).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day")}
		end := start.Plus(rapid.IntRange(0, 900).Draw(t, "days"))
		off := map[Day]string{}
		for range rapid.IntRange(0, 20).Draw(t, "holidays") {
			off[start.Plus(rapid.IntRange(-20, 920).Draw(t, "holiday"))] = "holiday"
		}
		var week []time.Weekday
		for d := range time.Weekday(7) {
			if rapid.Bool().Draw(t, d.String()) || len(week) == 0 {
				week = append(week, d)
			}
		}
		c, err := NewCalendar("test", time.UTC, week, h, off)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for d := start; d != end; d = d.Next() {
			if ok, _ := c.WorkingDay(d); ok {
				want++
			}
		}
		if got := c.workingDays(start, end); got != want {
			t.Fatalf("from %s to %s: got %d, want %d", start, end, got, want)
		}
	})
}

// Due times over both changes of the clocks, where they change on other days than
// in Berlin and where they never do: four hours of work are four hours on the
// wall, a working day ends where it ends, and an hour is an hour.
func TestDueOverChangesOfTheClocks(t *testing.T) {
	for _, tt := range []struct{ place, name, from, span, unit, want string }{
		{"Europe/Berlin", "first answer, spring", "2026-03-27 16:00", "4 h", "business", "2026-03-30 12:00"},
		{"Europe/Berlin", "first answer, autumn", "2026-10-23 16:00", "4 h", "business", "2026-10-26 12:00"},
		{"America/New_York", "first answer, spring", "2026-03-06 16:00", "4 h", "business", "2026-03-09 12:00"},
		{"America/New_York", "first answer, autumn", "2026-10-30 16:00", "4 h", "business", "2026-11-02 12:00"},
		{"America/New_York", "while Berlin changes", "2026-03-27 16:00", "1 d", "business", "2026-03-30 16:00"},
		{"UTC", "no change, spring", "2026-03-27 16:00", "4 h", "business", "2026-03-30 12:00"},
		{"UTC", "no change, autumn", "2026-10-23 16:00", "4 h", "business", "2026-10-26 12:00"},
		{"America/New_York", "hours, spring", "2026-03-07 12:00", "24 h", "calendar", "2026-03-08 13:00"},
		{"America/New_York", "hours, autumn", "2026-10-31 12:00", "24 h", "calendar", "2026-11-01 11:00"},
		{"America/New_York", "a day, spring", "2026-03-07 02:30", "1 d", "calendar", "2026-03-08 03:30"},
		{"America/New_York", "a day, autumn", "2026-10-31 12:00", "1 d", "calendar", "2026-11-01 12:00"},
		{"UTC", "hours", "2026-03-28 12:00", "24 h", "calendar", "2026-03-29 12:00"},
	} {
		unit := BusinessTime
		if tt.unit == "calendar" {
			unit = CalendarTime
		}
		c := calendar(t, tt.place, "09:00-17:00")
		s, err := ParseSpan(tt.span, unit)
		if err != nil {
			t.Fatal(err)
		}
		got := c.AddSpan(at(t, c.Zone(), tt.from), s, unit)
		if want := at(t, c.Zone(), tt.want); got != want {
			t.Errorf("%s, %s: got %s, want %s", tt.place, tt.name, got.Std().In(c.Zone()), tt.want)
		}
	}
}

// TestWorkRoundTheClock: where the hours hold a change of the clocks, that day is
// one working day like every other.
func TestWorkRoundTheClock(t *testing.T) {
	h := Hours{0, 24 * time.Hour}
	all := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	c, err := NewCalendar("always", zone(t, "Europe/Berlin"), all, h, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, from, span, want string }{
		{"23 hours are a day", "2026-03-29 00:00", "1 d", "2026-03-30 00:00"},
		{"25 hours are a day", "2026-10-25 00:00", "1 d", "2026-10-26 00:00"},
		{"from the middle, over the short day", "2026-03-28 12:00", "2 d", "2026-03-30 12:00"},
		{"half of the long day", "2026-10-25 00:00", "12 h", "2026-10-25 11:30"},
	} {
		s, _ := ParseSpan(tt.span, BusinessTime)
		from, want := at(t, c.Zone(), tt.from), at(t, c.Zone(), tt.want)
		if got := c.AddSpan(from, s, BusinessTime); got != want {
			t.Errorf("%s: got %s, want %s", tt.name, got.Std().In(c.Zone()), tt.want)
		}
	}
	if got := c.Work(at(t, c.Zone(), "2026-03-29 00:00"), at(t, c.Zone(), "2026-03-31 00:00")); got != 48*time.Hour {
		t.Errorf("got %v, want two days of 24 hours", got)
	}
}

func TestAddCalendarTime(t *testing.T) {
	c := berlin(t)
	for _, tt := range []struct{ name, from, span, want string }{
		{"hours pass as they pass", "2026-11-06 20:00", "48 h", "2026-11-08 20:00"},
		{"a day is the same time tomorrow", "2026-03-28 12:00", "1 d", "2026-03-29 12:00"},
		{"24 hours are not", "2026-03-28 12:00", "24 h", "2026-03-29 13:00"},
		{"a day that has 25 hours", "2026-10-24 12:00", "1 d", "2026-10-25 12:00"},
		{"thirty days over the change", "2026-03-10 10:00", "30 d", "2026-04-09 10:00"},
		{"into the hour that is left out", "2026-03-28 02:30", "1 d", "2026-03-29 03:30"},
		{"into the hour that comes twice: its first", "2026-10-24 02:30", "1 d", "2026-10-25 02:30:00 CEST"},
		{"a leap day", "2028-02-28 10:00", "2 d", "2028-03-01 10:00"},
		{"days and hours", "2026-11-06 10:00", "1 d 2 h", "2026-11-07 12:00"},
	} {
		s, err := ParseSpan(tt.span, CalendarTime)
		if err != nil {
			t.Fatal(err)
		}
		got := c.AddSpan(at(t, c.Zone(), tt.from), s, CalendarTime)
		if want := at(t, c.Zone(), tt.want); got != want {
			t.Errorf("%s: got %s, want %s", tt.name, got.Std().In(c.Zone()), tt.want)
		}
	}
}

func TestWork(t *testing.T) {
	c := berlin(t)
	for _, tt := range []struct {
		from, to string
		want     time.Duration
	}{
		{"2026-11-02 09:00", "2026-11-02 17:00", 8 * time.Hour},
		{"2026-11-02 00:00", "2026-11-09 00:00", 40 * time.Hour},
		{"2026-11-06 16:00", "2026-11-09 10:00", 2 * time.Hour},
		{"2026-11-07 00:00", "2026-11-08 23:00", 0},
		{"2026-12-24 09:00", "2026-12-28 17:00", 16 * time.Hour},
		{"2026-11-09 10:00", "2026-11-06 16:00", -2 * time.Hour},
		{"2026-03-27 16:00", "2026-03-30 10:00", 2 * time.Hour},
	} {
		if got := c.Work(at(t, c.Zone(), tt.from), at(t, c.Zone(), tt.to)); got != tt.want {
			t.Errorf("%s to %s: got %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}

// TestFarZones: the calendar's days are days of its place.
func TestFarZones(t *testing.T) {
	auckland := calendar(t, "Pacific/Auckland", "09:00-17:00")
	monday := at(t, time.UTC, "2026-11-01 20:30") // Monday 09:30 there
	if got := auckland.Work(monday, monday.Add(time.Hour)); got != time.Hour {
		t.Errorf("got %v of work on a Monday morning in Auckland", got)
	}
	havana := calendar(t, "America/Havana", "00:00-24:00") // changes its clocks at midnight
	from := at(t, havana.Zone(), "2026-03-06 00:00")
	if got := havana.Work(from, havana.Add(from, 3*24*time.Hour)); got < 72*time.Hour-time.Microsecond || got > 72*time.Hour {
		t.Errorf("got %v, want three days", got)
	}
}

func TestCalendarsAreChecked(t *testing.T) {
	week := []time.Weekday{time.Monday}
	for _, c := range []struct {
		name, field string
		zone        *time.Location
		days        []time.Weekday
		hours       Hours
	}{
		{"no zone", "zone", nil, week, Hours{0, time.Hour}},
		{"no days", "days", time.UTC, nil, Hours{0, time.Hour}},
		{"a day that is none", "days", time.UTC, []time.Weekday{7}, Hours{0, time.Hour}},
		{"no hours", "hours", time.UTC, week, Hours{time.Hour, time.Hour}},
		{"backwards", "hours", time.UTC, week, Hours{2 * time.Hour, time.Hour}},
		{"too late", "hours", time.UTC, week, Hours{0, 25 * time.Hour}},
	} {
		_, err := NewCalendar("x", c.zone, c.days, c.hours, nil)
		if plumbline.FieldsOf(err)[c.field] == "" {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

// TestACalendarOfHolidays: a calendar in which nobody works for years does not
// hang.
func TestACalendarOfHolidays(t *testing.T) {
	off := map[Day]string{}
	for d := (Day{2026, 1, 1}); d.Year < 2030; d = d.Next() {
		off[d] = "strike"
	}
	c, err := NewCalendar("strike", time.UTC, []time.Weekday{time.Monday}, Hours{0, time.Hour}, off)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Add(at(t, time.UTC, "2026-02-01 00:00"), time.Hour); got != at(t, time.UTC, "2030-01-07 01:00") {
		t.Errorf("got %s", got.Std())
	}
}

var places = []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "UTC"}

func anyCalendar(t *rapid.T) *Calendar {
	z, err := time.LoadLocation(rapid.SampledFrom(places).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	from := time.Duration(rapid.IntRange(0, 22*60).Draw(t, "from")) * time.Minute
	to := from + time.Duration(rapid.IntRange(1, int((24*time.Hour-from).Minutes())).Draw(t, "long"))*time.Minute
	days := rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 1, 7, rapid.ID).Draw(t, "days")
	var week []time.Weekday
	for _, d := range days {
		week = append(week, time.Weekday(d))
	}
	off := map[Day]string{}
	for range rapid.IntRange(0, 5).Draw(t, "holidays") {
		off[Day{2026, 1, 1}.Plus(rapid.IntRange(0, 365).Draw(t, "holiday"))] = "off"
	}
	c, err := NewCalendar("any", z, week, Hours{from, to}, off)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func anyTime(t *rapid.T, name string) plumbline.Time {
	const year = 365 * 24 * 3600
	return plumbline.Time(1_767_225_600_000_000 + rapid.Int64Range(0, year).Draw(t, name)*1_000_000) // 2026
}

// TestCalendarLaws: what was added has passed; adding twice is adding the sum;
// later starts do not end earlier; work adds up and runs backwards.
func TestCalendarLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		a, b := anyTime(t, "a"), anyTime(t, "b")
		if a > b {
			a, b = b, a
		}
		w := time.Duration(rapid.Int64Range(0, int64(20*c.DayLength()/time.Second)).Draw(t, "work")) * time.Second
		v := time.Duration(rapid.Int64Range(0, int64(3*c.DayLength()/time.Second)).Draw(t, "more")) * time.Second
		near := func(what string, got, want time.Duration) {
			if d := got - want; d < -2*time.Microsecond || d > 2*time.Microsecond {
				t.Fatalf("%s: got %v, want %v", what, got, want)
			}
		}
		end := c.Add(a, w)
		near("work to the end", c.Work(a, end), w)
		if end < a {
			t.Fatalf("adding %v to %s gives the earlier %s", w, a.Std(), end.Std())
		}
		near("twice and once", c.Add(end, v).Sub(c.Add(a, w+v)), 0)
		if c.Add(b, w) < end {
			t.Fatalf("%v from %s ends after %v from the later %s", w, a.Std(), w, b.Std())
		}
		m := a + (b-a)/2
		near("parts", c.Work(a, m)+c.Work(m, b), c.Work(a, b))
		near("backwards", -c.Work(b, a), c.Work(a, b))
	})
}

func TestParseSpan(t *testing.T) {
	for _, c := range []struct {
		text, kind string
		want       Span
	}{
		{"8 h", CalendarTime, Span{0, 8 * time.Hour}},
		{"30d", CalendarTime, Span{30, 0}},
		{"2 weeks", CalendarTime, Span{14, 0}},
		{"2 weeks", BusinessTime, Span{10, 0}},
		{"5 working days", BusinessTime, Span{5, 0}},
		{"1 business day", BusinessTime, Span{1, 0}},
		{"1 d 12 h 5 min", CalendarTime, Span{1, 12*time.Hour + 5*time.Minute}},
		{"0 d", CalendarTime, Span{}},
	} {
		got, err := ParseSpan(c.text, c.kind)
		if err != nil || got != c.want {
			t.Errorf("%q: got %v, %v; want %v", c.text, got, err, c.want)
		}
		if again, err := ParseSpan(got.String(), c.kind); err != nil || again != got {
			t.Errorf("%q is written as %q, which is read as %v, %v", c.text, got.String(), again, err)
		}
	}
	for _, text := range []string{"", "h", "8", "8 x", "-1 d", "1.5 h", "8 working", "working days", "99999999999999 d", "40000 d", "20000 h", "1 d 2"} {
		if s, err := ParseSpan(text, BusinessTime); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%q: got %v, %v", text, s, err)
		}
	}
	if _, err := ParseSpan("1 working day", CalendarTime); err == nil || !strings.Contains(err.Error(), "calendar: business") {
		t.Errorf("got %v", err)
	}
}
