package pairs

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"plumbline/internal/chance"
)

// The closed form of the information is within a hundredth of a bit of the integral.
func TestInformationAgreesWithIntegral(t *testing.T) {
	p, err := Fit(3, []Comparison{{A: 0, B: 1}, {A: 0, B: 1}, {A: 1, B: 2}}, Model{Spread: 1, Noise: .5})
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]int{{0, 1}, {0, 2}, {1, 2}} {
		m, v := p.Difference(pair[0], pair[1])
		const n = 10000
		mean, noise := 0.0, 0.0
		for i := range n {
			x := m + math.Sqrt(v)*chance.Probit((float64(i)+.5)/n)
			mean += chance.Phi(x/.5) / n
			noise += entropy(chance.Phi(x/.5)) / n
		}
		near(t, fmt.Sprint("information of ", pair), p.Information(pair[0], pair[1]), entropy(mean)-noise, .01)
	}
}

// What was asked just now is not asked again, and about one question in ten is an
// earlier one, the other way round.
func TestNextRepeatsSome(t *testing.T) {
	p, err := Fit(8, nil, Standardised())
	if err != nil {
		t.Fatal(err)
	}
	var asked [][2]int
	repeated := 0
	for i := range 400 {
		q := Question{Top: 3, Asked: asked, Seed: 11}
		again, ok := q.again()
		a, b, err := p.Next(q)
		if err != nil {
			t.Fatal(err)
		}
		if len(asked) > 0 && ordered(asked[len(asked)-1]) == ordered([2]int{a, b}) {
			t.Fatalf("question %d is the one before", i)
		}
		if ok {
			repeated++
			if again != [2]int{b, a} {
				t.Fatalf("question %d repeats %v as %d, %d", i, again, a, b)
			}
		}
		asked = append(asked, [2]int{a, b})
		if err := p.Add(Comparison{A: a, B: b, Outcome: Outcome(i % 2)}); err != nil {
			t.Fatal(err)
		}
	}
	near(t, "repeated", float64(repeated)/400, .1, .05)
	if a, b, err := mustFit(t, 2).Next(Question{Top: 1, Asked: [][2]int{{0, 1}}}); err != nil || a == b {
		t.Errorf("of two items %d and %d are asked (%v)", a, b, err)
	}
}

func mustFit(t testing.TB, n int) *Posterior {
	t.Helper()
	p, err := Fit(n, nil, Standardised())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What repeats and cycles say, and that a judge who guesses is told from one who knows.
func TestJudges(t *testing.T) {
	list := []Comparison{
		{A: 0, B: 1, Judge: "a"}, {A: 1, B: 0, Outcome: Second, Judge: "a"}, {A: 0, B: 1, Outcome: Second, Judge: "a"},
		{A: 1, B: 2, Judge: "b"}, {A: 2, B: 0, Judge: "b"}, {A: 0, B: 1, Judge: "b"}, {A: 3, B: 0, Judge: "b"}, {A: 3, B: 1, Judge: "b"}, {A: 3, B: 2, Judge: "b"},
	}
	p, err := Fit(4, list, Standardised())
	if err != nil {
		t.Fatal(err)
	}
	j := p.Judges()
	if a := j["a"]; a.Answers != 3 || a.Repeated != 2 || a.Same != 1 || a.Triples != 0 {
		t.Errorf("a is %+v", a)
	}
	if b := j["b"]; b.Repeated != 0 || b.Triples != 4 || b.Cycles != 1 {
		t.Errorf("b is %+v", b)
	}
	w := newWorld(12, 5)
	var answers []Comparison
	for i := range 400 {
		a, b := w.randomPair(i)
		for name, noise := range map[string]float64{"knows": .2, "guesses": 2} {
			answers = append(answers, w.answer(a, b, i, noise, name))
		}
	}
	slices.SortStableFunc(answers, func(a, b Comparison) int { return cmp.Compare(a.Judge, b.Judge) })
	p, j, err = FitJudges(12, answers, Standardised())
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Fit(12, answers, Standardised())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("noise 0.2 is read as %.2f, noise 2 as %.2f; without learning it as %.2f and %.2f",
		j["knows"].Noise, j["guesses"].Noise, plain.Judges()["knows"].Noise, plain.Judges()["guesses"].Noise)
	if math.Abs(math.Log(j["knows"].Noise/.2)) > math.Log(1.5) || math.Abs(math.Log(j["guesses"].Noise/2)) > math.Log(1.5) {
		t.Errorf("one who knows has noise %.2f, one who guesses %.2f", j["knows"].Noise, j["guesses"].Noise)
	}
	if learned, before := w.misfit(p), w.misfit(plain); learned >= before {
		t.Errorf("with the noise of judges learned the worths are off by %.3f, without by %.3f", learned, before)
	}
}

// misfit is the root mean square by which the worths are off, apart from their middle.
func (w world) misfit(p *Posterior) float64 {
	n, middle, sum := float64(len(w.worths)), 0.0, 0.0
	for i, x := range w.worths {
		middle += (p.mean[i] - x) / n
	}
	for i, x := range w.worths {
		sum += math.Pow(p.mean[i]-x-middle, 2) / n
	}
	return math.Sqrt(sum)
}

// world is items with true worths, and answers about them.
type world struct {
	worths  []float64
	answers chance.Stream
	random  chance.Stream
}

func newWorld(n int, seed uint64) world {
	w := world{answers: chance.NewStream(seed, "world", "answers"), random: chance.NewStream(seed, "world", "pairs")}
	worths := chance.NewStream(seed, "world", "worths")
	for i := range uint64(n) {
		w.worths = append(w.worths, worths.Normal(i))
	}
	return w
}

func (w world) randomPair(i int) (a, b int) {
	n := len(w.worths)
	a = int(w.random.Uint64(uint64(2*i)) % uint64(n))
	b = int(w.random.Uint64(uint64(2*i+1)) % uint64(n-1))
	if b >= a {
		b++
	}
	return a, b
}

func (w world) answer(a, b, i int, noise float64, judge string) Comparison {
	c := Comparison{A: a, B: b, Judge: judge}
	if w.worths[a]-w.worths[b]+noise*w.answers.Normal(uint64(i)) < 0 {
		c.Outcome = Second
	}
	return c
}

// recall is the share of the true best that are among the best of the posterior.
func (w world) recall(p *Posterior, top int) float64 {
	best := func(x []float64) map[int]bool {
		order := make([]int, len(x))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[b], x[a]) })
		set := map[int]bool{}
		for _, i := range order[:top] {
			set[i] = true
		}
		return set
	}
	found := 0.0
	truth := best(w.worths)
	for i := range best(p.mean) {
		if truth[i] {
			found++
		}
	}
	return found / float64(top)
}

