package chance_test

import (
	"math"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"plumbline/internal/chance"
)

func TestQuantitiesAsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"12":                               "12",
		"1e3":                              "1000",
		"[10, 100]":                        "lognormal 10|31.62|100",
		"[-2, 3]":                          "normal -2|0.5|3",
		"2-5":                              "lognormal 2|3.162|5",
		"{low: 8, high: 20, dist: normal}": "normal 8|14|20",
		"{low: 2, mode: 4, high: 12, dist: pert}": "pert 2.59|4.767|8.213",
		"{low: 0.1, high: 0.4, dist: beta}":       "beta 0.1|0.2261|0.4",
		"":                                        "unknown",
		"[1, 2, 3]":                               "An interval has two numbers, [low, high], not 3.",
		"[1, x]":                                  "An interval has two numbers, [low, high].",
		"[5, 2]":                                  "reversed",
		"true":                                    "A quantity is a number",
		"many":                                    "not a value that can be read",
		".nan":                                    "not a number",
		"{low: 1}":                                `has no "high"`,
		"{low: 1, high: 2, dist: pert}":           "A pert has a mode",
		"{low: 2, high: 8, none: 0.5}":            "lognormal 0|0|6.864, nothing 0.5",
		"{low: 2, high: 8, none: 2}":              "below 1",
		"{low: 1, high: x}":                       "cannot be read",
		"{low: 1, high: 2, sd: 1}":                `no "sd"`,
		"{low: 1, high: 2, dist: cauchy}":         "not \"cauchy\"",
	} {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(text, err)
		}
		d, err := chance.FromWritten(v, false)
		got := d.String()
		if err != nil {
			got = err.Error()
		}
		if got != want && (err == nil || !strings.Contains(got, want)) {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if d, err := chance.FromWritten(math.Inf(1), false); err == nil {
		t.Errorf("infinity was taken: %v", d)
	}
	d, err := chance.FromWritten([]any{0.1, 0.4}, true)
	if err != nil || d.Kind() != chance.KindBeta {
		t.Errorf("a share: got %v, %v, want a beta", d, err)
	}
}
