package rule

import (
	"errors"
	"strings"
	"testing"
	"time"

	"plumbline"
)

func testEnv(t testing.TB) *Env {
	t.Helper()
	e, err := NewEnv(
		Var{"assignee", String}, Var{"effort", Number}, Var{"team_labels", Int}, Var{"labels", Strings},
		Var{"decision.outcome", String}, Var{"now", Moment}, Var{"linked", Bool}, Var{"states", Map}, Var{"body", String},
	)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var facts = MapFacts{
	"assignee": "mara", "effort": 1.5, "team_labels": 1, "labels": []string{"availability", "infrapm"},
	"decision.outcome": "pursue", "now": plumbline.At(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)),
	"linked": true, "states": map[string]string{"workflow": "design"}, "body": strings.Repeat("x", 1<<20),
}

func TestEval(t *testing.T) {
	e := testEnv(t)
	for _, c := range []struct {
		src  string
		want bool
	}{
		{`assignee != ""`, true},
		{`assignee == "noor"`, false},
		{`effort > 0`, true},
		{`effort >= 1.5 && effort < 2`, true},
		{`team_labels == 1`, true},
		{`labels.exists(l, l == "availability")`, true},
		{`"bug" in labels`, false},
		{`decision.outcome == "pursue"`, true},
		{`decision.outcome in ["decline", "later"]`, false},
		{`now < timestamp("2027-01-01T00:00:00Z")`, true},
		{`linked || assignee == ""`, true},
		{`states["workflow"] == "design"`, true},
		{`"workflow-infra" in states`, false},
		{`assignee.matches("^m")`, true},
		{"assignee != \"\"\n  && linked", true},
	} {
		x, err := e.Compile(c.src)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		got, err := x.Eval(facts)
		if err != nil || got != c.want {
			t.Errorf("%s = %v, %v; want %v", c.src, got, err, c.want)
		}
	}
}

func TestMistakesSayWhereAndWhat(t *testing.T) {
	e := testEnv(t)
	for _, c := range []struct {
		src       string
		line, col int
		text      string
	}{
		{`asignee != ""`, 1, 1, "asignee is not a fact or a field; did you mean assignee?"},
		{`linked && zzz`, 1, 11, "zzz is not a fact or a field"},
		{"linked &&\n asignee != ''", 2, 2, "did you mean assignee?"},
		{`assignee + 1 == ""`, 1, 10, "+ cannot be used between string and int"},
		{`effort == 1`, 1, 8, "write the number with a point"},
		{`assignee`, 1, 1, "is a text, but must be true or false"},
		{`assignee == `, 1, 13, "Syntax error"},
		{`assignee.matches("(")`, 1, 18, "invalid matches argument"},
		{strings.Repeat("(", 100) + "linked" + strings.Repeat(")", 100), 1, 1, "recursion"},
		{`assignee != "` + strings.Repeat("x", 3000) + `"`, 1, 1, "size exceeds limit"},
	} {
		_, err := e.Compile(c.src)
		var ms Mistakes
		if !errors.As(err, &ms) || len(ms) == 0 {
			t.Errorf("%.40s: got %v, want mistakes", c.src, err)
			continue
		}
		if plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%.40s: kind %v, want invalid", c.src, plumbline.KindOf(err))
		}
		if m := ms[0]; m.Line != c.line || m.Column != c.col || !strings.Contains(m.Text, c.text) {
			t.Errorf("%.40s: got %d:%d %q, want %d:%d %q", c.src, m.Line, m.Column, m.Text, c.line, c.col, c.text)
		}
	}
}

func TestExcerptMarksThePlace(t *testing.T) {
	_, err := testEnv(t).Compile("linked &&\n  asignee != ''")
	if want := "    asignee != ''\n    ^"; !strings.Contains(err.Error(), want) {
		t.Errorf("got\n%v\nwant it to contain\n%s", err, want)
	}
}

func TestCostIsLimited(t *testing.T) {
	x, err := testEnv(t).Compile(`labels.exists(a, labels.exists(b, body.contains(a + b + "q")))`)
	if err != nil {
		t.Fatal(err)
	}
	many := MapFacts{"labels": make([]string, 3000), "body": facts["body"]}
	if _, err := x.Eval(many); err == nil || !strings.Contains(err.Error(), "cost limit") {
		t.Errorf("got %v, want a cost limit error", err)
	}
}

func TestMissingFactIsAnError(t *testing.T) {
	x, err := testEnv(t).Compile(`assignee != ""`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Eval(MapFacts{}); plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("got %v, want an invalid error", err)
	}
}

func TestNamesAreDeclaredOnce(t *testing.T) {
	if _, err := NewEnv(Var{"a", String}, Var{"a", Bool}); err == nil {
		t.Error("a name declared twice was taken")
	}
}

// FuzzCompile: no text makes the compiler panic, and what compiles evaluates to
// an answer or an error.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{`assignee != ""`, `labels.exists(l, l == "x")`, `effort / 0.0 > 1`, `now.getDayOfWeek() == 1`, `{`, `[1,2][5] == 1`} {
		f.Add(s)
	}
	e := testEnv(f)
	f.Fuzz(func(t *testing.T, src string) {
		x, err := e.Compile(src)
		if err != nil {
			return
		}
		_, _ = x.Eval(facts)
	})
}

func BenchmarkEval(b *testing.B) {
	x, err := testEnv(b).Compile(`assignee != "" && effort > 0`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_, _ = x.Eval(facts)
	}
}

func BenchmarkCompile(b *testing.B) {
	e := testEnv(b)
	for b.Loop() {
		_, _ = e.Compile(`assignee != "" && effort > 0`)
	}
}

func BenchmarkNewEnv(b *testing.B) {
	for b.Loop() {
		testEnv(b)
	}
}
