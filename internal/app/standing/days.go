package standing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/limit"
)

// Headroom of the past is kept for so many days, and with so many digits behind
// the point.
const (
	keptDays   = 92
	daysDigits = 4
)

// Day is the headroom at the end of a day, in UTC, or when it was last judged on it, by
// the evidence that is known now. An unknown one could not be judged.
type Day struct {
	Day      string            `json:"day"` // "2026-11-23"
	Headroom plumbline.Decimal `json:"headroom"`
}

// dayKept is a day since 1970 with its headroom.
type dayKept struct {
	n        int64
	headroom plumbline.Decimal
}

// days are those on which something was judged, oldest first.
type days []dayKept

func dayNumber(t plumbline.Time) int64 {
	return int64(t) / (24 * time.Hour).Microseconds()
}

// parseDays reads what String writes: "20780:0.42 20781:".
func parseDays(text string) (out days) {
	for _, word := range strings.Fields(text) {
		day, h, _ := strings.Cut(word, ":")
		if n, err := strconv.ParseInt(day, 10, 64); err == nil {
			out = append(out, dayKept{n, plumbline.Decimal(h)})
		}
	}
	return out
}

func (d days) String() string {
	var b strings.Builder
	for i, one := range d {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d:%s", one.n, one.headroom)
	}
	return b.String()
}

// with is the days with what was judged at a moment; the oldest go.
func (d days) with(at plumbline.Time, h limit.Number) days {
	now := dayKept{dayNumber(at), h.Rounded(daysDigits)}
	out := append(days{}, d...)
	if n := len(out); n > 0 && out[n-1].n >= now.n {
		out = out[:n-1]
	}
	out = append(out, now)
	for len(out) > 1 && out[0].n <= now.n-keptDays {
		out = out[1:]
	}
	return out
}

// anew is the days with those from one on, up to that of a moment, as a judge says now
// that they ended.
func (d days) anew(from int64, to plumbline.Time, judge func(end plumbline.Time) limit.Number) days {
	out := slices.DeleteFunc(slices.Clone(d), func(one dayKept) bool { return one.n >= from })
	for n := from; n < dayNumber(to); n++ {
		end := plumbline.Time((n + 1) * (24 * time.Hour).Microseconds())
		out = append(out, dayKept{n, judge(end).Rounded(daysDigits)})
	}
	return out
}

// until are the last n days up to a moment, oldest first. A day on which nothing was
// judged is as the one before it.
func (d days) until(at plumbline.Time, n int) []Day {
	if len(d) == 0 {
		return []Day{}
	}
	last := dayNumber(at)
	first := max(last-int64(n)+1, d[0].n)
	out := make([]Day, 0, n)
	i := 0
	for day := first; day <= last; day++ {
		for i+1 < len(d) && d[i+1].n <= day {
			i++
		}
		out = append(out, Day{Day: time.Unix(day*86400, 0).UTC().Format(time.DateOnly), Headroom: d[i].headroom})
	}
	return out
}
