package chance

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// What a seed gives is written down here: change it, and every ranking that was
// ever frozen with its seed is no longer repeated.
func TestStreamKeepsItsNumbers(t *testing.T) {
	s := NewStream(1, "item-7", "effort")
	got := fmt.Sprintf("%x %x %x", s.Uint64(0), s.Uint64(1), s.Uint64(1<<40))
	if want := "356886c26c191824 ea5101a7ed31a6cd 63c6d9246ffd30f2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Every argument counts, also where two texts meet.
func TestStreamArguments(t *testing.T) {
	seen := map[uint64]string{}
	for seed := range uint64(20) {
		for _, pair := range [][2]string{{"", ""}, {"a", ""}, {"", "a"}, {"ab", "c"}, {"a", "bc"}, {"abcdefgh", ""}, {"abcdefgh", "\x00"}, {"abcdefgh\x00", ""}} {
			name := fmt.Sprintf("%d %q", seed, pair)
			w := NewStream(seed, pair[0], pair[1]).Uint64(3)
			if other, ok := seen[w]; ok {
				t.Errorf("%s and %s draw alike", name, other)
			}
			seen[w] = name
		}
	}
}

// Each of the four 16-bit parts of the words, over samples of one stream and over
// streams of one sample, falls evenly into 256 cells, alone and beside its
// neighbour (chi-squared, within five standard deviations).
func TestStreamIsEven(t *testing.T) {
	const n = 1 << 18
	one := NewStream(9, "one", "reach")
	along := func(i int) uint64 { return one.Uint64(uint64(i)) }
	across := func(i int) uint64 { return NewStream(9, fmt.Sprint("item-", i), "reach").Uint64(5) }
	for name, draw := range map[string]func(int) uint64{"samples": along, "items": across} {
		for part := range 4 {
			var cells [256]int
			var pairs [256]int
			before := draw(0) >> (16 * part) & 15
			for i := 1; i <= n; i++ {
				w := draw(i) >> (16 * part)
				cells[w>>8&255]++
				pairs[before<<4|w>>12&15]++
				before = w & 15
			}
			for what, c := range map[string]*[256]int{"cells": &cells, "pairs": &pairs} {
				chi := 0.0
				for _, k := range c {
					chi += (float64(k) - n/256.0) * (float64(k) - n/256.0) / (n / 256.0)
				}
				if dev := (chi - 255) / math.Sqrt(2*255); math.Abs(dev) > 5 {
					t.Errorf("%s, part %d, %s: %.1f standard deviations from even", name, part, what, dev)
				}
			}
		}
	}
}

// One bit more in the number of the sample, or in the seed, changes half of the bits.
func TestStreamAvalanche(t *testing.T) {
	const n = 4000
	for bit := range 64 {
		bySample, bySeed := 0, 0
		for i := range uint64(n) {
			s := NewStream(i, "x", "y")
			bySample += bits.OnesCount64(s.Uint64(i*77) ^ s.Uint64(i*77^1<<bit))
			bySeed += bits.OnesCount64(s.Uint64(i) ^ NewStream(i^1<<bit, "x", "y").Uint64(i))
		}
		near(t, fmt.Sprint("bits by sample ", bit), float64(bySample)/n, 32, 5*4/math.Sqrt(n))
		near(t, fmt.Sprint("bits by seed ", bit), float64(bySeed)/n, 32, 5*4/math.Sqrt(n))
	}
}

// The normals have the moments of normals, and neither neighbours in a word, nor
// samples, nor items are correlated.
func TestStreamNormals(t *testing.T) {
	const n = 1 << 18
	s, other := NewStream(3, "i", "f"), NewStream(3, "j", "f")
	var m1, m2, m4, ab, cd, lag, cross, full float64
	var before float32
	for i := range uint64(n) {
		a, b, c, d := s.Normals(i)
		e, _, _, _ := other.Normals(i)
		x := float64(a)
		m1, m2, m4 = m1+x, m2+x*x, m4+x*x*x*x
		ab, cd, lag, cross = ab+float64(a*b), cd+float64(c*d), lag+float64(before*a), cross+float64(a*e)
		before = d
		z := s.Normal(i)
		full += z * z
	}
	root := math.Sqrt(n)
	near(t, "mean", m1/n, 0, 5/root)
	near(t, "variance", m2/n, 1, 5*math.Sqrt2/root)
	near(t, "fourth moment", m4/n, 3, 5*math.Sqrt(96)/root)
	near(t, "variance at full precision", full/n, 1, 5*math.Sqrt2/root)
	for what, sum := range map[string]float64{"in a word": ab, "in its upper half": cd, "from sample to sample": lag, "from item to item": cross} {
		near(t, "correlation "+what, sum/n, 0, 5/root)
	}
	var v float64
	for _, x := range tableNormals() {
		v += float64(x) * float64(x) / 65536
	}
	near(t, "variance of the table", v, 1-0.00003, 1e-5)
}

// Numbers strictly inside (0,1), also for the extreme words.
func TestUniformStaysInside(t *testing.T) {
	s := NewStream(5, "", "")
	sum := 0.0
	for i := range uint64(1 << 16) {
		u := s.Uniform(i)
		if u <= 0 || u >= 1 {
			t.Fatalf("sample %d is %v", i, u)
		}
		sum += u
	}
	near(t, "mean", sum/(1<<16), 0.5, 5*math.Sqrt(1.0/12)/256)
	if top := (float64(math.MaxUint64>>12) + 0.5) * (1.0 / (1 << 52)); top >= 1 {
		t.Errorf("the largest is %v", top)
	}
}

// T40 of the oracles: the standard generator that other tools seed alike.
func TestT40StandardGenerator(t *testing.T) {
	g := rand.New(rand.NewPCG(1, 2))
	for i, want := range []uint64{14192431797130687760, 11371241257079532652, 14470142590855381128} {
		if got := g.Uint64(); got != want {
			t.Errorf("word %d = %d, want %d", i, got, want)
		}
	}
	near(t, "NormFloat64", rand.New(rand.NewPCG(1, 2)).NormFloat64(), .37944549835531083, 1e-16)
	near(t, "Float64", rand.New(rand.NewPCG(1, 2)).Float64(), .6764556596678251, 1e-16)
}

func TestStreamAllocatesNothing(t *testing.T) {
	s := NewStream(1, "a", "b")
	var sum float64
	i := uint64(0)
	got := testing.AllocsPerRun(1000, func() {
		a, b, c, d := s.Normals(i)
		sum += float64(a+b+c+d) + s.Normal(i) + s.Uniform(i) + float64(NewStream(i, "item", "factor").key&1)
		i++
	})
	if got != 0 || sum == 0 {
		t.Errorf("%v allocations a draw", got)
	}
}

// Four table normals of one word, beside the plain way: the standard library's
// generator and its NormFloat64. Both figures are for four normals.
func BenchmarkFourNormals(b *testing.B) {
	b.Run("stream", func(b *testing.B) {
		b.ReportAllocs()
		s := NewStream(1, "a", "b")
		var sum float32
		for i := range uint64(b.N) {
			w, x, y, z := s.Normals(i)
			sum += w + x + y + z
		}
		keep(b, float64(sum))
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		g := rand.New(rand.NewPCG(1, 2))
		sum := 0.0
		for range b.N {
			sum += g.NormFloat64() + g.NormFloat64() + g.NormFloat64() + g.NormFloat64()
		}
		keep(b, sum)
	})
}

// keep has the compiler believe that a sum is needed.
func keep(b *testing.B, sum float64) {
	b.Helper()
	if math.IsNaN(sum) {
		b.Fatal("not a number")
	}
}
