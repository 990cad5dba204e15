package flow

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"plumbline"
)

// TestReconcileSettles: whatever people and our bot do to an issue, one look
// takes it in, and a second look finds nothing more to do. What is picked up is
// open, no pull request, and was asked for by somebody else than us.
func TestReconcileSettles(t *testing.T) {
	d, _ := testBook(t).Get("request")
	labels := []string{
		"infrapm", "bug", "P2", "severity::1", "workflow::problem validation", "workflow::design", "workflow::complete",
		"workflow-infra::Triage", "workflow-infra::In Progress", "workflow-infra::Done",
	}
	rapid.Check(t, func(t *rapid.T) {
		i := &issue{sep: Colons, keep: rapid.Bool().Draw(t, "keeps labels"), lag: rapid.Bool().Draw(t, "no history")}
		i.clash = rapid.SampledFrom([]string{"", AcceptConflict, RepairConflict, AskConflict}).Draw(t, "policy")
		i.snap = plumbline.Snapshot{Ref: "1", Title: "t", Open: true, PullRequest: rapid.IntRange(0, 9).Draw(t, "kind") == 0}
		f := Facts{Now: day0}
		apply := func(s Step) { put(&f.Item, s, f.Now) }
		for range rapid.IntRange(1, 10).Draw(t, "looks") {
			for range rapid.IntRange(0, 3).Draw(t, "changes") {
				f.Now += plumbline.Time(time.Minute / time.Microsecond)
				i.snap.Updated = f.Now
				change(t, i, labels, f.Now)
			}
			if rapid.IntRange(0, 5).Draw(t, "decide") == 0 {
				f.Decision = &plumbline.Decision{Outcome: plumbline.Pursue}
			}
			in := i.see(&f)
			v := Reconcile(d, in)
			if !reflect.DeepEqual(v, Reconcile(d, in)) {
				t.Fatal("two looks at the same give two verdicts")
			}
			if v.PickUp && (i.snap.PullRequest || !i.snap.Open || !i.snap.HasLabel("infrapm") || v.Episode != i.mirror.Episode+1 || !v.Active) {
				t.Fatalf("picked up: %+v", v)
			}
			if c, ok := lastOf(i.history, "infrapm"); v.PickUp && ok && c.Actor == bot {
				t.Fatal("our own label was picked up")
			}
			if v.PickUp && v.Withdraw || v.Withdraw && v.Active || v.Episode < i.mirror.Episode {
				t.Fatalf("a verdict that contradicts itself: %+v", v)
			}
			i.last = v
			i.carryOut(d, &f, apply)
			if i.item {
				checkPlace(t, d, f.Item)
			}
			i.snap.Labels = slices.DeleteFunc(slices.Clone(i.snap.Labels), func(l plumbline.Label) bool { return slices.Contains(v.Repair, l.Name) })
			for _, l := range v.Repair {
				i.note(bot, l, false, f.Now)
			}
			i.mirror.Snapshot.Labels = slices.Clone(i.snap.Labels)
			next := Reconcile(d, i.see(&f))
			if next.PickUp || next.Withdraw || len(next.Moves) > 0 || len(next.Conflict) > 0 || len(next.Repair) > 0 ||
				next.ClosedByPeople || next.Reopened || next.Relabel || next.Reassign || next.Retitle != "" {
				t.Fatalf("it does not settle: first %+v\nthen %+v", v, next)
			}
		}
	})
}

// change does something to an issue.
func change(t *rapid.T, i *issue, labels []string, now plumbline.Time) {
	who := rapid.SampledFrom([]string{"mara", "mara", bot}).Draw(t, "who")
	switch label := rapid.SampledFrom(labels).Draw(t, "label"); {
	case rapid.IntRange(0, 9).Draw(t, "open") == 0:
		i.snap.Open = !i.snap.Open
	case i.snap.HasLabel(label):
		i.snap.Labels = slices.DeleteFunc(slices.Clone(i.snap.Labels), func(l plumbline.Label) bool { return l.Name == label })
		i.note(who, label, false, now)
	default:
		i.snap.Labels = append(slices.Clone(i.snap.Labels), plumbline.Label{Name: label})
		i.note(who, label, true, now)
	}
}

func lastOf(history []plumbline.LabelChange, label string) (plumbline.LabelChange, bool) {
	for i := len(history) - 1; i >= 0; i-- {
		if history[i].Label == label {
			return history[i], true
		}
	}
	return plumbline.LabelChange{}, false
}

