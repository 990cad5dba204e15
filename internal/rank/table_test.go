package rank

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/shared"
)

// crowd is n subjects with estimates, some of them forced or missing something.
func crowd(t testing.TB, n int, seed uint64) []Subject {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	now := look().Now
	out := make([]Subject, n)
	between := func(low, high float64) Factor {
		mid := low * math.Exp(r.Float64()*math.Log(high/low))
		d, err := chance.FromInterval(mid/(1+2*r.Float64()+0.1), mid*(1+2*r.Float64()+0.1))
		if err != nil {
			t.Fatal(err)
		}
		return Factor{Value: d, Grade: plumbline.Opinion, Observed: now - plumbline.Time(r.IntN(400)*86400*1000000)}
	}
	sure, err := chance.Known([]float64{1, 0.8, 0.5}[r.IntN(3)])
	if err != nil {
		t.Fatal(err)
	}
	for i := range out {
		s := Subject{ID: fmt.Sprintf("REQ-%d", i), Opened: now - plumbline.Time(r.IntN(100)*86400*1000000), Labels: []string{"backend"}}
		s.Factors = map[plumbline.Factor]Factor{"reach": between(0.5, 10), "impact": between(0.25, 3), "effort": between(0.5, 8), "confidence": {Value: sure}}
		switch r.IntN(20) {
		case 0:
			s.Labels, s.Severity = []string{"infradev"}, fmt.Sprintf("S%d", 1+r.IntN(4))
		case 1:
			delete(s.Factors, "effort")
		case 2:
			s.Labels = []string{"direction"}
		}
		out[i] = s
	}
	return out
}

// TestTable is what holds of every table: all subjects are in it once, in order,
// the chances to be among the first add up to their number, and every method of
// working them out says nearly the same.
func TestTable(t *testing.T) {
	for _, order := range []string{ByPromise, ByExpectation} {
		t.Run(order, func(t *testing.T) { tableHolds(t, order) })
	}
}

func tableHolds(t *testing.T, order string) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 5, 40, 400} {
		subjects := crowd(t, n, uint64(n))
		top := min(30, max(n/2, 1))
		o := Options{Now: look().Now, Top: top, Seed: 7, Order: order}
		base, err := p.Rank(subjects, o)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for i, e := range base.Entries() {
			if seen[e.Subject] || e.Position != i+1 || base.Entry(e.Subject).Position != e.Position {
				t.Fatalf("%d items: entry %d is %+v", n, i, e)
			}
			seen[e.Subject] = true
			if i > 0 && e.Force.Group < base.At(i-1).Force.Group {
				t.Errorf("%d items: group %s after %s", n, e.Force.Group, base.At(i-1).Force.Group)
			}
			if p := base.Places(&e); !(p.Low <= p.High) || !(e.PTop >= 0 && e.PTop <= 1) || (e.Score == nil) != (len(e.Missing) > 0) {
				t.Errorf("%d items: %+v", n, e)
			}
			x := base.Explain(e.Subject)
			for _, s := range x.Sentences {
				if s == "" || s[len(s)-1] != '.' {
					t.Errorf("%q is no sentence", s)
				}
			}
			if (x.Above == nil) != (e.Position == 1) || (x.Below == nil) != (e.Position == n) {
				t.Errorf("%d items: the neighbours of %d are %v and %v", n, e.Position, x.Above, x.Below)
			}
			checkPasses(t, base, subjects, e, x)
		}
		for _, method := range []string{Analytic, Conditional, Joint} {
			o.Method = method
			tab, err := p.Rank(subjects, o)
			if err != nil {
				t.Fatal(err)
			}
			total := 0.0
			for i, e := range tab.Entries() {
				total += e.PTop
				if d := math.Abs(e.PTop - base.PTop(i)); d > 0.05 {
					t.Errorf("%d items, %s: %v differs from %v", n, method, e.PTop, base.PTop(i))
				}
			}
			if want := float64(min(top, tab.Forced+tab.Scored)); math.Abs(total-want) > map[string]float64{Analytic: 1e-4, Conditional: 0.02, Joint: 1e-6}[method]*max(want, 1) {
				t.Errorf("%d items, %s: the chances add up to %v, not %v", n, method, total, want)
			}
		}
	}
}

// checkPasses: what is said to pass the item above does pass it.
func checkPasses(t *testing.T, tab *Table, subjects []Subject, e Entry, x Explanation) {
	t.Helper()
	for _, pass := range x.Passes {
		if end := endOf(tab.model.factor(pass.Factor)); end > 0 && pass.To > end || pass.Factor == "confidence" && pass.To < pass.From {
			t.Errorf("more than all, or less sure: %+v", pass)
		}
		d := subjects[e.Subject].Factors[pass.Factor].Value
		mu, sd, err := d.Log()
		if err != nil {
			t.Fatal(err)
		}
		moved, err := chance.LognormalOf(mu+math.Log(pass.To/pass.From), sd)
		if err != nil {
			continue
		}
		s := subjects[e.Subject]
		old := s.Factors[pass.Factor]
		s.Factors[pass.Factor] = Factor{Value: moved, Grade: old.Grade, Observed: old.Observed}
		next, err := tab.policy.Rank(subjects, tab.options)
		s.Factors[pass.Factor] = old
		if err != nil {
			t.Fatal(err)
		}
		if got := next.Entry(e.Subject).Position; got >= e.Position {
			t.Errorf("%s at %d: %q leaves it at %d", s.ID, e.Position, pass.Sentence, got)
		}
		return // one is enough
	}
}

