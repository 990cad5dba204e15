package plan

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The stories in testdata are plan files, each with sentences about its plan.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, story := range strings.Split("\n"+string(src), "\nstory: ")[1:] {
			name, rest, _ := strings.Cut(story, "\n")
			text, then, ok := strings.Cut(rest, "\nthen\n")
			if !ok {
				t.Fatalf("%s: the story %q has no line \"then\"", file, name)
			}
			told++
			t.Run(name, func(t *testing.T) { tell(t, parsed(t, text), strings.TrimSpace(then)) })
		}
	}
	if told < 8 {
		t.Errorf("only %d stories", told)
	}
}

func tell(t *testing.T, p *Problem, then string) {
	got := solved(t, p, Work{Explain: 10})
	checked(t, p, got)
	for line := range strings.Lines(then) {
		if line = strings.TrimSpace(line); !holds(got, line) {
			t.Errorf("%s: not so: %s", line, bytes(t, got))
		}
	}
}

// holds says whether a sentence is true of a plan; one that is not understood is not.
func holds(p *Plan, line string) bool {
	var a, b string
	var x float64
	scan := func(form string, into ...any) bool {
		n, err := fmt.Sscanf(line, form, into...)
		return err == nil && n == len(into)
	}
	switch {
	case scan("the plan is worth %g", &x):
		return math.Abs(p.Value-x) < 1e-6
	case scan("no plan is worth more than %g", &x):
		return math.Abs(p.Bound-x) < 1e-6
	case scan("%s is done in %s", &a, &b):
		return p.Period(a) == b
	case scan("%s is left out and needs %g more", &a, &x):
		return slices.ContainsFunc(p.LeftOut, func(w Why) bool { return w.ID == a && w.Raise != nil && math.Abs(*w.Raise-x) < 1e-6 })
	case strings.HasSuffix(line, " is left out"):
		a = strings.TrimSuffix(line, " is left out")
		return slices.ContainsFunc(p.LeftOut, func(w Why) bool { return w.ID == a })
	}
	place, id, ok := strings.Cut(line, " cannot hold ")
	a, b, _ = strings.Cut(place, " in ")
	return ok && slices.ContainsFunc(p.Violated, func(v Violation) bool {
		return v.ID == id && slices.Equal(v.Cells, []Cell{{a, b}})
	})
}
