package rule

import (
	"strings"
	"testing"

	"plumbline"
)

func TestFormula(t *testing.T) {
	env, err := NewEnv(Var{"reach", Number}, Var{"effort", Number}, Var{"teams", Int})
	if err != nil {
		t.Fatal(err)
	}
	facts := MapFacts{"reach": 6.0, "effort": 2.0, "teams": 3}
	for src, want := range map[string]float64{
		"reach / effort": 3, "reach > 5.0 ? reach * 2.0 : 0.0": 12, "teams": 3, "reach * double(teams)": 18,
	} {
		f, err := env.CompileFormula(src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got, err := f.Eval(facts); err != nil || got != want || f.String() != src {
			t.Errorf("%s = %v, %v; want %v", src, got, err, want)
		}
	}
	for src, want := range map[string]string{"reach > 1.0": "must be a number", "'six'": "must be a number", "reach *": "line 1, column 8", "size": "size"} {
		if _, err := env.CompileFormula(src); plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", src, err, want)
		}
	}
	for src, facts := range map[string]MapFacts{
		"reach / effort":  {"reach": 6.0, "effort": 0.0},
		"reach * effort":  {"reach": 1e200, "effort": 1e200},
		"reach - effort":  {"reach": 1.0},
		"teams / (teams)": {"teams": 0},
	} {
		f, err := env.CompileFormula(src)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Eval(facts); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s = %v, %v; want an error", src, got, err)
		}
	}
}
