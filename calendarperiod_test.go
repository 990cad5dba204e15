package plumbline

import (
	"testing"
	"testing/quick"
	"time"
)

func TestCalendarPeriod(t *testing.T) {
	for _, c := range []struct {
		text, want, from, to string
	}{
		{"2027Q1", "2027Q1", "2027-01-01", "2027-04-01"},
		{"2027-q4", "2027Q4", "2027-10-01", "2028-01-01"},
		{" 2028-02", "2028-02", "2028-02-01", "2028-03-01"},
		{"2027-W01", "2027-W01", "2027-01-04", "2027-01-11"},
		{"2026-w53", "2026-W53", "2026-12-28", "2027-01-04"},
	} {
		p, err := ParseCalendarPeriod(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := p.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
		if from, to := p.From().Std().Format(time.DateOnly), p.To().Std().Format(time.DateOnly); from != c.from || to != c.to {
			t.Errorf("%s: got %s to %s, want %s to %s", c.text, from, to, c.from, c.to)
		}
	}
	for _, text := range []string{"", "2027", "2027Q5", "2027Q0", "2027-13", "2027-1", "2027-W54", "2027-W53", "1999Q1", "2200Q1", "-027Q1", "2027Q1x", "27-01", "2027-+1", "next quarter"} {
		if p, err := ParseCalendarPeriod(text); err == nil || KindOf(err) != Invalid {
			t.Errorf("%q: got %v, %v, want an error that says how to write it", text, p, err)
		}
	}
}

// A moment lies in its period, periods of a unit follow each other without a gap, and
// what is written is read as the same.
func TestCalendarPeriodsFollowEachOther(t *testing.T) {
	first, span := int64(At(time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC))), int64(190*365*24*time.Hour/time.Microsecond)
	holds := func(at uint64) bool {
		moment := Time(first + int64(at%uint64(span)))
		for _, unit := range []CalendarUnit{InWeeks, InMonths, InQuarters} {
			p := CalendarPeriodOf(unit, moment)
			again, err := ParseCalendarPeriod(p.String())
			if err != nil || again != p || moment < p.From() || moment >= p.To() || p.Add(1).From() != p.To() || p.Add(-1).To() != p.From() || p.Add(7).Add(-7) != p {
				t.Logf("%v of %v: %v", p, moment.Std(), err)
				return false
			}
			if p.Overlaps(p.Add(1)) || !p.Overlaps(CalendarPeriodOf(InQuarters, moment)) {
				return false
			}
		}
		return true
	}
	if err := quick.Check(holds, nil); err != nil {
		t.Error(err)
	}
}

func TestStaffing(t *testing.T) {
	good := Staffing{Team: "ci", Period: CalendarPeriod{InQuarters, 2027, 1}, People: 4.5, Weeks: 12, Focus: 0.7}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*Staffing){
		"team":   func(s *Staffing) { s.Team = "" },
		"period": func(s *Staffing) { s.Period = CalendarPeriod{} },
		"people": func(s *Staffing) { s.People = -1 },
		"weeks":  func(s *Staffing) { s.Weeks = 0 },
		"focus":  func(s *Staffing) { s.Focus = 1.01 },
	} {
		bad := good
		change(&bad)
		err := bad.Validate()
		if fields := FieldsOf(err); KindOf(err) != Invalid || len(fields) != 1 || fields[field] == "" {
			t.Errorf("%s: got %v, want one problem with it", field, err)
		}
	}
	long := good
	if long.Weeks = 14; FieldsOf(long.Validate())["weeks"] == "" {
		t.Error("14 weeks fit into a quarter")
	}
}
