package pairs

import (
	"fmt"
	"math"
	"testing"

	"plumbline"
	"plumbline/internal/chance"
)

// near fails unless got is within the tolerance of want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.12g, want %.12g (within %g)", what, got, want, tolerance)
	}
}

// games is how often the one of each pair was put before the other, and the other way.
func games(counts map[[2]int][2]int) (out []Comparison) {
	for i := range 9 {
		for j := range 9 {
			for range counts[[2]int{i, j}][0] {
				out = append(out, Comparison{A: i, B: j})
			}
			for range counts[[2]int{i, j}][1] {
				out = append(out, Comparison{A: i, B: j, Outcome: Second})
			}
		}
	}
	return out
}

func TestT20BradleyTerry(t *testing.T) {
	played := games(map[[2]int][2]int{{0, 1}: {2, 3}, {0, 3}: {1, 4}, {1, 2}: {5, 3}, {2, 3}: {1, 3}})
	s, l, err := Strengths(4, played, WithoutVirtualGames)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{.138692, .226152, .143022, .492133} {
		near(t, fmt.Sprint("strength ", i), s[i], want, 5.1e-7)
	}
	near(t, "log-likelihood", l, -13.428450, 5.1e-7)
}

// With virtual games everything is finite; without them what cannot be told is refused.
func TestStrengthsOfTheUnbeaten(t *testing.T) {
	always := []Comparison{{A: 0, B: 1}, {A: 0, B: 1}, {A: 1, B: 2}}
	s, _, err := Strengths(4, always, WithVirtualGames)
	if err != nil || !(s[0] > s[3] && s[3] > s[2] && s[0] > s[1] && s[1] > s[2]) {
		t.Errorf("strengths are %v (%v); item 3, never compared, belongs in the middle", s, err)
	}
	// The best answer has no slope: each item wins as often as its strength expects,
	// two virtual games included.
	raw := []float64{s[0] / s[3], s[1] / s[3], s[2] / s[3], 1} // the virtual opponent has the strength of item 3
	near(t, "expected wins of 0", 2*raw[0]/(raw[0]+1)+2*raw[0]/(raw[0]+raw[1]), 3, 1e-9)
	if _, _, err := Strengths(3, always, WithoutVirtualGames); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("an infinite strength is given: %v", err)
	}
	tied, _, err := Strengths(2, []Comparison{{A: 0, B: 1, Outcome: Tie}}, WithoutVirtualGames)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "tied", tied[0], .5, 1e-12)
}

func TestT21TrueSkill(t *testing.T) {
	s, g := Standard()
	win, lose := g.Update(s, s, First)
	near(t, "winner", win.Mean, 29.395832, 5.1e-7)
	near(t, "winner's sd", win.SD, 7.171476, 5.1e-7)
	near(t, "loser", lose.Mean, 20.604168, 5.1e-7)
	near(t, "loser's sd", lose.SD, 7.171476, 5.1e-7)
	if l, w := g.Update(s, s, Second); l != lose || w != win {
		t.Error("the second winning is not the first losing")
	}
	for _, tied := range both(g.Update(s, s, Tie)) {
		near(t, "tied", tied.Mean, 25, 1e-12)
		near(t, "tied, sd", tied.SD, 6.457516, 5.1e-7)
	}
	for _, outcome := range []Outcome{First, Second, Tie} { // what can hardly be stays finite
		for _, far := range both(g.Update(Skill{1000, 1}, Skill{-1000, 1}, outcome)) {
			if math.IsNaN(far.Mean) || !(far.SD > 0 && far.SD < 2) {
				t.Errorf("outcome %d of unequals: %+v", outcome, far)
			}
		}
	}
}

func both(a, b Skill) []Skill { return []Skill{a, b} }

