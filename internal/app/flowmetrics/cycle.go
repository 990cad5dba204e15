package flowmetrics

import (
	"fmt"
	"math"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/flow"
	"plumbline/internal/forecast"
	"plumbline/internal/store"
)

// sampled is how many of the items that were finished last tell how long items take.
const sampled = 300

// Cycle is how long items took, by those that were finished last.
type Cycle struct {
	Finding string      `json:"finding"`
	Sample  int         `json:"sample"`
	Since   string      `json:"since,omitempty"` // the day on which the first of them was finished
	Times   []CycleTime `json:"times"`           // the whole first, then lanes, then states in their order
	Without int         `json:"without_moves"`   // of the sample: no move says where they stood
	Notes   []string    `json:"notes"`
}

// CycleTime is how long items were somewhere, in days of the calendar, all their stays
// there together.
type CycleTime struct {
	Name  string      `json:"name"`
	Lane  string      `json:"lane,omitempty"`
	Kind  string      `json:"kind"`  // whole, lane, open, waiting
	Items int         `json:"items"` // that were ever there
	Days  Percentiles `json:"days"`
	Known bool        `json:"known"` // there are enough items for percentiles
}

// Percentiles are the days within which a share of the items was through, by nearest
// rank.
type Percentiles struct {
	P50 float64 `json:"p50"`
	P70 float64 `json:"p70"`
	P85 float64 `json:"p85"`
	P95 float64 `json:"p95"`
}

// The kinds of time that are no kind of state.
const (
	WholeTime = "whole"
	LaneTime  = "lane"
)

func timeOf(name, lane, kind string, days []float64) CycleTime {
	c := CycleTime{Name: name, Lane: lane, Kind: kind, Items: len(days), Known: len(days) >= forecast.Least}
	if c.Known {
		slices.Sort(days)
		at := func(p float64) float64 { return forecast.NearestRank(days, p) }
		c.Days = Percentiles{at(0.5), at(0.7), at(0.85), at(0.95)}
	}
	return c
}

// cycle is how long the items of a sample took. States are told of one process only.
func (r *Room) cycle(p Place, sample []store.Standing) Cycle {
	c := Cycle{Sample: len(sample), Notes: []string{}, Times: []CycleTime{}}
	var whole []float64
	stays := map[string][]float64{} // by lane and by state, which has "::"
	for _, s := range sample {
		whole = append(whole, days(s.Closed.Sub(s.Created)))
		def, ok := r.book.Get(s.Process)
		if !ok || len(s.Events) == 0 {
			c.Without++
			continue
		}
		for lane, list := range agenda.Stays(def, s.Item, s.Events, s.Closed) {
			sum := 0.0
			for _, stay := range list {
				d := days(stay.Calendar)
				stays[string(stay.State)] = append(stays[string(stay.State)], d)
				sum += d
			}
			stays[lane] = append(stays[lane], sum)
		}
	}
	c.Times = append(c.Times, timeOf("From asked to finished", "", WholeTime, whole))
	if def, ok := r.book.Get(p.Process); ok {
		c.addStates(def, stays)
	}
	c.say(sample)
	return c
}

// addStates adds the lanes, of a process with several, and the states.
func (c *Cycle) addStates(def *flow.Definition, stays map[string][]float64) {
	for _, l := range def.Lanes {
		if list := stays[l.ID]; len(def.Lanes) > 1 && len(list) > 0 {
			c.Times = append(c.Times, timeOf(l.Name+", all of it", l.Name, LaneTime, list))
		}
	}
	for _, l := range def.Lanes {
		for _, s := range l.States {
			if list := stays[string(s.State)]; len(list) > 0 && !s.End() {
				c.Times = append(c.Times, timeOf(s.State.Name(), l.Name, s.Kind, list))
			}
		}
	}
}

func (c *Cycle) say(sample []store.Standing) {
	if n := len(sample); n > 0 {
		c.Since = isoDay(store.DayOf(sample[n-1].Closed))
	}
	if whole := c.Times[0]; whole.Known {
		c.Finding = fmt.Sprintf("Half of the items took at most %s, 85 %% at most %s", roundDays(whole.Days.P50), roundDays(whole.Days.P85))
	} else {
		c.Finding = "Too few items were finished to say how long they take"
		c.Notes = append(c.Notes, fmt.Sprintf("Not enough data: %d finished, and percentiles need at least %d.", len(sample), forecast.Least))
	}
	if c.Without > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("Of %d of the %d finished items no move is known, so they say nothing about states.", c.Without, len(sample)))
	}
}

// days is a time in days, to a tenth.
func days(d time.Duration) float64 {
	return math.Round(max(d, 0).Hours()/2.4) / 10
}

// roundDays is a time in words, of ten days and more in whole ones.
func roundDays(d float64) string {
	if d >= 10 {
		d = math.Round(d)
	}
	return forecast.Days(d)
}

// whenDue is the soonest date that an item is due by, of its agenda.
func whenDue(entries []store.AgendaEntry) (due plumbline.Time, what string) {
	for _, e := range entries {
		switch e.Kind {
		case agenda.OnClock, agenda.Promised, agenda.Wished:
			if e.At > 0 && (due == 0 || e.At < due) {
				due, what = e.At, e.Kind
			}
		}
	}
	return due, what
}
