package odds

import (
	"math"
	"testing"

	"plumbline/internal/chance"
)

// The inner loops take no memory once they are warm.
func TestInnerLoopsAllocateNothing(t *testing.T) {
	scores := crowdOf(3000)
	f := mustField(t, scores, 50)
	tops := f.Tops(nil)
	independent := Draws{Seed: 1, IDs: named(3000)}
	sum := 0.0
	for name, loop := range map[string]func(){
		"field":            func() { tops = f.Tops(tops); sum += f.Rank(7, 0.05) + f.ExpectedRank(7) },
		"worth":            func() { sum += ForFactor(3, 2, 0.5) + ForNormal(1, 2, 3) },
		"joint":            scanOf(newRun(scores, 50, independent)),
		"joint, in groups": scanOf(newRun(scores, 50, grouped(independent, 0.3))),
		"every draw":       sifterOf(t, scores, independent),
		"sort":             sorterOf(t, scores, independent),
	} {
		for range 20 {
			loop() // until every list has its size
		}
		if n := testing.AllocsPerRun(10, loop); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	if math.IsNaN(sum) {
		t.Error("not a number")
	}
}

func scanOf(r *run) func() {
	c := newCounter(r, 1<<16)
	count := c.count
	b := 0
	return func() {
		c.scan.run(b%4, count)
		b++
	}
}

func sifterOf(t *testing.T, scores []Score, d Draws) func() {
	draw, err := d.Rows(scores)
	if err != nil {
		t.Fatal(err)
	}
	s, q := newSifter(len(scores), 50, 1<<16), 0
	return func() {
		draw(q%4, &s.rows)
		for _, row := range s.rows {
			s.count(row)
		}
		q++
	}
}

func sorterOf(t *testing.T, scores []Score, d Draws) func() {
	draw, err := d.Rows(scores)
	if err != nil {
		t.Fatal(err)
	}
	var rows Rows
	for r := range rows {
		rows[r] = make([]float32, len(scores))
	}
	draw(0, &rows)
	s, span, first := newSorter(len(scores)), make([]uint8, len(scores)), spanStarts(len(scores))
	return func() { s.mark(span, rows[0], first) }
}

// Drawing by strata errs less than drawing freely, for the same number of samples.
func TestStrataHelp(t *testing.T) {
	const n, k = 2000, 20
	scores := crowdOf(n)
	true_, err := Conditional(scores, k, 8192, Draws{Seed: 99, IDs: named(n)}, atOnce)
	if err != nil {
		t.Fatal(err)
	}
	strata, free := 0.0, 0.0
	for seed := range uint64(20) {
		d := Draws{Seed: seed, IDs: named(n)}
		joint, err := Joint(scores, k, 256, d, atOnce)
		if err != nil {
			t.Fatal(err)
		}
		draw, err := d.Rows(scores)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := Sampled(n, k, 256, draw, atOnce)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range true_.P {
			strata += (joint.P[i] - p) * (joint.P[i] - p)
			free += (rows.P[i] - p) * (rows.P[i] - p)
		}
	}
	t.Logf("256 samples: rmse %.4f by strata, %.4f freely: as good as %.1f times as many samples",
		math.Sqrt(strata/20/n), math.Sqrt(free/20/n), free/strata)
	if free < 2*strata {
		t.Errorf("strata are as good as %.1f times as many samples only", free/strata)
	}
}

// Whatever the scores, no answer is anything but a chance or a rank.
func FuzzField(f *testing.F) {
	f.Add(uint64(1), 3.0, 1.0, 0.0, 1e9, uint16(300))
	f.Add(uint64(2), 0.0, 0.0, 1e-9, 4.0, uint16(5))
	f.Fuzz(func(t *testing.T, seed uint64, scale, sd, mu, outlier float64, size uint16) {
		n := int(size%600) + 1
		draw := chance.NewStream(seed, "fuzz", "")
		scores := make([]Score, n)
		for i := range scores {
			scores[i] = Score{mu + scale*draw.Normal(uint64(i)), sd * draw.Uniform(uint64(i)<<1)}
		}
		scores[n/2].SD = outlier
		k := int(seed%uint64(n)) + 1
		field, err := NewField(scores, k)
		if err != nil {
			return
		}
		sum := 0.0
		for i := range scores {
			p, low, high, mean := field.Top(i), field.Rank(i, 0.05), field.Rank(i, 0.95), field.ExpectedRank(i)
			if !(p >= 0 && p <= 1 && low >= 1 && low <= high+0.5 && high <= float64(n)+1e-6 && mean >= 0.9 && mean <= float64(n)+0.6) {
				t.Fatalf("item %d of %d, %+v: P %g, ranks %g to %g, mean %g", i, n, scores[i], p, low, high, mean)
			}
			sum += p
		}
		if math.Abs(sum-float64(k)) > 0.01*float64(k)+1e-3 {
			t.Fatalf("the chances of %d items sum to %g, not %d", n, sum, k)
		}
	})
}
