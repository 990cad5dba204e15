package odds

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"plumbline"
	"plumbline/internal/chance"
)

func named(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprint("item ", i)
	}
	return ids
}

// atOnce is a Parallel of two workers.
func atOnce(n int, part func(i int)) {
	var wait sync.WaitGroup
	for w := range 2 {
		wait.Go(func() {
			for i := w; i < n; i += 2 {
				part(i)
			}
		})
	}
	wait.Wait()
}

// plainJoint is the obvious way: every draw of every item, sorted. It answers in
// places, and what ties at the last of them share.
func plainJoint(scores []Score, k, samples int, d Draws) []float64 {
	all, common := d.sources(scores), d.common()
	counts := make([]uint64, len(scores))
	whole := uint64(placeOf(Blocks(samples)))
	z, causes := make([][block]float64, len(all)), make([][block]float64, len(common))
	for b := range Blocks(samples) {
		for i := range all {
			normals(&z[i], all[i].stream, b)
		}
		for g := range common {
			normals(&causes[g], common[g], b)
		}
		for at := range block {
			x := make([]float64, len(all))
			for i, s := range all {
				x[i] = s.mu + s.b*z[i][at]
				if s.group >= 0 {
					x[i] += s.a * causes[s.group][at]
				}
			}
			sorted := slices.Clone(x)
			slices.Sort(sorted)
			last := sorted[len(sorted)-k]
			above, tied := 0, 0
			for _, v := range x {
				if v > last {
					above++
				} else if v == last {
					tied++
				}
			}
			for i, v := range x {
				if v > last {
					counts[i] += whole
				} else if v == last {
					counts[i] += whole * uint64(k-above) / uint64(tied)
				}
			}
		}
	}
	p := make([]float64, len(scores))
	for i := range p {
		p[i] = float64(counts[i]) / (float64(whole) * float64(Blocks(samples)*block))
	}
	return p
}

// grouped puts items in three groups, and every fifth in none.
func grouped(d Draws, rho float64) Draws {
	d.Causes = []Cause{{"red", rho}, {"green", rho / 2}, {"blue", 0}}
	d.In = make([]int, len(d.IDs))
	for i := range d.In {
		d.In[i] = i%5 - 1
		if d.In[i] == 3 {
			d.In[i] = 0
		}
	}
	return d
}

// Leaving draws out changes no bit of the answer, whatever the scores, however many
// are wanted, and whatever they have in common.
func TestJointIsThePlainWay(t *testing.T) {
	ties := append(make([]Score, 60), Score{0, 1}, Score{0.5, 0.5})
	outlier := append(crowdOf(300), Score{SD: 30}, Score{Mu: 9}, Score{Mu: -9, SD: 1e-7})
	for name, scores := range map[string][]Score{"a backlog": crowdOf(700), "known and equal": ties, "outliers": outlier, "two": crowdOf(2), "one": crowdOf(1)} {
		for _, k := range []int{1, 3, 40, len(scores) - 1, len(scores)} {
			if k < 1 || k > len(scores) {
				continue
			}
			d := Draws{Seed: 9, IDs: named(len(scores))}
			for rho, d := range map[float64]Draws{0: d, 0.3: grouped(d, 0.3), 0.9: grouped(d, 0.9)} {
				what := fmt.Sprintf("%s, k = %d, rho = %g", name, k, rho)
				got, err := Joint(scores, k, 500, d, atOnce)
				if err != nil {
					t.Fatal(what, err)
				}
				if want := plainJoint(scores, k, 500, d); !slices.Equal(got.P, want) {
					t.Errorf("%s: differs from the plain way", what)
				}
				again, _ := Joint(scores, k, 500, d, InTurn)
				if !slices.Equal(got.P, again.P) {
					t.Errorf("%s: one worker and two differ", what)
				}
				sum := 0.0
				for _, p := range got.P {
					sum += p
				}
				near(t, what+": sum", sum, float64(k), 1e-4*float64(k))
			}
		}
	}
}

// A guess that is far too high costs time, and no bit of the answer.
func TestJointSurvivesABadGuess(t *testing.T) {
	scores := crowdOf(200)
	d := Draws{Seed: 4, IDs: named(200)}
	want := plainJoint(scores, 10, 256, d)
	r := newRun(scores, 10, d)
	r.levels.first, r.levels.second = 1e6, 5e5
	r.active = r.hopefuls(nil, func(*source) float64 { return r.levels.first })
	c := newCounter(r, 1)
	c.scan.run(0, c.count)
	for i, n := range c.counts {
		if got := float64(n) / (float64(placeOf(1)) * block); got != want[i] {
			t.Fatalf("item %d: got %g, want %g", i, got, want[i])
		}
	}
}

// A further item, or another order of items, changes no draw.
func TestDrawsHangOnTheItemAlone(t *testing.T) {
	draw := func(d Draws, i int) (z [block]float64) {
		normals(&z, d.sources(make([]Score, len(d.IDs)))[i].stream, 3)
		return z
	}
	few, more := Draws{Seed: 1, IDs: []string{"a", "b"}}, Draws{Seed: 1, IDs: []string{"new", "b", "a"}}
	if draw(few, 0) != draw(more, 2) || draw(few, 1) != draw(more, 1) {
		t.Error("another item's draws changed")
	}
	if draw(few, 0) == draw(few, 1) || draw(few, 0) == draw(Draws{Seed: 2, IDs: few.IDs}, 0) {
		t.Error("two items, or two seeds, draw the same")
	}
}

