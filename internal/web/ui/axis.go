package ui

import (
	"strconv"
	"time"

	"plumbline"
)

// axisUnits is how many weeks, months or quarters a timeline shows, and
// axisBehind how many of them lie before the present one.
const (
	axisUnits  = 12
	axisBehind = 7
)

// Axis is the time that a timeline shows: twelve weeks, months or quarters, all
// of one width, in UTC.
type Axis struct {
	Scale plumbline.Scale
	Now   plumbline.Time
	Units []AxisUnit
}

// Timeline is items as bars on an axis.
type Timeline struct {
	Axis   Axis
	Groups []plumbline.BarGroup
	Named  bool // the groups have headings
	Href   func(plumbline.Key) string
}

// AxisUnit is a week, a month or a quarter.
type AxisUnit struct {
	Text       string // "2026-11", "2026 Q4", or the Monday
	From, Till plumbline.Time
	Now        bool // the present one
}

// NewAxis is an axis that begins with the unit that holds from, or, when that is
// zero, so that today is somewhat right of its middle.
func NewAxis(scale plumbline.Scale, from, now plumbline.Time) Axis {
	if scale == "" {
		scale = plumbline.Months
	}
	start := unitOf(scale, from)
	if from.IsZero() {
		start = unitAfter(scale, unitOf(scale, now), -axisBehind)
	}
	out := Axis{Scale: scale, Now: now}
	for range axisUnits {
		next := unitAfter(scale, start, 1)
		u := AxisUnit{Text: unitText(scale, start), From: plumbline.Time(start.UnixMicro()), Till: plumbline.Time(next.UnixMicro())}
		u.Now = u.From <= now && now < u.Till
		out.Units = append(out.Units, u)
		start = next
	}
	return out
}

// unitOf is when the unit began that a moment is in.
func unitOf(scale plumbline.Scale, at plumbline.Time) time.Time {
	t := at.Std()
	y, m, d := t.Date()
	switch scale {
	case plumbline.Weeks:
		return time.Date(y, m, d-(int(t.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
	case plumbline.Quarters:
		return time.Date(y, m-(m-1)%3, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
}

func unitAfter(scale plumbline.Scale, t time.Time, n int) time.Time {
	switch scale {
	case plumbline.Weeks:
		return t.AddDate(0, 0, 7*n)
	case plumbline.Quarters:
		return t.AddDate(0, 3*n, 0)
	}
	return t.AddDate(0, n, 0)
}

func unitText(scale plumbline.Scale, t time.Time) string {
	switch scale {
	case plumbline.Weeks:
		return t.Format("01-02")
	case plumbline.Quarters:
		return t.Format("2006") + " Q" + strconv.Itoa((int(t.Month())+2)/3)
	}
	return t.Format("2006-01")
}

// From is where the axis begins.
func (x Axis) From() plumbline.Time { return x.Units[0].From }

// Till is where the axis ends.
func (x Axis) Till() plumbline.Time { return x.Units[len(x.Units)-1].Till }

// Moved is the day that an axis begins with which is half of this one earlier or
// later; by is -1 or 1.
func (x Axis) Moved(by int) string {
	return unitAfter(x.Scale, x.From().Std(), by*axisUnits/2).Format(time.DateOnly)
}

// at is where a moment lies, from 0 to 100; what is beyond an end lies there.
func (x Axis) at(t plumbline.Time) float64 {
	if t <= x.From() {
		return 0
	}
	for i, u := range x.Units {
		if t < u.Till {
			part := float64(t-u.From) / float64(u.Till-u.From)
			return 100 * (float64(i) + part) / float64(len(x.Units))
		}
	}
	return 100
}

// span is a piece of a bar in percent of the axis; none if it lies outside.
type span struct{ from, width float64 }

func (x Axis) span(from, till plumbline.Time) (s span, ok bool) {
	if till < from || till < x.From() || from >= x.Till() {
		return s, false
	}
	s.from = x.at(from)
	s.width = max(x.at(till)-s.from, 0.4) // a day of a quarter is still to be seen
	return s, true
}

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" }

// piece is a rectangle of a bar.
type piece struct {
	class string
	span
}

// pieces are a bar as it is drawn: before its present state, in it, and beyond
// today: up to its end, or without one as far as the axis goes.
func (x Axis) pieces(b plumbline.Bar) (out []piece) {
	add := func(class string, from, till plumbline.Time) {
		if s, ok := x.span(from, till); ok && till > from {
			out = append(out, piece{class, s})
		}
	}
	if !b.Open() {
		add("bar-closed", b.Begins, max(b.Ends, b.Begins+1))
		return out
	}
	since := min(max(b.Since, b.Begins), max(x.Now, b.Begins))
	add("bar-was", b.Begins, since)
	switch {
	case b.Late:
		add("bar-is", since, max(since, b.Due))
		add("bar-late", max(b.Due, b.Begins), x.Now)
	case b.Due.IsZero():
		add("bar-is", since, x.Now)
		add("bar-open", max(x.Now, b.Begins), x.Till())
		if n := len(out); n > 0 && out[n-1].class == "bar-open" {
			out[n-1].width += 5 // beyond the edge, where it has no end
		}
	default:
		add("bar-is", since, x.Now)
		add("bar-left", max(x.Now, since), b.Due)
	}
	return out
}

// outside says on which side of the axis a bar lies that does not touch it: "" or
// the icon and the words.
func (x Axis) outside(b plumbline.Bar) (icon IconName, text string) {
	switch {
	case !b.Ends.IsZero() && b.Ends < x.From() && !b.Late:
		return IconArrowLeft, "Earlier: until " + isoDay(b.Ends)
	case b.Begins >= x.Till():
		return IconArrowRight, "Later: from " + isoDay(b.Begins)
	}
	return "", ""
}

func isoDay(t plumbline.Time) string { return t.Std().Format(time.DateOnly) }

// barEnd is the end of a bar in words, with its look: "closed 2026-12-01",
// "due 2026-12-01, late", "no date".
func barEnd(b plumbline.Bar) (text string, icon IconName, tone Tone) {
	due := isoDay(b.Due - 1) // the end of a day is the beginning of the next
	switch {
	case !b.Open():
		return "closed " + isoDay(b.Ends), IconCircleCheck, OK
	case b.Late:
		return "due " + due + ", late", IconAlarmClock, Bad
	case !b.Due.IsZero():
		return "due " + due, IconMilestone, Info
	}
	return "no date", IconCircleDashed, Neutral
}

// axisLine is where a unit begins, from 0 to 100.
func axisLine(x Axis, unit int) float64 { return 100 * float64(unit) / float64(len(x.Units)) }

func axisWord(x Axis) string { return string(x.Scale) + "s" }
