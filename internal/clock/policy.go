package clock

import (
	"slices"
	"sort"
	"strings"
	"time"

	"plumbline"
)

// Validate checks a policy, all of it at once.
func (p Policy) Validate() error {
	var bad plumbline.Problems
	if !plumbline.ValidRef(p.ID) {
		bad.Add("id", "A clock's id is 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q.", p.ID)
	}
	if strings.TrimSpace(p.Version) == "" {
		bad.Add("version", "The clock has no version: a promise must name the policy that it was made under.")
	}
	if p.Calendar != CalendarTime && p.Calendar != BusinessTime {
		bad.Add("calendar", "The calendar is %q or %q, not %q.", CalendarTime, BusinessTime, p.Calendar)
	}
	if p.Time.IsZero() == (len(p.Times) == 0) {
		bad.Add("time", "Give one time for all, or times by severity.")
	}
	for sev := range p.Times {
		if !slices.Contains(severities[:], sev) {
			bad.Add("times", "The severity is S1 to S4, not %q.", sev)
		}
	}
	if len(p.Starts) == 0 {
		bad.Add("starts", "Say which event starts the clock, for example created.")
	}
	if len(p.Stops) == 0 {
		bad.Add("stops", "Say which event stops the clock, for example resolved.")
	}
	for _, s := range p.Pauses {
		if s.Lane() == "" || s.Name() == "" {
			bad.Add("pauses", "%q is not a state: write lane::name.", string(s))
		}
	}
	return bad.Err()
}

var severities = [...]string{"S1", "S2", "S3", "S4"}

// span is the time that the policy gives at a severity. known is false when the
// severity that decides is missing; promised is false when the policy says
// nothing about that severity.
func (p Policy) span(severity string) (s Span, known, promised bool) {
	if len(p.Times) == 0 {
		return p.Time, true, true
	}
	if severity == "" {
		return Span{}, false, true
	}
	s, promised = p.Times[severity]
	return s, true, promised
}

// Status says how the clock stands at the moment now, from the events up to
// then. Later events are not looked at; the order of the slice does not matter,
// except between events of one moment. A nil calendar is [Weekdays] in UTC.
//
// Rules, in the order in which they matter:
//
//   - The start is the latest of the events named by Starts that have happened,
//     each at its first time, and the first name must have happened: a
//     vulnerability is due from the later of detected and fix available, and
//     while nobody recorded a fix, from detected. Not knowing is no extension.
//   - A pause moves due later by its length, if the clock had not run out when it
//     began. It never brings a missed clock back.
//   - A change of severity recomputes due from the original start, with the same
//     pauses and extensions. A due that would lie before the change is the moment
//     of the change; but what was late before it stays late, since the later of
//     the old and the new due.
//   - An extension counts if the policy allows them and somebody approved it.
//   - A stop at the moment that is due is in time. A stop followed by [Reopened]
//     does not count, and the clock has gone on meanwhile.
func (p Policy) Status(events []Event, c *Calendar, now plumbline.Time) Status {
	if c == nil {
		c = Weekdays(time.UTC)
	}
	past := make([]Event, 0, len(events))
	for _, e := range events {
		if e.At <= now {
			past = append(past, e)
		}
	}
	sort.SliceStable(past, func(i, j int) bool { return past[i].At < past[j].At })
	r := &run{p: p, c: c, lanes: map[string]plumbline.State{}}
	if r.stopped = p.stopOf(past); r.stopped != 0 {
		after := func(e Event) bool { return e.At > r.stopped }
		past = slices.DeleteFunc(past, after)
	}
	r.start = p.startOf(past)
	begun := false
	for _, e := range past {
		if !begun && r.start != 0 && e.At > r.start {
			begun = true
			r.begin()
		}
		r.take(e, begun)
	}
	if !begun && r.start != 0 {
		r.begin()
	}
	return r.status(now)
}

// startOf is when the clock starts; 0 when it does not yet.
func (p Policy) startOf(past []Event) plumbline.Time {
	var start plumbline.Time
	for i, name := range p.Starts {
		first := firstOf(past, name)
		if i == 0 && first == 0 {
			return 0
		}
		start = max(start, first)
	}
	return start
}

// stopOf is when the clock was stopped for good; 0 when it was not.
func (p Policy) stopOf(past []Event) plumbline.Time {
	if len(p.Starts) == 0 {
		return 0
	}
	first := firstOf(past, p.Starts[0])
	var stop plumbline.Time
	for _, e := range past {
		switch {
		case first == 0 || e.At < first:
		case e.Type == Reopened:
			stop = 0
		case stop == 0 && p.matches(e, p.Stops):
			stop = e.At
		}
	}
	return stop
}

// matches says whether the event has one of the names. Entering a state is
// named by the state.
func (p Policy) matches(e Event, names []string) bool {
	for _, n := range names {
		if e.Type == n || e.Type == Moved && string(e.State) == n {
			return true
		}
	}
	return false
}

func firstOf(past []Event, name string) plumbline.Time {
	for _, e := range past {
		if e.Type == name || e.Type == Moved && string(e.State) == name {
			return e.At
		}
	}
	return 0
}

// Applies says whether the policy is for an item with these labels. Labels are
// compared without regard to case, with "::" and "/" taken as the same. The
// caller adds to the tracker's labels what is known of the item besides, as
// "kind:request" and "class:customer-operational".
func (p Policy) Applies(labels []string) bool {
	if len(p.Labels) == 0 {
		return true
	}
	for _, have := range labels {
		for _, want := range p.Labels {
			if PlainLabel(have) == PlainLabel(want) {
				return true
			}
		}
	}
	return false
}

// PlainLabel is a label as labels are compared: in lower case, with "/" for "::".
func PlainLabel(s string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), "::", "/"))
}