// Each block has one draw in each stratum, the samples in an order of their own:
// where the best strata of two items fall has nothing in common.
func TestDrawsAreLatinHypercubes(t *testing.T) {
	const items, best = 2000, 16
	var met [items][block]bool
	moments := [3]float64{}
	for i := range items {
		s := chance.NewStream(7, fmt.Sprint(i), "score")
		o := orderAt(s, i%5)
		seen := map[uint32]bool{}
		for j := range uint32(block) {
			seen[o.sample(j)] = true
			if p := tailAt(s, i%5, j); p <= float64(j)/block || p >= float64(j+1)/block {
				t.Fatalf("stratum %d holds %g", j, p)
			}
			if j < best {
				met[i][o.sample(j)] = true
			}
		}
		if len(seen) != block {
			t.Fatalf("item %d: %d samples of %d", i, len(seen), block)
		}
	}
	// Of two items, the number of samples in which both are in their best strata is
	// hypergeometric: mean n²/N, variance n²/N·(1-n/N)·(N-n)/(N-1).
	pairs := 0.0
	for i := range items {
		for j := range i {
			if j%20 != i%20 {
				continue
			}
			both := 0.0
			for at := range block {
				if met[i][at] && met[j][at] {
					both++
				}
			}
			pairs++
			moments[1] += both
			moments[2] += both * both
		}
	}
	mean := moments[1] / pairs
	variance := moments[2]/pairs - mean*mean
	wantMean := float64(best*best) / block
	wantVar := wantMean * (1 - float64(best)/block) * float64(block-best) / (block - 1)
	t.Logf("%v pairs: mean %.4f of %.4f, variance %.4f of %.4f", pairs, mean, wantMean, variance, wantVar)
	near(t, "mean", mean, wantMean, 5*math.Sqrt(wantVar/pairs))
	near(t, "variance", variance, wantVar, 0.04)
}

func TestDrawsAreNormal(t *testing.T) {
	s := chance.NewStream(1, "a", "score")
	sum, square, fourth := 0.0, 0.0, 0.0
	const blocks = 400
	for b := range blocks {
		var z [block]float64
		normals(&z, s, b)
		for _, x := range z {
			sum, square, fourth = sum+x, square+x*x, fourth+x*x*x*x
		}
	}
	near(t, "mean", sum/(blocks*block), 0, 1e-3)
	near(t, "variance", square/(blocks*block), 1, 5e-3)
	near(t, "fourth moment", fourth/(blocks*block), 3, 0.05)
}

func TestDrawsRefuse(t *testing.T) {
	two := []Score{{0, 1}, {1, 1}}
	ids := named(2)
	for _, c := range []struct {
		d       Draws
		samples int
		want    string
	}{
		{Draws{IDs: ids[:1]}, 9, "There are 2 scores and 1 ids."},
		{Draws{IDs: ids, In: []int{0}}, 9, "There are 2 scores, and 1 items have a cause."},
		{Draws{IDs: ids, In: []int{0, 1}, Causes: []Cause{{"a", .3}}}, 9, "Item 1 has the cause 1 of 1."},
		{Draws{IDs: ids, Causes: []Cause{{"a", 1}}}, 9, `Cause "a" (0) makes 1 of the variance; it must be at least 0 and below 1.`},
		{Draws{IDs: ids}, 0, "0 samples were asked for. Ask for 1 to 16777216."},
	} {
		_, err := Joint(two, 1, c.samples, c.d, InTurn)
		if err == nil || err.Error() != c.want || plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func TestNthLargest(t *testing.T) {
	draw := chance.NewStream(2, "nth", "")
	for n := 1; n < 60; n++ {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = float64(draw.Uint64(uint64(n*100+i)) % uint64(n)) // with ties
		}
		sorted := slices.Clone(xs)
		slices.Sort(sorted)
		for k := 1; k <= n; k++ {
			if got, want := nthLargest(slices.Clone(xs), k), sorted[n-k]; got != want {
				t.Fatalf("%d-th of %v: got %g, want %g", k, xs, got, want)
			}
		}
	}
}

// No scores, groups or seeds make leaving draws out differ from the plain way.
func FuzzJoint(f *testing.F) {
	f.Add(uint64(1), 1.0, 1.0, 0.3, uint8(40), uint8(3))
	f.Add(uint64(2), 0.0, 0.0, 0.9, uint8(9), uint8(9))
	f.Add(uint64(3), 1e6, 1e-7, 0.5, uint8(80), uint8(20))
	f.Fuzz(func(t *testing.T, seed uint64, scale, sd, rho float64, size, top uint8) {
		n := int(size)%90 + 1
		k := int(top)%n + 1
		place := chance.NewStream(seed, "fuzz", "place")
		scores := make([]Score, n)
		for i := range scores {
			scores[i] = Score{scale * place.Normal(uint64(i)), sd * place.Uniform(uint64(i)<<32)}
			if seed%3 == 0 {
				scores[i].Mu = math.Round(scores[i].Mu) // ties
			}
		}
		d := grouped(Draws{Seed: seed, IDs: named(n)}, rho)
		got, err := Joint(scores, k, 256, d, InTurn)
		if err != nil {
			return
		}
		if want := plainJoint(scores, k, 256, d); !slices.Equal(got.P, want) {
			t.Fatalf("n = %d, k = %d: differs from the plain way", n, k)
		}
	})
}
