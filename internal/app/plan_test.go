package app_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/planning"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// staff says how many people a team has from a quarter on, all of whose time is free.
func (w *world) staff(team plumbline.TeamRef, people float64) {
	w.t.Helper()
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		now := plumbline.CalendarPeriodOf(plumbline.InQuarters, plumbline.At(w.now))
		for _, p := range plumbline.CalendarPeriods(now, 4) {
			if err := tx.PutStaffing(plumbline.Staffing{Team: team, Period: p, People: people, Weeks: 10, Focus: 1, At: plumbline.At(w.now)}); err != nil {
				return err
			}
		}
		return tx.Append(plumbline.Event{At: plumbline.At(w.now), Type: "capacity entered", Seen: plumbline.InternalOnly})
	}))
}

// scoped is an item of a team whose work and worth are known, in person-months.
func (w *world) scoped(title string, team plumbline.TeamRef, effort, reach string) plumbline.Key {
	w.t.Helper()
	it := w.validated(title)
	w.estimate(w.pm, it.Key, "effort", effort, "reach", reach, "impact", "1", "confidence", "1")
	w.at(it.Key, team, "workflow-infra::Ready")
	return it.Key
}

// at puts an item where it is said to be, as a tracker would.
func (w *world) at(key plumbline.Key, team plumbline.TeamRef, state plumbline.State) {
	w.t.Helper()
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		it, err := tx.ItemByKey(key)
		if err != nil {
			return err
		}
		was := it.Version
		it.Team, it.State, it.Version = team, state, was+1
		if state.Name() == "Cancelled" {
			it.Closed = plumbline.At(w.now)
		}
		it.States = map[string]plumbline.Position{state.Lane(): {State: state, Since: plumbline.At(w.now)}}
		if err := tx.UpdateItem(it, was); err != nil {
			return err
		}
		return tx.Append(plumbline.Event{At: plumbline.At(w.now), Type: "item moved", Item: it.ID, Key: it.Key, Seen: it.Visibility})
	}))
}

// planned makes a scenario and plans it.
func (w *world) planned(in planning.ScenarioInput) planning.PlanView {
	w.t.Helper()
	if in.Name == nil {
		name := "Usual"
		in.Name = &name
	}
	s, err := w.app.MakeScenario(w.ctx(), w.pm, in)
	w.ok(err)
	v, err := w.app.MakePlan(w.ctx(), w.pm, s.ID)
	w.ok(err)
	return v
}

// picked are the keys that a plan has, by team and period.
func picked(v planning.PlanView) string {
	var out []string
	for _, t := range v.Plan.Teams {
		for _, c := range t.Cells {
			for _, k := range c.Picks {
				out = append(out, string(k.Key)+"@"+c.Period)
			}
		}
	}
	return strings.Join(out, " ")
}

func TestAPlanFitsWhatIsWorthMost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.staff("reliability", 10.0/7) // less three tenths for what comes by itself
		big := w.scoped("Restore within an hour", "reliability", "1.9-2.1", "6")
		small := w.scoped("Shorter build queues", "reliability", "1.9-2.1", "3")
		w.scoped("Nobody's capacity", "delivery", "1", "3")
		w.at(w.validated("Not estimated").Key, "reliability", "workflow-infra::Ready")
		one := 1
		v := w.planned(planning.ScenarioInput{Periods: &one})
		if got, want := picked(v), string(big)+"@2026Q4"; got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		p := v.Plan
		if p.Withheld || p.Value <= 0 || p.Bound < p.Value || p.Gap < 0 {
			t.Errorf("value %v, bound %v, gap %v, withheld %v", p.Value, p.Bound, p.Gap, p.Withheld)
		}
		if len(p.Left) != 1 || p.Left[0].Key != small || p.Left[0].Raise == nil || len(p.Left[0].Pushes) != 1 || p.Left[0].Pushes[0].Key != big {
			t.Errorf("left out: %+v", p.Left)
		}
		if len(p.Unready) != 2 || !strings.Contains(p.Unready[0].Why+p.Unready[1].Why, "what its team can do") || !strings.Contains(p.Unready[0].Why+p.Unready[1].Why, "how much work") {
			t.Errorf("cannot be planned: %+v", p.Unready)
		}
		c := p.Teams[0].Cells[0]
		if math.Abs(c.Capacity-10) > 1e-6 || c.Planned < 8.68 || c.Planned > 8.7 || c.Fits < 0.99 {
			t.Errorf("the cell is %+v", c)
		}
		if len(p.Engineers) != 1 || len(p.Engineers[0].In) != 1 || p.Engineers[0].In[0].Key != small || math.Abs(p.Engineers[0].Weeks-10) > 1e-6 {
			t.Errorf("one engineer more: %+v", p.Engineers)
		}
		again, err := w.app.MakePlan(w.ctx(), w.pm, v.Scenario.ID)
		w.ok(err)
		if picked(again) != picked(v) || again.Plan.Value != p.Value || again.Plan.ID == p.ID {
			t.Errorf("planned again: %q, worth %v", picked(again), again.Plan.Value)
		}
	})
}

func TestWhoMayPlan(t *testing.T) {
	w := sqliteWorld(t)
	v := w.planned(planning.ScenarioInput{})
	_, err := w.app.PlanOf(w.ctx(), w.requester, v.Scenario.ID)
	w.refused(err, plumbline.Denied, "read plans")
	_, err = w.app.MakePlan(w.ctx(), w.contributor, v.Scenario.ID)
	w.refused(err, plumbline.Denied, "plan")
	seen, err := w.app.PlanOf(w.ctx(), w.contributor, "")
	w.ok(err)
	if seen.May || seen.Plan == nil {
		t.Errorf("a contributor sees %+v", seen)
	}
	stopped, cancel := context.WithCancel(w.ctx())
	cancel()
	if _, err := w.app.MakePlan(stopped, w.pm, v.Scenario.ID); err == nil {
		t.Error("a plan was made for somebody who is gone")
	}
	w.now = w.now.Add(time.Hour)
}
