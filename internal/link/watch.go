package link

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"plumbline"
)

// Watcher is a system that watches and tells of alarms. Its deliveries are verified
// as a [Hook], kept as they came, and read later: Read is pure, and what it cannot
// read or passes over it says in words. The event is that of the delivery.
type Watcher interface {
	Hook
	Read(body []byte) plumbline.AlarmReading
}

// MaxAlarms is how many alarms of one delivery are read; those beyond are counted.
const MaxAlarms = 1000

// maxAlarmText is how many characters a text of an alarm has, and maxLabels how many
// labels it has; what is beyond is cut off.
const (
	maxAlarmText = 1000
	maxLabels    = 64
)

// AlarmText makes a stranger's text short, on one line, and such that every database
// can hold it.
func AlarmText(s string) string {
	s = strings.ToValidUTF8(s, "�")
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "\x00", " ")), " ")
	if utf8.RuneCountInString(s) > maxAlarmText {
		s = clipRunes(s, maxAlarmText)
	}
	return s
}

// AlarmLabels are the labels of an alarm as they can be kept; of too many those that
// come first by name.
func AlarmLabels(in map[string]string) map[string]string {
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if k, v := AlarmText(name), AlarmText(in[name]); k != "" && v != "" && len(out) < maxLabels {
			out[k] = v
		}
	}
	return out
}

// AlarmTime is a time of an alarm; the zero time of Go, and what is before 1970, is
// not known.
func AlarmTime(s Stamp) plumbline.Time { return max(s.Time, 0) }
