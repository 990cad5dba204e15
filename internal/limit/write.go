package limit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/clock"
)

// Text is constraints in the form that [Parse] reads, in their order, without
// evidence: reading it gives the same constraints.
func Text(list []plumbline.Constraint) []byte {
	var b strings.Builder
	b.WriteString("constraints:\n")
	for _, k := range list {
		first := true
		put := func(name, value string) {
			if value == "" {
				return
			}
			lead := "    "
			if first {
				lead, first = "  - ", false
			}
			fmt.Fprintf(&b, "%s%s: %s\n", lead, name, value)
		}
		texts := func(name, value string) {
			if value != "" {
				put(name, strconv.Quote(value))
			}
		}
		texts("id", string(k.ID))
		texts("name", k.Name)
		texts("kind", string(k.Kind))
		texts("scope", k.Scope.String())
		put("objective", string(k.Objective))
		texts("currency", k.Currency)
		texts("basis", k.Basis)
		texts("method", k.Method)
		texts("window", windowText(k.Window))
		texts("opened", timeText(k.Opened))
		texts("due", timeText(k.Due))
		texts("cadence", durationText(k.Cadence))
		texts("lead", durationText(k.Lead))
		texts("cycle", durationText(k.Cycle))
		if k.Hard {
			put("hard", "true")
		}
		texts("owner", string(k.Owner))
		texts("approver", string(k.Approver))
		texts("source", k.Source)
		texts("from", timeText(k.From))
		texts("to", timeText(k.To))
	}
	return []byte(b.String())
}

func windowText(w plumbline.Window) string {
	if w.Calendar != "" || w.Days == 0 {
		return w.Calendar
	}
	return strconv.Itoa(w.Days) + " d"
}

func timeText(t plumbline.Time) string {
	if t == 0 {
		return ""
	}
	return t.Std().Format(time.RFC3339Nano)
}

// durationText writes an amount of time to the minute, as spans are written.
func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return clock.Span{Days: int(d / day), Rest: (d % day).Truncate(time.Minute)}.String()
}

// Observations are those that count, in order.
func (e *Evidence) Observations() []plumbline.Observation {
	var out []plumbline.Observation
	for i := range e.whole {
		out = append(out, *e.whole[i].Observation)
	}
	for _, name := range e.names {
		for _, en := range e.subjects[name] {
			out = append(out, *en.Observation)
		}
	}
	return out
}
