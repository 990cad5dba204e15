package forecast_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/forecast"
)

func history(t testing.TB, name string, counts ...int) *forecast.History {
	t.Helper()
	h, err := forecast.NewHistory(name, forecast.Week, counts, time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func known(t testing.TB, items float64) *forecast.Demand {
	t.Helper()
	d, err := chance.Known(items)
	if err != nil {
		t.Fatal(err)
	}
	demand, err := forecast.NewDemand(d, forecast.Split{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return &demand
}

// near is four standard errors of a share of 10,000 trials.
func near(p float64) float64 { return 4 * math.Sqrt(p*(1-p)/forecast.Trials) }

// T36: throughput 0, 1, 2 or 3, equally likely.
func TestT36(t *testing.T) {
	h := history(t, "T36", 0, 1, 2, 3, 0, 1, 2, 3)
	for _, c := range []struct {
		items float64
		weeks int
		want  float64
	}{
		{6, 4, 150.0 / 256},
		{5, 2, .1875}, {5, 3, .5}, {5, 4, .7421875}, {5, 5, .8818359}, {5, 6, .9501953},
	} {
		if exact := enumerated(c.weeks, int(c.items)); math.Abs(exact-c.want) > 1e-7 {
			t.Fatalf("the oracle %v does not agree with counting all cases: %v", c.want, exact)
		}
		f := h.Forecast(forecast.Query{Demand: known(t, c.items), By: c.weeks, Seed: 1})
		if got := float64(*f.By); math.Abs(got-c.want) > near(c.want) {
			t.Errorf("%v items in %d weeks: got %.4f, want %.4f ± %.4f", c.items, c.weeks, got, c.want, near(c.want))
		}
	}
}

// enumerated counts all ways in which weeks of 0 to 3 items have a sum of at least so many.
func enumerated(weeks, items int) float64 {
	ways, met := 1<<(2*weeks), 0
	for way := range ways {
		sum := 0
		for w := range weeks {
			sum += way >> (2 * w) & 3
		}
		if sum >= items {
			met++
		}
	}
	return float64(met) / float64(ways)
}

// T37: four things at 85 % are all there at 52 %; the nearest rank of 85 % of 1 to 10.
func TestT37(t *testing.T) {
	if got := forecast.AllOf(.85, .85, .85, .85); math.Abs(got-.522006) > 1e-6 {
		t.Errorf("all of four: got %v, want .522006", got)
	}
	ten := make([]float64, 10)
	var all []forecast.Lifetime
	for i := range ten {
		ten[i] = float64(i + 1)
		all = append(all, forecast.Lifetime{Days: ten[i]})
	}
	if got := forecast.NearestRank(ten, .85); got != 9 {
		t.Errorf("nearest rank: got %v, want 9", got)
	}
	l, err := forecast.NewLifetimes(all)
	if err != nil || l.Percentile(.85) != 9 {
		t.Errorf("of lifetimes: got %v, %v, want 9", l.Percentile(.85), err)
	}
}

// What waits for two teams is done with the later one, which is later than either on
// average: for two normals of mean 10 and sd 2, 11.128379 (T37).
func TestTheLaterOfTwo(t *testing.T) {
	h := func(name string) *forecast.History { return history(t, name, 1, 2, 0, 3, 1, 0, 2, 1, 1, 2) }
	a := h("a").Forecast(forecast.Query{Demand: known(t, 12), By: 10, Seed: 3})
	b := h("b").Forecast(forecast.Query{Demand: known(t, 12), By: 10, Seed: 3})
	both := forecast.All([]forecast.Forecast{a, b}, 10)
	if want := float64(*a.By) * float64(*b.By); math.Abs(float64(*both.By)-want) > 1e-12 || want == 0 {
		t.Errorf("both: got %v, want %v", *both.By, want)
	}
	if both.When[0].Units < a.When[0].Units {
		t.Errorf("both are done before one is: %d, %d", both.When[0].Units, a.When[0].Units)
	}
	if *a.By == *b.By {
		t.Error("two teams drew the same numbers")
	}
	if got := chance.MeanOfLater(10, 2, 10, 2); math.Abs(got-11.128379) > 1e-6 {
		t.Errorf("mean of the later: got %v", got)
	}
}

// The trial of 6-mercaptopurine against leukaemia (Freireich 1963), which textbooks
// estimate by Kaplan and Meier: weeks to relapse of 21 patients, 12 of them without.
func TestKaplanMeier(t *testing.T) {
	var all []forecast.Lifetime
	for _, d := range []float64{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		all = append(all, forecast.Lifetime{Days: d})
	}
	for _, d := range []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		all = append(all, forecast.Lifetime{Days: d, Open: true})
	}
	l, err := forecast.NewLifetimes(all)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[float64]float64{5: 1, 6: .8571, 7: .8067, 10: .7529, 13: .6902, 16: .6275, 22: .5378, 23: .4482, 40: .4482} {
		if got := l.Longer(at); math.Abs(got-want) > 5e-5 {
			t.Errorf("longer than %v: got %.4f, want %.4f", at, got, want)
		}
	}
	if m, ok := l.Until(.5); !ok || m != 23 {
		t.Errorf("median: got %v %v, want 23", m, ok)
	}
	if _, ok := l.Until(.6); ok {
		t.Error("what nobody reached is told")
	}
	if p, ok := l.Within(6, 16); !ok || math.Abs(float64(p)-(1-.6275/.8571)) > 1e-4 {
		t.Errorf("given 6: got %v %v", p, ok)
	}
	if _, ok := l.Within(10, 16); ok {
		t.Error("a chance is told from fewer than five")
	}
}

// Without open items the estimate is the share; chances lie between 0 and 1 and grow with
// the limit; open items never make things look faster.
func TestLifetimesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.Float64Range(0, 100), 8, 40).Draw(t, "days")
		ages := rapid.SliceOfN(rapid.Float64Range(0, 100), 0, 10).Draw(t, "ages")
		age, limit := rapid.Float64Range(0, 100).Draw(t, "age"), rapid.Float64Range(0, 100).Draw(t, "limit")
		var finished, with []forecast.Lifetime
		above := 0.0
		for _, d := range days {
			finished = append(finished, forecast.Lifetime{Days: d})
			if d > limit {
				above++
			}
		}
		with = append(with, finished...)
		for _, a := range ages {
			with = append(with, forecast.Lifetime{Days: a, Open: true})
		}
		f, err := forecast.NewLifetimes(finished)
		w, err2 := forecast.NewLifetimes(with)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if got, want := f.Longer(limit), above/float64(len(days)); math.Abs(got-want) > 1e-9 {
			t.Fatalf("longer than %v: got %v, want %v", limit, got, want)
		}
		if w.Longer(limit) < f.Longer(limit)-1e-9 {
			t.Fatalf("open items made it faster: %v, %v", w.Longer(limit), f.Longer(limit))
		}
		p, known := w.Within(age, limit)
		q, _ := w.Within(age, limit+10)
		if p < 0 || p > 1 || known && age < limit && q < p {
			t.Fatalf("chances %v and %v", p, q)
		}
	})
}

