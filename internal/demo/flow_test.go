package demo_test

import (
	"slices"
	"testing"

	"plumbline"
	"plumbline/internal/demo"
	"plumbline/internal/flow"
)

// The demo stands in the processes that come with the product: every state and
// every value of a field is theirs, the leading position and the end are as they
// would say.
func TestItemsFitTheirProcesses(t *testing.T) {
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	org, _ := load(t)
	kinds := map[plumbline.ItemKind]int{}
	for _, it := range org.Items {
		i := it.Item
		kinds[i.Kind]++
		def, ok := book.Get(i.Process)
		if !ok || def.Kind != i.Kind {
			t.Fatalf("%s: there is no process %q for a %s", i.Title, i.Process, i.Kind)
		}
		open := map[string]bool{}
		for lane, p := range i.States {
			s, ok := def.State(p.State)
			if !ok || p.State.Lane() != lane {
				t.Errorf("%s: the process has no state %q", i.Title, p.State)
				continue
			}
			open[lane] = !s.End()
		}
		want := ""
		for _, l := range def.Lanes { // the last open lane leads
			if open[l.ID] {
				want = l.ID
			}
		}
		if i.Open() != (want != "") || want != "" && i.State.Lane() != want {
			t.Errorf("%s: leads with %s, closed %v; its lanes are %v", i.Title, i.State, i.Closed.Std(), open)
		}
		if err := def.CheckFields(i.Fields); err != nil {
			t.Errorf("%s: %v", i.Title, err)
		}
		if why := def.Check(flow.Facts{Item: i, Decision: it.Decision, Now: org.AsOf}); len(why) > 0 {
			t.Errorf("%s: %v", i.Title, why)
		}
		if i.Remit == plumbline.RemitUnchecked && i.State != def.Start {
			t.Errorf("%s: is in the inbox and in %s", i.Title, i.State)
		}
	}
	for _, k := range plumbline.Kinds {
		if kinds[k] == 0 {
			t.Errorf("there is no %s", k)
		}
	}
}

// What is made up from beginning to end went the way that the process allows,
// step by step.
func TestTalesKeepTheRules(t *testing.T) {
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	org, _ := load(t)
	for _, it := range org.Items {
		if !slices.Contains(it.Invented, "all") {
			continue
		}
		def, _ := book.Get(it.Item.Process)
		now := it.Item
		now.State, now.States, now.Closed = "", nil, 0
		for _, s := range it.History {
			to := plumbline.State(s.To)
			f := flow.Facts{Item: now, Decision: it.Decision, Demands: 1, Evidence: 1, TeamLabels: 1, Message: "said", Now: s.At}
			var step flow.Step
			var why []flow.Reason
			switch {
			case s.What == demo.Filed:
				step = def.Begin(&now, nil, s.At)
			case to == def.HandOff.Ends: // comes with the hand-off
				continue
			default:
				step, why = def.Next(f, to, plumbline.Admin)
			}
			if len(why) > 0 || step.To != to {
				t.Fatalf("%s: to %s: %v", it.Item.Title, to, why)
			}
			now.State, now.Since, now.States = step.State, step.Since, step.States
			if step.Closed {
				now.Closed = s.At
			}
		}
		for lane, p := range now.States {
			if got := it.Item.States[lane]; got != p {
				t.Errorf("%s: stands at %+v, the process says %+v", it.Item.Title, got, p)
			}
		}
	}
}
