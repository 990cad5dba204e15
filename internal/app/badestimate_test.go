package app_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
)

// What is no estimate is refused with what is wrong with it, beside its item and
// factor; nothing of it is kept, and what is missing stays unknown: no score of zero, and
// none without end.
func TestWhatIsNoEstimate(t *testing.T) {
	w := sqliteWorld(t)
	key := w.file("Restore within an hour").Key
	bad := []struct {
		factor     plumbline.Factor
		text, says string
	}{
		{"reach", "9-2", "reversed"},
		{"reach", "3-3", "write 3 if"},
		{"reach", "NaN", "not a value that can be read"},
		{"reach", "Inf", "not a value that can be read"},
		{"reach", "1e-300-1e100", "too wide"},
		{"reach", "1e999", "beyond"},
		{"reach", "1e200", "too large"},
		{"effort", "0", "above zero"},
		{"effort", "-2", "above zero"},
		{"effort", "-1-4", "above zero"},
		{"effort", "20%", "Per cent mean nothing"},
		{"confidence", "180%", "share"},
		{"confidence", "-20%", "above zero"},
		{"confidence", "60-140%", "share"},
		{"mood", "3", `no factor "mood"`},
	}
	var cells []judging.CellInput
	for _, c := range bad {
		_, err := w.app.Estimate(w.ctx(), w.pm, key, judging.EstimateInput{Factor: c.factor, Text: c.text})
		if plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), c.says) {
			t.Errorf("%s %q: got %v, want it to say %q", c.factor, c.text, err, c.says)
		}
		if !slices.ContainsFunc(cells, func(have judging.CellInput) bool { return have.Factor == c.factor }) {
			cells = append(cells, judging.CellInput{Key: key, EstimateInput: judging.EstimateInput{Factor: c.factor, Text: c.text}})
		}
	}
	results, err := w.app.EstimateMany(w.ctx(), w.pm, cells)
	w.ok(err)
	for i, r := range results {
		if r.Key != key || r.Factor != cells[i].Factor || r.Error == "" || r.Text != "" {
			t.Errorf("cell %d: %+v", i, r)
		}
	}
	w.estimate(w.pm, key, "reach", "5-8", "impact", "~2")
	v := w.ranking(w.pm, ranking.RankQuery{})
	if len(v.Rows) != 0 || len(v.Unscoreds) != 1 || strings.Join(v.Unscoreds[0].Missing, " ") != "Effort Confidence" && strings.Join(v.Unscoreds[0].Missing, " ") != "Confidence Effort" {
		t.Errorf("what lacks a factor: %+v", v)
	}
}

// A score that is too large to be a number is said on the page, and is none; the other
// items keep their places.
func TestAScoreWithoutEndIsNone(t *testing.T) {
	w := sqliteWorld(t)
	good, wide := w.file("Restore within an hour").Key, w.file("Everything, perhaps").Key
	w.estimate(w.pm, good, "reach", "5-8", "impact", "1-2", "confidence", "80", "effort", "1-3")
	w.estimate(w.pm, wide, "reach", "1e80-1e95", "impact", "1e80-1e95", "confidence", "80", "effort", "1e-95-1e-80")
	v := w.ranking(w.pm, ranking.RankQuery{Model: "rice-intercom"})
	if _, err := json.Marshal(v); err != nil {
		t.Errorf("a number is not finite: %v", err)
	}
	if keysOf(v.Rows) != string(good) || keysOf(v.Unscoreds) != string(wide) {
		t.Errorf("the order is %s, without a score are %s", keysOf(v.Rows), keysOf(v.Unscoreds))
	}
	if text := strings.Join(v.Unscoreds[0].Problems, " "); !strings.Contains(text, "too large or too small to be a number") {
		t.Errorf("the page says: %q", text)
	}
}

// A severity without a class forces nothing, and the page of its rank says so.
func TestASeverityWithoutAClass(t *testing.T) {
	w := sqliteWorld(t)
	key, severity := w.file("Restore within an hour").Key, "S1"
	_, err := w.app.Edit(w.ctx(), w.pm, key, app.EditInput{Severity: &severity})
	w.ok(err)
	x, err := w.app.Explain(w.ctx(), w.pm, key, "")
	w.ok(err)
	if text := strings.Join(x.Problems, " "); x.Forced || !strings.Contains(text, "no label says of what kind") {
		t.Errorf("forced: %v; the page says %q", x.Forced, text)
	}
}
