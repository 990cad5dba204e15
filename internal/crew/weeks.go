package crew

import (
	"strings"
	"time"

	"plumbline"
)

// PersonWeeks is how many person-weeks one of a unit of effort is: of "person-months"
// 52/12, of "weeks" 1, of "days" 1/5, of "hours" 1/40. ok is false of any other unit.
func PersonWeeks(unit string) (weeks float64, ok bool) {
	for _, u := range [...]struct {
		name  string
		weeks float64
	}{{"hour", 1.0 / 40}, {"day", 1.0 / 5}, {"week", 1}, {"month", 52.0 / 12}, {"quarter", 13}} {
		if strings.Contains(strings.ToLower(unit), u.name) {
			return u.weeks, true
		}
	}
	return 0, false
}

const week = 7 * 24 * time.Hour

// Measured says of the n whole weeks before a Monday, the oldest first, whether a
// team's work was measured in them: from its first week on, and not in a stretch of gap
// or more weeks in which nobody at all finished anything, since then nobody counted, or
// nobody was there. active are the Mondays of weeks in which somebody did.
func Measured(before plumbline.Time, n int, first plumbline.Time, active map[plumbline.Time]bool, gap int) []bool {
	out := make([]bool, n)
	idle := 0
	for i := range out {
		monday := before.Add(-time.Duration(n-i) * week)
		out[i] = first != 0 && monday >= first
		if active[monday] {
			idle = 0
			continue
		}
		if idle++; idle < gap {
			continue
		}
		for j := i - idle + 1; j <= i; j++ {
			out[j] = false
		}
	}
	return out
}
