package plumbline

import (
	"strings"
	"time"
)

// Period is an amount of time of the calendar, as ISO 8601 writes durations.
type Period struct {
	Years, Months, Days int
	Time                time.Duration
}

// ParsePeriod reads "P1Y", "P3M", "P2W", "P90D" or "PT12H", and their like: each
// part a whole number, none of them more than 9,999. The empty text is the empty
// period.
func ParsePeriod(text string) (Period, error) {
	text = strings.TrimSpace(text)
	bad := Errorf(Invalid, "%q is not an amount of time; write it as P90D, P3M, P1Y or PT12H.", clipped(text))
	if text == "" {
		return Period{}, nil
	}
	date, clock, hasClock := strings.Cut(strings.TrimPrefix(text, "P"), "T")
	if text[0] != 'P' || date == "" && clock == "" || hasClock && clock == "" {
		return Period{}, bad
	}
	var p Period
	ok := eachPart(date, "YMWD", func(unit byte, n int) {
		switch unit {
		case 'Y':
			p.Years = n
		case 'M':
			p.Months = n
		case 'W':
			p.Days += 7 * n
		case 'D':
			p.Days += n
		}
	}) && eachPart(clock, "HMS", func(unit byte, n int) {
		p.Time += time.Duration(n) * map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}[unit]
	})
	if !ok || p == (Period{}) {
		return Period{}, bad
	}
	return p, nil
}

// eachPart goes through numbers with a unit each, which stand in the given order.
func eachPart(text, units string, take func(unit byte, n int)) bool {
	n, digits := 0, 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= '0' && c <= '9' {
			if digits++; digits > 4 {
				return false
			}
			n = n*10 + int(c-'0')
			continue
		}
		at := strings.IndexByte(units, c)
		if at < 0 || digits == 0 {
			return false
		}
		take(c, n)
		units, n, digits = units[at+1:], 0, 0
	}
	return digits == 0
}

// After is the time so much later, in UTC.
func (p Period) After(t Time) Time {
	return At(t.Std().UTC().AddDate(p.Years, p.Months, p.Days).Add(p.Time))
}
