package clock

import (
	"fmt"
	"slices"

	"plumbline"
)

// pause is a stretch in which the clock stood still.
// more marks the second part of one that a change of severity cut in two.
type pause struct {
	from, to plumbline.Time
	more     bool
}

// run is the state of one clock while its events are replayed.
type run struct {
	p       Policy
	c       *Calendar
	start   plumbline.Time
	sev     string
	due     plumbline.Time // 0: not known
	lanes   map[string]plumbline.State
	open    plumbline.Time // when the pause that goes on began, or was cut; 0: none
	more    bool           // the pause that goes on was cut
	counted bool           // the part before the cut moved due
	pauses  []pause        // finished ones, and the parts of one that was cut
	ext     Span
	stopped plumbline.Time
	notes   []string
}

// begin starts the clock with what is known then.
func (r *run) begin() {
	r.due = r.compute()
	if r.inPause() {
		r.open = r.start
	}
}

// compute is due from the original start: the span, the extensions, then every
// pause so far that began in time.
func (r *run) compute() plumbline.Time {
	s, known, promised := r.p.span(r.sev)
	if !known || !promised {
		return 0
	}
	due := r.c.AddSpan(r.start, s, r.p.Calendar)
	due = r.c.AddSpan(due, r.ext, r.p.Calendar)
	r.counted = false
	for _, p := range r.pauses {
		due = r.wait(due, p)
	}
	return due
}

// wait moves due by the length of a pause, if the clock had not run out when
// the pause began. A cut pause counts if its first part did.
func (r *run) wait(due plumbline.Time, p pause) plumbline.Time {
	r.counted = p.from <= due || p.more && r.counted
	if !r.counted {
		return due
	}
	return r.c.push(due, r.c.Between(p.from, p.to, r.p.Calendar), r.p.Calendar)
}

// take replays one event.
func (r *run) take(e Event, begun bool) {
	switch e.Type {
	case Moved:
		r.lanes[e.State.Lane()] = e.State
		if begun {
			r.turn(e.At)
		}
	case Severity:
		r.severity(e, begun)
	case Extended:
		if e.Clock == "" || e.Clock == r.p.ID {
			r.extend(e, begun)
		}
	}
}

// inPause says whether the item is in a state in which the clock stands still.
func (r *run) inPause() bool {
	for _, s := range r.lanes {
		if slices.Contains(r.p.Pauses, s) {
			return true
		}
	}
	return false
}

// turn begins or ends a pause, when the item's states say so.
func (r *run) turn(at plumbline.Time) {
	switch in := r.inPause(); {
	case in && r.open == 0:
		r.open = at
	case !in && r.open != 0:
		r.cut(at)
		r.open, r.more, r.counted = 0, false, false
	}
}

// cut ends the pause that goes on at a moment, and moves due by its length.
func (r *run) cut(at plumbline.Time) {
	p := pause{from: r.open, to: at, more: r.more}
	r.pauses = append(r.pauses, p)
	if r.due != 0 {
		r.due = r.wait(r.due, p)
	}
	r.open, r.more = at, true
}

// severity applies a change of severity.
func (r *run) severity(e Event, begun bool) {
	if e.Severity == r.sev {
		return
	}
	if !begun {
		r.sev = e.Severity
		return
	}
	if r.open != 0 {
		r.cut(e.At)
	}
	old := r.due
	r.sev = e.Severity
	if len(r.p.Times) == 0 {
		return
	}
	due := r.compute()
	switch {
	case due == 0 || due >= e.At:
		r.due = due
	case old != 0 && old < e.At:
		r.due = max(old, due)
	default:
		r.due = e.At
	}
}

// extend applies an approved extension.
func (r *run) extend(e Event, begun bool) {
	switch {
	case !r.p.Extends:
		r.notes = append(r.notes, fmt.Sprintf("The extension of %s does not count: this clock allows none.", e.Extension))
		return
	case e.By == "":
		r.notes = append(r.notes, fmt.Sprintf("The extension of %s does not count: nobody approved it.", e.Extension))
		return
	}
	r.ext = r.ext.Plus(e.Extension)
	if begun && r.due != 0 {
		r.due = r.c.AddSpan(r.due, e.Extension, r.p.Calendar)
	}
}
