package store

import (
	"strconv"

	"plumbline"
)

const forecastColumns = `f.id, f.kind, f.cause, f.item, f.team, f.process, f.decision, f.period, f.items, f.weeks, f.at, f.due, f.grid, f.low, f.high, f.level, f.asked, f.until, f.p,
	f.basis, f.alike, f.method, f.version, f.seed`

// forecastFields are where the columns of a forecast go; the seed follows as text.
func forecastFields(f *plumbline.KeptForecast, seed *string) []any {
	return []any{&f.ID, &f.Kind, &f.Cause, &f.Item, &f.Team, &f.Process, &f.Plan, &f.Period, fromJSON{&f.Items}, &f.Weeks, &f.At, &f.Due, fromJSON{&f.Grid}, &f.Low, &f.High, &f.Level, &f.Asked,
		&f.Until, &f.P, &f.Basis, &f.Alike, &f.Method, &f.Version, seed}
}

// scanForecast reads a forecast and what is selected after it.
func scanForecast(r row, f *plumbline.KeptForecast, after ...any) error {
	var seed string
	if err := r.Scan(append(forecastFields(f, &seed), after...)...); err != nil {
		return err
	}
	f.Items = orNil(f.Items)
	var err error
	f.Seed, err = strconv.ParseUint(seed, 10, 64)
	return err
}

// KeepForecasts writes forecasts down, and that they wait for what comes.
func (tx *Tx) KeepForecasts(list []plumbline.KeptForecast) error {
	var rows, waits [][]any
	sums := recordSums{}
	for _, f := range list {
		rows = append(rows, []any{f.ID, f.Kind, f.Cause, f.Item, f.Team, f.Process, f.Plan, f.Period, asJSON(orEmpty(f.Items)), f.Weeks, f.At, f.Due, asJSON(f.Grid), f.Low, f.High, f.Level, f.Asked,
			f.Until, f.P, f.Basis, f.Alike, f.Method, f.Version, strconv.FormatUint(f.Seed, 10)})
		waits = append(waits, []any{f.ID, f.Item, f.Due})
		sums.add(f, ForecastRecord{Told: 1})
	}
	err := tx.insertRows(`insert into forecasts (id, kind, cause, item, team, process, decision, period, items, weeks, at, due, grid, low, high, level, asked, until, p,
		basis, alike, method, version, seed)`, rows, "")
	if err != nil {
		return err
	}
	if err := tx.insertRows(`insert into forecasts_awaited (forecast, item, due)`, waits, ""); err != nil {
		return err
	}
	return tx.addRecords(sums)
}

// AwaitedForecast is a forecast with what is known of the item, or of the decision, that
// it is about.
type AwaitedForecast struct {
	plumbline.KeptForecast
	Closed    plumbline.Time  // of the item; 0: it is open, or there is none
	State     plumbline.State // of the item
	Withdrawn plumbline.Time  // of the commitment; 0: it holds
}

// ForecastsDue are forecasts that reality can be held against now: their time is over,
// or their item is closed. At most so many, the oldest first.
func (tx *Tx) ForecastsDue(now plumbline.Time, limit int) ([]AwaitedForecast, error) {
	return list(tx, func(r row) (a AwaitedForecast, err error) {
		err = scanForecast(r, &a.KeptForecast, &a.Closed, &a.State, &a.Withdrawn)
		return a, err
	}, `
		select `+forecastColumns+`, coalesce(i.closed, 0), coalesce(i.state, ''), coalesce(d.ended, 0)
		from (
			select forecast from forecasts_awaited where due <= $1
			union select a.forecast from forecasts_awaited a join items i on i.id = a.item where a.item <> '' and i.done
		) x join forecasts f on f.id = x.forecast left join items i on i.id = f.item and f.item <> '' left join plan_decisions d on d.id = f.decision
		order by f.at, f.id `+atMost(limit), now)
}

// ScoredForecast is a forecast with what came of it.
type ScoredForecast struct {
	plumbline.KeptForecast
	plumbline.ForecastScore
	Key   plumbline.Key // of its item
	Title string
}