// The posterior has the means, spreads and correlations of one that is summed over a
// grid of all worths, with ties, repeated and contradicting answers, and two judges.
func TestPosteriorAgreesWithBruteForce(t *testing.T) {
	m := Model{Spread: 1, Noise: .7, Judges: map[string]float64{"sure": .3}, Draw: .15}
	for name, answers := range map[string][]Comparison{
		"none":       nil,
		"one":        {{A: 0, B: 1}},
		"chain":      {{A: 0, B: 1}, {A: 1, B: 2}},
		"cycle":      {{A: 0, B: 1}, {A: 1, B: 2}, {A: 2, B: 0}},
		"tie":        {{A: 0, B: 1, Outcome: Tie}, {A: 1, B: 2, Outcome: Second}},
		"two judges": {{A: 0, B: 1, Judge: "sure"}, {A: 0, B: 1, Outcome: Second}, {A: 0, B: 2}, {A: 0, B: 2}, {A: 2, B: 1, Judge: "sure"}},
	} {
		p, err := Fit(3, answers, m)
		if err != nil {
			t.Fatal(err)
		}
		means, cov := bruteForce(answers, m)
		for i := range 3 {
			mean, sd := p.Worth(i)
			near(t, fmt.Sprintf("%s: mean %d", name, i), mean, means[i], .012)
			near(t, fmt.Sprintf("%s: sd %d", name, i), sd, math.Sqrt(cov[i][i]), .012)
			for j := range i {
				near(t, fmt.Sprintf("%s: covariance %d %d", name, i, j), p.cov[i*3+j], cov[i][j], .015)
			}
		}
	}
}

// bruteForce sums prior times likelihood over a grid of the worths of three items.
func bruteForce(answers []Comparison, m Model) (mean [3]float64, cov [3][3]float64) {
	const step, end = .125, 5.0
	total := 0.0
	for x := -end; x <= end; x += step {
		for y := -end; y <= end; y += step {
			for z := -end; z <= end; z += step {
				at := [3]float64{x, y, z}
				w := math.Exp(-(x*x + y*y + z*z) / 2 / (m.Spread * m.Spread))
				if w < 1e-9 {
					continue
				}
				for _, c := range answers {
					noise := m.Noise
					if n, ok := m.Judges[c.Judge]; ok {
						noise = n
					}
					e := chance.Probit((m.Draw + 1) / 2)
					d := (at[c.A] - at[c.B]) / noise
					switch c.Outcome {
					case First:
						w *= chance.Phi(d - e)
					case Second:
						w *= chance.Phi(-d - e)
					case Tie:
						w *= chance.Phi(e-d) - chance.Phi(-e-d)
					}
				}
				total += w
				for i := range 3 {
					mean[i] += w * at[i]
					for j := range 3 {
						cov[i][j] += w * at[i] * at[j]
					}
				}
			}
		}
	}
	for i := range 3 {
		mean[i] /= total
	}
	for i := range 3 {
		for j := range 3 {
			cov[i][j] = cov[i][j]/total - mean[i]*mean[j]
		}
	}
	return mean, cov
}

// Answers that contradict each other, from a judge who is taken to be nearly sure,
// leave a posterior whose figures are numbers, and no surer than one answer can make it.
func TestPosteriorStandsContradiction(t *testing.T) {
	for _, noise := range []float64{1e-3, .01, .1, 10} {
		var answers []Comparison
		for i := range 600 {
			a, b := i%20, (i*7+3)%20
			if a != b {
				answers = append(answers, Comparison{A: a, B: b, Outcome: Outcome(i % 3)})
			}
		}
		p, err := Fit(20, answers, Model{Spread: 1, Noise: noise, Draw: .2})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			mean, sd := p.Worth(i)
			if !(math.Abs(mean) < 10) || !(sd > 0 && sd <= 1.0000001) {
				t.Errorf("noise %v: item %d has the worth %v ± %v", noise, i, mean, sd)
			}
			for j := range i {
				if above := p.Above(i, j); !(above >= 0 && above <= 1) {
					t.Errorf("noise %v: P(%d above %d) = %v", noise, i, j, above)
				}
			}
		}
	}
}

