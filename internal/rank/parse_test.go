package rank

import (
	"math"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/chance"
)

const small = `version: ours-1
name: Ours
rows: [{row: 1, name: Security, labels: "bug::vulnerability"}, {row: 2, name: All else}]
families: [{id: vulnerability, name: A vulnerability, row: 1, labels: "bug::vulnerability", clocks: [vulnerability]}]
clocks: [{id: vulnerability, name: Remediate, times: {S1: 30 d}, starts: detected, stops: closed}]
`

// TestSmallPolicy: what a policy leaves out it has from the product, and its
// clocks have its version.
func TestSmallPolicy(t *testing.T) {
	p, err := ParsePolicy("ours.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Models()) < 6 || p.Models()[0].ID != "rice" || p.Clocks[0].Version != "ours-1" || p.Top != 10 || !p.Hard("contract") || p.Hard("wish") {
		t.Errorf("got %+v", p)
	}
}

func TestBadPolicy(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"version: ours-1", "version: Ours 1", "ours.yaml:1:10: A policy's version is"},
		{"name: Ours", "", "The policy has no name."},
		{"name: Ours", "name: Ours\ncolour: red", `ours.yaml:3:1: unknown field "colour"`},
		{"row: 2", "row: 1", "ours.yaml:3:70: There are two rows 1."},
		{"row: 1, labels", "row: 3, labels", "ours.yaml:4:60: There is no row 3 in the priority table."},
		{"clocks: [vulnerability]}]", "clocks: [bug]}]", "ours.yaml:4:102: There is no clock called \"bug\"."},
		{"S1: 30 d", "S1: soon", "ours.yaml:5:59: \"soon\" is not an amount of time"},
		{"S1: 30 d", "S9: 30 d", "The severity is S1 to S4, not \"S9\"."},
		{"stops: closed", "", "Say which event stops the clock"},
		{"name: Ours", "name: Ours\nages: {guess: {fresh: 1 d}}", "The grade is opinion, anecdote, sampled or measured, not \"guess\"."},
		{"name: Ours", "name: Ours\nages: {opinion: {fresh: 1 d, drift: -1}}", "The drift is"},
		{"name: Ours", "name: Ours\ndates: {hard: [contract], sure: 2}", "between 0 and 1, not 2"},
		{"name: Ours", "name: Ours\nstudies: [{id: a, name: b, verb: c}]", "weeks above 0"},
		{"name: Ours", "name: Ours\nurgencies: {retention: {months: [6, 12], rows: {red: [1]}}}", "from far to near"},
		{"name: Ours", "name: Ours\nurgencies: {love: {months: [6]}}", "The pools are retention and growth"},
		{"name: Ours", "name: Ours\nmodels: [{id: m, name: M, kind: guess}]", "The kind of a model is terms"},
		{"name: Ours", "name: Ours\nmodels: [{id: m, name: M, kind: terms, value: [[mood]]}]", "The model m has no factor called \"mood\"."},
		{"name: Ours", "name: Ours\nmodels: [{id: m, name: M, kind: terms, value: [[$day]]}]", "There is no rate called \"day\""},
		{"name: Ours", "name: Ours\nmodels: [{id: m, name: M, kind: formula, formula: a +, factors: [{id: a, name: A}]}]", "ours.yaml:3:"},
		{"name: Ours", "name: Ours\nmodels: [{id: m, name: M, kind: formula, formula: a > 1.0, factors: [{id: a, name: A}]}]", "must be a number"},
		{"name: Ours", "name: Ours\nmodels: [{id: m, name: M, kind: formula, formula: b * 2.0, factors: [{id: a, name: A}]}]", "b"},
	} {
		src := strings.Replace(small, c.from, c.to, 1)
		_, err := ParsePolicy("ours.yaml", []byte(src))
		if err == nil || plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.to, err, c.want)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add(small)
	f.Add("version: a\nname: no families\nrows: [{row: 1, name: All}]")
	for _, v := range builtin {
		src, err := BuiltinText(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, src string) {
		p, err := ParsePolicy("f", []byte(src))
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Errorf("%q: %v", src, err)
			}
			return
		}
		if _, err := p.Rank([]Subject{{ID: "A", Labels: []string{"x"}, Severity: "S1"}}, Options{}); err != nil {
			t.Errorf("%q cannot rank: %v", src, err)
		}
	})
}

