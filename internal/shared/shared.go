// Package shared keeps long lists of which the next one differs from the last in a
// few places: the two share all the rest.
//
// It owns one noun, the [List]. Law: a list never changes, so that whoever has one
// may read it while others make the next.
package shared

import "iter"

// part is how many places are copied together: fewer make a longer list of parts,
// which is copied too.
const part = 64

// List is values at the places 0 to Len()-1. The zero value is empty.
type List[T any] struct {
	parts [][]T // each of part values, the last of what is left
	n     int
}

// Of is the list of some values, which it takes over: the caller must not change
// them.
func Of[T any](values []T) List[T] {
	l := List[T]{parts: make([][]T, 0, (len(values)+part-1)/part), n: len(values)}
	for from := 0; from < len(values); from += part {
		l.parts = append(l.parts, values[from:min(from+part, len(values))])
	}
	return l
}

// Len is how many values there are.
func (l List[T]) Len() int { return l.n }

// At is the value at place i, to be read only.
func (l List[T]) At(i int) *T { return &l.parts[i/part][i%part] }

// With is the list with other values at some places, which rise: to[n] at at[n].
func (l List[T]) With(at []int, to []T) List[T] {
	if len(at) == 0 {
		return l
	}
	parts := append([][]T(nil), l.parts...)
	own := -1
	for n, i := range at {
		if p := i / part; p != own {
			own, parts[p] = p, append([]T(nil), parts[p]...)
		}
		parts[own][i%part] = to[n]
	}
	return List[T]{parts, l.n}
}

// All goes over the places and their values.
func (l List[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for p, values := range l.parts {
			for n, v := range values {
				if !yield(p*part+n, v) {
					return
				}
			}
		}
	}
}

// Differ are the places, rising, at which two lists of one length have different
// values. Parts that they share are not looked at.
func Differ[T comparable](a, b List[T]) (at []int) {
	for p := range a.parts {
		x, y := a.parts[p], b.parts[p]
		if &x[0] == &y[0] {
			continue
		}
		for n := range x {
			if x[n] != y[n] {
				at = append(at, p*part+n)
			}
		}
	}
	return at
}
