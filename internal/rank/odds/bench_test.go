package odds

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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
		d.Causes = append(d.Causes, Cause{fmt.Sprint("team ", g), rho})
	}
	for i := range d.IDs {
		d.In = append(d.In, i*7%n)
	}
	return d
}

// Every draw of every item, with nothing left out: for dependence of any kind.
func BenchmarkSampled(b *testing.B) {
	const n, samples = 100_000, 1000
	ids := named(n)
	for name, d := range map[string]Draws{"independent": {Seed: 1, IDs: ids}, "groups": teams(Draws{Seed: 1, IDs: ids}, 20, 0.3)} {
		b.Run(name, func(b *testing.B) {
			draw, err := d.Rows(crowdOf(n))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Sampled(n, 100, samples, draw, atOnce); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n/samples, "ns/draw")
		})
	}
}

// The plain, obvious loop: draw all, sort, count the first 100. Few samples, since
// it is the figure for one draw that is compared.
func BenchmarkPlain(b *testing.B) {
	const n, samples = 100_000, 8
	scores := crowdOf(n)
	x, counts := make([]ranked, n), make([]int, n)
	random := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		for range samples {
			for i, s := range scores {
				x[i] = ranked{s.Mu + s.SD*random.NormFloat64(), i}
			}
			slices.SortFunc(x, func(a, b ranked) int { return cmp.Compare(b.x, a.x) })
			for _, r := range x[:100] {
				counts[r.i]++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n/samples, "ns/draw")
}

type ranked struct {
	x float64
	i int
}

func BenchmarkConditional(b *testing.B) {
	const n = 100_000
	scores, ids := crowdOf(n), named(n)
	for name, d := range map[string]Draws{"independent": {Seed: 1, IDs: ids}, "groups": teams(Draws{Seed: 1, IDs: ids}, 20, 0.3)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Conditional(scores, 100, 256, d, atOnce); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSpread(b *testing.B) {
	const n, samples = 100_000, 200
	draw, err := Draws{Seed: 1, IDs: named(n)}.Rows(crowdOf(n))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Spread(n, samples, draw, atOnce); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n/samples, "ns/draw")
}

// The third figure: what it is worth to know each of 100,000 unknowns; and
// the same as it is written in books.
func BenchmarkWorth(b *testing.B) {
	const n = 100_000
	scores := crowdOf(n)
	unknowns := make([]Unknown, n)
	for i, s := range scores {
		unknowns[i] = Unknown{Value: s.MeanOfLog(), Price: 1.5, SD: s.SD, Observations: 1, Noise: 0.5, Cost: 0.3}
	}
	sum, sums := 0.0, [2]float64{}
	b.Run("one worker", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range unknowns {
				sum += ForFactor(unknowns[i].Value, unknowns[i].Price, unknowns[i].SD)
			}
		}
	})
	b.Run("two workers", func(b *testing.B) {
		for b.Loop() {
			atOnce(2, func(half int) {
				own := 0.0
				for _, u := range unknowns[half*n/2 : (half+1)*n/2] {
					own += ForFactor(u.Value, u.Price, u.SD)
				}
				sums[half] += own
			})
		}
	})
	b.Run("sampled", func(b *testing.B) { // 100 draws of each of 1,000
		random := rand.New(rand.NewPCG(1, 2))
		for b.Loop() {
			for _, s := range scores[:1000] {
				both, mean := 0.0, 0.0
				for range 100 {
					v := math.Exp(s.Mu+s.SD*random.NormFloat64()) - 1.5
					both, mean = both+max(v, 0), mean+v
				}
				sum += both - max(mean, 0)
			}
		}
	})
	b.Run("list", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Validate(unknowns); err != nil {
				b.Fatal(err)
			}
		}
	})
	_ = sum
}

// One estimate of 10,000 items changes: everything that a page shows of it.
func BenchmarkEdit(b *testing.B) {
	const n = 10_000
	scores, tops := crowdOf(n), make([]float64, n)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i = (i + 7919) % n
		scores[i].Mu += 0.1
		f, err := NewField(scores, 100)
		if err != nil {
			b.Fatal(err)
		}
		tops = f.Tops(tops)
		for j := range 50 { // of the rows on the page
			_, _, _ = f.Rank(j, 0.05), f.Rank(j, 0.95), f.ExpectedRank(j)
		}
	}
}

// The plain loop beside BenchmarkField: 30 halvings with the error function.
func BenchmarkFieldPlain(b *testing.B) {
	scores := crowdOf(100_000)
	tops := make([]float64, len(scores))
	for b.Loop() {
		low, high := -20.0, 20.0
		for range 30 {
			mid, sum := (low+high)/2, 0.0
			for _, s := range scores {
				sum += 0.5 * math.Erfc((mid-s.Mu)/s.SD/math.Sqrt2)
			}
			if sum > 100 {
				low = mid
			} else {
				high = mid
			}
		}
		for i, s := range scores {
			tops[i] = 0.5 * math.Erfc((low-s.Mu)/s.SD/math.Sqrt2)
		}
	}
}

func BenchmarkExactly(b *testing.B) {
	scores := crowdOf(40)
	for b.Loop() {
		if _, err := Exactly(scores); err != nil {
			b.Fatal(err)
		}
	}
}
