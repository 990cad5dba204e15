package flow

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/clock"
)

// someFacts draws what is known of an item: each thing is there or not.
func someFacts(t *rapid.T, d *Definition) Facts {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	f := Facts{
		Demands: rapid.IntRange(0, 2).Draw(t, "demands"), Evidence: rapid.IntRange(0, 1).Draw(t, "evidence"),
		TeamLabels: rapid.IntRange(0, 2).Draw(t, "team labels"), Note: pick("note", "", "because"),
		Message: plumbline.PublicText(pick("message", "", "Sorry.")), Now: day0,
	}
	it := &f.Item
	it.Fields = map[string]string{}
	it.Priority, it.Severity = pick("priority", "", "P1", "P3"), pick("severity", "", "S1", "S4")
	it.Team, it.Assignee = plumbline.TeamRef(pick("team", "", "delivery")), pick("assignee", "", "mara")
	if rapid.Bool().Draw(t, "availability") {
		it.Labels = []string{"bug::availability"}
	}
	for i := range d.Fields {
		fd := &d.Fields[i]
		if !rapid.Bool().Draw(t, fd.Name) {
			continue
		}
		switch fd.Type {
		case ChoiceType:
			it.Fields[fd.Name] = fd.Choices[rapid.IntRange(0, len(fd.Choices)-1).Draw(t, "choice")].Value
		case Number:
			it.Fields[fd.Name] = "2.5"
		case Date:
			it.Fields[fd.Name] = "2026-12-01"
		default:
			it.Fields[fd.Name] = "https://example.com/x"
		}
	}
	if o := pick("decision", "", "pursue", "decline", "later", "redirect"); o != "" {
		f.Decision = &plumbline.Decision{Outcome: plumbline.Outcome(o), Reason: "because", Sentence: "Sorry."}
	}
	return f
}

func anyState(t *rapid.T, d *Definition) plumbline.State {
	all := slices.Sorted(maps.Keys(d.states))
	return rapid.SampledFrom(all).Draw(t, "to")
}

// checkPlace wants an item to stand somewhere that makes sense.
func checkPlace(t *rapid.T, d *Definition, it plumbline.Item) {
	open := false
	for lane, p := range it.States {
		if p.State.Lane() != lane {
			t.Fatalf("the lane %s holds %s", lane, p.State)
		}
		def, ok := d.State(p.State)
		if !ok {
			t.Fatalf("it is in %s, which there is not", p.State)
		}
		open = open || !def.End()
	}
	if open != it.Open() {
		t.Fatalf("open: got %v, its lanes say %v: %v", it.Open(), open, it.States)
	}
	if p, ok := it.States[it.State.Lane()]; !ok || p.State != it.State {
		t.Fatalf("it leads in %s, but stands in %v", it.State, it.States)
	}
	if lead := it.States[d.leads()].State; d.isOpen(lead) && it.State != lead {
		t.Fatalf("the lane that leads is in %s, the item in %s", lead, it.State)
	}
}

func put(it *plumbline.Item, s Step, now plumbline.Time) {
	it.States, it.State, it.Since, it.Closed = s.States, s.State, s.Since, 0
	if s.Closed {
		it.Closed = now
	}
}

