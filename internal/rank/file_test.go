package rank

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"plumbline"
)

func look() Found {
	return Found{Zone: time.LoadLocation, Now: plumbline.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))}
}

func ranked(t *testing.T, src string) Result {
	t.Helper()
	f, err := ParseFile("rank.yaml", []byte(src), look())
	if err != nil {
		t.Fatal(err)
	}
	tab, err := f.Policy.Rank(f.Subjects, f.Options)
	if err != nil {
		t.Fatal(err)
	}
	return tab.Result()
}

const twoItems = `
method: rice
top: 1
seed: 1
price: 100
items:
  - {id: A, reach: [200, 800], impact: [0.5, 2], confidence: 0.8, effort: [2, 8]}
  - {id: B, reach: [50, 150],  impact: [1, 3],   confidence: 1,   effort: [0.5, 2]}
`

// TestFileT5T42 is oracles T5 and T42 and the worked example through the file form.
func TestFileT5T42(t *testing.T) {
	r := ranked(t, twoItems)
	if r.Items[0].ID != "B" || r.Items[1].ID != "A" {
		t.Fatalf("order: %+v", r.Items)
	}
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-6*math.Max(1, want) {
			t.Errorf("%s: got %.9g, want %.9g", what, got, want)
		}
	}
	near("median of A", r.Items[1].Score.Median, 80)
	near("mean of B", r.Items[0].Score.Mean, 183.2683)
	near("P(A>B)", r.Pairs[0].P, 0.257634)
	near("p_top of B", r.Items[0].PTop, 1-0.257634)
	near("expected place of A", r.Items[1].Rank.Expected, 1+1-0.257634)
	evpi := map[string]float64{}
	for _, n := range r.ValidateNext {
		evpi[n.ID] = n.EVPI
	}
	near("EVPI of A", evpi["A"], 26.954014)
	near("EVPI of B", evpi["B"], 7.503787)
}

// TestFileT9 is oracle T9: scores given as they are.
func TestFileT9(t *testing.T) {
	for top, want := range map[string]map[string]float64{
		"1": {"a": .162893, "b": .308780, "c": .528327}, "2": {"a": .526304, "b": .740915, "c": .732781},
	} {
		r := ranked(t, "top: "+top+"\nitems:\n  - {id: a, score: {mean: 0, sd: 1}}\n  - {id: b, score: {mean: 0.5, sd: 1}}\n  - {id: c, score: {mean: 1, sd: 2}}\n")
		expected := map[string]float64{"a": 2.310803, "b": 1.950305, "c": 1.738892}
		for _, i := range r.Items {
			if math.Abs(i.PTop-want[i.ID]) > 1e-6 || math.Abs(i.Rank.Expected-expected[i.ID]) > 1e-6 {
				t.Errorf("top %s: %s has p_top %v, expected place %v", top, i.ID, i.PTop, i.Rank.Expected)
			}
		}
	}
}

// TestFileSame: the same file gives the same bytes.
func TestFileSame(t *testing.T) {
	a, err := json.Marshal(ranked(t, twoItems))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(ranked(t, twoItems))
	if !bytes.Equal(a, b) {
		t.Errorf("got\n%s\nthen\n%s", a, b)
	}
}

