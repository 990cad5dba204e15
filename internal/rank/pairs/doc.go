// Package pairs turns "this matters more than that" into worths: for work of which
// nobody has a number. It owns the words Comparison, Posterior and Judge.
//
// People compare two items, or name the best and the worst of a few. The worths are a
// Gaussian posterior on a scale without unit, which items of known value map to values.
// The next question is the one that tells most about what is above and below the cut.
//
// Laws: pure; the same comparisons in the same order give the same bytes.
package pairs

import "plumbline"

// Outcome is what a comparison came to.
type Outcome uint8

// The outcomes: the zero value is that the first item matters more.
const (
	First  Outcome = iota // the first matters more
	Second                // the second does
	Tie                   // both matter alike
)

// Comparison is one answer of one judge about two items, named by their places 0 to
// n-1 among the items that are compared.
type Comparison struct {
	A, B    int
	Outcome Outcome
	Judge   string
}

// check refuses comparisons of what is not there, or of an item with itself.
func check(n int, comparisons []Comparison) error {
	for i, c := range comparisons {
		switch {
		case c.A < 0 || c.A >= n || c.B < 0 || c.B >= n:
			return invalid("Comparison %d is about items %d and %d, but there are only %d items, numbered from 0.", i+1, c.A, c.B, n)
		case c.A == c.B:
			return invalid("Comparison %d compares item %d with itself: name two items.", i+1, c.A)
		case c.Outcome > Tie:
			return invalid("Comparison %d has no outcome: say first, second or tie.", i+1)
		}
	}
	return nil
}

func invalid(format string, args ...any) error {
	return plumbline.Errorf(plumbline.Invalid, format, args...)
}
