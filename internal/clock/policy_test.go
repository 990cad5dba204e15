package clock

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline"
)

const needsInfo, triage = plumbline.State("workflow-infra::Needs More Info"), plumbline.State("workflow-infra::Triage")

// days makes spans of days by severity.
func days(s1, s2, s3, s4 int) map[string]Span {
	return map[string]Span{"S1": {Days: s1}, "S2": {Days: s2}, "S3": {Days: s3}, "S4": {Days: s4}}
}

var (
	bug = Policy{
		ID: "bug", Name: "Bug", Version: "2026", Calendar: CalendarTime, Times: days(30, 60, 90, 120),
		Starts: []string{"created"}, Stops: []string{"ended"},
	}
	vulnerability = Policy{
		ID: "vulnerability", Name: "Vulnerability", Version: "2026", Calendar: CalendarTime, Times: days(30, 30, 90, 180),
		Starts: []string{"detected", "fix available"}, Stops: []string{"resolved"}, Extends: true,
	}
	support = Policy{
		ID: "product-support", Name: "Product support", Version: "2026", Calendar: BusinessTime, Time: Span{Days: 5},
		Starts: []string{"received"}, Stops: []string{"answered", "workflow-infra::Done"}, Pauses: []plumbline.State{needsInfo},
	}
	review = Policy{
		ID: "incident-review", Version: "2026", Calendar: BusinessTime, Times: map[string]Span{"S1": {Days: 7}, "S2": {Days: 7}},
		Starts: []string{"resolved"}, Stops: []string{"reviewed"},
	}
)

// story builds events from lines: "2026-11-02 09:00 created", "… severity S2",
// "… in workflow-infra::Triage", "… extended 14 d by mara".
func story(t testing.TB, z *time.Location, lines ...string) []Event {
	t.Helper()
	var out []Event
	for _, line := range lines {
		e := Event{At: at(t, z, line[:16])}
		word, rest, _ := strings.Cut(line[17:], " ")
		switch word {
		case "severity":
			e.Type, e.Severity = Severity, rest
		case "in":
			e.Type, e.State = Moved, plumbline.State(rest)
		case "extended":
			span, by, _ := strings.Cut(rest, " by ")
			s, err := ParseSpan(span, CalendarTime)
			if err != nil {
				t.Fatal(err)
			}
			e.Type, e.Extension, e.By = Extended, s, by
		default:
			e.Type = line[17:]
		}
		out = append(out, e)
	}
	return out
}

