package sloth_test

import (
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/format/slodoc"
	"plumbline/internal/format/sloth"
	"plumbline/internal/format/yamldoc"
)

func parse(t *testing.T, src string) slodoc.Page {
	t.Helper()
	p, err := sloth.Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheExamplesOfSloth(t *testing.T) {
	for name, want := range map[string][]string{
		"getting-started":                {"9 myservice/requests-availability 0.999 ratio"},
		"multifile":                      {"10 myservice/requests-availability 0.999 ratio", "42 myservice2/requests-availability 0.9999 ratio"},
		"k8s-multifile":                  {"19 myservice/requests-availability 0.999 ratio", "53 myservice2/requests-availability 0.9999 ratio"},
		"plugin-getting-started":         {"9 myservice/requests-availability 0.999 plugin"},
		"raw-home-wifi":                  {"22 home-wifi/wifi-client-satisfaction 0.95 raw"},
		"slo-plugin-k8s-getting-started": {"26 myservice/requests-availability 0.999 ratio"},
		"contrib-denominator-corrected":  {"14 svc01/slo1 0.999 ratio"},
	} {
		p := parse(t, file(t, name))
		var got []string
		for _, s := range p.SLOs {
			got = append(got, strings.Join([]string{big.NewInt(int64(s.Line)).String(), s.ID, string(s.Target), s.Indicator.Kind}, " "))
		}
		if !slices.Equal(got, want) || len(p.Rows) > 0 {
			t.Errorf("%s: got %q and %+v, want %q", name, got, p.Rows, want)
		}
	}
}

func TestPluginsAreKept(t *testing.T) {
	p := parse(t, file(t, "slo-plugin-k8s-getting-started"))
	got := p.SLOs[0].Plugins
	if len(got) != 7 || got[0] != "{id: sloth.dev/core/debug/v1, priority: 9999999, config: {msg: Plugin 99}}" || !strings.Contains(got[6], "Plugin 3") {
		t.Errorf("got %q", got)
	}
	own := parse(t, file(t, "plugin-getting-started")).SLOs[0]
	if len(own.Plugins) != 1 || own.Plugins[0] != `getting_started_availability {job: myservice, filter: f1="v1",f2="v2"}` || own.Labels["owner"][0] != "myteam" || own.RuleID != "myservice-requests-availability" {
		t.Errorf("got %+v", own)
	}
	if n := p.Notes[p.SLOs[0].ID]; len(n) != 1 || !strings.Contains(n[0], "not run") {
		t.Errorf("got %q", n)
	}
}

// The budgets and the factors of the workbook, for 30 and for 28 days. "14.4 is
// 1 % an hour", as is found elsewhere, is wrong: it is 2 %.
func TestFactorsFollowFromThePercents(t *testing.T) {
	for name, want := range map[string][]string{
		"google-30d": {"14.4000", "6.0000", "3.0000", "1.0000"},
		"google-28d": {"13.4400", "5.6000", "2.8000", "0.9333"},
		"custom-30d": {"14.4000", "4.8000", "3.0000", "1.0000"},
	} {
		docs, err := yamldoc.Read([]byte(file(t, name)))
		if err != nil {
			t.Fatal(err)
		}
		w, err := sloth.ReadWindows(docs[0].Root.Get("spec"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range w.Pairs {
			got = append(got, b.Factor(w.Period).FloatString(4))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if name == "google-30d" && !slices.Equal(w.Pairs, plumbline.BurnWindows[:]) {
			t.Errorf("the windows that pages show are others: %+v", w.Pairs)
		}
	}
	p := parse(t, file(t, "google-28d"))
	if len(p.Rows) != 1 || !strings.Contains(p.Rows[0].Reason, "burn 1h/5m > 2 % (13.44 times)") {
		t.Errorf("got %+v", p.Rows)
	}
}

func TestMistakesAreSaidWithTheirReason(t *testing.T) {
	const head = "version: prometheus/v1\nservice: web\nslos:\n  - name: up\n"
	const events = "    sli: {events: {error_query: 'sum(rate(e[{{.window}}]))', total_query: 'sum(rate(t[{{.window}}]))'}}\n"
	for name, c := range map[string]struct{ in, says string }{
		"ratio instead of percent": {head + "    objective: 0.999\n" + events, "no percentage between 1 and 100"},
		"hundred percent":          {head + "    objective: 100\n" + events, "no percentage between 1 and 100"},
		"no objective":             {head + events, "no objective"},
		"no indicator":             {head + "    objective: 99\n", "neither events nor raw nor plugin"},
		"half of the events":       {head + "    objective: 99\n    sli: {events: {error_query: x}}\n", "need error_query and total_query"},
		"the other form's names":   {head + "    objective: 99\n    sli: {events: {errorQuery: x, totalQuery: y}}\n", "need error_query and total_query"},
		"no service":               {"version: prometheus/v1\nslos: []\n", "names no service"},
		"no slos":                  {"version: prometheus/v1\nservice: web\n", "has no slos"},
		"version":                  {"version: prometheus/v2\nservice: web\n", "prometheus/v2  is not read"},
		"another file":             {"kind: Deployment\n", "no document of Sloth"},
		"a window in months":       {"apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {sloPeriod: 1M}\n", "number of days or weeks"},
	} {
		p := parse(t, c.in)
		if len(p.SLOs) != 0 || len(p.Rows) != 1 || !strings.Contains(p.Rows[0].Reason, c.says) {
			t.Errorf("%s: got %+v, want it to say %q", name, p, c.says)
		}
	}
	fixed := parse(t, head+"    objective: 99.95\n    sli: {events: {error_query: 'sum(rate(e[5m]))', total_query: 'sum(rate(t[5m]))'}}\n")
	if len(fixed.SLOs) != 1 || fixed.SLOs[0].Target != "0.9995" || !strings.Contains(fixed.Notes["web/up"][0], "does not say {{.window}}") {
		t.Errorf("got %+v", fixed)
	}
}

func TestSpans(t *testing.T) {
	for text, want := range map[string]time.Duration{"5m": 5 * time.Minute, "1h": time.Hour, "4w": 28 * 24 * time.Hour, "30d": 30 * 24 * time.Hour, "1M": 0, "1Q": 0, "1Y": 0} {
		s, err := slodoc.ParseSpan(text)
		if err != nil || s.Length() != want {
			t.Errorf("%s: got %v and %v, want %v", text, s.Length(), err, want)
		}
	}
	for _, text := range []string{"", "5", "m", "1D", "1y", "1.5h", "-1h", "0d", "99999999d", "1m30s"} {
		if s, err := slodoc.ParseSpan(text); err == nil {
			t.Errorf("%q: got %+v", text, s)
		}
	}
	var at slodoc.Spot
	for text, want := range map[string]plumbline.Window{"1M": {Calendar: "month"}, "3M": {Calendar: "quarter"}, "1Q": {Calendar: "quarter"}, "1Y": {Calendar: "year"}, "2w": {Days: 14}} {
		if got, err := at.Window(text, false); err != nil || got != want {
			t.Errorf("%s: got %+v and %v", text, got, err)
		}
	}
	if got, err := at.Window("1M", true); err != nil || got.Days != 30 {
		t.Errorf("a rolling month: got %+v and %v", got, err)
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
	f.Add([]byte("version: prometheus/v1\nservice: [a]\nslos: {}\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := sloth.Parse(src)
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
