package ics

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plumbline"
)

func TestWrite(t *testing.T) {
	at := plumbline.At(time.Date(2026, 11, 23, 17, 30, 0, 0, time.FixedZone("", 3600)))
	got := string(Write(Calendar{Name: "Due; dates", Events: []Event{
		{UID: "REQ-1-answer@plumb.example", At: at, Summary: "REQ-1: First answer is due: a, b; c\\d\nBEGIN:VEVENT", URL: "https://plumb.example/items/REQ-1", Stamp: at, Sequence: 4},
		{UID: "REQ-1-needed_by@plumb.example", At: Day(at), AllDay: true, Summary: "Needed by", Text: "x", Stamp: at},
	}}))
	want := strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Plumbline//Due dates//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Due\; dates
BEGIN:VEVENT
UID:REQ-1-answer@plumb.example
DTSTAMP:20261123T163000Z
SEQUENCE:4
DTSTART:20261123T163000Z
DTEND:20261123T163000Z
SUMMARY:REQ-1: First answer is due: a\, b\; c\\d\nBEGIN:VEVENT
URL:https://plumb.example/items/REQ-1
END:VEVENT
BEGIN:VEVENT
UID:REQ-1-needed_by@plumb.example
DTSTAMP:20261123T163000Z
SEQUENCE:0
DTSTART;VALUE=DATE:20261123
DTEND;VALUE=DATE:20261124
TRANSP:TRANSPARENT
SUMMARY:Needed by
DESCRIPTION:x
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// No line is longer than 75 bytes, no character is split, and unfolded the text
// is what it was.
func FuzzFold(f *testing.F) {
	f.Add(strings.Repeat("ä", 200))
	f.Add(strings.Repeat("x", 75))
	f.Add(strings.Repeat("𝄞", 60) + "\r\nBEGIN:VEVENT\x00")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		got := string(Write(Calendar{Name: s}))
		for _, line := range strings.Split(strings.TrimSuffix(got, "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("the line %q", line)
			}
		}
		if n := strings.Count(strings.ReplaceAll(got, "\r\n ", ""), "\r\n"); n != 7 {
			t.Fatalf("%d lines, want 7:\n%s", n, got)
		}
		if !strings.Contains(strings.ReplaceAll(got, "\r\n ", ""), "X-WR-CALNAME:"+escape(s)+"\r\n") {
			t.Fatalf("the name is not %q:\n%s", s, got)
		}
	})
}
