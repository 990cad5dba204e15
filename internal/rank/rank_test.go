package rank

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/chance"
)

func TestBuiltin(t *testing.T) {
	ps, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(ps) != 2 || ps[0].Version != "gitlab-2026" || ps[1].Version != "gitlab-2022" {
		t.Fatalf("got %d policies", len(ps))
	}
}

func among(t *testing.T, low, high float64) Factor {
	t.Helper()
	var d chance.Dist
	var err error
	if low == high {
		d, err = chance.Known(low)
	} else {
		d, err = chance.FromInterval(low, high)
	}
	if err != nil {
		t.Fatal(err)
	}
	return Factor{Value: d}
}

// TestT5 is oracle T5: two items by RICE.
func TestT5(t *testing.T) {
	ps, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	now := plumbline.At(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	tab, err := ps[0].Rank([]Subject{
		{ID: "A", Factors: map[plumbline.Factor]Factor{"reach": among(t, 200, 800), "impact": among(t, .5, 2), "confidence": among(t, .8, .8), "effort": among(t, 2, 8)}},
		{ID: "B", Factors: map[plumbline.Factor]Factor{"reach": among(t, 50, 150), "impact": among(t, 1, 3), "confidence": among(t, 1, 1), "effort": among(t, .5, 2)}},
		{ID: "V", Labels: []string{"bug::vulnerability"}, Severity: "S1", Opened: now - 40*24*3600*1000000},
	}, Options{Model: "rice", Confidence: Discount, Now: now, Top: 2})
	if err != nil {
		t.Fatal(err)
	}
	if got := tab.Above(0, 1); math.Abs(got-0.257634) > 1e-6 {
		t.Errorf("P(A>B) = %v", got)
	}
	a := tab.Entry(0)
	for _, c := range []struct{ got, want float64 }{
		{a.Score.Median, 80}, {a.Score.Mean, 104.4176}, {a.Score.P05, 24.0819}, {a.Score.P95, 265.7598}, {a.PTop, 0.257634},
	} {
		if math.Abs(c.got-c.want) > 1e-4*c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	for _, effort := range []Factor{among(t, 0, 0), among(t, -1, 4), among(t, 0, 4)} {
		tab, err := ps[0].Rank([]Subject{{ID: "A", Factors: map[plumbline.Factor]Factor{"reach": among(t, 1, 2), "impact": among(t, 1, 2), "confidence": among(t, 1, 1), "effort": effort}}}, Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if e := tab.Entry(0); e.Score != nil || len(e.Problems) != 1 || e.Force.Group != Unscored {
			t.Errorf("an effort of %v: %+v", effort.Value, e)
		}
	}
}

// Age widens what counts, after confidence has widened what people said, and
// confidence itself stays as it was said.
func TestOldEstimatesAreWider(t *testing.T) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	now := look().Now
	year := plumbline.Time(365 * 24 * time.Hour / time.Microsecond)
	said := func(low, high float64) Factor {
		f := among(t, low, high)
		f.Grade, f.Observed = plumbline.Opinion, now-2*year
		return f
	}
	tab, err := p.Rank([]Subject{{ID: "A", Opened: now - 2*year, Factors: map[plumbline.Factor]Factor{
		"reach": said(5, 8), "impact": said(1, 2), "confidence": said(0.5, 0.5), "effort": said(1, 3),
	}}}, Options{Model: "rice", Confidence: Widen, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	rule := p.ages[plumbline.Opinion]
	old := rule.Drift * rule.Drift * float64(2*365*24*time.Hour-rule.Fresh) / float64(yearH)
	for _, f := range tab.Explain(0).Factors {
		low, high := 0.5, 0.5
		if f.Factor == "reach" {
			own := 2.5 * math.Log(8.0/5) / (2 * chance.Z90)
			mid, reach := math.Sqrt(40), chance.Z90*math.Sqrt(own*own+old)
			low, high = mid*math.Exp(-reach), mid*math.Exp(reach)
		} else if f.Factor != "confidence" {
			continue
		}
		if math.Abs(f.Low-low) > 1e-9 || math.Abs(f.High-high) > 1e-9*high {
			t.Errorf("%s counts as %g to %g, want %g to %g", f.Factor, f.Low, f.High, low, high)
		}
	}
}

// TestT16T17 are oracles T16 and T17: by cost of delay over duration, what is delayed
// costs the least that any order can, which plainer orders do not reach.
func TestT16T17(t *testing.T) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cod, weeks              []float64
		want                    string
		cost, filed, shortFirst float64
	}{
		{[]float64{10, 30}, []float64{2, 4}, "[1 0]", 180, 200, 200},
		{[]float64{3, 8, 2, 10, 5}, []float64{5, 2, 4, 3, 6}, "[1 3 4 0 2]", 209, 333, 226},
	} {
		var subjects []Subject
		var filed []int
		for i := range c.cod {
			subjects = append(subjects, Subject{ID: fmt.Sprint(i), Factors: map[plumbline.Factor]Factor{"cod": among(t, c.cod[i], c.cod[i]), "duration": among(t, c.weeks[i], c.weeks[i])}})
			filed = append(filed, i)
		}
		tab, err := p.Rank(subjects, Options{Model: "cd3", Now: look().Now})
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		for n := range tab.Len() {
			order = append(order, tab.Subject(n))
		}
		least := math.Inf(1)
		orders(nil, filed, func(o []int) { least = min(least, delayed(o, c.cod, c.weeks)) })
		if got := delayed(order, c.cod, c.weeks); fmt.Sprint(order) != c.want || got != c.cost || least != c.cost {
			t.Errorf("the order is %v and costs %v; any order costs %v or more; want %s at %v", order, got, least, c.want, c.cost)
		}
		short := slices.Clone(filed)
		slices.SortStableFunc(short, func(a, b int) int { return cmp.Compare(c.weeks[a], c.weeks[b]) })
		if a, b := delayed(filed, c.cod, c.weeks), delayed(short, c.cod, c.weeks); a != c.filed || b != c.shortFirst {
			t.Errorf("as filed it costs %v, the shortest first %v; want %v and %v", a, b, c.filed, c.shortFirst)
		}
	}
}

// delayed is what an order costs: for each its cost of delay until it is finished.
func delayed(order []int, cod, weeks []float64) (cost float64) {
	end := 0.0
	for _, i := range order {
		end += weeks[i]
		cost += cod[i] * end
	}
	return cost
}

// orders goes over all orders of what is left, after what was chosen.
func orders(chosen, left []int, each func([]int)) {
	if len(left) == 0 {
		each(chosen)
	}
	for n, i := range left {
		orders(append(slices.Clone(chosen), i), slices.Delete(slices.Clone(left), n, n+1), each)
	}
}
