package agenda

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/editions"
	"plumbline/internal/clock"
	"plumbline/internal/flow"
	"plumbline/internal/rank"
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

// running is a clock of an item, and whether it is about the first answer to
// whoever asked.
type running struct {
	clock.Status
	answer bool
}

// statuses are the clocks of an item that have started and promise something: those
// of the policy that was in force when it was filed, as the ranking reads them, after
// what its process promises of its own.
func statuses(reign editions.Reign, def *flow.Definition, it plumbline.Item, t Timed, now plumbline.Time) []running {
	if it.Merged != "" {
		return nil // they stop: what was promised is promised where it goes on
	}
	events, born := EventsOf(def, it, t), reign.At(it.Created)
	forced := ofPolicy(born, it, events, now)
	var out []running
	labels := append(slices.Clone(it.Labels), "kind:"+string(it.Kind), "class:"+string(it.Class))
	for _, p := range def.Clocks {
		switch {
		case !p.Applies(labels), slices.ContainsFunc(forced, func(o running) bool { return o.Policy == p.ID }):
		case answers(p):
			out = appendAnswer(out, p, it, events, now)
		default:
			out = appendStarted(out, running{Status: p.Status(events, nil, now)})
		}
	}
	return append(out, forced...)
}

// ofPolicy are the clocks of a policy that have started for an item.
func ofPolicy(born *rank.Policy, it plumbline.Item, events []clock.Event, now plumbline.Time) (out []running) {
	for _, s := range born.Assess(Judged(it, events), now, nil).Clocks {
		i := slices.IndexFunc(born.Clocks, func(p clock.Policy) bool { return p.ID == s.Policy })
		switch p := born.Clocks[i]; {
		case !forKind(p, it.Kind):
		case answers(p):
			out = appendAnswer(out, p, it, events, now)
		default:
			out = append(out, running{Status: s})
		}
	}
	return out
}

// Judged is an item as a policy judges what time it has.
func Judged(it plumbline.Item, events []clock.Event) rank.Subject {
	return rank.Subject{
		ID: string(it.Key), Title: it.Title, Labels: it.Labels, Class: string(it.Class), Kind: string(it.Kind), Severity: it.Severity,
		Priority: it.Priority, Opened: it.Created, Events: events,
	}
}

// forKind says whether a clock is for items of a kind: those of forced work are for
// what is ranked, the others for the kind that they name.
func forKind(p clock.Policy, kind plumbline.ItemKind) bool {
	return kind == plumbline.Request || kind == plumbline.Incident || slices.Contains(p.Labels, "kind:"+string(kind))
}

// answers says whether a clock is about the first answer.
func answers(p clock.Policy) bool { return slices.Contains(p.Stops, "answered") }

// appendAnswer adds the clock of a first answer. It stands still while we wait for
// an answer to a question of ours.
func appendAnswer(out []running, p clock.Policy, it plumbline.Item, events []clock.Event, now plumbline.Time) []running {
	known := slices.ContainsFunc(events, func(e clock.Event) bool { return e.Type == "answered" })
	if !known && it.Remit.Checked() {
		return out // somebody answered, at a time that nobody wrote down
	}
	p.Pauses = append(slices.Clone(p.Pauses), withThem)
	return appendStarted(out, running{p.Status(events, nil, now), true})
}

func appendStarted(out []running, s running) []running {
	if s.Phase == clock.Waiting || s.Phase == clock.None {
		return out
	}
	return append(out, s)
}

// Clocks are the item's promises of time.
func Clocks(reign editions.Reign, def *flow.Definition, it plumbline.Item, t Timed, now plumbline.Time) []ClockView {
	var out []ClockView
	for _, s := range statuses(reign, def, it, t, now) {
		out = append(out, viewClock(s.Status, now))
	}
	return out
}

// ClocksOf are the clocks that may run for items of a process: those of its own, then
// the policy's.
func ClocksOf(p *rank.Policy, def *flow.Definition) []clock.Policy {
	out := slices.Clone(def.Clocks)
	for _, c := range p.Clocks {
		other := slices.ContainsFunc(c.Labels, func(l string) bool { return strings.HasPrefix(l, "kind:") }) && !slices.ContainsFunc(c.Labels, func(l string) bool {
			return !strings.HasPrefix(l, "kind:") || l == "kind:"+string(def.Kind)
		})
		if !other && forKind(c, def.Kind) {
			out = append(out, c)
		}
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
		return append([]clock.Event{{At: at, Type: "handed off"}}, moved(e)...)
	case "item moved":
		return moved(e)
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

// reached are states whose name says what a policy's clocks start or stop by, in
// whichever lane.
var reached = [...]string{"mitigated", "resolved", "reviewed"}

func moved(e plumbline.Event) []clock.Event {
	var d struct{ To plumbline.State }
	_ = json.Unmarshal(e.Data, &d)
	out := []clock.Event{{At: e.At, Type: clock.Moved, State: d.To}}
	if _, name, ok := strings.Cut(string(d.To), "::"); ok && slices.Contains(reached[:], name) {
		out = append(out, clock.Event{At: e.At, Type: name})
	}
	return out
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
	return rank.Span(d)
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
