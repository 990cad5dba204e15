package sorted

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

type card struct{ rank, at int }

func byRank(a, b card) int { return cmp.Compare(a.rank, b.rank) }

// TestLikeTheSortsOfSlices compares with the stable sort of package slices.
func TestLikeTheSortsOfSlices(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(1, 2))
	for size := range 60 {
		list := make([]card, size)
		for i := range list {
			list[i] = card{draw.IntN(5), i}
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, byRank)
		if got := Of(slices.Values(list), byRank); !slices.Equal(got, want) {
			t.Fatalf("Of(%v) is %v, not %v", list, got, want)
		}
		By(list, byRank)
		if !slices.Equal(list, want) {
			t.Fatalf("By gives %v, not %v", list, want)
		}
	}
}
