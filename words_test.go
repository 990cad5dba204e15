package plumbline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"

	"pgregory.net/rapid"
)

// bad is what Validate says, as "field: text" lines in the order of the fields.
func bad(err error) []string {
	var out []string
	for f, t := range plumbline.FieldsOf(err) {
		out = append(out, f+": "+t)
	}
	slices.Sort(out)
	return out
}

// refusal is a change to something valid, and the field that must then be complained about.
type refusal[T any] struct {
	what   string
	change func(*T)
	field  string // empty: stays valid
	says   string // a part of the text
}

// refuse makes each change to a copy of ok and validates it.
func refuse[T interface{ Validate() error }](t *testing.T, ok T, cases []refusal[T]) {
	t.Helper()
	if err := ok.Validate(); err != nil {
		t.Fatalf("what should be valid is not: %v", err)
	}
	for _, c := range cases {
		v := ok
		c.change(&v)
		err := v.Validate()
		got := plumbline.FieldsOf(err)
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s: got %v, want it valid", c.what, err)
		case c.field == "":
		case plumbline.KindOf(err) != plumbline.Invalid:
			t.Errorf("%s: got %v, want an Invalid error", c.what, err)
		case len(got) != 1 || !strings.Contains(got[c.field], c.says):
			t.Errorf("%s: got %q, want only %s: …%s…", c.what, bad(err), c.field, c.says)
		}
	}
}

func TestItem(t *testing.T) {
	ok := plumbline.Item{Kind: plumbline.Request, Title: "Rotate node pools without downtime", Visibility: plumbline.Public, Priority: "P2", Class: plumbline.ClassCustomer}
	refuse(t, ok, []refusal[plumbline.Item]{
		{"no title", func(i *plumbline.Item) { i.Title = "" }, "title", "missing"},
		{"a title of spaces", func(i *plumbline.Item) { i.Title = " \t " }, "title", "missing"},
		{"the longest title", func(i *plumbline.Item) { i.Title = strings.Repeat("x", plumbline.MaxTitle) }, "", ""},
		{"a title too long", func(i *plumbline.Item) { i.Title = strings.Repeat("x", plumbline.MaxTitle+1) }, "title", "301 bytes; at most 300"},
		{"a title of two lines", func(i *plumbline.Item) { i.Title = "a\nb" }, "title", "one line"},
		{"a title that is not text", func(i *plumbline.Item) { i.Title = "a\xff" }, "title", "UTF-8"},
		{"a NUL in the body", func(i *plumbline.Item) { i.Body = "a\x00" }, "body", "NUL"},
		{"the longest body", func(i *plumbline.Item) { i.Body = strings.Repeat("x", plumbline.MaxBody) }, "", ""},
		{"a body too long", func(i *plumbline.Item) { i.Body = strings.Repeat("x", plumbline.MaxBody+1) }, "body", "at most"},
		{"an unknown kind", func(i *plumbline.Item) { i.Kind = "bug" }, "kind", `not "bug"`},
		{"no kind", func(i *plumbline.Item) { i.Kind = "" }, "kind", "request, question"},
		{"no visibility", func(i *plumbline.Item) { i.Visibility = "" }, "visibility", "public, internal"},
		{"confidential", func(i *plumbline.Item) { i.Visibility = plumbline.Confidential }, "", ""},
		{"an unknown class", func(i *plumbline.Item) { i.Class = "vip" }, "class", `"vip"`},
		{"no class yet", func(i *plumbline.Item) { i.Class = "" }, "", ""},
		{"a priority that is none", func(i *plumbline.Item) { i.Priority = "P5" }, "priority", "P1 to P4"},
		{"a severity that is none", func(i *plumbline.Item) { i.Severity = "s1" }, "severity", "S1 to S4"},
		{"an assignee too long", func(i *plumbline.Item) { i.Assignee = strings.Repeat("x", 121) }, "assignee", "at most 120"},
		{"a field of the process too long", func(i *plumbline.Item) {
			i.Fields = map[string]string{"reach": strings.Repeat("x", plumbline.MaxNote+1)}
		}, "reach", "at most"},
	})
}

