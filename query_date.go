package plumbline

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Range is what a comparison leaves: From <= x < Till. The least and the
// greatest int64 stand for no limit. Dates are in microseconds as [Time] is.
type Range struct {
	From, Till int64
}

// Limits says which ends there are.
func (r Range) Limits() (from, till bool) { return r.From != math.MinInt64, r.Till != math.MaxInt64 }

// holds says whether x lies in the range.
func (r Range) holds(x int64) bool { return r.From <= x && (x < r.Till || r.Till == math.MaxInt64) }

// Days are the ends as days in ISO form, for dates that are kept as text, each
// taken as its midnight; "" stands for no limit.
func (r Range) Days() (from, till string) {
	day := func(x int64) string {
		t := time.UnixMicro(x).UTC()
		if midnight := t.Truncate(24 * time.Hour); midnight.Before(t) {
			t = midnight.AddDate(0, 0, 1)
		}
		return t.Format(time.DateOnly)
	}
	a, b := r.Limits()
	if a {
		from = day(r.From)
	}
	if b {
		till = day(r.Till)
	}
	return from, till
}

// Ranges are what the term asks of a date or a count, one for each value; of a
// resolved query.
func (t Term) Ranges() []Range {
	extent := dateExtent
	if f, _ := lookField(t.Field); f.sort == countField {
		extent = countExtent
	}
	out := make([]Range, 0, len(t.Values))
	for _, v := range t.Values {
		first, last, isSpan := strings.Cut(v.Text, "..")
		a := extent(first)
		r := Range{math.MinInt64, math.MaxInt64}
		switch t.Cmp {
		case ">":
			r.From = a.Till
		case ">=":
			r.From = a.From
		case "<":
			r.Till = a.From
		case "<=":
			r.Till = a.Till
		default:
			if r = a; isSpan {
				r.Till = extent(last).Till
			}
		}
		out = append(out, r)
	}
	return out
}

// dateExtent is the span of time that a date stands for; nothing for one that is
// relative still.
func dateExtent(s string) Range {
	from, till, ok := isoDate(s)
	if !ok {
		return Range{}
	}
	return Range{from.UnixMicro(), till.UnixMicro()}
}

func countExtent(s string) Range {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return Range{}
	}
	return Range{n, n + 1}
}

// isoDate reads a year, a month, a day or a minute, in UTC.
func isoDate(s string) (from, till time.Time, ok bool) {
	for _, form := range []struct {
		layout       string
		years, month int
		more         time.Duration
	}{
		{"2006", 1, 0, 0}, {"2006-01", 0, 1, 0}, {time.DateOnly, 0, 0, 24 * time.Hour}, {"2006-01-02T15:04", 0, 0, time.Minute},
	} {
		text := s
		if form.more == time.Minute {
			text = strings.TrimSuffix(s, "Z")
		}
		if t, err := time.Parse(form.layout, text); err == nil && len(text) == len(form.layout) {
			return t, t.AddDate(form.years, form.month, 0).Add(form.more), true
		}
	}
	return from, till, false
}

// isDay says whether s, in capitals, is a date of the language.
func isDay(s string) bool {
	if _, _, ok := isoDate(s); ok {
		return true
	}
	_, ok := relativeDate(s, time.Unix(0, 0))
	return ok
}

// relativeDate is the date in ISO form that "7d", "+2w" or "today" is, seen from
// now.
func relativeDate(s string, now time.Time) (string, bool) {
	day := func(t time.Time) (string, bool) { return t.Format(time.DateOnly), true }
	now = now.UTC()
	s = strings.ToLower(s)
	switch s {
	case "today":
		return day(now)
	case "yesterday":
		return day(now.AddDate(0, 0, -1))
	case "tomorrow":
		return day(now.AddDate(0, 0, 1))
	case "now":
		return now.Format("2006-01-02T15:04Z"), true
	}
	sign := -1
	switch {
	case strings.HasPrefix(s, "+"):
		s, sign = s[1:], 1
	case strings.HasPrefix(s, "-"):
		s = s[1:]
	}
	if len(s) < 2 || len(s) > 5 {
		return "", false
	}
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 16)
	if err != nil {
		return "", false
	}
	by := sign * int(n)
	switch s[len(s)-1] {
	case 'h':
		return now.Add(time.Duration(by) * time.Hour).Format("2006-01-02T15:04Z"), true
	case 'd':
		return day(now.AddDate(0, 0, by))
	case 'w':
		return day(now.AddDate(0, 0, 7*by))
	case 'm':
		return day(now.AddDate(0, by, 0))
	case 'y':
		return day(now.AddDate(by, 0, 0))
	}
	return "", false
}

// dateCase writes a date as it is usual: "7d" but "2026-11-22T13:00Z".
func dateCase(s string) string {
	parts := strings.Split(s, "..")
	for i, p := range parts {
		if _, _, iso := isoDate(strings.ToUpper(p)); iso {
			parts[i] = strings.ToUpper(p)
		} else {
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "..")
}

// fixDate makes relative dates absolute; others stay.
func fixDate(s string, now Time) string {
	parts := strings.Split(s, "..")
	for i, p := range parts {
		if abs, ok := relativeDate(p, now.Std()); ok {
			parts[i] = abs
		}
	}
	return strings.Join(parts, "..")
}

// isNumber says whether s is a plain decimal number, as JSON writes them, of at
// most 30 characters and without an exponent.
func isNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	whole, part, dot := strings.Cut(digits, ".")
	return len(s) <= 30 && allDigits(whole) && (whole == "0" || whole[0] != '0') && (!dot || allDigits(part))
}

func allDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
