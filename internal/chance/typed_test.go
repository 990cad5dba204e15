package chance

import (
	"math"
	"strings"
	"testing"

	"plumbline"
)

func TestParseRange(t *testing.T) {
	for text, want := range map[string]struct {
		r    Range
		text string
	}{
		"?":             {Range{}, "?"},
		"3":             {Range{FormExact, 3, 3, false}, "3"},
		" -0.5 ":        {Range{FormExact, -.5, -.5, false}, "-0.5"},
		"0":             {Range{FormExact, 0, 0, false}, "0"},
		"-0":            {Range{FormExact, 0, 0, false}, "0"},
		"10k":           {Range{FormExact, 1e4, 1e4, false}, "10000"},
		"1.5M":          {Range{FormExact, 1.5e6, 1.5e6, false}, "1500000"},
		"~3":            {Range{FormAbout, 3, 3, false}, "~3"},
		"~ 2.5k":        {Range{FormAbout, 2500, 2500, false}, "~2500"},
		"2-5":           {Range{FormBetween, 2, 5, false}, "2-5"},
		"2 – 5":         {Range{FormBetween, 2, 5, false}, "2-5"},
		"2..5":          {Range{FormBetween, 2, 5, false}, "2-5"},
		"2 to 5":        {Range{FormBetween, 2, 5, false}, "2-5"},
		"-5--2":         {Range{FormBetween, -5, -2, false}, "-5..-2"},
		"-5..2":         {Range{FormBetween, -5, 2, false}, "-5..2"},
		"2-5k":          {Range{FormBetween, 2000, 5000, false}, "2000-5000"},
		"900-2k":        {Range{FormBetween, 900, 2000, false}, "900-2000"},
		"2k-1M":         {Range{FormBetween, 2000, 1e6, false}, "2000-1000000"},
		"20-40%":        {Range{FormBetween, .2, .4, true}, "20-40%"},
		"20%-40 %":      {Range{FormBetween, .2, .4, true}, "20-40%"},
		"0.1 to 99.9%":  {Range{FormBetween, .001, .999, true}, "0.1-99.9%"},
		"50-150%":       {Range{FormBetween, .5, 1.5, true}, "50-150%"},
		"29%":           {Range{FormExact, .29, .29, true}, "29%"},
		"~70%":          {Range{FormAbout, .7, .7, true}, "~70%"},
		"1e-7-2e-3":     {Range{FormBetween, 1e-7, 2e-3, false}, "1e-7-0.002"},
		".5..1.5":       {Range{FormBetween, .5, 1.5, false}, "0.5-1.5"},
		"3.-4.":         {Range{FormBetween, 3, 4, false}, "3-4"},
		"100%":          {Range{FormExact, 1, 1, true}, "100%"},
		"1e20":          {Range{FormExact, 1e20, 1e20, false}, "1e20"},
		"0.30000000001": {Range{FormExact, 0.30000000001, 0.30000000001, false}, "0.30000000001"},
	} {
		got, err := ParseRange(text)
		if err != nil || got != want.r {
			t.Errorf("%q is %+v (%v), want %+v", text, got, err, want.r)
		} else if got.String() != want.text {
			t.Errorf("%q is written %q, want %q", text, got, want.text)
		}
	}
}

func TestParseRangeRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":                       "Nothing is written",
		"abc":                    "cannot be read",
		"5-2":                    "2 to 5",
		"3-3":                    "write 3 if",
		"2-":                     "can be read",
		"2-5-7":                  "can be read",
		"10,000":                 "without a mark",
		"2to5":                   "can be read",
		"~0":                     "above zero",
		"~-3":                    "above zero",
		"~100%":                  "below 100",
		"0-40%":                  "touch neither",
		"20%-40":                 "can be read",
		"1e999":                  "beyond",
		"1e-999":                 "beyond",
		"NaN":                    "can be read",
		"Inf":                    "can be read",
		"??":                     "can be read",
		"1e-300-1e100":           "too wide",
		strings.Repeat("9", 200): "too long",
	} {
		r, err := ParseRange(text)
		if err == nil {
			t.Errorf("%q is read as %+v", text, r)
		} else if plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(strings.Replace(err.Error(), "is not a value that can be read", "can be read cannot be read", 1), says) {
			t.Errorf("%q: %v; want it to say %q", text, err, says)
		}
	}
}

