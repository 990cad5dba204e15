package objectives

import (
	"time"

	"plumbline"
	"plumbline/internal/store"
)

const (
	quiet     = 6 * time.Hour    // how long a chunk is while nothing happens
	tolerated = 30 * time.Minute // a gap that a chunk may hold
	day       = 24 * time.Hour
)

// edges are where a chunk ends before the moment at which something happened, so
// that each burn window is filled by chunks of its own.
var edges = [...]time.Duration{6 * time.Hour, 2 * time.Hour, time.Hour, 30 * time.Minute, 5 * time.Minute}

// ripe says whether what was measured since the last cut is to be told: because
// the state changed, because a budget burns and the short window of what fires is
// over, or because it is long ago.
func ripe(s store.SLORow, word string, alarms []Alarm, to plumbline.Time) bool {
	if s.Cut == 0 || word != s.Burning {
		return true
	}
	since := to.Sub(s.Cut)
	for _, a := range alarms {
		if a.Firing && since >= a.Pair.Short {
			return true
		}
	}
	return since >= quiet
}

// chunks cuts the slices from a moment until another into what is told: at the end
// of each day, at gaps, and, when something happens, at the edges of the burn
// windows. What was not measured is told by nothing.
func chunks(list []store.SLOSum, step time.Duration, to plumbline.Time, happens bool, ref string) (out []store.SLOChunk) {
	var bad, total float64
	var from, until plumbline.Time
	flush := func() {
		if until > from {
			b, t := plumbline.DecimalOf(bad), plumbline.DecimalOf(total)
			if b.Known() && t.Known() {
				out = append(out, store.SLOChunk{From: from, To: until, Bad: b, Total: t, Ref: ref})
			}
		}
		bad, total, from, until = 0, 0, 0, 0
	}
	length := micros(step)
	for _, s := range list {
		if s.Start >= to {
			break
		}
		apart := until != 0 && (s.Start-until > micros(tolerated) || floor(s.Start, day) != floor(from, day))
		if apart || happens && until != 0 && crosses(from, s.Start, to) {
			flush()
		}
		if until == 0 {
			from = s.Start
		}
		bad, total, until = bad+s.Bad, total+s.Total, s.Start+length
	}
	flush()
	return out
}

// crosses says whether an edge lies between the beginning of a chunk and a slice.
func crosses(from, start, to plumbline.Time) bool {
	for _, e := range edges {
		if edge := to.Add(-e); from < edge && start >= edge {
			return true
		}
	}
	return false
}
