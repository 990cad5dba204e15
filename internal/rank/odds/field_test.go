package odds

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"plumbline"
	"plumbline/internal/chance"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: got %.9g, want %.9g ± %g", what, got, want, within)
	}
}

// crowdOf makes n scores as a backlog has them: log scores of sd 1.2 between items,
// each uncertain by .3 to 1.2, from 3 factors that may be wide.
func crowdOf(n int) []Score {
	place, width := chance.NewStream(1, "crowd", "place"), chance.NewStream(1, "crowd", "width")
	scores := make([]Score, n)
	for i := range scores {
		scores[i] = Score{Mu: 1.2 * place.Normal(uint64(i)), SD: 0.3 + 0.9*width.Uniform(uint64(i))}
	}
	return scores
}

// T5: two items scored by RICE; science 8.
func TestT5WhichOfTwo(t *testing.T) {
	a, b := Score{4.382027, 0.729892}, Score{5.010635, 0.632955}
	near(t, "P(A>B)", Above(a, b), 0.257634, 1e-6)
	near(t, "P(B>A)", Above(b, a), 0.742366, 1e-6)
	f := mustField(t, []Score{a, b}, 1)
	near(t, "expected rank of A", f.ExpectedRank(0), 1.742366, 1e-6)
	near(t, "what both share cancels", AboveTogether(Score{1, 2}, Score{0.5, 2}, 1), 1, 0)
}

// T6: the expected maximum of n standard normals, from the exact ranks.
func TestT6ExpectedMaximum(t *testing.T) {
	for _, c := range []struct {
		n    int
		want float64
	}{{2, 0.56419}, {3, 0.846284}, {5, 1.162964}, {10, 1.538753}, {100, 2.507594}} {
		scores := make([]Score, c.n)
		for i := range scores {
			scores[i].SD = 1
		}
		// E max = n ∫ z φ(z) P(none of the others above z) dz.
		sum, above := 0.0, make([]float64, c.n)
		const step = 1.0 / 64
		for z := -8.5; z <= 8.5; z += step {
			countAbove(above, scores, 0, z)
			sum += float64(c.n) * z * chance.Density(z) * above[0] * step
		}
		near(t, fmt.Sprintf("n = %d", c.n), sum, c.want, 1e-6)
	}
}

// T9: three items exactly; and the mean-field way is near for so few.
func TestT9ExactRanks(t *testing.T) {
	scores := []Score{{0, 1}, {0.5, 1}, {1, 2}}
	ranks, err := Exactly(scores)
	if err != nil {
		t.Fatal(err)
	}
	first := []float64{0.162893, 0.308780, 0.528327}
	two := []float64{0.526304, 0.740915, 0.732781}
	mean := []float64{2.310803, 1.950305, 1.738892}
	f := mustField(t, scores, 1)
	for i, r := range ranks {
		near(t, "P(top 1)", r[0], first[i], 6e-7)
		near(t, "P(top 2)", r[0]+r[1], two[i], 6e-7)
		near(t, "E rank", r[0]+2*r[1]+3*r[2], mean[i], 6e-7)
		near(t, "E rank of the field", f.ExpectedRank(i), mean[i], 6e-7)
	}
}

func TestExactlyWithSharpScores(t *testing.T) {
	ranks, err := Exactly([]Score{{0, 0}, {0, 1}, {0.1, 0}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "known and better, first", ranks[2][0], chance.Phi(0.1), 1e-3)
	near(t, "known and worse, last", ranks[0][2], chance.Q(0), 1e-3)
	if _, err := Exactly(make([]Score, 41)); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("41 items: %v", err)
	}
}

// T43: the chances of being among the first k sum to k, whatever the scores.
func TestT43TopsSumToK(t *testing.T) {
	all := map[string][]Score{
		"a backlog":         crowdOf(3000),
		"all equal, known":  make([]Score, 500),
		"one known of many": append(crowdOf(300), Score{Mu: 9}),
		"one very unsure":   append(crowdOf(300), Score{SD: 60}),
		"known, apart":      {{1, 0}, {2, 0}, {3, 0}, {4, 0}},
		"two far apart":     {{-1e6, 1}, {1e6, 1e-3}},
		"one":               {{3, 1}},
	}
	for name, scores := range all {
		for _, k := range []int{1, 2, len(scores) / 3, len(scores) - 1, len(scores)} {
			if k < 1 || k > len(scores) {
				continue
			}
			sum := 0.0
			for _, p := range mustField(t, scores, k).Tops(nil) {
				if !(p >= 0 && p <= 1) {
					t.Fatalf("%s: a chance of %g", name, p)
				}
				sum += p
			}
			near(t, fmt.Sprintf("%s, k = %d", name, k), sum, float64(k), 1e-4*float64(k))
		}
	}
}

