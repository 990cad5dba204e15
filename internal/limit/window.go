package limit

import (
	"time"

	"plumbline"
	"plumbline/internal/clock"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// period is a stretch of time: from its first moment until just before its end.
type period struct{ from, to plumbline.Time }

func (p period) length() time.Duration { return p.to.Sub(p.from) }

// rolling is the window of a length that ends now.
func rolling(now plumbline.Time, length time.Duration) period { return period{now.Add(-length), now} }

// windowAt is the window that a constraint is judged in at a moment. A day of a
// rolling window is 24 hours; periods of the calendar begin at midnight in the
// zone.
func windowAt(w plumbline.Window, now plumbline.Time, zone *time.Location) period {
	if w.Days > 0 {
		return rolling(now, time.Duration(w.Days)*day)
	}
	y, m, _ := now.Std().In(zone).Date()
	months := 1
	switch w.Calendar {
	case plumbline.WindowQuarter:
		m, months = m-(m-1)%3, 3
	case plumbline.WindowYear:
		m, months = time.January, 12
	}
	return period{midnight(y, m, 1, zone), midnight(y, m+time.Month(months), 1, zone)}
}

func midnight(y int, m time.Month, d int, zone *time.Location) plumbline.Time {
	return plumbline.At(time.Date(y, m, d, 0, 0, 0, 0, zone))
}

// month is a calendar month that was over at a moment: 1 the newest, 2 the one
// before it.
func month(now plumbline.Time, back int, zone *time.Location) period {
	y, m, _ := now.Std().In(zone).Date()
	m -= time.Month(back)
	return period{midnight(y, m, 1, zone), midnight(y, m+1, 1, zone)}
}

// days are the numbers of the civil days of a period: the first one and the one
// behind the last.
func (p period) days(zone *time.Location) (first, end int) {
	if p.to <= p.from {
		return 0, 0
	}
	return numberOf(clock.DayOf(p.from.Std(), zone)), numberOf(clock.DayOf((p.to-1).Std(), zone)) + 1
}

// Budget is the time that a target leaves for failure: (1 - target) times the
// period. 99.95 % of 28 days leave 20.16 minutes (GitLab's budget), 99.9 % of 30
// days 43.2 minutes.
func Budget(target Number, length time.Duration) Number {
	return quo(mul(sub(whole(1), target), micros(length)), micros(time.Minute))
}
