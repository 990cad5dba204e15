package foretold

import (
	"context"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/store"
)

// batch is how many forecasts are scored in one transaction.
const batch = 500

// ScoreForecasts holds reality against the forecasts of which it is known by now. The
// worker calls it, again while there is more; it says how many it went through.
func (r *Room) ScoreForecasts(ctx context.Context) (many int, more bool, err error) {
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		due, err := tx.ForecastsDue(r.now(), batch)
		if many, more = len(due), len(due) == batch; err != nil || many == 0 {
			return err
		}
		scored, err := r.score(tx, due)
		if err != nil {
			return err
		}
		if err := tx.ScoreForecasts(scored); err != nil {
			return err
		}
		return r.note(tx, plumbline.SystemActor("worker"), "forecasts scored", many)
	})
	return many, more, err
}

// score works out what came of forecasts.
func (r *Room) score(tx *store.Tx, due []store.AwaitedForecast) ([]store.ScoredForecast, error) {
	weeks, planned, err := r.reality(tx, due)
	if err != nil {
		return nil, err
	}
	var out []store.ScoredForecast
	for _, a := range due {
		s := plumbline.ForecastScore{Forecast: a.ID, At: r.now(), Brier: -1}
		switch a.Kind {
		case plumbline.ForecastOfItem:
			r.item(a, &s)
		case plumbline.ForecastOfTeam:
			first := store.MondayOf(a.At)
			for week, n := range weeks[a.Team] {
				if week >= first && week < first+int64(7*a.Weeks) {
					s.Actual += float64(n)
				}
			}
		default:
			r.part(a, planned, &s)
		}
		if s.Void == "" {
			c := told(a.KeptForecast).Score(s.Actual, s.Came)
			s.Held, s.Inside, s.CRPS, s.Brier, s.Lean = c.Held, c.Inside, shortly(c.CRPS), c.Brier, c.Lean
		}
		out = append(out, store.ScoredForecast{KeptForecast: a.KeptForecast, ForecastScore: s})
	}
	return out, nil
}

// item says what came of the forecast of one item: its days, or, while it is open at the
// end of the time that was fixed, that time.
func (r *Room) item(a store.AwaitedForecast, s *plumbline.ForecastScore) {
	s.Actual = days(a.Due.Sub(a.At))
	switch {
	case a.Closed == 0:
	case !r.book.Done(a.Process, a.State):
		s.Void = "It was closed without being done."
	default:
		s.Actual = days(a.Closed.Sub(a.At))
		s.Came = a.Until != 0 && a.Closed < a.Until
	}
}

// part says what came of a commitment: how many of its items are finished by its end.
func (r *Room) part(a store.AwaitedForecast, planned map[plumbline.ItemID]plumbline.Item, s *plumbline.ForecastScore) {
	if a.Withdrawn != 0 && a.Withdrawn < a.Due {
		s.Void = "Another plan took its place before."
		return
	}
	for _, id := range a.Items {
		if it := planned[id]; it.Closed != 0 && it.Closed < a.Due && r.book.Done(it.Process, it.State) {
			s.Actual++
		}
	}
	s.Came = int(s.Actual) == len(a.Items)
}

// reality reads what teams finished by the week, and the items that were planned.
func (r *Room) reality(tx *store.Tx, due []store.AwaitedForecast) (weeks map[plumbline.TeamRef]map[int64]int, planned map[plumbline.ItemID]plumbline.Item, err error) {
	since := map[plumbline.TeamRef]int64{}
	var items []plumbline.ItemID
	for _, a := range due {
		items = append(items, a.Items...)
		if first, known := since[a.Team]; a.Kind == plumbline.ForecastOfTeam && (!known || store.MondayOf(a.At) < first) {
			since[a.Team] = store.MondayOf(a.At)
		}
	}
	weeks = map[plumbline.TeamRef]map[int64]int{}
	for team, first := range since {
		if weeks[team], err = r.flows.FinishedSince(tx, plumbline.SystemActor("worker"), flowmetrics.Place{Team: team}, first); err != nil {
			return nil, nil, err
		}
	}
	planned, err = tx.HeadsByID(items)
	return weeks, planned, err
}