// TestWhatIf: one edit gives what ranking anew gives, and leaves the table alone.
func TestWhatIf(t *testing.T) {
	for _, order := range []string{ByPromise, ByExpectation} {
		t.Run(order, func(t *testing.T) { whatIfHolds(t, order) })
	}
}

func whatIfHolds(t *testing.T, order string) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	subjects := crowd(t, 300, 3)
	o := Options{Now: look().Now, Top: 20, Order: order}
	base, err := p.Rank(subjects, o)
	if err != nil {
		t.Fatal(err)
	}
	before, err := json.Marshal(base.Result())
	if err != nil {
		t.Fatal(err)
	}
	d, err := chance.FromInterval(0.01, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	last := base.Subject(base.Len() - 1)
	if base.Entry(last).Force.Group != Unscored {
		t.Fatal("the last entry has a score")
	}
	next, err := base.WhatIf(last, "effort", d)
	if err != nil {
		t.Fatal(err)
	}
	if got := next.Entry(last); got.Force.Group != Scored || got.Position >= base.Entry(last).Position {
		t.Errorf("with an effort, it is at %+v", got)
	}
	anew := append([]Subject{}, subjects...)
	s := anew[last]
	s.Factors = map[plumbline.Factor]Factor{"effort": {Value: d, Observed: o.Now}}
	for k, f := range subjects[last].Factors {
		s.Factors[k] = f
	}
	anew[last] = s
	want, err := p.Rank(anew, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, next, want)
	if after, _ := json.Marshal(base.Result()); string(before) != string(after) {
		t.Error("the table itself changed")
	}
	if _, err := base.WhatIf(last, "mood", d); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("got %v", err)
	}
	if _, err := base.WhatIf(999, "effort", d); plumbline.KindOf(err) != plumbline.NotFound {
		t.Errorf("got %v", err)
	}
}