func TestStatus(t *testing.T) {
	c := berlin(t)
	for _, tt := range []struct {
		name   string
		policy Policy
		events []string
		now    string
		want   string // phase, due, remaining, and what else is not usual
	}{
		{"not begun", bug, nil, "2026-11-02 09:00", "waiting"},
		{"in the future", bug, []string{"2026-11-02 09:00 created"}, "2026-11-01 09:00", "waiting"},
		{"without a severity", bug, []string{"2026-11-02 09:00 created"}, "2026-11-03 09:00", "unassessed"},
		{"running", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S1"}, "2026-11-12 09:00",
			"running, due 2026-12-02 09:00, 480h0m0s left"},
		{"the severity was said later", bug, []string{"2026-11-02 09:00 created", "2026-11-12 09:00 severity S1"}, "2026-11-12 09:00",
			"running, due 2026-12-02 09:00, 480h0m0s left"},
		{"at the moment that is due", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S1"}, "2026-12-02 09:00",
			"running, due 2026-12-02 09:00, 0s left"},
		{"a minute later", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S1"}, "2026-12-02 09:01",
			"running, due 2026-12-02 09:00, -1m0s left, breached"},
		{"stopped in time", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S1", "2026-12-02 09:00 ended"}, "2027-01-01 09:00",
			"stopped, due 2026-12-02 09:00, 0s left"},
		{"stopped late", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S1", "2026-12-02 10:00 ended"}, "2027-01-01 09:00",
			"stopped, due 2026-12-02 09:00, -1h0m0s left, breached"},
		{"opened again: it went on", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S1", "2026-11-05 09:00 ended", "2026-12-05 09:00 reopened"}, "2026-12-05 09:00",
			"running, due 2026-12-02 09:00, -72h0m0s left, breached"},

		{"milder: recomputed from the start", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S1", "2026-11-10 09:00 severity S2"}, "2026-11-10 09:00",
			"running, due 2027-01-01 09:00, 1248h0m0s left"},
		{"worse: recomputed from the start", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S4", "2026-11-10 09:00 severity S1"}, "2026-11-10 09:00",
			"running, due 2026-12-02 09:00, 528h0m0s left"},
		{"worse, and past: due now", bug, []string{"2026-08-01 09:00 created", "2026-08-01 09:00 severity S4", "2026-10-01 09:00 severity S1"}, "2026-10-01 09:00",
			"running, due 2026-10-01 09:00, 0s left"},
		{"worse, and past: late from then on", bug, []string{"2026-08-01 09:00 created", "2026-08-01 09:00 severity S4", "2026-10-01 09:00 severity S1"}, "2026-10-02 09:00",
			"running, due 2026-10-01 09:00, -24h0m0s left, breached"},
		{"it was late already: no new term", bug, []string{"2026-06-01 09:00 created", "2026-06-01 09:00 severity S2", "2026-10-01 09:00 severity S1"}, "2026-10-01 09:00",
			"running, due 2026-07-31 09:00, -1488h0m0s left, breached"},
		{"the severity was taken away", bug, []string{"2026-11-02 09:00 created", "2026-11-02 09:00 severity S1", "2026-11-03 09:00 severity "}, "2026-11-04 09:00", "unassessed"},
		{"thirty days over the change to winter time", bug, []string{"2026-10-10 09:00 created", "2026-10-10 09:00 severity S1"}, "2026-11-09 09:00",
			"running, due 2026-11-09 09:00, 0s left"},

		{"from the fix, when it came later", vulnerability, []string{"2026-11-01 09:00 detected", "2026-11-01 09:00 severity S2", "2026-11-10 09:00 fix available"}, "2026-11-10 09:00",
			"running, due 2026-12-10 09:00, 720h0m0s left"},
		{"from the detection, when it came later", vulnerability, []string{"2026-10-01 09:00 fix available", "2026-11-01 09:00 detected", "2026-11-01 09:00 severity S2"}, "2026-11-01 09:00",
			"running, due 2026-12-01 09:00, 720h0m0s left"},
		{"while no fix is known, from the detection", vulnerability, []string{"2026-11-01 09:00 detected", "2026-11-01 09:00 severity S2", "2026-11-10 09:00 fix available"}, "2026-11-09 09:00",
			"running, due 2026-12-01 09:00, 528h0m0s left"},
		{"a fix alone starts nothing", vulnerability, []string{"2026-11-01 09:00 fix available"}, "2026-11-09 09:00", "waiting"},
		{"an extension that was approved", vulnerability, []string{"2026-11-01 09:00 detected", "2026-11-01 09:00 severity S2", "2026-11-05 09:00 extended 14 d by ciso"}, "2026-11-05 09:00",
			"running, due 2026-12-15 09:00, 960h0m0s left, extended 14 d"},
		{"two of them", vulnerability, []string{"2026-11-01 09:00 detected", "2026-11-01 09:00 severity S2", "2026-11-05 09:00 extended 14 d by ciso", "2026-11-06 09:00 extended 1 d by ciso"}, "2026-11-06 09:00",
			"running, due 2026-12-16 09:00, 960h0m0s left, extended 15 d"},
		{"one before the start", vulnerability, []string{"2026-10-31 09:00 extended 14 d by ciso", "2026-11-01 09:00 detected", "2026-11-01 09:00 severity S2"}, "2026-11-05 09:00",
			"running, due 2026-12-15 09:00, 960h0m0s left, extended 14 d"},
		{"one kept over a change of severity", vulnerability, []string{"2026-11-01 09:00 detected", "2026-11-01 09:00 severity S4", "2026-11-05 09:00 extended 14 d by ciso", "2026-11-06 09:00 severity S2"}, "2026-11-06 09:00",
			"running, due 2026-12-15 09:00, 936h0m0s left, extended 14 d"},
		{"one that nobody approved", vulnerability, []string{"2026-11-01 09:00 detected", "2026-11-01 09:00 severity S2", "2026-11-05 09:00 extended 14 d"}, "2026-11-05 09:00",
			"running, due 2026-12-01 09:00, 624h0m0s left, note: The extension of 14 d does not count: nobody approved it."},
		{"one of a clock that has none", bug, []string{"2026-11-01 09:00 created", "2026-11-01 09:00 severity S2", "2026-11-05 09:00 extended 14 d by ciso"}, "2026-11-05 09:00",
			"running, due 2026-12-31 09:00, 1344h0m0s left, note: The extension of 14 d does not count: this clock allows none."},

		{"working days", support, []string{"2026-11-04 10:30 received"}, "2026-11-04 10:30",
			"running, due 2026-11-11 10:30, 40h0m0s left"},
		{"received on a weekend", support, []string{"2026-11-07 12:00 received"}, "2026-11-09 12:00",
			"running, due 2026-11-13 17:00, 37h0m0s left"},
		{"paused: what is left stands still", support, []string{"2026-11-02 09:00 received", "2026-11-03 09:00 in " + string(needsInfo)}, "2026-11-05 09:00",
			"paused, due 2026-11-10 17:00, 32h0m0s left, stood still 16h0m0s"},
		{"paused and resumed", support, []string{"2026-11-02 09:00 received", "2026-11-03 09:00 in " + string(needsInfo), "2026-11-05 09:00 in " + string(triage)}, "2026-11-05 13:00",
			"running, due 2026-11-10 17:00, 28h0m0s left, stood still 16h0m0s"},
		{"paused over a weekend: no working time", support, []string{"2026-11-06 09:00 received", "2026-11-06 17:00 in " + string(needsInfo), "2026-11-09 09:00 in " + string(triage)}, "2026-11-09 09:00",
			"running, due 2026-11-12 17:00, 32h0m0s left"},
		{"received in a pause", support, []string{"2026-11-02 09:00 in " + string(needsInfo), "2026-11-02 09:00 received", "2026-11-03 09:00 in " + string(triage)}, "2026-11-03 09:00",
			"running, due 2026-11-09 17:00, 40h0m0s left, stood still 8h0m0s"},
		{"another lane does not pause it", support, []string{"2026-11-02 09:00 received", "2026-11-03 09:00 in workflow::blocked"}, "2026-11-03 09:00",
			"running, due 2026-11-06 17:00, 32h0m0s left"},
		{"another lane does not end a pause", support, []string{"2026-11-02 09:00 received", "2026-11-03 09:00 in " + string(needsInfo), "2026-11-03 10:00 in workflow::design"}, "2026-11-03 11:00",
			"paused, due 2026-11-09 11:00, 32h0m0s left, stood still 2h0m0s"},
		{"a pause does not mend what was missed", support, []string{"2026-11-02 09:00 received", "2026-11-09 10:00 in " + string(needsInfo)}, "2026-11-10 10:00",
			"paused, due 2026-11-06 17:00, -9h0m0s left, stood still 8h0m0s, breached"},
		{"stopped in a pause", support, []string{"2026-11-02 09:00 received", "2026-11-03 09:00 in " + string(needsInfo), "2026-11-12 09:00 answered"}, "2026-11-20 09:00",
			"stopped, due 2026-11-17 17:00, 32h0m0s left, stood still 56h0m0s"},
		{"stopped by a state", support, []string{"2026-11-02 09:00 received", "2026-11-03 09:00 in workflow-infra::Done"}, "2026-11-20 09:00",
			"stopped, due 2026-11-06 17:00, 32h0m0s left"},
		{"the first answer counts", support, []string{"2026-11-02 09:00 received", "2026-11-03 09:00 answered", "2026-11-30 09:00 answered"}, "2026-12-20 09:00",
			"stopped, due 2026-11-06 17:00, 32h0m0s left"},

		{"no review is promised for a small incident", review, []string{"2026-11-02 09:00 resolved", "2026-11-02 09:00 severity S3"}, "2026-11-03 09:00", "none"},
		{"a review in seven working days", review, []string{"2026-12-23 12:00 resolved", "2026-12-23 12:00 severity S1"}, "2026-12-23 12:00",
			"running, due 2027-01-05 12:00, 56h0m0s left"},
	} {
		s := tt.policy.Status(story(t, c.Zone(), tt.events...), c, at(t, c.Zone(), tt.now))
		if got := inWords(s, c.Zone()); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
		if s.Version != "2026" || s.Policy != tt.policy.ID {
			t.Errorf("%s: it is %s of %s", tt.name, s.Policy, s.Version)
		}
	}
}

