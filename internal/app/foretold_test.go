package app_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/foretold"
	"plumbline/internal/app/planning"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// once writes an item that was handed to a team some days before now, and was finished,
// or dropped, some days later.
func (w *world) once(team plumbline.TeamRef, ago, took int, end plumbline.State) {
	w.t.Helper()
	it := w.file(fmt.Sprintf("Once, %d days ago", ago))
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		it, err := tx.ItemByKey(it.Key)
		if err != nil {
			return err
		}
		from := plumbline.At(w.now.AddDate(0, 0, -ago))
		closed := from.Add(time.Duration(took) * 24 * time.Hour)
		was := it.Version
		it.Team, it.State, it.Version, it.Created, it.Closed, it.Since = team, end, was+1, from, closed, closed
		it.States = map[string]plumbline.Position{end.Lane(): {State: end, Since: closed}}
		if err := tx.UpdateItem(it, was); err != nil {
			return err
		}
		for at, move := range map[plumbline.Time][2]string{from: {"workflow::problem validation", "workflow-infra::Triage"}, closed: {"workflow-infra::Triage", string(end)}} {
			raw, err := json.Marshal(map[string]string{"from": move[0], "to": move[1]})
			if err != nil {
				return err
			}
			if err := tx.Append(plumbline.Event{At: at, Type: "item moved", Item: it.ID, Key: it.Key, Seen: it.Visibility, Data: raw}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// ends closes an item now, as a tracker would.
func (w *world) ends(key plumbline.Key, state plumbline.State) {
	w.t.Helper()
	w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error {
		it, err := tx.ItemByKey(key)
		if err != nil {
			return err
		}
		was := it.Version
		it.State, it.Version, it.Closed = state, was+1, plumbline.At(w.now)
		it.States = map[string]plumbline.Position{state.Lane(): {State: state, Since: it.Closed}}
		if err := tx.UpdateItem(it, was); err != nil {
			return err
		}
		return tx.Append(plumbline.Event{At: it.Closed, Type: "item closed", Item: it.ID, Key: it.Key, Seen: it.Visibility})
	}))
}

// history is twenty items of a team that took 1, 2, … 20 days, one finished each week.
func (w *world) history(team plumbline.TeamRef) {
	w.t.Helper()
	for n := range 20 {
		w.once(team, 7*(n+1)+n, n+1, "workflow-infra::Done")
	}
}

// passes lets days go by, the worker doing its work on each.
func (w *world) passes(days int) {
	w.t.Helper()
	for range days {
		w.now = w.now.AddDate(0, 0, 1)
		_, _, err := w.app.ScoreForecasts(w.ctx())
		w.ok(err)
		_, err = w.app.KeepForecasts(w.ctx())
		w.ok(err)
	}
}

func (w *world) record(kind plumbline.ForecastKind, weeks int) (out foretold.ForecastRecord) {
	w.t.Helper()
	v, err := w.app.ForecastRecord(w.ctx(), w.pm, "")
	w.ok(err)
	for _, r := range v.Kinds {
		if r.Kind == kind && r.Weeks == weeks {
			return r
		}
	}
	return out
}

// An item that is handed off is forecast from those like it, and again each week; when
// it is done all that was told of it is scored, and the record says so.
func TestAnItemIsForetold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		early := w.validated("Before anything was finished").Key
		_, err := w.app.Decide(w.ctx(), w.pm, early, pursue)
		w.ok(err)
		if f := w.item(w.pm, early).Forecast; f == nil || !strings.HasPrefix(f.Text, "Not enough data") || f.At != 0 {
			t.Errorf("without a history: %+v", f)
		}
		w.ends(early, "workflow-infra::Cancelled")
		w.history("reliability")
		it := w.validated("Restore within an hour")
		if f := w.item(w.pm, it.Key).Forecast; f != nil {
			t.Errorf("before anybody works on it: %+v", f)
		}
		_, err = w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
		w.ok(err)
		// By hand: of 1 to 20 days with 85 % at most 17; today is 23 November.
		f := w.item(w.pm, it.Key).Forecast
		if want := "85 %: done by 10 December 2026 (from 20 like it of its team; none of such forecasts has come due yet)."; f == nil || f.Text != want {
			t.Fatalf("handed off: got %+v, want %q", f, want)
		}
		if f := w.item(w.requester, it.Key).Forecast; f != nil {
			t.Errorf("its requester is told %+v", f)
		}
		w.passes(8) // over the next Monday
		if f := w.item(w.pm, it.Key).Forecast; f.Text == "" || f.At != plumbline.At(time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)) {
			t.Errorf("a week later: %+v", f)
		}
		w.ends(it.Key, "workflow-infra::Done")
		w.passes(1)
		// Told at the hand-off, on the 24th when the worker first ran, and on the Monday after.
		r := w.record(plumbline.ForecastOfItem, 0)
		if r.Told != 3 || r.Scored != 3 || r.Held != 3 || r.Inside != 3 || r.Waiting != 0 || !strings.HasPrefix(r.Text, "3 of 3 came true.") {
			t.Errorf("the record: %+v", r)
		}
		if r.Asked >= 0.85 || r.Asked < 0.84 { // one item moves it once: 0.05 × 0.15 less
			t.Errorf("next, %v is asked for", r.Asked)
		}
		v, err := w.app.ForecastRecord(w.ctx(), w.pm, "reliability")
		w.ok(err)
		if n := v.Newest[0]; len(v.Newest) != 3 || n.Key != it.Key || n.Actual != "done on 1 December 2026" || !n.Held {
			t.Errorf("scored: %+v", v.Newest)
		}
	})
}