func TestFlow(t *testing.T) {
	const triage, doing, done = plumbline.State("triage"), plumbline.State("doing"), plumbline.State("done")
	monday := day(t, "2026-11-02")
	at := func(n int) plumbline.Time { return plumbline.At(monday.AddDate(0, 0, n)) }
	changes := []forecast.Change{
		{"B", at(3), doing}, {"A", at(0), triage}, {"B", at(1), triage}, {"A", at(2), doing}, {"A", at(5), done},
		{"B", at(9), done}, {"B", at(10), doing}, {"B", at(12), done}, // opened again
		{"C", at(2), triage}, {"C", at(4), ""}, // left
		{"D", at(6), "somewhere"},
		{"E", at(8), done}, {"E", at(13), triage}, // not finished after all
	}
	states := []plumbline.State{triage, doing, done}
	want := []struct{ in, reached [3]int }{
		{[3]int{1, 0, 0}, [3]int{1, 0, 0}},
		{[3]int{2, 1, 0}, [3]int{3, 1, 0}},
		{[3]int{0, 1, 1}, [3]int{2, 2, 1}},
		{[3]int{0, 1, 2}, [3]int{3, 3, 2}},
	}
	stocks := forecast.Flow(changes, states, []plumbline.Time{at(10), at(0), at(2), at(6)})
	for i, w := range want {
		s := stocks[i]
		if [3]int(s.In) != w.in || [3]int(s.Reached) != w.reached {
			t.Errorf("day %d: got %v %v, want %v", i, s.In, s.Reached, w)
		}
	}
	if s := stocks[3]; s.Elsewhere != 1 || s.Load(0, 1) != 1 {
		t.Errorf("elsewhere %d, load %d", s.Elsewhere, s.Load(0, 1))
	}
	got := forecast.Throughput(changes, []plumbline.State{done}, forecast.Week, monday.AddDate(0, 0, 14), 3)
	if got[0] != 0 || got[1] != 1 || got[2] != 1 {
		t.Errorf("throughput: got %v, want [0 1 1]: A, then B for good; E came back", got)
	}
}

// Every item that is in the process stands somewhere, and no line of the diagram is
// above the one before it.
func TestFlowLosesNothing(t *testing.T) {
	states := []plumbline.State{"a", "b", "c"}
	rapid.Check(t, func(t *rapid.T) {
		var changes []forecast.Change
		last := map[string]plumbline.State{}
		for i := range rapid.IntRange(0, 60).Draw(t, "changes") {
			c := forecast.Change{
				Item:  rapid.SampledFrom([]string{"A", "B", "C", "D", "E"}).Draw(t, "item"),
				At:    plumbline.Time(i + 1),
				State: rapid.SampledFrom([]plumbline.State{"a", "b", "c", "x", ""}).Draw(t, "state"),
			}
			changes, last[c.Item] = append(changes, c), c.State
		}
		s := forecast.Flow(changes, states, []plumbline.Time{1000})[0]
		inside := 0
		for _, state := range last {
			if state != "" {
				inside++
			}
		}
		if s.Reached[0]+s.Elsewhere != inside || s.Reached[1] > s.Reached[0] || s.Reached[2] > s.Reached[1] || s.Load(0, 2) != s.Reached[0] {
			t.Fatalf("%d items inside, and %+v", inside, s)
		}
	})
}

func TestChancesAreCapped(t *testing.T) {
	for c, want := range map[forecast.Chance]string{1: ">95 %", .951: ">95 %", .95: "95 %", .624: "62 %", .05: "5 %", .04: "<5 %", 0: "<5 %"} {
		if c.String() != want || c.Told() > .95 || c.Told() < .05 {
			t.Errorf("%v: got %s and %v, want %s", float64(c), c, c.Told(), want)
		}
		if b, err := c.MarshalJSON(); err != nil || !strings.Contains(string(b), want[:1]) || strings.Contains(string(b), "0.951") {
			t.Errorf("JSON of %v: %s %v", float64(c), b, err)
		}
	}
}