// Of 50 items, pairs that are aimed at the cut find the ten best with far fewer
// questions than random pairs, whether judges are rather sure or rather not. The same
// worlds and the same noise for both.
func TestAimedPairsFindTheTop(t *testing.T) {
	marks := []int{100, 150, 200}
	for noise, least := range map[float64]float64{0.5: .85, 1: .75} {
		random, aimed := recalls(t, "random", noise, marks), recalls(t, "aimed", noise, marks)
		for i, mark := range marks {
			t.Logf("noise %.1f, top 10 of 50 after %d pairs: random %.2f, aimed at the cut %.2f (means of 24 worlds)", noise, mark, random[i], aimed[i])
			if mark >= 150 && aimed[i] < random[i]+.06 {
				t.Errorf("noise %.1f, after %d pairs: aimed %.2f is not clearly better than random %.2f", noise, mark, aimed[i], random[i])
			}
		}
		if aimed[2] < least {
			t.Errorf("noise %.1f, after 200 pairs %.2f of the top are found, want %.2f at least", noise, aimed[2], least)
		}
	}
}

// recalls is the mean recall of the top 10 of 50 after each mark of questions, in 24 worlds.
func recalls(t *testing.T, way string, noise float64, marks []int) []float64 {
	const n, top, runs = 50, 10, 24
	out := make([]float64, len(marks))
	for run := range uint64(runs) {
		w := newWorld(n, run)
		p, err := Fit(n, nil, Model{Spread: 1, Noise: noise})
		if err != nil {
			t.Fatal(err)
		}
		var asked [][2]int
		for i := range marks[len(marks)-1] {
			a, b := w.randomPair(i)
			if way == "aimed" {
				if a, b, err = p.Next(Question{Top: top, Asked: asked, Seed: run}); err != nil {
					t.Fatal(err)
				}
			}
			asked = append(asked, [2]int{a, b})
			if err := p.Add(w.answer(a, b, i, noise, "")); err != nil {
				t.Fatal(err)
			}
			if at := slices.Index(marks, i+1); at >= 0 {
				p.Settle()
				out[at] += w.recall(p, top) / runs
			}
		}
	}
	return out
}

// One answer and the choice of the next pair, beside the plain way: the whole
// posterior again from all answers.
func BenchmarkNextQuestion(b *testing.B) {
	w := newWorld(50, 1)
	var answers []Comparison
	for i := range 200 {
		x, y := w.randomPair(i)
		answers = append(answers, w.answer(x, y, i, .5, ""))
	}
	b.Run("add and next", func(b *testing.B) {
		b.ReportAllocs()
		p, err := Fit(50, answers, Standardised())
		if err != nil {
			b.Fatal(err)
		}
		for i := range b.N {
			p.sites = p.sites[:len(answers)]
			if err := p.Add(answers[i%len(answers)]); err != nil {
				b.Fatal(err)
			}
			if _, _, err := p.Next(Question{Top: 10}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		for range b.N {
			p, err := Fit(50, answers, Standardised())
			if err != nil {
				b.Fatal(err)
			}
			if _, _, err := p.Next(Question{Top: 10}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
