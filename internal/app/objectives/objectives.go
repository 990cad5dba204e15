// Package objectives is service level objectives: their definitions from files
// and from recording rules, what sources of figures measured of them, and the
// constraints that they feed.
//
// It owns these nouns. A slice is a stretch of time, five minutes long, of which
// is known how much was bad of how much there was. A sum is slices added up, by
// hour and by day. A chunk is what is told as evidence: slices that follow each
// other, many while little happens and few while a budget burns.
//
// Laws: as in package app. What was not measured is not known: an empty answer,
// NaN and infinity make a gap, never 0 or 100 %. No traffic is known and counts
// for nothing. Objectives are never averaged.
package objectives

import (
	"encoding/json"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/store"
)

// Step is the length of a slice, in which Sloth's rules count too.
const Step = 5 * time.Minute

// Room is the use cases over one database.
type Room struct {
	db    *store.DB
	limit *standing.Room
	now   func() plumbline.Time
	step  time.Duration
}

// New makes the use cases, and has them tell the constraints about reliability
// what they measured. The clock is the only one they read; step is the length of
// a slice, [Step] save in tests.
func New(db *store.DB, limit *standing.Room, now func() plumbline.Time, step time.Duration) *Room {
	r := &Room{db: db, limit: limit, now: now, step: step}
	limit.FeedFrom(plumbline.Reliability, r.feed)
	return r
}

// micros is a duration as times are counted.
func micros(d time.Duration) plumbline.Time { return plumbline.Time(d.Microseconds()) }

// floor is the last moment at or before t that is a whole number of steps.
func floor(t plumbline.Time, step time.Duration) plumbline.Time { return t - t%micros(step) }

// seconds is the length of a slice in the database.
func (r *Room) grain() int64 { return int64(r.step / time.Second) }

// told is what an event about an objective says.
type told struct {
	Text   string `json:"text"` // the objective, or the source
	Detail string `json:"detail,omitempty"`
	Why    string `json:"why,omitempty"`
}

// note appends an event.
func (r *Room) note(tx *store.Tx, who plumbline.Actor, seen plumbline.Visibility, typ string, d told) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	cause := "user"
	if who.System {
		cause = "poll"
	}
	return tx.Append(plumbline.Event{At: r.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: cause, Seen: seen, Data: raw})
}

// feed tells what was measured of the objectives that feed a constraint.
func (r *Room) feed(tx *store.Tx, c plumbline.Constraint) ([]plumbline.Observation, error) {
	rows, err := tx.SLOsOfLimit(c.ID)
	if err != nil {
		return nil, err
	}
	var out []plumbline.Observation
	for _, s := range rows {
		chunks, err := tx.SLOChunks(s.N, r.now().Add(-remembered))
		if err != nil {
			return nil, err
		}
		for _, k := range chunks {
			out = append(out, plumbline.Observation{
				From: k.From, To: k.To, At: k.To, Bad: k.Bad, Total: k.Total, Source: "prometheus", External: s.ID, Ref: k.Ref,
			})
		}
	}
	return out, nil
}

// remembered is how long what was told counts: the longest window and the months
// before it.
const remembered = 400 * 24 * time.Hour

// clip keeps a text short.
func clip(s string, most int) string {
	if r := []rune(strings.ToValidUTF8(s, "")); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
