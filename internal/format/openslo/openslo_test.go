package openslo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/format/openslo"
	"plumbline/internal/format/slodoc"
)

func parse(t *testing.T, src string) slodoc.Page {
	t.Helper()
	p, err := openslo.Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// told is a page as text: what was taken, with remarks, and what was not.
func told(p slodoc.Page) string {
	var b strings.Builder
	for _, s := range p.SLOs {
		w := s.Window.Calendar
		if s.Window.Days > 0 {
			w = fmt.Sprintf("%dd", s.Window.Days)
		}
		fmt.Fprintf(&b, "%d %s %s %s %s", s.Line, s.ID, s.Target, w, s.Method)
		if s.Slice > 0 {
			fmt.Fprintf(&b, " %s>=%s", s.Slice, s.SliceGood)
		}
		for _, n := range p.Notes[s.ID] {
			b.WriteString("; " + n)
		}
		b.WriteString("\n")
	}
	for _, r := range p.Rows {
		fmt.Fprintf(&b, "%d %s: %s: %s\n", r.Line, r.Ref, r.Outcome, r.Reason)
	}
	return b.String()
}

const stands = "its queries stand for others (\"Any\"): it is kept and cannot be measured"

func TestTheExamplesOfTheSpecification(t *testing.T) {
	for name, want := range map[string]string{
		"occurences-slo.yaml":   "25 web-shop/search-slo 0.99 14d occurrences; " + stands + "\n",
		"ratio-timeslices.yaml": "31 web-shop/main-page 0.99 14d timeslices 1m0s>=; " + stands + "\n",
		// The specification's own example says a month and writes a minute.
		"timeslices-slo.yaml": "26 web-availability/service-availability: skipped: the window 1m is shorter than a day: m is a minute, and 1M would be 1 month(s)\n",
		"low-traffic.yaml": "32 web-availability/service-availability 0.9995 7d timeslices 1m0s>=0.95; " +
			"a period of 1w by the calendar is judged as the last 7 days, which roll along; " + stands + "\n",
		"v1alpha.yaml": "16 my-service/sloth-slo-my-service 0.999 30d occurrences\n",
	} {
		if got := told(parse(t, file(t, name))); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
}

// With the month that was meant, the example is two objectives, of which neither
// is averaged with the other.
func TestTwoObjectivesAreTwo(t *testing.T) {
	p := parse(t, strings.Replace(file(t, "timeslices-slo.yaml"), "duration: 1m", "duration: 1M", 1))
	note := "; periods begin at midnight on the first day, not at 2022-01-01 12:00:00 America/New_York; " + stands + "\n"
	want := "34 web-availability/service-availability/internal-objective 0.995 month timeslices 1m0s>=0.99" + note +
		"39 web-availability/service-availability/sla 0.99 month timeslices 1m0s>=0.99" + note
	if got := told(p); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if p.SLOs[1].Title != "Reflaction of out availability SLA: SLA" || p.SLOs[0].Slice != time.Minute {
		t.Errorf("got %+v", p.SLOs)
	}
}

func TestQueriesAreRead(t *testing.T) {
	s := parse(t, file(t, "v1alpha.yaml")).SLOs[0]
	if s.Indicator.System != "prometheus" || !strings.HasPrefix(s.Indicator.Good, "sum(rate(http_request") || !strings.HasSuffix(s.Indicator.Total, "[{{.window}}]))") {
		t.Errorf("got %+v", s.Indicator)
	}
}

// head is an SLO to which a test adds what it is about.
const head = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: latency
  labels: {tier: "1", teams: [search, shop]}
  annotations: {ipm/slo: Shop}
spec:
  service: web
  indicatorRef: fast
  timeWindow: [{duration: 28d, isRolling: true}]
`

const sli = `---
apiVersion: openslo/v1
kind: SLI
metadata: {name: fast}
spec:
  thresholdMetric: {metricSource: {metricSourceRef: main, spec: {query: latency_seconds}}}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: main}
spec: {type: Prometheus}
`

func TestAnIndicatorMayStandElsewhere(t *testing.T) {
	p := parse(t, head+"  budgetingMethod: Occurrences\n  objectives: [{target: 0.9990000000000001, op: lt, value: 0.5}]\n"+sli)
	if len(p.SLOs) != 1 {
		t.Fatal(told(p))
	}
	s := p.SLOs[0]
	in := plumbline.Indicator{Kind: plumbline.ByThreshold, Raw: "latency_seconds", System: "Prometheus", Op: "lt", Value: "0.5"}
	if s.Indicator != in || s.Target != "0.999" || s.Product != "shop" || len(s.Labels["teams"]) != 2 || s.Labels["tier"][0] != "1" {
		t.Errorf("got %+v", s)
	}
}

func TestMistakesAreSaidWithTheirReason(t *testing.T) {
	for name, c := range map[string]struct{ in, says string }{
		"percent in the ratio":   {"  objectives: [{target: 99.9, op: lt, value: 1}]\n" + sli, "no ratio between 0 and 1"},
		"ratio in the percent":   {"  objectives: [{targetPercent: 0.999, op: lt, value: 1}]\n" + sli, "no percentage between 1 and 100"},
		"both, and different":    {"  objectives: [{target: 0.99, targetPercent: 99.9, op: lt, value: 1}]\n" + sli, "not the same"},
		"no target":              {"  objectives: [{op: lt, value: 1}]\n" + sli, "no target"},
		"no objectives":          {"", "no objectives"},
		"no indicator":           {"  objectives: [{target: 0.9, op: lt, value: 1}]\n", "stands in no document"},
		"no comparison":          {"  objectives: [{target: 0.9, value: 1}]\n" + sli, "op is lt, lte, gt or gte"},
		"no value":               {"  objectives: [{target: 0.9, op: gt, value: NaN}]\n" + sli, "is no number"},
		"method":                 {"  budgetingMethod: Guesses\n  objectives: [{target: 0.9, op: gt, value: 1}]\n" + sli, "not by \"Guesses\""},
		"slices without a slice": {"  budgetingMethod: Timeslices\n  objectives: [{target: 0.9, op: gt, value: 1}]\n" + sli, "timeSliceWindow"},
		"composite weight":       {"  objectives: [{target: 0.9, op: gt, value: 1, compositeWeight: 3}]\n" + sli, "not averaged"},
	} {
		if got := told(parse(t, head+c.in)); !strings.Contains(got, c.says) {
			t.Errorf("%s: got\n%swant it to say %q", name, got, c.says)
		}
	}
	both := parse(t, head+"  objectives: [{target: 0.999, targetPercent: 99.9, op: lt, value: 1}]\n"+sli)
	if len(both.SLOs) != 1 || both.SLOs[0].Target != "0.999" {
		t.Errorf("the same target in both forms is one: %s", told(both))
	}
}

func TestWhatIsNoObjectiveIsReported(t *testing.T) {
	p := parse(t, `apiVersion: openslo.com/v2alpha
kind: SLO
metadata: {name: up}
spec:
  service: web
  sli: {spec: {ratioMetric: {counter: true, bad: {dataSourceRef: prom, spec: {query: "sum(errors_total)"}}, total: {spec: {query: "sum(all_total)"}}}}}
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 99.95}]
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast}
spec: {condition: {kind: burnrate, op: lte, threshold: 2}}
---
apiVersion: openslo/v3
kind: SLO
---
apiVersion: v1
kind: ConfigMap
---
a: [broken
`)
	want := `9 web/up 0.9995 28d occurrences
14 AlertCondition fast: skipped: it would fire while the rate is below 2 (op: lte); the other way round is meant. Alerts are not taken
16 SLO: skipped: the version "openslo/v3" is not read: openslo/v1, openslo/v1alpha and openslo.com/v2alpha are
19 ConfigMap: skipped: it is no OpenSLO document: apiVersion is "v1"
`
	got := told(p)
	if !strings.HasPrefix(got, want) || !strings.Contains(got, "22 : skipped: Line 22: not valid YAML") {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if in := p.SLOs[0].Indicator; !in.Counter || in.Bad != "sum(errors_total)" || in.System != "prom" {
		t.Errorf("got %+v", in)
	}
}

func TestDefinedTwiceIsSaid(t *testing.T) {
	one := head + "  objectives: [{target: 0.9, op: lt, value: 1}]\n"
	if got := told(parse(t, one+"---\n"+one+sli)); !strings.Contains(got, "is defined in line 11 already") {
		t.Error(got)
	}
}

// breaks end lines of YAML, which a carriage return alone does as well.
var breaks = regexp.MustCompile(`\r\n|\r|\n`)

func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(names) == 0 {
		f.Fatal("there is no corpus", err)
	}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(head + "  objectives: [{target: 1e-9, op: lt, value: 1}, {target: 0.9}]\n" + sli))
	f.Add([]byte("\ufeffapiVersion: openslo/v1\r\nkind: SLO\r\nspec: {objectives: {}}\r\n"))
	f.Add([]byte("a: &a [x]\nb: *a\n\x00"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := openslo.Parse(src)
		if err != nil && plumbline.KindOf(err) != plumbline.Invalid {
			t.Fatalf("an error of the reader's own: %v", err)
		}
		lines := len(breaks.FindAll(src, -1)) + 1
		for _, s := range p.SLOs {
			if s.Validate() != nil || s.Line < 1 || s.Line > lines {
				t.Fatalf("taken and not valid: %+v", s)
			}
		}
		for _, r := range p.Rows {
			if r.Reason == "" || r.Line < 1 || r.Line > lines {
				t.Fatalf("a row without a reason or a line: %+v", r)
			}
		}
	})
}