// TestFormula: a formula of one's own is worked out on samples, agrees with the
// closed form of a product, and says so when it has no result.
func TestFormula(t *testing.T) {
	p, err := ParsePolicy("ours.yaml", []byte(small+`models:
  - {id: product, name: Product, kind: formula, formula: a * b / c, factors: [{id: a, name: A}, {id: b, name: B}, {id: c, name: C}]}
  - {id: sum, name: Sum, kind: formula, formula: a - b, factors: [{id: a, name: A}, {id: b, name: B}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	s := []Subject{
		{ID: "X", Factors: map[plumbline.Factor]Factor{"a": among(t, 200, 800), "b": among(t, .5, 2), "c": among(t, 2, 8)}},
		{ID: "Y", Factors: map[plumbline.Factor]Factor{"a": among(t, 2, 8), "b": among(t, 3, 3), "c": among(t, 0, 0)}},
	}
	tab, err := p.Rank(s, Options{Model: "product"})
	if err != nil {
		t.Fatal(err)
	}
	if got := tab.Entry(0).Score; math.Abs(got.Mu-math.Log(100)) > 0.05 || math.Abs(got.SD-0.7299) > 0.05 || !got.Log {
		t.Errorf("got %+v", got)
	}
	if e := tab.Entry(1); e.Score != nil || len(e.Problems) == 0 || !strings.Contains(e.Problems[0], "divides by zero") {
		t.Errorf("got %+v", e)
	}
	tab, err = p.Rank(s[1:], Options{Model: "sum"})
	if err != nil {
		t.Fatal(err)
	}
	if got := tab.Entry(0).Score; got.Log || math.Abs(got.Mean-1.3715) > 0.02 { // mean of 2 to 8 is 4.37
		t.Errorf("got %+v", got)
	}
}

// TestAge: an estimate that is no longer fresh widens with the years, by its
// grade; a fresh one does not.
func TestAge(t *testing.T) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	now := plumbline.At(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	sd := func(grade plumbline.Grade, age time.Duration) float64 {
		f := among(t, 2, 8)
		f.Grade, f.Observed = grade, plumbline.At(now.Std().Add(-age))
		one := among(t, 1, 1)
		tab, err := p.Rank([]Subject{{ID: "X", Factors: map[plumbline.Factor]Factor{"reach": f, "impact": one, "confidence": one, "effort": one}}}, Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return tab.Entry(0).Score.SD
	}
	own := math.Log(4) / (2 * chance.Z90)
	for _, c := range []struct {
		grade plumbline.Grade
		age   time.Duration
		want  float64
	}{
		{plumbline.Opinion, 90 * day, own},
		{plumbline.Opinion, 90*day + yearH, math.Hypot(own, 0.5)},
		{plumbline.Measured, 300 * day, own},
		{plumbline.Measured, 365*day + 4*yearH, math.Hypot(own, 0.5)},
		{"", 3000 * day, own},
	} {
		if got := sd(c.grade, c.age); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s, %v old: %v, want %v", c.grade, c.age, got, c.want)
		}
	}
}

// TestRead: what is chosen on a scale stands for its interval.
func TestRead(t *testing.T) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Model("rice")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		factor, text string
		low, high    float64
	}{{"reach", "6", 5, 8}, {"reach", "5 to 25 %", 0.5, 2.5}, {"impact", "0.25", 0.15625, 0.4}, {"impact", "massive", 1.875, 4.8}, {"confidence", "80", 0.8, 0.8}, {"confidence", "0.5", 0.5, 0.5}, {"effort", "M", 0.425, 2.35}} {
		for _, f := range m.Factors {
			if string(f.ID) != c.factor {
				continue
			}
			d, ok := f.Read(c.text)
			if !ok || math.Abs(d.Quantile(0.05)-c.low) > 1e-9 || math.Abs(d.Quantile(0.95)-c.high) > 1e-9 {
				t.Errorf("%s %s: got %v %v", c.factor, c.text, d, ok)
			}
			if _, ok := f.Read("7"); ok {
				t.Errorf("%s: 7 is no bin", c.factor)
			}
		}
	}
}

// TestStudies: the worth of a study is never above that of knowing, never below
// nothing, and its net is its worth less its cost.
func TestStudies(t *testing.T) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	tab, err := p.Rank(crowd(t, 200, 5), Options{Now: look().Now, Top: 20})
	if err != nil {
		t.Fatal(err)
	}
	list := tab.ValidateNext(0)
	if len(list) == 0 || len(tab.ValidateNext(3)) != 3 {
		t.Fatalf("%d studies", len(list))
	}
	unsaid := 0
	for i, s := range list {
		if s.Unsaid {
			unsaid++
			if tab.Entry(s.Subject).Force.Group != Unscored || !strings.HasPrefix(s.Sentence, "Nobody has said Effort of ") {
				t.Errorf("%+v", s)
			}
		}
		if s.Worth < 0 || s.Worth > s.Perfect+1e-12 || s.EVPPI > s.EVPI+1e-9 || math.Abs(s.Net-(s.Worth-s.Cost)) > 1e-12 || !s.Weeks {
			t.Errorf("%+v", s)
		}
		if i > 0 && s.Net > list[i-1].Net {
			t.Errorf("%d is worth more than the one before", i)
		}
	}
	if unsaid == 0 || unsaid != tab.Unscored {
		t.Errorf("%d questions about %d items that lack an estimate", unsaid, tab.Unscored)
	}
}
