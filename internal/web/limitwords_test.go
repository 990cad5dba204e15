package web

import "testing"

// What ends a consequence is said as people say it.
func TestRuleWords(t *testing.T) {
	for rule, want := range map[string]string{
		"headroom >= 5 % for 1 day":                             "what is left is at least 5 % for 1 day",
		"when it does not hold any more: past_latest_start > 0": "when it does not hold any more: the work has to have begun",
		"when it does not hold any more: unproven > 0":          "when it does not hold any more: nobody can say how it stands",
		"days_left_early < 90 and days_left >= 30":              "full in, if it comes early is below 90 and full in is at least 30",
		"when it does not hold any more: overdue_critical > 0":  "when it does not hold any more: overdue and critical is above 0",
		"burn 1h/5m > 2 %":                                      "burn 1h/5m is above 2 %",
	} {
		if got := ruleWords(rule); got != want {
			t.Errorf("%s: got %q, want %q", rule, got, want)
		}
	}
}
