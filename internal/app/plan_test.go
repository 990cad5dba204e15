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

// staff says how many people a team has from a quarter on, all of whose time is free:
// ten weeks of each of them are left in each, also of the one that is running.
func (w *world) staff(team plumbline.TeamRef, people float64) {
	w.t.Helper()
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		now := plumbline.CalendarPeriodOf(plumbline.InQuarters, plumbline.At(w.now))
		for _, p := range plumbline.CalendarPeriods(now, 4) {
			today := max(p.From(), plumbline.At(w.now.Truncate(24*time.Hour)))
			weeks := 10 * p.To().Sub(p.From()).Hours() / p.To().Sub(today).Hours()
			if err := tx.PutStaffing(plumbline.Staffing{Team: team, Period: p, People: people, Weeks: weeks, Focus: 1, At: plumbline.At(w.now)}); err != nil {
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
		w.staff("reliability", 10.0/9) // less a tenth for what comes by itself
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

// Upkeep comes off a team's capacity once: what nobody decided on is part of what is
// kept free for such work, as it was measured; what somebody decided on is planned.
func TestUpkeepComesOffOnce(t *testing.T) {
	w := sqliteWorld(t)
	w.staff("reliability", 10)
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		var weeks []store.CapacityWeek
		for ago := 12; ago >= 1; ago-- { // half a person-week each
			weeks = append(weeks, store.CapacityWeek{Team: "reliability", Week: plumbline.Monday(plumbline.At(w.now)).Add(-time.Duration(ago) * 7 * 24 * time.Hour), Share: plumbline.ShareUpkeep, Load: "upkeep", Items: 1, Effort: 0.5, Squares: 0.25})
		}
		return tx.PutCapacityWeeks(weeks)
	}))
	upkeep := func(title, effort string) plumbline.Key {
		key := w.scoped(title, "reliability", effort, "6")
		w.label(key, "", "type::maintenance")
		return key
	}
	small, large := upkeep("Renew the certificates", "0.2"), upkeep("Move off the old registry", "3")
	decided := upkeep("Upgrade the clusters", "1")
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		it, err := tx.ItemByKey(decided)
		if err != nil {
			return err
		}
		return tx.InsertDecision(plumbline.Decision{ID: store.NewID(), Item: it.ID, Outcome: plumbline.Pursue, By: w.pm.Person, At: plumbline.At(w.now)})
	}))
	one := 1
	c := w.planned(planning.ScenarioInput{Periods: &one}).Plan.Teams[0].Cells[0]
	if len(c.Takes) == 0 || c.Takes[0].What != "upkeep" || c.Takes[0].Assumed {
		t.Fatalf("taken off: %+v, want upkeep as it was measured", c.Takes)
	}
	kept, work := c.Takes[0].Weeks, 0.0
	got := map[plumbline.Key]float64{}
	for _, k := range c.Picks {
		got[k.Key] = k.Covered
		work += k.Mean
	}
	if len(c.Picks) != 3 || math.Abs(got[small]+got[large]-kept) > 1e-6 || got[small] == 0 || got[decided] != 0 {
		t.Errorf("covered: %v, want %g of what nobody decided on", got, kept)
	}
	if math.Abs(c.Planned-(work-kept)) > 1e-6 {
		t.Errorf("planned %g, want %g: all of it less what is kept free already", c.Planned, work-kept)
	}
	if math.Abs(c.Gross-c.Capacity-kept-c.Takes[len(c.Takes)-1].Weeks) > 1e-6 {
		t.Errorf("%g of %g are left after %+v", c.Capacity, c.Gross, c.Takes)
	}
}

// A plan that is made late in a quarter has what is left of it; a plan that was made
// before is not flagged for time that went by, and one that begins in a quarter that is
// over plans nothing into it.
func TestAPlanHasWhatIsLeftOfAQuarter(t *testing.T) {
	w := sqliteWorld(t)
	v, in, left, _ := w.crowded()
	_, err := w.app.Commit(w.ctx(), w.pm, v.Scenario.ID, planning.CommitInput{Plan: v.Plan.ID, Reason: "Agreed."})
	w.ok(err)
	before := v.Plan.Teams[0].Cells[0]
	w.now = w.now.Add(13 * 24 * time.Hour) // a third of the 39 days that were left
	w.ok(w.app.WatchPlan(w.ctx()))
	now, err := w.app.PlanOf(w.ctx(), w.pm, "")
	w.ok(err)
	if len(now.Commitment.Flags) != 0 {
		t.Errorf("flagged for time that went by: %+v", now.Commitment.Flags)
	}
	again, err := w.app.MakePlan(w.ctx(), w.pm, v.Scenario.ID)
	w.ok(err)
	if len(again.Plan.Left) != 2 || picked(again) != "" {
		t.Fatalf("planned %q and left out %+v, want room for neither", picked(again), again.Plan.Left)
	}
	if c := again.Plan.Teams[0].Cells[0]; math.Abs(c.Capacity-before.Capacity*2/3) > 1e-6 || !strings.Contains(c.Source, "3.7 of its 13 weeks are left") {
		t.Errorf("room for %g, %q; want two thirds of %g", c.Capacity, c.Source, before.Capacity)
	}
	w.now = time.Date(2027, 1, 5, 9, 0, 0, 0, time.UTC)
	first, two := plumbline.CalendarPeriodOf(plumbline.InQuarters, plumbline.At(w.now)).Add(-1), 2
	w.ok(w.app.PinItem(w.ctx(), w.pm, v.Scenario.ID, planning.PinInput{Key: in, Way: planning.PinIn, Reason: "It is promised."}))
	late := w.planned(planning.ScenarioInput{First: &first, Periods: &two, From: v.Scenario.ID})
	if c := late.Plan.Teams[0].Cells[0]; c.Capacity != 0 || c.Gross != 0 || len(c.Picks) != 0 {
		t.Errorf("of a quarter that is over: %+v", c)
	}
	if got := picked(late); got != string(in)+"@2027Q1" || len(late.Plan.Broken) != 0 {
		t.Errorf("planned %q, left %s, broken %+v", got, left, late.Plan.Broken)
	}
}
