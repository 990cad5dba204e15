package plumbline

import (
	"slices"
	"time"
)

// Rotation says who is on triage: the people take turns of one week in the
// order of the list, from the week of Start on. Swaps are weeks that somebody
// else takes.
type Rotation struct {
	Start Time               `json:"start"` // the Monday, 00:00 UTC, on which the first of Order begins
	Order []PersonID         `json:"order"`
	Swaps map[int64]PersonID `json:"swaps,omitempty"` // by the number of the week, see [Rotation.Week]
}

// Turn is one week of a rotation.
type Turn struct {
	Week    int64    `json:"week"`
	From    Time     `json:"from"`
	Person  PersonID `json:"person"`
	Swapped bool     `json:"swapped,omitempty"` // somebody else's week
	Skipped PersonID `json:"skipped,omitempty"` // whose turn it would be, and who cannot
}

const week = 7 * 24 * time.Hour

// Monday is the beginning of the week that a moment is in, in UTC.
func Monday(t Time) Time {
	s := t.Std()
	day := time.Date(s.Year(), s.Month(), s.Day(), 0, 0, 0, 0, time.UTC)
	return At(day.AddDate(0, 0, -(int(day.Weekday())+6)%7))
}

// Week is the number of the week of a moment: 0 is that of Start.
func (r Rotation) Week(t Time) int64 { return int64(Monday(t).Sub(Monday(r.Start)) / week) }

// On is who has the week, of those who are able; who is not is skipped for the
// next in the order, and the others keep their weeks. It is not ok when nobody
// can.
func (r Rotation) On(n int64, able func(PersonID) bool) (Turn, bool) {
	t := Turn{Week: n, From: Monday(r.Start).Add(time.Duration(n) * week)}
	if p, ok := r.Swaps[n]; ok && able(p) {
		t.Person, t.Swapped = p, true
		return t, true
	}
	size := int64(len(r.Order))
	for i := range size {
		p := r.Order[((n+i)%size+size)%size]
		if able(p) {
			t.Person = p
			return t, true
		}
		if t.Skipped == "" {
			t.Skipped = p
		}
	}
	return t, false
}

// Validate checks what a rotation must have.
func (r Rotation) Validate() error {
	var bad Problems
	if len(r.Order) > 0 && r.Start.IsZero() {
		bad.Add("start", "Say in which week the first one begins.")
	}
	if len(r.Order) > 50 {
		bad.Add("order", "At most 50 people take turns.")
	}
	for i, p := range r.Order {
		if slices.Contains(r.Order[:i], p) {
			bad.Add("order", "Somebody is in the list twice; everybody has one turn.")
			break
		}
	}
	return bad.Err()
}