// What the forms mean as distributions.
func TestRangeMeans(t *testing.T) {
	for text, want := range map[string]struct {
		kind      Kind
		low, high float64
	}{
		"2-5": {KindLognormal, 2, 5}, "-2..5": {KindNormal, -2, 5}, "20-40%": {KindBeta, .2, .4},
		"~3": {KindLognormal, 3 / 1.6, 3 * 1.6}, "50-150%": {KindLognormal, .5, 1.5}, "7": {KindKnown, 7, 7},
		"~50%": {KindBeta, 1 / 2.6, 1.6 / 2.6},
	} {
		r, err := ParseRange(text)
		if err != nil {
			t.Fatal(err)
		}
		d := must(t)(r.Dist())
		if d.Kind() != want.kind {
			t.Errorf("%s is %v, want %v", text, d.Kind(), want.kind)
		}
		near(t, text+" low", d.Quantile(.05), want.low, 1e-9)
		near(t, text+" high", d.Quantile(.95), want.high, 1e-9)
	}
	if d := must(t)(Range{}.Dist()); !d.IsUnknown() {
		t.Errorf("? is %v", d)
	}
}

// Whatever is read can be written and read again to the same, and stands for a
// distribution whose figures are numbers.
func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"2-5", "~3", "?", "2..5", "10k", "20-40%", "-5--2", "1e-7-2e-3", "~70%", "900-2k", "17.35%", "1e22-1e23"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRange(text)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid || err.Error() == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := ParseRange(r.String())
		if err != nil || again != r {
			t.Fatalf("%q is %+v, written %q, which is %+v (%v)", text, r, r.String(), again, err)
		}
		d, err := r.Dist()
		if err != nil {
			t.Fatalf("%q was read, but: %v", text, err)
		}
		holds(t, d)
	})
}

// holds fails unless the figures of a distribution are finite and in order.
func holds(t *testing.T, d Dist) {
	t.Helper()
	if d.IsUnknown() {
		return
	}
	low, mid, high := d.Quantile(.05), d.Median(), d.Quantile(.95)
	if !isFinite(d.Mean()) || !isFinite(d.SD()) || d.SD() < 0 || !(low <= mid && mid <= high) {
		t.Fatalf("%v: mean %v, sd %v, points %v %v %v", d, d.Mean(), d.SD(), low, mid, high)
	}
	for _, u := range []float64{1e-9, .3, 1 - 1e-9} {
		if math.IsNaN(d.Sample(u)) {
			t.Fatalf("%v: the sample of %v is not a number", d, u)
		}
	}
}

// No constructor makes a distribution that is none.
func FuzzConstructors(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, .5)
	f.Add(.2, .3, .4, 0.0)
	f.Add(-1e300, 0.0, 1e300, .99)
	f.Add(math.NaN(), math.Inf(1), 1e-320, 1.0)
	f.Fuzz(func(t *testing.T, a, b, c, p float64) {
		var made []Dist
		add := func(d Dist, err error) {
			if err == nil {
				made = append(made, d)
			} else if d != (Dist{}) || plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatalf("%v with %v", d, err)
			}
		}
		add(Known(a))
		add(FromInterval(a, c))
		add(Normal(a, c))
		add(Beta(a, c))
		add(Pert(a, b, c))
		for _, d := range made {
			holds(t, d)
			if z, err := d.WithZero(p); err == nil {
				holds(t, z)
			}
			if w, err := d.Widen(b); err == nil {
				holds(t, w)
			}
		}
	})
}