// TestMovesKeepSense: whatever people ask for or do in the tracker, in whatever
// order, an item stands in states that there are, one of each lane.
func TestMovesKeepSense(t *testing.T) {
	book := testBook(t)
	rapid.Check(t, func(t *rapid.T) {
		d := book.All()[rapid.IntRange(0, 3).Draw(t, "process")]
		var it plumbline.Item
		put(&it, d.Begin(nil, nil, day0), day0)
		now := day0
		for range rapid.IntRange(1, 12).Draw(t, "moves") {
			now += 1000
			f := someFacts(t, d)
			f.Item.States, f.Item.State, f.Item.Closed, f.Now = it.States, it.State, it.Closed, now
			before := maps.Clone(it.States)
			to, role := anyState(t, d), rapid.SampledFrom(plumbline.Roles[:]).Draw(t, "role")
			var s Step
			var why []Reason
			if rapid.Bool().Draw(t, "by label") {
				s, why = d.Follow(f, to)
				if s.To != "" && s.States[to.Lane()].State != to {
					t.Fatalf("the label says %s, the item is in %v", to, s.States)
				}
			} else if s, why = d.Next(f, to, role); len(why) > 0 {
				if !reflect.DeepEqual(s, Step{}) {
					t.Fatalf("a refused move has a step: %+v", s)
				}
				continue
			}
			again, _ := d.Follow(f, to)
			if again.State != s.State || !maps.Equal(again.States, s.States) {
				t.Fatalf("a label takes it to %v, a person to %v", again.States, s.States)
			}
			if !maps.Equal(before, f.Item.States) {
				t.Fatal("the judge changed the item that it was given")
			}
			for _, r := range why {
				if r.Text == "" {
					t.Fatal("a reason without words")
				}
			}
			put(&it, s, now)
			checkPlace(t, d, it)
		}
	})
}

// TestMenuSaysWhatMovesDo: a target is allowed if and only if the move is, and
// whatever can be moved to is in the menu.
func TestMenuSaysWhatMovesDo(t *testing.T) {
	book := testBook(t)
	rapid.Check(t, func(t *rapid.T) {
		d := book.All()[rapid.IntRange(0, 3).Draw(t, "process")]
		f := someFacts(t, d)
		put(&f.Item, d.Begin(nil, nil, day0), day0)
		for range rapid.IntRange(0, 4).Draw(t, "moves") {
			s, _ := d.Follow(f, anyState(t, d))
			put(&f.Item, s, day0)
		}
		role := rapid.SampledFrom(plumbline.Roles[:]).Draw(t, "role")
		menu := map[plumbline.State]Target{}
		for _, target := range d.Targets(f, role) {
			menu[target.State] = target
		}
		for to := range d.states {
			_, why := d.Next(f, to, role)
			target, listed := menu[to]
			if (len(why) == 0) != (listed && target.Allowed) {
				t.Fatalf("%s: the menu says %v %v, the move %v", to, listed, target, why)
			}
			if listed && !target.Allowed && !slices.Equal(target.Reasons, why) {
				t.Fatalf("%s: the menu says %v, the move %v", to, target.Reasons, why)
			}
		}
	})
}

func TestRefusedMovesSayWhy(t *testing.T) {
	d, _ := testBook(t).Get("request")
	it := plumbline.Item{State: d.Start}
	for _, c := range []struct {
		to   plumbline.State
		want string
	}{
		{"workflow::nonsense", "Request has no state called workflow::nonsense."},
		{"workflow::problem validation", "It is in problem validation already."},
		{"workflow::complete", "It cannot go from problem validation to complete, only to validation backlog, ready for design, design, solution validation, planning breakdown, declined, later, redirected or withdrawn."},
	} {
		s, why := d.Next(Facts{Item: it}, c.to, plumbline.Admin)
		if len(why) != 1 || why[0].Text != c.want || s.To != "" {
			t.Errorf("%s: got %v, want %q", c.to, why, c.want)
		}
	}
	q, _ := testBook(t).Get("question")
	if s, why := q.Follow(Facts{Item: plumbline.Item{State: "question::received"}}, "nowhere"); s.To != "" || len(why) != 1 || s.State != "question::received" {
		t.Errorf("got %v, %v", s, why)
	}
}

func TestAnItemOfAnOlderProcess(t *testing.T) {
	d, _ := testBook(t).Get("question")
	f := Facts{Item: plumbline.Item{State: "question::waiting for lunch"}, Note: "so"}
	if _, why := d.Next(f, "question::received", plumbline.PM); len(why) != 0 {
		t.Errorf("it is stuck: %v", why)
	}
}