// TestLater: many edits, one after the other, while the clock moves on, give what
// ranking anew gives at the end: the table that follows is mended, not sorted.
func TestLater(t *testing.T) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	subjects := crowd(t, 400, 5)
	for i := range subjects {
		subjects[i].Category = fmt.Sprintf("product-%d", i*i%17) // some have few
	}
	o := Options{Now: look().Now, Aged: look().Now, Top: 20, Order: ByExpectation}
	tab, err := p.Rank(subjects, o)
	if err != nil {
		t.Fatal(err)
	}
	anew, r := slices.Clone(subjects), rand.New(rand.NewPCG(5, 5))
	for step := range 60 {
		changed := map[int]*Subject{}
		for range 1 + step%7 {
			s := anew[r.IntN(len(anew))]
			i := slices.IndexFunc(anew, func(o Subject) bool { return o.ID == s.ID })
			d, err := chance.FromInterval(0.1+r.Float64(), 2+9*r.Float64())
			if err != nil {
				t.Fatal(err)
			}
			s.Factors = maps.Clone(s.Factors)
			s.Factors["effort"] = Factor{Value: d, Observed: o.Now}
			if step%5 == 0 {
				s.Category = fmt.Sprintf("product-%d", r.IntN(20))
			}
			if step%11 == 0 {
				delete(s.Factors, "impact")
			}
			anew[i], changed[i] = s, &s
		}
		o.Now = o.Now.Add(37 * time.Minute)
		if tab, err = tab.Later(o.Now, replaced(tab.subjects, changed)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := p.Rank(anew, o)
	if err != nil {
		t.Fatal(err)
	}
	same(t, tab, want)
	if want.Forced == 0 || want.Unscored == 0 {
		t.Fatalf("nothing is forced or unscored: %d, %d", want.Forced, want.Unscored)
	}
}

// same wants two tables to be the same to the byte, chances and places too.
func same(t *testing.T, got, want *Table) {
	t.Helper()
	for n := range want.Len() {
		a, b := got.At(n), want.At(n)
		x, err := json.Marshal([]any{a, got.Places(a)})
		if err != nil {
			t.Fatal(err)
		}
		y, err := json.Marshal([]any{b, want.Places(b)})
		if err != nil {
			t.Fatal(err)
		}
		if string(x) != string(y) {
			t.Fatalf("place %d is\n%s, not\n%s", n+1, x, y)
		}
	}
	a, b := *got, *want
	if a.Cut != b.Cut || a.Promised != b.Promised || a.Shrunk != b.Shrunk || a.Forced != b.Forced || a.Scored != b.Scored || a.Now != b.Now {
		t.Errorf("got %v, %v, %v, %d, %d at %v; want %v, %v, %v, %d, %d at %v", a.Cut, a.Promised, a.Shrunk, a.Forced, a.Scored, a.Now, b.Cut, b.Promised, b.Shrunk, b.Forced, b.Scored, b.Now)
	}
}

// TestLaterReadsAllAgainWhenItMust: a score of its own brings the scores of all onto
// one scale, and what one account asks weighs in the scores of others.
func TestLaterReadsAllAgainWhenItMust(t *testing.T) {
	p, err := Edition("")
	if err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{"rice", "customer"} {
		subjects := crowd(t, 60, 9)
		for i := range subjects {
			subjects[i].Asks = []Ask{{Account: fmt.Sprint("a", i%7), Pool: Retention, Priority: 1 + i%9, Amount: 1000, Health: "green"}}
		}
		o := Options{Now: look().Now, Top: 5, Model: model, Order: ByExpectation}
		tab, err := p.Rank(subjects, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, edit := range []func(s *Subject){
			func(s *Subject) { s.Asks = []Ask{{Account: "a2", Pool: Growth, Priority: 9, Amount: 5e6, Win: 1}} },
			func(s *Subject) { s.Direct = &Score{Mean: 3, SD: 1} },
			func(s *Subject) { s.Opened, s.Due = 0, o.Now.Add(time.Hour) },
			func(s *Subject) { s.Direct, s.Labels, s.Severity = nil, []string{"infradev"}, "S1" },
		} {
			anew := slices.Clone(subjects)
			edit(&anew[11])
			subjects = anew
			if tab, err = tab.Later(o.Now, replaced(tab.subjects, map[int]*Subject{11: &anew[11]})); err != nil {
				t.Fatal(err)
			}
			want, err := p.Rank(subjects, o)
			if err != nil {
				t.Fatal(err)
			}
			same(t, tab, want)
		}
	}
}

// replaced is a list with other subjects at some places.
func replaced(l shared.List[*Subject], by map[int]*Subject) shared.List[*Subject] {
	for i, s := range by {
		l = l.With([]int{i}, []*Subject{s})
	}
	return l
}

// TestExpectationOrdersTheScores: what was measured passes what was guessed when it
// promises nearly as much; the table is in the order of what to expect.
func TestExpectationOrdersTheScores(t *testing.T) {
	text := "order: expected\nconfidence: widen\nitems:\n" +
		"  - {id: guessed, reach: [10, 1000], impact: [0.1, 10], confidence: 1, effort: [0.5, 8]}\n" +
		"  - {id: measured, reach: [70, 80], impact: [0.95, 1], confidence: 1, effort: [1.9, 2]}\n"
	for i := range 20 {
		text += fmt.Sprintf("  - {id: other-%d, reach: [%d, %d], impact: 1, confidence: 1, effort: 2}\n", i, 2+3*i, 3+3*i)
	}
	f, err := ParseFile("f", []byte(text), look())
	if err != nil {
		t.Fatal(err)
	}
	tab, err := f.Policy.Rank(f.Subjects, f.Options)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i, e := range tab.Entries() {
		ids = append(ids, f.Subjects[e.Subject].ID)
		if i > 0 && e.Score.Shrunk > tab.At(i-1).Score.Shrunk {
			t.Errorf("%v expects more than what is above it", e.Score)
		}
	}
	a, b := tab.Entry(0).Score, tab.Entry(1).Score
	if ids[0] != "measured" || a.Median < b.Median {
		t.Errorf("the order is %v; the medians are %v and %v", ids, a.Median, b.Median)
	}
	f.Options.Order = ByPromise
	if tab, err = f.Policy.Rank(f.Subjects, f.Options); err != nil || tab.Subject(0) != 0 {
		t.Errorf("as promised, %v comes first (%v)", tab.Subject(0), err)
	}
	f.Options.Order = "hoped"
	if _, err = f.Policy.Rank(f.Subjects, f.Options); plumbline.FieldsOf(err)["order"] == "" {
		t.Errorf("got %v", err)
	}
}

// BenchmarkTable ranks 10,000 items from nothing.
func BenchmarkTable(b *testing.B) {
	p, err := Edition("")
	if err != nil {
		b.Fatal(err)
	}
	subjects := crowd(b, 10_000, 1)
	for b.Loop() {
		if _, err := p.Rank(subjects, Options{Now: look().Now, Top: 50}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWhatIf is one edit among 10,000 items.
func BenchmarkWhatIf(b *testing.B) {
	p, err := Edition("")
	if err != nil {
		b.Fatal(err)
	}
	subjects := crowd(b, 10_000, 1)
	t, err := p.Rank(subjects, Options{Now: look().Now, Top: 50})
	if err != nil {
		b.Fatal(err)
	}
	d, err := chance.FromInterval(0.5, 2)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := t.WhatIf(77, "effort", d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExplain is the explanation of one of 10,000 items.
func BenchmarkExplain(b *testing.B) {
	p, err := Edition("")
	if err != nil {
		b.Fatal(err)
	}
	t, err := p.Rank(crowd(b, 10_000, 1), Options{Now: look().Now, Top: 50})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		t.Explain(t.Subject(t.Forced + 5))
	}
}
