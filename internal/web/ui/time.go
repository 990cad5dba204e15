package ui

import (
	"fmt"
	"math"
	"time"

	"plumbline"
)

// Ago is how long before or after now a moment is, in words: "just now",
// "3 h ago", "in 2 d". Beyond four weeks it is the date in ISO form.
func Ago(at, now plumbline.Time) string {
	if at.IsZero() {
		return "unknown"
	}
	d := now.Sub(at)
	if d.Abs() < time.Minute {
		return "just now"
	}
	if d.Abs() >= 28*24*time.Hour {
		return at.Std().Format(time.DateOnly)
	}
	if d < 0 {
		return "in " + Span(-d)
	}
	return Span(d) + " ago"
}

// Span is a duration in its largest unit, rounded down: "45 min", "3 h", "12 d".
func Span(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// Exact is the moment to the minute in UTC, for a hover.
func Exact(at plumbline.Time) string {
	if at.IsZero() {
		return "not known"
	}
	return at.Std().Format("2006-01-02 15:04 UTC")
}

// machine is the moment for a datetime attribute, to the minute.
func machine(at plumbline.Time) string { return at.Std().Format("2006-01-02T15:04Z") }

// Interval is what is believed of a quantity: a middle and the ends of a 90 %
// interval, drawn on the scale from Min to Max.
type Interval struct {
	Low, Mid, High float64
	Min, Max       float64
	Text           string // the middle as a person reads it, with its unit
	What           string // what it is, for a hover and a screen reader: "Score"
	Unknown        bool   // nothing is known: drawn as unknown, not as zero
}

// at places a value on a drawing that is 100 wide, inside its ends.
func (iv Interval) at(v float64) string {
	width := iv.Max - iv.Min
	if !(width > 0) || math.IsNaN(v) {
		return "0"
	}
	return fmt.Sprintf("%.1f", math.Min(100, math.Max(0, (v-iv.Min)/width*100)))
}

// words says the interval in a sentence.
func (iv Interval) words() string {
	what := iv.What
	if what == "" {
		what = "Value"
	}
	if iv.Unknown {
		return what + ": unknown"
	}
	return fmt.Sprintf("%s: about %s, 90 %% between %s and %s", what, iv.Text, short(iv.Low), short(iv.High))
}

// short writes a number with at most three significant digits.
func short(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2g", v)
}
