package plumbline_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline"
)

func parse(t testing.TB, text string) plumbline.Query {
	t.Helper()
	q, err := plumbline.ParseQuery(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return q
}

// What people write, and how Plumbline writes it.
func TestQueryCanonicalForm(t *testing.T) {
	for in, want := range map[string]string{
		"":                                 "",
		"  memory   leak ":                 "memory leak",
		"memory team:sig-node leak":        "team:sig-node memory leak",
		`"exact phrase" memory`:            `"exact phrase" memory`,
		`state:"In Progress"`:              `state:"In Progress"`,
		"a or b c":                         "a or b c",
		"(a or b) c":                       "(a or b) c",
		"A AND (b OR (c))":                 "(b or c) A",
		"not team:a":                       "-team:a",
		"team!=a":                          "-team:a",
		"no:team":                          "no:team",
		"-has:team":                        "no:team",
		"-no:team":                         "has:team",
		"--memory":                         "memory",
		"-(memory leak)":                   "-(memory leak)",
		"((a b) c) d":                      "a b c d",
		"TEAM:a,b,a":                       "team:a,b",
		"priority:p1 has:demand":           "priority:P1 has:demands",
		"label:stage::* -label:\"x*\"":     `label:stage::* -label:"x*"`,
		"updated>2026-01-01 created<30D":   "updated>2026-01-01 created<30d",
		"closed:2026-01..2026-03":          "closed:2026-01..2026-03",
		"since>=2026-11-22t13:00z":         "since>=2026-11-22T13:00Z",
		"field.reach>5 field.needed_by<7d": "field.reach>5 field.needed_by<7d",
		"author:me labels:x opened:today":  "requester:me label:x created:today",
		"it broke: error":                  "it broke: error",
		"cert-manager v1.29 docs.a.b/c":    "cert-manager v1.29 docs.a.b/c",
		`title:"say \"hi\" \\ "`:           `title:"say \"hi\" \\ "`,
		"comments>2026 demands:2..4":       "comments>2026 demands:2..4",
	} {
		if got := parse(t, in).String(); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

// What cannot be understood says where, and what was expected.
func TestQueryErrors(t *testing.T) {
	for in, want := range map[string]string{
		"tem:a":                     `Column 1: "tem" is not a field. Did you mean team?`,
		"memory  laebl:x":           "Column 9: \"laebl\" is not a field. Did you mean label?",
		"ä tem:a":                   "Column 3:",
		"workflow::Triage":          `A state is written state:"workflow::…"`,
		"(a or b":                   "Column 1: this parenthesis is never closed.",
		"a b) c":                    "Column 4: there is a closing parenthesis",
		"a or":                      "Column 5: a word, a field such as team:NAME, or a group is expected here.",
		"or a":                      "Column 1: a word",
		"()":                        "Column 2: a word",
		"a and":                     `Column 6: a condition is expected after "and".`,
		"and a":                     `Column 1: "and" stands between`,
		"a -":                       "Column 3: a condition is expected after the negation",
		"a not or b":                "Column 3: a condition",
		`x "abc`:                    "Column 3: this quote is never closed.",
		`""`:                        "Column 1: there is nothing between the quotes.",
		"team:":                     "Column 6: a value is expected after team; no:team finds items without one.",
		"team: a":                   "Column 6: a value is expected",
		"team:a,":                   "Column 8: a value is expected",
		"team>a":                    "Column 1: team is not a date or a number",
		"kind:requst":               "Column 6: kind is one of request, question, incident, change, not \"requst\". Did you mean request?",
		"is:opne":                   "Did you mean open?",
		"priority:P5":               "Column 10: priority is one of P1, P2, P3, P4",
		"updated>yestreday":         `Column 9: "YESTREDAY" is not a date`,
		"updated>2026-13-01":        "is not a date",
		"updated>2026-01..2026-02":  "is not a date",
		"updated>today,7d":          "Column 14: updated> takes one value",
		"comments>many":             "is not a whole number",
		"field.reach>big":           "neither a number nor a date",
		"kind:requ*":                "Column 6:",
		strings.Repeat("(", 30):     "nested more than 20 deep",
		strings.Repeat("x ", 70):    "more than 60 parts",
		strings.Repeat("x", 2001):   "at most 2000 fit",
		"a\x00b":                    "not valid text",
		"comments:0" + numbers(100): "more than 100 values",
	} {
		_, err := plumbline.ParseQuery(in)
		if err == nil || plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), want) {
			t.Errorf("%.40q: got %v, want %q", in, err, want)
		}
		if err != nil && plumbline.FieldsOf(err)["q"] != plumbline.TextOf(err) {
			t.Errorf("%.40q: the field q has %q", in, plumbline.FieldsOf(err)["q"])
		}
	}
}

func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ",%d", i+1)
	}
	return b.String()
}