func TestItemField(t *testing.T) {
	i := plumbline.Item{Title: "t", Body: "b", Class: "customer-operational", Visibility: "public", Team: "reliability", Product: "ci", Assignee: "mara",
		Priority: "P1", Severity: "S2", OnBehalfOf: "support", Fields: map[string]string{"reach": "12", "title": "not this one"}}
	for name, want := range map[string]string{"title": "t", "body": "b", "class": "customer-operational", "visibility": "public", "team": "reliability",
		"product": "ci", "assignee": "mara", "priority": "P1", "severity": "S2", "on_behalf_of": "support", "reach": "12", "nothing": ""} {
		if got := i.Field(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestDemand(t *testing.T) {
	ok := plumbline.Demand{Account: "globex", Points: 1, Strength: "blocker", Worth: plumbline.Hide(plumbline.Money{Micros: 1, Currency: "EUR"})}
	refuse(t, ok, []refusal[plumbline.Demand]{
		{"by a team", func(d *plumbline.Demand) { d.Account, d.Team = "", "reliability" }, "", ""},
		{"by nobody", func(d *plumbline.Demand) { d.Account = "" }, "team", "exactly one"},
		{"by a team and an account", func(d *plumbline.Demand) { d.Team = "reliability" }, "team", "exactly one"},
		{"no points", func(d *plumbline.Demand) { d.Points = 0 }, "points", "not 0"},
		{"the most points", func(d *plumbline.Demand) { d.Points = 10 }, "", ""},
		{"too many points", func(d *plumbline.Demand) { d.Points = 11 }, "points", "not 11"},
		{"an unknown strength", func(d *plumbline.Demand) { d.Strength = "urgent" }, "strength", `"urgent"`},
		{"fewer than no users", func(d *plumbline.Demand) { d.Users = -1 }, "users", "negative"},
		{"an amount below nothing", func(d *plumbline.Demand) { d.Worth = plumbline.Hide(plumbline.Money{Micros: -1, Currency: "EUR"}) }, "worth", "negative"},
		{"an amount of nothing in particular", func(d *plumbline.Demand) { d.Worth = plumbline.Hide(plumbline.Money{Micros: 1}) }, "currency", "three-letter"},
		{"no amount", func(d *plumbline.Demand) { d.Worth = plumbline.Private[plumbline.Money]{} }, "", ""},
		{"fewer than no seats", func(d *plumbline.Demand) { d.Seats = plumbline.Hide(int64(-1)) }, "seats", "negative"},
		{"more than certain", func(d *plumbline.Demand) { d.Probability = plumbline.Hide(1.01) }, "probability", "between 0 and 100 %"},
		{"an unknown probability", func(d *plumbline.Demand) { d.Probability = plumbline.Hide(-1.0) }, "", ""},
		{"a note too long", func(d *plumbline.Demand) { d.Note = plumbline.Hide(strings.Repeat("x", plumbline.MaxNote+1)) }, "note", "at most"},
	})
}

func TestEvidence(t *testing.T) {
	ok := plumbline.Evidence{Grade: plumbline.Measured, Text: "41 of 180 clusters were rotated by hand in May.", Source: "https://grafana.example.com/d/nodes"}
	refuse(t, ok, []refusal[plumbline.Evidence]{
		{"an opinion", func(e *plumbline.Evidence) { e.Grade = plumbline.Opinion }, "", ""},
		{"no grade", func(e *plumbline.Evidence) { e.Grade = "" }, "grade", "opinion, anecdote"},
		{"an unknown grade", func(e *plumbline.Evidence) { e.Grade = "proof" }, "grade", `"proof"`},
		{"nothing said", func(e *plumbline.Evidence) { e.Text = "\n" }, "text", "missing"},
		{"too much said", func(e *plumbline.Evidence) { e.Text = strings.Repeat("x", plumbline.MaxNote+1) }, "text", "at most"},
		{"no source", func(e *plumbline.Evidence) { e.Source = "" }, "", ""},
		{"a source too long", func(e *plumbline.Evidence) { e.Source = strings.Repeat("x", 2001) }, "source", "at most 2000"},
	})
}

// TestDecision includes the rule that a no needs its reason, and that a no or a
// later needs the condition under which it is looked at again.
func TestDecision(t *testing.T) {
	ok := plumbline.Decision{Outcome: plumbline.Decline, Sentence: "We will not do this.", Reason: "One team asked, once.", Reopen: "Three teams ask."}
	refuse(t, ok, []refusal[plumbline.Decision]{
		{"no outcome", func(d *plumbline.Decision) { d.Outcome = "" }, "outcome", "pursue, decline"},
		{"no sentence", func(d *plumbline.Decision) { d.Sentence = "" }, "sentence", "missing"},
		{"a sentence of spaces", func(d *plumbline.Decision) { d.Sentence = "  " }, "sentence", "missing"},
		{"a sentence too long", func(d *plumbline.Decision) { d.Sentence = plumbline.PublicText(strings.Repeat("x", 2001)) }, "sentence", "at most 2000"},
		{"a no without a reason", func(d *plumbline.Decision) { d.Reason = " " }, "reason", "why not"},
		{"a no for ever", func(d *plumbline.Decision) { d.Reopen = "" }, "reopen", "look again"},
		{"a later without a condition", func(d *plumbline.Decision) { d.Outcome, d.Reopen = plumbline.Later, "" }, "reopen", "look again"},
		{"a redirect needs none", func(d *plumbline.Decision) { d.Outcome, d.Reopen = plumbline.Redirect, "" }, "", ""},
		{"a redirect without a reason", func(d *plumbline.Decision) { d.Outcome, d.Reason = plumbline.Redirect, "" }, "reason", "why not"},
		{"a yes needs neither", func(d *plumbline.Decision) { d.Outcome, d.Reason, d.Reopen = plumbline.Pursue, "", "" }, "", ""},
	})
}

func TestCommentPersonTeamProductAccount(t *testing.T) {
	refuse(t, plumbline.Comment{Body: "Seen on three clusters."}, []refusal[plumbline.Comment]{
		{"nothing", func(c *plumbline.Comment) { c.Body = "" }, "body", ""},
		{"spaces", func(c *plumbline.Comment) { c.Body = " \n" }, "body", ""},
	})
	refuse(t, plumbline.Person{Handle: "mara", Name: "Mara Lind", Role: plumbline.PM}, []refusal[plumbline.Person]{
		{"a handle with a space", func(p *plumbline.Person) { p.Handle = "mara lind" }, "handle", "lower-case"},
		{"somebody from a tracker", func(p *plumbline.Person) { p.Handle, p.External = "gitlab:Mara", true }, "", ""},
		{"no name", func(p *plumbline.Person) { p.Name = "" }, "name", "missing"},
		{"no address", func(p *plumbline.Person) { p.Email = "mara" }, "email", "e-mail"},
		{"a visitor", func(p *plumbline.Person) { p.Role = plumbline.Visitor }, "role", "must be"},
	})
	refuse(t, plumbline.Team{Ref: "reliability", Name: "Reliability", Label: "team::Reliability"}, []refusal[plumbline.Team]{
		{"capitals in the ref", func(x *plumbline.Team) { x.Ref = "Reliability" }, "ref", "lower-case"},
		{"a comma in the label", func(x *plumbline.Team) { x.Label = "a,b" }, "label", "comma"},
		{"no label", func(x *plumbline.Team) { x.Label = "" }, "", ""},
	})
	refuse(t, plumbline.Product{Ref: "ci", Name: "CI", Kind: "product"}, []refusal[plumbline.Product]{
		{"a process", func(x *plumbline.Product) { x.Kind = "process" }, "", ""},
		{"something else", func(x *plumbline.Product) { x.Kind = "system" }, "kind", `"system"`},
	})
	refuse(t, account("Globex"), []refusal[plumbline.Account]{
		{"no name", func(x *plumbline.Account) { x.Name = plumbline.Hide("") }, "name", "missing"},
		{"revenue below nothing", func(x *plumbline.Account) { x.ARR = plumbline.Hide(plumbline.Money{Micros: -1}) }, "arr", "negative"},
		{"seats below nothing", func(x *plumbline.Account) { x.Seats = plumbline.Hide(int64(-1)) }, "seats", "negative"},
	})
}

func TestValidRef(t *testing.T) {
	for s, want := range map[string]bool{"a": true, "team-9.b_c": true, "9": true, strings.Repeat("x", 60): true,
		"": false, "-a": false, ".a": false, "a b": false, "A": false, "ä": false, "a/b": false, strings.Repeat("x", 61): false} {
		if got := plumbline.ValidRef(s); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}

func TestState(t *testing.T) {
	for s, want := range map[plumbline.State][2]string{
		"workflow::problem validation": {"workflow", "problem validation"},
		"workflow-infra::Triage":       {"workflow-infra", "Triage"},
		"a::b::c":                      {"a::b", "c"},
		"done":                         {"", "done"},
		"":                             {"", ""},
		"::x":                          {"", "x"},
	} {
		if got := [2]string{s.Lane(), s.Name()}; got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

// TestSees is the whole table of who may see what. The columns are: nobody,
// requester, contributor, product manager, administrator.
func TestSees(t *testing.T) {
	who := [...]plumbline.Actor{plumbline.Nobody(), {Person: "1", Role: plumbline.Requester}, {Person: "2", Role: plumbline.Contributor},
		{Person: "3", Role: plumbline.PM}, {Person: "4", Role: plumbline.Admin}}
	for _, c := range []struct {
		v    plumbline.Visibility
		part bool
		want [5]bool
	}{
		{plumbline.Public, false, [5]bool{false, true, true, true, true}},
		{plumbline.Public, true, [5]bool{false, true, true, true, true}},
		{plumbline.InternalOnly, false, [5]bool{false, false, true, true, true}},
		{plumbline.InternalOnly, true, [5]bool{false, true, true, true, true}},
		{plumbline.Confidential, false, [5]bool{false, false, false, true, true}},
		{plumbline.Confidential, true, [5]bool{false, true, true, true, true}},
		{"secret", true, [5]bool{}},
		{"", true, [5]bool{}},
	} {
		for i, a := range who {
			if got := a.Sees(c.v, c.part); got != c.want[i] {
				t.Errorf("%s sees %s (has a part: %v): got %v, want %v", a.Role, c.v, c.part, got, c.want[i])
			}
		}
	}
}

func TestErrors(t *testing.T) {
	cause := errors.New("disk on fire")
	wrapped := fmt.Errorf("saving: %w", &plumbline.Error{Kind: plumbline.Conflict, Text: "Somebody changed it meanwhile.", Err: cause})
	for _, c := range []struct {
		what string
		err  error
		kind plumbline.Kind
		text string
	}{
		{"ours, wrapped", wrapped, plumbline.Conflict, "Somebody changed it meanwhile."},
		{"ours, formatted", plumbline.Errorf(plumbline.NotFound, "There is no %s.", "REQ-1"), plumbline.NotFound, "There is no REQ-1."},
		{"ours, internal", plumbline.Errorf(plumbline.Internal, "row 7 is broken"), plumbline.Internal, "Something went wrong"},
		{"ours, without words", &plumbline.Error{Kind: plumbline.Denied}, plumbline.Denied, "Something went wrong"},
		{"not ours", cause, plumbline.Internal, "Something went wrong"},
		{"none", nil, plumbline.Internal, ""},
	} {
		if got := plumbline.KindOf(c.err); got != c.kind {
			t.Errorf("%s: kind %v, want %v", c.what, got, c.kind)
		}
		if got := plumbline.TextOf(c.err); !strings.HasPrefix(got, c.text) {
			t.Errorf("%s: text %q, want %q", c.what, got, c.text)
		}
	}
	if !errors.Is(wrapped, cause) {
		t.Error("the cause is lost")
	}
	if got, want := plumbline.Kind(99).String(), "internal"; got != want {
		t.Errorf("an unknown kind is %q, want %q", got, want)
	}
	err := &plumbline.Error{Kind: plumbline.Invalid, Text: "no", Fields: map[string]string{"b": "2", "a": "1"}, Err: cause}
	if got, want := err.Error(), "no; a: 1; b: 2 (disk on fire)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProblems(t *testing.T) {
	var p plumbline.Problems
	if err := p.Err(); err != nil {
		t.Errorf("no problems: got %v, want nil", err)
	}
	p.Add("title", "The title is %s.", "missing")
	p.Add("title", "a second thing about it")
	wantProblems(t, p.Err(), "The title is missing.", "title: The title is missing.")
	p.Merge(plumbline.FieldError("body", "too long"))
	p.Merge(nil)
	p.Merge(plumbline.Errorf(plumbline.Conflict, "Already there."))
	wantProblems(t, p.Err(), "3 fields need attention: The title is missing.",
		"body: too long", "input: Already there.", "title: The title is missing.")
}

func wantProblems(t *testing.T, err error, text string, fields ...string) {
	t.Helper()
	if got := plumbline.TextOf(err); got != text {
		t.Errorf("got %q, want %q", got, text)
	}
	if got := bad(err); !slices.Equal(got, fields) {
		t.Errorf("got %q, want %q", got, fields)
	}
}

func TestTime(t *testing.T) {
	var zero plumbline.Time
	if !zero.IsZero() || !zero.Std().IsZero() || plumbline.At(time.Time{}) != 0 || zero.Add(time.Hour) != 0 {
		t.Error("the zero time must stay zero in every form")
	}
	noon := time.Date(2026, 11, 22, 12, 0, 0, 123456000, time.FixedZone("", 3600))
	at := plumbline.At(noon)
	if got := at.Std(); !got.Equal(noon) || got.Location() != time.UTC {
		t.Errorf("got %v, want %v in UTC", got, noon)
	}
	if got := at.Add(90 * time.Minute).Sub(at); got != 90*time.Minute {
		t.Errorf("got %v", got)
	}
	for text, want := range map[string]plumbline.Time{`null`: 0, `""`: 0, `"2026-11-22T12:00:00.123456+01:00"`: at} {
		got := plumbline.Time(7)
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: got %v (%v), want %v", text, got, err, want)
		}
	}
	var got plumbline.Time
	if err := json.Unmarshal([]byte(`"yesterday"`), &got); plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(err.Error(), "RFC 3339") {
		t.Errorf("got %v, want Invalid and an example", err)
	}
}

// TestTimeRoundTrip writes any microsecond of the years 1900 to 9999 as JSON
// and reads it.
func TestTimeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := plumbline.Time(rapid.Int64Range(-2208988800e6, 253402300799e6).Draw(t, "µs"))
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got plumbline.Time
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Fatalf("%s: got %d (%v), want %d", b, got, err, want)
		}
	})
}

func TestParseFilter(t *testing.T) {
	for query, want := range map[string]plumbline.Filter{
		"":                                     {},
		"state=a::b&state=a::c&state=&inbox=1": {States: []plumbline.State{"a::b", "a::c"}, Inbox: true},
		"q=+node+pool+&limit=200&sort=oldest":  {Text: "node pool", Limit: 200, Sort: "oldest"},
		"view=board":                           {},
	} {
		q, _ := url.ParseQuery(query)
		got, err := plumbline.ParseFilter(q, "view")
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v (%v), want %+v", query, got, err, want)
		}
	}
	for query, field := range map[string]string{"stat=x": "stat", "limit=0": "limit", "limit=201": "limit", "limit=many": "limit", "kind=bug": "kind",
		"status=done": "status", "sort=age": "sort", "class=vip": "class", "q=" + strings.Repeat("x", 2001): "q", "q=tem:a": "q", "q=%00": "q"} {
		q, _ := url.ParseQuery(query)
		_, err := plumbline.ParseFilter(q)
		if plumbline.KindOf(err) != plumbline.Invalid || plumbline.FieldsOf(err)[field] == "" {
			t.Errorf("%q: got %v, want a complaint about %s", query, err, field)
		}
	}
}

