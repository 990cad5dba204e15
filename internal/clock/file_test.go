package clock

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"plumbline"
)

const written = `# a product support request
now: 2026-11-05 13:00
calendar:
  zone: Europe/Berlin
  hours: 09:00-17:00
  days: [mon, tue, wed, thu, fri]
  holidays: {2026-12-25: Christmas}
policy:
  id: product-support
  version: "2026"
  calendar: business
  time: 5 working days
  starts: [received]
  stops: [answered]
  pauses: ["workflow-infra::Needs More Info"]
events:
  - {at: 2026-11-02 09:00, type: received, severity: S2}
  - {at: 2026-11-03T09:00:00+01:00, state: "workflow-infra::Needs More Info"}
  - {at: 2026-11-05T08:00:00Z, state: "workflow-infra::Triage"}
`

var look = Lookup{
	Zone: time.LoadLocation,
	Policy: func(id string) (Policy, bool) {
		return bug, id == bug.ID
	},
}

func TestParse(t *testing.T) {
	f, err := Parse("support.yaml", []byte(written), look)
	if err != nil {
		t.Fatal(err)
	}
	s := f.Policy.Status(f.Events, f.Calendar, f.Now)
	if got, want := inWords(s, f.Calendar.Zone()), "running, due 2026-11-10 17:00, 28h0m0s left, stood still 16h0m0s"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if s.Severity != "S2" || len(f.Calendar.Holidays()) != 1 {
		t.Errorf("got %+v", s)
	}
}

func TestParseJSONAndNamedPolicies(t *testing.T) {
	f, err := Parse("x.json", []byte(`{"policy": "bug", "events": [{"at": "2026-11-02T09:00:00Z", "type": "created"}, {"at": "2026-11-02T09:00:00Z", "severity": "S1"}]}`), look)
	if err != nil {
		t.Fatal(err)
	}
	s := f.Policy.Status(f.Events, f.Calendar, at(t, time.UTC, "2026-11-12 09:00"))
	if s.Due != at(t, time.UTC, "2026-12-02 09:00") || f.Now != 0 {
		t.Errorf("got %+v", s)
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown key", "now:", "nau:", `c.yaml:2:1: unknown field "nau"`},
		{"broken YAML", "days: [mon", "days: [[mon", "c.yaml:"},
		{"a time that is none", "2026-11-05 13:00", "soon", `c.yaml:2:6: "soon" is not a time`},
		{"an unknown zone", "Europe/Berlin", "Europe/Nowhere", `c.yaml:4:9: "Europe/Nowhere" is not a time zone`},
		{"hours that are none", "09:00-17:00", "all day", `c.yaml:5:10: "all day" are not working hours`},
		{"hours backwards", "09:00-17:00", "17:00-09:00", "c.yaml:5:10: The working hours must begin before they end"},
		{"a day that is none", "tue", "dienstag", `c.yaml:6:15: "dienstag" is not a day of the week`},
		{"a holiday that is none", "2026-12-25", "christmas", `"christmas" is not a date`},
		{"an unknown policy", "policy:\n  id: product-support\n", "policy: nothing\nx:\n", "c.yaml:"},
		{"a bad span", "5 working days", "a while", `c.yaml:12:9: "a while" is not an amount of time`},
		{"no stop", "  stops: [answered]\n", "", "Say which event stops the clock"},
		{"an event without a type", "type: received, severity: S2", "by: mara", "c.yaml:17:5: The event does not say what happened"},
		{"an unknown severity", "severity: S2", "severity: high", `c.yaml:17:54: The severity is S1 to S4, not "high".`},
		{"a move to nowhere", `state: "workflow-infra::Triage"`, "type: moved", `c.yaml:19:5: An event of type "moved" needs a state.`},
	} {
		_, err := Parse("c.yaml", []byte(strings.Replace(written, c.old, c.new, 1)), look)
		if got := plumbline.TextOf(err); plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(got, c.want) {
			t.Errorf("%s: got\n%s\nwant it to contain %s", c.name, got, c.want)
		}
	}
	_, err := Parse("c.yaml", []byte("policy: nothing\n"), look)
	if got := plumbline.TextOf(err); !strings.Contains(got, `c.yaml:1:9: There is no policy called "nothing"`) {
		t.Errorf("got %s", got)
	}
	if _, err := Parse("c.yaml", []byte(strings.Repeat("[", 100_000)), look); !strings.Contains(plumbline.TextOf(err), "nested too deep") {
		t.Errorf("got %v", err)
	}
	if _, err := Parse("c.yaml", make([]byte, MaxFile+1), look); !strings.Contains(plumbline.TextOf(err), "at most") {
		t.Errorf("got %v", err)
	}
	two := strings.NewReplacer("5 working days", "a while", "2026-11-05 13:00", "soon").Replace(written)
	if _, err := Parse("c.yaml", []byte(two), look); strings.Count(plumbline.TextOf(err), "\n") != 1 {
		t.Errorf("two mistakes are told as: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(written)
	f.Add(`{"policy": "bug"}`)
	f.Add("events: [{at: 1}]\npolicy: {times: {S1: 1 d}}")
	located := regexp.MustCompile(`^f:[0-9]+:[0-9]+: `)
	f.Fuzz(func(t *testing.T, src string) {
		file, err := Parse("f", []byte(src), look)
		if err == nil {
			file.Policy.Status(file.Events, file.Calendar, file.Now)
			return
		}
		if plumbline.KindOf(err) != plumbline.Invalid || !located.MatchString(plumbline.TextOf(err)) {
			t.Errorf("got %v", err)
		}
	})
}
