package foretold

import (
	"context"
	"fmt"
	"time"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/forecast"
	"plumbline/internal/store"
)

// KeepForecasts keeps, once a week, what is told of every item in progress and of how
// much each team finishes. The worker calls it; it says how many were kept.
func (r *Room) KeepForecasts(ctx context.Context) (many int, err error) {
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		many = 0
		already, err := tx.ForecastsSince(plumbline.ForecastByWeek, plumbline.Monday(r.now()))
		if err != nil || already {
			return err
		}
		l, err := learn(tx)
		if err != nil {
			return err
		}
		list, err := r.tellTeams(tx)
		if err != nil {
			return err
		}
		for _, def := range r.book.All() {
			if lane(def) == "" {
				continue
			}
			w, err := r.works(tx, def)
			if err != nil {
				return err
			}
			items, err := r.tellAll(tx, w, l)
			if err != nil {
				return err
			}
			list = append(list, items...)
		}
		if many = len(list); many == 0 {
			return nil
		}
		if err := tx.KeepForecasts(list); err != nil {
			return err
		}
		return r.note(tx, plumbline.SystemActor("worker"), "forecasts kept", many)
	})
	return many, err
}

// tellTeams forecasts how much each team finishes in four, eight and thirteen weeks.
func (r *Room) tellTeams(tx *store.Tx) (out []plumbline.KeptForecast, err error) {
	teams, err := tx.Teams()
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		h, err := r.flows.Throughput(tx, plumbline.SystemActor("worker"), flowmetrics.Place{Team: t.Ref})
		if err != nil {
			return nil, err
		}
		out = append(out, tellTeam(t.Ref, h, r.now())...)
	}
	return out, nil
}

// tellTeam forecasts from a history that ends with the week before a moment.
func tellTeam(team plumbline.TeamRef, h *forecast.History, now plumbline.Time) (out []plumbline.KeptForecast) {
	if h.Measured() < forecast.Least || h.Finished() == 0 {
		return nil
	}
	first := plumbline.Monday(now)
	for _, n := range h.Forecast(forecast.Query{}).HowMany {
		f := plumbline.KeptForecast{
			ID: fmt.Sprintf("team %s %d weeks %d", team, n.Units, first), Kind: plumbline.ForecastOfTeam, Cause: plumbline.ForecastByWeek, Team: team, Weeks: n.Units, At: now,
			Due: first.Add(time.Duration(n.Units) * 7 * 24 * time.Hour), Asked: n.Asked(), Basis: h.Measured(), Alike: "team", Method: n.Method,
		}
		out = append(out, kept(f, n.Told(0)))
	}
	return out
}

// Part is what a plan promises of a team until the end of a period.
type Part struct {
	Team   plumbline.TeamRef
	Period plumbline.CalendarPeriod
	Items  []plumbline.ItemID // of this period and those before
}

// KeepPlan keeps how much of a plan that is committed to gets done, team by team and
// period by period, in the transaction of the decision: as if each team took what is
// planned first. A team without enough history has no forecast.
func (r *Room) KeepPlan(tx *store.Tx, decision string, parts []Part) error {
	l, err := learn(tx)
	if err != nil {
		return err
	}
	histories := map[plumbline.TeamRef]*forecast.History{}
	var list []plumbline.KeptForecast
	for _, p := range parts {
		h, known := histories[p.Team]
		if !known {
			if h, err = r.flows.Throughput(tx, plumbline.SystemActor("worker"), flowmetrics.Place{Team: p.Team}); err != nil {
				return err
			}
			histories[p.Team] = h
		}
		if f, ok := tellPart(p, h, r.now(), l); ok {
			f.Plan, f.ID = decision, fmt.Sprintf("plan %s %s %s", decision, p.Team, p.Period)
			list = append(list, f)
		}
	}
	return tx.KeepForecasts(list)
}

// tellPart forecasts how many of the items of a part are finished by its end.
func tellPart(p Part, h *forecast.History, now plumbline.Time, l learnt) (f plumbline.KeptForecast, ok bool) {
	weeks := forecast.Week.Between(plumbline.Monday(now).Std(), p.Period.To().Std())
	if h.Measured() < forecast.Least || weeks < 1 || weeks > forecast.Week.Horizon() || len(p.Items) == 0 {
		return f, false
	}
	n := h.Forecast(forecast.Query{Spans: []int{weeks}}).HowMany[0]
	t := n.Told(len(p.Items))
	more := l.level(plumbline.ForecastOfPlan) - forecast.Promise
	asked := min(max(n.Asked()+more, 0.5), 0.995)
	if more != 0 {
		t.Level = float64(int(forecast.NearestRank(t.Grid, 1-asked)))
	}
	t.P = min(max(t.P-more, 0), 1)
	f = plumbline.KeptForecast{
		Kind: plumbline.ForecastOfPlan, Cause: plumbline.ForecastAtCommit, Team: p.Team, Period: p.Period.String(), Items: p.Items, At: now, Due: p.Period.To(), Until: p.Period.To(),
		Asked: asked, Basis: h.Measured(), Alike: "team", Method: n.Method,
	}
	return kept(f, t), true
}
