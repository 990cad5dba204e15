package store_test

import (
	"math"
	"reflect"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// foretold is a forecast with every column set.
func foretold(id string, kind plumbline.ForecastKind, item plumbline.ItemID, team plumbline.TeamRef, at, due plumbline.Time) plumbline.KeptForecast {
	f := plumbline.KeptForecast{
		ID: id, Kind: kind, Cause: plumbline.ForecastByWeek, Item: item, Team: team, Process: "request", At: at, Due: due, Grid: []float64{1, 2.5, 8}, Low: 1, High: 8, Level: 5.5,
		Asked: 0.87, Until: due, P: 0.6, Basis: 23, Alike: "team", Method: "lifetimes", Version: "v", Seed: math.MaxUint64,
	}
	if kind == plumbline.ForecastOfTeam {
		f.Weeks = 4
	}
	return f
}

func TestForecasts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		it := plumbline.Item{ID: "i1", Key: "REQ-1", Kind: plumbline.Request, Process: "request", Title: "One", State: "workflow-infra::Ready", Visibility: plumbline.Confidential, Created: 1, Updated: 1}
		list := []plumbline.KeptForecast{
			foretold("a", plumbline.ForecastOfItem, "i1", "core", 10, 100),
			foretold("b", plumbline.ForecastOfItem, "i1", "core", 20, 200),
			foretold("c", plumbline.ForecastOfTeam, "", "core", 20, 50),
		}
		list[2].Items = []plumbline.ItemID{"i1", "i9"}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertItem(it); err != nil {
				return err
			}
			return tx.KeepForecasts(list)
		})
		read(t, db, func(tx *store.Tx) error {
			f, r, ok, err := tx.LastForecast("i1")
			if err != nil || !ok || !reflect.DeepEqual(f, list[1]) || r.Told != 2 || r.Scored != 0 {
				t.Errorf("the last forecast: got %+v %+v %v %v, want %+v", f, r, ok, err, list[1])
			}
			due, err := tx.ForecastsDue(60, 10)
			if err != nil || len(due) != 1 || !reflect.DeepEqual(due[0].KeptForecast, list[2]) {
				t.Errorf("due: %+v %v", due, err)
			}
			since, err1 := tx.ForecastsSince(plumbline.ForecastByWeek, 20)
			later, err2 := tx.ForecastsSince(plumbline.ForecastByWeek, 21)
			if !since || later || err1 != nil || err2 != nil {
				t.Errorf("since: %v %v", since, later)
			}
			return nil
		})
		it.Closed, it.State = 70, "workflow-infra::Done"
		write(t, db, func(tx *store.Tx) error {
			if err := tx.UpdateItem(it, it.Version); err != nil {
				return err
			}
			due, err := tx.ForecastsDue(60, 10)
			if err != nil || len(due) != 3 || due[0].Closed != 70 || due[0].State != it.State {
				t.Errorf("due once the item is closed: %+v %v", due, err)
			}
			var scored []store.ScoredForecast
			for i, d := range due {
				scored = append(scored, store.ScoredForecast{KeptForecast: d.KeptForecast, ForecastScore: plumbline.ForecastScore{
					Forecast: d.ID, At: 71, Actual: 3, Held: i > 0, Inside: true, Came: i == 0, CRPS: 0.5, Brier: 0.16, Lean: 0.25}})
			}
			scored[2].Void = "nobody counted"
			return tx.ScoreForecasts(scored)
		})
		judged(t, db)
	})
}

// judged looks at what TestForecasts scored: both of the item, of which the first
// missed, and the team's, which is void.
func judged(t *testing.T, db *store.DB) {
	t.Helper()
	read(t, db, func(tx *store.Tx) error {
		if due, err := tx.ForecastsDue(1000, 10); err != nil || len(due) != 0 {
			t.Errorf("still due: %+v %v", due, err)
		}
		all, err := tx.ForecastRecords("", false)
		want := []store.ForecastRecord{
			{Kind: plumbline.ForecastOfItem, Told: 2, Scored: 2, Weight: 1, Held: 1, Inside: 2, Rated: 2, Said: 1.2, Came: 1, Brier: 0.32, CRPS: 1, Lean: 0.5},
			{Kind: plumbline.ForecastOfTeam, Weeks: 4, Told: 1, Void: 1},
		}
		if err != nil || !reflect.DeepEqual(all, want) {
			t.Errorf("records: got %+v %v, want %+v", all, err, want)
		}
		if each, err := tx.ForecastRecords("", true); err != nil || len(each) != 4 {
			t.Errorf("records of teams too: %+v %v", each, err)
		}
		told, err := tx.TeamForecasts("core")
		if err != nil || len(told) != 1 || told[0].Weeks != 4 || told[0].Record.Void != 1 {
			t.Errorf("of the team: %+v %v", told, err)
		}
		for _, c := range []struct {
			who  plumbline.Actor
			team plumbline.TeamRef
			want int
		}{{plumbline.SystemActor("test"), "", 3}, {plumbline.SystemActor("test"), "edge", 0}, {plumbline.Actor{Person: "ines", Role: plumbline.Contributor}, "core", 1}} {
			got, err := tx.ScoredForecasts(c.who, c.team, 10)
			if err != nil || len(got) != c.want {
				t.Errorf("%s of %q: got %+v %v, want %d", c.who.Role, c.team, got, err, c.want)
			}
		}
		return nil
	})
}
