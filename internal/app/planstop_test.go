package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/planning"
	"plumbline/internal/flow"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// overfull is a scenario with more than fits, and a minute to plan it.
func (w *world) overfull() plumbline.Scenario {
	w.t.Helper()
	for i := range 12 {
		w.scoped(fmt.Sprintf("Work %d", i), "reliability", fmt.Sprintf("%d-%d", 1+i%3, 2+i%3), fmt.Sprint(5+i))
	}
	w.staff("reliability", 2)
	name, seconds := "Overfull", 60.0
	s, err := w.app.MakeScenario(w.ctx(), w.pm, planning.ScenarioInput{Name: &name, Seconds: &seconds})
	w.ok(err)
	return s
}

// stoppedBy plans a scenario and does something once it has begun; what comes of it is
// a plan that says that it was stopped, with a bound.
func (w *world) stoppedBy(s plumbline.Scenario, do func() (goOn bool)) planning.PlanView {
	w.t.Helper()
	times := 0
	v, err := w.app.MakePlanTelling(w.ctx(), w.pm, s.ID, func(p planning.PlanProgress) bool {
		times++
		if p.Scenario != s.ID || p.Limit != 60 || !strings.Contains(p.Sentence, "of 60 seconds") {
			w.t.Errorf("told %+v", p)
		}
		return do()
	})
	w.ok(err)
	if times != 1 {
		w.t.Errorf("told %d times after it was to stop", times-1)
	}
	if v.Plan == nil || !v.Plan.Stopped || v.Plan.Bound < v.Plan.Value || v.Plan.Bound <= 0 || len(v.Plan.Frontier) > 0 || v.Running != nil {
		w.t.Errorf("a plan that was stopped is %+v", v.Plan)
	}
	return v
}

// A planning that runs is seen, and gives what it has found when it is told to stop: by
// who waits, by somebody on the same server, or on another one that shares the database.
func TestAPlanningIsStoppedAndGivesWhatThereIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		s := w.overfull()
		book, err := flow.Embedded()
		w.ok(err)
		other := app.New(db, book, func() plumbline.Time { return plumbline.At(w.now) }, app.Config{})
		w.stoppedBy(s, func() bool { return false })
		w.stoppedBy(s, func() bool {
			seen, err := w.app.PlanOf(w.ctx(), w.contributor, s.ID)
			w.ok(err)
			if seen.Running == nil || seen.Running.ByName != w.pm.Name || seen.Running.Scenario != s.ID {
				t.Errorf("while it runs the page has %+v", seen.Running)
			}
			w.ok(w.app.StopPlan(w.ctx(), w.pm, s.ID))
			return true
		})
		w.stoppedBy(s, func() bool {
			w.ok(other.StopPlan(w.ctx(), w.pm, s.ID))
			return true
		})
		v, err := w.app.MakePlanTelling(w.ctx(), w.pm, s.ID, func(planning.PlanProgress) bool {
			w.ok(w.db.Write(w.ctx(), func(*store.Tx) error { return nil })) // nothing is held while it runs
			return true
		})
		w.ok(err)
		if v.Plan.Stopped || len(v.Plan.Frontier) == 0 || v.Plan.Many == 0 {
			t.Errorf("one that nobody stopped is %+v", v.Plan)
		}
	})
}

// Who may not plan may not stop it either; what asks to stop before it began does
// nothing; who hangs up is given nothing, and nothing is kept.
func TestWhoMayStopAPlanning(t *testing.T) {
	w := sqliteWorld(t)
	s := w.overfull()
	w.refused(w.app.StopPlan(w.ctx(), w.contributor, s.ID), plumbline.Denied, "plan")
	w.refused(w.app.StopPlan(w.ctx(), w.pm, "nothing"), plumbline.NotFound, "scenario")
	w.ok(w.app.StopPlan(w.ctx(), w.pm, s.ID))
	v, err := w.app.MakePlan(w.ctx(), w.pm, s.ID)
	w.ok(err)
	if v.Plan.Stopped {
		t.Error("it was stopped before it began")
	}
	gone, hangUp := context.WithCancel(w.ctx())
	_, err = w.app.MakePlanTelling(gone, w.pm, s.ID, func(planning.PlanProgress) bool { hangUp(); return true })
	w.refused(err, plumbline.Unavailable, "cancelled")
	after, err := w.app.PlanOf(w.ctx(), w.pm, s.ID)
	w.ok(err)
	if after.Plan.ID != v.Plan.ID || after.Running != nil {
		t.Errorf("after hanging up there is plan %s, before %s", after.Plan.ID, v.Plan.ID)
	}
}
