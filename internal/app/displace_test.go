package app_test

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/planning"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// crowded is a team with room for one of two items in its one quarter, and a third
// that is not validated yet.
func (w *world) crowded() (v planning.PlanView, in, left, loud plumbline.Key) {
	w.t.Helper()
	w.staff("reliability", 10.0/9)
	in = w.scoped("Restore within an hour", "reliability", "1.9-2.1", "6")
	left = w.scoped("Shorter build queues", "reliability", "1.9-2.1", "3")
	it := w.validated("What the vice president wants")
	w.estimate(w.pm, it.Key, "effort", "1-1.1", "reach", "1.5", "impact", "1", "confidence", "1")
	w.at(it.Key, "reliability", "workflow::problem validation")
	one := 1
	return w.planned(planning.ScenarioInput{Periods: &one}), in, left, it.Key
}

func TestAnEscalationShowsWhatItDisplaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		v, in, _, loud := w.crowded()
		_, err := w.app.Commit(w.ctx(), w.pm, v.Scenario.ID, planning.CommitInput{Plan: v.Plan.ID, Reason: "Agreed."})
		w.ok(err)
		d, err := w.app.Displace(w.ctx(), w.contributor, planning.AskedFor{Item: loud})
		w.ok(err)
		if d.Here != "" || d.Lacks != "" || len(d.Options) != 1 {
			t.Fatalf("the view is %+v", d)
		}
		o := d.Options[0]
		if o.Period != "2026Q4" || len(o.Drops) != 1 || o.Drops[0].Key != in || o.Loss < 0.99 {
			t.Fatalf("the option is %+v", o)
		}
		broken := strings.Join(o.Broken, "; ")
		if !strings.Contains(broken, "committed for 2026Q4") || !strings.Contains(broken, "1 customer") || strings.Contains(broken, "Acme") {
			t.Errorf("promises: %s", broken)
		}
		kept, err := w.app.Displace(w.ctx(), w.pm, planning.AskedFor{Item: loud, Keep: []plumbline.Key{in}})
		w.ok(err)
		if len(kept.Options) != 0 {
			t.Errorf("with %s kept there is still an option: %+v", in, kept.Options)
		}

		ask := planning.EscalateInput{AskedFor: planning.AskedFor{Item: loud}, By: "2026Q4", Mark: o.Mark, Asked: "Vera, vice president", Reason: "The contract asks for it."}
		_, err = w.app.Escalate(w.ctx(), w.contributor, ask)
		w.refused(err, plumbline.Denied, "plan")
		nameless := ask
		nameless.Asked = ""
		_, err = w.app.Escalate(w.ctx(), w.pm, nameless)
		w.refused(err, plumbline.Invalid, "asked")
		stale := ask
		stale.Mark = "other"
		_, err = w.app.Escalate(w.ctx(), w.pm, stale)
		w.refused(err, plumbline.Conflict, "changed since you looked")
		got, err := w.app.Escalate(w.ctx(), w.pm, ask)
		w.ok(err)
		if got.Kind != plumbline.PlanDisplaced || !got.InForce || len(got.Drops) != 1 || got.Drops[0].Key != in || got.Asked != ask.Asked || got.Name != "mara" {
			t.Errorf("the decision is %+v", got)
		}
		now, err := w.app.PlanOf(w.ctx(), w.pm, "")
		w.ok(err)
		if want := string(loud) + "@2026Q4"; picked(now) != want || now.Commitment == nil || now.Commitment.Plan != now.Plan.ID || now.Plan.Behind != "" {
			t.Errorf("the plan in force is %q (%+v), want %q", picked(now), now.Commitment, want)
		}
		if e := w.events(in); !strings.Contains(e, "item displaced") {
			t.Errorf("events of what dropped out: %s", e)
		}
		if e := w.events(loud); !strings.Contains(e, "item escalated") {
			t.Errorf("events of what was escalated: %s", e)
		}
		again, err := w.app.Displace(w.ctx(), w.pm, planning.AskedFor{Item: loud})
		w.ok(err)
		if len(again.Before) != 1 || again.Before[0].Reason != ask.Reason || again.Here != "2026Q4" {
			t.Errorf("afterwards: %+v", again)
		}
	})
}

