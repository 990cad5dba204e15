package objectives

import (
	"math"
	"sort"

	"plumbline"
	"plumbline/internal/store"
)

// measured makes slices of the answers about one objective, in order. A slice ends
// at the moment of a point. Without a total, or with one that is no number, there
// is no slice: nobody knows. With a total and without a numerator there were no
// such events, since a counter that never counted is not there.
func measured(parts map[string]plumbline.Figures, from plumbline.Time, step plumbline.Time) []store.SLOSum {
	covered := int64(max(step/1_000_000, 1))
	var out []store.SLOSum
	if share, ok := parts[partShare]; ok {
		for at, v := range points(share) {
			if sound(v) && at > from {
				out = append(out, store.SLOSum{Start: at - step, Bad: min(max(v, 0), 1), Total: 1, Covered: covered})
			}
		}
		return inOrder(out)
	}
	bad, isBad := parts[partBad]
	numerators := points(bad)
	if !isBad {
		numerators = points(parts[partGood])
	}
	for at, total := range points(parts[partTotal]) {
		n, there := numerators[at]
		if !sound(total) || there && !sound(n) || total < 0 || at <= from {
			continue
		}
		n = min(max(n, 0), total) // extrapolation may say a little more than there was
		if !isBad {
			n = total - n
		}
		out = append(out, store.SLOSum{Start: at - step, Bad: n, Total: total, Covered: covered})
	}
	return inOrder(out)
}

// sound says that a value is a number.
func sound(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// points are the values of an answer by their moment; several series say nothing,
// since they are not added up here.
func points(f plumbline.Figures) map[plumbline.Time]float64 {
	if f.Fault != "" || len(f.Series) != 1 {
		return nil
	}
	out := make(map[plumbline.Time]float64, len(f.Series[0].Points))
	for _, p := range f.Series[0].Points {
		out[p.At] = p.Value
	}
	return out
}

func inOrder(list []store.SLOSum) []store.SLOSum {
	sort.Slice(list, func(i, j int) bool { return list[i].Start < list[j].Start })
	return list
}

// coarser adds slices up by a longer grain, in seconds.
func coarser(list []store.SLOSum, grain int64) []store.SLOSum {
	long := plumbline.Time(grain) * 1_000_000
	var out []store.SLOSum
	for _, s := range list {
		start := s.Start - s.Start%long
		if n := len(out); n == 0 || out[n-1].Start != start {
			out = append(out, store.SLOSum{Start: start})
		}
		o := &out[len(out)-1]
		o.Bad, o.Total, o.Covered = o.Bad+s.Bad, o.Total+s.Total, o.Covered+s.Covered
	}
	return out
}

// sum adds up what begins in a time.
func sum(list []store.SLOSum, from, to plumbline.Time) (out store.SLOSum) {
	for _, s := range list {
		if s.Start >= from && s.Start < to {
			out.Bad, out.Total, out.Covered = out.Bad+s.Bad, out.Total+s.Total, out.Covered+s.Covered
		}
	}
	return out
}