// ScoreForecasts writes down what came of forecasts, which are awaited no more. Of the
// forecasts of one item the first counts in the weight of the record, and of those of
// a team as much as the weeks do not overlap.
func (tx *Tx) ScoreForecasts(scored []ScoredForecast) error {
	before, err := tx.scoredItems(scored)
	if err != nil {
		return err
	}
	var rows [][]any
	var ids []string
	sums := recordSums{}
	for _, s := range scored {
		rows = append(rows, []any{s.Forecast, s.ForecastScore.At, s.Void, s.Actual, s.Held, s.Inside, s.Came, s.CRPS, s.Brier, s.Lean})
		ids = append(ids, s.Forecast)
		weight := 1.0
		switch {
		case s.Kind == plumbline.ForecastOfTeam:
			weight /= float64(max(s.Weeks, 1))
		case s.Void == "" && s.Item != "" && before[s.Item]:
			weight = 0
		case s.Void == "" && s.Item != "":
			before[s.Item] = true
		}
		sums.add(s.KeptForecast, recordOf(s.KeptForecast, s.ForecastScore, weight))
	}
	if err := tx.insertRows(`insert into forecast_scores (forecast, at, void, actual, held, inside, came, crps, brier, lean)`, rows, ""); err != nil {
		return err
	}
	for len(ids) > 0 {
		n := min(perQuestion, len(ids))
		w := where{}
		in(&w, "forecast", ids[:n])
		if _, err := tx.exec(`delete from forecasts_awaited `+w.text(), w.args...); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return tx.addRecords(sums)
}

// scoredItems are the items of which a forecast was scored before.
func (tx *Tx) scoredItems(of []ScoredForecast) (map[plumbline.ItemID]bool, error) {
	var ids []plumbline.ItemID
	for _, s := range of {
		if s.Item != "" {
			ids = append(ids, s.Item)
		}
	}
	found, err := byMany(tx, column[plumbline.ItemID], ids, func(in string) string {
		return `select distinct f.item from forecasts f join forecast_scores s on s.forecast = f.id where s.void = '' and f.item in ` + in
	})
	return keyed(found, itself, func(plumbline.ItemID) bool { return true }), err
}

// LastForecast is the newest forecast of an item with the record of all of items, which
// is zero when nothing was scored; it takes one statement.
func (tx *Tx) LastForecast(item plumbline.ItemID) (f plumbline.KeptForecast, r ForecastRecord, ok bool, err error) {
	all, err := tx.toldOf(`f.item = $1 and f.kind = 'item'`, string(item), `order by f.at desc, f.id desc limit 1`, `''`)
	if err != nil || len(all) == 0 {
		return f, r, false, err
	}
	return all[0].KeptForecast, all[0].Record, true, nil
}

// ToldForecast is a forecast with the record of those like it.
type ToldForecast struct {
	plumbline.KeptForecast
	Record ForecastRecord
}

// TeamForecasts are the newest forecasts of a team, by their weeks, with the team's own
// records; it takes one statement.
func (tx *Tx) TeamForecasts(team plumbline.TeamRef) ([]ToldForecast, error) {
	return tx.toldOf(`f.team = $1 and f.kind = 'team' and f.at = (select max(at) from forecasts where kind = 'team' and team = $1)`, string(team), `order by f.weeks`, `f.team`)
}

func (tx *Tx) toldOf(cond, arg, order, team string) ([]ToldForecast, error) {
	return list(tx, func(r row) (t ToldForecast, err error) {
		err = scanForecast(r, &t.KeptForecast, t.Record.sums()...)
		t.Record.Kind, t.Record.Weeks = t.Kind, t.Weeks
		return t, err
	}, `select `+forecastColumns+`, `+recordSumColumns+` from forecasts f
		left join forecast_records r on r.kind = f.kind and r.weeks = f.weeks and r.team = `+team+` where `+cond+` `+order, arg)
}

// ScoredForecasts are those that were scored last, of a team or of all, of items that
// who sees without having a part in them; at most so many, the latest first.
func (tx *Tx) ScoredForecasts(who plumbline.Actor, team plumbline.TeamRef, limit int) ([]ScoredForecast, error) {
	w := where{}
	w.equal("f.team", string(team))
	if s := sightOf(who); !s.all() {
		w.and("(f.item = '' or i.visibility in " + quoted(s.open) + ")")
	}
	return list(tx, func(r row) (s ScoredForecast, err error) {
		c := &s.ForecastScore
		err = scanForecast(r, &s.KeptForecast, &s.Key, &s.Title, &c.Forecast, &c.At, &c.Void, &c.Actual, &c.Held, &c.Inside, &c.Came, &c.CRPS, &c.Brier, &c.Lean)
		return s, err
	}, `select `+forecastColumns+`, coalesce(i.key, ''), coalesce(i.title, ''), s.forecast, s.at, s.void, s.actual, s.held, s.inside, s.came, s.crps, s.brier, s.lean
		from forecast_scores s join forecasts f on f.id = s.forecast left join items i on i.id = f.item and f.item <> '' `+w.text()+`
		order by s.at desc, s.forecast `+atMost(limit), w.args...)
}

// ForecastsSince says whether any forecast was kept for a cause since a moment.
func (tx *Tx) ForecastsSince(cause plumbline.ForecastCause, at plumbline.Time) (bool, error) {
	_, any, err := first(tx, column[string], `select id from forecasts where cause = $1 and at >= $2 limit 1`, cause, at)
	return any, err
}

// ItemsIn are the open items of a process that stand in one of the states, with their
// moves; those numbered after n, at most so many. It takes two statements, and gives the
// number of the last one.
func (tx *Tx) ItemsIn(process plumbline.ProcessID, states []plumbline.State, n int64, limit int) (found []Standing, last int64, err error) {
	w := where{}
	w.equal("i.process", string(process))
	in(&w, "i.state", append([]plumbline.State{""}, states...)) // none is a list too
	w.and("i.done = false")
	w.and("i.n > " + w.arg(n))
	last = n
	found, err = list(tx, func(r row) (s Standing, err error) {
		err = r.Scan(&last, &s.ID, &s.Key, &s.Process, &s.State, &s.Team, &s.Visibility, &s.Created, &s.Since)
		return s, err
	}, `select i.n, i.id, i.key, i.process, i.state, i.team, i.visibility, i.created, i.since from items i `+w.text()+` order by i.n `+atMost(limit), w.args...)
	if err != nil || len(found) == 0 {
		return nil, n, err
	}
	at, ids := map[plumbline.ItemID]*Standing{}, make([]plumbline.ItemID, len(found))
	for i := range found {
		at[found[i].ID], ids[i] = &found[i], found[i].ID
	}
	return found, last, tx.eventsOf(ids, plumbline.MoveTypes[:], at)
}