// Worths become values by a line through the anchors, and whatever would make that
// line nonsense is refused.
func TestValues(t *testing.T) {
	var answers []Comparison
	for i := range 5 {
		for j := i + 1; j < 5; j++ {
			answers = append(answers, Comparison{A: j, B: i}) // 4 is worth most
		}
	}
	p, err := Fit(5, answers, Standardised())
	if err != nil {
		t.Fatal(err)
	}
	anchor := func(item int, value float64) Anchor {
		d, err := chance.Known(value)
		if err != nil {
			t.Fatal(err)
		}
		return Anchor{item, d}
	}
	m, _ := p.Worth(2)
	on := func(i int) float64 { x, _ := p.Worth(i); return math.Exp(3 + 2*(x-m)) }
	values, err := p.Values([]Anchor{anchor(0, on(0)), anchor(2, on(2)), anchor(4, on(4))})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		_, sd := p.Worth(i)
		_, s, _ := v.Log()
		near(t, "median", v.Median()/on(i), 1, 1e-9)
		near(t, "spread", s, 2*sd, 1e-6)
	}
	bent, err := p.Values([]Anchor{anchor(0, on(0)), anchor(2, 3*on(2)), anchor(4, on(4))})
	if err != nil {
		t.Fatal(err)
	}
	if bent[1].SD()/bent[1].Mean() <= values[1].SD()/values[1].Mean() {
		t.Error("anchors that stray from the line leave the values as sure as before")
	}
	for name, list := range map[string][]Anchor{
		"two":        {anchor(0, 1), anchor(4, 9)},
		"two, twice": {anchor(0, 1), anchor(4, 9), anchor(4, 9)},
		"reversed":   {anchor(0, 9), anchor(2, 3), anchor(4, 1)},
		"negative":   {anchor(0, 1), anchor(2, -3), anchor(4, 9)},
		"unknown":    {anchor(0, 1), {Item: 2}, anchor(4, 9)},
		"no item":    {anchor(0, 1), anchor(2, 3), anchor(5, 9)},
	} {
		if _, err := p.Values(list); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
}

func TestBestWorst(t *testing.T) {
	s := Set{Items: []int{4, 1, 3, 0}, Best: 3, Worst: 1, Judge: "ada"}
	list, err := s.Implied()
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(list)
	if want := "[{3 4 0 ada} {4 1 0 ada} {3 1 0 ada} {3 0 0 ada} {0 1 0 ada}]"; got != want {
		t.Errorf("implied are %s, want %s", got, want)
	}
	look, err := FirstLook(5, []Set{s, {Items: []int{4, 1, 3}, Best: 3, Worst: 4}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := FirstLook(4, []Set{s}); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("item 4 of 4 is counted: %v", err)
	}
	for i, want := range []float64{0, -.5, 0, 1, -.5} {
		near(t, "first look", look[i], want, 1e-15)
	}
	for name, bad := range map[string]Set{
		"best is worst": {Items: []int{0, 1, 2}, Best: 1, Worst: 1}, "twice": {Items: []int{0, 1, 1, 2}, Best: 1, Worst: 2},
		"not shown": {Items: []int{0, 1, 2}, Best: 5, Worst: 2}, "two": {Items: []int{0, 1}, Best: 0, Worst: 1},
	} {
		if _, err := bad.Implied(); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	ok := Standardised()
	for name, c := range map[string]struct {
		n    int
		list []Comparison
		m    Model
	}{
		"one item": {1, nil, ok}, "too many": {501, nil, ok}, "no such": {3, []Comparison{{A: 0, B: 3}}, ok}, "itself": {3, []Comparison{{A: 1, B: 1}}, ok},
		"no outcome": {3, []Comparison{{A: 1, B: 0, Outcome: 7}}, ok}, "no spread": {3, nil, Model{Noise: 1}}, "no noise": {3, nil, Model{Spread: 1}},
		"judge": {3, nil, Model{Spread: 1, Noise: 1, Judges: map[string]float64{"a": math.NaN()}}},
	} {
		if _, err := Fit(c.n, c.list, c.m); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
	p, err := Fit(3, nil, ok)
	if err != nil {
		t.Fatal(err)
	}
	for _, top := range []int{0, 3} {
		if _, _, err := p.Next(Question{Top: top}); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("a cut after %d of 3 is accepted", top)
		}
	}
}
