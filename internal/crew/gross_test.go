package crew_test

import (
	"math"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/crew"
)

func staffed(t *testing.T, period string, people, weeks, focus float64) plumbline.Staffing {
	t.Helper()
	p, err := plumbline.ParseCalendarPeriod(period)
	if err != nil {
		t.Fatal(err)
	}
	return plumbline.Staffing{Team: "ci", Period: p, People: people, Weeks: weeks, Focus: focus}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestGrossOf(t *testing.T) {
	q1 := staffed(t, "2027Q1", 5, 12, 0.7)
	jan, feb := staffed(t, "2027-01", 4, 4, 0.5), staffed(t, "2027-02", 6, 4, 1)
	for _, c := range []struct {
		what    string
		said    []plumbline.Staffing
		of      string
		want    float64 // person-weeks
		covered float64
		carried bool
	}{
		{"as entered", []plumbline.Staffing{q1}, "2027Q1", 42, 1, false},
		{"a month of a quarter", []plumbline.Staffing{q1}, "2027-02", 42 * 28 / 90.0, 1, false},
		{"the next quarter goes on", []plumbline.Staffing{q1}, "2027Q2", 42 * 91 / 90.0, 1, true},
		{"nothing before the first", []plumbline.Staffing{q1}, "2026Q4", 0, 0, false},
		{"nothing said", nil, "2027Q1", 0, 0, false},
		{"two months and what follows", []plumbline.Staffing{jan, feb}, "2027Q1", 8 + 24 + 24*31/28.0, 1, true},
		{"from the middle on", []plumbline.Staffing{feb}, "2027Q1", 24 + 24*31/28.0, 59 / 90.0, true},
	} {
		p := staffed(t, c.of, 0, 1, 0).Period
		g := crew.GrossOf(c.said, p.From(), p.To())
		if !near(g.PersonWeeks, c.want) || !near(g.Covered, c.covered) || g.Carried != c.carried {
			t.Errorf("%s: got %+v, want %g person-weeks, %g covered, carried %t", c.what, g, c.want, c.covered, c.carried)
		}
		if !near(g.People*g.Weeks*g.Focus, g.PersonWeeks) {
			t.Errorf("%s: %g × %g × %g is not %g", c.what, g.People, g.Weeks, g.Focus, g.PersonWeeks)
		}
	}
}

// Of a period that is running, what is left counts: by days, as the whole does.
func TestGrossOfWhatIsLeft(t *testing.T) {
	p := staffed(t, "2027Q1", 0, 1, 0).Period
	from := p.To().Add(-30 * 24 * time.Hour)
	jan, feb := staffed(t, "2027-01", 4, 4, 0.5), staffed(t, "2027-02", 6, 4, 1)
	g := crew.GrossOf([]plumbline.Staffing{jan, feb}, from, p.To())
	if !near(g.PersonWeeks, 24*30/28.0) || !near(g.Covered, 1) || !g.Carried || len(g.Of) != 1 {
		t.Errorf("got %+v, want the 30 days of March that are left, as February says", g)
	}
	if g := crew.GrossOf([]plumbline.Staffing{jan}, p.To(), p.To()); g.PersonWeeks != 0 || g.Covered != 0 {
		t.Errorf("got %+v, want nothing left of a period that is over", g)
	}
}

func TestDeduct(t *testing.T) {
	if left, over := crew.Deduct(10, 3, 4); left != 3 || over != 0 {
		t.Errorf("got %g left and %g over, want 3 and 0", left, over)
	}
	if left, over := crew.Deduct(5, 3, 4); left != 0 || over != 2 {
		t.Errorf("got %g left and %g over, want 0 and 2", left, over)
	}
}
