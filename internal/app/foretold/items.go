package foretold

import (
	"fmt"
	"math"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/forecast"
	"plumbline/internal/store"
)

// Limits of what is looked at.
const (
	mostInWork = 5000 // items in progress of which forecasts are kept
	page       = 500
	sampled    = 300 // finished items that say how long the next ones take
)

// class is the items that are like each other: those of a process that one team has, or,
// where too few of them were finished, of all teams.
type class struct {
	lives forecast.Lifetimes
	basis int    // finished ones
	alike string // "team" or "process"
}

// work is the items in progress of a process.
type work struct {
	def  *flow.Definition
	open []store.Standing
	at   plumbline.Time // as of when they are looked at
}

// lane is where a process has its items once they are handed off; empty: it hands
// nothing off.
func lane(def *flow.Definition) string { return def.HandOff.To.Lane() }

// inWork are the states of a process in which somebody has the work.
func inWork(def *flow.Definition) (out []plumbline.State) {
	for _, l := range def.Lanes {
		for _, s := range l.States {
			if lane(def) != "" && s.State.Lane() == lane(def) && !s.End() {
				out = append(out, s.State)
			}
		}
	}
	return out
}

// began is when an item came to those who do it, the last time it did; when no move
// says so, when it was asked for.
func began(lane string, s store.Standing) plumbline.Time {
	at := s.Created
	for _, e := range s.Events {
		if from, to := e.Move(); to.Lane() == lane && from.Lane() != lane {
			at = e.At
		}
	}
	return at
}

// works reads what is in progress in a process now.
func (r *Room) works(tx *store.Tx, def *flow.Definition) (work, error) {
	w := work{def: def, at: r.now()}
	for last := int64(0); len(w.open) < mostInWork; {
		found, n, err := tx.ItemsIn(def.ID, inWork(def), last, page)
		if err != nil {
			return w, err
		}
		w.open, last = append(w.open, found...), n
		if len(found) < page {
			break
		}
	}
	return w, nil
}

// class reads which items are like those of a team.
func (r *Room) class(tx *store.Tx, w work, team plumbline.TeamRef) (class, error) {
	for _, at := range []store.Place{{Process: w.def.ID, Team: team}, {Process: w.def.ID}} {
		sample, err := tx.FlowFinished(plumbline.SystemActor("worker"), at, doneIn(w.def), sampled)
		if err != nil {
			return class{}, err
		}
		if len(sample) < forecast.Least && at.Team != "" {
			continue
		}
		c := class{alike: "process"}
		if at.Team != "" {
			c.alike = "team"
		}
		c.basis = len(sample)
		c.lives, err = w.lives(sample, at.Team)
		return c, err
	}
	return class{}, nil
}

// doneIn are the states in which items end that were handed off.
func doneIn(def *flow.Definition) (out []plumbline.State) {
	for _, l := range def.Lanes {
		for _, s := range l.States {
			if s.Kind == flow.Done && s.State.Lane() == lane(def) {
				out = append(out, s.State)
			}
		}
	}
	return out
}

// lives are the lifetimes of finished items and of those in progress, of a team or of
// all. A sample that was cut off saw each of them only since its own first one ended.
func (w work) lives(sample []store.Standing, team plumbline.TeamRef) (forecast.Lifetimes, error) {
	since := plumbline.Time(0)
	if len(sample) >= sampled {
		since = sample[len(sample)-1].Closed
	}
	life := func(s store.Standing, until plumbline.Time, open bool) forecast.Lifetime {
		from := began(lane(w.def), s)
		l := forecast.Lifetime{Days: days(until.Sub(from)), Open: open}
		if since != 0 {
			l.From = days(since.Sub(from))
		}
		return l
	}
	var all []forecast.Lifetime
	for _, s := range sample {
		all = append(all, life(s, s.Closed, false))
	}
	for _, s := range w.open {
		if team == "" || s.Team == team {
			all = append(all, life(s, w.at, true))
		}
	}
	return forecast.NewLifetimes(all)
}

// tell forecasts an item of an age in days; ok is false where too little is known.
func (c class) tell(it plumbline.Item, at plumbline.Time, age float64, due plumbline.Time, l learnt) (f plumbline.KeptForecast, ok bool) {
	asked := l.level(plumbline.ForecastOfItem)
	t, ok := c.lives.Remaining(age, asked, l.within(plumbline.ForecastOfItem))
	if !ok {
		return f, false
	}
	f = plumbline.KeptForecast{Kind: plumbline.ForecastOfItem, Item: it.ID, Team: it.Team, Process: it.Process, At: at, Asked: asked, Basis: c.basis, Alike: c.alike, Method: "lifetimes"}
	if due > at {
		if p, known := c.lives.Within(age, age+days(due.Sub(at))); known {
			t.P, f.Until = carefully(float64(p), asked), due
			t.Most = max(t.Most, days(due.Sub(at)))
		}
	}
	f.Due = later(at, min(t.Most, forecast.FarOff))
	if f.Due <= at {
		return f, false // it would be scored before anything can happen
	}
	return kept(f, t), true
}

// carefully is a chance as it is told when more is asked for so that 85 % hold: less by
// as much.
func carefully(p, asked float64) float64 {
	return min(max(p-(asked-forecast.Promise), 0), 1)
}

// tellAll forecasts what is in progress in a process, with the dates by which items are
// due.
func (r *Room) tellAll(tx *store.Tx, w work, l learnt) (out []plumbline.KeptForecast, err error) {
	ids := make([]plumbline.ItemID, len(w.open))
	for i, s := range w.open {
		ids[i] = s.ID
	}
	due, err := r.flows.DueBy(tx, ids)
	if err != nil {
		return nil, err
	}
	classes := map[plumbline.TeamRef]class{}
	for _, s := range w.open {
		c, known := classes[s.Team]
		if !known {
			if c, err = r.class(tx, w, s.Team); err != nil {
				return nil, err
			}
			classes[s.Team] = c
		}
		if f, ok := c.tell(s.Item, w.at, days(w.at.Sub(began(lane(w.def), s))), due[s.ID], l); ok {
			f.Cause, f.ID = plumbline.ForecastByWeek, fmt.Sprintf("%s week %d", s.ID, plumbline.Monday(w.at))
			out = append(out, f)
		}
	}
	return out, nil
}

// KeepHandOff keeps the forecast of an item that is handed off now, in the transaction
// that hands it off. A date that somebody wishes for or was promised is told a chance;
// clocks are not: which of them run is known only when the item has moved.
func (r *Room) KeepHandOff(tx *store.Tx, def *flow.Definition, it plumbline.Item) error {
	if lane(def) == "" {
		return nil
	}
	w, err := r.works(tx, def)
	if err != nil {
		return err
	}
	c, err := r.class(tx, w, it.Team)
	if err != nil {
		return err
	}
	l, err := learn(tx)
	if err != nil {
		return err
	}
	due, _ := it.NeededBy()
	f, ok := c.tell(it, r.now(), 0, due, l)
	if !ok {
		return nil
	}
	f.Cause, f.ID = plumbline.ForecastAtHandOff, fmt.Sprintf("%s hand-off %d", it.ID, r.now())
	return tx.KeepForecasts([]plumbline.KeptForecast{f})
}

// shortly is a number without a long tail.
func shortly(x float64) float64 { return math.Round(x*1000) / 1000 }
