package shared_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"plumbline/internal/shared"
)

// Lists made one from the other hold what plain copies hold, and each keeps what it
// held when it was made.
func TestListIsAPlainCopy(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 1000} {
		r := rand.New(rand.NewPCG(uint64(n), 1))
		first := make([]int, n)
		for i := range first {
			first[i] = i
		}
		plain, lists := [][]int{slices.Clone(first)}, []shared.List[int]{shared.Of(first)}
		for step := range 50 {
			from := r.IntN(len(lists))
			next := slices.Clone(plain[from])
			var at, to []int
			for i := range n {
				if r.IntN(n) < 3 {
					at, to = append(at, i), append(to, -step)
					next[i] = -step
				}
			}
			plain, lists = append(plain, next), append(lists, lists[from].With(at, to))
		}
		for i, l := range lists {
			if got := read(l); !slices.Equal(got, plain[i]) {
				t.Fatalf("list %d of %d values is\n%v, not\n%v", i, n, got, plain[i])
			}
			for at, v := range l.All() {
				if v != plain[i][at] {
					t.Fatalf("going over list %d gives %d at %d, not %d", i, v, at, plain[i][at])
				}
			}
			other := r.IntN(len(lists))
			if got, want := shared.Differ(l, lists[other]), differ(plain[i], plain[other]); !slices.Equal(got, want) {
				t.Fatalf("lists %d and %d differ at %v, not %v", i, other, got, want)
			}
		}
	}
}

func read(l shared.List[int]) (out []int) {
	for i := range l.Len() {
		out = append(out, *l.At(i))
	}
	return out
}

func differ(a, b []int) (at []int) {
	for i := range a {
		if a[i] != b[i] {
			at = append(at, i)
		}
	}
	return at
}

// A list that differs in one place takes less than a copy by far.
func TestWithSharesTheRest(t *testing.T) {
	l := shared.Of(make([]int, 100_000))
	next := l.With([]int{500}, []int{1})
	same := 0
	for i := range l.Len() {
		if l.At(i) == next.At(i) {
			same++
		}
	}
	if own := l.Len() - same; own == 0 || own > 64 {
		t.Errorf("the next list has %d places of its own", own)
	}
}

func TestAnEmptyList(t *testing.T) {
	for _, l := range []shared.List[string]{{}, shared.Of[string](nil), shared.List[string]{}.With(nil, nil)} {
		if l.Len() != 0 {
			t.Errorf("got %d values", l.Len())
		}
	}
}
