package clock

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/yamlform"
)

// reader turns a file as written into one that can be used, and collects what
// is wrong with it.
type reader struct {
	*yamlform.Form
	look Lookup
}

func (r *reader) file(in fileForm) *File {
	f := &File{}
	f.Calendar = r.calendar(in.Calendar)
	zone := time.UTC
	if f.Calendar != nil {
		zone = f.Calendar.Zone()
	}
	f.Policy = r.policy(in.Policy)
	if in.Now != "" {
		now, err := ParseMoment(in.Now, zone)
		if err != nil {
			r.Bad("$.now", "%s", plumbline.TextOf(err))
		}
		f.Now = now
	}
	for i, e := range in.Events {
		f.Events = append(f.Events, e.Read(r.Form, fmt.Sprintf("$.events[%d]", i), f.Policy.Calendar, zone)...)
	}
	return f
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

func (r *reader) calendar(in calendarForm) *Calendar {
	before := r.Problems()
	zone := time.UTC
	if in.Zone != "" && r.look.Zone != nil {
		z, err := r.look.Zone(in.Zone)
		if err != nil {
			r.Bad("$.calendar.zone", "%q is not a time zone: write its IANA name, for example Europe/Berlin.", in.Zone)
		} else {
			zone = z
		}
	}
	days := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	if in.Days != nil {
		days = nil
	}
	for i, d := range in.Days {
		short := strings.ToLower(d)
		w, ok := weekdays[short[:min(3, len(short))]]
		if !ok {
			r.Bad(fmt.Sprintf("$.calendar.days[%d]", i), "%q is not a day of the week: write mon, tue, wed, thu, fri, sat or sun.", d)
		}
		days = append(days, w)
	}
	hours := Hours{9 * time.Hour, 17 * time.Hour}
	if in.Hours != "" {
		var err error
		if hours, err = ParseHours(in.Hours); err != nil {
			r.Bad("$.calendar.hours", "%s", plumbline.TextOf(err))
		}
	}
	off := map[Day]string{}
	for _, text := range slices.Sorted(maps.Keys(in.Holidays)) {
		d, err := ParseDay(text)
		if err != nil {
			r.Bad("$.calendar.holidays", "%s", plumbline.TextOf(err))
			continue
		}
		off[d] = in.Holidays[text]
	}
	if r.Problems() > before {
		return nil
	}
	c, err := NewCalendar(in.Name, zone, days, hours, off)
	r.Fields("$.calendar", err)
	return c
}

// ParseHours reads "09:00-17:00"; 24:00 is the end of the day.
func ParseHours(text string) (Hours, error) {
	from, to, ok := strings.Cut(text, "-")
	a, errA := wall(from)
	b, errB := wall(to)
	if !ok || errA != nil || errB != nil {
		return Hours{}, plumbline.FieldError("hours", "%q are not working hours: write for example 09:00-17:00.", text)
	}
	return Hours{a, b}, nil
}

func wall(s string) (time.Duration, error) {
	if s = strings.TrimSpace(s); s == "24:00" {
		return 24 * time.Hour, nil
	}
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

func (r *reader) policy(in policyForm) Policy {
	if in.named {
		if r.look.Policy != nil {
			if p, ok := r.look.Policy(in.ID); ok {
				return p
			}
		}
		r.Bad("$.policy", "There is no policy called %q; write it out here.", in.ID)
		return Policy{ID: in.ID, Calendar: CalendarTime}
	}
	return in.Read(r.Form, "$.policy")
}

// Read makes a policy of what is written at a path of a form, and notes there
// what is wrong with it.
func (in PolicyForm) Read(f *yamlform.Form, path string) Policy {
	before := f.Problems()
	p := Policy{
		ID: in.ID, Name: in.Name, Version: in.Version, Calendar: in.Calendar, Starts: in.Starts, Stops: in.Stops,
		Extends: in.Extends, Labels: in.Labels, Source: in.Source,
	}
	for _, s := range in.Pauses {
		p.Pauses = append(p.Pauses, plumbline.State(s))
	}
	if in.Time != "" {
		p.Time = readSpan(f, path+".time", in.Time, p.Calendar)
	}
	for _, sev := range slices.Sorted(maps.Keys(in.Times)) {
		if p.Times == nil {
			p.Times = map[string]Span{}
		}
		p.Times[sev] = readSpan(f, path+".times."+sev, in.Times[sev], p.Calendar)
	}
	if f.Problems() == before {
		f.Fields(path, p.Validate())
	}
	return p
}

func readSpan(f *yamlform.Form, path, text, kind string) Span {
	s, err := ParseSpan(text, kind)
	if err != nil {
		f.Bad(path, "%s", plumbline.TextOf(err))
	}
	return s
}

// Read makes events of one entry at a path of a form, which may say several things
// that happened at once: a thing was created, with a severity, in a state. kind is
// what a day of an extension is: [CalendarTime] or [BusinessTime].
func (in EventForm) Read(f *yamlform.Form, path, kind string, zone *time.Location) []Event {
	at, err := ParseMoment(in.At, zone)
	f.Fields(path, err)
	var out []Event
	if in.Severity != "" {
		if !slices.Contains(severities[:], in.Severity) {
			f.Bad(path+".severity", "The severity is S1 to S4, not %q.", in.Severity)
		}
		out = append(out, Event{At: at, Type: Severity, Severity: in.Severity})
	}
	if in.State != "" {
		out = append(out, Event{At: at, Type: Moved, State: in.State})
	}
	if in.Extension != "" {
		s := readSpan(f, path+".extension", in.Extension, kind)
		out = append(out, Event{At: at, Type: Extended, Extension: s, By: in.By})
	}
	said := map[string]string{Severity: in.Severity, Moved: string(in.State), Extended: in.Extension}
	needed := map[string]string{Severity: "severity", Moved: "state", Extended: "extension"}
	switch _, special := said[in.Type]; {
	case special && said[in.Type] == "":
		f.Bad(path, "An event of type %q needs a %s.", in.Type, needed[in.Type])
	case in.Type != "" && !special:
		out = append(out, Event{At: at, Type: in.Type, By: in.By})
	case len(out) == 0:
		f.Bad(path, "The event does not say what happened: give a type, a state, a severity or an extension.")
	}
	return out
}

// ParseMoment reads a moment: with an offset, or on the wall clock of the zone.
// The error is about "at".
func ParseMoment(text string, zone *time.Location) (plumbline.Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return plumbline.At(t), nil
	}
	for _, layout := range [...]string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return plumbline.At(t), nil
		}
	}
	return 0, plumbline.FieldError("at", "%q is not a time: write 2026-11-23T12:00:00Z, or 2026-11-23 12:00 on the calendar's wall clock.", text)
}
