package flow

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/clock"
)

// small is a right process; the tests spoil it.
const small = `id: small
name: Small
prefix: SML
kind: request
version: "1"
start: work::new
lanes:
  - id: work
    name: Work
    closed: gone
    states:
      - state: new
        next: [busy, gone]
      - state: busy
        next: [done]
        enter:
          - {when: owner != "", else: Say who., field: owner}
      - {state: done, kind: done}
      - {state: gone, kind: dropped, unlabelled: true}
fields:
  - {name: owner, label: Owner}
  - {name: size, label: Size, type: choice, choices: [S, M]}
clocks:
  - {id: first, version: "1", time: 1 d, starts: created, stops: ended}
`

func TestSmallIsRight(t *testing.T) {
	d, err := Load("small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if d.Lanes[0].States[3].Label != "" || d.Lanes[0].States[0].Label != "work::new" {
		t.Errorf("labels: %+v", d.Lanes[0].States)
	}
	if _, why := d.Next(Facts{Item: plumbline.Item{State: "work::new"}}, "work::busy", plumbline.PM); len(why) != 1 || why[0].Field != "owner" {
		t.Errorf("got %v", why)
	}
}

// TestLoadFindsWhatIsWrong spoils one thing at a time. The want is the position
// and the beginning of what is said.
func TestLoadFindsWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown key", "prefix: SML", "prefix: SML\ncolour: red", `4:1: a process has no key "colour"; it may have clocks`},
		{"an unknown key deep inside", "label: Owner}", "label: Owner, colour: red}", `21:33: a field has no key "colour"`},
		{"a key twice", "name: Small", "name: Small\nname: Big", `3:1: mapping key "name" already defined`},
		{"broken YAML", "kind: request", "kind: [request", "5:1: "},
		{"a second document", "id: small", "id: a\n---\nid: small", "3:1: a file holds one process"},
		{"no id", "id: small\n", "", "1:1: the process has no id"},
		{"a bad id", "id: small", "id: Small Id", "1:5: an id is"},
		{"a bad prefix", "SML", "sml1", "3:9: a prefix is 2 to 8 capital letters"},
		{"a bad kind", "kind: request", "kind: wish", `4:7: the kind is request, question, incident or change, not "wish"`},
		{"no start", "start: work::new\n", "", "1:1: the process has no start"},
		{"an unknown start", "start: work::new", "start: work::old", "6:8: start names the state work::old, which there is not"},
		{"an end as start", "start: work::new", "start: work::done", "6:8: the start cannot be an end"},
		{"an unknown next", "next: [busy, gone]", "next: [bussy, gone]", "13:16: next names the state work::bussy, which there is not"},
		{"a next in another lane", "next: [done]", "next: [done, other::x]", "15:22: next names the state other::x, which there is not"},
		{"a next twice", "next: [busy, gone]", "next: [busy, busy, gone]", "13:22: busy is named twice"},
		{"an unreachable state", "next: [busy, gone]", "next: gone", "14:16: nothing leads to work::busy"},
		{"a state that leads nowhere", "        next: [done]\n", "", "14:16: nothing comes after work::busy, and it is no end"},
		{"a lane without an end", "kind: done}", "next: busy}", ""},
		{"two states of one name", "state: busy", "state: new", "14:16: there are two states called new; the first is in line 12"},
		{"one label for two states", "state: busy", "state: busy\n        label: work::new", `14:16: the label "work::new" would mean two states, work::new and work::busy`},
		{"one label once it is written with slashes", "state: busy", "state: busy\n        label: work/new", `14:16: the label "work/new" would mean two states`},
		{"the trigger as a label", "prefix: SML", "prefix: SML\ntrigger: work::new", `13:16: the label "work::new" is the trigger`},
		{"a labelled state without label", "unlabelled: true", "unlabelled: true, label: x", "19:63: a state that is unlabelled has no label"},
		{"a bad kind of state", "kind: done}", "kind: finished}", `18:29: the kind of a state is open, waiting, done or dropped, not "finished"`},
		{"a guard that is no expression", `owner != ""`, `owner !=`, "17:"},
		{"a guard with an unknown fact", `owner != ""`, `ownr != ""`, "17:20: ownr is not a fact or a field; did you mean owner?"},
		{"a guard that is no condition", `owner != ""`, `owner`, "17:20: the expression is a text, but must be true or false"},
		{"a guard without a sentence", ", else: Say who.", "", "17:13: a guard has no else"},
		{"a guard for an unknown input", "field: owner", "field: ownr", `17:56: there is no field called "ownr"`},
		{"a guard on an unknown way", "field: owner", "field: owner, on: sideways", `17:67: a guard is on forward, back or drop, not "sideways"`},
		{"an unknown type of field", "type: choice", "type: list", `22:37: a field is of type text,`},
		{"a choice of nothing", ", choices: [S, M]", "", "22:5: the choice size has nothing to choose from"},
		{"a choice twice", "[S, M]", "[S, S]", "22:54: S can be chosen twice"},
		{"choices of a text", "type: choice, ", "", "22:40: only a choice has choices"},
		{"two fields of one name", "name: size", "name: owner", "22:12: there are two fields called owner"},
		{"a field named as a fact", "name: size", "name: priority", "22:12: the name priority is taken"},
		{"a field named as a word of the language", "name: size", "name: in", "22:12: the name in is taken"},
		{"a field with a bad name", "name: size", "name: Size", "22:12: a field's name is"},
		{"a clock without a time", "time: 1 d, ", "", "24:5: Give one time for all, or times by severity."},
		{"a clock with a bad time", "time: 1 d", "time: soon", `24:37: "soon" is not an amount of time`},
		{"a clock with working time in calendar time", "time: 1 d", "time: 1 working day", `24:37: "1 working day" counts working time`},
		{"a clock for an unknown severity", "time: 1 d", "times: {S9: 1 d}", `24:38: The severity is S1 to S4, not "S9".`},
		{"a clock that pauses in an unknown state", "stops: ended", "stops: ended, pauses: work::x", "24:81: pauses names the state work::x, which there is not"},
		{"a clock that stops in an unknown state", "stops: ended", `stops: "work::x"`, "24:66: stops names the state work::x, which there is not"},
		{"stale without a state", "next: [done]", "next: [done]\n        stale: {after: 7 d}", "16:16: stale needs after"},
		{"an alias", "owner, label: Owner", "*x , label: Owner", "21:12: "},
		{"brackets without end", "choices: [S, M]", "choices: " + strings.Repeat("[", 50), "22:1: brackets are nested too deep here"},
		{"a list where words are wanted", "name: Small", "name: [Small]", "2:7: name is text"},
		{"words where a mapping is wanted", "- {name: owner, label: Owner}", "- owner", "21:5: a field is written as key: value lines"},
		{"text where yes or no is wanted", "unlabelled: true", "unlabelled: maybe", "19:50: unlabelled is true or false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(small, c.old) {
				t.Fatalf("%q is not in the process", c.old)
			}
			_, err := Load("small.yaml", []byte(strings.Replace(small, c.old, c.new, 1)))
			if c.want == "" {
				if err != nil {
					t.Fatalf("got %v", err)
				}
				return
			}
			text := plumbline.TextOf(err)
			var ms Mistakes
			if plumbline.KindOf(err) != plumbline.Invalid || !errors.As(err, &ms) || !strings.Contains(text, "small.yaml:"+c.want) {
				t.Errorf("got\n%s\nwant it to contain\nsmall.yaml:%s", text, c.want)
			}
			if len(ms) > 3 {
				t.Errorf("one mistake is said %d times:\n%s", len(ms), text)
			}
		})
	}
}

