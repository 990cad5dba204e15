package foretold

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/flow"
	"plumbline/internal/forecast"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// Limits of a replay.
const (
	replayed     = 1000 // finished items of a process, the last ones
	replayTeams  = 5    // those that finished most
	replayEvery  = 12   // weeks
	replayRounds = 5
)

// ReplayForecasts keeps the forecasts that would have been told in the past, from what was known
// then: of items when they were handed off, and of the teams that finished most. They
// are marked as worked out later. It is for a store that comes with a past of its own,
// as that of the demo does.
func (r *Room) ReplayForecasts(ctx context.Context, who plumbline.Actor) error {
	return r.db.Write(ctx, func(tx *store.Tx) error {
		list, err := r.replayTeams(tx)
		if err != nil {
			return err
		}
		for _, def := range r.book.All() {
			if lane(def) == "" {
				continue
			}
			items, err := r.replayItems(tx, def)
			if err != nil {
				return err
			}
			list = append(list, items...)
		}
		for i := range list {
			list[i].Cause = plumbline.ForecastByReplay
		}
		if err := tx.KeepForecasts(list); err != nil {
			return err
		}
		return r.note(tx, who, "forecasts kept", len(list))
	})
}

// replayItems forecasts each finished item as of its hand-off, from those that were
// finished, and those that were open, then.
func (r *Room) replayItems(tx *store.Tx, def *flow.Definition) (out []plumbline.KeptForecast, err error) {
	all, err := tx.FlowFinished(plumbline.SystemActor("worker"), store.Place{Process: def.ID}, doneIn(def), replayed)
	if err != nil {
		return nil, err
	}
	teams, err := tx.HeadsByID(idsOf(all))
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Team = teams[all[i].ID].Team
	}
	inOrder := slices.Clone(all)
	sorted.By(inOrder, func(a, b store.Standing) int { return cmp.Compare(began(lane(def), a), began(lane(def), b)) })
	var open []past
	var known store.ForecastRecord
	for _, s := range inOrder {
		at := began(lane(def), s)
		c, err := classThen(work{def: def, at: at}, all, s.Team)
		if err != nil {
			return nil, err
		}
		open = settle(open, at, &known)
		f, ok := c.tell(s.Item, at, 0, 0, learnt{plumbline.ForecastOfItem: known})
		if !ok {
			continue
		}
		f.ID = fmt.Sprintf("%s hand-off %d", s.ID, at)
		out, open = append(out, f), append(open, past{f, s.Closed})
	}
	return out, nil
}

// past is a forecast of a replay with when its item was finished.
type past struct {
	plumbline.KeptForecast
	closed plumbline.Time
}

// settle adds what is known at a moment to what is learned from, and gives back the
// forecasts that are open then: a replay learns as the worker would have.
func settle(open []past, at plumbline.Time, known *store.ForecastRecord) []past {
	left := open[:0]
	for _, p := range open {
		if min(p.closed, p.Due) > at {
			left = append(left, p)
			continue
		}
		known.Scored++
		known.Weight++
		switch c := told(p.KeptForecast).Score(days(min(p.closed, p.Due).Sub(p.At)), false); {
		case c.Held && c.Inside:
			known.Held, known.Inside = known.Held+1, known.Inside+1
		case c.Held:
			known.Held++
		case c.Inside:
			known.Inside++
		}
	}
	return left
}

func idsOf(all []store.Standing) []plumbline.ItemID {
	out := make([]plumbline.ItemID, len(all))
	for i, s := range all {
		out[i] = s.ID
	}
	return out
}

// classThen is [Room.class] as of a moment of the past; all are the items that are
// finished by now, the last one first.
func classThen(w work, all []store.Standing, team plumbline.TeamRef) (class, error) {
	for _, whose := range slices.Compact([]plumbline.TeamRef{team, ""}) {
		w.open = nil
		var sample []store.Standing
		for _, s := range all {
			switch {
			case whose != "" && s.Team != whose:
			case s.Closed <= w.at && len(sample) < sampled:
				sample = append(sample, s)
			case s.Closed > w.at && began(lane(w.def), s) < w.at:
				w.open = append(w.open, s)
			}
		}
		if len(sample) < forecast.Least && whose != "" {
			continue
		}
		c := class{basis: len(sample), alike: "process"}
		if whose != "" {
			c.alike = "team"
		}
		var err error
		c.lives, err = w.lives(sample, whose)
		return c, err
	}
	return class{}, nil
}

// replayTeams forecasts the teams that finished most, every twelve weeks of the last
// year, from the weeks before.
func (r *Room) replayTeams(tx *store.Tx) (out []plumbline.KeptForecast, err error) {
	teams, err := tx.Teams()
	if err != nil {
		return nil, err
	}
	histories := map[plumbline.TeamRef]*forecast.History{}
	var most []plumbline.TeamRef
	for _, t := range teams {
		if histories[t.Ref], err = r.flows.Throughput(tx, plumbline.SystemActor("worker"), flowmetrics.Place{Team: t.Ref}); err != nil {
			return nil, err
		}
		most = append(most, t.Ref)
	}
	sorted.By(most, func(a, b plumbline.TeamRef) int {
		return cmp.Or(cmp.Compare(histories[b].Finished(), histories[a].Finished()), cmp.Compare(a, b))
	})
	for _, team := range most[:min(replayTeams, len(most))] {
		for n := range replayRounds {
			back := replayEvery * (n + 1)
			h, err := histories[team].Before(back)
			if err != nil {
				return nil, err
			}
			out = append(out, tellTeam(team, h, later(plumbline.Monday(r.now()), float64(-7*back)))...)
		}
	}
	return out, nil
}