// TestFilterRoundTrip: the same filter is the same URL, both ways.
func TestFilterRoundTrip(t *testing.T) {
	word := rapid.StringMatching(`[a-z][a-z0-9 :&=+%ä-]{0,12}[a-z]`)
	rapid.Check(t, func(t *rapid.T) {
		want := plumbline.Filter{
			Process: plumbline.ProcessID(word.Draw(t, "process")), Kind: rapid.SampledFrom(plumbline.Kinds[:]).Draw(t, "kind"),
			Lane: word.Draw(t, "lane"), Team: plumbline.TeamRef(word.Draw(t, "team")), Product: plumbline.ProductRef(word.Draw(t, "product")),
			Class: rapid.SampledFrom(plumbline.Classes[:]).Draw(t, "class"), Assignee: word.Draw(t, "assignee"), Label: word.Draw(t, "label"),
			Text: drawQuery(t, 2), Status: rapid.SampledFrom([]string{"", "open", "closed", "all"}).Draw(t, "status"),
			Inbox: rapid.Bool().Draw(t, "inbox"), Mine: rapid.Bool().Draw(t, "mine"), Limit: rapid.IntRange(0, plumbline.MaxPage).Draw(t, "limit"),
			Sort: rapid.SampledFrom([]string{"", "updated", "created", "oldest"}).Draw(t, "sort"), Cursor: word.Draw(t, "cursor"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "states") {
			want.States = append(want.States, plumbline.State(word.Draw(t, "state")))
		}
		q, err := url.ParseQuery(want.Values().Encode())
		if err != nil {
			t.Fatal(err)
		}
		got, err := plumbline.ParseFilter(q)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v (%v), want %+v", got, err, want)
		}
	})
}

func TestSnapshot(t *testing.T) {
	s := plumbline.Snapshot{Labels: []plumbline.Label{{Name: "workflow::refinement"}, {Name: "infrapm"}}}
	if got, want := s.LabelNames(), []string{"infrapm", "workflow::refinement"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !s.HasLabel("infrapm") || s.HasLabel("INFRAPM") || s.HasLabel("infra") {
		t.Error("a label is found by exactly its name")
	}
	if s.Labels[0].Name != "workflow::refinement" {
		t.Error("sorting the names moved the labels")
	}
}
