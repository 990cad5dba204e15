package clock

import (
	"encoding/json"
	"time"

	"plumbline"
)

// The phases of a clock.
const (
	Waiting    = "waiting"    // its start has not happened
	Unassessed = "unassessed" // started, but the severity that says how long is not known
	None       = "none"       // the policy promises nothing for this severity
	Running    = "running"
	Paused     = "paused"
	Stopped    = "stopped"
)

// Status is what a policy says at a moment. Remaining and PausedFor are in the
// policy's own time: working time for a business clock. While a clock that is in
// time is paused, Remaining stands still, and Due is when it would run out if the
// clock went on now. A business clock that ran out after the day's work is late
// with nothing remaining until work goes on.
type Status struct {
	Policy    string
	Name      string
	Version   string
	Phase     string
	Severity  string
	Started   plumbline.Time
	Due       plumbline.Time // 0: not known
	Stopped   plumbline.Time // 0: it was not
	Remaining time.Duration  // negative: late by that much
	Breached  bool           // late: now, or when it was stopped
	Paused    bool
	PausedFor time.Duration // in all, up to now
	Extended  Span          // approved extensions in all
	Notes     []string      // events that did not count, and why
}

// MarshalJSON writes durations in seconds and moments in UTC.
func (s Status) MarshalJSON() ([]byte, error) {
	extended := ""
	if !s.Extended.IsZero() {
		extended = s.Extended.String()
	}
	return json.Marshal(struct {
		Policy    string         `json:"policy"`
		Name      string         `json:"name,omitempty"`
		Version   string         `json:"version"`
		Phase     string         `json:"phase"`
		Severity  string         `json:"severity,omitempty"`
		Started   plumbline.Time `json:"started"`
		Due       plumbline.Time `json:"due"`
		Stopped   plumbline.Time `json:"stopped"`
		Remaining float64        `json:"remaining_seconds"`
		Breached  bool           `json:"breached"`
		Paused    bool           `json:"paused"`
		PausedFor float64        `json:"paused_for_seconds"`
		Extended  string         `json:"extended,omitempty"`
		Notes     []string       `json:"notes,omitempty"`
	}{
		s.Policy, s.Name, s.Version, s.Phase, s.Severity, s.Started, s.Due, s.Stopped,
		s.Remaining.Seconds(), s.Breached, s.Paused, s.PausedFor.Seconds(), extended, s.Notes,
	})
}

// status reads the result at the moment now.
func (r *run) status(now plumbline.Time) Status {
	s := Status{
		Policy: r.p.ID, Name: r.p.Name, Version: r.p.Version, Severity: r.sev,
		Started: r.start, Extended: r.ext, Notes: r.notes, Stopped: r.stopped,
	}
	until := now
	if r.stopped != 0 {
		until = r.stopped
	}
	if r.open != 0 {
		s.Paused = r.stopped == 0
		if r.open < until {
			r.cut(until)
		}
	}
	for _, p := range r.pauses {
		s.PausedFor += r.c.Between(p.from, p.to, r.p.Calendar)
	}
	s.Due = r.due
	_, known, promised := r.p.span(r.sev)
	switch {
	case r.stopped != 0:
		s.Phase = Stopped
	case r.start == 0:
		s.Phase = Waiting
	case !known:
		s.Phase = Unassessed
	case !promised:
		s.Phase = None
	case s.Paused:
		s.Phase = Paused
	default:
		s.Phase = Running
	}
	if s.Due != 0 {
		s.Breached = until > s.Due
		s.Remaining = r.c.Between(until, s.Due, r.p.Calendar)
	}
	return s
}