// TestBotMovesNothing: labels that only our bot puts on and takes off never move
// an item.
func TestBotMovesNothing(t *testing.T) {
	d, _ := testBook(t).Get("request")
	rapid.Check(t, func(t *rapid.T) {
		i := &issue{item: true, sep: Colons}
		i.snap = plumbline.Snapshot{Ref: "1", Open: true, Labels: []plumbline.Label{{Name: "infrapm"}}}
		f := Facts{Now: day0}
		put(&f.Item, d.Begin(nil, nil, day0), day0)
		f.Item.Labels = []string{"infrapm"}
		i.mirror = plumbline.Mirror{Ref: "1", Snapshot: i.snap, Episode: 1, Active: true, Seen: day0}
		all := append(d.LaneLabels("workflow", "::"), d.LaneLabels("workflow-infra", "::")...)
		label := rapid.SampledFrom(all).Draw(t, "label")
		i.snap.Labels = append(slices.Clone(i.snap.Labels), plumbline.Label{Name: label})
		if rapid.Bool().Draw(t, "in the history") {
			i.note(bot, label, true, day0)
			if v := Reconcile(d, i.see(&f)); len(v.Moves) > 0 {
				t.Fatalf("moved by ourselves to %v", v.Moves)
			}
			return
		}
		in := i.see(&f)
		in.Wrote = []string{label}
		if v := Reconcile(d, in); len(v.Moves) > 0 {
			t.Fatalf("moved by ourselves to %v", v.Moves)
		}
	})
}

func TestReconcileCopiesTheIssue(t *testing.T) {
	d, _ := testBook(t).Get("request")
	it := plumbline.Item{Title: "old", Body: "old", Assignee: "mara", Labels: []string{"bug", "infrapm"}, State: d.Start}
	names := func(list ...string) (out []plumbline.Label) {
		for _, n := range list {
			out = append(out, plumbline.Label{Name: n})
		}
		return out
	}
	before := plumbline.Snapshot{Title: "old", Body: "old", Open: true, Assignee: "mara", Labels: names("infrapm", "bug", "workflow::problem validation")}
	now := before
	now.Title, now.Body, now.Assignee = "new", "new", ""
	now.Labels = names("infrapm", "docs", "workflow::problem validation", "priority::2", "P3", "severity::3", "severity::1", "p", "P5", "S0")
	v := Reconcile(d, Seen{Mirror: plumbline.Mirror{Ref: "1", Snapshot: before, Episode: 1, Active: true}, Now: now, Item: &it})
	if v.Retitle != "new" || !v.Rebody || !v.Reassign || v.Assignee != "" {
		t.Errorf("got %+v", v)
	}
	if want := []string{"P3", "P5", "S0", "docs", "infrapm", "p", "priority::2", "severity::1", "severity::3"}; !v.Relabel || !slices.Equal(v.Labels, want) {
		t.Errorf("labels: got %q, want %q", v.Labels, want)
	}
	if v.Priority != "P2" || v.Severity != "S1" {
		t.Errorf("got %s, %s; the higher one counts", v.Priority, v.Severity)
	}
	same := Reconcile(d, Seen{Mirror: plumbline.Mirror{Ref: "1", Snapshot: before, Episode: 1, Active: true}, Now: before, Item: &it})
	if same.Relabel || same.Reassign || same.Rebody || same.Retitle != "" || len(same.Audit) > 0 {
		t.Errorf("nothing changed, but got %+v", same)
	}
	// A title that was changed here, and not there, stays.
	it.Title = "ours"
	if same := Reconcile(d, Seen{Mirror: plumbline.Mirror{Ref: "1", Snapshot: before, Episode: 1, Active: true}, Now: before, Item: &it}); same.Retitle != "" {
		t.Errorf("our title was taken back to %q", same.Retitle)
	}
}

func TestBackfillIsQuiet(t *testing.T) {
	d, _ := testBook(t).Get("request")
	snap := plumbline.Snapshot{Open: true, Labels: []plumbline.Label{{Name: "infrapm"}, {Name: "workflow::problem validation"}, {Name: "workflow::design"}}}
	v := Reconcile(d, Seen{Now: snap, Backfill: true})
	if !v.PickUp || !v.Quiet || len(v.Repair) > 0 || len(v.Conflict) != 2 {
		t.Errorf("got %+v", v)
	}
}

func TestItemsIssueOpenedByUs(t *testing.T) {
	d, _ := testBook(t).Get("request")
	it := plumbline.Item{State: d.Start}
	snap := plumbline.Snapshot{Open: true, Labels: []plumbline.Label{{Name: "infrapm"}}}
	v := Reconcile(d, Seen{Now: snap, Item: &it})
	if v.PickUp || v.Episode != 1 || !v.Active {
		t.Errorf("got %+v; want the first episode, without a pick-up", v)
	}
}

func TestTeamByLabel(t *testing.T) {
	teams := []plumbline.Team{{Ref: "reliability", Label: "team::Reliability"}, {Ref: "delivery", Label: "team::Delivery"}, {Ref: "none"}}
	for _, c := range []struct {
		labels []string
		ref    plumbline.TeamRef
		n      int
	}{
		{nil, "", 0},
		{[]string{"team::Reliability", "bug"}, "reliability", 1},
		{[]string{"team::Reliability", "team::Delivery"}, "delivery", 2},
		{[]string{"team::delivery"}, "", 0},
	} {
		if ref, n := Team(c.labels, teams); ref != c.ref || n != c.n {
			t.Errorf("%q: got %s, %d; want %s, %d", c.labels, ref, n, c.ref, c.n)
		}
	}
}
