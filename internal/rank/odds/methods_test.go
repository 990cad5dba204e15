package odds

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"plumbline"
)

// The three ways agree within their standard errors, and the exact one with all.
// Conditional and Joint have no bias; the mean-field way is off by what one sharp
// threshold in place of a random one costs, the less the more are wanted.
func TestMethodsAgree(t *testing.T) {
	for _, c := range []struct {
		n, k int
		bias float64 // of the mean-field way, allowed
	}{{30, 3, 0.06}, {30, 10, 0.04}, {2000, 10, 0.006}, {20_000, 100, 0.002}} {
		scores := crowdOf(c.n)
		d := Draws{Seed: 5, IDs: named(c.n)}
		field := mustField(t, scores, c.k).Tops(nil)
		joint, err := Joint(scores, c.k, 40_000, d, atOnce)
		if err != nil {
			t.Fatal(err)
		}
		cond, err := Conditional(scores, c.k, 1024, d, atOnce)
		if err != nil {
			t.Fatal(err)
		}
		exact := cond.P
		if c.n <= mostExact {
			exact = exactTops(t, scores, c.k)
		}
		chi, tried, rare, worst, off, bias, sum := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
		for i := range scores {
			if seen := exact[i] * (1 - exact[i]) * float64(joint.Samples); seen >= 40 { // few are not normal
				z := (joint.P[i] - exact[i]) / math.Hypot(joint.SE(i), cond.SE(i))
				chi, tried = chi+z*z, tried+1
				worst = math.Max(worst, math.Abs(z))
			} else {
				rare += joint.P[i] - exact[i]
			}
			off = math.Max(off, math.Abs(cond.P[i]-exact[i])/(cond.SE(i)+5e-4))
			bias = math.Max(bias, math.Abs(field[i]-exact[i]))
			sum += cond.P[i]
		}
		chi /= tried
		t.Logf("n %5d, k %3d: joint of %v items within %.2f standard errors (mean square %.3f), conditional within %.2f of its own; mean-field off by %.5f at most; conditional sums to %.4f",
			c.n, c.k, tried, worst, chi, off, bias, sum)
		if worst > 4.8 || chi > 1.2 {
			t.Errorf("n %d, k %d: joint is off by %.2f standard errors", c.n, c.k, worst)
		}
		if off > 4 {
			t.Errorf("n %d, k %d: conditional is off by %.2f standard errors", c.n, c.k, off)
		}
		if bias > c.bias {
			t.Errorf("n %d, k %d: the mean-field way is off by %.4f", c.n, c.k, bias)
		}
		near(t, "what is rare, together", rare, 0, 0.01)
		near(t, "conditional sum", sum, float64(c.k), 0.01*float64(c.k)+0.02)
	}
}

func exactTops(t *testing.T, scores []Score, k int) []float64 {
	t.Helper()
	ranks, err := Exactly(scores)
	if err != nil {
		t.Fatal(err)
	}
	p := make([]float64, len(scores))
	for i := range p {
		for _, x := range ranks[i][:k] {
			p[i] += x
		}
	}
	return p
}

// With causes in common, counting and integrating agree, and both differ from the
// mean-field way, which does not know of them.
func TestMethodsAgreeOnGroups(t *testing.T) {
	scores := crowdOf(900)
	d := grouped(Draws{Seed: 6, IDs: named(900)}, 0.8)
	joint, err := Joint(scores, 50, 40_000, d, atOnce)
	if err != nil {
		t.Fatal(err)
	}
	cond, err := Conditional(scores, 50, 10_000, d, atOnce)
	if err != nil {
		t.Fatal(err)
	}
	draw, err := d.Rows(scores)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := Sampled(900, 50, 40_000, draw, atOnce)
	if err != nil {
		t.Fatal(err)
	}
	field := mustField(t, scores, 50).Tops(nil)
	worst, other, apart := 0.0, 0.0, 0.0
	for i := range scores {
		worst = math.Max(worst, math.Abs(joint.P[i]-cond.P[i])/math.Hypot(joint.SE(i), cond.SE(i)))
		other = math.Max(other, math.Abs(joint.P[i]-rows.P[i])/math.Hypot(joint.SE(i), rows.SE(i)))
		apart = math.Max(apart, math.Abs(joint.P[i]-field[i]))
	}
	t.Logf("joint and conditional within %.2f standard errors, joint and other draws within %.2f; mean-field off by %.3f", worst, other, apart)
	if worst > 4.8 || other > 4.8 {
		t.Errorf("off by %.2f and %.2f standard errors", worst, other)
	}
	if apart < 0.01 {
		t.Errorf("what is shared changes nothing: %.4f", apart)
	}
}

