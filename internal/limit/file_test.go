package limit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline"
)

// Every mistake is told with its line and column, all of them at once.
func TestMistakes(t *testing.T) {
	const src = `zone: Mars/Base
constraints:
  - id: A B
    kind: reliability
    scope: team:x
    objective: 100 %
    window: 1m
    evidence:
      - {last: 1 d, to: 2026-06-01, bad: -1, total: x}
      - {from: 2026-06-02, to: 2026-06-01, at: 2026-06-01}
      - {from: 2026-06-01, to: 2026-06-03, each: week}
      - {subject: a, count: 50000, at: 2026-06-01}
      - {at: 2026-06-01, quality: guessed}
  - id: cloud
    kind: cost
    scope: product:ci
exceptions:
  - {constraint: other, reason: r, requester: a, approvers: b, from: 2026-06-01, until: 2026-07-01}
work: [dance]
`
	_, err := Parse("f.yaml", []byte(src), time.LoadLocation)
	got := plumbline.TextOf(err)
	for _, want := range []string{
		`f.yaml:1:7: "Mars/Base" is not a time zone`, "f.yaml:3:9: An id is", "f.yaml:5:12: A scope is", "f.yaml:6:16: The target is between", `f.yaml:7:13: "1m" is not a window`,
		"f.yaml:9:42: A count cannot be negative", `f.yaml:9:53: "x" is not a number`, "f.yaml:10:32: What it covers ends before", "f.yaml:11:50: each is day", "f.yaml:12:29: count is how many",
		"f.yaml:13:35: The quality is", "currency as its three-letter code", "on the basis billed or effective", "A budget is for a month", "Say the amount of the budget",
		`f.yaml:18:18: There is no constraint "other"`, "f.yaml:19:7: The type of work",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("not told: %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
	if plumbline.KindOf(err) != plumbline.Invalid {
		t.Errorf("got kind %s", plumbline.KindOf(err))
	}
}

func TestUnknownKeysAreRefused(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"constraint: {}", "f.yaml:1:1: "},
		{"constraints:\n  - {id: a, colour: red}", "f.yaml:2:13: "},
		{"constraints: [", "f.yaml:1:"},
		{"{}", "There is no constraint in the file."},
		{strings.Repeat("[", 40), "nested too deep"},
	} {
		if _, err := Parse("f.yaml", []byte(c.src), time.LoadLocation); err == nil || !strings.Contains(plumbline.TextOf(err), c.want) {
			t.Errorf("%q: got %v, want %q", c.src, err, c.want)
		}
	}
}

func TestPoliciesAreChecked(t *testing.T) {
	const head = "version: \"1\"\npolicies:\n  - {id: a, name: A, "
	for _, c := range []struct{ src, want string }{
		{"start: headroom < 1, then: [{force: shout, what: x}]}", "f:3:58: A consequence is inform"},
		{"start: luck < 1, then: [{force: inform, what: x}]}", `There is no figure "luck"`},
		{"start: headroom less 1, then: [{force: inform, what: x}]}", "is no rule"},
		{"start: headroom < much, then: [{force: inform, what: x}]}", "is not a number"},
		{"start: burn 1h/5 > 1, then: [{force: inform, what: x}]}", "is not a window"},
		{"start: headroom < 1}", "Nothing follows"},
		{"then: [{force: inform, what: x}]}", "The policy has no start."},
		{"start: headroom < 1, hold: 1 d, then: [{force: inform, what: x}]}", "write the end, too"},
		{"start: headroom < 1, then: [{force: restrict_work_types, allow: [dance], what: x}]}", "The type of work is one of"},
		{"start: headroom < 1, then: [{force: inform, allow: [bug], what: x}]}", "Only restrict_work_types has this list."},
		{"start: headroom < 1, then: [{force: reserve_capacity, what: x}]}", "reserve_capacity has a share"},
		{"start: headroom < 1, then: [{force: inform}]}", "Say in a sentence"},
		{"start: headroom < 1, kinds: weather, then: [{force: inform, what: x}]}", "The kind is"},
	} {
		_, err := ParsePolicies("f", []byte(head+c.src))
		if err == nil || !strings.Contains(plumbline.TextOf(err), c.want) {
			t.Errorf("%s: got %v, want %q", c.src, err, c.want)
		}
	}
}

// FuzzParse wants every file to be judged or refused, never to fail otherwise.
func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		f.Fatal("no stories", err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range strings.Split("\n"+string(src), "\n== ")[1:] {
			s := &script{what: map[string]string{}, evidence: map[string][]string{}}
			for line := range strings.Lines(part) {
				left, right, _ := strings.Cut(strings.TrimSpace(line), ": ")
				if word, id, _ := strings.Cut(left, " "); word == "constraint" {
					s.ids, s.what[id] = append(s.ids, id), right
				} else if word == "evidence" {
					s.evidence[id] = append(s.evidence[id], right)
				}
			}
			f.Add(s.document())
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		file, err := Parse("f", []byte(src), time.LoadLocation)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid || plumbline.TextOf(err) == "" {
				t.Fatalf("got %v", err)
			}
			return
		}
		if _, err := json.Marshal(file.Judge(june)); err != nil {
			t.Fatal(err)
		}
	})
}
