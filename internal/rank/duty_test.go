package rank_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/rank"
)

// A limit forces the item that mends it: first when it is late, by what is left of
// its time when it is not; and it lets go when it asks for nothing any more.
func TestALimitForcesWhatMendsIt(t *testing.T) {
	all, err := rank.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	now := plumbline.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	days := func(n int) plumbline.Time { return now.Add(time.Duration(n) * 24 * time.Hour) }
	bug := rank.Subject{ID: "B", Labels: []string{"bug::availability"}, Severity: "S2", Opened: days(-3)}
	for _, c := range []struct {
		name  string
		of    rank.Subject
		group rank.Group
		clock string
		why   string
	}{
		{"nothing", rank.Subject{ID: "A", Opened: days(-9)}, rank.Scored, "", "No rule forces it"},
		{"late", rank.Subject{ID: "A", Opened: days(-9), Duties: []rank.Duty{{Limit: "api", Name: "API", Rule: "Reliability first.", Since: days(-5), Due: days(-2)}}}, rank.Breached, "api", `It mends the limit "API", which was due on 21 November 2026 and is late by 2 days: Reliability first.`},
		{"in time", rank.Subject{ID: "A", Opened: days(-9), Duties: []rank.Duty{{Limit: "api", Name: "API", Since: days(-5), Due: days(5)}}}, rank.Forced, "api", "which is due on 28 November 2026"},
		{"no date", rank.Subject{ID: "A", Opened: days(-9), Duties: []rank.Duty{{Limit: "api", Name: "API"}}}, rank.Forced, "api", `It mends the limit "API", which forces it`},
		{"the one that presses most", rank.Subject{ID: "A", Opened: days(-9), Duties: []rank.Duty{{Limit: "a", Since: days(-5), Due: days(5)}, {Limit: "b", Since: days(-5), Due: days(1)}, {Limit: "c"}}}, rank.Forced, "b", ""},
		{"what it is presses more", func() rank.Subject {
			s := bug
			s.Opened = days(-60)
			s.Duties = []rank.Duty{{Limit: "api", Since: days(-1), Due: days(80)}}
			return s
		}(), rank.Breached, "", ""},
		{"the limit presses more", func() rank.Subject {
			s := bug
			s.Duties = []rank.Duty{{Limit: "api", Since: days(-50), Due: days(-40)}}
			return s
		}(), rank.Breached, "api", ""},
	} {
		f := all[0].Assess(c.of, now, nil)
		if f.Group != c.group || c.clock != "" && f.Clock != c.clock || c.clock == "" && f.Family == rank.LimitFamily || !strings.Contains(f.Why, c.why) {
			t.Errorf("%s: got %s by %q: %s", c.name, f.Group, f.Clock, f.Why)
		}
		if c.clock != "" && !f.Forced {
			t.Errorf("%s: it is not forced", c.name)
		}
	}
}
