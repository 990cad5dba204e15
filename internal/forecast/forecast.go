package forecast

import (
	"fmt"
	"math"
	"slices"
)

// Query is what is asked of a history. What it leaves empty is not answered.
type Query struct {
	Demand *Demand // when will so many items be finished?
	Spans  []int   // how many will be finished within so many units? Empty: the usual ones
	By     int     // what is the chance of the demand within so many units?
	Seed   uint64
}

// Forecast is the answer. Its JSON is a promise to programs.
type Forecast struct {
	Unit     Unit      `json:"unit"`
	Observed int       `json:"observed"` // units measured
	Missing  int       `json:"missing"`  // units not measured
	Finished int       `json:"finished"` // items in them
	Enough   bool      `json:"enough_data"`
	Thin     bool      `json:"thin_data"`
	Method   string    `json:"method,omitempty"` // that said when half of the chance is reached
	When     []When    `json:"when,omitempty"`
	HowMany  []HowMany `json:"how_many,omitempty"`
	By       *Chance   `json:"by,omitempty"` // of the demand by the date that was asked for
	Methods  []Score   `json:"methods,omitempty"`
	Notes    []string  `json:"notes"`

	curve   []float64
	horizon int
}

// When says within how many units the demand is met with the probability P.
type When struct {
	P      float64  `json:"p"`
	Units  int      `json:"units,omitempty"`
	Date   string   `json:"date,omitempty"`           // by the beginning of this day
	Beyond bool     `json:"beyond_horizon,omitempty"` // not within the horizon: Units and Date are empty
	Hit    *HitRate `json:"hit_rate,omitempty"`
}

// HowMany says how many items are finished within so many units.
type HowMany struct {
	Units   int                `json:"units"`
	Until   string             `json:"until,omitempty"` // the beginning of this day
	Method  string             `json:"method"`
	AtLeast [len(told)]AtLeast `json:"at_least"`
	Between [2]int             `json:"between_85"` // the range that holds what comes with 85 %
	Hit     HitRate            `json:"hit_rate_85"`
	thin    bool
	grid    []float64 // equally likely totals
	asked   float64   // for what is reached with 85 %
}

// AtLeast is the number of items that is reached with the probability P.
type AtLeast struct {
	P     float64 `json:"p"`
	Items int     `json:"items"`
	Hit   HitRate `json:"hit_rate"`
}

// Forecast answers a query. It always answers: with words where there is nothing to
// forecast from, or nothing to be said within the horizon of two years.
func (h *History) Forecast(q Query) Forecast {
	f := Forecast{Unit: h.unit, Observed: h.Measured(), Missing: h.Gaps(), Finished: h.Finished(), Enough: h.Measured() >= Least, Notes: []string{}, horizon: h.unit.Horizon()}
	if !f.Enough {
		f.note("Not enough data: %s measured, and a forecast needs at least %d.", plural(f.Observed, string(h.unit)), Least)
		return f
	}
	if f.Missing > 0 {
		f.note("%s without data: left out, not taken for zero.", plural(f.Missing, string(h.unit)))
	}
	methods := h.candidates()
	spans := q.Spans
	if len(spans) == 0 {
		spans = h.unit.scale().spans
	}
	tests := map[int]BackTest{}
	for _, span := range spans {
		tests[span] = h.Test(methods, span, q.Seed)
		f.addSpan(h, tests[span], q.Seed)
	}
	if q.Demand != nil {
		usual := h.unit.scale().spans
		middle := usual[len(usual)/2]
		test, done := tests[middle]
		if !done {
			test = h.Test(methods, middle, q.Seed)
		}
		f.addWhen(h, test, q)
	}
	f.remark(h)
	return f
}

// candidates are the methods that are tried on a history.
func (h *History) candidates() []Method {
	if !h.phased(h.now()) {
		return []Method{Windows, Bootstrap}
	}
	return []Method{Analogues, Windows, Bootstrap}
}

