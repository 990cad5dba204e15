package forecast_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline/internal/chance"
	"plumbline/internal/forecast"
)

const two = `start: 2026-11-23
seed: 7
teams:
  - {id: A, throughput: [3, 0, 2, 1, 4, 2, 0, 3, 1, 2], remaining: [12, 18]}
  - {id: B, throughput: [1, 1, 0, 2, 0, 1, 3, 0, 1, 1], remaining: 9}
`

func answer(t testing.TB, src string) forecast.Answer {
	t.Helper()
	f, err := forecast.Parse("test.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f.Answer()
}

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSameSeedSameBytes(t *testing.T) {
	a, b := encoded(t, answer(t, two)), encoded(t, answer(t, two))
	if !bytes.Equal(a, b) {
		t.Errorf("the same file gave\n%s\nand\n%s", a, b)
	}
	if other := encoded(t, answer(t, strings.Replace(two, "seed: 7", "seed: 8", 1))); bytes.Equal(a, other) {
		t.Error("the seed changes nothing")
	}
}

func TestATeamAddedChangesNoOther(t *testing.T) {
	more := answer(t, two+"  - {id: C, throughput: [9, 9, 9, 9, 9, 9, 9, 9], remaining: 40}\n")
	for i, team := range answer(t, two).Teams {
		if got, want := encoded(t, more.Teams[i]), encoded(t, team); !bytes.Equal(got, want) {
			t.Errorf("%s was %s and is %s", team.ID, want, got)
		}
	}
}

// What is surer is later and less; more items are never done sooner; a demand that may
// split is never done sooner.
func TestForecastsAreInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(-1, 6), 12, 90).Draw(rt, "counts")
		items := rapid.IntRange(1, 40).Draw(rt, "items")
		h := history(t, "x", counts...)
		f := h.Forecast(forecast.Query{Demand: known(t, float64(items)), By: 10, Seed: 1})
		if !f.Enough {
			return
		}
		for _, n := range f.HowMany {
			for i := 1; i < len(n.AtLeast); i++ {
				if n.AtLeast[i].Items > n.AtLeast[i-1].Items {
					rt.Fatalf("surer and more: %+v", n.AtLeast)
				}
			}
			if n.Between[0] > n.Between[1] {
				rt.Fatalf("range %v", n.Between)
			}
		}
		for i := 1; i < len(f.When); i++ {
			if a, b := f.When[i-1], f.When[i]; a.Beyond && !b.Beyond || !b.Beyond && b.Units < a.Units {
				rt.Fatalf("surer and sooner: %+v, %+v", a, b)
			}
		}
		more := h.Forecast(forecast.Query{Demand: known(t, float64(items+3)), By: 10, Seed: 1})
		if *more.By > *f.By {
			rt.Fatalf("%d more items are likelier to be done: %v, %v", 3, *more.By, *f.By)
		}
	})
}

func TestSplitting(t *testing.T) {
	twelve, err := chance.Known(12)
	if err != nil {
		t.Fatal(err)
	}
	d, err := forecast.NewDemand(twelve, forecast.Split{Low: 1, High: 1.5}, 1)
	if err != nil || d.Median() < 14.9 || d.Median() > 15.1 {
		t.Errorf("12 that split into 12 to 18: got a median of %v, %v", d.Median(), err)
	}
	for _, s := range []forecast.Split{{Low: 0.5, High: 1}, {Low: 2, High: 1}, {Low: 1, High: 1000}} {
		if _, err := forecast.NewDemand(twelve, s, 1); err == nil {
			t.Errorf("the split %v was taken", s)
		}
	}
}

// Recalibration brings forecasts that hit too rarely to what they promise: work in
// stretches of three weeks, of which the bootstrap knows nothing.
func TestRecalibration(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	counts := make([]int, 400)
	pace := 0
	for i := range counts {
		if i%3 == 0 {
			pace = rng.IntN(10)
		}
		counts[i] = pace + rng.IntN(3)
	}
	b := history(t, "stretches", counts...).Test([]forecast.Method{forecast.Bootstrap}, 4, 1)
	raw, mended := b.Methods[0].AtLeast[2].Share(), b.Chosen.AtLeast[2].Share()
	if raw > 0.78 {
		t.Fatalf("this series is no test: unmended %.2f", raw)
	}
	if mended < raw+0.05 || mended > 0.90 {
		t.Errorf("promised 0.85, unmended %.2f, recalibrated %.2f", raw, mended)
	}
}

// A method is chosen by how it did: of weeks with nothing between them the bootstrap
// knows as much as any; of waves the spans do.
func TestAnaloguesNeedACalendar(t *testing.T) {
	var counts []int
	start := day(t, "2026-11-23")
	var events []time.Time
	for i := range 156 {
		counts = append(counts, [...]int{0, 0, 1, 0, 2, 1, 3, 2, 5, 8, 13, 21, 0}[i%13])
		if i%13 == 0 {
			events = append(events, start.AddDate(0, 0, 7*(i-156)))
		}
	}
	plain := history(t, "x", counts...).Forecast(forecast.Query{Seed: 1})
	h, err := forecast.NewHistory("x", forecast.Week, counts, start, events)
	if err != nil {
		t.Fatal(err)
	}
	phased := h.Forecast(forecast.Query{Seed: 1})
	if m := phased.HowMany[0].Method; m != "analogues" {
		t.Errorf("with a calendar: by %s", m)
	}
	wide := func(f forecast.Forecast) int { return f.HowMany[0].Between[1] - f.HowMany[0].Between[0] }
	if wide(phased) >= wide(plain) {
		t.Errorf("the calendar does not help: %v, %v", phased.HowMany[0].Between, plain.HowMany[0].Between)
	}
}

// What would take long to answer is refused: too many counts, teams, spans, items.
func TestLimits(t *testing.T) {
	counts := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]" }
	team := func(n int) string { return "{id: ID, throughput: " + counts(n) + "}," }
	teams := func(n, each int) string {
		out := "teams: ["
		for i := range n {
			out += strings.Replace(team(each), "ID", "T"+strconv.Itoa(i), 1)
		}
		return out + "]"
	}
	for src, want := range map[string]string{
		"throughput: " + counts(2001):                  "at most 2000 are read",
		teams(51, 1):                                   "at most 50 are read",
		teams(11, 1900):                                "at most 20000 are read",
		"throughput: [1]\nspans: " + counts(11):        "at most 10 are answered",
		"throughput: " + strings.Repeat("[", 40):       "nested too deep",
		"throughput: " + counts(forecast.MaxFile/2+10): "bytes",
	} {
		if _, err := forecast.Parse("x", []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30s…: got %.100v, want %s", src, err, want)
		}
	}
	if _, err := forecast.Parse("x", []byte(teams(10, 1900))); err != nil {
		t.Errorf("what is allowed was refused: %v", err)
	}
}

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		unit     forecast.Unit
		from, to string
		want     int
	}{
		{forecast.Week, "2026-11-23", "2026-12-07", 2}, {forecast.Week, "2026-11-23", "2026-12-06", 1},
		{forecast.Day, "2026-02-27", "2026-03-01", 2}, {forecast.Month, "2026-01-31", "2026-02-28", 0},
		{forecast.Month, "2026-01-15", "2026-03-15", 2}, {forecast.Week, "2026-11-23", "2026-11-22", -1},
	} {
		if got := c.unit.Between(day(t, c.from), day(t, c.to)); got != c.want {
			t.Errorf("%ss from %s to %s: got %d, want %d", c.unit, c.from, c.to, got, c.want)
		}
	}
}
