package forecast

import (
	"time"

	"plumbline"
)

// Unit is the stretch of time that one count of finished items covers.
type Unit string

// The units. A year of days is 52 weeks of them, so that every weekday counts alike.
const (
	Day   Unit = "day"
	Week  Unit = "week"
	Month Unit = "month"
)

// scale is what depends on the unit, in units.
type scale struct {
	year  int   // the level is the mean of a year
	near  int   // phases that are at most so far apart are alike: two weeks
	spans []int // for which "how many" is said when nobody asks
}

func (u Unit) scale() scale {
	switch u {
	case Day:
		return scale{year: 364, near: 14, spans: []int{28, 56, 91}}
	case Month:
		return scale{year: 12, near: 0, spans: []int{1, 2, 3}}
	}
	return scale{year: 52, near: 2, spans: []int{4, 8, 13}}
}

// stride is how far apart the origins of a back-test are: a week, or a month where that
// is the unit.
func (s scale) stride() int { return (s.year + 51) / 52 }

// Horizon is how many units ahead a forecast looks at most: two years.
func (u Unit) Horizon() int { return 2 * u.scale().year }

// After is the date n units after a date; n may be below zero.
func (u Unit) After(date time.Time, n int) time.Time {
	switch u {
	case Day:
		return date.AddDate(0, 0, n)
	case Month:
		return date.AddDate(0, n, 0)
	}
	return date.AddDate(0, 0, 7*n)
}

// Between is how many whole units lie between two dates, the earlier one first; less
// than zero when it is the later one.
func (u Unit) Between(from, to time.Time) int {
	if to.Before(from) {
		return -1 - u.Between(to, from)
	}
	days := int(to.Sub(from) / (24 * time.Hour))
	switch u {
	case Day:
		return days
	case Month:
		months := (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
		if u.After(from, months).After(to) {
			months--
		}
		return months
	}
	return days / 7
}

// ParseUnit reads a unit; nothing is a week.
func ParseUnit(text string) (Unit, error) {
	switch u := Unit(text); u {
	case "":
		return Week, nil
	case Day, Week, Month:
		return u, nil
	}
	return "", plumbline.Errorf(plumbline.Invalid, "The unit is day, week or month, not %q.", text)
}
