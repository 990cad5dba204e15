package planning

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/plan"
)

// What a plan is worth, while it is looked for, is told to those alone who may read
// amounts if its model rests on them; how good it is, to all who read plans.
func TestProgressWithholdsWhatRestsOnAmounts(t *testing.T) {
	for _, c := range []struct {
		private, cleared, told bool
	}{{true, false, false}, {true, true, true}, {false, false, true}} {
		m := &made{scenario: plumbline.Scenario{ID: "s", Seconds: 7}, private: c.private, unit: "EUR"}
		u := &run{made: m, begun: time.Now()}
		u.progress(plan.Progress{Step: "search", Value: 71_717, Bound: 80_000})
		got := u.sight(plumbline.Actor{Cleared: c.cleared})
		if got.Gap == nil || *got.Gap < 0.1 || *got.Gap > 0.11 {
			t.Errorf("private %t, cleared %t: gap %v", c.private, c.cleared, got.Gap)
		}
		if told := got.Value > 0 && got.Bound > 0 && strings.Contains(got.Sentence, "71717"); told != c.told {
			t.Errorf("private %t, cleared %t: %+v", c.private, c.cleared, got)
		}
		if !c.told && (got.Value != 0 || got.Bound != 0 || strings.ContainsAny(strings.ReplaceAll(got.Sentence, "10.4", ""), "123456")) {
			t.Errorf("figures are told to who is not cleared: %+v", got)
		}
	}
}

// Before there is a plan nothing is said of how good it is; figures of what is worked
// out beside a plan are not its own.
func TestProgressIsOfThePlan(t *testing.T) {
	u := &run{made: &made{scenario: plumbline.Scenario{Seconds: 7}}, begun: time.Now()}
	u.progress(plan.Progress{Step: "prices", Bound: 50})
	if got := u.sight(plumbline.Actor{}); got.Gap != nil || got.Bound != 0 || !strings.HasPrefix(got.Sentence, "No plan is found yet") {
		t.Errorf("before there is a plan: %+v", got)
	}
	u.progress(plan.Progress{Step: "explain", Value: 40, Bound: 50})
	u.stand()
	u.progress(plan.Progress{Step: "search", Value: 90, Bound: 100})
	if got := u.sight(plumbline.Actor{}); got.Value != 40 || got.Bound != 50 {
		t.Errorf("beside the plan: %+v", got)
	}
}
