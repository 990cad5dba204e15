// Package sorted puts short lists in order where what counts is the size of the
// program and not the time: the sorts of package slices are compiled anew for
// every type of element, ten kilobytes each, and a list of fifty rows is in order
// before anybody could tell. What sorts by the thousand, again and again, uses
// package slices.
package sorted

import (
	"iter"
	"slices"
	"sort"
)

// By puts a list in order by what compare says, below zero when a comes first.
// Elements that are alike stay as they stand.
func By[T any](list []T, compare func(a, b T) int) {
	sort.SliceStable(list, func(i, j int) bool { return compare(list[i], list[j]) < 0 })
}

// Of are the values of a sequence, in order.
func Of[T any](seq iter.Seq[T], compare func(a, b T) int) []T {
	list := slices.Collect(seq)
	By(list, compare)
	return list
}