func TestLabels(t *testing.T) {
	d, _ := testBook(t).Get("request")
	for _, c := range []struct {
		label, sep string
		want       plumbline.State
	}{
		{"workflow::problem validation", "::", "workflow::problem validation"},
		{"workflow::problem validation", "", "workflow::problem validation"},
		{"workflow/problem validation", "/", "workflow::problem validation"},
		{"workflow/problem validation", "::", ""},
		{"workflow::problem validation", "/", ""},
		{"Workflow::problem validation", "::", ""},
		{"workflow::handed off", "::", ""}, // no label means it
		{"workflow-infra/Triage", "/", "workflow-infra::Triage"},
		{"infrapm", "::", ""},
	} {
		if got, ok := d.StateOfLabel(c.label, c.sep); got != c.want || ok != (c.want != "") {
			t.Errorf("%q with %q: got %q, want %q", c.label, c.sep, got, c.want)
		}
	}
	for s := range d.states {
		for _, sep := range []string{"::", "/"} {
			if l := d.LabelOf(s, sep); l != "" {
				if back, ok := d.StateOfLabel(l, sep); !ok || back != s {
					t.Errorf("%s: the label %q means %q", s, l, back)
				}
			}
		}
	}
	if got := d.LaneLabels("workflow-infra", "/"); len(got) != 16 || got[0] != "workflow-infra/Triage" {
		t.Errorf("got %q", got)
	}
	if d.Withdrawn() != "workflow::withdrawn" {
		t.Errorf("got %q", d.Withdrawn())
	}
}

func TestFields(t *testing.T) {
	d, _ := testBook(t).Get("request")
	for _, c := range []struct{ field, value, want string }{
		{"reach", "10", ""},
		{"reach", "11", `Reach is one of 10, 6, 3, 1.5, 0.5, not "11".`},
		{"reach", "", ""},
		{"effort", "1.5", ""},
		{"effort", "0", "Effort must be more than 0."},
		{"effort", "-1", "Effort must be more than 0."},
		{"effort", "NaN", `Effort is a number, not "NaN".`},
		{"effort", "much", `Effort is a number, not "much".`},
		{"needed_by", "2026-12-24", ""},
		{"needed_by", "24.12.2026", `Needed by is a date, written as 2026-12-25, not "24.12.2026".`},
		{"needed_by", "2026-02-30", `Needed by is a date, written as 2026-12-25, not "2026-02-30".`},
		{"ticket", "https://support.example.com/1", ""},
		{"ticket", "javascript:alert(1)", `Support ticket is a web address, beginning with https://, not "javascript:alert(1)".`},
		{"blocker", "two\nlines", "Blocked by is one line."},
		{"statement", "two\nlines", ""},
		{"colour", "red", `Request has no field called "colour".`},
	} {
		err := d.CheckField(c.field, c.value)
		if got := plumbline.FieldsOf(err)[c.field]; got != c.want {
			t.Errorf("%s = %q: got %q, want %q", c.field, c.value, got, c.want)
		}
	}
	err := d.CheckFields(map[string]string{"reach": "11", "effort": "x", "size": "M"})
	if got := plumbline.FieldsOf(err); len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

func TestDated(t *testing.T) {
	d, _ := testBook(t).Get("request")
	it := plumbline.Item{Created: day0, Fields: map[string]string{"fix_available": "2026-11-10"}}
	at := func() map[string]plumbline.Time {
		out := map[string]plumbline.Time{}
		for _, e := range d.Dated(it) {
			out[e.Type] = e.At
		}
		return out
	}
	fix := plumbline.At(time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC))
	want := map[string]plumbline.Time{"created": day0, "received": day0, "declared": day0, "detected": day0, "fix available": fix}
	if got := at(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	it.Fields["detected"] = "2026-11-10"
	it.Closed = fix + 1
	want["detected"], want["closed"] = fix, fix+1
	if got := at(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	p := clock.Policy{ID: "vulnerability", Name: "Remediate", Times: map[string]clock.Span{"S1": {Days: 30}}, Starts: []string{"detected", "fix available"}, Stops: []string{"closed"}}
	it.Closed = 0
	if s := p.Status(d.Dated(it), nil, fix); s.Started != fix || s.Phase != "unassessed" {
		t.Errorf("got %+v", s)
	}
}
