package limit

import (
	"testing"

	"plumbline"
)

// A standing to which nothing happens is not looked at again and again: of limits of
// every kind, met and broken, none asks for more than two looks an hour, over a day.
func TestNextLookIsNotNow(t *testing.T) {
	b := Defaults()
	overspent := false
	for i, c := range many(70) {
		if c.Constraint.Kind == plumbline.Reliability && i%2 == 0 {
			c.Constraint.Objective = "0.9999"
		}
		s := b.Replay(c, june)
		overspent = overspent || c.Constraint.Kind == plumbline.Reliability && s.Due == s.At
		looks, at := 0, june
		for {
			next := b.Next(c, &s)
			if next != 0 && next <= at {
				t.Fatalf("%s: judged at %v, the next look is at %v", c.Constraint.ID, at.Std(), next.Std())
			}
			if next == 0 || next > june.Add(day) {
				break
			}
			if looks++; looks > 48 {
				t.Fatalf("%s: looked at more than %d times until %v", c.Constraint.ID, looks-1, next.Std())
			}
			c.Trail = s.Trail
			at, s = next, b.ReplayFrom(c, s.At, next)
		}
	}
	if !overspent {
		t.Error("no error budget of these is overspent")
	}
}