// What never ends is a miss when its time is over, and not before; what is dropped is
// none. After misses more is asked for, and the next date lies later.
func TestForecastsLearnFromMisses(t *testing.T) {
	w := sqliteWorld(t)
	w.history("reliability")
	var keys []plumbline.Key
	for n := range 12 {
		it := w.validated(fmt.Sprintf("Open for ever %d", n))
		_, err := w.app.Decide(w.ctx(), w.pm, it.Key, pursue)
		w.ok(err)
		keys = append(keys, it.Key)
	}
	w.ends(keys[11], "workflow-infra::Cancelled")
	w.now = w.now.AddDate(0, 0, 10)
	_, _, err := w.app.ScoreForecasts(w.ctx())
	w.ok(err)
	if r := w.record(plumbline.ForecastOfItem, 0); r.Scored != 0 || r.Void != 1 || r.Waiting != 11 {
		t.Errorf("while they may still be done: %+v", r)
	}
	w.now = w.now.AddDate(0, 0, 20)
	_, _, err = w.app.ScoreForecasts(w.ctx())
	w.ok(err)
	r := w.record(plumbline.ForecastOfItem, 0)
	if r.Scored != 11 || r.Held != 0 || r.Inside != 0 || r.Asked != 0.95 || r.Widen <= 1.5 || !strings.Contains(r.Text, "more room: 95 % is asked for") {
		t.Errorf("after they were not: %+v", r)
	}
	next := w.validated("The next one")
	_, err = w.app.Decide(w.ctx(), w.pm, next.Key, pursue)
	w.ok(err)
	if f := w.item(w.pm, next.Key).Forecast; f == nil || !strings.Contains(f.Text, "such forecasts held 0 times of 11") || strings.Contains(f.Text, "done by 9 January") {
		t.Errorf("the next one: %+v", f)
	}
}

// What teams finish is forecast once a week and scored when the weeks are over.
func TestATeamIsForetold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.history("reliability")
		w.passes(2)
		team, err := w.app.Team(w.ctx(), w.pm, "reliability")
		w.ok(err)
		if len(team.Foretold) != 3 || !strings.HasPrefix(team.Foretold[0].Text, "85 %: at least 4 items in 4 weeks, until 21 December 2026; between ") {
			t.Fatalf("got %+v", team.Foretold)
		}
		if other, err := w.app.Team(w.ctx(), w.pm, "delivery"); err != nil || len(other.Foretold) != 1 || !strings.HasPrefix(other.Foretold[0].Text, "Not enough data") {
			t.Errorf("a team without history: %+v %v", other.Foretold, err)
		}
		if r := w.record(plumbline.ForecastOfTeam, 4); r.Told != 1 || r.Scored != 0 || r.Text != "1 told, none of them due yet." {
			t.Errorf("before: %+v", r)
		}
		w.passes(30) // nothing is finished in them
		r := w.record(plumbline.ForecastOfTeam, 4)
		if r.Scored != 1 || r.Held != 0 || r.Told != 5 || r.Asked != 0 {
			t.Errorf("after: %+v", r)
		}
		v, err := w.app.ForecastRecord(w.ctx(), w.pm, "reliability")
		w.ok(err)
		if n := v.Newest[0]; n.Text != "at least 4 items in 4 weeks" || n.Actual != "0 items" || n.Held || n.Name != "Reliability" {
			t.Errorf("scored: %+v", n)
		}
	})
}

// A plan that is committed to is forecast by team and period, and scored at the end of
// the period, unless another one took its place before.
func TestACommitmentIsForetold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.now = w.now.AddDate(0, 0, -40) // of the quarter eleven weeks are left
		w.history("reliability")
		w.staff("reliability", 10)
		keys := []plumbline.Key{w.scoped("First", "reliability", "0.5-0.6", "6"), w.scoped("Second", "reliability", "0.5-0.6", "5")}
		one := 1
		v := w.planned(planning.ScenarioInput{Periods: &one})
		if len(v.Plan.Teams[0].Cells[0].Picks) != 2 {
			t.Fatalf("planned: %s", picked(v))
		}
		for range 2 {
			_, err := w.app.Commit(w.ctx(), w.pm, v.Scenario.ID, planning.CommitInput{Reason: "Agreed."})
			w.ok(err)
		}
		if r := w.record(plumbline.ForecastOfPlan, 0); r.Told != 2 || r.Waiting != 2 {
			t.Fatalf("committed twice: %+v", r)
		}
		w.now = w.now.AddDate(0, 0, 14)
		w.ends(keys[0], "workflow-infra::Done")
		w.now = time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC)
		_, _, err := w.app.ScoreForecasts(w.ctx())
		w.ok(err)
		r := w.record(plumbline.ForecastOfPlan, 0)
		if r.Scored != 1 || r.Void != 1 || r.Held != 0 || r.Rated != 1 || r.Said != 1 || r.Came != 0 || r.Brier != 1 {
			t.Errorf("at its end: %+v", r)
		}
		all, err := w.app.ForecastRecord(w.ctx(), w.pm, "")
		w.ok(err)
		told := map[string]int{}
		for _, n := range all.Newest {
			told[n.Text+" / "+n.Actual+" / "+n.Void]++
		}
		if told["at least 2 of 2 items by the end of 2026Q4 / 1 item / "] != 1 || told["at least 2 of 2 items by the end of 2026Q4 /  / Another plan took its place before."] != 1 {
			t.Errorf("scored: %v", told)
		}
		if _, err := w.app.ForecastRecord(w.ctx(), w.requester, ""); plumbline.KindOf(err) != plumbline.Denied {
			t.Errorf("a requester: %v", err)
		}
		_, err = w.app.ForecastRecord(w.ctx(), w.pm, "nobody")
		w.refused(err, plumbline.NotFound, "nobody")
	})
}
