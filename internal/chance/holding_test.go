package chance

import (
	"strings"
	"testing"
)

// A record has one verdict: of how much more or less often things held than was
// promised, and of whether so few cases can tell that from chance.
func TestARecordHasOneVerdict(t *testing.T) {
	for _, c := range []struct {
		promise  float64
		hits, of int
		weight   float64
		want     Verdict
	}{
		{0.9, 0, 0, 0, TooEarly},
		{0.9, 8, 8, 8, TooEarly},
		{0.9, 9, 10, 10, AsPromised},
		{0.9, 12, 16, 16, PerhapsBold}, // 81 %, between 67 and 92 %: 90 % is among them
		{0.9, 6, 16, 16, TooBold},
		{0.9, 180, 240, 240, TooBold},
		{0.9, 16, 16, 16, PerhapsCareful}, // 96 %, between 89 and 100 %
		{0.9, 200, 200, 200, TooCareful},
		{0.85, 22, 25, 25, AsPromised},
		{0.85, 132, 170, 170, TooBold},
		{0.85, 132, 170, 12, PerhapsBold}, // of twelve items only
	} {
		h := Hold(c.promise, c.hits, c.of, c.weight)
		if got := h.Verdict(10); got != c.want {
			t.Errorf("%d of %d, with the weight of %v, of which %v should hold: %s, want %s (%.3f, between %.3f and %.3f)", c.hits, c.of, c.weight, c.promise, got, c.want, h.Rate, h.Low, h.High)
		}
		if bold := strings.Contains(string(h.Verdict(0)), "bold"); c.of > 0 && bold != (h.Widening() > 1.1) && c.promise == 0.9 {
			t.Errorf("%d of %d: the verdict is %s, and ranges %.2f times as wide would hold", c.hits, c.of, h.Verdict(0), h.Widening())
		}
	}
	h := Hold(0.9, 12, 16, 16)
	near(t, "rate", h.Rate, 21.0/26, 1e-12)
	near(t, "low", h.Low, 0.670392, 1e-6)
	near(t, "high", h.High, 0.917709, 1e-6)
	near(t, "widening", h.Widening(), 1.2615, 5e-4)
	if got, want := h.Evidence(), "12 of 16 held, and 90 % should. Of the next ones about 81 % will hold, between 67 and 92 % nine times of ten."; got != want {
		t.Errorf("the evidence is %q, want %q", got, want)
	}
	if got := Hold(0.85, 132, 170, 11.6).Evidence(); !strings.Contains(got, "as much as 12 that have nothing to do with each other") {
		t.Errorf("the evidence is %q", got)
	}
}
