package agenda

import (
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/flow"
)

// Stay is how long an item was in one state of a lane, in all.
type Stay struct {
	State    plumbline.State `json:"state"`
	Times    int             `json:"times"`    // how often it came there
	Calendar time.Duration   `json:"calendar"` // in nanoseconds
	Business time.Duration   `json:"business"` // of it in working hours, Monday to Friday
	Here     bool            `json:"here,omitempty"`
}

// Stays works out the time in each state of each lane from the moves, oldest
// first. A lane that began before its first known move counts from the item's
// creation.
func Stays(def *flow.Definition, it plumbline.Item, events []plumbline.Event, now plumbline.Time) map[string][]Stay {
	out := map[string][]Stay{}
	hours := clock.Weekdays(time.UTC)
	for _, lane := range def.Lanes {
		state, since := plumbline.State(""), plumbline.Time(0)
		leave := func(at plumbline.Time) {
			if state != "" && at > since {
				out[lane.ID] = spent(out[lane.ID], state, at.Sub(since), hours.Between(since, at, clock.BusinessTime))
			}
		}
		for _, e := range events {
			from, to := moveOf(e, lane.ID)
			if to == "" {
				continue
			}
			if state == "" && from != "" {
				state, since = from, it.Created
			}
			leave(e.At)
			state, since = to, e.At
		}
		pos, in := it.States[lane.ID]
		if !in {
			continue
		}
		if state != pos.State { // no move says how it came there
			leave(pos.Since)
			state, since = pos.State, pos.Since
		}
		if sd, ok := def.State(state); ok && sd.End() {
			continue
		}
		leave(now)
		for i := range out[lane.ID] {
			out[lane.ID][i].Here = out[lane.ID][i].State == state
		}
	}
	return out
}

// moveOf is where an event moved the item in a lane; "" when it did not.
func moveOf(e plumbline.Event, lane string) (from, to plumbline.State) {
	from, to = e.Move()
	if to.Lane() != lane {
		return "", ""
	}
	if from.Lane() != lane {
		from = ""
	}
	return from, to
}

func spent(list []Stay, s plumbline.State, calendar, business time.Duration) []Stay {
	i := slices.IndexFunc(list, func(o Stay) bool { return o.State == s })
	if i < 0 {
		return append(list, Stay{State: s, Times: 1, Calendar: calendar, Business: business})
	}
	list[i].Times++
	list[i].Calendar += calendar
	list[i].Business += business
	return list
}