// drawQuery is the text of any query.
func drawQuery(t *rapid.T, depth int) string {
	leaf := rapid.SampledFrom([]string{
		"memory", "leak", "-up", "broke:", "REQ-12", `"exact phrase"`, `"a \" b"`, "team:sig-node", "team:a,b", "label:stage::*", `label:"x y"`, "-label:x",
		`state:"In Progress"`, "is:open", "has:evidence", "no:team", "updated>2026-01-01", "created<30d", "closed:2026..2027", "field.reach>5", "field.blocker:x",
		"comments>=3", "assignee:me", "due<+2w", "title:up", "not has:label", "kind:request,change",
	})
	if depth == 0 {
		return leaf.Draw(t, "leaf")
	}
	switch rapid.SampledFrom([]string{"leaf", "and", "or", "not", "group"}).Draw(t, "sort") {
	case "and":
		return drawQuery(t, depth-1) + rapid.SampledFrom([]string{" ", " and ", "  "}).Draw(t, "between") + drawQuery(t, depth-1)
	case "or":
		return drawQuery(t, depth-1) + " or " + drawQuery(t, depth-1)
	case "not":
		return "-(" + drawQuery(t, depth-1) + ")"
	case "group":
		return "(" + drawQuery(t, depth-1) + ")"
	}
	return leaf.Draw(t, "leaf")
}

// What is written is read as the same query, and written again the same.
func TestQueryIsReadAsWritten(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		readBack(r, drawQuery(r, 4))
	})
}

// fataler is what readBack needs of a test.
type fataler interface {
	Fatalf(format string, args ...any)
}

func readBack(t fataler, text string) {
	q, err := plumbline.ParseQuery(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	again, err := plumbline.ParseQuery(q.String())
	if err != nil {
		t.Fatalf("%q is written %q, and that is wrong: %v", text, q.String(), err)
	}
	if !reflect.DeepEqual(q, again) || q.String() != again.String() {
		t.Fatalf("%q is written %q and read as %q", text, q.String(), again.String())
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"a b", "team:a,b -(x or \"y z\")", "updated>7d no:team", "a:", `\"`, "label:a**", "é:x", "not(a)or(b)", "-\"x\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := plumbline.ParseQuery(s)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if len(q.String()) <= plumbline.MaxQuery {
			readBack(t, s)
		}
		resolved, err := q.Resolve(plumbline.Reader{Handle: "mara", Now: plumbline.At(time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC))})
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		resolved.Match(plumbline.Row{}, "mara", false)
	})
}

// Plain words hold no operators, whatever is typed.
func TestWordsQuery(t *testing.T) {
	for in, want := range map[string]string{
		"team:a or (b": "team a b", `"x" -y`: "x y", "": "", "not": "", "REQ-12": "REQ-12", "a\x00b": "a b", "--": "",
	} {
		got := plumbline.WordsQuery(in)
		if got.String() != want || got.String() != parse(t, got.String()).String() {
			t.Errorf("the words of %q are %q, want %q", in, got, want)
		}
	}
}