// The table of ranks agrees with the sums that it stands for.
func TestRanksFromTheTable(t *testing.T) {
	sharp := crowdOf(1500)
	for i := range sharp {
		sharp[i].SD /= 40
	}
	mixed := append(crowdOf(1500), Score{0, 12}, Score{2, 0}, Score{-3, 0.001})
	wild := append(crowdOf(1500), Score{3, 1e6}, Score{1e7, 2}, Score{-1e8, 5})
	known := crowdOf(1500)
	for i := range known {
		known[i].SD = 0
	}
	for name, scores := range map[string][]Score{"a backlog": crowdOf(1500), "sharp": sharp, "mixed": mixed, "wild": wild, "known": known} {
		f := mustField(t, scores, 100)
		worst := 0.0
		for i := range scores {
			for _, p := range []float64{0.05, 0.5, 0.95} {
				x, want := scores[i].Mu+scores[i].spread()*chance.Probit(1-p), 1.0
				for j, s := range scores {
					if j != i {
						want += s.above(x)
					}
				}
				worst = math.Max(worst, math.Abs(f.Rank(i, p)-want)/(1+0.02*want))
			}
		}
		t.Logf("%s: off by %.4f ranks at most, near the top", name, worst)
		if worst > 0.25 {
			t.Errorf("%s: off by %.3f ranks", name, worst)
		}
		want := 1.0
		for j, s := range scores {
			if j != 7 {
				want += Above(s, scores[7])
			}
		}
		near(t, name+": expected rank", f.ExpectedRank(7), want, 0.3)
	}
}

func TestRankOfOneAndOfEqual(t *testing.T) {
	near(t, "alone", mustField(t, []Score{{0, 1}}, 1).Rank(0, 0.95), 1, 0)
	same := mustField(t, make([]Score, 1001), 10)
	near(t, "all equal: mean", same.ExpectedRank(3), 501, 1)
	near(t, "all equal: chance", same.Top(3), 10.0/1001, 1e-9)
}

func TestFieldRefuses(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		scores []Score
		k      int
		want   string
	}{
		{nil, 1, "There is nothing to rank."},
		{make([]Score, 3), 0, "The first 0 of 3 items were asked for. Ask for 1 to 3."},
		{make([]Score, 3), 4, "The first 4 of 3 items were asked for. Ask for 1 to 3."},
		{[]Score{{}, {math.NaN(), 1}}, 1, "Score 1 is not a number. Look at the estimates that it is made of."},
		{[]Score{{0, math.NaN()}}, 1, "Score 0 is not a number. Look at the estimates that it is made of."},
		{[]Score{{}, {}, {0, inf}}, 1, "Score 2 is too large to be ranked. Look at the units of its estimates."},
		{[]Score{{-inf, 1}}, 1, "Score 0 is too large to be ranked. Look at the units of its estimates."},
		{[]Score{{0, -1}}, 1, "Score 0 has a spread below zero."},
	} {
		_, err := NewField(c.scores, c.k)
		if err == nil || err.Error() != c.want || plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%v, k = %d: got %v, want %q", c.scores, c.k, err, c.want)
		}
	}
}

func TestGroupsOfScoresThatCannotBeToldApart(t *testing.T) {
	ordered := []Score{{3, 1}, {2.9, 1}, {2.7, 1}, {2.4, 1}, {2.1, 1}, {0, 0.1}, {-1, 0.1}}
	got := Runs(ordered)
	if want := []Run{{0, 3}, {3, 5}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// What is alike is told from afar without the chance, and never otherwise than by it.
func TestAlikeIsByTheChance(t *testing.T) {
	edge := chance.Probit(likeHigh)
	for _, sd := range []float64{0, 1e-7, 1e-6, 0.3, 40} {
		for _, other := range []float64{0, 1e-6, 1, 7} {
			wide := max(math.Hypot(sd, other), sharpest)
			for _, z := range []float64{0, 0.1, edge - 1e-6, edge - 1e-15, edge, edge + 1e-15, edge + 1e-6, 0.4, 9} {
				a, b := Score{3 + z*wide, sd}, Score{3, other}
				p := Above(a, b)
				if got, want := Alike(a, b), p >= likeLow && p <= likeHigh; got != want || Alike(b, a) != want {
					t.Errorf("%v and %v: %v, but the chance is %v", a, b, got, p)
				}
			}
		}
	}
}

// Of many items a field answers without its scores as it does with them.
func TestAnOutlineAnswersAsItsField(t *testing.T) {
	scores, desk := crowdOf(1500), new(Desk)
	first, err := desk.Field(scores, 20)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = desk.Field(crowdOf(400), 7); err != nil { // the desk is used again
		t.Fatal(err)
	}
	f, o := mustField(t, scores, 20), first.Outline
	for i, s := range scores {
		if f.Top(i) != o.TopOf(s) || f.Rank(i, 0.05) != o.RankOf(s, 0.05) || f.ExpectedRank(i) != o.ExpectedRankOf(s) {
			t.Fatalf("score %d: %g, %g and %g, not %g, %g and %g", i, o.TopOf(s), o.RankOf(s, 0.05), o.ExpectedRankOf(s), f.Top(i), f.Rank(i, 0.05), f.ExpectedRank(i))
		}
		for _, p := range []float64{0.01, 0.5, 0.8} {
			if got, want := o.Reaches(s, p), f.Top(i) >= p; got != want {
				t.Errorf("score %d has a chance of %g; reaches %g: %v", i, f.Top(i), p, got)
			}
		}
	}
}

func mustField(t testing.TB, scores []Score, k int) *Field {
	t.Helper()
	f, err := NewField(scores, k)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
