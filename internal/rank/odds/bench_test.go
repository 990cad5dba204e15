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

// The second figure: 10,000 joint samples of 100,000 items. The same, by
// the plain loop, is [BenchmarkPlain].
func BenchmarkJoint(b *testing.B) {
	const n, samples = 100_000, 10_000
	scores, ids := crowdOf(n), named(n)
	for _, c := range []struct {
		name string
		d    Draws
	}{{"independent", Draws{Seed: 1, IDs: ids}}, {"groups", teams(Draws{Seed: 1, IDs: ids}, 20, 0.3)}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			looked := int64(0)
			for b.Loop() {
				t, err := Joint(scores, 100, samples, c.d, atOnce)
				if err != nil {
					b.Fatal(err)
				}
				looked = t.Looked
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n/samples, "ns/draw")
			b.ReportMetric(float64(looked)/n/samples, "looked-at")
		})
	}
}

func teams(d Draws, n int, rho float64) Draws {
	for g := range n {
		d.Groups = append(d.Groups, Group{fmt.Sprint("team ", g), rho})
	}
	for i := range d.IDs {
		d.In = append(d.In, i*7%n)
	}
	return d
}
