package plumbline

import (
	"slices"
	"testing"
	"time"
)

func on(y int, m time.Month, d, h int) Time { return At(time.Date(y, m, d, h, 0, 0, 0, time.UTC)) }

// Weeks are those of UTC: no change of the clocks anywhere makes one longer, and
// each has seven days.
func TestWeeksOverChangesOfTheClocks(t *testing.T) {
	for _, place := range []string{"Europe/Berlin", "America/New_York", "UTC"} {
		zone, err := time.LoadLocation(place)
		if err != nil {
			t.Fatal(err)
		}
		r := Rotation{Start: At(time.Date(2026, 3, 2, 9, 0, 0, 0, zone)), Order: []PersonID{"ann", "bo"}}
		for n := range int64(52) {
			monday := time.Date(2026, 3, 2+int(7*n), 9, 0, 0, 0, zone)
			sunday := time.Date(2026, 3, 8+int(7*n), 12, 0, 0, 0, zone)
			if a, b := r.Week(At(monday)), r.Week(At(sunday)); a != n || b != n {
				t.Errorf("%s: the week of %s is %d to %d, want %d", place, monday, a, b, n)
			}
			if turn, ok := r.On(n, func(PersonID) bool { return true }); !ok || turn.Person != r.Order[n%2] || turn.From.Std().Weekday() != time.Monday {
				t.Errorf("%s: week %d is %+v", place, n, turn)
			}
		}
	}
}

func TestRotation(t *testing.T) {
	r := Rotation{Start: on(2026, 11, 25, 12), Order: []PersonID{"ann", "bo", "cy"}, Swaps: map[int64]PersonID{2: "ann", 5: "gone"}}
	able := func(p PersonID) bool { return p != "gone" && p != "bo" }
	all := func(p PersonID) bool { return p != "gone" }
	for _, c := range []struct {
		at             Time
		week           int64
		everybody, now PersonID
	}{
		{on(2026, 11, 23, 0), 0, "ann", "ann"},
		{on(2026, 11, 29, 23), 0, "ann", "ann"},
		{on(2026, 11, 30, 0), 1, "bo", "cy"},  // bo cannot: the next one, and cy keeps the week after
		{on(2026, 12, 7, 9), 2, "ann", "ann"}, // swapped
		{on(2026, 12, 14, 9), 3, "ann", "ann"},
		{on(2026, 12, 28, 9), 5, "cy", "cy"}, // the one who swapped is gone
		{on(2026, 11, 22, 23), -1, "cy", "cy"},
		{on(2026, 11, 9, 3), -2, "bo", "cy"},
	} {
		if got := r.Week(c.at); got != c.week {
			t.Errorf("%s is week %d, want %d", c.at.Std(), got, c.week)
		}
		if got, _ := r.On(c.week, all); got.Person != c.everybody {
			t.Errorf("week %d: %s, want %s", c.week, got.Person, c.everybody)
		}
		if got, _ := r.On(c.week, able); got.Person != c.now {
			t.Errorf("week %d without bo: %s, want %s", c.week, got.Person, c.now)
		}
	}
	if got, ok := r.On(1, func(PersonID) bool { return false }); ok {
		t.Errorf("nobody can, and %s is on", got.Person)
	}
	if _, ok := (Rotation{}).On(0, all); ok {
		t.Error("nobody is in the list, and somebody is on")
	}
	if got := (Rotation{Order: []PersonID{"a", "a"}}).Validate(); len(FieldsOf(got)) != 2 {
		t.Errorf("got %v, want the start and the list refused", got)
	}
}

func TestNamesInText(t *testing.T) {
	for _, c := range []struct {
		text    string
		keys    []Key
		handles []string
	}{
		{"REQ-12 and INC-3, (REQ-12).", []Key{"REQ-12", "INC-3"}, nil},
		{"see https://x.example/REQ-12 or a-REQ-1, req-1, REQ-0, REQ-12x", nil, nil},
		{"@mara, please ask @sam.lee-k. mail@x.example @@a @gitlab", nil, []string{"mara", "sam.lee-k", "gitlab"}},
		{"(@ines) @ines/x @Upper", nil, []string{"ines"}},
	} {
		if got := KeysIn(c.text); !slices.Equal(got, c.keys) {
			t.Errorf("keys in %q: %q, want %q", c.text, got, c.keys)
		}
		if got := MentionsIn(c.text); !slices.Equal(got, c.handles) {
			t.Errorf("mentions in %q: %q, want %q", c.text, got, c.handles)
		}
	}
}
