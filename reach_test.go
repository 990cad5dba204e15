package plumbline_test

import (
	"strings"
	"testing"

	"plumbline"
)

func TestReachUnit(t *testing.T) {
	ok := plumbline.ReachUnit{Product: "k8s", Unit: "teams", Many: 24, Source: "the directory"}
	refuse(t, ok, []refusal[plumbline.ReachUnit]{
		{"no number", func(u *plumbline.ReachUnit) { u.Many = 0 }, "many", "how many teams"},
		{"less than one", func(u *plumbline.ReachUnit) { u.Many = -3 }, "many", "how many teams"},
		{"too many", func(u *plumbline.ReachUnit) { u.Many = plumbline.MostReach + 1 }, "many", "how many teams"},
		{"a number of what", func(u *plumbline.ReachUnit) { u.Unit = "" }, "unit", "what the 24 are"},
		{"a source of what", func(u *plumbline.ReachUnit) { u.Unit, u.Many = "", 0 }, "unit", "what the source counts"},
		{"two lines", func(u *plumbline.ReachUnit) { u.Unit = "te\nams" }, "unit", "a word or two"},
		{"a long word", func(u *plumbline.ReachUnit) { u.Unit = strings.Repeat("x", 61) }, "unit", "at most 60"},
		{"a long source", func(u *plumbline.ReachUnit) { u.Source = strings.Repeat("x", 2001) }, "source", "at most 2000"},
	})
	if err := (plumbline.ReachUnit{Product: "k8s"}).Validate(); err != nil {
		t.Errorf("to count it in nothing is refused: %v", err)
	}
}