// TestLoadFindsEverything: one reading tells of all mistakes, in their order.
func TestLoadFindsEverything(t *testing.T) {
	src := strings.NewReplacer("prefix: SML", "prefix: sml", "next: [done]", "next: [dune]", `owner != ""`, `ownr != ""`, "[S, M]", "[]", "kind: done}", "kind: open, next: busy}", "kind: dropped, ", "next: busy, ").Replace(small)
	_, err := Load("small.yaml", []byte(src))
	var ms Mistakes
	if !errors.As(err, &ms) {
		t.Fatal(err)
	}
	var lines []int
	for _, m := range ms {
		lines = append(lines, m.Line)
	}
	if want := []int{3, 8, 15, 17, 18, 22}; !slices.Equal(slices.Compact(lines), want) {
		t.Errorf("got lines %v, want %v:\n%s", lines, want, ms.Lines())
	}
}

func TestLanesNeedTheirHandOff(t *testing.T) {
	two := strings.Replace(small, "fields:\n", `  - id: team
    name: Team
    states:
      - {state: in, next: out}
      - {state: out, kind: done}
hand off: {to: team::in, from: work::busy, ends: work::done}
fields:
`, 1)
	if _, err := Load("two.yaml", []byte(two)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"hand off: {to: team::in, from: work::busy, ends: work::done}\n", "", "nothing leads to team::in"},
		{"ends: work::done", "ends: work::new", "the hand-off ends in work::new, which is no end"},
		{"ends: work::done", "ends: team::out", "the hand-off ends in the lane that it goes to"},
		{"from: work::busy", "from: team::out", "the hand-off leaves team::out, but ends in the lane work"},
		{"from: work::busy, ", "", "hand off needs from and to"},
		{"next: out}", "next: work::new}", "of another lane; only the hand-off leads from lane to lane"},
	} {
		_, err := Load("two.yaml", []byte(strings.Replace(two, c.old, c.new, 1)))
		if text := plumbline.TextOf(err); !strings.Contains(text, c.want) {
			t.Errorf("%s: got\n%s", c.want, text)
		}
	}
}

