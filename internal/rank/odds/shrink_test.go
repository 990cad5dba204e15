package odds

import (
	"math"
	"testing"

	"plumbline/internal/chance"
)

// T7: the weight of a score whose noise is .73 among true scores that differ by 1.2.
func TestT7ShrinkWeight(t *testing.T) {
	near(t, "weight", Prior{Spread: 1.2, Of: 300}.Weight(0.73), 0.729890, 6e-7)
	s := Prior{Mean: 1, Spread: 1.2, Of: 300}.Shrink(Score{3, 0.73})
	near(t, "mean", s.Mu, 1+2*0.729890, 2e-6)
	near(t, "sd", s.SD, 0.73*math.Sqrt(0.729890), 1e-6)
}

// Learn finds the spread and mean that scores were made with, however different
// their noise is.
func TestLearnFindsThePrior(t *testing.T) {
	truth, noise := chance.NewStream(11, "prior", "truth"), chance.NewStream(11, "prior", "noise")
	scores := make([]Score, 20_000)
	for i := range scores {
		sd := 0.3 + 0.2*float64(i%8)
		scores[i] = Score{Mu: 2 + 1.2*truth.Normal(uint64(i)) + sd*noise.Normal(uint64(i)), SD: sd}
	}
	p := Learn(scores)
	near(t, "mean", p.Mean, 2, 0.04)
	near(t, "spread", p.Spread, 1.2, 0.04)
}

func TestLearnFromLittle(t *testing.T) {
	s := Score{3, 1}
	if got := Learn(nil).Shrink(s); got != s {
		t.Errorf("from nothing: %v", got)
	}
	if got := Learn([]Score{s}).Shrink(s); got != s {
		t.Errorf("from itself: %v", got)
	}
	if got := Learn([]Score{{1, 1}, {3, 1}, {2, 1}}); got.Spread != 0 || got.Mean != 2 {
		t.Errorf("no more apart than noise: %+v", got)
	}
	if got := Learn([]Score{{1, 0}, {3, 0}}); math.Abs(got.Spread-math.Sqrt2) > 1e-6 || got.Shrink(Score{3, 0}).Mu != 3 {
		t.Errorf("known exactly: %+v", got)
	}
}

// Of the factors, the wide one makes a score uncertain, the one in which items
// differ decides the ranking.
func TestShares(t *testing.T) {
	got := Shares([]float64{0.6, 0.3, 0})
	near(t, "first", got[0], 0.8, 1e-12)
	near(t, "second", got[1], 0.2, 1e-12)
	if z := Shares([]float64{0, 0}); z[0] != 0 || z[1] != 0 {
		t.Errorf("nothing unknown: %v", z)
	}
	among := SharesAmong([][]float64{{0, 0, 1}, {3, 1, 1}, {6, -1, 1}, {9, 0, 1}})
	near(t, "sum", among[0]+among[1]+among[2], 1, 1e-12)
	near(t, "what all have in common", among[2], 0, 1e-12)
	if among[0] < 0.9 {
		t.Errorf("the wide factor decides only %.2f", among[0])
	}
	if z := SharesAmong([][]float64{{1}, {1}}); z[0] != 0 || SharesAmong(nil) != nil {
		t.Errorf("all alike: %v", z)
	}
}

// A few scores that lie close together keep most of what sets them apart; of many
// that differ by no more than their own noise, nothing is left.
func TestAFewScoresDoNotCollapse(t *testing.T) {
	few := []Score{{1, 0.7}, {1.2, 0.7}, {1.4, 0.7}}
	if p := Learn(few); p.Spread != 0 {
		t.Errorf("by their moments alone they differ by %v", p.Spread)
	}
	p := LearnFew(few)
	near(t, "weight of one of three", p.Weight(0.7), 0.4, 1e-9) // 4 of 6 parts of .49 against .49
	for i := range few[1:] {
		if a, b := p.Shrink(few[i]).Mu, p.Shrink(few[i+1]).Mu; b-a < 0.05 {
			t.Errorf("%v and %v became %v and %v", few[i], few[i+1], a, b)
		}
	}
	var many []Score
	for i := range 400 {
		many = append(many, Score{0.7 * math.Sin(float64(i)), 0.7})
	}
	if w := LearnFew(many).Weight(0.7); w > 0.02 {
		t.Errorf("of many that do not differ, %v is kept", w)
	}
	for _, n := range []int{0, 1} {
		if got, want := LearnFew(few[:n]), Learn(few[:n]); got != want {
			t.Errorf("%d scores taught %v, not %v", n, got, want)
		}
	}
}