func TestAnEscalationMayChangeNothing(t *testing.T) {
	w := sqliteWorld(t)
	v, in, _, loud := w.crowded()
	ask := planning.EscalateInput{AskedFor: planning.AskedFor{Item: loud}, Stay: true, Asked: "Vera", Reason: "What we promised comes first."}
	d, err := w.app.Escalate(w.ctx(), w.pm, ask)
	w.ok(err)
	if d.Kind != plumbline.PlanKept || d.InForce {
		t.Errorf("the decision is %+v", d)
	}
	now, err := w.app.PlanOf(w.ctx(), w.pm, v.Scenario.ID)
	w.ok(err)
	if now.Plan.ID != v.Plan.ID || picked(now) != string(in)+"@2026Q4" {
		t.Errorf("the plan has changed: %q", picked(now))
	}
	all, err := w.app.PlanDecisions(w.ctx(), w.contributor)
	w.ok(err)
	if len(all) != 1 || all[0].Item == nil || all[0].Item.Key != loud {
		t.Errorf("decisions: %+v", all)
	}
}

func TestWhatNobodyEstimatedIsTriedWithAGuess(t *testing.T) {
	w := sqliteWorld(t)
	_, in, _, _ := w.crowded()
	bare := w.validated("Not estimated").Key
	d, err := w.app.Displace(w.ctx(), w.pm, planning.AskedFor{Item: bare, Team: "reliability"})
	w.ok(err)
	if !strings.Contains(d.Lacks, "estimated") || len(d.Options) != 0 {
		t.Errorf("without a guess: %+v", d)
	}
	guess := planning.AskedFor{Item: bare, Team: "reliability", Effort: "3-5"}
	d, err = w.app.Displace(w.ctx(), w.pm, guess)
	w.ok(err)
	if len(d.Options) != 1 || len(d.Options[0].Drops) != 1 || d.Options[0].Drops[0].Key != in {
		t.Errorf("with a guess: %+v", d)
	}
	_, err = w.app.Escalate(w.ctx(), w.pm, planning.EscalateInput{AskedFor: guess, Asked: "Vera", Reason: "Because."})
	w.refused(err, plumbline.Invalid, "Estimate "+string(bare)+" first")
	for _, bad := range []string{"-2", "6-2", "many", "0", "NaN", "1e9"} {
		_, err := w.app.Displace(w.ctx(), w.pm, planning.AskedFor{Item: bare, Team: "reliability", Effort: bad})
		w.refused(err, plumbline.Invalid, "person-weeks")
	}
}

func TestPinsNeedAReason(t *testing.T) {
	w := sqliteWorld(t)
	v, in, left, _ := w.crowded()
	s := v.Scenario.ID
	w.refused(w.app.PinItem(w.ctx(), w.pm, s, planning.PinInput{Key: left, Way: "in"}), plumbline.Invalid, "reason")
	w.refused(w.app.PinItem(w.ctx(), w.pm, s, planning.PinInput{Key: left, Way: "sideways", Reason: "x"}), plumbline.Invalid, "forced in or out")
	w.refused(w.app.PinItem(w.ctx(), w.pm, s, planning.PinInput{Key: "REQ-999", Way: "in", Reason: "x"}), plumbline.NotFound, "REQ-999")
	late := plumbline.CalendarPeriod{Unit: plumbline.InQuarters, Year: 2031, N: 1}
	w.refused(w.app.PinItem(w.ctx(), w.pm, s, planning.PinInput{Key: left, Way: "in", By: late, Reason: "x"}), plumbline.Invalid, "2031Q1")
	w.refused(w.app.PinItem(w.ctx(), w.contributor, s, planning.PinInput{Key: left, Way: "in", Reason: "x"}), plumbline.Denied, "plan")
	w.ok(w.app.PinItem(w.ctx(), w.pm, s, planning.PinInput{Key: left, Way: "in", Reason: "A colleague waits for it."}))
	w.ok(w.app.PinItem(w.ctx(), w.pm, s, planning.PinInput{Key: in, Way: "out", Reason: "Its owner is away."}))
	before, err := w.app.PlanOf(w.ctx(), w.pm, s)
	w.ok(err)
	if before.Plan.Behind == "" || picked(before) != string(in)+"@2026Q4" || len(before.Scenario.Pins) != 2 {
		t.Errorf("before it is planned again: %q, %q, %+v", before.Plan.Behind, picked(before), before.Scenario.Pins)
	}
	_, err = w.app.Commit(w.ctx(), w.pm, s, planning.CommitInput{Reason: "Agreed."})
	w.refused(err, plumbline.Conflict, "Plan it again first")
	after, err := w.app.MakePlan(w.ctx(), w.pm, s)
	w.ok(err)
	if picked(after) != string(left)+"@2026Q4" || after.Plan.Behind != "" {
		t.Errorf("planned again: %q", picked(after))
	}
	w.ok(w.app.PinItem(w.ctx(), w.pm, s, planning.PinInput{Key: in, Way: "free"}))
	w.refused(w.app.PinItem(w.ctx(), w.pm, s, planning.PinInput{Key: in, Way: "free"}), plumbline.NotFound, "neither")
}