func TestLoadRefusesWhatIsTooLong(t *testing.T) {
	_, err := Load("big.yaml", make([]byte, MaxFile+1))
	if !strings.Contains(plumbline.TextOf(err), "at most 262144 are read") {
		t.Errorf("got %v", err)
	}
	if _, err := Load("empty.yaml", nil); !strings.Contains(plumbline.TextOf(err), "the file is empty") {
		t.Errorf("got %v", err)
	}
}

func TestPositionsWithinAnExpression(t *testing.T) {
	for _, c := range []struct{ when, want string }{
		{`'ownr != ""'`, "17:21:"},
		{`"ownr != ''"`, "17:21:"},
		{"|-\n              true &&\n              ownr != \"\"", "19:1:"},
	} {
		src := strings.Replace(small, `- {when: owner != "", else: Say who., field: owner}`, "- when: "+c.when+"\n            else: Say who.", 1)
		want := c.want
		if strings.HasPrefix(want, "17") {
			want = "17:20:" // one further left than in braces
		}
		_, err := Load("small.yaml", []byte(src))
		if text := plumbline.TextOf(err); !strings.Contains(text, "small.yaml:"+want) {
			t.Errorf("%s: got %s, want %s", c.when, text, want)
		}
	}
}

func TestBook(t *testing.T) {
	book := testBook(t)
	var ids []string
	for _, d := range book.All() {
		ids = append(ids, string(d.ID))
	}
	if want := []string{"change", "incident", "question", "request"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
	if d, ok := book.ForTrigger("infrapm"); !ok || d.ID != "request" {
		t.Errorf("infrapm asks for %v", d)
	}
	if _, ok := book.ForTrigger(""); ok {
		t.Error("no label asks for a process")
	}
	for _, k := range plumbline.Kinds {
		if d, ok := book.ForKind(k); !ok || d.Kind != k {
			t.Errorf("no process for a %s", k)
		}
	}
	own, err := Load("small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	more, err := book.With(own)
	if err != nil || len(more.All()) != 5 || len(book.All()) != 4 {
		t.Errorf("got %v, %v", more, err)
	}
	twin := *own
	if _, err := NewBook(own, &twin); err == nil {
		t.Error("two processes of one id were taken")
	}
	twin.ID = "twin"
	if _, err := NewBook(own, &twin); err == nil || !strings.Contains(err.Error(), "share the prefix") {
		t.Errorf("got %v", err)
	}
}

// TestEmbeddedIsWhatTheFilesSay: the book that compiles late has what the full
// loading has.
func TestEmbeddedIsWhatTheFilesSay(t *testing.T) {
	lazy, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	full := testBook(t)
	for _, d := range lazy.All() {
		e, ok := full.Get(d.ID)
		if !ok || len(d.Lanes) != len(e.Lanes) || len(d.Fields) != len(e.Fields) || len(d.Clocks) != len(e.Clocks) || d.Version == "" || d.Source == "" {
			t.Errorf("%s differs", d.ID)
		}
	}
	d, _ := lazy.Get("request")
	f := Facts{Item: plumbline.Item{State: d.Start}}
	if _, why := d.Next(f, "workflow::design", plumbline.PM); len(why) != 5 {
		t.Errorf("got %v", why)
	}
}

// TestRequestIsTheHandbooks compares the process with the handbook's list of
// states and with the column of what comes next.
func TestRequestIsTheHandbooks(t *testing.T) {
	d, _ := testBook(t).Get("request")
	if d.Trigger != "infrapm" || d.Start != "workflow::problem validation" || d.HandOff.To != "workflow-infra::Triage" {
		t.Errorf("got %s, %s, %s", d.Trigger, d.Start, d.HandOff.To)
	}
	names := func(lane string) (out []string) {
		l, _ := d.Lane(lane)
		for i := range l.States {
			if l.States[i].Label != "" {
				out = append(out, l.States[i].State.Name())
			}
		}
		return out
	}
	flow := []string{
		"validation backlog", "problem validation", "ready for design", "design", "solution validation", "planning breakdown", "scheduling",
		"ready for development", "in dev", "in review", "blocked", "verification", "awaiting security release", "complete",
	}
	if got := names("workflow"); !slices.Equal(got, flow) {
		t.Errorf("workflow: got %q", got)
	}
	infra := []string{
		"Triage", "Triage-estimating", "Needs More Info", "input_requested", "backlog", "Proposal", "Ready", "In Progress",
		"Under Review", "Verify", "Waiting", "Blocked", "Stalled", "Done", "Cancelled", "Escalated",
	}
	if got := names("workflow-infra"); !slices.Equal(got, infra) {
		t.Errorf("workflow-infra: got %q", got)
	}
	// Triage leads to the backlog too; see the file.
	next := map[string]string{
		"Triage": "Triage-estimating, Proposal, Ready, Needs More Info, backlog, Cancelled", "Triage-estimating": "Proposal, Ready",
		"backlog": "Ready", "Proposal": "Ready, Cancelled", "Ready": "In Progress", "In Progress": "Under Review, Waiting, Blocked",
		"Under Review": "Verify, In Progress", "Verify": "Done, In Progress", "Waiting": "In Progress", "Done": "", "Cancelled": "",
	}
	for name, want := range next {
		s, _ := d.State(plumbline.State("workflow-infra::" + name))
		var got []string
		for _, n := range s.Next {
			got = append(got, n.Name())
		}
		if strings.Join(got, ", ") != want || s.Back || s.Any {
			t.Errorf("%s leads to %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"Needs More Info", "input_requested", "Blocked"} {
		if s, _ := d.State(plumbline.State("workflow-infra::" + name)); !s.Back {
			t.Errorf("%s does not lead back", name)
		}
	}
}

// TestClocksOfItsOwn: a process promises what no policy does, and nothing twice; the
// handbook's clocks are those of the ranking policy.
func TestClocksOfItsOwn(t *testing.T) {
	for process, want := range map[plumbline.ProcessID]int{"request": 1, "incident": 0, "question": 0, "change": 0} {
		if d, ok := testBook(t).Get(process); !ok || len(d.Clocks) != want {
			t.Errorf("%s has the clocks %+v", process, d.Clocks)
		}
	}
	d, _ := testBook(t).Get("request")
	if p, ok := d.Clock("first-answer"); !ok || p.Calendar != clock.BusinessTime || p.Time.Days != 2 || p.Version != "1" {
		t.Errorf("the first answer is %+v", p)
	}
}

func TestRequestHasTheFieldsOfARequest(t *testing.T) {
	d, _ := testBook(t).Get("request")
	for name, want := range map[string]string{
		"reach": "10, 6, 3, 1.5, 0.5", "impact": "3, 2, 1, 0.5, 0.25", "confidence": "100, 80, 50", "size": "XS, S, M, L, XL",
		"date_hardness": "contract, regulation, wish",
		"nfr_category":  "availability, performance, continuity, security, network, data locality, certification, cost, support",
	} {
		f, ok := d.Field(name)
		if !ok || f.choices() != want {
			t.Errorf("%s: got %+v", name, f)
		}
	}
	for _, name := range []string{"ticket", "crm_link", "customer_kind"} {
		if f, _ := d.Field(name); !f.Private {
			t.Errorf("%s is not private", name)
		}
	}
}

// FuzzLoad: no file makes the loader panic; what is wrong has a position; what
// is right can be walked.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"request", "question", "incident", "change"} {
		src, err := os.ReadFile("processes/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add(small)
	f.Add("a: &x [*x]")
	f.Add("- - - -")
	f.Add("? {a: b}\n: c")
	located := regexp.MustCompile(`^f\.yaml:[1-9][0-9]*:[1-9][0-9]*: `)
	f.Fuzz(func(t *testing.T, src string) {
		d, err := Load("f.yaml", []byte(src))
		if err != nil {
			if !located.MatchString(plumbline.TextOf(err)) {
				t.Errorf("no position: %s", plumbline.TextOf(err))
			}
			return
		}
		step := d.Begin(nil, nil, 1)
		it := plumbline.Item{States: step.States, State: step.State}
		for i := range d.Lanes {
			for j := range d.Lanes[i].States {
				d.Next(Facts{Item: it, Now: 1}, d.Lanes[i].States[j].State, plumbline.PM)
				step, _ := d.Follow(Facts{Item: it, Now: 1}, d.Lanes[i].States[j].State)
				it.States, it.State = step.States, step.State
			}
		}
		d.Targets(Facts{Item: it}, plumbline.Admin)
		d.Stale(it, 1)
		Reconcile(d, Seen{Now: plumbline.Snapshot{Open: true, Labels: []plumbline.Label{{Name: d.Trigger}}}})
	})
}

func BenchmarkEmbedded(b *testing.B) {
	for b.Loop() {
		if _, err := Embedded(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTargets(b *testing.B) {
	d, _ := testBook(b).Get("request")
	f := Facts{Item: plumbline.Item{State: d.Start}, Now: plumbline.At(time.Unix(1, 0))}
	for b.Loop() {
		d.Targets(f, plumbline.PM)
	}
}
