package plumbline_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
)

func TestQueryMatch(t *testing.T) {
	day := func(s string) plumbline.Time {
		at, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return plumbline.At(at)
	}
	row := plumbline.Row{Item: plumbline.Item{
		Key: "REQ-12", Kind: plumbline.Request, Process: "request", Title: "Memory leak in the kubelet", Body: "It grows, slowly.",
		State: "workflow-infra::In Progress", Team: "sig-node", Assignee: "mara", Priority: "P1", Visibility: plumbline.Public, Remit: plumbline.RemitIn,
		Labels: []string{"stage::alpha", "kind/bug"}, Created: day("2026-10-01 10:00"), Updated: day("2026-11-20 12:30"), Since: day("2026-11-15 00:00"),
		Fields: map[string]string{"needed_by": "2026-12-01", "reach": "6", "size": "big", "detected": "2026-11-01"},
	}, Evidence: 2, Comments: 2026}
	reader := plumbline.Reader{Handle: "mara", Now: day("2026-11-22 13:00"), States: []plumbline.State{"workflow::Triage", "workflow-infra::In Progress"}}
	cases := map[bool][]string{true: {
		"", "memory", "memory leak", "leak mem", "req-12", "kubelet grows", `"leak in the"`, `"IT GROWS, slowly"`, "team:sig-node", "team:a,sig-node", "team:sig-*", "-team:a",
		`state:"in progress"`, `state:"workflow-infra::In Progress"`, "lane:workflow-infra", "label:stage::alpha", "label:stage::*", "-label:stage::beta", "assignee:me",
		"requester:oana", "is:open", "is:any", "is:public", "is:accepted", "-is:inbox", "has:evidence", "no:demands", "no:product", "has:due", "has:field.reach", "no:field.x",
		"updated:2026-11-20", "updated:2026", "updated>2026-11-19", "updated>=2026-11-20", "updated<=2026-11-20", "updated<2026-11-21", "updated:2026-10..2026-11",
		"updated>7d", "created<30d", "updated:2d", "since:1w", "updated<now", "updated>3d", "since<=2026-11-15T00:00", "-updated>2026-11-20",
		"evidence:2", "evidence>1", "evidence:1..3", "comments:2026", "comments<2027", "demands<1", "due<+2w", "due:2026-12", "due>today", "due:2026-12-01", "no:closed",
		"field.reach>5", "field.reach<=6", "field.reach:6,7", "-field.size>5", "field.detected<7d", "team:x or priority:P1", "-(team:x or priority:P2)", "title:LEAK kind:request",
		"no:closed -closed<2030", "key:REQ-*", "is:mine",
	}, false: {
		"zzz", "leakage", "mem leak", `"leak the"`, "team:sig", "-team:sig-*", "state:triage", "label:stage::beta", "label:kind*x", "assignee:oana", "requester:me", "is:closed", "is:inbox",
		"is:internal", "no:evidence", "updated>2026-11-20", "updated<2026-11-20", "created>30d", "updated>1d", "evidence>2", "evidence:3..4", "closed<2030", "closed:2026",
		"due<today", "field.reach>6", "field.size>5", "field.size<5", "field.reach:5", "field.none:x", "team:x or priority:P2", "-priority:P1", "title:leek", "🚀", "key:REQ-1",
		"updated:2026-12..2026-11",
	}}
	for want, queries := range cases {
		for _, text := range queries {
			q, err := parse(t, text).Resolve(reader)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if got := q.Match(row, "oana", true); got != want {
				t.Errorf("%q: got %v, want %v", text, got, want)
			}
		}
	}
}

func TestQueryResolveErrors(t *testing.T) {
	r := plumbline.Reader{States: []plumbline.State{"workflow::Triage"}}
	for text, want := range map[string]string{"state:Trage": "Did you mean Triage?", "-state:x": "States are Triage.", "assignee:me": "signed in"} {
		if _, err := parse(t, text).Resolve(r); plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// A list shows open items unless the query itself speaks of closed ones.
func TestQuerySaysStatus(t *testing.T) {
	for text, want := range map[string]bool{"": false, "team:a": false, "is:mine": false, "is:closed": true, "a or is:any": true, "closed>7d": true, "no:closed": true, "-is:open": true} {
		if got := parse(t, text).SaysStatus(); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
