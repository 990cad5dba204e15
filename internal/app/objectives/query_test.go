package objectives

import (
	"testing"
	"time"

	"plumbline"
)

// What is asked, by what a definition says.
func TestQueries(t *testing.T) {
	ratio := func(in plumbline.Indicator) plumbline.SLO {
		in.Kind = plumbline.ByRatio
		return plumbline.SLO{Method: plumbline.Occurrences, Indicator: in}
	}
	for name, c := range map[string]struct {
		slo  plumbline.SLO
		want []part
	}{
		"a rate becomes an increase": {ratio(plumbline.Indicator{Bad: `sum(rate(e{code=~"5.."}[{{.window}}]))`, Total: "sum(rate(t[{{ .window }}]))"}),
			[]part{{"bad", `sum(sum(increase(e{code=~"5.."}[300s])))`}, {"total", "sum(sum(increase(t[300s])))"}}},
		"irate stays": {ratio(plumbline.Indicator{Good: "sum(irate(e[1m]))", Total: "sum(increase(t[1h]))"}),
			[]part{{"good", "sum(sum(irate(e[300s])))"}, {"total", "sum(sum(increase(t[300s])))"}}},
		"a counter gets a window": {ratio(plumbline.Indicator{Counter: true, Good: `sum(http_total{code="200"})`, Total: "http_total"}),
			[]part{{"good", `sum(increase(http_total{code="200"}[300s]))`}, {"total", "sum(increase(http_total[300s]))"}}},
		"counts of each scrape": {ratio(plumbline.Indicator{Good: "a + b", Total: "c"}),
			[]part{{"good", "sum(sum_over_time((a + b)[270s:60s]))"}, {"total", "sum(sum_over_time(c[300s]))"}}},
		"values": {plumbline.SLO{Method: plumbline.Occurrences, Indicator: plumbline.Indicator{Kind: plumbline.ByThreshold, Raw: "latency", Op: "lt", Value: "0.5"}},
			[]part{{"bad", "sum(sum_over_time((((latency) == (latency)) >= bool 0.5)[270s:60s]))"}, {"total", "sum(count_over_time((((latency) == (latency)))[270s:60s]))"}}},
		"the share of bad": {plumbline.SLO{Method: plumbline.Timeslices, Indicator: plumbline.Indicator{Kind: plumbline.ByErrorRate, Raw: "1 - avg_over_time(ok[{{.window}}])"}},
			[]part{{"share", "sum(1 - avg_over_time(ok[300s]))"}}},
		"rules": {plumbline.SLO{Indicator: plumbline.Indicator{Kind: plumbline.ByRules}}, nil},
	} {
		got, problem := queries(c.slo, 5*time.Minute)
		if problem != "" || len(got) != len(c.want) {
			t.Errorf("%s: got %q and %q", name, got, problem)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: got %q, want %q", name, got[i], c.want[i])
			}
		}
	}
	for _, in := range []plumbline.Indicator{{}, {Bad: "x", Total: "y{{.labels.a}}"}, {Total: "y"}, {Bad: "Any", Total: "Any"}} {
		if got, problem := queries(ratio(in), time.Minute); problem == "" || got != nil {
			t.Errorf("%+v: got %q", in, got)
		}
	}
}

func TestIdsOfConstraints(t *testing.T) {
	seen := map[plumbline.ConstraintID]string{}
	for _, id := range []string{"web/up", "web-up", "web.up", "Web/Up", "wéb/up", "a b/c", "a-b/c", "a/b/c", "a.b/c",
		"a-very-long-service-name-that-goes-on-and-on/and-a-long-objective-name-too", "a-very-long-service-name-that-goes-on-and-on/and-a-long-objective-name-tot"} {
		got := limitID(id)
		if !plumbline.ValidRef(string(got)) || seen[got] != "" {
			t.Errorf("%s: got %q, which is of %q", id, got, seen[got])
		}
		seen[got] = id
	}
}
