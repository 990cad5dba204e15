package ui

import (
	"fmt"
	"math"
)

// Spread is one row of a forest plot: where something probably is, on a scale
// that all rows of the column have in common. The zero value is unknown.
type Spread struct {
	Low, Mid, High float64
	Min, Max       float64
	Mark           float64 // where a line is crossed, for example the last place that is taken; 0 or outside of the scale: none
	Was            float64 // where Mid was before a change; 0: it did not change
	Words          string  // the same in words, for who does not see it
	Unknown        bool
}

// At places a value between the ends of the drawing, in percent of its width.
// The ends keep half a dot free.
func (s Spread) At(v float64) string {
	width := s.Max - s.Min
	if !(width > 0) || math.IsNaN(v) {
		return "50%"
	}
	return fmt.Sprintf("%.1f%%", 2+96*math.Min(1, math.Max(0, (v-s.Min)/width)))
}

func (s Spread) marked() bool { return s.Mark != 0 && s.Mark > s.Min && s.Mark < s.Max }

// SpreadAxis is the head of the column: a few round places of its scale.
type SpreadAxis struct {
	Name     string // "Rank, nine times of ten"
	Min, Max float64
	Mark     float64
	MarkWord string // "top 20"
}

// ticks are the round numbers that the axis names, at most five.
func (a SpreadAxis) ticks() []float64 {
	width := a.Max - a.Min
	if !(width > 0) || math.IsInf(width, 0) {
		return nil
	}
	step := math.Pow(10, math.Floor(math.Log10(width/2)))
	for _, by := range [...]float64{1, 2, 5, 10} {
		if width/(step*by) <= 4 {
			step *= by
			break
		}
	}
	var out []float64
	for v := math.Ceil(a.Min/step) * step; v <= a.Max && len(out) < 6; v += step {
		out = append(out, v+0) // not minus zero
	}
	if len(out) > 0 && out[0] > a.Min && (out[0]-a.Min) > step*0.75 {
		out = append([]float64{a.Min}, out...)
	}
	return out
}

func (a SpreadAxis) at(v float64) string { return Spread{Min: a.Min, Max: a.Max}.At(v) }

// anchor keeps the first and the last number inside the drawing.
func (a SpreadAxis) anchor(v float64) string {
	switch width := a.Max - a.Min; {
	case v <= a.Min+width*0.04:
		return "start"
	case v >= a.Max-width*0.04:
		return "end"
	}
	return "middle"
}

// OfTwenty is a probability as so many of twenty. What is not certain is never
// written as certain: between 0 and 1 it is 1 to 19.
func OfTwenty(p float64) int {
	n := int(math.Round(p * 20))
	switch {
	case math.IsNaN(p) || p <= 0:
		return 0
	case p >= 1:
		return 20
	}
	return min(19, max(1, n))
}

// Short is a number with at most three significant digits, and thousands and
// millions as k and M.
func Short(v float64) string {
	switch a := math.Abs(v); {
	case a >= 1e9:
		return fmt.Sprintf("%.3g", v)
	case a >= 1e6:
		return short(v/1e6) + "M"
	case a >= 1e4:
		return short(v/1e3) + "k"
	}
	return short(v)
}
