package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

func TestMatchState(t *testing.T) {
	p := client.Process{ID: "request", Lanes: []client.Lane{
		{ID: "workflow", States: []client.State{{State: "workflow::blocked", Name: "blocked"}, {State: "workflow::in dev", Name: "in dev"}}},
		{ID: "workflow-infra", States: []client.State{{State: "workflow-infra::Blocked", Name: "Blocked"}, {State: "workflow-infra::Ready", Name: "Ready"}}},
	}}
	tests := []struct {
		text string
		want plumbline.State
		says string
	}{
		{"workflow-infra::Blocked", "workflow-infra::Blocked", ""},
		{"WORKFLOW-INFRA::blocked", "workflow-infra::Blocked", ""},
		{"Ready", "workflow-infra::Ready", ""},
		{"in dev", "workflow::in dev", ""},
		{"Blocked", "", "say which: workflow::blocked, workflow-infra::Blocked"},
		{"Done", "", "has no state \"Done\"; it has workflow::blocked"},
	}
	for _, tt := range tests {
		got, err := matchState(p, tt.text)
		if got != tt.want || (err != nil) != (tt.says != "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %q, %v", tt.text, got, err)
		}
	}
}

// TestTerminalSafe keeps what others wrote from steering the terminal.
func TestTerminalSafe(t *testing.T) {
	var b bytes.Buffer
	printRows(&b, plumbline.Rows{Rows: []plumbline.Row{{Item: plumbline.Item{Key: "REQ-1", Title: "a\x1b]0;owned\x07\nb\u009b31m"}}}, Total: 1}, "")
	if strings.ContainsAny(b.String(), "\x1b\x07\u009b") || strings.Count(b.String(), "\n") != 3 {
		t.Errorf("got %q", b.String())
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]plumbline.Time{
		"":                          0,
		"2026-11-22":                plumbline.At(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)),
		"2026-11-22T13:00:00+01:00": plumbline.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)),
	} {
		if got, err := parseTime("x", text); err != nil || got != want {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	if _, err := parseTime("observed", "yesterday"); plumbline.FieldsOf(err)["observed"] == "" {
		t.Errorf("got %v", err)
	}
}

// TestEveryCommandIsExplained wants a sentence for every command and flag, and
// --json on every command that reads.
func TestEveryCommandIsExplained(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short text %q", c.CommandPath(), c.Short)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	s := &shell{env: map[string]string{}}
	root := s.root()
	walk(root)
	for _, path := range []string{"items", "show", "inbox", "decisions", "clock", "doctor", "version", "import", "user list", "token list", "link list"} {
		c, _, err := root.Find(strings.Fields(path))
		if err != nil || c.Flags().Lookup("json") == nil {
			t.Errorf("%s has no --json (%v)", path, err)
		}
	}
}

// TestExitCodes is the table of interfaces that scripts rely on.
func TestExitCodes(t *testing.T) {
	want := map[plumbline.Kind]int{plumbline.Internal: 1, plumbline.Invalid: 2, plumbline.NotFound: 3, plumbline.Conflict: 4,
		plumbline.Denied: 5, plumbline.Unauthenticated: 6, plumbline.Unavailable: 7}
	for k, code := range want {
		if exits[k] != code {
			t.Errorf("%v: got %d, want %d", k, exits[k], code)
		}
	}
	var out, errOut bytes.Buffer
	if got := New().Run(context.Background(), []string{"items", "--limit", "many"}, nil, &out, &errOut, nil); got != 2 || out.Len() > 0 || !strings.HasPrefix(errOut.String(), "plumbline: ") {
		t.Errorf("got %d, %q, %q", got, out.String(), errOut.String())
	}
}

// A list that is sorted a stretch at a time has no exact total to print.
func TestPrintRowsOfAStretch(t *testing.T) {
	var b bytes.Buffer
	printRows(&b, plumbline.Rows{Rows: []plumbline.Row{{Item: plumbline.Item{Key: "REQ-1"}}}, Total: 500, AtLeast: true, Stretch: 500, About: 33000, Next: "x"}, "--after")
	if want := "1 of about 33000, sorted 500 at a time; the next page: --after x\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("got %q, want it to end %q", b.String(), want)
	}
}
