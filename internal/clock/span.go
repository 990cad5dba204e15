package clock

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"plumbline"
)

// Limits on a span, so that no sum can overflow.
const (
	maxDays = 36_500             // about a hundred years
	maxRest = 10_000 * time.Hour // a little more than a year
)

// Span is an amount of promised time: whole days and a rest. What a day is (a
// civil day, a working day) is said by the policy that the span belongs to.
type Span struct {
	Days int
	Rest time.Duration
}

// IsZero says that the span is nothing.
func (s Span) IsZero() bool { return s == Span{} }

// Plus is the sum of two spans, at most the longest span there is.
func (s Span) Plus(t Span) Span {
	return Span{Days: min(s.Days+t.Days, maxDays), Rest: min(s.Rest+t.Rest, maxRest)}
}

// String writes the span as [ParseSpan] reads it: "7 d", "8 h", "1 d 30 min".
func (s Span) String() string {
	var parts []string
	if s.Days != 0 {
		parts = append(parts, fmt.Sprintf("%d d", s.Days))
	}
	rest := s.Rest
	for _, u := range [...]struct {
		name string
		d    time.Duration
	}{{"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}} {
		if n := rest / u.d; n != 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			rest -= n * u.d
		}
	}
	if len(parts) == 0 {
		return "0 d"
	}
	return strings.Join(parts, " ")
}

// ParseSpan reads an amount of time: numbers with units, for example "8 h",
// "30 d", "2 weeks", "1 d 12 h" or "5 working days". The units are min, h, d and
// w, and their names in full. A week is seven days, of a business policy five.
// The word "working" is allowed only when business is true, where it is
// understood anyway: a working day is one whole span of working hours.
func ParseSpan(text, kind string) (Span, error) {
	words := strings.Fields(splitUnits(text))
	if len(words) == 0 {
		return Span{}, badSpan(text)
	}
	var s Span
	for i := 0; i < len(words); {
		n, err := strconv.Atoi(words[i])
		if err != nil || n < 0 || n > 1_000_000 || i+1 >= len(words) {
			return Span{}, badSpan(text)
		}
		i++
		if words[i] == "working" || words[i] == "business" {
			if kind != BusinessTime {
				return Span{}, plumbline.Errorf(plumbline.Invalid, "%q counts working time, but the policy counts calendar time: set calendar: business.", text)
			}
			if i++; i >= len(words) {
				return Span{}, badSpan(text)
			}
		}
		if !s.add(n, words[i], kind) {
			return Span{}, badSpan(text)
		}
		i++
	}
	if s.Days > maxDays || s.Rest > maxRest {
		return Span{}, plumbline.Errorf(plumbline.Invalid, "%q is too long: at most %d days and %d hours.", text, maxDays, int(maxRest.Hours()))
	}
	return s, nil
}

// add adds n of a unit, and says whether it knows the unit.
func (s *Span) add(n int, unit, kind string) bool {
	switch unit {
	case "min", "minute", "minutes":
		s.Rest += time.Duration(n) * time.Minute
	case "h", "hour", "hours":
		s.Rest += time.Duration(n) * time.Hour
	case "d", "day", "days":
		s.Days += n
	case "w", "week", "weeks":
		if kind == BusinessTime {
			s.Days += 5 * n
		} else {
			s.Days += 7 * n
		}
	default:
		return false
	}
	return true
}

// splitUnits puts a space between a number and a unit written together: "30d".
func splitUnits(text string) string {
	var b strings.Builder
	var prev rune
	for _, r := range text {
		if prev >= '0' && prev <= '9' && (r < '0' || r > '9') && r != ' ' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		prev = r
	}
	return b.String()
}

func badSpan(text string) error {
	return plumbline.Errorf(plumbline.Invalid, "%q is not an amount of time: write for example 8 h, 30 d or 5 working days.", text)
}