// Two items that share nearly everything: which is first hangs on what they do not.
func TestGroupsCancel(t *testing.T) {
	scores := []Score{{0.2, 1}, {0, 1}}
	d := Draws{IDs: named(2), Causes: []Cause{{"team", 0.99}}, In: []int{0, 0}}
	want := AboveTogether(scores[0], scores[1], 0.99)
	joint, err := Joint(scores, 1, 20_000, d, InTurn)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "joint", joint.P[0], want, 4*joint.SE(0))
	cond, err := Conditional(scores, 1, 4096, d, InTurn)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "conditional", cond.P[0], want, 4*cond.SE(0))
}

// Sampled counts as the plain loop does, for any shape: here with ties, infinities
// and what is no number, which is worst.
func TestSampledIsThePlainWay(t *testing.T) {
	const n, samples = 50, 400
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	base, err := Draws{Seed: 3, IDs: named(n)}.Rows(crowdOf(n))
	if err != nil {
		t.Fatal(err)
	}
	for name, draw := range map[string]Sampler{
		"normal": base,
		"odd": func(quad int, rows *Rows) {
			base(quad, rows)
			for _, row := range rows {
				for i := range row {
					row[i] = float32(math.Round(float64(row[i])))
				}
				row[quad%n], row[1], row[2] = inf, nan, -inf
			}
		},
		"nothing": func(_ int, rows *Rows) {
			for _, row := range rows {
				for i := range row {
					row[i] = nan
				}
			}
		},
	} {
		for _, k := range []int{1, 7, 49, 50} {
			got, err := Sampled(n, k, samples, draw, atOnce)
			if err != nil {
				t.Fatal(err)
			}
			want := plainSampled(n, k, samples, draw)
			for i := range want {
				near(t, fmt.Sprintf("%s, k = %d, item %d", name, k, i), got.P[i], want[i], 1e-4)
			}
		}
	}
}

func plainSampled(n, k, samples int, draw Sampler) []float64 {
	var rows Rows
	for r := range rows {
		rows[r] = make([]float32, n)
	}
	p := make([]float64, n)
	for q := range samples / 4 {
		draw(q, &rows)
		for _, row := range rows {
			for i, x := range row {
				if x != x {
					row[i] = float32(math.Inf(-1))
				}
			}
			sorted := slices.Clone(row)
			slices.Sort(sorted)
			above, tied := 0, 0
			for _, x := range row {
				if x > sorted[n-k] {
					above++
				} else if x == sorted[n-k] {
					tied++
				}
			}
			for i, x := range row {
				if x > sorted[n-k] {
					p[i]++
				} else if x == sorted[n-k] {
					p[i] += float64(k-above) / float64(tied)
				}
			}
		}
	}
	for i := range p {
		p[i] /= float64(samples)
	}
	return p
}

// The whole distribution of ranks agrees with exact ranks, and its quantiles with
// the field's.
func TestSpread(t *testing.T) {
	scores := crowdOf(20)
	draw, err := Draws{Seed: 8, IDs: named(20)}.Rows(scores)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Spread(20, 40_000, draw, atOnce)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := Exactly(scores)
	for i := range scores {
		for r, p := range got.At(i) {
			near(t, fmt.Sprintf("item %d at rank %d", i, got.Spans()[r]), p, want[i][r], 0.013)
		}
	}
	many := crowdOf(5000)
	draw, _ = Draws{Seed: 8, IDs: named(5000)}.Rows(many)
	got, err = Spread(5000, 2000, draw, InTurn)
	if err != nil {
		t.Fatal(err)
	}
	f := mustField(t, many, 10)
	for i := range 200 {
		for _, p := range []float64{0.05, 0.5, 0.95} {
			want := f.Rank(i, p)
			near(t, fmt.Sprintf("item %d, p = %g", i, p), got.Quantile(i, p), want, 2+0.25*want)
		}
	}
	if _, err := Spread(5, 65_533, draw, InTurn); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("too many samples: %v", err)
	}
}

func TestSpreadWithBadNumbersAndTies(t *testing.T) {
	r, err := Spread(3, 4, func(_ int, rows *Rows) {
		for _, row := range rows {
			row[0], row[1], row[2] = float32(math.NaN()), 1, 1
		}
	}, InTurn)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{3, 1, 2} {
		if got := r.Quantile(i, 0.5); got != want {
			t.Errorf("item %d: rank %g, want %g", i, got, want)
		}
	}
}
