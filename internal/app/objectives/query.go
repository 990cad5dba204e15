package objectives

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"plumbline"
)

// The parts of an objective that are asked for, each by one query.
const (
	partBad   = "bad"
	partGood  = "good"
	partTotal = "total"
	partShare = "share" // of bad
)

// part is one query of an objective.
type part struct{ name, query string }

// queries are what an objective is measured by in PromQL, over slices of a
// length: bad, or good, and total, or the share of bad. There are none when
// recording rules tell it, and a problem when it cannot be asked.
func queries(s plumbline.SLO, step time.Duration) (out []part, problem string) {
	in := s.Indicator
	for _, q := range []string{in.Bad, in.Good, in.Total, in.Raw} {
		if rest := window.ReplaceAllString(q, ""); strings.Contains(rest, "{{") {
			return nil, "A query holds a template that is not known: only {{.window}} is."
		}
		if q == "Any" {
			return nil, "Its query stands for another one."
		}
	}
	switch {
	case in.Kind == plumbline.ByRules || in.Kind == plumbline.ByPlugin:
		return nil, ""
	case in.Kind == plumbline.ByErrorRate && in.Raw != "":
		return []part{{partShare, "sum(" + ranged(in.Raw, step) + ")"}}, ""
	case in.Kind == plumbline.ByThreshold && in.Raw != "":
		return thresholds(s, step), ""
	case in.Kind == plumbline.ByRatio && in.Total != "" && in.Bad+in.Good != "" && s.Method == plumbline.Timeslices:
		return perSlice(s, step), ""
	case in.Kind == plumbline.ByRatio && in.Total != "" && in.Bad != "":
		return []part{{partBad, counted(in.Bad, step, in.Counter)}, {partTotal, counted(in.Total, step, in.Counter)}}, ""
	case in.Kind == plumbline.ByRatio && in.Total != "" && in.Good != "":
		return []part{{partGood, counted(in.Good, step, in.Counter)}, {partTotal, counted(in.Total, step, in.Counter)}}, ""
	}
	return nil, "It has no query."
}

var (
	window  = regexp.MustCompile(`\{\{\s*\.window\s*\}\}`)
	literal = regexp.MustCompile(`\[[0-9]+[smhdw]\]`)
	perSec  = regexp.MustCompile(`\brate\s*\(`)
	metric  = regexp.MustCompile(`^(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?(?:\{[^{}]*\})?$`)
	summed  = regexp.MustCompile(`^sum\s*\(\s*((?:[a-zA-Z_:][a-zA-Z0-9_:]*)?(?:\{[^{}]*\})?)\s*\)$`)
)

// seconds writes a duration as PromQL does.
func seconds(d time.Duration) string {
	if d%time.Second == 0 {
		return fmt.Sprintf("%ds", d/time.Second)
	}
	return fmt.Sprintf("%dms", d/time.Millisecond)
}

// ranged puts the length of a slice where the query says {{.window}}, or, when it
// says none, where it says a window of its own.
func ranged(q string, step time.Duration) string {
	if window.MatchString(q) {
		return window.ReplaceAllString(q, seconds(step))
	}
	return literal.ReplaceAllString(q, "["+seconds(step)+"]")
}

// counted is how many events a query counts in a slice. A rate becomes an
// increase, which is the rate times the length; what has no window gets one.
func counted(q string, step time.Duration, counter bool) string {
	q = strings.TrimSpace(q)
	if window.MatchString(q) || literal.MatchString(q) {
		return "sum(" + perSec.ReplaceAllString(ranged(q, step), "increase(") + ")"
	}
	if m := summed.FindStringSubmatch(q); m != nil && m[1] != "" {
		q = m[1]
	}
	fn := "sum_over_time"
	if counter {
		fn = "increase"
	}
	if metric.MatchString(q) {
		return fmt.Sprintf("sum(%s(%s[%s]))", fn, q, seconds(step))
	}
	return fmt.Sprintf("sum(%s((%s)[%s]))", fn, q, inner(step, min(step/5, time.Minute)))
}

// inner is the range of a subquery that has step/slice points, on a server that
// counts the point at the beginning and on one that does not.
func inner(step, slice time.Duration) string { return seconds(step-slice/2) + ":" + seconds(slice) }

// perSlice counts slices of time: bad ones, or, without a target of their own, what
// is bad of each. A slice without traffic, 0/0, is none.
func perSlice(s plumbline.SLO, step time.Duration) []part {
	in, slice := s.Indicator, min(s.Slice, step)
	total := counted(in.Total, slice, in.Counter)
	bad := fmt.Sprintf("((%s) or (%s) * 0) / (%s)", counted(in.Bad, slice, in.Counter), total, total)
	if in.Good != "" {
		bad = fmt.Sprintf("1 - ((%s) or (%s) * 0) / (%s)", counted(in.Good, slice, in.Counter), total, total)
	}
	known := fmt.Sprintf("((%s) <= 1)", bad) // a comparison drops NaN
	if s.SliceGood.Known() {
		return over(fmt.Sprintf("(1 - %s) < bool %s", known, s.SliceGood), known, inner(step, slice))
	}
	return over(known, known, inner(step, slice))
}

// thresholds counts values that are not as they should be.
func thresholds(s plumbline.SLO, step time.Duration) []part {
	opposite := map[string]string{"lt": ">=", "lte": ">", "gt": "<=", "gte": "<"}[s.Indicator.Op]
	slice := min(step/5, time.Minute)
	if s.Slice > 0 {
		slice = min(s.Slice, step)
	}
	q := ranged(s.Indicator.Raw, slice)
	known := fmt.Sprintf("((%s) == (%s))", q, q) // NaN is not itself, and is dropped
	return over(fmt.Sprintf("%s %s bool %s", known, opposite, s.Indicator.Value), known, inner(step, slice))
}

func over(bad, all, within string) []part {
	return []part{{partBad, fmt.Sprintf("sum(sum_over_time((%s)[%s]))", bad, within)}, {partTotal, fmt.Sprintf("sum(count_over_time((%s)[%s]))", all, within)}}
}
