// Package foretold keeps forecasts as they were told when it mattered, holds reality
// against them when it comes in, and says how they did.
//
// It owns these nouns. A kept forecast is what was told about an item, a team or a
// commitment; none is ever changed. A score is what came of it. A record is how those
// of a kind did, and what the next ones learn from it.
//
// Laws: as in package app. What cannot be forecast is not kept. A forecast is scored
// once: when its item is finished, or at the moment that was fixed when it was made,
// so that what never ends counts as well. What was dropped is no miss: it is void.
package foretold

import (
	"encoding/json"
	"time"

	"plumbline"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/flow"
	"plumbline/internal/forecast"
	"plumbline/internal/store"
)

// Room is the use cases about kept forecasts over one database.
type Room struct {
	db    *store.DB
	book  *flow.Book
	flows *flowmetrics.Room
	now   func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, book *flow.Book, flows *flowmetrics.Room, now func() plumbline.Time) *Room {
	return &Room{db: db, book: book, flows: flows, now: now}
}

// note appends an event about forecasts, which says how many and never what.
func (r *Room) note(tx *store.Tx, who plumbline.Actor, typ string, many int) error {
	raw, err := json.Marshal(map[string]int{"many": many})
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{At: r.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "system", Seen: plumbline.InternalOnly, Data: raw})
}

// learnt are the records of all kinds.
type learnt map[plumbline.ForecastKind]store.ForecastRecord

func learn(tx *store.Tx) (learnt, error) {
	all, err := tx.ForecastRecords("", false)
	out := learnt{}
	for _, r := range all {
		out[r.Kind] = r // of teams any: they learn from the back-test of their own history
	}
	return out, err
}

// level is the probability to ask for so that 85 % of the levels hold.
func (l learnt) level(kind plumbline.ForecastKind) float64 {
	r := l[kind]
	return forecast.Recalibrated(forecast.Promise, r.Weight, r.Held, r.Scored)
}

// within is the same for ranges.
func (l learnt) within(kind plumbline.ForecastKind) float64 {
	r := l[kind]
	return forecast.Recalibrated(forecast.Promise, r.Weight, r.Inside, r.Scored)
}

// days is a time in days, 0 where it would be below.
func days(d time.Duration) float64 { return max(d, 0).Hours() / 24 }

// later is a moment so many days on.
func later(at plumbline.Time, days float64) plumbline.Time {
	return at.Add(time.Duration(days * 24 * float64(time.Hour)))
}

// kept puts what was told into a forecast.
func kept(f plumbline.KeptForecast, t forecast.Told) plumbline.KeptForecast {
	f.Grid, f.Low, f.High, f.Level, f.P = t.Grid, t.Low, t.High, t.Level, t.P
	f.Version = forecast.Version
	return f
}

// told is what a kept forecast says.
func told(f plumbline.KeptForecast) forecast.Told {
	return forecast.Told{Grid: f.Grid, Low: f.Low, High: f.High, Level: f.Level, P: f.P, Days: f.Kind == plumbline.ForecastOfItem, Most: days(f.Due.Sub(f.At))}
}
