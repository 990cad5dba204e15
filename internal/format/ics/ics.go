// Package ics writes calendars as RFC 5545 wants them. It owns Calendar and
// Event.
//
// Laws: pure. A date's UID stays, and its Sequence grows when it changes, so that
// a calendar moves it and does not show it twice.
package ics

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"plumbline"
)

// Calendar is a list of dates.
type Calendar struct {
	Name   string
	Text   string
	Events []Event
}

// Event is one date: a moment, or a whole day.
type Event struct {
	UID      string
	At       plumbline.Time
	AllDay   bool // At is midnight UTC of that day
	Summary  string
	Text     string
	URL      string
	Stamp    plumbline.Time // when it last changed
	Sequence int64          // how often it changed
}

// Write is the calendar as text, with lines that end in CRLF and are folded at 75
// bytes.
func Write(c Calendar) []byte {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Plumbline//Due dates//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", escape(c.Name))
	if c.Text != "" {
		line("X-WR-CALDESC", escape(c.Text))
	}
	for _, e := range c.Events {
		line("BEGIN", "VEVENT")
		line("UID", escape(e.UID))
		line("DTSTAMP", moment(e.Stamp))
		line("SEQUENCE", strconv.FormatInt(e.Sequence, 10))
		if e.AllDay {
			day := e.At.Std().UTC()
			line("DTSTART;VALUE=DATE", day.Format("20060102"))
			line("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format("20060102"))
			line("TRANSP", "TRANSPARENT")
		} else {
			line("DTSTART", moment(e.At))
			line("DTEND", moment(e.At))
		}
		line("SUMMARY", escape(e.Summary))
		if e.Text != "" {
			line("DESCRIPTION", escape(e.Text))
		}
		if e.URL != "" {
			line("URL", strings.Map(visible, e.URL))
		}
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return []byte(b.String())
}

func moment(t plumbline.Time) string { return t.Std().UTC().Format("20060102T150405Z") }

// escape is a text value (RFC 5545, 3.3.11).
func escape(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
	return strings.Map(visible, s)
}

// visible leaves out control characters.
func visible(r rune) rune {
	if r < ' ' && r != '\t' || r == 0x7f {
		return -1
	}
	return r
}

// fold writes a line in pieces of at most 75 bytes, which never split a
// character.
func fold(b *strings.Builder, s string) {
	const most = 75
	room := most
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], most-1
	}
	b.WriteString(s + "\r\n")
}

// Day is midnight UTC of a date, for Event.At of a whole day.
func Day(t plumbline.Time) plumbline.Time {
	return plumbline.At(t.Std().UTC().Truncate(24 * time.Hour))
}