func TestFileBad(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"items: []", "rank.yaml:1:8: The file has no items to rank."},
		{"method: rise\nitems: [{id: A}]", `has no model "rise"`},
		{"items: [{id: A, reach: [8, 2]}]", "Item A, reach: The interval 8 to 2 is reversed"},
		{"items: [{id: A, reach: [3, 3]}]", "Item A, reach: The interval 3 to 3 has no width"},
		{"items: [{id: A, effort: 0}]", "Item A, effort: It divides the score, so it must be above zero; 0 is not."},
		{"items: [{id: A, effort: -2}]", "above zero"},
		{"items: [{id: A, effort: [-1, 4]}]", "above zero"},
		{"items: [{id: A, confidence: 80}]", "Item A, confidence: A share lies between 0 and 1; 80 does not."},
		{"items: [{id: A, confidence: -0.1}]", "A share lies between 0 and 1"},
		{"items: [{id: A, reach: .nan}]", "Item A, reach: A value is not a number"},
		{"items: [{id: A, reach: .inf}]", "Item A, reach: A value is infinite"},
		{"items: [{id: A, reach: [1, 1e308]}]", "Item A, reach: The value 1e308 is too large"},
		{"items: [{id: A, reach: [1, 2, 3]}]", "two numbers"},
		{"items: [{id: A, reach: lots}]", "Item A, reach:"},
		{"items: [{id: A, reech: 3}]", `no model of the policy has a factor "reech"`},
		{"items: [{id: A, reach: {low: 1, high: 3, dist: cauchy}}]", "lognormal, normal, beta or pert"},
		{"items: [{id: A, reach: {low: 1, hi: 3}}]", `no "hi"`},
		{"items: [{id: A, score: {mean: .nan, sd: 1}}]", "Item A: a score has a finite mean"},
		{"items: [{id: A, score: {mean: 1, sd: -1}}]", "standard deviation of 0 or more"},
		{"items: [{id: A}, {id: A}]", `There are two items called "A".`},
		{"items: [{title: A}]", "An item needs an id."},
		{"items: [{id: A, opened: soon}]", `"soon" is not a time`},
		{"items: [{id: A, profile: sudden}]", "the profile is short-life"},
		{"items: [{id: A, asks: [{account: x, priority: 11}]}]", "1 to 10, not 11"},
		{"items: [{id: A, asks: [{account: x, win: 2}]}]", "between 0 and 1"},
		{"item: []", "rank.yaml:1:1: unknown field"},
		{"top: -1\nitems: [{id: A}]", "1 or more"},
		{"sampling: dice\nitems: [{id: A}]", "rank.yaml:1:11: The method is"},
	} {
		_, err := ParseFile("rank.yaml", []byte(c.src), look())
		if err == nil || !strings.Contains(plumbline.TextOf(err), c.want) || plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s\n got %v\nwant %s", c.src, err, c.want)
		}
	}
}

func FuzzParseFile(f *testing.F) {
	f.Add(twoItems)
	f.Add(`{"items":[{"id":"V","labels":"infradev","severity":"S1","opened":"2026-11-02","events":[{"at":"2026-11-03","severity":"S2"}]}]}`)
	f.Add("method: cd3\nitems: [{id: A, cod: ~3, duration: 2-5}]")
	f.Fuzz(func(t *testing.T, src string) {
		file, err := ParseFile("f", []byte(src), Found{})
		if err != nil {
			return
		}
		tab, err := file.Policy.Rank(file.Subjects, file.Options)
		if err != nil {
			t.Fatalf("%q was read, and cannot be ranked: %v", src, err)
		}
		if _, err := json.Marshal(tab.Result()); err != nil {
			t.Errorf("%q: %v", src, err)
		}
	})
}

// TestFileT17 is oracle T17: the work that costs most by week of delay for
// the weeks that it takes comes first, which is the order of least delay (Smith's
// rule), of all orders.
func TestFileT17(t *testing.T) {
	r := ranked(t, "method: cd3\nitems:\n"+
		"  - {id: 1, cod: 3, duration: 5}\n  - {id: 2, cod: 8, duration: 2}\n  - {id: 3, cod: 2, duration: 4}\n"+
		"  - {id: 4, cod: 10, duration: 3}\n  - {id: 5, cod: 5, duration: 6}\n")
	weight, weeks := map[string]int{"1": 3, "2": 8, "3": 2, "4": 10, "5": 5}, map[string]int{"1": 5, "2": 2, "3": 4, "4": 3, "5": 6}
	delay := func(order []string) (sum int) {
		at := 0
		for _, id := range order {
			at += weeks[id]
			sum += weight[id] * at
		}
		return sum
	}
	var order []string
	for _, i := range r.Items {
		order = append(order, i.ID)
	}
	if want := "2 4 5 1 3"; strings.Join(order, " ") != want || delay(order) != 209 {
		t.Errorf("order %v with a delay of %d, want %s with 209", order, delay(order), want)
	}
	if fifo := delay([]string{"1", "2", "3", "4", "5"}); fifo != 333 {
		t.Errorf("as they came: %d, want 333", fifo)
	}
}
