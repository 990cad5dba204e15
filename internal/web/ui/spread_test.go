package ui

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// Every value lies inside the drawing, whatever it is, and the order of values is
// the order of places.
func TestSpreadStaysInside(t *testing.T) {
	s := Spread{Min: 1, Max: 40}
	for v, want := range map[float64]string{1: "2.0%", 40: "98.0%", 20.5: "50.0%", -9: "2.0%", 900: "98.0%", math.Inf(1): "98.0%"} {
		if got := s.At(v); got != want {
			t.Errorf("%v is at %s, want %s", v, got, want)
		}
	}
	if got := s.At(math.NaN()); got != "50%" {
		t.Errorf("what is no number is at %s", got)
	}
	if got := (Spread{Min: 3, Max: 3}).At(3); got != "50%" {
		t.Errorf("a scale of one value puts it at %s", got)
	}
	for mark, want := range map[float64]bool{0: false, 1: false, 10.5: true, 40: false, 99: false} {
		s.Mark = mark
		if s.marked() != want {
			t.Errorf("a mark at %v is drawn: %v", mark, !want)
		}
	}
}

// An axis names two to six round numbers inside it, in order.
func TestSpreadAxisTicks(t *testing.T) {
	for _, a := range []SpreadAxis{{Min: 1, Max: 6}, {Min: 1, Max: 40}, {Min: 1, Max: 811}, {Min: -3, Max: 8}, {Min: 0, Max: 1}, {Min: 0, Max: 2e6}, {Min: 0.001, Max: 0.009}} {
		got := a.ticks()
		if len(got) < 2 || len(got) > 7 || !slices.IsSorted(got) || got[0] < a.Min || got[len(got)-1] > a.Max+1e-9 {
			t.Errorf("from %v to %v: %v", a.Min, a.Max, got)
		}
		for _, v := range got {
			if strings.HasPrefix(Short(v), "-0") && v == 0 {
				t.Errorf("from %v to %v: minus zero", a.Min, a.Max)
			}
		}
	}
	for _, a := range []SpreadAxis{{Min: 2, Max: 2}, {Min: 5, Max: 1}, {Min: 0, Max: math.Inf(1)}, {Max: math.NaN()}} {
		if got := a.ticks(); got != nil {
			t.Errorf("from %v to %v: %v", a.Min, a.Max, got)
		}
	}
}

// What is not certain is not written as certain.
func TestOfTwenty(t *testing.T) {
	for p, want := range map[float64]int{0: 0, 1: 20, 0.5: 10, 0.85: 17, 0.001: 1, 0.999: 19, -1: 0, 2: 20} {
		if got := OfTwenty(p); got != want {
			t.Errorf("%v: %d of 20, want %d", p, got, want)
		}
	}
	if got := OfTwenty(math.NaN()); got != 0 {
		t.Errorf("what is no number is %d of 20", got)
	}
}

func TestShortNumbers(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 3: "3", 0.25: "0.25", 12.34: "12.3", 812: "812", 4000: "4000", 12345: "12.3k", 480000: "480k", 1.5e6: "1.5M", -25000: "-25k"} {
		if got := Short(v); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
}
