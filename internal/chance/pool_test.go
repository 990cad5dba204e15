package chance

import (
	"math"
	"testing"
)

func TestT24Probabilities(t *testing.T) {
	pool := func(ps []float64, d float64) float64 {
		p, err := PoolOdds(ps, d)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	mean := func(ps []float64) float64 {
		p, err := MeanProbability(ps)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	two, three := []float64{.6, .9}, []float64{.6, .7, .8}
	near(t, "linear", mean(two), .75, 1e-15)
	near(t, "odds", pool(two, 1), .786061, 5e-7)
	near(t, "d=1.5", pool(two, 1.5), .875666, 5e-7)
	near(t, "linear of three", mean(three), .70, 1e-15)
	near(t, "odds of three", pool(three, 1), .706757, 5e-7)
	near(t, "d=sqrt 3", pool(three, math.Sqrt(3)), .821077, 5e-7)
	near(t, "Neyman of one", IndependentSharpening(1), 1, 1e-15)
	near(t, "Neyman of very many", IndependentSharpening(1e6), math.Sqrt(3), 1e-5)
}

func intervals(t *testing.T, bounds ...[2]float64) (out []Opinion) {
	for _, b := range bounds {
		out = append(out, Opinion{Estimate: must(t)(FromInterval(b[0], b[1]))})
	}
	return out
}

func pooled(t *testing.T, list []Opinion) Pool {
	t.Helper()
	p, err := PoolOpinions(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Who agrees keeps the interval; who disagrees widens it, and that is said.
func TestPoolOpinions(t *testing.T) {
	same := pooled(t, intervals(t, [2]float64{2, 8}, [2]float64{2, 8}))
	near(t, "low", same.Together.Quantile(.05), 2, 1e-9)
	near(t, "high", same.Together.Quantile(.95), 8, 1e-9)
	if same.Disagree || same.Share != 0 || same.Farthest != -1 {
		t.Errorf("agreement is called %+v", same)
	}
	apart := pooled(t, intervals(t, [2]float64{1, 2}, [2]float64{10, 20}))
	s := math.Log(2) / (2 * Z90)
	between := square(math.Log(10) / 2)
	near(t, "share", apart.Share, between/(between+s*s), 1e-12)
	near(t, "sd", apart.Together.b, math.Sqrt(between+s*s), 1e-12)
	near(t, "median", apart.Together.Median(), math.Sqrt(math.Sqrt2*10*math.Sqrt2), 1e-9)
	if !apart.Disagree {
		t.Error("ten times as much is not called a disagreement")
	}
	list := intervals(t, [2]float64{2, 8}, [2]float64{3, 9}, [2]float64{200, 800}, [2]float64{2, 7})
	list = append(list, Opinion{}) // did not say
	if p := pooled(t, list); p.Farthest != 2 {
		t.Errorf("the farthest is %d, want 2", p.Farthest)
	}
	list[2].Weight = 0
	for _, i := range []int{0, 1, 3} {
		list[i].Weight = 5
	}
	if p := pooled(t, list); p.Together.Quantile(.99) > 100 {
		t.Errorf("an opinion without weight counts: %v", p.Together)
	}
	mixed := pooled(t, intervals(t, [2]float64{-3, 5}, [2]float64{2, 8}))
	if mixed.Together.Kind() != KindNormal {
		t.Errorf("an opinion below zero is pooled as %v", mixed.Together.Kind())
	}
}

// Two answers are told from one wide one.
func TestCamps(t *testing.T) {
	two := pooled(t, intervals(t, [2]float64{2, 3}, [2]float64{30, 40}, [2]float64{2.2, 3.1}, [2]float64{28, 45}, [2]float64{1.9, 3}))
	if c := two.Camps; !c.Two || len(c.Lower) != 3 || len(c.Upper) != 2 || c.Upper[0]+c.Upper[1] != 4 {
		t.Errorf("two camps are %+v", c)
	}
	one := pooled(t, intervals(t, [2]float64{2, 8}, [2]float64{2.5, 9}, [2]float64{3, 10}, [2]float64{3.5, 12}))
	if one.Camps.Two {
		t.Errorf("one camp is divided: %+v", one.Camps)
	}
	lone := pooled(t, intervals(t, [2]float64{2, 3}, [2]float64{2.1, 3.1}, [2]float64{90, 99}))
	if lone.Camps.Two {
		t.Errorf("one person is called a camp: %+v", lone.Camps)
	}
}

func TestKendallW(t *testing.T) {
	w := func(judges ...[]float64) float64 {
		x, err := KendallW(judges)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	near(t, "the same order", w([]float64{1, 2, 3, 4}, []float64{10, 20, 30, 40}), 1, 1e-15)
	near(t, "opposite", w([]float64{1, 2, 3, 4}, []float64{4, 3, 2, 1}), 0, 1e-15)
	near(t, "ties in the same places", w([]float64{1, 1, 3, 4}, []float64{5, 5, 8, 9}), 1, 1e-15)
	near(t, "three of four", w([]float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, []float64{2, 1, 3, 4}), 41.0/45, 1e-12)
	if _, err := KendallW([][]float64{{1, 1}, {2, 2}}); err == nil {
		t.Error("no order at all has an agreement")
	}
	if _, err := KendallW([][]float64{{1, 2}, {2}}); err == nil {
		t.Error("judges of different items agree")
	}
}
