package chance

import "math"

// Figures rounds to two figures that count, or three of numbers that begin with a 1:
// as many as an estimate bears.
func Figures(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return x
	}
	size := math.Floor(math.Log10(math.Abs(x)))
	digits := 1.0
	if math.Abs(x)/math.Pow(10, size) < 2 {
		digits = 2
	}
	return RoundTo(x, digits-size)
}

// RoundTo rounds to so many places after the point; before it, when negative.
func RoundTo(x, places float64) float64 {
	if places < 0 {
		scale := math.Pow(10, -places)
		return math.Round(x/scale) * scale
	}
	scale := math.Pow(10, places)
	return math.Round(x*scale) / scale
}
