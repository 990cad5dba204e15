package ui

import (
	"testing"
	"time"

	"plumbline"
)

func at(day string) plumbline.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // a test's own literal
	}
	return plumbline.Time(t.UnixMicro())
}

// An axis has twelve units of one width, whole ones, whatever it begins with.
func TestAxisUnits(t *testing.T) {
	now := at("2026-11-22") // a Sunday
	for _, c := range []struct {
		scale               plumbline.Scale
		from                plumbline.Time
		first, last, begins string
		half, back          string
	}{
		{"", 0, "2026-04", "2027-03", "2026-04-01", "2026-10-01", "2025-10-01"},
		{plumbline.Weeks, 0, "09-28", "12-14", "2026-09-28", "2026-11-09", "2026-08-17"},
		{plumbline.Quarters, 0, "2025 Q1", "2027 Q4", "2025-01-01", "2026-07-01", "2023-07-01"},
		{plumbline.Months, at("2024-02-29"), "2024-02", "2025-01", "2024-02-01", "2024-08-01", "2023-08-01"},
		{plumbline.Weeks, at("2026-01-01"), "12-29", "03-16", "2025-12-29", "2026-02-09", "2025-11-17"},
		{plumbline.Quarters, at("2026-12-31"), "2026 Q4", "2029 Q3", "2026-10-01", "2028-04-01", "2025-04-01"},
	} {
		x := NewAxis(c.scale, c.from, now)
		if n := len(x.Units); n != 12 || x.Units[0].Text != c.first || x.Units[n-1].Text != c.last || isoDay(x.From()) != c.begins {
			t.Errorf("%s from %s: %d units, %q to %q, begins %s", c.scale, isoDay(c.from), n, x.Units[0].Text, x.Units[n-1].Text, isoDay(x.From()))
		}
		if x.Moved(1) != c.half || x.Moved(-1) != c.back {
			t.Errorf("%s from %s: later %s, earlier %s", c.scale, isoDay(c.from), x.Moved(1), x.Moved(-1))
		}
		for i, u := range x.Units {
			if i > 0 && x.Units[i-1].Till != u.From || x.at(u.From) != 100*float64(i)/12 {
				t.Errorf("%s: unit %d begins at %s, %v", c.scale, i, isoDay(u.From), x.at(u.From))
			}
		}
	}
}

// A bar is drawn from one end to the other without a gap, inside of the axis,
// and only what has no date goes beyond it.
func TestBarPieces(t *testing.T) {
	x := NewAxis(plumbline.Months, 0, at("2026-11-22"))
	row := func(created, since, closed string) plumbline.Row {
		r := plumbline.Row{}
		r.Created, r.Since = at(created), at(since)
		if closed != "" {
			r.Closed = at(closed)
		}
		return r
	}
	for name, c := range map[string]struct {
		bar   plumbline.Bar
		want  string
		words string
	}{
		"with a date": {dated(row("2026-06-01", "2026-08-01", ""), "2026-12-24", x.Now), "bar-was bar-is bar-left", "due 2026-12-24"},
		"late":        {dated(row("2026-06-01", "2026-08-01", ""), "2026-11-01", x.Now), "bar-was bar-is bar-late", "due 2026-11-01, late"},
		"open":        {dated(row("2026-06-01", "2026-08-01", ""), "", x.Now), "bar-was bar-is bar-open", "no date"},
		"closed":      {dated(row("2026-06-01", "2026-08-01", "2026-09-01"), "2026-12-24", x.Now), "bar-closed", "closed 2026-09-01"},
		"long ago":    {dated(row("2020-06-01", "2020-08-01", "2020-09-01"), "", x.Now), "", "closed 2020-09-01"},
		"to come":     {dated(row("2030-06-01", "2030-06-01", ""), "", x.Now), "", "no date"},
		"due today":   {dated(row("2026-06-01", "2026-06-01", ""), "2026-11-22", x.Now), "bar-is bar-left", "due 2026-11-22"},
	} {
		got, end := "", -1.0
		for i, p := range x.pieces(c.bar) {
			if i > 0 {
				got += " "
				if p.from < end-0.01 || p.from > end+0.5 {
					t.Errorf("%s: %s begins at %v, the piece before ends at %v", name, p.class, p.from, end)
				}
			}
			got += p.class
			end = p.from + p.width
			if p.from < 0 || p.width <= 0 || end > 101 && p.class != "bar-open" {
				t.Errorf("%s: %s from %v, %v wide", name, p.class, p.from, p.width)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if words, _, _ := barEnd(c.bar); words != c.words {
			t.Errorf("%s: got %q, want %q", name, words, c.words)
		}
		if _, out := x.outside(c.bar); (out != "") != (c.want == "") {
			t.Errorf("%s: said to be outside: %q", name, out)
		}
	}
}

func dated(r plumbline.Row, due string, now plumbline.Time) plumbline.Bar {
	r.Fields = map[string]string{plumbline.DueField: due}
	return plumbline.BarOf(r, now)
}
