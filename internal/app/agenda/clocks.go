package agenda

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Timed is what clocks read of an item beside the item itself.
type Timed struct {
	Answered plumbline.Time    // the first public word of somebody else than the requester; 0: none
	Events   []plumbline.Event // of clockTypes, oldest first
}

// FactsOfTime is what clocks read of an item that was looked up with others.
func FactsOfTime(s store.Standing) Timed { return Timed{s.Answered, s.Events} }

// While we wait for an answer to a question of ours, a promise of a first answer
// stands still. No process has these states: they are the inbox's.
const (
	withUs   = plumbline.State("inbox::with us")
	withThem = plumbline.State("inbox::needs info")
)

// statuses are the clocks of an item that have started and promise something.
func statuses(def *flow.Definition, it plumbline.Item, t Timed, now plumbline.Time) []clock.Status {
	if it.Merged != "" {
		return nil // they stop: what was promised is promised where it goes on
	}
	events := EventsOf(def, it, t)
	known := slices.ContainsFunc(events, func(e clock.Event) bool { return e.Type == "answered" })
	labels := append(slices.Clone(it.Labels), "kind:"+string(it.Kind), "class:"+string(it.Class))
	var out []clock.Status
	for _, p := range def.Clocks {
		if !p.Applies(labels) {
			continue
		}
		if slices.Contains(p.Stops, "answered") {
			if !known && it.Remit.Checked() {
				continue // somebody answered, at a time that nobody wrote down
			}
			p.Pauses = append(slices.Clone(p.Pauses), withThem)
		}
		if s := p.Status(events, nil, now); s.Phase != clock.Waiting && s.Phase != clock.None {
			out = append(out, s)
		}
	}
	return out
}

// Clocks are the item's promises of time, as its process makes them.
func Clocks(def *flow.Definition, it plumbline.Item, t Timed, now plumbline.Time) []ClockView {
	var out []ClockView
	for _, s := range statuses(def, it, t, now) {
		out = append(out, viewClock(s, now))
	}
	return out
}

// TimeTypes are the events that clocks and the time in each state are worked out
// from.
func TimeTypes() []string { return append([]string{"item filed", "item picked up"}, ClockTypes[:]...) }

// TimesIn finds what clocks read of an item in its whole history, newest first.
func TimesIn(history []plumbline.Event, requester plumbline.PersonID) (t Timed) {
	types := TimeTypes()
	for _, e := range slices.Backward(history) {
		if store.Answers(e, requester) && (t.Answered == 0 || e.At < t.Answered) {
			t.Answered = e.At
		}
		if slices.Contains(types, e.Type) {
			t.Events = append(t.Events, e)
		}
	}
	return t
}

// EventsOf turns an item's dates and history into what clocks understand:
// "answered" when somebody other than the requester first reacted in public,
// "decided", "handed off", the end, every state and every change of severity.
func EventsOf(def *flow.Definition, it plumbline.Item, t Timed) []clock.Event {
	out := def.Dated(it)
	if it.Severity != "" {
		out = append(out, clock.Event{At: it.Created, Type: clock.Severity, Severity: it.Severity})
	}
	if t.Answered != 0 {
		out = append(out, clock.Event{At: t.Answered, Type: "answered"})
	}
	for _, e := range t.Events {
		out = append(out, eventsOf(e)...)
	}
	return out
}

func eventsOf(e plumbline.Event) []clock.Event {
	at := e.At
	switch e.Type {
	case "item accepted":
		return []clock.Event{{At: at, Type: "answered"}}
	case "item decided":
		return []clock.Event{{At: at, Type: "answered"}, {At: at, Type: "decided"}}
	case "question asked":
		return []clock.Event{{At: at, Type: clock.Moved, State: withThem}}
	case "item came back":
		return []clock.Event{{At: at, Type: clock.Moved, State: withUs}}
	case "item closed":
		return []clock.Event{{At: at, Type: "closed"}, {At: at, Type: "resolved"}}
	case "verdict taken back":
		return []clock.Event{{At: at, Type: clock.Reopened}, {At: at, Type: clock.Moved, State: withUs}}
	case "item reopened", "item picked up again":
		return []clock.Event{{At: at, Type: clock.Reopened}}
	case "item handed off":
		return []clock.Event{{At: at, Type: "handed off"}, moved(e)}
	case "item moved":
		return []clock.Event{moved(e)}
	case "extension approved":
		return []clock.Event{extended(e)}
	}
	return nil
}

func extended(e plumbline.Event) clock.Event {
	var d struct {
		Clock string
		Days  int
	}
	_ = json.Unmarshal(e.Data, &d)
	return clock.Event{At: e.At, Type: clock.Extended, Clock: d.Clock, Extension: clock.Span{Days: d.Days}, By: e.By}
}

func moved(e plumbline.Event) clock.Event {
	var d struct{ To plumbline.State }
	_ = json.Unmarshal(e.Data, &d)
	return clock.Event{At: e.At, Type: clock.Moved, State: d.To}
}

func viewClock(s clock.Status, now plumbline.Time) ClockView {
	v := ClockView{Name: s.Name, Due: s.Due, Policy: s.Version, Stood: s.PausedFor}
	switch {
	case s.Phase == clock.Unassessed:
		v.State, v.Sentence = "unassessed", s.Name+" runs, but without a severity nobody knows until when"
	case s.Phase == clock.Stopped && s.Breached:
		v.State, v.Sentence = "met late", s.Name+" was late by "+span(s.Stopped.Sub(s.Due))
	case s.Phase == clock.Stopped:
		v.State, v.Sentence = "met", s.Name+" was in time"
	case s.Phase == clock.Paused && !s.Breached:
		v.State, v.Sentence = "paused", s.Name+" stands still while we wait"
	default:
		stood := v.Stood
		v = RunningClock(s.Name, s.Version, s.Due, now)
		v.Stood = stood
	}
	return v
}

// RunningClock is a clock that runs, or has run out.
func RunningClock(name, version string, due, now plumbline.Time) ClockView {
	v := ClockView{Name: name, Due: due, Policy: version, State: "running", Sentence: name + " is due in " + span(due.Sub(now))}
	if now > due {
		v.State, v.Sentence = "breached", name+" is overdue by "+span(now.Sub(due))
	}
	return v
}

// span is a duration in one or two words, rounded down.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// ClockView is one running or stopped clock of an item.
type ClockView struct {
	Name     string         `json:"name"`
	Due      plumbline.Time `json:"due"`
	State    string         `json:"state"` // "running", "paused", "breached", "met", "met late"
	Policy   string         `json:"policy"`
	Sentence string         `json:"sentence"`        // "First answer due in 5 h", …
	Stood    time.Duration  `json:"stood,omitempty"` // how long it stood still, in nanoseconds
}