// addSpan says how many will be finished within the span of a back-test.
func (f *Forecast) addSpan(h *History, test BackTest, seed uint64) {
	totals, used := h.totals(test.best, h.now(), test.Span, h.dice(seed, Trials))
	n := HowMany{Units: test.Span, Method: used.String(), Hit: test.Chosen.Between[likely-len(told)], thin: used > Windows && test.best <= Windows, grid: gridOf(totals), asked: test.now[2]}
	for i, p := range told {
		low, _ := claims[i].bounds(totals, test.now[i])
		n.AtLeast[i] = AtLeast{P: p, Items: int(low), Hit: test.Chosen.AtLeast[i]}
		if i > 0 { // each claim learns by itself, and what is surer is never more
			n.AtLeast[i].Items = min(n.AtLeast[i].Items, n.AtLeast[i-1].Items)
		}
	}
	low, high := claims[likely].bounds(totals, test.now[likely])
	n.Between = wholeRange(low, high)
	f.HowMany = append(f.HowMany, n)
	f.Methods = append(append(f.Methods, test.Methods...), test.Chosen)
	f.Thin = f.Thin || n.thin
}

// wholeRange is the least and the greatest number of whole items in a range, or, where
// there is none, those around it.
func wholeRange(low, high float64) [2]int {
	in := [2]int{int(math.Ceil(low - 1e-9)), int(math.Floor(high + 1e-9))}
	if in[0] > in[1] {
		in[0], in[1] = in[1], in[0]
	}
	return in
}

// addWhen says when the demand is met, by the method that a back-test chose.
func (f *Forecast) addWhen(h *History, test BackTest, q Query) {
	rates, at := h.whenTest(test.choices, test.best, *q.Demand, h.dice(q.Seed, backTrials))
	curve, used := h.curve(test.best, h.now(), *q.Demand, h.dice(q.Seed, Trials), f.horizon)
	middle := used[min(reach(curve, 0.5), len(used))-1]
	f.curve, f.Method = curve, middle.String()
	f.Thin = f.Thin || middle > Windows && test.best <= Windows
	units := 0
	for i, p := range told {
		units = max(units, reach(curve, ask(at[i])))
		w := When{P: p, Units: units, Hit: &rates[i]}
		if units > len(curve) {
			w = When{P: p, Beyond: true, Hit: &rates[i]}
		}
		f.When = append(f.When, w)
	}
	if q.By > 0 {
		c := Chance(f.within(q.By))
		f.By = &c
	}
}

// within is the chance of the demand within so many units.
func (f *Forecast) within(units int) float64 {
	if len(f.curve) == 0 || units < 1 {
		return 0
	}
	return f.curve[min(units, len(f.curve))-1]
}

// remark adds the words that a reader needs beside the numbers.
func (f *Forecast) remark(h *History) {
	if f.Finished == 0 {
		f.note("Nothing was finished in %s: no forecast can say when it will be.", plural(f.Observed, string(h.unit)))
	} else if recent := h.measured(h.now(), Least); h.seen[h.now()]-h.seen[max(0, h.now()-Least)] == Least && !slices.ContainsFunc(recent, func(c int) bool { return c > 0 }) {
		f.note("Nothing was finished in the last %s, so the forecast rests on what came before.", plural(Least, string(h.unit)))
	}
	if f.Thin {
		f.note("Thin data: too few past spans to go by, so units are drawn as if each had nothing to do with the one before. Real work comes in bursts: expect more misses than the numbers say.")
	}
	if slices.ContainsFunc(f.When, func(w When) bool { return w.Beyond }) {
		f.note("Beyond horizon: not within %s, which is as far as a forecast looks.", plural(f.horizon, string(h.unit)))
	}
	if slices.ContainsFunc(f.When, func(w When) bool { return !w.Hit.Tested() }) {
		f.note("Not tested: the history is too short to see how often forecasts so far ahead came true.")
	}
}

func (f *Forecast) note(format string, args ...any) {
	f.Notes = append(f.Notes, fmt.Sprintf(format, args...))
}

// plural is a number of things: "1 week", "12 weeks".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
