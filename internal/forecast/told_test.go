package forecast

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// By hand: three equally likely values 1, 2 and 4.
func TestScore(t *testing.T) {
	count := Told{Grid: []float64{1, 2, 4}, Low: 1, High: 4, Level: 2, P: 0.7}
	log := Told{Grid: []float64{1, 2, 4}, Low: 1, High: 4, Level: 4, Days: true, Most: 6, P: -1}
	far := Told{Grid: []float64{1, FarOff, FarOff}, Low: 1, High: FarOff, Level: FarOff, Days: true, Most: FarOff, P: -1}
	ln2 := math.Ln2
	for _, c := range []struct {
		name   string
		told   Told
		actual float64
		intime bool
		want   Came
	}{
		// CRPS at 2: mean distance 1, less half of the mean distance of pairs, (1+3+2)·2/9/2.
		{"at the middle", count, 2, true, Came{Held: true, Inside: true, CRPS: 1 - 2./3, Brier: 0.09}},
		{"too few", count, 1, false, Came{Inside: true, CRPS: 4./3 - 2./3, Brier: 0.49, Lean: -ln2}},
		{"outside", count, 5, false, Came{Held: true, CRPS: 8./3 - 2./3, Brier: 0.49, Lean: math.Log(2.5)}},
		{"none", count, 0, false, Came{CRPS: 7./3 - 2./3, Brier: 0.49, Lean: math.Log(0.25)}},
		// In logarithms to the base 2 the values are 0, 1 and 2.
		{"two days", log, 2, false, Came{Held: true, Inside: true, CRPS: ln2 * (2./3 - 4./9), Brier: -1}},
		{"eight days", log, 8, false, Came{CRPS: math.Log(6) - ln2*(1+4./9), Brier: -1, Lean: math.Log(3)}},
		{"six days, and still open", log, 6, false, Came{CRPS: math.Log(6) - ln2*(1+4./9), Brier: -1, Lean: math.Log(3)}},
		{"open after two years, as was told", far, FarOff, false, Came{Held: true, Inside: true, CRPS: math.Log(FarOff) * (1./3 - 2./9), Brier: -1}},
	} {
		got := c.told.Score(c.actual, c.intime)
		if got.Held != c.want.Held || got.Inside != c.want.Inside || math.Abs(got.CRPS-c.want.CRPS) > 1e-12 || math.Abs(got.Brier-c.want.Brier) > 1e-12 || math.Abs(got.Lean-c.want.Lean) > 1e-12 {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Twenty items took 1, 2, … 20 days: of one that is ten days old half are left after
// five, and with 85 % at most nine.
func TestRemaining(t *testing.T) {
	var all []Lifetime
	for d := range 20 {
		all = append(all, Lifetime{Days: float64(d + 1)})
	}
	l, err := NewLifetimes(all)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := l.Remaining(10, 0.85, 0.85)
	if !ok || r.Level != 9 || r.Low != 1 || r.High != 10 || NearestRank(r.Grid, 0.5) != 5 || !r.Days || r.Most != 10 {
		t.Errorf("got %+v %v", r, ok)
	}
	if wide, _ := l.Remaining(10, 0.95, 0.85); wide.Level != 10 {
		t.Errorf("when more is asked for: %v days", wide.Level)
	}
	if _, ok := l.Remaining(16, 0.85, 0.85); ok {
		t.Error("only four were ever older than 16 days, and something is told")
	}
	few, err := NewLifetimes(all[:Least-1])
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := few.Remaining(0, 0.85, 0.85); ok {
		t.Error("seven were finished, and something is told")
	}
}

// What is learned step by step without bounds is the closed form, and one that always
// asks for what it learned comes true as often as was promised, however wrong it began.
func TestRecalibrated(t *testing.T) {
	at, held := Promise, 0
	for n := 1; n <= 40; n++ {
		hit := n%5 != 0 // 80 %
		at += gain * Promise
		if hit {
			held++
			at -= gain
		}
		if got := Recalibrated(Promise, float64(n), held, n); math.Abs(got-min(max(at, Promise-0.1), Promise+0.1)) > 1e-9 {
			t.Fatalf("after %d: got %v, want %v", n, got, at)
		}
	}
	if got := Recalibrated(Promise, 0, 0, 0); got != Promise {
		t.Errorf("of none: %v", got)
	}
	held = 0 // what is told as 85 % comes true in 60 % of the cases, and what is told as 95 % in 85 %
	const many = 2000
	for n := range many {
		asked := Recalibrated(Promise, float64(n), held, n)
		if math.Mod(float64(n)*math.Phi, 1) < 0.6+(asked-0.85)*2.5 {
			held++
		}
	}
	if share := float64(held) / many; math.Abs(share-Promise) > 0.01 {
		t.Errorf("in the long run %.3f come true", share)
	}
}

// A forecast that is asked for a commitment never tells of more items than are planned,
// and its chance is that of all of them.
func TestToldOfPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(0, 9), 30, 60).Draw(t, "counts")
		h, err := NewHistory("x", Week, counts, time.Time{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		span, most := rapid.IntRange(1, 8).Draw(t, "span"), rapid.IntRange(1, 40).Draw(t, "most")
		n := h.Forecast(Query{Spans: []int{span}}).HowMany[0]
		free, capped := n.Told(0), n.Told(most)
		all := 0
		for i, x := range capped.Grid {
			if x > float64(most) || x > free.Grid[i] || i > 0 && x < capped.Grid[i-1] {
				t.Fatalf("value %d of %v, of %v without the plan", i, capped.Grid, free.Grid)
			}
			if x == float64(most) {
				all++
			}
		}
		if capped.P != float64(all)/gridSize || free.P >= 0 || capped.High > float64(most) || capped.Level > float64(most) || n.Asked() <= 0 {
			t.Fatalf("got %+v of %+v", capped, free)
		}
	})
}
