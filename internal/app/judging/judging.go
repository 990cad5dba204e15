// Package judging is what people think of items and what became of it: estimates
// of factors as intervals, blind rounds, comparisons of pairs, realities and the
// calibration that follows from them, and more time for clocks.
//
// Laws: as in package app. While a round is open nobody is told what somebody
// else answered, by whatever way. Events say that something was estimated, never
// what.
package judging
