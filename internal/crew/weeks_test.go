package crew_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/crew"
)

func TestMeasured(t *testing.T) {
	now := plumbline.At(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		active string // of the weeks before now, the oldest first: x is one in which somebody finished something
		first  int    // the team's first week
		want   string // x is measured
	}{
		{"xxxxxxxx", 0, "xxxxxxxx"},
		{"xxxxxxxx", 3, "...xxxxx"},
		{"xxxxxxxx", -1, "........"},
		{"x...x..x", 0, "xxxxxxxx"}, // three quiet weeks are quiet
		{"x....x.x", 0, "x....xxx"}, // four are a gap
		{"xx......", 0, "xx......"},
		{"....xxxx", 0, "....xxxx"},
		{"", 0, ""},
	} {
		active := map[plumbline.Time]bool{}
		monday := func(i int) plumbline.Time {
			return now.Add(time.Duration(i-len(c.active)) * 7 * 24 * time.Hour)
		}
		for i, a := range c.active {
			active[monday(i)] = a == 'x'
		}
		first := monday(c.first)
		if c.first < 0 {
			first = 0
		}
		var got strings.Builder
		for _, m := range crew.Measured(now, len(c.active), first, active, 4) {
			got.WriteByte(".x"[map[bool]int{true: 1}[m]])
		}
		if got.String() != c.want {
			t.Errorf("%s from %d: got %s, want %s", c.active, c.first, got.String(), c.want)
		}
	}
}

func TestPersonWeeks(t *testing.T) {
	for unit, want := range map[string]float64{"person-months": 52.0 / 12, "weeks": 1, "Person-Weeks": 1, "days": 0.2, "person-hours": 0.025} {
		if got, ok := crew.PersonWeeks(unit); !ok || got != want {
			t.Errorf("%s: got %g, %t, want %g", unit, got, ok, want)
		}
	}
	if _, ok := crew.PersonWeeks("story points"); ok {
		t.Error("story points are no time")
	}
}
