package odds

import (
	"fmt"
	"testing"
)

// The first figure: P(top 100) of 100,000 items.
func BenchmarkField(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		scores := crowdOf(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dst := make([]float64, n)
			b.ReportAllocs()
			for b.Loop() {
				f, err := NewField(scores, 100)
				if err != nil {
					b.Fatal(err)
				}
				dst = f.Tops(dst)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/item")
		})
	}
}