func TestACommittedPlanIsFlaggedAndNeverChanged(t *testing.T) {
	w := sqliteWorld(t)
	v, in, _, _ := w.crowded()
	_, err := w.app.Commit(w.ctx(), w.pm, v.Scenario.ID, planning.CommitInput{Plan: "another", Reason: "Agreed."})
	w.refused(err, plumbline.Conflict, "after you looked")
	_, err = w.app.Commit(w.ctx(), w.pm, v.Scenario.ID, planning.CommitInput{Plan: v.Plan.ID})
	w.refused(err, plumbline.Invalid, "reason")
	_, err = w.app.Commit(w.ctx(), w.pm, v.Scenario.ID, planning.CommitInput{Plan: v.Plan.ID, Reason: "Agreed."})
	w.ok(err)
	w.refused(w.app.PutAwayScenario(w.ctx(), w.pm, v.Scenario.ID), plumbline.Conflict, "committed")
	w.staff("reliability", 5.0/9)
	now, err := w.app.PlanOf(w.ctx(), w.pm, "")
	w.ok(err)
	if len(now.Commitment.Flags) != 1 || now.Commitment.Flags[0].Team != "Reliability" || now.Plan.Teams[0].Cells[0].Flag == "" {
		t.Fatalf("with half the people: %+v", now.Commitment.Flags)
	}
	w.at(in, "reliability", "workflow-infra::Cancelled")
	now, err = w.app.PlanOf(w.ctx(), w.pm, "")
	w.ok(err)
	if len(now.Commitment.Flags) != 2 || now.Commitment.Flags[0].Item == nil || now.Commitment.Flags[0].Item.Key != in || picked(now) != string(in)+"@2026Q4" {
		t.Errorf("after it was declined: %+v, %q", now.Commitment.Flags, picked(now))
	}
	_, err = w.app.Withdraw(w.ctx(), w.pm, "It does not hold any more.")
	w.ok(err)
	now, err = w.app.PlanOf(w.ctx(), w.pm, v.Scenario.ID)
	w.ok(err)
	if now.Commitment != nil {
		t.Errorf("still committed: %+v", now.Commitment)
	}
}

// What does not hold any more of a committed plan is told once, to product managers,
// and so is that all of it holds again; the plan stays as it is.
func TestAFlaggedPlanIsToldOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		v, in, _, _ := w.crowded()
		w.ok(w.app.WatchPlan(w.ctx())) // nothing is committed
		_, err := w.app.Commit(w.ctx(), w.pm, v.Scenario.ID, planning.CommitInput{Plan: v.Plan.ID, Reason: "Agreed."})
		w.ok(err)
		told := func(want ...string) {
			t.Helper()
			w.ok(w.app.WatchPlan(w.ctx()))
			w.ok(w.app.WatchPlan(w.ctx())) // looking again tells nothing
			for more := true; more; {
				more, err = w.app.Spread(w.ctx(), 1000)
				w.ok(err)
			}
			page, err := w.app.Notices(w.ctx(), w.pm, false, "")
			w.ok(err)
			var got []string
			for _, g := range page.Groups {
				for _, n := range g.Lines {
					if strings.HasPrefix(n.Type, "plan ") {
						got = append(got, n.Type)
					}
				}
			}
			if strings.Join(got, ", ") != strings.Join(want, ", ") {
				t.Errorf("told: %q, want %q", got, want)
			}
		}
		told()
		w.staff("reliability", 5.0/9)
		told("plan flagged")
		w.at(in, "reliability", "workflow-infra::Cancelled")
		told("plan flagged", "plan flagged")
		w.staff("reliability", 10.0/9)
		told("plan flagged", "plan flagged") // less of it fails, and some still does
		w.at(in, "reliability", "workflow-infra::Triage")
		told("plan holds again", "plan flagged", "plan flagged")
		now, err := w.app.PlanOf(w.ctx(), w.pm, "")
		w.ok(err)
		if now.Plan.ID != v.Plan.ID || picked(now) != string(in)+"@2026Q4" {
			t.Errorf("the plan has changed: %q", picked(now))
		}
	})
}
