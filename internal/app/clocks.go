package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/flow"
)

// clocks are the item's promises of time, as its process makes them. Those that
// have not started, or promise nothing for its severity, are left out.
func (a *App) clocks(def *flow.Definition, v ItemView) []ClockView {
	if v.Merged != "" {
		return nil // they stop: what was promised is promised where it goes on
	}
	events := clockEvents(def, v)
	labels := append(slices.Clone(v.Labels), "kind:"+string(v.Kind), "class:"+string(v.Class))
	var out []ClockView
	for _, p := range def.Clocks {
		if !p.Applies(labels) {
			continue
		}
		s := p.Status(events, nil, a.now())
		if s.Phase == clock.Waiting || s.Phase == clock.None {
			continue
		}
		out = append(out, viewClock(s, a.now()))
	}
	return out
}

// clockEvents turns an item's dates and history into what clocks understand:
// "answered" when somebody other than the requester first reacted in public,
// "decided", "handed off", the end, every state and every change of severity.
func clockEvents(def *flow.Definition, v ItemView) []clock.Event {
	out := def.Dated(v.Row.Item)
	if v.Severity != "" {
		out = append(out, clock.Event{At: v.Created, Type: clock.Severity, Severity: v.Severity})
	}
	for _, h := range slices.Backward(v.History) {
		out = append(out, eventsOf(v, h)...)
	}
	return out
}

func eventsOf(v ItemView, h HistoryEntry) []clock.Event {
	at := h.At
	switch h.Type {
	case "item accepted":
		return []clock.Event{{At: at, Type: "answered"}}
	case "item decided":
		return []clock.Event{{At: at, Type: "answered"}, {At: at, Type: "decided"}}
	case "comment added":
		if h.Actor != v.Requester && h.Seen != plumbline.InternalOnly {
			return []clock.Event{{At: at, Type: "answered"}}
		}
	case "item closed":
		return []clock.Event{{At: at, Type: "closed"}, {At: at, Type: "resolved"}}
	case "item reopened", "item picked up again":
		return []clock.Event{{At: at, Type: clock.Reopened}}
	case "item handed off":
		return []clock.Event{{At: at, Type: "handed off"}, moved(h)}
	case "item moved":
		return []clock.Event{moved(h)}
	}
	return nil
}

func moved(h HistoryEntry) clock.Event {
	var d struct{ To plumbline.State }
	_ = json.Unmarshal(h.Data, &d)
	return clock.Event{At: h.At, Type: clock.Moved, State: d.To}
}

func viewClock(s clock.Status, now plumbline.Time) ClockView {
	v := ClockView{Name: s.Name, Due: s.Due, Policy: s.Version}
	switch {
	case s.Phase == clock.Unassessed:
		v.State, v.Sentence = "unassessed", s.Name+" runs, but without a severity nobody knows until when"
	case s.Phase == clock.Stopped && s.Breached:
		v.State, v.Sentence = "met late", s.Name+" was late by "+span(s.Stopped.Sub(s.Due))
	case s.Phase == clock.Stopped:
		v.State, v.Sentence = "met", s.Name+" was in time"
	case s.Breached:
		v.State, v.Sentence = "breached", s.Name+" is overdue by "+span(now.Sub(s.Due))
	case s.Phase == clock.Paused:
		v.State, v.Sentence = "paused", s.Name+" stands still while we wait"
	default:
		v.State, v.Sentence = "running", s.Name+" is due in "+span(s.Due.Sub(now))
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