func inWords(s Status, z *time.Location) string {
	out := []string{s.Phase}
	if s.Due != 0 {
		out = append(out, "due "+s.Due.Std().In(z).Format("2006-01-02 15:04"), fmt.Sprintf("%v left", s.Remaining))
	}
	if s.PausedFor != 0 {
		out = append(out, fmt.Sprintf("stood still %v", s.PausedFor))
	}
	if !s.Extended.IsZero() {
		out = append(out, "extended "+s.Extended.String())
	}
	if s.Breached {
		out = append(out, "breached")
	}
	for _, n := range s.Notes {
		out = append(out, "note: "+n)
	}
	return strings.Join(out, ", ")
}

// TestSeverityWhilePaused: a pause that goes on over a change of severity counts
// once, before it and after it.
func TestSeverityWhilePaused(t *testing.T) {
	p := bug
	p.Pauses = []plumbline.State{needsInfo}
	events := story(t, time.UTC, "2026-11-01 00:00 created", "2026-11-01 00:00 severity S2", "2026-11-05 00:00 in "+string(needsInfo),
		"2026-11-10 00:00 severity S1", "2026-11-15 00:00 in "+string(triage))
	s := p.Status(events, nil, at(t, time.UTC, "2026-11-15 00:00"))
	if got, want := inWords(s, time.UTC), "running, due 2026-12-11 00:00, 624h0m0s left, stood still 240h0m0s"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOrderOfEventsDoesNotMatter(t *testing.T) {
	events := story(t, time.UTC, "2026-11-02 09:00 received", "2026-11-03 09:00 in "+string(needsInfo), "2026-11-05 09:00 in "+string(triage), "2026-11-12 09:00 answered")
	now := at(t, time.UTC, "2026-12-01 09:00")
	want := support.Status(events, nil, now)
	for range events {
		events = append(events[1:], events[0])
		if got := support.Status(events, nil, now); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestApplies(t *testing.T) {
	p := Policy{Labels: []string{"bug::availability", "class:customer-operational"}}
	for _, c := range []struct {
		labels []string
		want   bool
	}{
		{nil, false},
		{[]string{"bug"}, false},
		{[]string{"Bug/Availability"}, true},
		{[]string{"docs", "class:customer-operational"}, true},
	} {
		if got := p.Applies(c.labels); got != c.want {
			t.Errorf("%q: got %v", c.labels, got)
		}
	}
	if !(Policy{}).Applies(nil) {
		t.Error("a clock without labels is for all")
	}
}

func TestStatusAsJSON(t *testing.T) {
	s := bug.Status(story(t, time.UTC, "2026-11-02 09:00 created", "2026-11-02 09:00 severity S1"), nil, at(t, time.UTC, "2026-12-02 10:00"))
	got, err := json.Marshal(s)
	want := `{"policy":"bug","name":"Bug","version":"2026","phase":"running","severity":"S1","started":"2026-11-02T09:00:00Z","due":"2026-12-02T09:00:00Z","stopped":null,"remaining_seconds":-3600,"breached":true,"paused":false,"paused_for_seconds":0}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestPoliciesAreChecked(t *testing.T) {
	for field, spoil := range map[string]func(*Policy){
		"id": func(p *Policy) { p.ID = "No Id" }, "version": func(p *Policy) { p.Version = " " },
		"calendar": func(p *Policy) { p.Calendar = "lunar" }, "time": func(p *Policy) { p.Times = nil },
		"times": func(p *Policy) { p.Times = map[string]Span{"S7": {Days: 1}} }, "starts": func(p *Policy) { p.Starts = nil },
		"stops": func(p *Policy) { p.Stops = nil }, "pauses": func(p *Policy) { p.Pauses = []plumbline.State{"waiting"} },
	} {
		p := bug
		spoil(&p)
		if plumbline.FieldsOf(p.Validate())[field] == "" {
			t.Errorf("%s: got %v", field, p.Validate())
		}
	}
	if err := bug.Validate(); err != nil {
		t.Error(err)
	}
}

// tale draws events of one item, in order.
func tale(t *rapid.T, pauses bool) []Event {
	var out []Event
	now := anyTime(t, "start")
	out = append(out, Event{At: now, Type: "received"}, Event{At: now, Type: Severity, Severity: "S2"})
	for range rapid.IntRange(0, 8).Draw(t, "events") {
		now += plumbline.Time(rapid.Int64Range(0, 20*24*3600).Draw(t, "later") * 1_000_000)
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			out = append(out, Event{At: now, Type: Severity, Severity: rapid.SampledFrom([]string{"", "S1", "S2", "S3", "S4"}).Draw(t, "severity")})
		case 1:
			out = append(out, Event{At: now, Type: Extended, Extension: Span{Days: rapid.IntRange(0, 9).Draw(t, "days")}, By: "ciso"})
		default:
			if pauses {
				out = append(out, Event{At: now, Type: Moved, State: rapid.SampledFrom([]plumbline.State{needsInfo, triage}).Draw(t, "state")})
			}
		}
	}
	return out
}

func anyPolicy(t *rapid.T) Policy {
	p := bug
	p.Starts, p.Pauses, p.Extends = []string{"received"}, []plumbline.State{needsInfo}, true
	p.Calendar = rapid.SampledFrom([]string{CalendarTime, BusinessTime}).Draw(t, "calendar")
	if rapid.Bool().Draw(t, "one time") {
		p.Times, p.Time = nil, Span{Days: rapid.IntRange(1, 20).Draw(t, "time")}
	}
	return p
}

// TestPausingHelps: taking all pauses out of a story never makes it due later.
// (Severity that changes is left out: with it, a longer story may become due now.)
func TestPausingHelps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, c := anyPolicy(t), anyCalendar(t)
		var with, without []Event
		for _, e := range tale(t, true) {
			if e.Type == Severity && len(with) > 1 {
				continue
			}
			with = append(with, e)
			if e.Type != Moved {
				without = append(without, e)
			}
		}
		now := anyTime(t, "now")
		a, b := p.Status(with, c, now), p.Status(without, c, now)
		if a.Due < b.Due {
			t.Fatalf("due %s with pauses, %s without", a.Due.Std(), b.Due.Std())
		}
		if a.Remaining < b.Remaining-time.Millisecond {
			t.Fatalf("%v left with pauses, %v without", a.Remaining, b.Remaining)
		}
	})
}

// TestClockLaws: whatever happens, what is late stays late until somebody extends
// it, calls it milder or takes its severity away; a stopped clock does not change
// any more; and due never lies before the start.
func TestClockLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, c := anyPolicy(t), anyCalendar(t)
		events := tale(t, true)
		last := events[len(events)-1].At
		var was Status
		for i, e := range events {
			s := p.Status(events[:i+1], c, e.At)
			mild := e.Type == Severity || e.Type == Extended
			if was.Breached && !s.Breached && !mild {
				t.Fatalf("late, and then not: %+v %+v", was, s)
			}
			if s.Due != 0 && s.Due < s.Started {
				t.Fatalf("due before it began: %+v", s)
			}
			if s.Breached != (s.Due != 0 && e.At > s.Due) {
				t.Fatalf("late does not mean after due: %+v", s)
			}
			was = s
		}
		events = append(events, Event{At: last + 1, Type: "ended"})
		a, b := p.Status(events, c, last+1), p.Status(events, c, last+1_000_000_000_000)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("stopped, and then\n%+v\n%+v", a, b)
		}
	})
}

func BenchmarkStatus(b *testing.B) {
	c := berlin(b)
	events := story(b, c.Zone(), "2026-11-02 09:00 received", "2026-11-03 09:00 in "+string(needsInfo), "2026-11-05 09:00 in "+string(triage))
	now := at(b, c.Zone(), "2026-11-20 09:00")
	for b.Loop() {
		support.Status(events, c, now)
	}
}
