package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/standing"
)

// dayLeft is what is left at the end of a day, as a share: 1 is all of it, less than
// 0 is over the limit.
type dayLeft struct {
	Start plumbline.Time
	Left  float64
}

// burnChart is a chart of what is left: lines, one for each stretch of days without
// a gap, in a box of 100 by 100.
type burnChart struct {
	Lines       []string
	Zero, Watch string // where nothing and a quarter are left
	Least       float64
	First, Last plumbline.Time // days
}

// burnOf draws days in their order; before is what was left before the first one.
func burnOf(list []dayLeft, before float64) (c burnChart) {
	if len(list) == 0 {
		return c
	}
	least := 0.0
	for _, d := range list {
		least = min(least, d.Left)
	}
	least = max(least, -2) // worse is cut off: how much worse says the text
	y := func(left float64) float64 { return 100 * (1 - min(1, max(left, least))) / (1 - least) }
	c.First, c.Last = list[0].Start, list[len(list)-1].Start
	to := c.Last.Add(24 * time.Hour)
	x := func(t plumbline.Time) float64 { return 100 * float64(t-c.First) / float64(max(to-c.First, 1)) }
	place := func(px, py float64) string { return fmt.Sprintf("%.2f,%.2f", px, py) }
	c.Zero, c.Watch, c.Least = fmt.Sprintf("%.2f", y(0)), fmt.Sprintf("%.2f", y(0.25)), least
	var line []string
	for i, d := range list {
		if i > 0 && d.Start.Sub(list[i-1].Start) > 36*time.Hour {
			c.Lines, line = append(c.Lines, strings.Join(line, " ")), nil
		}
		if line == nil {
			line = append(line, place(x(d.Start), y(before)))
		}
		line = append(line, place(x(d.Start.Add(24*time.Hour)), y(d.Left)))
		before = d.Left
	}
	c.Lines = append(c.Lines, strings.Join(line, " "))
	return c
}

// headroomDays are the days of a constraint of which the headroom is known.
func headroomDays(days []standing.Day) (out []dayLeft) {
	for _, d := range days {
		at, err := time.Parse(time.DateOnly, d.Day)
		x := d.Headroom.Rat()
		if err != nil || x == nil {
			continue
		}
		f, _ := x.Float64()
		out = append(out, dayLeft{plumbline.At(at), f})
	}
	return out
}

// headroomChart draws the headroom of a constraint by day; nil: too little is known.
func headroomChart(days []standing.Day) *burnChart {
	list := headroomDays(days)
	if len(list) < 3 {
		return nil
	}
	c := burnOf(list, list[0].Left)
	return &c
}

// dated says that the headroom of a kind is time until a date.
func dated(k plumbline.ConstraintKind) bool {
	return slices.Contains([]plumbline.ConstraintKind{plumbline.Compliance, plumbline.Security, plumbline.Commitment}, k)
}

// far is the headroom beyond which a percentage says nothing any more.
const far = -10

// leftWords say what is left of a limit: "32 % left", "20 % over".
func leftWords(left float64) string {
	switch {
	case left < far:
		return "far over"
	case left < 0:
		return strings.Replace(leftText(-left), ".0 ", " ", 1) + " over"
	}
	return strings.Replace(leftText(left), ".0 ", " ", 1) + " left"
}

// headroomWords is the headroom of a judgement in such words; "": it is not known.
func headroomWords(h standing.Number) string {
	left, ok := floatOf(h)
	if !ok {
		return ""
	}
	return leftWords(left)
}
