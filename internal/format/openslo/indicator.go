package openslo

import (
	"cmp"
	"time"

	"plumbline"
	"plumbline/internal/format/slodoc"
	"plumbline/internal/format/yamldoc"
)

// maxSlice is how long a slice of time is at most.
const maxSlice = time.Hour

// indicator reads what is measured: the SLI in the SLO, or the one that it names,
// or the ratioMetrics that v1alpha has in the objective.
func (r *reader) indicator(at *slodoc.Spot, spec, o *yamldoc.Node) (plumbline.Indicator, error) {
	if old := o.Get("ratioMetrics"); old != nil {
		return r.ratio(at, old)
	}
	for _, key := range []string{"indicatorRef", "sliRef"} {
		name := spec.Get(key).Str()
		if name == "" {
			continue
		}
		if sli := r.slis[name]; sli != nil {
			return r.metric(at, sli.Get("spec"), o)
		}
		return plumbline.Indicator{}, plumbline.Errorf(plumbline.Invalid, "its indicator %q stands in no document of this file", slodoc.Clip(name))
	}
	for _, key := range []string{"indicator", "sli"} {
		if in := spec.Get(key); in != nil {
			return r.metric(at, in.Get("spec"), o)
		}
	}
	return plumbline.Indicator{}, plumbline.Errorf(plumbline.Invalid, "it has no indicator")
}

func (r *reader) metric(at *slodoc.Spot, sli, o *yamldoc.Node) (plumbline.Indicator, error) {
	if m := sli.Get("ratioMetric"); m != nil {
		return r.ratio(at, m)
	}
	m := sli.Get("thresholdMetric")
	if m == nil {
		return plumbline.Indicator{}, plumbline.Errorf(plumbline.Invalid, "its indicator has neither a ratioMetric nor a thresholdMetric")
	}
	query, system := r.query(m)
	in := plumbline.Indicator{Kind: plumbline.ByThreshold, Raw: query, System: system, Op: o.Get("op").Str()}
	switch in.Op {
	case "lt", "lte", "gt", "gte":
	default:
		return in, plumbline.Errorf(plumbline.Invalid, "op is lt, lte, gt or gte: what is good compared with the value, not %q", slodoc.Clip(in.Op))
	}
	var err error
	if in.Value, err = plumbline.ParseDecimal(o.Get("value").Str()); err != nil || !in.Value.Known() {
		return in, plumbline.Errorf(plumbline.Invalid, "its value %q is no number", slodoc.Clip(o.Get("value").Str()))
	}
	return r.measurable(at, in), nil
}

func (r *reader) ratio(at *slodoc.Spot, m *yamldoc.Node) (plumbline.Indicator, error) {
	in := plumbline.Indicator{Kind: plumbline.ByRatio, Counter: m.Get("counter").Str() == "true"}
	if raw := m.Get("raw"); raw != nil {
		in.Kind = plumbline.ByErrorRate
		in.Raw, in.System = r.query(raw)
		if t := m.Get("rawType").Str(); t == "success" {
			in.Raw = "1 - (" + in.Raw + ")"
		} else if t != "failure" {
			return in, plumbline.Errorf(plumbline.Invalid, "rawType is success or failure, not %q", slodoc.Clip(t))
		}
		return r.measurable(at, in), nil
	}
	good, bad := m.Get("good"), m.Get("bad")
	switch {
	case m.Get("total") == nil:
		return in, plumbline.Errorf(plumbline.Invalid, "its ratioMetric has no total")
	case good == nil && bad == nil:
		return in, plumbline.Errorf(plumbline.Invalid, "its ratioMetric has neither good nor bad")
	case good != nil && bad != nil:
		return in, plumbline.Errorf(plumbline.Invalid, "its ratioMetric has good and bad: one of them is enough, and they may disagree")
	}
	in.Total, in.System = r.query(m.Get("total"))
	part := good
	if part == nil {
		part = bad
	}
	query, system := r.query(part)
	if in.System = cmp.Or(in.System, system); good != nil {
		in.Good = query
	} else {
		in.Bad = query
	}
	return r.measurable(at, in), nil
}

// query is the query of a metric and the system that it is for.
func (r *reader) query(m *yamldoc.Node) (query, system string) {
	if m == nil {
		return "", ""
	}
	src := m.Get("metricSource")
	if src == nil {
		src = m // v1alpha and v2alpha have no such step
	}
	system = src.Get("type").Str()
	for _, key := range []string{"metricSourceRef", "dataSourceRef"} {
		if ref := src.Get(key).Str(); ref != "" && system == "" {
			system = ref
			if d := r.sources[ref]; d != nil {
				system = d.Get("spec", "type").Str()
			}
		}
	}
	if s := src.Get("source").Str(); s != "" {
		system = s
	}
	for _, path := range [][]string{{"spec", "query"}, {"spec", "promql"}, {"query"}} {
		if q := src.Get(path...).Str(); q != "" {
			return q, system
		}
	}
	return "", system
}

// measurable remarks on queries that stand for others, as in the examples of the
// specification: such an objective is kept and has no figures.
func (r *reader) measurable(at *slodoc.Spot, in plumbline.Indicator) plumbline.Indicator {
	for _, q := range []string{in.Total, in.Raw} {
		if q == "Any" {
			at.Note("its queries stand for others (%q): it is kept and cannot be measured", q)
			return in
		}
	}
	if in.Total == "" && in.Raw == "" {
		at.Note("it has no query: it is kept and cannot be measured")
	}
	return in
}
